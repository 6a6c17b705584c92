"""What a PDF is made of, asked of pypdf; content streams are never decoded. Only the worker imports this."""

from __future__ import annotations

import graphlib
import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from sync.findings import Code
from sync.gates.pdf_frame import Seen

_NODES = 200_000  #: places looked at in the page tree, which a few objects can make endless without going round
_INDIRECTIONS = 16

_ACTIONS = {
    "/Launch": Code.PDF_LAUNCH,
    "/ImportData": Code.PDF_IMPORT_DATA,
    "/JavaScript": Code.PDF_JAVASCRIPT,
    "/SubmitForm": Code.PDF_SUBMIT_FORM,
    "/GoToR": Code.PDF_GOTO_REMOTE,
    "/GoToE": Code.PDF_GOTO_EMBEDDED,
    "/Rendition": Code.PDF_RENDITION,
    "/Movie": Code.PDF_RENDITION,
    "/Sound": Code.PDF_RENDITION,
    "/RichMediaExecute": Code.PDF_RICH_MEDIA,
}
_SUBTYPES = {"/RichMedia": Code.PDF_RICH_MEDIA, "/Movie": Code.PDF_RENDITION, "/Sound": Code.PDF_RENDITION}
_KEYS = {
    "/AA": Code.PDF_ADDITIONAL_ACTIONS,
    "/JS": Code.PDF_JAVASCRIPT,
    "/JavaScript": Code.PDF_JAVASCRIPT,
    "/OnInstantiate": Code.PDF_JAVASCRIPT,  # of a 3D model
    "/XFA": Code.PDF_XFA,
    "/EF": Code.PDF_EMBEDDED_FILES,
    "/RichMediaContent": Code.PDF_RICH_MEDIA,
}
#: What leads back, to content and looks, or to what was found already; none of it can act.
_PASSED_OVER = frozenset((
    *("/Parent", "/P", "/Pg", "/Prev", "/Last", "/B", "/Dest", "/Dests", "/EF", "/JS", "/XFA"),
    *("/Contents", "/Resources", "/Metadata", "/StructTreeRoot", "/Thumb", "/AP", "/PieceInfo"),
    *("/OutputIntents", "/OCProperties", "/PageLabels", "/DSS"),
))  # fmt: skip
#: What must lead onwards: a reader that follows these in a circle never ends.
_ONWARDS = frozenset(("/Kids", "/First", "/Next"))
_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:(Z)|([+-])(\d\d)'?(\d\d)?)?")
#: What pypdf says of files that every reader opens as they are; all else is a repair.
_PDFA_PART = re.compile(rb"pdfaid:part(?:>|\s*=\s*[\"'])\s*(\d)")
_PDFA_LEVEL = re.compile(rb"pdfaid:conformance(?:>|\s*=\s*[\"'])\s*([A-Za-z])\b")
_HARMLESS = re.compile(
    r"Superfluous whitespace|Object \d+ \d+ not defined|Multiple definitions in dictionary"
    r"|Ignoring wrong pointing object \d+ \d+ \(offset 0\)|Unexpected escaped string"
)
#: After which other readers may see more of a file than pypdf does: of two definitions it takes the first, of a
#: dictionary that it cannot read the part before the mistake, and nothing where a reference leads astray.
_BLIND = re.compile(r"(?!Superfluous whitespace|Object \d+ \d+ not defined|Unexpected escaped string)")

_LEAST = (1, 1, 1, 0, 0, 0)
_NESTED = (IndirectObject, DictionaryObject, ArrayObject)
_REPAIRS = 20  #: messages kept of one file

Node = tuple[int, int]  #: number and generation of an object


