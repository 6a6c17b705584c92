"""Names of files: those that strangers gave, and those that pairsync creates."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from sync.model import Role

#: What the names of files in a folder's documents folder begin with, wherever that is.
DOCUMENTS = "documents/"
SHEET_SUFFIXES = (".error.html", ".error.json")
#: Of a note that we leave where somebody dropped what says nothing new.
NOTE_SUFFIX = ".note.html"
#: Left behind by Explorer, scanners, browsers and copy programs; never part of a pair (`1-transfers.md`).
_IGNORED_SUFFIXES = (".part", ".partial", ".tmp", ".filepart", ".crdownload", *SHEET_SUFFIXES, NOTE_SUFFIX)
_IGNORED_PREFIXES = (".", "~$", "._")
_IGNORED_NAMES = frozenset({"thumbs.db", "desktop.ini"})
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))}
)
#: Bytes that a name may have on the file systems at hand, room for a suffix of ours included.
LONGEST = 255
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp"})  #: control and format characters, and two that end a line
#: What a terminal obeys: controls but tab, line feed and our own colours, C1 controls, line ends, writing direction.
_OBEYED = re.compile(
    "\x1b(?!\\[(?:0|1|3[1-3])m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)
#: The settings have checked that a template has only those that there are.
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Name:
    """A name taken apart."""

    text: str
    stem: str
    suffix: str  #: with its dot, casefolded


def split(name: str) -> Name:
    """Take a name apart at its last dot; a file in a documents folder has the stem of its own name."""
    name = base(name)
    stem, dot, suffix = name.rpartition(".")
    return Name(text=name, stem=stem, suffix=dot + suffix.casefold()) if stem else Name(text=name, stem=name, suffix="")


def in_documents(name: str) -> bool:
    """Tell whether the file is in the documents folder; no system allows a slash in a name itself."""
    return name.startswith(DOCUMENTS)


def base(name: str) -> str:
    """Give a file's own name, without the documents folder."""
    return name.removeprefix(DOCUMENTS)


def fold(name: str) -> str:
    """Give the form in which names are compared: NFC and casefold, so that Ä.xml and A\u0308.PDF are a pair."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def ignored(name: str) -> bool:
    """Tell whether nobody meant this file to be carried."""
    folded = base(name).casefold()
    return folded.startswith(_IGNORED_PREFIXES) or folded.endswith(_IGNORED_SUFFIXES) or folded in _IGNORED_NAMES


def role(name: str) -> Role | None:
    """Tell what a file is by its extension, in any case; None: not ours."""
    return {".xml": Role.XML, ".pdf": Role.PDF}.get(split(name).suffix)


def is_utf8(name: str) -> bool:
    """Tell whether the name was UTF-8 (what is not arrives with surrogates)."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def escape(name: str) -> str:
    r"""Write a name so that a ledger, a log and a terminal can hold it: \xNN for stray bytes and control characters."""
    return "".join(_escaped(character) for character in name)


def _escaped(character: str) -> str:
    code = ord(character)
    if character == "\\":
        return "\\\\"
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if unicodedata.category(character) in _UNSEEN:
        return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
    return character


def harmless(text: str) -> str:
    """Escape what a stranger's value may hold and a terminal would obey: controls, writing direction; not colours."""
    return _OBEYED.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def listed(found: Iterable[str]) -> str:
    """Write several names, escaped."""
    return ", ".join(map(escape, found))


def unescape(text: str) -> str:
    """Read back what `escape` wrote."""
    return re.sub(r"\\(\\|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})", _unescaped, text)


def _unescaped(match: re.Match[str]) -> str:
    what = match.group(1)
    if what == "\\":
        return "\\"
    code = int(what[1:], 16)
    return chr(0xDC00 + code) if what[0] == "x" else chr(code)


def unsafe(name: str) -> str:
    """Say why pairsync must not create a file of this name; empty: it may."""
    checks = (
        (not name, "it is empty"),
        ("/" in name or "\\" in name, "it holds a path separator"),
        (_holds_control(name), "it holds a control character"),
        (_BIDI.search(name) is not None, "it holds a character that turns the writing direction"),
        (name.startswith(("-", ".", "~")), "it starts with - . or ~"),
        (name.endswith((".", " ")), "it ends with a dot or a space"),
        (name.partition(".")[0].strip().casefold() in _DEVICES, "Windows keeps this name for a device"),
        (any(character in '<>:"|?*' for character in name), 'Windows does not allow < > : " | ? *'),
        (_too_long(name), f"it is longer than {LONGEST} bytes"),
    )
    return next((why for wrong, why in checks if wrong), "")


def sheets(stem: str) -> tuple[str, ...]:
    """Give the names of a source's error sheets, the one for people first; none for the stem of none."""
    return tuple(stem + suffix for suffix in SHEET_SUFFIXES) if stem else ()


def note(stem: str) -> str:
    """Give the name of the note that a pair may get."""
    return with_suffix(stem, NOTE_SUFFIX)


def why_no_pdf(name: str) -> str:
    """Say why no PDF that is carried can have the name that an XML gives: empty, unsafe or not-pdf; else nothing."""
    if not name:
        return "empty"
    if ignored(name) or _holds_control(name) or _too_long(name):
        return "unsafe"
    return "" if role(name) is Role.PDF else "not-pdf"


def _holds_control(name: str) -> bool:
    return any(unicodedata.category(character) in {"Cc", "Cs"} for character in name)


def _too_long(name: str) -> bool:
    return len(name.encode("utf-8", "surrogateescape")) > LONGEST


def composed(name: str) -> str:
    """Give a name in the form in which pairsync writes names: NFC."""
    return unicodedata.normalize("NFC", name)


def filled(template: str, **values: str) -> str:
    """Fill a template of a delivered file's name; a separator in a value becomes _ and NFC is kept."""
    safe = {key: value.replace("/", "_").replace("\\", "_") for key, value in values.items()}
    return composed(_PLACEHOLDER.sub(lambda match: safe[match.group(1)], template))


def linked(template: str, values: Mapping[str, str]) -> str:
    """Fill a link's template; every value is percent-encoded as a whole, as `docs/how-to/links.md` tells a CRM to."""
    return _PLACEHOLDER.sub(lambda match: quote(values[match.group(1)], safe=""), template)


def printable(name: str) -> str:
    """Give a name under which any system can keep a file: a byte that is not UTF-8 is written as %E4.

    That makes it longer; where it is too long then, it is cut and ends in `~` and a part of the name's checksum.
    """
    text = re.sub("[\udc80-\udcff]", lambda match: f"%{ord(match.group()) - 0xDC00:02X}", name)
    if len(text.encode()) <= LONGEST:
        return text
    digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    stem = split(text).stem
    return with_suffix(stem, f"~{digest}{text[len(stem) :]}")


def with_suffix(stem: str, suffix: str) -> str:
    """Put a suffix behind a stem, the stem cut where the whole would be longer than a name may be."""
    room = LONGEST - len(suffix.encode())
    return stem.encode("utf-8", "surrogateescape")[:room].decode("utf-8", "ignore") + suffix
