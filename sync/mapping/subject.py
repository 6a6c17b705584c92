"""What a mapping learns from a document before it converts it: is it for this one, its PDFs, its object."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from sync.errors import PairRejected
from sync.findings import Code, Finding
from sync.mapping.functions import missing
from sync.mapping.functions.unreadable import Unreadable
from sync.mapping.language.order import order_key
from sync.mapping.language.tree import Binary, Call, Expression, MappingTree, ObjectRule, Order, Path, Pdf, Text
from sync.mapping.lists import Item
from sync.mapping.places import shortened
from sync.mapping.reading import Reader, Record, rule_at, text_of, trouble
from sync.mapping.resolve import Leaf, Resolver
from sync.mapping.schema import Schema
from sync.mapping.values import Values
from sync.model import ObjectFacts
from sync.names import why_no_pdf

_FOLDERS = re.compile(r"[/\\]")


def compile_subject(tree: MappingTree, resolver: Resolver, source: Schema) -> Subject:
    """Compile the head of a mapping; what is wrong is noted, and the subject then of no use."""
    top = resolver.top()
    tables = {table.name: {row.key: row.value for row in table.rows} for table in tree.tables}
    values = Values(resolver=resolver, tables=tables)
    lines = tree.object.rules if tree.object else ()
    for ignore in tree.ignores:
        resolver.path(ignore.path, top)
    return Subject(
        kind=tree.object.kind if tree.object else "",
        when=resolver.condition(tree.when, top) if tree.when else None,
        withdraw=resolver.condition(tree.withdraw, top) if tree.withdraw else None,
        looks_at=tuple(_looks_at(tree.when, resolver)) if tree.when else (),
        pdf=_named(tree.pdf, resolver),
        lines={line.name: _line(line, values, resolver) for line in lines},
        volatile=tuple(resolver.path(path, top) for path in tree.volatile),
        namespaces=resolver.namespaces.by_prefix(),
        source=source,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of the object block."""

    reader: Reader
    order: Order | None

    @property
    def leaf(self) -> Leaf | None:
        """What findings about the line speak of."""
        return next(iter(self.reader.leaves), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """A path that `when` looks at."""

    path: str  #: as written, without predicates
    leaf: Leaf
    compared: tuple[str, ...] = ()  #: the values that it is to be equal to

    def compared_also(self, others: tuple[str, ...]) -> Looked:
        """Give it with these values, too."""
        return replace(self, compared=others + self.compared)


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """Where a document names its PDFs."""

    leaf: Leaf
    required: bool
    rule: str


class Subject:
    """Answers what the pipeline asks before it converts; compiles each XPath when it is first needed."""

    def __init__(
        self,
        *,
        kind: str,
        when: str | None,
        withdraw: str | None,
        looks_at: Sequence[Looked],
        pdf: Named | None,
        lines: Mapping[str, Line],
        volatile: Sequence[Leaf],
        namespaces: Mapping[str, str],
        source: Schema,
    ) -> None:
        self.kind = kind
        self.volatile = tuple(volatile)
        self.source = source
        self._when = when
        self._withdraw = withdraw
        self._looks_at = looks_at
        self._pdf = pdf
        self._lines = dict(lines)
        self._namespaces = dict(namespaces)
        self._compiled: dict[str, etree.XPath] = {}

    def applies(self, tree: etree._ElementTree, item: Item | None = None) -> bool:
        """Tell whether the condition of `when` holds."""
        return self._when is None or bool(self._ask(f"boolean({self._when})", _node(tree, item)))

    def withdraws(self, tree: etree._ElementTree, item: Item | None = None) -> bool:
        """Tell whether the document withdraws its object."""
        return self._withdraw is not None and bool(self._ask(f"boolean({self._withdraw})", _node(tree, item)))

    def looked_at(self, tree: etree._ElementTree, item: Item | None = None) -> list[tuple[Looked, list[Any]]]:
        """Give what `when` looks at, with the elements and attributes that are there."""
        return [(looked, self._ask(looked.leaf.xpath, _node(tree, item))) for looked in self._looks_at]

    def pdf_names(self, tree: etree._ElementTree, file: str, item: Item | None = None) -> tuple[str, ...]:
        """Give the names of the PDFs, without the folders before them; raises PairRejected with all that is wrong."""
        if self._pdf is None:
            return ()
        record = self.record(tree, file, item)
        names: list[str] = []
        for node in self._ask(self._pdf.leaf.xpath, record.context_node):
            self._add_name(names, node, record)
        if not names and not record.findings and self._pdf.required:
            trouble(Code.PDF_NONE_NAMED, record, self._pdf.rule, self._pdf.leaf, record)
        if record.findings:
            raise PairRejected(record.findings)
        return tuple(names)

    def read_object(
        self, tree: etree._ElementTree, file: str, item: Item | None = None
    ) -> tuple[ObjectFacts | None, list[Finding]]:
        """Say what the document is about; None where something of it cannot be read."""
        record = self.record(tree, file, item)
        if not self._lines:  # only a mapping that skips has none
            return None, []
        facts = {name: self._read(line, record) for name, line in self._lines.items()}
        if "revision" in facts:
            facts["revision_key"] = self._key(facts["revision"], record)
        if facts.get("changed"):
            facts["changed"] = self._moment(facts["changed"], record)
        return (None if record.findings else ObjectFacts(kind=self.kind, **facts)), record.findings

    def record(self, tree: etree._ElementTree, file: str, item: Item | None = None) -> Record:
        """Begin what is found in a document, or in one record of a list."""
        places = item.of.places(self.source) if item else None
        record = Record(file=file, root=tree.getroot(), schema=self.source, _places=places)
        return record.following(item.node, item.path) if item else record

    def find_volatile(self, tree: etree._ElementTree) -> list[Any]:
        """Give the elements and attributes that are new in every export."""
        return [node for leaf in self.volatile for node in self._ask(leaf.xpath, tree.getroot())]

    def _read(self, line: Line, record: Record) -> str:
        node = record.context_node
        return line.reader.read(record, record, [self._ask(leaf.xpath, node) for leaf in line.reader.leaves])

    def _key(self, revision: str, record: Record) -> str:
        line = self._lines["revision"]
        try:
            return order_key(line.order, revision)
        except Unreadable as error:
            details = dict(error.details)
            trouble(
                error.code, record, line.reader.rule, line.leaf, record,
                value=revision, allowed=tuple(error.allowed), details=details,
            )  # fmt: skip
            return ""

    def _moment(self, changed: str, record: Record) -> str:
        """Write a moment as the ledger compares it: as text, so in UTC and always to the millisecond."""
        try:
            moment = datetime.fromisoformat(changed.strip())
            known = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return known.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
        except (ValueError, OverflowError):
            line = self._lines["changed"]
            allowed = ("xs:date", "xs:dateTime")
            trouble(Code.NOT_A_DATE, record, line.reader.rule, line.leaf, record, value=changed, allowed=allowed)
            return ""

    def _add_name(self, names: list[str], node: Any, record: Record) -> None:
        assert self._pdf is not None
        written = text_of(node, self._pdf.leaf).strip()
        if missing(written) and not self._pdf.required:
            return
        name = _FOLDERS.split(written)[-1]
        why = why_no_pdf(name)
        if why:
            facts = {"value": shortened(written), "details": {"why": why}}
            trouble(Code.PDF_NAME, record, self._pdf.rule, self._pdf.leaf, record, node=node, **facts)
        elif name not in names:
            names.append(name)

    def _ask(self, xpath: str, node: etree._Element) -> Any:
        if xpath not in self._compiled:
            self._compiled[xpath] = etree.XPath(xpath, namespaces=self._namespaces)
        return self._compiled[xpath](node, record=node)


def _node(tree: etree._ElementTree, item: Item | None) -> etree._Element:
    return item.node if item else tree.getroot()


def _looks_at(condition: Expression, resolver: Resolver, compared: tuple[str, ...] = ()) -> Iterator[Looked]:
    match condition:
        case Path():
            written = "/" * condition.absolute + "/".join("@" * step.attribute + step.name for step in condition.steps)
            yield Looked(path=written, leaf=resolver.path(condition, resolver.top()), compared=compared)
        case Binary() if resolver.asks_type(condition):
            return  # what it looks at is no field
        case Binary(operator="=", left=Path() as path, right=Text(value=value)):
            yield from _looks_at(path, resolver, (value,))
        case Binary():
            yield from _looks_at(condition.left, resolver)
            yield from _looks_at(condition.right, resolver)
        case Call():
            for argument in condition.arguments:
                yield from _looks_at(argument, resolver)


def _named(pdf: Pdf | None, resolver: Resolver) -> Named | None:
    if pdf is None or pdf.path is None:
        return None
    leaf = resolver.text(pdf.path, resolver.top())
    return Named(leaf=leaf, required=not pdf.optional, rule=rule_at(pdf.place))


def _line(line: ObjectRule, values: Values, resolver: Resolver) -> Line:
    reader = values.reader(line.value, line.operator, resolver.top())
    return Line(reader=reader, order=line.order)
