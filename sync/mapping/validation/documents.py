"""What is wrong with a document by its schema, in findings."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice

from lxml import etree

from sync.findings import Code, Finding, Severity
from sync.mapping.places import Places
from sync.mapping.schema import Schema
from sync.mapping.validation.faults import CONTENT, Fault, findings
from sync.mapping.validation.identities import Identity, check_identities
from sync.mapping.validation.repair import faults_of_order

LARGE = 5_000  #: elements; libxml2 needs quadratic time for the errors of a document
_ELEMENTS = etree.XPath("count(//*)")


def elements(tree: etree._ElementTree) -> int:
    """Count the elements of a document."""
    return int(_ELEMENTS(tree))


def validate(tree: etree._ElementTree, schema: Schema, *, file: str) -> list[Finding]:
    """Give all that is wrong with a document, and nothing where it is valid; then its schema's defaults are in it.

    Of a large document that is not valid only the first fault, and a finding that says so.
    """
    places = Places(tree, schema)
    count = elements(tree)
    try:
        found = _all(tree, schema, places, file) if count < LARGE else _first(tree, schema, places, file)
        if found and count >= LARGE:
            details = {"elements": str(count)}
            found.append(Finding(code=Code.SCHEMA_ONLY_FIRST, severity=Severity.WARN, file=file, details=details))
        elif not found and schema.has_defaults:
            schema.filling_validator.validate(tree)
    except etree.XMLSchemaValidateError as error:
        return [Finding(code=Code.SCHEMA_INTERNAL, file=file, details={"parser": str(error)})]
    return found


def all_findings(tree: etree._ElementTree, schema: Schema, file: str) -> list[Finding]:
    """Give all that is wrong with a document, which takes long where it is large."""
    return _all(tree, schema, Places(tree, schema), file)


def _all(tree: etree._ElementTree, schema: Schema, places: Places, file: str) -> list[Finding]:
    faults, found = _faults(tree, schema, places), list[Finding]()
    identities = list(check_identities(places, schema, file))
    if not (faults or identities):
        return []
    if any(fault.type_name == CONTENT for fault in faults):
        found, faults = faults_of_order(tree, schema, faults, lambda other: _faults(other, schema), file)
    found += findings(_without(faults, identities), places, schema.roots, file)
    found += [finding for _, finding in identities]
    return sorted(found, key=lambda finding: finding.line or 0)


def _faults(tree: etree._ElementTree, schema: Schema, places: Places | None = None) -> list[Fault]:
    # A validator has one log for all threads, and so has the error that assertValid raises.
    with schema.lock:
        if schema.validator.validate(tree):
            return []
        entries = list(schema.validator.error_log)
    places = places or Places(tree, schema)
    return [Fault.read(entry, places.node(entry.path or "")) for entry in entries]


def _without(faults: list[Fault], identities: list[tuple[Identity, Finding]]) -> list[Fault]:
    """Leave out that an ID stands there twice: of attributes libxml2 says it too, as a wrong value."""
    twice = {(identity.node, identity.attribute) for identity, _ in identities}
    return [
        fault
        for fault in faults
        if (fault.node, fault.attribute) not in twice or fault.type_name != "CVC_DATATYPE_VALID_1_2_1"
    ]


# --- large documents ------------------------------------------------------------------------------------------------


def _first(tree: etree._ElementTree, schema: Schema, places: Places, file: str) -> list[Finding]:
    """Give the first fault; a validating parser takes linear time, but it does not know any lines."""
    content = etree.tostring(tree)
    parser = etree.XMLParser(schema=schema.validator, target=_Nothing())
    try:
        etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise etree.XMLSchemaValidateError(str(error)) from error
    if parser.error_log:
        return list(findings([_locate(tree, content, schema)], places, schema.roots, file))
    return [finding for _, finding in check_identities(places, schema, file)][:1]


def _locate(tree: etree._ElementTree, content: bytes, schema: Schema) -> Fault:
    """Find the first fault's element: parse again, counting elements until the parser's log has an entry."""
    counter = _UntilTheFirst()
    parser = counter.parser = etree.XMLParser(schema=schema.validator, target=counter)
    with suppress(_Found):
        etree.fromstring(content, parser)
    return Fault.read(parser.error_log[0], next(islice(tree.iter(etree.Element), counter.at, None)))


class _Nothing:
    """A parser's target that keeps nothing: a second tree would be as large as the first."""

    def close(self) -> None:
        """Nothing to give."""


class _Found(Exception):  # not an error
    """The first fault has been passed."""


class _UntilTheFirst:
    """A parser's target that stops once the schema has complained, and knows at which element."""

    parser: etree.XMLParser

    def __init__(self) -> None:
        self.at = 0  #: the element whose start or end came last, counted from 0 in document order
        self._count = 0
        self._open: list[int] = []

    def start(self, _tag: str, _attributes: object) -> None:
        # The schema sees an event after its target: what is in the log now is of the event before.
        self._stop_if_found()
        self.at = self._count
        self._open.append(self._count)
        self._count += 1

    def end(self, _tag: str) -> None:
        self._stop_if_found()
        self.at = self._open.pop()

    def close(self) -> None:
        """Nothing to give: what matters is where it stopped."""

    def _stop_if_found(self) -> None:
        if self.parser.error_log:
            raise _Found
