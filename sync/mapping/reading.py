"""How one rule gets its value from a document: alternatives, functions, and a record of what cannot be read.

A stylesheet's extension function and the object block read by the same rules, here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol, TypeAlias

from sync.findings import Code, Finding
from sync.mapping.functions import Conversion, missing
from sync.mapping.functions.unreadable import Unreadable
from sync.mapping.language.tree import Operator, Place
from sync.mapping.places import Places, local_name, shortened
from sync.mapping.resolve import Leaf
from sync.mapping.schema import Schema

MAP_FILE = "mapping.map"
MOST_FINDINGS = 500  #: of one document; nobody corrects more at a time
#: What XPath gives for a leaf: nodes (elements, or an attribute's text that knows its element), or a computed string.
Nodes: TypeAlias = Sequence[Any] | str
_WANTING = (Code.MISSING, Code.PDF_NONE_NAMED)
_NEEDING = (Operator.REQUIRED, Operator.CONSTANT)  #: a missing value rejects the document
_SPACES = re.compile("[ \t\r\n]+")  # what XML calls white space; a no-break space is a character like others


class Context(Protocol):
    """Whatever knows the current source element; lxml's own contexts do."""

    @property
    def context_node(self) -> Any:
        """The current source element."""


class Read(NamedTuple):
    """What a rule gave for one place in the document."""

    rule: str
    text: str
    element: Any  #: that holds what was read, or should; None: it stands nowhere in the document
    below: tuple[str, ...]  #: the names below that element, as of an attribute


