"""The gate for XML: what is refused before any schema is asked, and the only way in which foreign XML is parsed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NoReturn
from xml.parsers import expat

from lxml import etree

from sync.errors import PairRejected
from sync.findings import Code, Finding
from sync.gates import encodings, formats

#: libxml2's own limits: depth, length of a text or of an attribute, and length of a name.
_LIMIT_ERRORS = (etree.ErrorTypes.ERR_RESOURCE_LIMIT, etree.ErrorTypes.ERR_NAME_TOO_LONG)
#: These have a limit of their own, and no error type for it.
_LIMIT_MESSAGE = re.compile(r"(?:Comment|PI \S+|CData section) too big found")
_ENDED_TOO_EARLY = tuple(
    expat.errors.codes[message]
    for message in (expat.errors.XML_ERROR_NO_ELEMENTS, expat.errors.XML_ERROR_UNCLOSED_TOKEN)
)
_DECLARATION = re.compile(rb"\s*<\?xml\s[^>]*>")
_VERSION = re.compile(rb"""\sversion\s*=\s*["']([^"']*)["']""")
_ENCODING = re.compile(rb"""\sencoding\s*=\s*["']([^"']*)["']""")
#: Only these may stand before a DOCTYPE; its own literals may hold anything, even "<!DOCTYPE".
_BEFORE_DOCTYPE = re.compile(rb"(?>\s+|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_BEFORE_MARKUP = b"\xef\xbb\xbf\xff\xfe \t\r\n"  #: byte order marks and white space


@dataclass(frozen=True, kw_only=True, slots=True)
class XmlLimits:
    """What a folder's XML may be.

    strip_doctype: take out a DOCTYPE that has no internal subset; encoding: what the exporter really writes, whatever
    it declares. Raises ValueError for an encoding that pairsync does not read.
    """

    max_bytes: int = 20_000_000
    max_tags: int = 1_000_000
    strip_doctype: bool = False
    encoding: str | None = None

    def __post_init__(self) -> None:
        if self.encoding is not None and encodings.known(self.encoding) is None:
            raise ValueError(f"not an encoding that pairsync reads: {self.encoding}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Prolog:
    """A document that may be parsed."""

    file: str
    root: str  #: as lxml writes it: {namespace}name
    encoding: str  #: that the file was written in
    data: bytes  #: the document as UTF-8, and saying so, without a byte order mark and a stripped DOCTYPE


def inspect(data: bytes, limits: XmlLimits, *, file: str) -> Prolog:
    """Refuse with PairRejected what no parser shall see, and tell the root of the rest."""
    _refuse_other_formats(data, limits, file)
    encoding, document = _as_utf8(data, limits.encoding, file)
    _refuse_zeros(document, file)
    _refuse_other_versions(document, file)
    if (tags := document.count(b"<")) > limits.max_tags:
        _refuse(Code.XML_TOO_MANY_TAGS, file, count=tags, limit=limits.max_tags)
    scan = _PrologScan(document, limits, file)
    return Prolog(file=file, root=scan.root, encoding=encoding, data=scan.without_doctype())


def parse(prolog: Prolog) -> etree._ElementTree:
    """Parse a document; raises PairRejected where it is not well-formed, or beyond what the parser reads."""
    # Options alone are not enough: with a DOCTYPE an external entity parses to silently missing text, so `inspect`
    # lets none through. Bytes, never a path: libxml2 unpacks compressed files by itself.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(prolog.data, parser).getroottree()
    except etree.XMLSyntaxError as error:
        first = next(iter(parser.error_log), None)  # the parser's own log; the error's log is shared by all threads
        raise _not_well_formed(prolog, first, str(error)) from error


def _start(head: bytes) -> bytes:
    """Give the first characters without what may stand before markup, UTF-16 as ASCII."""
    return head[:4096].replace(b"\0", b"").lstrip(_BEFORE_MARKUP)


# --- before a parser ------------------------------------------------------------------------------------------------


def _refuse_other_formats(data: bytes, limits: XmlLimits, file: str) -> None:
    if len(data) > limits.max_bytes:
        _refuse(Code.TOO_LARGE, file, size=len(data), limit=limits.max_bytes)
    if not data.strip(b"\0" + _BEFORE_MARKUP):
        _refuse(Code.XML_EMPTY, file)
    if name := formats.compressed(data):
        _refuse(Code.XML_COMPRESSED, file, format=name)
    start = _start(data)
    if formats.html(start):
        _refuse(Code.XML_NOT_XML, file, format="HTML")
    if not start.startswith((b"<", encodings.EBCDIC)):
        _refuse(Code.XML_NOT_XML, file, format=formats.looks_like(data))


def _as_utf8(data: bytes, override: str | None, file: str) -> tuple[str, bytes]:
    try:
        encoding, text = encodings.read(data, _declared(data), override)
    except encodings.Unsupported as error:
        _refuse(Code.XML_ENCODING_UNSUPPORTED, file, declared=error.declared)
    except encodings.EndsInsideCharacter as error:
        _refuse(Code.XML_CUT_OFF, file, line=error.line)
    except encodings.Wrong as error:
        details = {"declared": error.declared, "byte": error.byte, "probably": error.probably}
        _refuse(Code.XML_ENCODING_WRONG, file, line=error.line, **details)
    return encoding, _saying_utf8(text.encode())


def _declared(data: bytes) -> str | None:
    declaration = _DECLARATION.match(data.removeprefix(encodings.UTF8_MARK))
    found = _ENCODING.search(declaration[0]) if declaration else None
    return found[1].decode("ascii", "replace") if found else None


def _saying_utf8(document: bytes) -> bytes:
    declaration = _DECLARATION.match(document)
    found = _ENCODING.search(declaration[0]) if declaration else None
    if found is None or found[1] == b"UTF-8":
        return document
    return document[: found.start(1)] + b"UTF-8" + document[found.end(1) :]


def _refuse_zeros(document: bytes, file: str) -> None:
    if document.endswith(b"\0"):  # Windows allocates first
        _refuse(Code.XML_CUT_OFF, file)
    if (at := document.find(b"\0")) >= 0:
        _refuse(Code.XML_NUL, file, line=document.count(b"\n", 0, at) + 1)


def _refuse_other_versions(document: bytes, file: str) -> None:
    declaration = _DECLARATION.match(document)
    found = _VERSION.search(declaration[0]) if declaration else None
    if found and found[1] != b"1.0":
        _refuse(Code.XML_VERSION, file, line=1, version=found[1].decode(errors="replace"))


class _RootFound(Exception):  # not an error: it ends the scan
    """The scan has seen enough."""


class _PrologScan:
    """Reads up to the root's start tag; no entity has been declared or followed by then."""

    def __init__(self, document: bytes, limits: XmlLimits, file: str) -> None:
        self.root = ""
        self._document = document
        self._limits = limits
        self._file = file
        self._doctype_end: int | None = None
        self._parser = expat.ParserCreate(namespace_separator="}")
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EndDoctypeDeclHandler = self._end_of_doctype
        self._parser.StartElementHandler = self._element
        self._read()

    def without_doctype(self) -> bytes:
        """Give the document with line feeds alone in the DOCTYPE's place, so that lines keep their numbers."""
        if self._doctype_end is None:
            return self._document
        before = _BEFORE_DOCTYPE.match(self._document)
        assert before is not None  # expat has come past it
        start = before.end()
        lines = self._document.count(b"\n", start, self._doctype_end)
        return self._document[:start] + b"\n" * lines + self._document[self._doctype_end :]

    def _read(self) -> None:
        try:
            self._parser.Parse(self._document, True)
        except _RootFound:
            return
        except expat.ExpatError as error:
            code = Code.XML_CUT_OFF if error.code in _ENDED_TOO_EARLY else Code.XML_NOT_WELL_FORMED
            _refuse(code, self._file, line=error.lineno, parser=expat.ErrorString(error.code))

    def _doctype(self, _name: str, _system: str | None, _public: str | None, internal_subset: bool) -> None:
        if internal_subset or not self._limits.strip_doctype:
            _refuse(Code.XML_DOCTYPE, self._file, line=self._parser.CurrentLineNumber)

    def _end_of_doctype(self) -> None:
        self._doctype_end = self._parser.CurrentByteIndex + 1

    def _element(self, name: str, _attributes: dict[str, str]) -> None:
        self.root = "{" + name if "}" in name else name
        raise _RootFound


