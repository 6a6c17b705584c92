"""What a mapping writes: the target's elements that its rules reach, and how the blocks of rules lie in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from sync.mapping.language.tree import Place
from sync.mapping.reading import Reader
from sync.mapping.resolve import Leaf, Scope
from sync.mapping.schema import Attribute, Element


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

    @property
    def origin(self) -> Origin:
        """Say which rule it is."""
        leaf = next(iter(self.reader.leaves), None)
        return Origin(rule=self.reader.rule, field=leaf.field if leaf else "")


@dataclass(kw_only=True, slots=True)
class Block:
    """Rules that share a current source element, in the order of the file; the values and lists that they need."""

    scope: Scope
    values: list[Written] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)


@dataclass(kw_only=True, slots=True)
class Loop:
    """What `each` repeats a target element over."""

    place: Place
    leaf: Leaf
    required: bool
    block: Block


@dataclass(kw_only=True, slots=True)
class Target:
    """One element of the target that rules reach."""

    element: Element
    path: tuple[str, ...]  #: tags from the root
    optional: bool  #: in its parent
    place: Place  #: of the first statement that reached it
    loop: Loop | None = None
    required: bool = False  #: `required` brings it into being
    text: Written | None = None
    attributes: dict[str, Written] = field(default_factory=dict)  #: by name as lxml writes it
    children: dict[str, list[Target]] = field(default_factory=dict)  #: by tag; several only with `each`

    @property
    def always(self) -> bool:
        """Whether it stands wherever its parent does."""
        if self.required or (self.text and self.text.constant is not None):
            return True
        return not self.optional and self.text is None

    def ordered_attributes(self) -> list[tuple[Attribute, Written]]:
        """Give what is written into attributes, in the order of the schema."""
        return [(one, self.attributes[one.tag]) for one in self.element.attributes if one.tag in self.attributes]

    def ordered_children(self) -> list[Target]:
        """Give the elements below, in the order of the schema."""
        return list(chain.from_iterable(self.children.get(one.tag, ()) for one in self.element.children()))

    def written(self) -> Iterator[Written]:
        """Give what is written into it directly."""
        yield from self.attributes.values()
        if self.text:
            yield self.text

    def below(self) -> Iterator[Target]:
        """Give it and every element below it."""
        yield self
        for child in chain.from_iterable(self.children.values()):
            yield from child.below()

    def fed(self) -> bool:
        """Tell whether anything that comes from a document can bring it into being."""
        return (
            self.loop is not None
            or any(written.constant is None for one in self.below() for written in one.written())
            or any(one.loop for one in self.below())
        )
