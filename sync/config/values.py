"""What a value in config.ini may look like: text in, a typed value out, or NotAllowed with what to write instead."""

from __future__ import annotations

import re
from pathlib import Path, PureWindowsPath

from sync import names as naming

DAY = 86_400.0
_DURATION_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3_600.0, "d": DAY}
_SIZE_UNITS = {"": 1, "b": 1, "kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000}
#: The encodings that the gates read and that are written.
ENCODINGS = ("UTF-8", "UTF-16", "Windows-1252", "ISO-8859-1", "ISO-8859-15", "US-ASCII")
NAME_PLACEHOLDERS = ("stem", "number", "revision", "kind", "transfer")
LINK_PLACEHOLDERS = ("number", "revision", "kind", "customer")
DONE_PLACEHOLDERS = ("stem", "name")
_NAME = re.compile(r"\w[\w.-]*")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_CRON_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
_CRON_ITEM = re.compile(r"(?:\*|(\d+)(?:-(\d+))?)(?:/([1-9]\d*))?")


class NotAllowed(ValueError):
    """A value is not what its key takes."""

    def __init__(self, what: str, suggestion: str = "") -> None:
        self.what = what
        self.suggestion = suggestion
        super().__init__(what)


def duration(text: str) -> float:
    """Read `30s`, `5m`, `2h`, `1.5d` or `0` as seconds."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z]*)", text.lower())
    if match and (unit := match[2]) in _DURATION_UNITS:
        return float(match[1]) * _DURATION_UNITS[unit]
    if text == "0":
        return 0.0
    raise NotAllowed("not a duration", "try 30s, 5m, 2h")


def size(text: str) -> int:
    """Read `20 MB`, `500 KB` or a number of bytes; 1 MB is 1,000,000 bytes."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z]*)", text.lower())
    if not match or match[2] not in _SIZE_UNITS:
        raise NotAllowed("not a size", "try 500 KB, 20 MB, 1 GB")
    if not (count := int(float(match[1]) * _SIZE_UNITS[match[2]])):
        raise NotAllowed("a limit of nothing lets nothing through", "try 500 KB, 20 MB, 1 GB")
    return count


def days(text: str) -> int | None:
    """Read `90 days`, `90d` or `90`; None for `never`, which 0 means as well."""
    if text.lower() == "never":
        return None
    if match := re.fullmatch(r"(\d+)\s*(?:d|days?)?", text.lower()):
        return int(match[1]) or None
    raise NotAllowed("not a number of days", "try 90 days or never")


def mode(text: str) -> int:
    """Read the octal rights of a file, as chmod takes them."""
    if not re.fullmatch(r"0?[0-7]{3}", text):
        raise NotAllowed("not the rights of a file in octal", "try 0640 or 0664")
    if not (rights := int(text, 8)) & 0o400:
        raise NotAllowed("its owner could not read it", "try 0640 or 0664")
    return rights


def encoding(text: str) -> str:
    """Read the name of an encoding that is supported, in any case, and give it as XML declarations write it."""
    for known in ENCODINGS:
        if text.lower() == known.lower():
            return known
    raise NotAllowed("not an encoding that pairsync knows", "one of " + ", ".join(ENCODINGS))


def name(text: str) -> str:
    """Read the name of a system, folder, route, link or group."""
    if _NAME.fullmatch(text):
        return text
    raise NotAllowed("not a name", "letters, digits and . _ - make one, as in crm-export")


def names(text: str) -> tuple[str, ...]:
    """Read names or patterns with * and ?, separated by commas, spaces or line breaks."""
    items = tuple(item for item in re.split(r"[,\s]+", text) if item)
    for item in items:
        if not re.fullmatch(r"[\w.*?-]+", item):
            raise NotAllowed(f"{item} is not a name", "separate names by commas; * stands for any characters")
    return items


def kinds(text: str) -> tuple[str, ...]:
    """Read kinds of objects, as mappings call them, separated by commas, spaces or line breaks."""
    items = names(text)
    for item in items:
        if "*" in item or "?" in item:
            raise NotAllowed(f"{item} is not a kind of object", "write each by its name, as in customer, article")
    return items


