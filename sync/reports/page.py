"""The error sheet for the engineer: one HTML file, complete in itself, that runs nothing and loads nothing."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import groupby
from typing import Any
from urllib.parse import quote

from lxml import html

from sync.findings import Code, Finding, Severity
from sync.mapping.functions import dates
from sync.reports.excerpt import Line
from sync.reports.messages import shortened
from sync.reports.nodes import Content, exactly, node, visible
from sync.reports.words import Piece, Words

MOST = 200  #: findings that one sheet shows
_FEW = 4  #: that are seen at a glance; more get an overview
_SEVERAL = 15  #: allowed values that stand in rows; more stand in columns
_SAMPLE_DAY = "2026-12-31T14:30:00"  #: shows how a format writes


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A finding as the sheet shows it."""

    finding: Finding
    lies_as: str = ""  #: the name of its file beside the sheet
    record: int = 0  #: of a list, from 1
    object: str = ""  #: what its transfer is about
    rule: str = ""  #: the mapping and its rule
    excerpt: tuple[Line, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """A file of the pair."""

    role: str  #: in words
    name: str  #: as dropped
    lies_as: str  #: beside the sheet


@dataclass(frozen=True, kw_only=True, slots=True)
class Records:
    """How many records a list has of which some are rejected."""

    all: int
    rejected: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """All that a sheet says."""

    name: str  #: of the pair
    files: tuple[File, ...]
    wrong: tuple[Shown, ...]
    warnings: tuple[Shown, ...]
    elsewhere: tuple[tuple[str, str], ...]  #: routes, and in words how it, or other records of it, are there
    records: Records | None  #: None: all of it is rejected
    json: str  #: name of the other sheet
    system: str
    folder: str  #: path of the export folder
    command: str  #: how to try again
    facts: tuple[tuple[str, str], ...]  #: label and value, for the foot


def written(sheet: Sheet, words: Words) -> bytes:
    """Write the sheet as HTML."""
    return document(f"{words.sheet('kicker')}: {sheet.name}", _parts(sheet, words), words)


def document(title: str, parts: Iterable[Any], words: Words) -> bytes:
    """Write a page of its own, of these parts."""
    document = html.document_fromstring(_template(), parser=html.HTMLParser(encoding="utf-8"))
    document.set("lang", words.language)
    document.find(".//title").text = visible(title)
    main = document.find(".//main")
    for part in parts:
        main.append(part)
    return bytes(html.tostring(document, encoding="utf-8", doctype="<!DOCTYPE html>"))


@functools.cache
def _template() -> bytes:
    return resources.files("sync.reports").joinpath("sheet.html").read_bytes()


def _parts(sheet: Sheet, words: Words) -> Iterator[Any]:
    yield _head(sheet, words)
    if len(sheet.wrong) > _FEW:
        yield _overview(sheet.wrong[:MOST], words)
    numbers = iter(range(1, len(sheet.wrong) + 1)) if len(sheet.wrong) > 1 else None
    for heading, group in _grouped(sheet.wrong, words):
        if heading:
            yield node("h2", heading)
        yield node("ol", *(_finding(shown, words, numbers) for shown in group), classes="findings")
    if (left := len(sheet.wrong) - MOST) > 0:
        yield node("p", *phrase(words.sheet_pieces("more", count=str(left), file=sheet.json)), classes="lead")
    if sheet.warnings:
        yield node("h2", words.sheet("warnings"))
        yield node("p", words.sheet("warnings_lead"), classes="soft")
        yield node("ol", *(_finding(shown, words, None) for shown in sheet.warnings[:MOST]), classes="findings")
    yield _next(sheet, words)
    yield _facts(sheet)


def _grouped(wrong: Sequence[Shown], words: Words) -> Iterator[tuple[str, Iterable[Shown]]]:
    """Give what is shown under headings: the records of a list, else the files where there are several."""
    several_files = len({shown.finding.file for shown in wrong}) > 1

    def heading(shown: Shown) -> str:
        if shown.record:
            return words.sheet("record", record=words.count(shown.record), object=shown.object)
        return shown.finding.file if several_files else ""

    yield from groupby(wrong[:MOST], key=heading)


def _head(sheet: Sheet, words: Words) -> Any:
    title, lead = _said_of_records(sheet, words) if sheet.records else _said_of_all(sheet, words)
    elsewhere = "elsewhere_records" if sheet.records else "elsewhere"
    return node(
        "header",
        node("p", words.sheet("kicker"), classes="kicker"),
        node("h1", title),
        node("p", lead, classes="lead"),
        *(node("p", words.sheet(elsewhere, route=route, state=state)) for route, state in sheet.elsewhere),
        node("ul", *(_file(file, words) for file in sheet.files), classes="files"),
    )


def _said_of_all(sheet: Sheet, words: Words) -> tuple[str, str]:
    count = len(sheet.wrong)
    lead = words.sheet("lead_one") if count == 1 else words.sheet("lead_many", count=str(count))
    return words.sheet("title", name=sheet.name), lead


def _said_of_records(sheet: Sheet, words: Words) -> tuple[str, str]:
    assert sheet.records is not None
    rejected, total = words.count(sheet.records.rejected), words.count(sheet.records.all)
    title = "title_record" if sheet.records.rejected == 1 else "title_records"
    lead = words.sheet("lead_records", rejected=rejected, all=total)
    return words.sheet(title, name=sheet.name, count=rejected), lead


def _file(file: File, words: Words) -> Any:
    about = [file.role]
    if file.lies_as not in ("", file.name):
        about.append(words.sheet("lies_as", name=file.lies_as))
    return node("li", _link(file.name, file.lies_as), " ", node("span", ", ".join(about), classes="soft"))


def _overview(wrong: Sequence[Shown], words: Words) -> Any:
    """List many findings in a line each; each leads to where it is told whole."""
    lines = [
        node("li", node("a", words.what(shown.finding), href=f"#{number}"), " ", *_place_of(shown, words))
        for number, shown in enumerate(wrong, start=1)
    ]
    return node("ol", *lines, classes="overview")


def _place_of(shown: Shown, words: Words) -> Iterator[Any]:
    place = [words.sheet("record", record=words.count(shown.record), object="")] if shown.record else []
    if shown.finding.line is not None:
        place.append(words.sheet("line", line=str(shown.finding.line)))
    if place:
        yield node("span", ", ".join(place), classes="soft")


def _link(name: str, lies_as: str) -> Any:
    # Quoted whole, so that no name can begin with a scheme or lead elsewhere.
    return node("a", name, href=quote(lies_as, safe="", errors="surrogateescape")) if lies_as else node("span", name)


# --- one finding ----------------------------------------------------------------------------------------------------


def _finding(shown: Shown, words: Words, numbers: Iterator[int] | None) -> Any:
    finding = shown.finding
    number = str(next(numbers)) if numbers else ""
    counted = [node("span", f"{number}. ", classes="number")] if number else []
    parts = [
        node("h3", *counted, *phrase(words.pieces(finding, "what"))),
        *_where(shown, words),
        *_excerpt(shown.excerpt),
        *_allowed(finding, words),
        node("p", node("strong", f"{words.sheet('do')}: "), *phrase(words.pieces(finding, "do")), classes="do"),
        _fine_print(shown, words),
    ]
    classes = "finding" if finding.severity is Severity.REJECT else "finding warn"
    return node("li", *parts, classes=classes, **({"id": number} if number else {}))


#: Placeholders that a sentence sets off: what stands in the file, and what it is about.
_SET_OFF = frozenset({"value", "field", "file", "name", "names", "element", "root", "limit"})
#: And those that are code: a pattern, a path, a command.
_CODE = frozenset({"pattern", "folder", "command"})


def phrase(pieces: Iterable[Piece]) -> Iterator[Content]:
    """Give a sentence, its facts set off."""
    for piece in pieces:
        if piece.placeholder in _CODE:
            yield node("code", piece.text)
        elif piece.placeholder in _SET_OFF:
            yield node("b", *exactly(piece.text), classes=piece.placeholder)
        else:
            yield piece.text


def _where(shown: Shown, words: Words) -> Iterator[Any]:
    finding = shown.finding
    place = []
    if finding.line is not None:
        place.append(words.sheet("line", line=str(finding.line)))
    if finding.column is not None:
        place.append(words.sheet("column", column=str(finding.column)))
    parts: list[Content] = []
    if finding.file:
        parts.append(_link(finding.file, shown.lies_as))
    if place:
        parts.append(node("strong", ", ".join(place)))
    if finding.source_path:
        parts.append(node("code", finding.source_path))
    if parts:
        yield node("p", *_between(parts, " · "), classes="where")


def _between(parts: Sequence[Content], separator: str) -> Iterator[Content]:
    for position, part in enumerate(parts):
        if position:
            yield separator
        yield part


def _excerpt(lines: Sequence[Line]) -> Iterator[Any]:
    if lines:
        yield node("table", node("tbody", *map(_row, lines)), classes="excerpt")


def _row(line: Line) -> Any:
    marked = [node("mark", line.marked, keep="\t")] if line.marked else []
    text = node("td", line.before, *marked, line.after, keep="\t")
    return node("tr", node("td", str(line.number)), text, classes="wrong" if line.wrong else "")


def _allowed(finding: Finding, words: Words) -> Iterator[Any]:
    if not finding.allowed or finding.allowed == (finding.field,):
        return
    near = words.suggestion(finding)
    if near:
        yield node("p", words.sheet("nearest", near=near), classes="near-question")
    ordered = sorted(finding.allowed, key=lambda value: value != near)
    items = [_value(finding.code, value, near) for value in ordered]
    listed = node("ul", *items, classes="many" if len(items) > _SEVERAL else "")
    yield node("div", node("p", words.allowed(finding)), listed, classes="allowed")


def _value(code: Code, value: str, near: str) -> Any:
    return node("li", *exactly(_sample(code, value)), classes="near" if value == near else "")


def _sample(code: Code, value: str) -> str:
    """Show a format of dates by a day that is written so."""
    if code is not Code.NOT_A_DATE:
        return value
    try:
        return f"{dates.Format.parse(value).write(_SAMPLE_DAY)} ({value})"
    except dates.BadFormat:
        return value


def _fine_print(shown: Shown, words: Words) -> Any:
    finding = shown.finding
    parts: list[Content] = [node("code", str(finding.code))]
    if shown.rule:
        parts.append(words.sheet("rule", rule=shown.rule))
    if message := finding.details.get("parser"):
        parts.append(f"{words.sheet('message')}: {shortened(message)}")
    return node("p", *_between(parts, " · "), classes="fine")


# --- the foot -------------------------------------------------------------------------------------------------------


def _next(sheet: Sheet, words: Words) -> Any:
    correct, drop = ("next_correct_list", "next_drop_list") if sheet.records else ("next_correct", "next_drop")
    steps = [
        words.sheet_pieces(correct, system=sheet.system),
        words.sheet_pieces(drop, folder=sheet.folder),
        words.sheet_pieces("next_retry", command=sheet.command),
    ]
    items = (node("li", *phrase(step)) for step in steps)
    return node("section", node("h2", words.sheet("next")), node("ol", *items), classes="next")


def _facts(sheet: Sheet) -> Any:
    terms = (part for label, value in sheet.facts for part in (node("dt", label), node("dd", value)))
    return node("dl", *terms, classes="facts")
