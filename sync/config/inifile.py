"""Read an INI file with its line numbers, and find all that is wrong with its form, never only the first."""

from __future__ import annotations

import configparser
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sync.config import secrets
from sync.errors import ConfigurationError, Problem

#: No section of this name can be written, so that a `[DEFAULT]` is an unknown section and not a hidden base of all.
_NO_DEFAULTS = "\n"
#: Stands for the header of a section that is there twice, so that its keys do not fall to the section above it.
_TWICE = "\t"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One `key = value`."""

    key: str
    value: str
    line: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One `[title]` and what stands below it."""

    file: str
    title: str
    line: int
    entries: Mapping[str, Entry]

    def problem(self, what: str, suggestion: str = "", *, key: str = "") -> Problem:
        """Say what is wrong with the value of *key*, or with the section; a secret is not shown."""
        line, where = self.line, f"[{self.title}]"
        if entry := self.entries.get(key):
            value = secrets.shown(key, entry.value).replace("\n", " ⏎ ")
            line, where = entry.line, f'{where} {key} = "{value}"'
        return Problem(file=self.file, line=line, where=where, what=what, suggestion=suggestion)


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """An INI file; sections and keys that are there twice are among the problems, and the first one counts."""

    file: str
    sections: tuple[Section, ...]
    problems: tuple[Problem, ...]


def read(path: Path) -> Document:
    """Read *path*; raises ConfigurationError where nothing in it can be read."""
    lines = list(io.StringIO(_text(path), newline=None))
    problems: list[Problem] = []
    while isinstance(parser := _parse(lines), configparser.Error):
        problems += _take_out(parser, lines, str(path))
    return Document(file=str(path), sections=tuple(_sections(parser, lines, str(path))), problems=tuple(problems))


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        what, suggestion = (
            f"cannot be read: {error.strerror}",
            "name it with --config, or let pairsync init DIR write one",
        )
        raise ConfigurationError([Problem(file=str(path), what=what, suggestion=suggestion)]) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        what, suggestion = (
            f"byte {error.object[error.start]:02X} is not UTF-8",
            "it is probably Windows-1252: save it as UTF-8",
        )
        raise ConfigurationError([Problem(file=str(path), line=line, what=what, suggestion=suggestion)]) from error


def _parse(lines: list[str]) -> configparser.RawConfigParser | configparser.Error:
    """Parse, or say what the parser stumbled over first."""
    parser = configparser.RawConfigParser(
        default_section=_NO_DEFAULTS, delimiters=("=",), empty_lines_in_values=False, strict=True
    )
    try:
        parser.read_file(lines)
    except configparser.Error as error:
        return error
    return parser


def _take_out(error: configparser.Error, lines: list[str], file: str) -> list[Problem]:
    """Say what is wrong and take it out of *lines*, so that the parser comes to what follows."""
    if isinstance(error, configparser.DuplicateSectionError):
        number, replacement = error.lineno or 1, f"[{_TWICE}{error.lineno}]\n"
        found = {number: (f"[{error.section}]", "this section is there twice", "put both together")}
    elif isinstance(error, configparser.DuplicateOptionError):
        number, replacement = error.lineno or 1, "\n"
        where = f"[{error.section}] {error.option}"
        found = {number: (where, "this key is there twice", "keep one of the lines")}
    elif isinstance(error, configparser.MissingSectionHeaderError):
        replacement = "\n"
        found = {error.lineno: ("", "a line above the first section", "[pairsync] comes first")}
    elif isinstance(error, configparser.ParsingError):
        replacement = "\n"
        found = {number: ("", "neither [section] nor key = value", "") for number, _ in error.errors}
    else:
        raise error
    problems = []
    for number, (where, what, suggestion) in found.items():
        where = where or secrets.shown(lines[number - 1].partition("=")[0].strip(), lines[number - 1].strip())
        problems.append(Problem(file=file, line=number, where=where, what=what, suggestion=suggestion))
        lines[number - 1] = replacement
    return problems


def _sections(parser: configparser.RawConfigParser, lines: list[str], file: str) -> list[Section]:
    places = _places(parser, lines)
    return [
        Section(
            file=file,
            title=title,
            line=places[title, ""],
            entries={key: Entry(key=key, value=value, line=places[title, key]) for key, value in parser.items(title)},
        )
        for title in parser.sections()
        if not title.startswith(_TWICE)
    ]


def _places(parser: configparser.RawConfigParser, lines: list[str]) -> dict[tuple[str, str], int]:
    """Find the line of each section (under the key "") and key; the parser itself forgets them."""
    places: dict[tuple[str, str], int] = {}
    title = ""
    for number, line in enumerate(lines, 1):
        header = parser.SECTCRE.match(line.strip())
        if header and header["header"] in parser:
            title = header["header"]
            places[title, ""] = number
        elif title:
            key = parser.optionxform(line.partition("=")[0].strip())
            if key in parser[title]:
                places.setdefault((title, key), number)
    return places