def path(text: str) -> Path:
    """Read the path of a local file or folder, not yet made whole."""
    if scheme := re.match(r"(\w[\w+.-]*)://", text):
        if scheme[1].lower() == "sftp":
            raise NotAllowed("SFTP folders come with a later version", "write the path of a local folder")
        raise NotAllowed("not a path on this machine", "write the path itself, without " + scheme[0])
    if "\\" in text or PureWindowsPath(text).drive:
        raise NotAllowed("not a path on this machine", "mount the share and write the path of the mount, with /")
    if text.startswith("~") or "${" in text:
        raise NotAllowed("a path is taken as it is written", "write it without ~ and ${…}")
    if "\0" in text:
        raise NotAllowed("not a path", "there is a NUL in it")
    return Path(text)


def ledger(text: str) -> Path:
    """Read where the ledger is: a path, or sqlite:///path."""
    if text.lower().startswith("postgres"):
        raise NotAllowed("a ledger in PostgreSQL comes with a later version", "write the path of a local file")
    return path(text.removeprefix("sqlite:///"))


def log(text: str) -> Path | None:
    """Read where the log goes: a path, or - (None) for standard error."""
    return None if text == "-" else path(text)


def done_file(text: str) -> str:
    """Read the pattern of a done file's name."""
    _placeholders(text, DONE_PLACEHOLDERS, needs=DONE_PLACEHOLDERS)
    _file_name(text)
    example = text.replace("{stem}", "x").replace("{name}", "x.xml")
    if example.lower().endswith((".xml", ".pdf")):
        raise NotAllowed("a done file is neither .xml nor .pdf", "try {stem}.ok or {name}.done")
    if naming.ignored(example):
        raise NotAllowed("files of this name are passed over", "try {stem}.ok or {name}.done")
    return text


def delivered_name(text: str) -> str:
    """Read the template of a delivered file's name, which comes without .xml or .pdf."""
    _placeholders(text, NAME_PLACEHOLDERS, needs=("stem", "number", "transfer"))
    _file_name(text)
    if text.lower().endswith((".xml", ".pdf")):
        raise NotAllowed("the extension is added by itself", f"write {text[:-4]}")
    return text


def url_template(text: str) -> str:
    """Read the template of a link; which schemes it may have is looked at with the link's other keys."""
    _placeholders(text, LINK_PLACEHOLDERS, needs=LINK_PLACEHOLDERS)
    if not re.fullmatch(r"[A-Za-z][\w+.-]*:\S+", text):
        raise NotAllowed("not the template of a URL", "try https://pdm.example.com/documents/{number}")
    if re.match(r"https?://[^/?#]*\{", text, re.IGNORECASE):
        raise NotAllowed("no placeholder may stand in the name of the server", "write the server's name")
    return text


def cron(text: str) -> str:
    """Check the five fields of a cron line: minute, hour, day, month, weekday."""
    fields = text.split()
    if len(fields) != len(_CRON_FIELDS):
        raise NotAllowed("not the five fields of a cron line", 'try "0 2 * * *": every night at two')
    for field, (what, lowest, highest) in zip(fields, _CRON_FIELDS, strict=True):
        for item in field.split(","):
            match = _CRON_ITEM.fullmatch(item)
            numbers = [int(number) for number in match.group(1, 2) if number] if match else [-1]
            if not all(lowest <= number <= highest for number in numbers) or numbers != sorted(numbers):
                raise NotAllowed(f"there is no {what} {item}", f"* or {lowest} to {highest}, as in 1,3 or 1-5 or */2")
    return " ".join(fields)


def _placeholders(text: str, known: tuple[str, ...], needs: tuple[str, ...]) -> None:
    choice = ", ".join(f"{{{word}}}" for word in known)
    used = _PLACEHOLDER.findall(text)
    if unknown := [word for word in used if word not in known]:
        raise NotAllowed(f"unknown placeholder {{{unknown[0]}}}", f"one of {choice}")
    if "{" in (rest := _PLACEHOLDER.sub("", text)) or "}" in rest:
        raise NotAllowed("a { or } that belongs to no placeholder", f"one of {choice}")
    if not set(used) & set(needs):
        raise NotAllowed("the same for every pair", "put in one of " + ", ".join(f"{{{word}}}" for word in needs))


def _file_name(text: str) -> None:
    if why := naming.unsafe(_PLACEHOLDER.sub("x", text)):
        raise NotAllowed(f"not the name of a file: {why}", "folders are not made; write a plain name")
