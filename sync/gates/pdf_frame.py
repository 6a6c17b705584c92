"""What stands around a PDF's objects: its header, its end, and what else the same bytes may be."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sync.findings import Code
from sync.gates import formats

_HEADER = b"%PDF-"
_END = b"%%EOF"
_HEADER_WITHIN = 1024
_NOT_BLANK = re.compile(rb"[^\0\t\n\f\r ]")
_OBJECT = re.compile(rb"\d\s+\d+\s+obj\b|\bstartxref\b")
#: Archives that are found from any place in a file, so they may stand behind the end of a PDF.
_APPENDED = ((b"PK\x03\x04", "ZIP"), (b"Rar!\x1a\x07", "RAR"), (b"7z\xbc\xaf\x27\x1c", "7-Zip"))
_ZIP_END = b"PK\x05\x06"
_ZIP_END_SIZE = 22
_ZIP_COMMENT = 65_535


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """A finding before anybody has decided what it means."""

    code: Code
    details: dict[str, str]

    @classmethod
    def of(cls, code: Code, **details: object) -> Seen:
        """Make one, its details as texts."""
        return cls(code=code, details={name: str(value) for name, value in details.items()})


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """Where the PDF lies in the file, and what was seen around it; `start` None where there is nothing to read."""

    start: int | None
    end: int
    seen: tuple[Seen, ...]


def examine(data: bytes) -> Frame:
    """Find the PDF in a file's bytes."""
    if _NOT_BLANK.search(data) is None:
        return _nothing(Seen.of(Code.PDF_EMPTY))
    start = data.find(_HEADER, 0, _HEADER_WITHIN + len(_HEADER))
    if start < 0:
        return _nothing(Seen.of(Code.PDF_NOT_PDF, looks_like=formats.looks_like(data)))
    last = data.rfind(_END, start)
    end = len(data) if last < 0 else last + len(_END)
    seen = [Seen.of(Code.PDF_HEADER_OFFSET, offset=start)] if start else []
    seen += _archive(data, end)
    seen += [Seen.of(Code.PDF_CUT_OFF)] if last < 0 or _OBJECT.search(data, end) else _trailing(data, end)
    return Frame(start=start, end=end, seen=tuple(seen))


def looks_cut_off(head: bytes, tail: bytes) -> bool:
    """Tell whether a file seems to be still written; what is not a PDF at all is wrong, and never cut off."""
    begun = head[: _HEADER_WITHIN + len(_HEADER)]
    if _NOT_BLANK.search(begun) and _HEADER not in begun and not _HEADER.startswith(head):
        return False
    last = tail.rfind(_END)
    return last < 0 or tail.endswith(b"\0") or _OBJECT.search(tail, last + len(_END)) is not None


def _nothing(seen: Seen) -> Frame:
    return Frame(start=None, end=0, seen=(seen,))


def _trailing(data: bytes, end: int) -> list[Seen]:
    size = len(data[end:].rstrip(b"\t\n\f\r "))
    return [Seen.of(Code.PDF_TRAILING, bytes=size)] if size else []


def _archive(data: bytes, end: int) -> list[Seen]:
    head = data[:512]
    name = formats.compressed(head) or formats.program(head) or _appended(data, end)
    if not name and _is_zip(data, end):
        name = "ZIP"
    return [Seen.of(Code.PDF_ARCHIVE, format=name)] if name else []


def _appended(data: bytes, end: int) -> str:
    return next((name for magic, name in _APPENDED if data.find(magic, end) >= 0), "")


def _is_zip(data: bytes, end: int) -> bool:
    """Tell whether a reader of ZIP files finds its end record here.

    One inside a stream, from an attachment that is stored as it is, does not count: behind it stand more bytes than
    its comment has, and it lies before the PDF's end.
    """
    at = data.rfind(_ZIP_END, max(0, len(data) - _ZIP_END_SIZE - _ZIP_COMMENT))
    if at < 0:
        return False
    comment = int.from_bytes(data[at + 20 : at + 22], "little")
    directory = at - int.from_bytes(data[at + 12 : at + 16], "little")
    reaches_the_end = at + _ZIP_END_SIZE + comment == len(data)
    return (reaches_the_end or at >= end) and data[max(0, directory) : at][:4] in (b"PK\x01\x02", b"")
