"""From the text of a mapping to its lines, and from their indentation to blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sync.errors import ConfigurationError, Problem
from sync.mapping.language.cursor import WORD, Cursor, Line, Mistake
from sync.mapping.language.tree import Place

#: Characters of a line that a message quotes, and how many of them before the mistake where the line is longer.
_LONGEST, _LEAD = 100, 40

DEEPEST = 20  #: levels of blocks; no document is nested deeper, and recursion stays shallow


@dataclass(kw_only=True, slots=True)
class Block:
    """A line and what is indented under it."""

    line: Line
    body: list[Block] = field(default_factory=list)

    @property
    def start(self) -> Place:
        """Where its first line begins."""
        return Cursor(self.line).place

    def after_keyword(self) -> Cursor:
        """Give what follows the first word."""
        cursor = Cursor(self.line)
        cursor.match(WORD)
        return cursor


class Mistakes:
    """All that is wrong in one file."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self._written = _split(text)
        self._found: list[Mistake] = []
        self._elsewhere: list[Problem] = []
        self._unreadable: set[int] = set()

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Keep the mistake that is raised inside and go on after it."""
        try:
            yield
        except Mistake as mistake:
            self.add(mistake.place, mistake.what, mistake.suggestion)

    def add(self, place: Place, what: str, suggestion: str = "", *, unreadable: bool = False) -> None:
        """Note what is wrong at *place*; of an *unreadable* line nothing more is noted: it would follow from it."""
        said = any((mistake.place, mistake.what) == (place, what) for mistake in self._found)
        if place.line not in self._unreadable and not said:
            self._found.append(Mistake(place, what, suggestion))
        if unreadable:
            self._unreadable.add(place.line)

    def add_elsewhere(self, problems: Iterable[Problem]) -> None:
        """Note what is wrong in another file that belongs to this one."""
        self._elsewhere += problems

    @property
    def lines(self) -> set[int]:
        """The lines that something is wrong with."""
        return {mistake.place.line for mistake in self._found}

    def refuse_body(self, block: Block) -> None:
        """Note that something is indented under a line that opens no block."""
        if block.body:
            self.add(block.body[0].start, "this is indented, but the line above opens no block")

    def raise_any(self) -> None:
        """Raise ConfigurationError if anything was noted."""
        self._found.sort(key=lambda mistake: (mistake.place.line, mistake.place.column))
        if problems := [*map(self._problem, self._found), *self._elsewhere]:
            raise ConfigurationError(problems)

    def _problem(self, mistake: Mistake) -> Problem:
        return Problem(
            file=self.file,
            line=mistake.place.line,
            column=mistake.place.column,
            where=self._quoted(mistake.place),
            what=mistake.what,
            suggestion=mistake.suggestion,
        )

    def _quoted(self, place: Place) -> str:
        """Give what the line says, without its comment; of a long one what stands around the mistake."""
        said, _ = _without_comment(self._written[place.line - 1])
        begun = len(said) - len(said.lstrip())
        start = begun if len(said) - begun <= _LONGEST else max(begun, place.column - 1 - _LEAD)
        end = start + _LONGEST
        return ("…" if start > begun else "") + said[start:end] + ("…" if end < len(said) else "")


def read_blocks(text: str, mistakes: Mistakes) -> list[Block]:
    """Give the lines of *text* as blocks; blank ones and comments are left out."""
    return _nest(_lines(text, mistakes), mistakes)


def _lines(text: str, mistakes: Mistakes) -> Iterator[Line]:
    for number, written in enumerate(_split(text), start=1):
        said, open_quote = _without_comment(written)
        if not said:
            continue
        if open_quote:
            place = Place(line=number, column=open_quote)
            mistakes.add(place, "this quote is not closed", unreadable=True)
        yield Line(number=number, indent=_indent(said, number, mistakes), text=said)


def _split(text: str) -> list[str]:
    # Not str.splitlines: it also cuts at characters that may stand in a quoted text.
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _without_comment(written: str) -> tuple[str, int]:
    """Give what a line says, and the column of a quote that is not closed, or 0."""
    quote, opened = "", 0
    for index, character in enumerate(written):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote, opened = character, index
        elif character == "#":
            return written[:index].rstrip(), 0
    return written.rstrip(), opened + 1 if quote else 0


def _indent(said: str, number: int, mistakes: Mistakes) -> int:
    space = said[: len(said) - len(said.lstrip())]
    for index, character in enumerate(space):
        if character != " ":
            name = "a tab" if character == "\t" else f"the character U+{ord(character):04X}"
            place = Place(line=number, column=index + 1)
            mistakes.add(place, f"{name} in the indentation", "indent with spaces", unreadable=True)
            break
    return len(space.expandtabs(2))  # so that the lines around it still make sense


def _nest(lines: Iterator[Line], mistakes: Mistakes) -> list[Block]:
    top: list[Block] = []
    levels: list[tuple[int, list[Block]]] = [(0, top)]  #: the open blocks: indentation, lines
    for line in lines:
        with mistakes.noted():
            try:
                _settle(line, levels)
            finally:
                levels[-1][1].append(Block(line=line))
    return top


def _settle(line: Line, levels: list[tuple[int, list[Block]]]) -> None:
    """Open or close blocks until the last level is the one that *line* belongs to."""
    place = Place(line=line.number, column=line.indent + 1)
    while line.indent < levels[-1][0] and len(levels) > 1:
        closed, lines = levels.pop()
        if line.indent > levels[-1][0]:
            levels.append((closed, lines))
            raise Mistake(place, "this indentation fits no block above", _depths(levels))
    if line.indent < levels[-1][0]:  # only below a first line that was indented
        levels[0] = (line.indent, levels[0][1])
    if line.indent > levels[-1][0]:
        if not levels[-1][1]:
            levels[0] = (line.indent, levels[0][1])
            raise Mistake(place, "the first line must not be indented")
        if len(levels) > DEEPEST:
            raise Mistake(place, f"blocks are nested more than {DEEPEST} deep")
        levels.append((line.indent, levels[-1][1][-1].body))


def _depths(levels: list[tuple[int, list[Block]]]) -> str:
    return "use " + " or ".join(str(indent) for indent, _ in levels) + " spaces"
