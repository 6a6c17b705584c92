"""The lines around a finding's place, cut so that a person sees what is meant."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from sync.reports.original import Original, Span

WIDTH = 88  #: characters of a line that are shown
_LEAD = 30  #: of them before what is marked, where the line is longer


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of an excerpt; `marked` is empty in all but the wrong one."""

    number: int  #: from 1
    before: str
    marked: str = ""
    after: str = ""
    wrong: bool = False


def excerpt(original: Original, span: Span) -> tuple[Line, ...]:
    """Give the line of a place with the one before and the one after, without the indentation they have in common."""
    numbers = range(max(0, span.line - 1), min(len(original.lines), span.line + 2))
    texts = [original.lines[number] for number in numbers]
    indent = _common_indentation(texts)
    return tuple(_line(text, number, span, indent) for number, text in zip(numbers, texts, strict=True))


def _common_indentation(texts: list[str]) -> int:
    begins = "\n".join(text[:WIDTH] + "|" for text in texts if text.strip())
    return len(begins.partition("\n")[0]) - len(textwrap.dedent(begins).partition("\n")[0])


def _line(text: str, number: int, span: Span, indent: int) -> Line:
    if number != span.line:
        return Line(number=number + 1, before=_ended(text, indent, indent + WIDTH))
    fits = len(text) - indent <= WIDTH
    first = indent if fits else max(indent, span.start - _LEAD)
    start, end = max(first, span.start), max(first, min(span.end, first + WIDTH))
    return Line(
        number=number + 1,
        before=("" if first == indent else "…") + text[first:start],
        marked=text[start:end],
        after=_ended(text, end, first + WIDTH),
        wrong=True,
    )


def _ended(text: str, start: int, end: int) -> str:
    return text[start:end] + ("…" if len(text) > end else "")
