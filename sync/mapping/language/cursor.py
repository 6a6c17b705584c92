"""A position in one line of a mapping, and the tokens that are read from there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sync.mapping.language.tree import Place

#: A hyphen before `>` belongs to an arrow, so that `draft->x` is not the name `draft-`.
NAME = re.compile(r"[^\W\d](?:[\w.]|-(?!>))*")
WORD = re.compile(r"(?:[\w.:/+]|-(?!>))+")
SPACE = re.compile(r"\s*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line that says something, its comment and trailing space removed."""

    number: int
    indent: int
    text: str  #: indentation and all, so that an index is a column less one


class Mistake(Exception):
    """What is wrong at one place of the mapping; becomes a Problem of the file."""

    def __init__(self, place: Place, what: str, suggestion: str = "") -> None:
        super().__init__(what)
        self.place = place
        self.what = what
        self.suggestion = suggestion


class Cursor:
    """A position in a line, or in a part of it; every reading method passes over space first."""

    def __init__(self, line: Line, start: int = 0, end: int | None = None) -> None:
        self.line = line
        self.position = start
        self.end = len(line.text) if end is None else end

    @property
    def place(self) -> Place:
        """Where the next token stands."""
        self._skip()
        return Place(line=self.line.number, column=self.position + 1)

    @property
    def finished(self) -> bool:
        """Whether nothing is left."""
        self._skip()
        return self.position >= self.end

    @property
    def rest(self) -> str:
        """What is left, as written."""
        self._skip()
        return self.line.text[self.position : self.end]

    def at(self, token: str) -> bool:
        """Tell whether *token* comes next."""
        self._skip()
        return self.line.text.startswith(token, self.position, self.end)

    def at_word(self, word: str) -> bool:
        """Tell whether the whole *word* comes next."""
        self._skip()
        found = WORD.match(self.line.text, self.position, self.end)
        return found is not None and found.group() == word

    def at_quote(self) -> bool:
        """Tell whether quoted text comes next."""
        return self.at('"') or self.at("'")

    def take(self, token: str) -> bool:
        """Pass over *token*, if it comes next."""
        if not self.at(token):
            return False
        self.position += len(token)
        return True

    def take_word(self, word: str) -> bool:
        """Pass over the whole *word*, if it comes next."""
        return self.at_word(word) and self.take(word)

    def match(self, pattern: re.Pattern[str]) -> str:
        """Read what *pattern* matches here; empty if it does not."""
        self._skip()
        found = pattern.match(self.line.text, self.position, self.end)
        if found is None:
            return ""
        self.position = found.end()
        return found.group()

    def word(self, what: str) -> str:
        """Read a word; *what* it is stands in the mistake where there is none."""
        if found := self.match(WORD):
            return found
        raise self.mistake(f"expected {what}" + (f", not {self.rest}" if not self.finished else ""))

    def quoted(self, what: str) -> str:
        """Read a quoted text and give it without its quotes."""
        start, end = self.inside_quotes(what)
        return self.line.text[start:end]

    def inside_quotes(self, what: str) -> tuple[int, int]:
        """Pass over a quoted text and give where it starts and ends within its quotes."""
        if not self.at_quote():
            suggestion = f'put it in quotes: "{self.rest}"' if not self.finished else ""
            raise self.mistake(f"expected {what} in quotes", suggestion)
        start = self.position + 1
        end = self.line.text.find(self.line.text[self.position], start, self.end)
        if end < 0:
            raise self.mistake("this quote is not closed")
        self.position = end + 1
        return start, end

    def expect_end(self, after: str) -> None:
        """Refuse what is left after a statement."""
        if not self.finished:
            suggestion = "a comment begins with #" if self.at("//") else ""
            raise self.mistake(f"unexpected {self.rest} after {after}", suggestion)

    def mistake(self, what: str, suggestion: str = "") -> Mistake:
        """Say what is wrong at the next token."""
        return Mistake(self.place, what, suggestion)

    def _skip(self) -> None:
        found = SPACE.match(self.line.text, self.position, self.end)
        self.position = found.end() if found else self.position
