"""What is wrong with the records of a list, each by itself, and with what stands beside them.

libxml2 needs quadratic time for the errors of a document. So a large list that is not valid is validated in pieces: its
header with some records, then with the next ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from lxml import etree

from sync.findings import Code, Finding
from sync.mapping.lists import Item, List
from sync.mapping.places import Places
from sync.mapping.schema import Schema
from sync.mapping.validation.documents import LARGE, all_findings, elements, validate
from sync.mapping.validation.identities import check_identities

_PIECE = LARGE // 2  #: elements that are validated together
_ROUNDS = 5  #: in which records are taken out until the rest is valid
#: What is true of a document and not of a piece of it.
_OF_THE_WHOLE = (Code.SCHEMA_ID_TWICE, Code.SCHEMA_IDREF, Code.SCHEMA_KEY)
#: Validates a document.
_Find: TypeAlias = Callable[[etree._ElementTree], list[Finding]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Validated:
    """What is wrong with a list."""

    header: tuple[Finding, ...] = ()  #: outside of all records: it concerns them all
    records: Mapping[int, tuple[Finding, ...]] = field(default_factory=dict)  #: by their positions


def validate_records(tree: etree._ElementTree, items: Sequence[Item], schema: Schema, *, file: str) -> Validated:
    """Give all that is wrong, by record; the schema's defaults are in what is right then.

    items: all records of the document, in its order.
    """
    found = validate(tree, schema, file=file)
    if not found or not items:
        return Validated(header=tuple(found))
    whole = List(tree)
    whole.items = list(items)
    try:
        wrong = _wrong(tree, whole, schema, file, found)
        if wrong.records and not wrong.header:
            wrong = _until_the_rest_is_valid(whole, wrong, schema, file)
    except etree.XMLSchemaValidateError as error:
        return Validated(header=(Finding(code=Code.SCHEMA_INTERNAL, file=file, details={"parser": str(error)}),))
    if schema.has_defaults and not wrong.header:
        with _without([item.node for item in items if item.position in wrong.records]):
            schema.filling_validator.validate(tree)
    return wrong


def _wrong(tree: etree._ElementTree, whole: List, schema: Schema, file: str, found: Sequence[Finding]) -> Validated:
    """Sort what is wrong by record; of a large list *found* is the first fault only."""
    by_path = {item.path: item for item in whole.items}
    if elements(tree) < LARGE:
        return _sorted(found, by_path)
    pieces = (_of_piece(whole, piece, lambda copy: all_findings(copy, schema, file)) for piece in _pieces(whole.items))
    everywhere = [one for piece in pieces for one in piece if one.code not in _OF_THE_WHOLE]
    everywhere += [finding for _, finding in check_identities(Places(tree, schema), schema, file)]
    # What no piece shows is wrong with the list as a whole, as a key that stands twice.
    return _sorted(_once(everywhere) or found, by_path)


def _until_the_rest_is_valid(whole: List, wrong: Validated, schema: Schema, file: str) -> Validated:
    """Take out the records that are wrong and look at what is left; a list of which nothing is right is left alone."""
    for _ in range(_ROUNDS):
        rest = [item for item in whole.items if item.position not in wrong.records]
        if not rest:
            return wrong
        found = _of_piece(whole, rest, lambda copy: validate(copy, schema, file=file))
        # What an IDREF leads to may be in a record that was taken out.
        found = [one for one in found if one.code is not Code.SCHEMA_IDREF]
        if not found:
            return wrong
        more = _sorted(found, {item.path: item for item in rest})
        if more.header:
            return more
        wrong = Validated(records={**wrong.records, **more.records})
    return Validated(header=tuple(found))


def _pieces(items: Sequence[Item]) -> Iterator[list[Item]]:
    piece: list[Item] = []
    size = 0
    for item in items:
        elements = int(item.node.xpath("count(descendant-or-self::*)"))
        if piece and size + elements > _PIECE:
            yield piece
            piece, size = [], 0
        piece.append(item)
        size += elements
    if piece:
        yield piece


def _of_piece(whole: List, items: Sequence[Item], find: _Find) -> Iterable[Finding]:
    """Validate some records with the header; what is found stands where it does in the document."""
    copy, copies = whole.cut(items)
    found = find(copy)
    if not found:
        return []
    places = Places(copy, None)
    there = {places.path(one): item for one, item in zip(copies, items, strict=True)}
    return [_moved(one, there) for one in found]


def _moved(finding: Finding, there: Mapping[str, Item]) -> Finding:
    item, path = _of(finding, there)
    return replace(finding, path=item.path + finding.path[len(path) :]) if item else finding


def _sorted(found: Iterable[Finding], by_path: Mapping[str, Item]) -> Validated:
    header: list[Finding] = []
    records: dict[int, list[Finding]] = {}
    for finding in found:
        item, _ = _of(finding, by_path)
        (records.setdefault(item.position, []) if item else header).append(finding)
    if not any(finding.code is not Code.SCHEMA_ONLY_FIRST for finding in header):
        header = []
    return Validated(header=tuple(header), records={at: tuple(theirs) for at, theirs in records.items()})


def _of(finding: Finding, by_path: Mapping[str, Item]) -> tuple[Item | None, str]:
    """Give the record that a finding is about, and its path; None: it is about the header."""
    path = finding.path
    while path and path not in by_path:
        path = path.rpartition("/")[0]
    return by_path.get(path), path


def _once(found: Iterable[Finding]) -> list[Finding]:
    """Give each finding once: each piece has the header."""
    return list({(one.code, one.path, one.value, one.line): one for one in found}.values())


@contextmanager
def _without(nodes: Sequence[etree._Element]) -> Iterator[None]:
    """Take elements out of their document for a while."""
    parents = [(node, node.getparent(), node.getnext()) for node in nodes]
    for node, above, _ in parents:
        above.remove(node)
    try:
        yield
    finally:
        for node, above, after in reversed(parents):
            if after is None:
                above.append(node)
            else:
                after.addprevious(node)
