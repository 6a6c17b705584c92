"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

import re

#: Compressed files and archives, by what they begin with.
_COMPRESSED = (
    (b"PK\x03\x04", "ZIP"),
    (b"PK\x05\x06", "ZIP"),
    (b"PK\x07\x08", "ZIP"),
    (b"\x1f\x8b", "gzip"),
    (b"\x1f\x9d", "compress"),
    (b"\x1f\xa0", "compress"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"MSCF", "CAB"),
)
_OTHER = (
    (b"%PDF-", "PDF"),
    (b"%FDF-", "FDF"),
    (b"%!PS", "PostScript"),
    (b"{\\rtf", "RTF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Microsoft Office"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"BM", "BMP"),
    (b"AC10", "DWG"),
    (b"MZ", "Windows program"),
    (b"\x7fELF", "Linux program"),
    (b"#!", "script"),
)
_TAR_AT = 257
_TAR = b"ustar"
#: What may stand before the first element of an HTML page: declarations, comments, white space.
_HTML = re.compile(
    # (?>…): without it many short comments take for ever
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:(?><!--.*?-->)\s*)*<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:[?!]|[A-Za-z_:])")
_JSON = re.compile(rb'(?:\xef\xbb\xbf)?\s*[\[{]\s*["\[{\]}]')
_SAMPLE = 4096
_PRINTABLE = b"\t\n\f\r" + bytes(range(0x20, 0x7F)) + bytes(range(0x80, 0x100))


def compressed(head: bytes) -> str:
    """Name the compressed or archive format that *head* begins, empty where it is none."""
    if head[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR:
        return "tar"
    return _beginning(head, _COMPRESSED)


def program(head: bytes) -> str:
    """Name the kind of program that *head* begins, empty where it is none."""
    name = _beginning(head, _OTHER)
    return name if "program" in name or name == "script" else ""


def html(head: bytes) -> bool:
    """Tell whether *head* begins an HTML page, as a server's error or login page does."""
    return _HTML.match(head[:_SAMPLE]) is not None


def looks_like(head: bytes) -> str:
    """Name what a file that begins with *head* is; empty where nothing is known of it."""
    if html(head):
        return "HTML"
    if name := compressed(head) or _beginning(head, _OTHER):
        return _office(head) if name == "ZIP" else name
    if _MARKUP.match(head):
        return "XML"
    if _JSON.match(head):
        return "JSON"
    return "" if head[:_SAMPLE].translate(None, _PRINTABLE) else "text"


def _beginning(head: bytes, known: tuple[tuple[bytes, str], ...]) -> str:
    return next((name for magic, name in known if head.startswith(magic)), "")


def _office(head: bytes) -> str:
    office = b"[Content_Types].xml" in head or b"mimetypeapplication/vnd.oasis" in head
    return "Microsoft Office or OpenDocument" if office else "ZIP"
