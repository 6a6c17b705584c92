"""What a mapping writes: the target's elements that its rules reach, and how the blocks of rules lie in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

from sync.mapping.language.tree import Operator, Place
from sync.mapping.reading import Reader
from sync.mapping.resolve import Leaf, Scope
from sync.mapping.schema import Attribute, Element, Group, Model
from sync.mapping.schema.models import Key, ranked
from sync.mapping.target.branches import Branch, Way


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Which rule writes an element or attribute of the target, and what it reads."""

    rule: str  #: as mapping.map:23
    field: str = ""  #: in the source's own word


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What a rule writes: a constant, or else the value that its reader gives."""

    place: Place
    constant: str | None
    reader: Reader
    way: Way

    @property
    def nil(self) -> bool:
        """Whether the element is nil where the value is missing."""
        return self.reader.operator is Operator.NIL

    @property
    def needed(self) -> bool:
        """Whether a missing value rejects the document."""
        return self.reader.operator in (Operator.REQUIRED, Operator.CONSTANT)

    @property
    def field(self) -> str:
        """What it reads, in the source's own word."""
        leaf = next(iter(self.reader.leaves), None)
        return leaf.field if leaf else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """What an `if` asks."""

    branch: Branch
    xpath: str
    both: bool  #: it has an `else`


@dataclass(kw_only=True, slots=True)
class Block:
    """Rules that share a current source element, in the order of the file; what they need to know of it."""

    scope: Scope
    conditions: list[Condition] = field(default_factory=list)
    values: list[Written] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)


@dataclass(kw_only=True, slots=True)
class Loop:
    """What `each` repeats a target element over."""

    place: Place
    leaf: Leaf
    required: bool
    way: Way
    block: Block


@dataclass(kw_only=True, slots=True)
class Target:
    """One element of the target that rules reach; or, with a group, what `each .` repeats in the element around it."""

    element: Element
    path: tuple[str, ...]  #: tags from the root
    optional: bool  #: in its parent
    place: Place  #: of the first statement that reached it
    head: str  #: what the content model has at its place: its own tag, or that of what it stands for
    type: str = ""  #: what `xsi:type` says, as the mapping has it
    loop: Loop | None = None
    group: Model | None = None
    alone: bool = True  #: nothing else of its tag is written in its parent
    reached: list[Way] = field(default_factory=list)  #: where statements reach it
    required: list[Way] = field(default_factory=list)  #: where `required` brings it into being
    text: list[Written] = field(default_factory=list)
    attributes: dict[str, list[Written]] = field(default_factory=dict)  #: by name as lxml writes it
    children: list[Target] = field(default_factory=list)

    @property
    def key(self) -> Key:
        """What the content model knows it as."""
        return self.group or self.head

    @property
    def content(self) -> Model | None:
        """What may stand in it; of a group, what one pass through its block may write."""
        if self.group is None:
            return self.element.content
        # Each alternative of a choice that repeats is a repetition of its own.
        once = self.group.maximum if self.group.group is Group.CHOICE else 1
        return replace(self.group, minimum=1, maximum=once)

    @property
    def stands(self) -> list[Way]:
        """Where it stands whatever the document says."""
        ways = [*self.required, *(written.way for written in self.text if written.constant is not None or written.nil)]
        if not self.optional and not self.text:
            ways += [None] if self.alone else self.reached
        return ways

    def ordered_attributes(self) -> list[tuple[Attribute, list[Written]]]:
        """Give what is written into attributes, in the order of the schema."""
        return [(one, self.attributes[one.tag]) for one in self.element.attributes if one.tag in self.attributes]

    def fixed_attributes(self) -> list[Attribute]:
        """Give the attributes that must be there, can only have one value, and that no rule writes."""
        needed = (one for one in self.element.attributes if one.required and one.fixed is not None)
        return [one for one in needed if one.tag not in self.attributes]

    def ordered_children(self) -> list[Target]:
        """Give the elements below, in the order of the schema."""
        by_key: dict[Key, list[Target]] = {}
        for child in self.children:
            by_key.setdefault(child.key, []).append(child)
        return list(chain.from_iterable(by_key[key] for key in ranked(self.content, by_key)))

    def written(self) -> Iterator[Written]:
        """Give what is written into it directly."""
        yield from chain.from_iterable(self.attributes.values())
        yield from self.text

    def below(self) -> Iterator[Target]:
        """Give it and every element below it."""
        yield self
        for child in self.children:
            yield from child.below()

    def fed(self) -> Iterator[Way]:
        """Give where something that comes from a document can bring it into being."""
        if self.loop:
            yield self.loop.way
            return
        yield from (written.way for written in self.written() if written.constant is None)
        for child in self.children:
            yield from child.fed()

    def sure(self) -> Iterator[Way]:
        """Give where it is written in any case."""
        if not self.loop:
            yield from self.required
            yield from (one.way for one in self.text if one.constant is not None or one.nil)
        yield from self.surely_fed()

    def surely_fed(self) -> Iterator[Way]:
        """Give where something that comes from a document brings it into being, or else rejects the document."""
        if self.loop:
            yield from [self.loop.way] if self.loop.required else ()
            return
        yield from (one.way for one in self.written() if one.constant is None and one.needed)
        for child in self.children:
            yield from child.surely_fed()
