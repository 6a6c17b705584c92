"""The XML that was dropped, as text, and where in it a finding stands."""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from sync.findings import Code, Finding
from sync.gates import encodings

_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_STEP = re.compile(r"(?P<name>[^\[\]/]+)(?:\[(?P<position>\d+)\])?")
_START_TAG = re.compile(r"""<[^<>"']*(?:"[^"]*"[^<>"']*|'[^']*'[^<>"']*)*>?""")
#: What is shown of an element that is meant as such: its name, with its end where nothing is in between.
_NAME = re.compile(r"<[^\s<>/]*(?:\s*/>|\s*>(?:\s*</[^<>]*>)?)?")
_FAR = 20_000  #: characters after the beginning of an element in which its attribute or value is looked for
_BACK = 80  #: characters before the place where a parser stopped in which the cause is looked for

#: Codes that are about an element as such, not about what stands in it.
_ABOUT_NAMES = frozenset({Code.SCHEMA_UNEXPECTED, Code.SCHEMA_NIL})

_Step = tuple[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A place in the text: a line and a part of it, both from 0."""

    line: int
    start: int
    end: int


def read(candidates: Iterable[Path], *, limit: int, sha256: str, encoding: str | None) -> Original | None:
    """Read the original where it is now; None where it is in none of these places, too large or another file.

    limit: bytes; sha256: empty where nobody knows it; encoding: what the exporter really writes, if it is known.
    """
    for path in candidates:
        data = _bytes(path, limit)
        if data is not None and sha256 in ("", hashlib.sha256(data).hexdigest()):
            return Original(_text(data, encoding))
    return None


def _bytes(path: Path, limit: int) -> bytes | None:
    # In error/ anybody may have put anything in its place: a pipe must not stop us.
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            facts = os.fstat(descriptor)
            if stat.S_ISREG(facts.st_mode) and facts.st_size <= limit:
                with os.fdopen(descriptor, "rb", closefd=False) as file:
                    return file.read(limit)
        finally:
            os.close(descriptor)
    return None


def _text(data: bytes, override: str | None) -> str:
    """Decode as the gate does; what it refuses is shown all the same, each wrong byte as \\xe4."""
    found = _DECLARED.match(data.removeprefix(encodings.UTF8_MARK))
    declared = found[1].decode("ascii") if found else None
    try:
        return encodings.read(data, declared, override)[1]
    except (encodings.Unsupported, encodings.Wrong, encodings.EndsInsideCharacter):
        return data.decode(_codec(data, override or declared), "backslashreplace")


def _codec(data: bytes, named: str | None) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for sign, codec in ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be")):
        if data.startswith(sign):
            return codec
    known = encodings.known(named or "") or "UTF-8"
    return "UTF-8" if known == "UTF-16" else known


class Original:
    """An XML as text."""

    def __init__(self, text: str) -> None:
        # As XML parsers count lines here: at line feeds alone. Others would be counted only by some of them.
        self.lines = [line.removesuffix("\r") for line in text.removeprefix("\ufeff").split("\n")]

    def place(self, findings: Iterable[Finding]) -> list[Span | None]:
        """Find each finding's place: by its path or field, else by where its parser stopped, else by its line alone."""
        asked = list(findings)
        finder = _Finder(
            paths={_steps(finding.source_path) for finding in asked if _has_path(finding)},
            names={finding.field for finding in asked if finding.code is Code.TARGET_INVALID},
        )
        if finder.asked:
            # A carriage return is a line's end to expat, and none to those who made the findings.
            finder.read("\n".join(self.lines).replace("\r", " "))
        return [self._place(finding, finder) for finding in asked]

    def _place(self, finding: Finding, finder: _Finder) -> Span | None:
        if found := finder.find(finding):
            at, missing = found
            return self._in_element(at, missing, finding.code in _ABOUT_NAMES)
        line = (finding.line or 0) - 1
        if finding.code is Code.XML_CUT_OFF:
            line = max((number for number, text in enumerate(self.lines) if text.strip()), default=-1)
        if not 0 <= line < len(self.lines):
            return None
        if finding.code is Code.XML_ENCODING_WRONG:
            return self._odd_character(line)
        return self._before(line, finding.column)

    def _in_element(self, at: _At, missing: list[str], about_name: bool) -> Span:
        """Mark what an element holds, its attribute, or, where that is missing or not meant, its own name."""
        text = "\n".join(self.lines[at.line : at.line + 40])[at.column : at.column + _FAR]
        tag = _START_TAG.match(text)
        end = tag.end() if tag else 0
        name = _NAME.match(text)
        start, stop = name.span() if name else (0, 0)
        if missing and missing[0].startswith("@"):
            attribute = re.escape(missing[0][1:])
            if found := re.search(rf"""(?<=[\s:]){attribute}\s*=\s*("[^"]*"|'[^']*')""", text[:end]):
                start, stop = found.span()
        elif not missing and not about_name and (value := re.compile(r"\s*([^<\s][^<]*)").match(text, end)):
            start, stop = value.span(1)
        return self._span(at, text, start, stop)

    def _span(self, at: _At, text: str, start: int, stop: int) -> Span:
        """Give a part of *text*, which begins at *at*, as a part of one line."""
        above = text.count("\n", 0, start)
        column = start - (text.rfind("\n", 0, start) + 1) + (at.column if above == 0 else 0)
        marked = text[start:stop].partition("\n")[0].rstrip()
        return Span(line=at.line + above, start=column, end=column + len(marked))

    def _before(self, line: int, column: int | None) -> Span:
        """Mark what stands before the place where a parser stopped: the last tag or reference."""
        text = self.lines[line]
        # libxml2 counts bytes of UTF-8, from 1.
        stopped = len(text.encode()[: max(0, (column or 1) - 1)].decode(errors="ignore"))
        if column is None:
            return Span(line=line, start=0, end=0)
        start = max(text.rfind(sign, max(0, stopped - _BACK), stopped + 1) for sign in "<&")
        return Span(line=line, start=max(0, start), end=max(stopped, start + 1) if start >= 0 else 0)

    def _odd_character(self, line: int) -> Span:
        found = re.search(r"(?:\\x[0-9a-f]{2})+|[^\x00-\x7f]+", self.lines[line])
        return Span(line=line, start=found.start(), end=found.end()) if found else Span(line=line, start=0, end=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class _At:
    """Where an element begins, both from 0."""

    line: int
    column: int


class _Finder:
    """Looks for elements, by their paths and those that have a name alone, in one pass.

    The documents have passed the gate, so no entity is in them.
    """

    def __init__(self, *, paths: set[tuple[_Step, ...]], names: set[str]) -> None:
        self.asked = bool(paths or names)
        self._wanted = {steps[:length] for steps in paths for length in range(1, len(steps) + 1)}
        self._starts: dict[tuple[_Step, ...], _At] = {}
        self._named: dict[str, list[_At]] = {name: [] for name in names}
        self._path: list[_Step] = []
        self._counts: list[dict[str, int]] = [{}]  # of the children of each open element
        self._parser = expat.ParserCreate("UTF-8", "}")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def read(self, text: str) -> None:
        """Look through a document; what is not well-formed is read as far as it is."""
        with suppress(expat.ExpatError):
            self._parser.Parse(text.encode(), True)

    def find(self, finding: Finding) -> tuple[_At, list[str]] | None:
        """Give a finding's element, or the nearest above it with the names that are missing below that."""
        if not _has_path(finding):
            named = self._named.get(finding.field, [])
            return (named[0], []) if len(named) == 1 else None
        steps = _steps(finding.source_path)
        for length in range(len(steps), 0, -1):
            if at := self._starts.get(steps[:length]):
                return at, [name for name, _ in steps[length:]]
        return None

    def _start(self, tag: str, _attributes: dict[str, str]) -> None:
        name, counts = tag.rpartition("}")[2], self._counts[-1]
        counts[tag] = counts.get(tag, 0) + 1
        self._path.append((name, counts[tag]))
        self._counts.append({})
        path, at = (
            tuple(self._path),
            _At(line=self._parser.CurrentLineNumber - 1, column=self._parser.CurrentColumnNumber),
        )
        if path in self._wanted:
            self._starts.setdefault(path, at)
        if name in self._named:
            self._named[name].append(at)

    def _end(self, _tag: str) -> None:
        self._path.pop()
        self._counts.pop()


def _has_path(finding: Finding) -> bool:
    return finding.source_path.startswith("/")


def _steps(path: str) -> tuple[_Step, ...]:
    return tuple(_each_step(path))


def _each_step(path: str) -> Iterator[_Step]:
    for step in path.strip("/").split("/"):
        if found := _STEP.fullmatch(step):
            yield found["name"], int(found["position"] or 1)