class Structure:
    """One PDF, from its header to its end; every method may raise anything that pypdf lets out."""

    def __init__(self, data: bytes) -> None:
        # Not strict: that refuses what Acrobat and every other reader opens; what pypdf repairs is reported instead.
        self._reader = pypdf.PdfReader(io.BytesIO(data))
        self.encrypted = self._reader.is_encrypted
        self.opens = not self.encrypted or bool(self._reader.decrypt(""))

    def content(self) -> Iterator[Seen]:
        """Look for what can act, nested anywhere, and for what goes round in a circle."""
        root = self._reader.root_object
        codes, onwards = self._survey(root)
        form = self._resolve(root.get("/AcroForm"))
        if isinstance(form, DictionaryObject) and self._resolve(form.get("/Fields")):
            codes.add(Code.PDF_FORM)
        if _goes_round(onwards):
            codes.add(Code.PDF_CYCLE)
        yield from (Seen.of(code) for code in Code if code in codes)

    def declared_pages(self) -> int | None:
        """Give the count that the page tree declares, None where it is no number."""
        tree = self._resolve(self._page_tree())
        count = self._resolve(tree.get("/Count")) if isinstance(tree, DictionaryObject) else None
        return int(count) if isinstance(count, int) else None

    def counted_pages(self) -> int:
        """Count the pages in the tree, which must not go round."""
        counted = 0
        waiting: list[object] = [self._page_tree()]
        for _ in range(_NODES):
            if not waiting:
                break
            node = self._resolve(waiting.pop())
            if not isinstance(node, DictionaryObject):
                continue
            kids = self._resolve(node.get("/Kids"))
            kind = self._resolve(node.get("/Type"))
            if isinstance(kids, ArrayObject) and kind != "/Page":
                waiting.extend(kids)
            elif kind in (None, "/Page"):
                counted += 1
        return counted

    def date(self) -> str:
        """Give the creation date as xs:dateTime, empty where there is none that can be read."""
        info = self._resolve(self._reader.trailer.get("/Info"))
        value = self._resolve(info.get("/CreationDate")) if isinstance(info, DictionaryObject) else None
        return xs_date_time(str(value)) if isinstance(value, str) else ""

    def claim(self) -> str:
        """Tell which form of PDF/A it claims to be, as PDF/A-3b; empty: none. Nobody looks whether that is true."""
        # Never pypdf's own reading of XMP: it builds a DOM of whatever stands there.
        metadata = self._resolve(self._reader.root_object.get("/Metadata"))
        text = metadata.get_data() if isinstance(metadata, StreamObject) else b""
        part, level = _PDFA_PART.search(text), _PDFA_LEVEL.search(text)
        return f"PDF/A-{part[1].decode()}{level[1].decode().lower() if level else ''}" if part else ""

    def unpacked(self) -> Iterator[bytes]:
        """Give the contents of all streams that hold objects."""
        for number in {number for number, _ in self._reader.xref_objStm.values()}:
            stream = self._resolve(IndirectObject(number, 0, self._reader))
            if isinstance(stream, StreamObject):
                yield stream.get_data()

    def _page_tree(self) -> object:
        return self._reader.root_object.get("/Pages")

    def _survey(self, root: DictionaryObject) -> tuple[set[Code], dict[Node, set[Node]]]:
        """Walk all that hangs on *root*: what was found, and which object leads onwards to which."""
        codes: set[Code] = set()
        onwards: dict[Node, set[Node]] = {}
        known: set[Node] = set()
        waiting: list[tuple[object, Node | None, bool]] = [(root, None, False)]
        while waiting:
            value, owner, leads_on = waiting.pop()
            if isinstance(value, IndirectObject):
                node = (value.idnum, value.generation)
                if leads_on and owner:
                    onwards.setdefault(owner, set()).add(node)
                if node in known:
                    continue
                known.add(node)
                value, owner = self._resolve(value), node
            if isinstance(value, DictionaryObject):
                codes |= self._can_act(value)
                inside = ((inner, key in _ONWARDS) for key, inner in value.items() if key not in _PASSED_OVER)
                waiting += [(inner, owner, on) for inner, on in inside if isinstance(inner, _NESTED)]
            elif isinstance(value, ArrayObject):
                waiting += [(inner, owner, leads_on) for inner in value if isinstance(inner, _NESTED)]
        return codes, onwards

    def _can_act(self, value: DictionaryObject) -> set[Code]:
        codes = {code for key, code in _KEYS.items() if key in value}
        for key, meanings in (("/S", _ACTIONS), ("/Subtype", _SUBTYPES)):
            name = self._resolve(value.get(key))
            if isinstance(name, str) and name in meanings:
                codes.add(meanings[name])
        return codes

    def _resolve(self, value: object) -> object:
        for _ in range(_INDIRECTIONS):
            if not isinstance(value, IndirectObject):
                return value
            value = value.get_object() if self._defined(value) else None
        return None

    def _defined(self, reference: IndirectObject) -> bool:
        """Tell whether the object exists; one that does not is null, but pypdf would search the whole file for it."""
        number, generation = reference.idnum, reference.generation
        return number in self._reader.xref.get(generation, ()) or number in self._reader.xref_objStm


def hidden(data: bytes, structure: Structure | None) -> Iterator[Seen]:
    """Look for what rejects in the bytes themselves, where pypdf may not have seen all that other readers see."""
    places = [data]
    try:
        places += structure.unpacked() if structure and structure.opens else ()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001, S110  # what cannot be unpacked was found to be unreadable
        pass
    for name, code in (("Launch", Code.PDF_LAUNCH), ("ImportData", Code.PDF_IMPORT_DATA)):
        sought = re.compile(rb"/S\s*/" + b"".join(b"(?:%c|#%02x|#%02X)" % (c, c, c) for c in name.encode()) + rb"\b")
        if any(sought.search(place) for place in places):
            yield Seen.of(code)


def _goes_round(onwards: dict[Node, set[Node]]) -> bool:
    try:
        graphlib.TopologicalSorter(onwards).prepare()
    except graphlib.CycleError:
        return True
    return False


def xs_date_time(value: str) -> str:
    """Read a PDF's date, D:YYYYMMDDHHmmSS with its zone and with all but the year left out at will; else empty."""
    found = _DATE.match(value.strip())
    if found is None:
        return ""
    *parts, zulu, sign, hours, minutes = found.groups()
    year, month, day, hour, minute, second = (int(part or least) for part, least in zip(parts, _LEAST, strict=True))
    zone = UTC if zulu else None
    try:
        if sign:
            zone = timezone(timedelta(hours=int(sign + hours), minutes=int(sign + (minutes or "0"))))
        moment = datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return ""
    return moment.isoformat().replace("+00:00", "Z")


class _Repairs(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []
        self.blind = False

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        self.blind = self.blind or _BLIND.match(message) is not None
        if len(self.messages) < _REPAIRS and not _HARMLESS.match(message):
            self.messages.append(message)


@contextmanager
def repairs() -> Iterator[_Repairs]:
    """Gather what pypdf says it repaired."""
    log = logging.getLogger("pypdf")
    handler = _Repairs()
    log.addHandler(handler)
    try:
        yield handler
    finally:
        log.removeHandler(handler)
