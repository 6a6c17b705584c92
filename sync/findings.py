"""What a gate, a mapping or the guard found in a pair: codes and places, no words.

The words, German and English, stand in `sync/reports/texts/`; a test holds every code against both catalogues.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """What a finding means for the pair."""

    REJECT = "reject"  #: the pair goes to error/
    WARN = "warn"  #: the pair goes on; the finding is kept in the ledger


class Policy(StrEnum):
    """What a route makes of a finding about a PDF."""

    REJECT = "reject"  #: the pair goes to error/
    WARN = "warn"  #: the pair goes on; the finding is kept in the ledger
    ALLOW = "allow"  #: the pair goes on and nothing is said


class Code(StrEnum):
    """Every kind of finding; the comment says which `details` its text names."""

    # the files as such
    NAME_NOT_UTF8 = "name.not-utf8"
    NAME_UNSAFE = "name.unsafe"  #: a name that pairsync would have to create and must not; details: why
    HARD_LINK = "file.hard-link"  #: details: links
    TOO_LARGE = "file.too-large"  #: details: size, limit (bytes)
    AMBIGUOUS = "pair.ambiguous"  #: two files with one key; details: names
    SOURCE_CHANGED = "source.changed"  #: another file took the name while ours was being put back
    RECORDS_CHANGED = "source.records-changed"  #: of a list of which some is delivered; details: before, now
    WORKER_DIED = "source.worker-died"  #: details: times
    ROUTE_GONE = "target.route-gone"  #: its route is not in config.ini any more; details: route
    CONFLICT = "target.conflict"  #: a stranger's file has the name in the import folder; details: name

    # XML, before any schema
    XML_EMPTY = "xml.empty"
    XML_NOT_WELL_FORMED = "xml.not-well-formed"  #: details: parser
    XML_CUT_OFF = "xml.cut-off"
    XML_DOCTYPE = "xml.doctype"
    XML_COMPRESSED = "xml.compressed"  #: details: format
    XML_NOT_XML = "xml.not-xml"  #: details: format
    XML_NUL = "xml.nul"
    XML_ENCODING_UNSUPPORTED = "xml.encoding-unsupported"  #: details: declared
    XML_ENCODING_WRONG = "xml.encoding-wrong"  #: details: declared, byte, probably
    XML_VERSION = "xml.version"  #: details: version
    XML_TOO_MANY_TAGS = "xml.too-many-tags"  #: details: count, limit
    XML_LIMIT = "xml.limit"  #: the parser's own limits; details: parser

    # the source against its schema
    SCHEMA_ENUMERATION = "schema.enumeration"
    SCHEMA_PATTERN = "schema.pattern"  #: details: pattern
    SCHEMA_TOO_LONG = "schema.too-long"  #: details: length, limit (characters)
    SCHEMA_TOO_SHORT = "schema.too-short"  #: details: length, limit (characters)
    SCHEMA_EMPTY = "schema.empty"  #: an empty value where the type allows none
    SCHEMA_RANGE = "schema.range"  #: details: relation (one of ≥ > ≤ <), limit
    SCHEMA_DIGITS = "schema.digits"  #: details: limit, kind (total, fraction)
    SCHEMA_TYPE = "schema.type"  #: details: type (as in "date", "decimal")
    SCHEMA_FIXED = "schema.fixed"  #: details: fixed
    SCHEMA_UNEXPECTED = "schema.unexpected"  #: where it is not expected; details: namespace, expected (of its name)
    SCHEMA_MISSING = "schema.missing"  #: an element ends too early; field: what is missing, allowed: those expected
    SCHEMA_ATTRIBUTE_MISSING = "schema.attribute-missing"
    SCHEMA_ATTRIBUTE_UNEXPECTED = "schema.attribute-unexpected"  #: details: namespace, expected (of its name)
    SCHEMA_TEXT = "schema.text"  #: text where only elements may stand
    SCHEMA_NIL = "schema.nil"
    SCHEMA_ID_TWICE = "schema.id-twice"
    SCHEMA_IDREF = "schema.idref"
    SCHEMA_KEY = "schema.key"  #: a key, unique or keyref constraint; details: parser
    SCHEMA_OTHER = "schema.other"  #: details: parser
    SCHEMA_ONLY_FIRST = "schema.only-first"  #: a large document: only the first error was looked for; details: elements
    SCHEMA_INTERNAL = "schema.internal"  #: the validator itself failed: never "valid"; details: parser

    # PDF
    PDF_NOT_PDF = "pdf.not-pdf"  #: details: looks_like
    PDF_EMPTY = "pdf.empty"
    PDF_CUT_OFF = "pdf.cut-off"
    PDF_UNREADABLE = "pdf.unreadable"  #: details: parser
    PDF_NO_PAGE = "pdf.no-page"
    PDF_TOO_MANY_PAGES = "pdf.too-many-pages"  #: details: pages, limit
    PDF_PAGE_COUNT = "pdf.page-count"  #: details: declared, counted
    PDF_CYCLE = "pdf.cycle"
    PDF_ARCHIVE = "pdf.archive"  #: the file is also an archive; details: format
    PDF_PASSWORD = "pdf.password"  # noqa: S105  # a finding, not a secret
    PDF_OWNER_PASSWORD = "pdf.owner-password"  # noqa: S105
    PDF_LAUNCH = "pdf.launch"
    PDF_IMPORT_DATA = "pdf.import-data"
    PDF_HEADER_OFFSET = "pdf.header-offset"  #: details: offset
    PDF_JAVASCRIPT = "pdf.javascript"
    PDF_SUBMIT_FORM = "pdf.submit-form"
    PDF_FORM = "pdf.form"
    PDF_GOTO_REMOTE = "pdf.goto-remote"
    PDF_GOTO_EMBEDDED = "pdf.goto-embedded"
    PDF_RENDITION = "pdf.rendition"
    PDF_RICH_MEDIA = "pdf.rich-media"
    PDF_EMBEDDED_FILES = "pdf.embedded-files"
    PDF_XFA = "pdf.xfa"
    PDF_ARCHIVAL = "pdf.archival"  #: it claims to be PDF/A, which is not checked; details: claim
    PDF_ADDITIONAL_ACTIONS = "pdf.additional-actions"
    PDF_REBUILT = "pdf.rebuilt"  #: a cross-reference table that had to be rebuilt
    PDF_TRAILING = "pdf.trailing"  #: bytes after the end; details: bytes
    PDF_CPU = "pdf.cpu"  #: details: seconds
    PDF_MEMORY = "pdf.memory"  #: details: megabytes

    # choosing a mapping, converting, and what came out
    MAPPING_NONE = "mapping.none"  #: details: root, names (of mappings), values (`when` looked at), namespace, expected
    MAPPING_SEVERAL = "mapping.several"  #: details: names
    MISSING = "mapping.missing"  #: a rule's value is missing or empty; details: wanted (a path), pdf, variable
    SEVERAL_VALUES = "mapping.several-values"  #: more than one node for one value; details: count
    NOT_IN_TABLE = "mapping.not-in-table"  #: details: table
    NOT_A_DATE = "mapping.not-a-date"  #: allowed: the formats
    NOT_A_LOCAL_TIME = "mapping.not-a-local-time"  #: the clocks were put forward over this time; details: zone
    NOT_A_NUMBER = "mapping.not-a-number"  #: allowed: the sample; details: places (so many there are at most)
    NUMBER_UNKNOWN = "mapping.number-unknown"  #: no number of this object in another system; details: kind, system
    REVISION_UNKNOWN = "mapping.revision-unknown"  #: a revision that the order does not know; details: order
    PDF_NAME = "mapping.pdf-name"  #: the XML names a PDF with a name that cannot be one; details: why
    PDF_NONE_NAMED = "mapping.pdf-none-named"  #: a named PDF is needed; details: wanted (a path)
    TARGET_INVALID = "mapping.target-invalid"  #: what was produced is not valid; details: parser, element; and source
    STYLESHEET = "mapping.stylesheet"  #: a hand-written stylesheet failed; details: parser
    OUTPUT_ENCODING = "mapping.output-encoding"  #: a character that the importer's encoding lacks; details: encoding


#: Characters of a name or a path in a finding.
_LONGEST = 2_000


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was found, with all that a person needs to see where."""

    code: Code
    severity: Severity = Severity.REJECT
    file: str = ""  #: escaped name of the file, as dropped
    line: int | None = None  #: from 1, in that file
    column: int | None = None
    field: str = ""  #: the element or attribute in the source's own word, attributes with @
    path: str = ""  #: where it stands, as /Unterlage/Kunde/Kundennummer
    value: str | None = None  #: what stands there
    allowed: tuple[str, ...] = ()  #: what may stand there
    rule: str = ""  #: the mapping's rule, as mapping.map:23
    details: Mapping[str, str] = dataclasses.field(default_factory=dict)  #: what else the text names

    def __post_init__(self) -> None:
        """Cut what strangers made longer than anybody reads: a name in XML may have a million characters."""
        for name in ("field", "path"):
            object.__setattr__(self, name, _cut(getattr(self, name)))
        object.__setattr__(self, "details", {name: _cut(text) for name, text in self.details.items()})

    @property
    def source_path(self) -> str:
        """Where it stands in the document that was dropped; "" where nobody knows."""
        return self.details.get("source", "") if self.code is Code.TARGET_INVALID else self.path

    def to_json(self) -> dict[str, Any]:
        """Give the finding as JSON values, empty ones left out."""
        facts: dict[str, Any] = {"code": str(self.code), "severity": str(self.severity)}
        for name in ("file", "line", "column", "field", "path", "value", "rule"):
            if (value := getattr(self, name)) not in ("", None):
                facts[name] = value
        if self.allowed:
            facts["allowed"] = list(self.allowed)
        if self.details:
            facts["details"] = dict(self.details)
        return facts

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Finding:
        """Read back what `to_json` gave."""
        known = dict(facts)
        known["code"] = Code(known["code"])
        known["severity"] = Severity(known["severity"])
        known["allowed"] = tuple(known.get("allowed", ()))
        return cls(**known)
