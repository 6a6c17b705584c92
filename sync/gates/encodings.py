"""How the bytes of an XML document become text, and what is refused rather than guessed."""

from __future__ import annotations

import codecs
import re

UTF8_MARK = codecs.BOM_UTF8
EBCDIC = b"\x4c\x6f\xa7\x94"  #: <?xm

_CODECS = {
    "UTF-8": "utf-8",
    "UTF-16": "utf-16",
    "Windows-1252": "cp1252",
    "ISO-8859-1": "iso8859-1",
    "ISO-8859-15": "iso8859-15",
    "ASCII": "ascii",
}
#: What exporters call them, without hyphens, underscores and spaces.
_ALIASES = {
    "utf8": "UTF-8",
    "utf16": "UTF-16",
    "utf16le": "UTF-16",
    "utf16be": "UTF-16",
    "windows1252": "Windows-1252",
    "cp1252": "Windows-1252",
    "iso88591": "ISO-8859-1",
    "latin1": "ISO-8859-1",
    "iso885915": "ISO-8859-15",
    "latin9": "ISO-8859-15",
    "ascii": "ASCII",
    "usascii": "ASCII",
}
_MARKED = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
    (UTF8_MARK, "UTF-8"),
    (b"<\0\0\0", "UTF-32"),
    (b"\0\0\0<", "UTF-32"),
    (b"<\0", "UTF-16 without a byte order mark"),
    (b"\0<", "UTF-16 without a byte order mark"),
    (EBCDIC, "EBCDIC"),
)
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_CONTROL = re.compile(rb"[\x80-\x9f]")  #: control characters in ISO-8859, but quotes, dashes and € in Windows-1252


class Unsupported(Exception):  # an answer to the gate, which says it in a finding
    """An encoding that pairsync does not read."""

    def __init__(self, declared: str) -> None:
        self.declared = declared[:40]
        super().__init__(self.declared)


class EndsInsideCharacter(Exception):
    """The last character is incomplete."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(line)


class Wrong(Exception):
    """The bytes are not what is declared.

    byte: hexadecimal, the first that cannot be; empty where it is not one byte's fault.
    """

    def __init__(self, *, declared: str, byte: str, line: int, probably: str) -> None:
        self.declared = declared
        self.byte = byte
        self.line = line
        self.probably = probably
        super().__init__(declared)


def known(name: str) -> str | None:
    """Give the usual spelling of an encoding that pairsync reads, else None."""
    return _ALIASES.get(re.sub(r"[-_ ]", "", name).lower())


def read(data: bytes, declared: str | None, override: str | None) -> tuple[str, str]:
    """Give the name of the encoding and the text of *data*.

    A mark at the start decides, then *override*, then what is *declared*. Raises Unsupported, Wrong or
    EndsInsideCharacter.
    """
    marked = next((name for mark, name in _MARKED if data.startswith(mark)), None)
    name = marked or override or declared or "UTF-8"
    encoding = known(name)
    if encoding is None:
        raise Unsupported(name)
    if encoding == "UTF-16" and not marked:
        raise Wrong(declared=name, byte="", line=1, probably=_probably(data))
    if not marked and not override:
        _refuse_unlikely(data, encoding, name)
    return encoding, _decode(data.removeprefix(UTF8_MARK), encoding, name)


def _decode(data: bytes, encoding: str, declared: str) -> str:
    codec = _CODECS[encoding]
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(codec, "ignore").count("\n") + 1
        if "end of data" in error.reason or "truncated" in error.reason:
            raise EndsInsideCharacter(line) from error
        byte = data[error.start : error.start + 1].hex().upper()
        raise Wrong(declared=declared, byte=byte, line=line, probably=_probably(data)) from error


def _refuse_unlikely(data: bytes, encoding: str, declared: str) -> None:
    """Refuse what an 8-bit encoding reads without complaint but never means, or umlauts arrive as two characters."""
    if encoding not in ("Windows-1252", "ISO-8859-1", "ISO-8859-15"):
        return
    probably = _probably(data)
    if probably == "UTF-8":
        first = _NOT_ASCII.search(data)
    else:
        first = _CONTROL.search(data) if probably == "Windows-1252" != encoding else None
    if first is not None:
        line = data.count(b"\n", 0, first.start()) + 1
        raise Wrong(declared=declared, byte=first[0].hex().upper(), line=line, probably=probably)


def _probably(data: bytes) -> str:
    for encoding in ("UTF-8", "Windows-1252"):
        try:
            data.decode(_CODECS[encoding])
        except UnicodeDecodeError:
            continue
        return encoding
    return "ISO-8859-1"
