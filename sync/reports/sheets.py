"""Error sheets: what is wrong with a rejected pair, for the engineer as HTML and for programs as JSON."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from sync import names
from sync.config import Folder
from sync.findings import Finding, Severity
from sync.folders.base import ExportFolder
from sync.ledger import transfers
from sync.ledger.database import Ledger
from sync.model import Source, Transfer, TransferState
from sync.reports import original, page
from sync.reports.excerpt import excerpt
from sync.reports.original import Original, Span
from sync.reports.words import Words, words

SCHEMA = 1  #: version of the JSON
_XML = ".xml"


class Surroundings(Protocol):
    """What a sheet needs to know beyond its source."""

    @property
    def language(self) -> str:
        """`de` or `en`."""

    @property
    def source(self) -> Folder:
        """The settings of the export folder."""

    @property
    def folder(self) -> ExportFolder:
        """The export folder."""

    @property
    def ledger(self) -> Ledger:
        """The ledger."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Noted:
    """A finding, and the transfer that it is about; None where it is about the source as a whole."""

    finding: Finding
    transfer: Transfer | None
    span: Span | None = None


def stem(archive_name: str) -> str:
    """Give the name that a source's sheets have before their suffixes, from the archive name of its first part.

    An XML lends its stem; another file the whole of its name, or two that differ in their suffix had one sheet.
    """
    parted = names.split(archive_name)
    name = parted.stem if parted.suffix == _XML else archive_name
    longest = max(names.SHEET_SUFFIXES, key=len)
    cut = names.with_suffix(name, longest).removesuffix(longest)
    if cut == name:
        return name
    digest = "~" + hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return names.with_suffix(name, digest + longest).removesuffix(longest)


def render(round_: Surroundings, source: Source) -> tuple[tuple[str, bytes], ...]:
    """Give the names and contents of a rejected source's sheets; what cannot be found out for them is left out."""
    with round_.ledger.read() as connection:
        theirs = transfers.of_sources(connection, [source.id]).get(source.id, [])
    text = _original(round_, source)
    noted = _placed(_noted(source, theirs), text)
    language = words(round_.language)
    html_name, json_name = (source.sheet + suffix for suffix in names.SHEET_SUFFIXES)
    at = datetime.now(UTC)
    facts = _json(round_, source, theirs, noted, language, at)
    sheet = _sheet(round_, source, theirs, noted, language, text, at)
    return (html_name, page.written(sheet, language)), (json_name, facts)


# --- what is wrong, and where -----------------------------------------------------------------------------------------


def _noted(source: Source, theirs: Sequence[Transfer]) -> list[Noted]:
    """Give each finding once: two routes may complain of the same."""
    rejected = [transfer for transfer in theirs if transfer.state is TransferState.REJECTED]
    found = [Noted(finding=finding, transfer=None) for finding in source.findings]
    found += [Noted(finding=finding, transfer=one) for one in rejected for finding in one.findings]
    return list({json.dumps(one.finding.to_json(), sort_keys=True): one for one in reversed(found)}.values())[::-1]


def _original(round_: Surroundings, source: Source) -> Original | None:
    """Read the XML: it is in the work folder or, after a crash, already archived."""
    xml = source.xml
    if xml is None:
        return None
    places = [(f"work/{source.id}", xml.name)]
    if source.archive and xml.archive_name:
        places.append((source.archive, xml.archive_name))
    return original.read(
        [round_.folder.path(*place) for place in places],
        limit=round_.source.max_xml,
        sha256=xml.sha256,
        encoding=round_.source.encoding,
    )


def _placed(noted: Sequence[Noted], text: Original | None) -> list[Noted]:
    """Complete what the findings say of their places by what the original shows."""
    if text is None:
        return list(noted)
    spans = text.place(one.finding for one in noted)
    return [_at(one, span) for one, span in zip(noted, spans, strict=True)]


def _at(one: Noted, span: Span | None) -> Noted:
    if span is None:
        return one
    column = one.finding.column or (span.start + 1 if span.end > span.start else None)
    finding = dataclasses.replace(one.finding, line=span.line + 1, column=column)
    return dataclasses.replace(one, finding=finding, span=span)


