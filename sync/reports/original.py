"""The XML that was dropped, as text, and where in it a finding stands."""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from sync.findings import Code, Finding
from sync.gates import encodings

_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_STEP = re.compile(r"(?P<name>[^\[\]/]+)(?:\[(?P<position>\d+)\])?")
_START_TAG = re.compile(r"""<[^<>"']*(?:"[^"]*"[^<>"']*|'[^']*'[^<>"']*)*>?""")
_NAME = re.compile(r"<[^\s<>/]*")
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
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > limit:
            return None
        try:
            return file.read(limit)
        except OSError:
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
        """Find each finding's place: by its path, else by where its parser stopped, else by its line alone."""
        asked = list(findings)
        paths = {finding.path: _steps(finding.path) for finding in asked if _in_source(finding)}
        starts = self._starts(paths.values()) if paths else {}
        return [self._place(finding, paths.get(finding.path, ()), starts) for finding in asked]

    def _place(self, finding: Finding, steps: tuple[_Step, ...], starts: dict[tuple[_Step, ...], _At]) -> Span | None:
        for length in range(len(steps), 0, -1):
            if at := starts.get(steps[:length]):
                return self._in_element(at, [name for name, _ in steps[length:]], finding.code in _ABOUT_NAMES)
        line = (finding.line or 0) - 1
        if finding.code is Code.XML_CUT_OFF:
            line = max((number for number, text in enumerate(self.lines) if text.strip()), default=-1)
        if not 0 <= line < len(self.lines):
            return None
        if finding.code is Code.XML_ENCODING_WRONG:
            return self._odd_character(line)
        return self._before(line, finding.column)

    def _starts(self, paths: Iterable[tuple[_Step, ...]]) -> dict[tuple[_Step, ...], _At]:
        """Find the elements of these paths, and those above them, in one pass."""
        wanted = {steps[:length] for steps in paths for length in range(1, len(steps) + 1)}
        finder = _Finder(wanted)
        # A carriage return is a line's end to expat, and none to those who made the findings.
        finder.read("\n".join(self.lines).replace("\r", " "))
        return finder.found

    def _in_element(self, at: _At, missing: list[str], about_name: bool) -> Span:
        """Mark what an element holds, its attribute, or, where that is missing or not meant, its own name."""
        text = "\n".join(self.lines[at.line : at.line + 40])[at.column : at.column + _FAR]
        tag = _START_TAG.match(text)
        end = tag.end() if tag else 0
        start, stop = _NAME.match(text).span() if _NAME.match(text) else (0, 0)  # type: ignore[union-attr]
        if missing and missing[0].startswith("@"):
            name = re.escape(missing[0][1:])
            if found := re.search(rf"""(?<=[\s:]){name}\s*=\s*("[^"]*"|'[^']*')""", text[:end]):
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
    """Looks for elements by their paths; the documents have passed the gate, so no entity is in them."""

    def __init__(self, wanted: set[tuple[_Step, ...]]) -> None:
        self.found: dict[tuple[_Step, ...], _At] = {}
        self._wanted = wanted
        self._path: list[_Step] = []
        self._counts: list[dict[str, int]] = [{}]  # of the children of each open element
        self._parser = expat.ParserCreate("UTF-8", "}")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def read(self, text: str) -> None:
        try:
            self._parser.Parse(text.encode(), True)
        except expat.ExpatError:  # the rest cannot be found
            return

    def _start(self, tag: str, _attributes: dict[str, str]) -> None:
        counts = self._counts[-1]
        counts[tag] = counts.get(tag, 0) + 1
        self._path.append((tag.rpartition("}")[2], counts[tag]))
        self._counts.append({})
        if (path := tuple(self._path)) in self._wanted and path not in self.found:
            self.found[path] = _At(line=self._parser.CurrentLineNumber - 1, column=self._parser.CurrentColumnNumber)

    def _end(self, _tag: str) -> None:
        self._path.pop()
        self._counts.pop()


def _in_source(finding: Finding) -> bool:
    """Tell whether a finding's path is one in the source: that of what was produced has none there."""
    return finding.path.startswith("/") and finding.code is not Code.TARGET_INVALID


def _steps(path: str) -> tuple[_Step, ...]:
    return tuple(_each_step(path))


def _each_step(path: str) -> Iterator[_Step]:
    for step in path.strip("/").split("/"):
        if found := _STEP.fullmatch(step):
            yield found["name"], int(found["position"] or 1)