# --- by the parser --------------------------------------------------------------------------------------------------


def _not_well_formed(prolog: Prolog, first: Any, message: str) -> PairRejected:
    code, line, column = Code.XML_NOT_WELL_FORMED, None, None
    if first is not None:
        message, line, column = first.message.strip(), first.line, first.column
        if first.type in _LIMIT_ERRORS or _LIMIT_MESSAGE.match(message):
            code = Code.XML_LIMIT
    if code is not Code.XML_LIMIT and _is_cut_off(prolog, first):
        code = Code.XML_CUT_OFF
    finding = Finding(code=code, file=prolog.file, line=line, column=column, details={"parser": message})
    return PairRejected([finding])


def _is_cut_off(prolog: Prolog, first: Any) -> bool:
    name = re.escape(prolog.root.rpartition("}")[2].encode())
    if re.search(rb"</(?:[^\s<>/:]+:)?" + name + rb"\s*>", prolog.data):
        return False
    ended = first is not None and first.type == etree.ErrorTypes.ERR_TAG_NOT_FINISHED
    return ended or not prolog.data.rstrip().endswith(b">")


def _refuse(code: Code, file: str, *, line: int | None = None, **details: object) -> NoReturn:
    texts = {name: str(value) for name, value in details.items()}
    raise PairRejected([Finding(code=code, file=file, line=line, details=texts)])