@dataclass(kw_only=True, slots=True)
class Record:
    """What was found in one document."""

    file: str  #: as findings call it
    root: Any  #: of the document
    schema: Schema  #: of the document
    node: Any = None  #: the record of a list that is read; None: the document as a whole
    above: str = ""  #: where the record stands in the document
    findings: list[Finding] = field(default_factory=list)
    reads: list[Read] | None = None  #: all that the rules read, in order; None: nobody asks
    _places: Places | None = None  #: of many records, one for all of them

    @property
    def context_node(self) -> Any:
        """The current source element outside of a stylesheet, where a record is a context."""
        return self.root if self.node is None else self.node

    def path(self, element: Any) -> str:
        """Write where an element stands."""
        if self._places is None:
            self._places = Places(element.getroottree(), self.schema)
        return self._places.path(element, self.node, self.above)

    def stand_in(self, tree: Any) -> None:
        """Read this document from now on."""
        self.root, self._places = tree.getroot(), Places(tree, self.schema)

    def following(self, node: Any, above: str) -> Record:
        """Give an empty record about another record of the same list."""
        return replace(self, node=node, above=above, findings=[], reads=None if self.reads is None else [])


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One alternative of a value: texts and leaves in a row; mostly a single leaf."""

    parts: tuple[str | Leaf, ...]

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """The leaves in it, in order; each takes one argument."""
        return tuple(part for part in self.parts if isinstance(part, Leaf))

    @property
    def single(self) -> Leaf | None:
        """The leaf, where it stands alone."""
        only = self.parts[0] if len(self.parts) == 1 else None
        return only if isinstance(only, Leaf) else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Joined:
    """What `join` does: the values between its separator, then the functions after it."""

    separator: str
    functions: tuple[Conversion, ...]


class _Found(NamedTuple):  # made for every value: a dataclass that is frozen takes three times as long
    """A value, and the node that it came from; None where several or none went into it."""

    text: str
    node: Any
    leaf: Leaf | None


class _Wrong(Exception):
    """A value cannot be given; carries the finding's facts that only its place knows."""

    def __init__(self, code: Code, leaf: Leaf | None, node: Any = None, **facts: Any) -> None:
        self.code, self.leaf, self.node, self.facts = code, leaf, node, facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Native:
    """What a reader gives, as XPath alone (sync.mapping.native)."""

    helpers: tuple[str, ...]  #: expressions whose values come first
    xpath: str
    sound: tuple[str, ...]  #: conditions under which that is so
    scope: str = ""  #: the path of the node that all of these begin at, and that may be absent; "" for the usual one
    given: bool = False  #: it is not blank then


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Reads the value of one rule."""

    rule: str  #: as mapping.map:23
    operator: Operator
    sources: tuple[Source, ...]
    functions: tuple[Conversion, ...] = ()  #: for each value, before any `join`
    joined: Joined | None = None
    #: Writes it as XPath, as seen from where the rule reads, or (True) from the only node that it reads; None where it
    #: cannot.
    native: Callable[[bool], Native | None] = lambda _: None

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """The leaves of all sources, in order."""
        return tuple(leaf for source in self.sources for leaf in source.leaves)

    def read(self, record: Record, context: Context, arguments: Sequence[Nodes]) -> str:
        """Give the value, "" where it is missing; what is wrong with it is recorded.

        arguments: what XPath gave for each leaf of each source, in order.
        """
        try:
            text = self._value(arguments)
            if record.reads is not None:
                record.reads.append(self._read_at(record, context, arguments, text))
            if missing(text):
                if self.operator in _NEEDING:
                    raise _Wrong(Code.MISSING, self._first_leaf())
                return ""
            return text
        except _Wrong as wrong:
            trouble(wrong.code, record, self.rule, wrong.leaf, context, node=wrong.node, **wrong.facts)
            return ""

    def apply(self, text: str) -> str:
        """Apply the functions to a value; raises Unreadable."""
        for function in self.functions:
            text = function(text)
        return text

    def _read_at(self, record: Record, context: Context, arguments: Sequence[Nodes], text: str) -> Read:
        found = next(iter(self._first(arguments)), None)
        node, leaf = (found.node, found.leaf) if found else (None, self._first_leaf())
        element, below = _place(node, leaf, record, context)
        return Read(rule=self.rule, text=text, element=element, below=below)

    def _value(self, arguments: Sequence[Nodes]) -> str:
        values = [self._apply(self.functions, found) for found in self._first(arguments)]
        if self.joined is None:
            return values[0] if values else ""
        text = self.joined.separator.join(value for value in values if not missing(value))
        return self._apply(self.joined.functions, _Found(text=text, node=None, leaf=self._first_leaf())) if text else ""

    def _first(self, arguments: Sequence[Nodes]) -> list[_Found]:
        """Give what the first source that has something gives."""
        taken = 0
        for source in self.sources:
            if source.single is not None:
                found = self._nodes(source.single, arguments[taken], several=self.joined is not None)
                taken += 1
            else:
                leaves = source.leaves
                found = self._filled(source, arguments[taken : taken + len(leaves)])
                taken += len(leaves)
            if found:
                return found
        return []

    def _nodes(self, leaf: Leaf, nodes: Nodes, *, several: bool) -> list[_Found]:
        if isinstance(nodes, str):
            return [_Found(text=nodes, node=None, leaf=leaf)] if not missing(nodes) else []
        if len(nodes) > 1 and not several:
            raise _Wrong(Code.SEVERAL_VALUES, leaf, nodes[1], details={"count": str(len(nodes))})
        texts = ((text_of(node, leaf), node) for node in nodes)
        return [_Found(text=text, node=node, leaf=leaf) for text, node in texts if not missing(text)]

    def _filled(self, source: Source, arguments: Sequence[Nodes]) -> list[_Found]:
        """Fill a template; it gives nothing where one of its paths does."""
        texts: list[str] = []
        given = iter(arguments)
        for part in source.parts:
            if isinstance(part, str):
                texts.append(part)
                continue
            found = self._nodes(part, next(given), several=False)
            if not found:
                if self.operator is Operator.CONSTANT:
                    raise _Wrong(Code.MISSING, part)
                return []
            texts.append(found[0].text)
        return [_Found(text="".join(texts), node=None, leaf=source.leaves[0] if source.leaves else None)]

    def _apply(self, functions: Sequence[Conversion], found: _Found) -> str:
        text = found.text
        for function in functions:
            try:
                text = function(text)
            except Unreadable as error:
                if error.missing and self.operator not in _NEEDING:
                    return ""
                facts = {
                    "value": shortened(found.text),
                    "allowed": tuple(error.allowed),
                    "details": dict(error.details),
                }
                raise _Wrong(error.code, found.leaf, found.node, **facts) from error
        return text

    def _first_leaf(self) -> Leaf | None:
        first = next(iter(self.leaves), None)
        # Of several alternatives none is there, whatever the first one chooses by.
        return replace(first, chosen=None) if first and first.chosen and len(self.sources) > 1 else first


def text_of(node: Any, leaf: Leaf) -> str:
    """Give the text of an element or attribute as its type understands it."""
    text = str(node) if isinstance(node, str) else "".join(node.itertext()) if leaf.mixed else node.text or ""
    return _SPACES.sub(" ", text).strip(" ") if leaf.collapsed else text


def rule_at(place: Place) -> str:
    """Give how findings call the rule at a place."""
    return f"{MAP_FILE}:{place.line}"


# --- findings ---------------------------------------------------------------------------------------------------------


def trouble(code: Code, record: Record, rule: str, leaf: Leaf | None, context: Context, **facts: Any) -> None:
    """Record a finding about what a rule reads; *facts* are fields of the finding, and `node` where it is known."""
    if len(record.findings) == MOST_FINDINGS:
        return
    node = facts.pop("node", None)
    if code in _WANTING and leaf is not None:
        facts["details"] = _wanted(leaf)
    element, rest = _place(node, leaf, record, context)
    above = record.path(element) if element is not None else ""
    record.findings.append(
        Finding(
            code=code,
            file=record.file,
            line=element.sourceline if element is not None else None,
            field=leaf.field if leaf else "",
            path="".join([above, *(f"/{name}" for name in rest)]),
            rule=rule,
            **facts,
        )
    )


def _wanted(leaf: Leaf) -> dict[str, str]:
    """Say what a finding's text needs to know of something that is not there, besides its field."""
    if leaf.origin[:1] == ("$documents",) and leaf.origin[-1] != "date":
        return {"pdf": leaf.field}
    if leaf.origin[:1] and leaf.origin[0].startswith("$"):
        return {"variable": leaf.field}
    return {"wanted": leaf.chosen.written} if leaf.chosen else {}


def _place(node: Any, leaf: Leaf | None, record: Record, context: Context) -> tuple[Any, tuple[str, ...]]:
    """Give the element that is or should hold the value, as deep as the document has it, and the names it lacks."""
    if leaf is None or leaf.computed:
        return record.context_node, ()
    if leaf.origin[0].startswith("$"):  # a fact about the pair stands nowhere in the document
        return record.node, ()
    if isinstance(node, str):  # an attribute
        return node.getparent(), (f"@{local_name(node.attrname)}",)  # type: ignore[attr-defined]
    if node is not None:
        return node, ()
    element, lacking = record.root if leaf.absolute else context.context_node, leaf.below
    # Of elements that a condition chooses among, one that it does not choose is not meant.
    above = leaf.chosen.above if leaf.chosen else len(lacking)
    for name in leaf.below[:above]:
        deeper = None if name.startswith("@") else element.find(name)
        if deeper is None:
            break
        element, lacking, above = deeper, lacking[1:], above - 1
    names = tuple(local_name(name) for name in lacking[:above])
    return element, (*names, leaf.chosen.written) if leaf.chosen else names