# --- for the engineer -------------------------------------------------------------------------------------------------


def _sheet(
    round_: Surroundings,
    source: Source,
    theirs: Sequence[Transfer],
    noted: Sequence[Noted],
    language: Words,
    text: Original | None,
    at: datetime,
) -> page.Sheet:
    lies_as = {names.escape(part.name): part.archive_name for part in source.parts}
    shown = [_shown(one, lies_as, text) for one in noted]
    shown.sort(key=lambda one: list(lies_as).index(one.finding.file) if one.finding.file in lies_as else -1)
    return page.Sheet(
        name=names.escape(source.stem),
        files=tuple(
            page.File(role=language.word(part.role), name=names.escape(part.name), lies_as=part.archive_name)
            for part in source.parts
        ),
        wrong=tuple(one for one in shown if one.finding.severity is Severity.REJECT),
        warnings=tuple(one for one in shown if one.finding.severity is not Severity.REJECT),
        elsewhere=tuple(
            (one.route, language.state(one.state)) for one in theirs if one.state is not TransferState.REJECTED
        ),
        json=source.sheet + names.SHEET_SUFFIXES[1],
        system=round_.source.system.upper(),
        folder=str(round_.source.path),
        command=f"pairsync retry {source.id}",
        facts=tuple(_facts(round_, source, theirs, language, at)),
    )


def _shown(one: Noted, lies_as: dict[str, str], text: Original | None) -> page.Shown:
    finding = one.finding
    mapping = one.transfer.mapping if one.transfer else ""
    return page.Shown(
        finding=finding,
        lies_as=lies_as.get(finding.file, ""),
        rule="/".join(part for part in (mapping, finding.rule) if part) if finding.rule else "",
        excerpt=excerpt(text, one.span) if text and one.span else (),
    )


def _facts(
    round_: Surroundings, source: Source, theirs: Sequence[Transfer], language: Words, at: datetime
) -> Iterator[tuple[str, str]]:
    def when(moment: datetime) -> str:
        return moment.astimezone().strftime(language.sheet("time"))

    yield language.sheet("source"), source.id
    yield language.sheet("folder"), round_.source.name
    for one in theirs:
        yield language.sheet("route"), one.route
        yield language.sheet("mapping"), one.mapping
        if one.facts:
            named = (one.facts.kind, one.facts.number, one.facts.revision, one.facts.title)
            yield language.sheet("object"), " ".join(part for part in named if part)
    if source.claimed_at:
        yield language.sheet("claimed"), when(datetime.fromtimestamp(source.claimed_at, UTC))
    yield language.sheet("written"), when(at)


# --- for programs -----------------------------------------------------------------------------------------------------


def _json(
    round_: Surroundings,
    source: Source,
    theirs: Sequence[Transfer],
    noted: Sequence[Noted],
    language: Words,
    at: datetime,
) -> bytes:
    """Write the sheet as JSON; `docs/reference/error-sheets.md` says what is in it."""
    facts = {
        "schema": SCHEMA,
        "source": source.id,
        "pair": names.escape(source.stem),
        "folder": round_.source.name,
        "path": str(round_.source.path),
        "routes": [one.route for one in theirs if one.state is TransferState.REJECTED],
        "parts": [_part(part.role, part.name, part.archive_name, part.sha256) for part in source.parts],
        "claimed_at": _utc(datetime.fromtimestamp(source.claimed_at, UTC)) if source.claimed_at else None,
        "at": _utc(at),
        "language": language.language,
        "findings": [_finding(one, language) for one in noted],
    }
    text = json.dumps(facts, ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", "backslashreplace")


def _part(role: str, name: str, archive_name: str, sha256: str) -> dict[str, str]:
    facts = {"role": role, "name": names.escape(name), "archive_name": names.escape(archive_name), "sha256": sha256}
    return {key: value for key, value in facts.items() if value}


def _finding(one: Noted, language: Words) -> dict[str, Any]:
    facts = one.finding.to_json() | {"text": language.what(one.finding), "do": language.do(one.finding)}
    if near := language.suggestion(one.finding):
        facts["nearest"] = near
    if one.transfer:
        facts |= {"route": one.transfer.route, "mapping": one.transfer.mapping}
    return facts


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
