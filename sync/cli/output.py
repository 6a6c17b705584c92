"""How things are printed: tables and sentences for people, a line of JSON for programs."""

from __future__ import annotations

import json
import re
import shutil
import sys
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from sync.names import harmless

#: The version of what `--json` prints; a field that is added does not change it.
SCHEMA = 1
_WIDEST = 110
_NARROWEST = 12  #: a column is not made narrower, whatever the terminal is


def emit(kind: str, /, **facts: object) -> None:
    """Print an object for programs: a line of JSON in UTF-8."""
    line = json.dumps({"schema": SCHEMA, "type": kind, **facts}, ensure_ascii=False, default=str)
    _echo(harmless(line).encode("utf-8", "backslashreplace"), err=False)


def say(text: str = "", *, err: bool = False) -> None:
    """Print what a person asked for; *err*: what he is told besides."""
    _echo(text, err=err)


def note(text: str) -> None:
    """Tell a person something, on standard error."""
    _echo(f"pairsync: {text}", err=True)


def _echo(text: str | bytes, *, err: bool) -> None:
    click.echo(harmless(text) if isinstance(text, str) else text, err=err)


def columns(*, err: bool = False) -> int | None:
    """Tell how wide the output is; None: as wide as it likes, for nobody looks at it on a terminal."""
    stream = sys.stderr if err else sys.stdout
    return min(shutil.get_terminal_size().columns, _WIDEST) if stream.isatty() else None


def coloured(text: str, colour: str = "", *, bold: bool = False) -> str:
    """Give a text in a colour; click leaves it out where nobody looks at it on a terminal."""
    return click.style(text, fg=colour or None, bold=bold or None) if colour or bold else text


def when(at: float) -> str:
    """Give a time as people here read it."""
    return datetime.fromtimestamp(at).strftime("%Y-%m-%d %H:%M:%S")


def stamp(at: float | None) -> str | None:
    """Give a time as programs read it."""
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def lasting(seconds: float) -> str:
    """Give a duration in the unit that fits."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            return plural(int(seconds // length), unit)
    return plural(max(0, int(seconds)), "second")


def plural(number: int, word: str) -> str:
    """Give a number with its word: 1 pair, 2 pairs."""
    return f"{number:,} {word}" + ("" if number == 1 else "s")


def shown(path: Path | str) -> str:
    """Give a path as short as a person can still follow it from here."""
    path, here = Path(path), Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


# --- tables -----------------------------------------------------------------------------------------------------------


def table(rows: Sequence[Sequence[str]], *, width: int | None, indent: int = 0, firm: int = 0) -> list[str]:
    """Give rows as lines of aligned columns; cells that are too wide are wrapped, nothing is cut off.

    The first *firm* columns are never wrapped: what stands in them is copied.
    """
    if not rows:
        return []
    widths = _widths(rows, width, indent, firm)
    lines = []
    for row in rows:
        cells = [_wrapped(cell, wide) for cell, wide in zip(row, widths, strict=True)]
        for number in range(max(map(len, cells))):
            parts = [cell[number] if number < len(cell) else "" for cell in cells]
            line = "  ".join(part + " " * (wide - cells_of(part)) for part, wide in zip(parts, widths, strict=True))
            lines.append((" " * indent + line).rstrip())
    return lines


def _widths(rows: Sequence[Sequence[str]], width: int | None, indent: int, firm: int) -> list[int]:
    """Give the columns' widths: the widest gives way until all fit."""
    wide = [max(cells_of(line) for row in rows for line in row[number].split("\n")) for number in range(len(rows[0]))]
    fixed, loose = wide[:firm], wide[firm:]
    if width is not None:
        room = width - indent - 2 * (len(wide) - 1) - sum(fixed)
        while loose and sum(loose) > room and max(loose) > _NARROWEST:
            loose[loose.index(max(loose))] -= 1
    return [*fixed, *loose]


def _wrapped(text: str, width: int) -> list[str]:
    return [line for part in text.split("\n") for line in wrap(part, width)]


def wrap(text: str, width: int) -> list[str]:
    """Break a text at its blanks, and what is still too wide after _ . / - or anywhere."""
    lines, line = [], ""
    for word in re.findall(r"\s*\S+", text):
        if cells_of(line + word) <= width:
            line += word
            continue
        lines.append(line)
        *full, line = _pieces(word.lstrip(), width)
        lines += full
    return [line for line in [*lines, line] if line] or [""]


def _pieces(word: str, width: int) -> list[str]:
    pieces = [""]
    for part in re.findall(r"[^_./-]*[_./-]|[^_./-]+", word):
        if cells_of(pieces[-1] + part) <= width:
            pieces[-1] += part
            continue
        pieces.append("")
        for character in part:
            if cells_of(pieces[-1] + character) > width:
                pieces.append("")
            pieces[-1] += character
    return [piece for piece in pieces if piece]


def cells_of(text: str) -> int:
    """Tell how many cells of a terminal a text takes."""
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
