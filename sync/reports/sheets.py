"""Error sheets: what is wrong with a rejected pair, for the engineer as HTML and for programs as JSON."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import Counter
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
from sync.model import Part, Place, Source, Transfer, TransferState
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
    def export(self) -> Folder:
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A rejected source with all that its sheets speak of."""

    source: Source
    settings: Folder  #: of the export folder
    transfers: tuple[Transfer, ...]
    noted: tuple[Noted, ...]
    text: Original | None
    words: Words
    at: datetime

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its sheets, as `names.sheets` orders them."""
        return names.sheets(self.source.sheet)

    @property
    def rejected(self) -> list[Transfer]:
        """Those of its transfers that are rejected."""
        return [one for one in self.transfers if one.state is TransferState.REJECTED]

    @property
    def is_list(self) -> bool:
        """Whether its transfers are the records of a list."""
        return any(one.record for one in self.transfers)


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
    case = Case(
        source=source,
        settings=round_.export,
        transfers=tuple(theirs),
        noted=tuple(_placed(_noted(source, theirs), text)),
        text=text,
        words=words(round_.language),
        at=datetime.now(UTC),
    )
    contents = (page.written(_sheet(case), case.words), _json(case))
    return tuple(zip(case.names, contents, strict=True))


# --- what is wrong, and where -----------------------------------------------------------------------------------------


def _noted(source: Source, theirs: Sequence[Transfer]) -> list[Noted]:
    """Give each finding of a pair or record once: two routes may complain of the same."""
    rejected = [transfer for transfer in theirs if transfer.state is TransferState.REJECTED]
    found = [Noted(finding=finding, transfer=None) for finding in source.findings]
    found += [Noted(finding=finding, transfer=one) for one in rejected for finding in one.findings]
    once = {(_record(one), json.dumps(one.finding.to_json(), sort_keys=True)): one for one in reversed(found)}
    return list(once.values())[::-1]


def _record(one: Noted) -> int:
    return one.transfer.record if one.transfer else 0


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
        limit=round_.export.max_xml,
        sha256=xml.sha256,
        encoding=round_.export.encoding,
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
    column = span.start + 1 if span.end > span.start else one.finding.column
    finding = dataclasses.replace(one.finding, line=span.line + 1, column=column)
    return dataclasses.replace(one, finding=finding, span=span)


# --- for the engineer -------------------------------------------------------------------------------------------------


def _sheet(case: Case) -> page.Sheet:
    source = case.source
    shown = _shown(case)
    return page.Sheet(
        name=names.escape(source.stem),
        files=tuple(
            page.File(role=case.words.word(part.role), name=names.escape(part.name), lies_as=part.archive_name)
            for part in source.parts
        ),
        wrong=tuple(one for one in shown if one.finding.severity is Severity.REJECT),
        warnings=tuple(one for one in shown if one.finding.severity is Severity.WARN),
        elsewhere=tuple(_elsewhere(case)),
        records=_records(case),
        json=case.names[1],
        system=case.settings.system,
        folder=str(case.settings.path),
        command=_command(case),
        facts=tuple(_facts(case)),
    )


def _command(case: Case) -> str:
    """Give what tries it again: of a resend the originals stay in the archive."""
    if case.source.archive.startswith(Place.PROCESSED) and case.rejected:
        return f"pairsync resend {case.rejected[0].id}"
    return f"pairsync retry {case.source.id}"


def _elsewhere(case: Case) -> Iterator[tuple[str, str]]:
    """Tell how the other transfers are: on each route, or of a list how many of its records."""
    others = [one for one in case.transfers if one.state is not TransferState.REJECTED]
    if not case.is_list:
        yield from ((one.route, case.words.state(one.state)) for one in others)
        return
    counted = Counter((one.route, one.state) for one in others)
    for route in dict.fromkeys(one.route for one in others):
        states = {case.words.state(state): number for (on, state), number in counted.items() if on == route}
        yield route, ", ".join(f"{case.words.count(number)} × {state}" for state, number in states.items())


def _records(case: Case) -> page.Records | None:
    """Count the records of a list of which some are rejected and others are not concerned; else None."""
    if case.source.findings or not case.is_list:
        return None
    records, rejected = ({one.record for one in some} for some in (case.transfers, case.rejected))
    return page.Records(all=len(records), rejected=len(rejected)) if rejected < records else None


def _shown(case: Case) -> list[page.Shown]:
    """Give the findings by record and by file, in the order of the parts."""
    lies_as = {names.escape(part.name): part.archive_name for part in case.source.parts}
    order = {name: position for position, name in enumerate(lies_as)}
    shown = [
        page.Shown(
            finding=one.finding,
            lies_as=lies_as.get(one.finding.file, ""),
            record=_record(one),
            object=_object(one.transfer) if one.transfer else "",
            rule=_rule(one),
            excerpt=excerpt(case.text, one.span) if case.text and one.span else (),
        )
        for one in case.noted
    ]
    return sorted(shown, key=lambda one: (one.record, order.get(one.finding.file, -1)))


def _rule(one: Noted) -> str:
    mapping = one.transfer.mapping if one.transfer else ""
    return f"{mapping}/{one.finding.rule}" if mapping and one.finding.rule else one.finding.rule


def _facts(case: Case) -> Iterator[tuple[str, str]]:
    said = case.words.sheet
    yield said("source"), case.source.id
    yield said("folder"), case.settings.name
    if case.is_list:  # what each is about stands above
        yield from ((said("route"), route) for route in dict.fromkeys(one.route for one in case.transfers))
        yield from ((said("mapping"), name) for name in dict.fromkeys(one.mapping for one in case.rejected))
    for one in () if case.is_list else case.transfers:
        yield said("route"), one.route
        yield said("mapping"), one.mapping
        if one.facts:
            yield said("object"), f"{one.facts.kind} {_object(one)}"
    moments = {"claimed": _moment(case.source.claimed_at), "written": case.at}
    yield from ((said(name), at.astimezone().strftime(said("time"))) for name, at in moments.items() if at)


def _object(transfer: Transfer) -> str:
    facts = transfer.facts
    return " ".join(filter(None, (facts.number, facts.revision, facts.title))) if facts else ""


# --- for programs -----------------------------------------------------------------------------------------------------


def _json(case: Case) -> bytes:
    """Write the sheet as JSON; `docs/reference/error-sheets.md` says what is in it."""
    claimed = _moment(case.source.claimed_at)
    facts = {
        "schema": SCHEMA,
        "source": case.source.id,
        "pair": names.escape(case.source.stem),
        "folder": case.settings.name,
        "path": str(case.settings.path),
        "routes": list(dict.fromkeys(one.route for one in case.rejected)),
        **({"records": Counter(one.state for one in case.transfers)} if case.is_list else {}),
        "parts": [_part(part) for part in case.source.parts],
        "claimed_at": _utc(claimed) if claimed else None,
        "at": _utc(case.at),
        "language": case.words.language,
        "findings": [_finding(one, case.words) for one in case.noted],
    }
    text = json.dumps(facts, ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", "backslashreplace")


def _part(part: Part) -> dict[str, str]:
    archive_name = names.escape(part.archive_name)
    facts = {"role": part.role, "name": names.escape(part.name), "archive_name": archive_name, "sha256": part.sha256}
    return {key: value for key, value in facts.items() if value}


def _finding(one: Noted, language: Words) -> dict[str, Any]:
    facts = one.finding.to_json() | {"text": language.what(one.finding), "do": language.do(one.finding)}
    if near := language.suggestion(one.finding):
        facts["nearest"] = near
    if one.transfer:
        facts |= {"route": one.transfer.route, "mapping": one.transfer.mapping}
        if one.transfer.record:
            facts |= {"record": one.transfer.record}
            facts |= {"number": one.transfer.facts.number} if one.transfer.facts else {}
    return facts


def _moment(seconds: float) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
