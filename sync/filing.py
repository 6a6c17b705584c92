"""Out of the work folder: which sources are final, where their originals go, and under which names."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from sync import names, notes
from sync.errors import PairsyncError
from sync.findings import Code, Finding
from sync.folders.base import Filed, Filing
from sync.ledger import events, sources, transfers
from sync.ledger.events import Happened
from sync.model import Place, Source, SourceState, TransferState
from sync.reports import sheets
from sync.round import Round

_TRIES = 3
_OPEN = tuple(state for state in TransferState if not state.final)


def settle(tx: sa.Connection, round_: Round, ids: Collection[str], empty: Collection[str] = ()) -> list[Source]:
    """Record which of these sources are final now, and under which names their originals are archived.

    empty: those that are lists without any records.
    """
    standing = transfers.standing(tx, ids)
    final = []
    for source in sources.by_id(tx, ids).values():
        states = standing.get(source.id, {}).keys()
        if source.findings:
            if TransferState.COMMITTED in states:
                continue  # it will be published, and the source is settled then
            open_ = transfers.of_source(tx, source.id, *_OPEN)
            ended = [dataclasses.replace(one, state=TransferState.REJECTED, reason="", files=()) for one in open_]
            transfers.save(tx, ended)
            events.record(tx, [events.of_transfer(one) for one in ended])
            final.append(_filed(round_, source, SourceState.REJECTED, wrong=True))
        elif (states or source.id in empty) and all(state.final for state in states):
            wrong = TransferState.REJECTED in states
            final.append(_filed(round_, source, SourceState.FINISHED, wrong=wrong))
    sources.save(tx, final)
    return final


def _filed(round_: Round, source: Source, state: SourceState, *, wrong: bool) -> Source:
    """Choose names in the archive that nobody has there yet, the same stem for all parts."""
    source = dataclasses.replace(source, state=state, wanted="")
    if source.archived:  # sent again from the archive: the originals stay there
        return dataclasses.replace(source, sheet=sheets.stem(source.parts[0].archive_name) if wrong else "")
    folder = Place.ERROR if wrong else f"{Place.PROCESSED}/{datetime.now():%Y-%m-%d}"
    plain = _apart([names.printable(names.base(part.name)) for part in source.parts])
    if round_.folder.look([*plain, *(names.sheets(sheets.stem(plain[0])) if wrong else ())], folder):
        plain = [_with_id(name, source.id) for name in plain]
    parts = tuple(dataclasses.replace(part, archive_name=name) for part, name in zip(source.parts, plain, strict=True))
    return dataclasses.replace(source, archive=folder, parts=parts, sheet=sheets.stem(plain[0]) if wrong else "")


def _apart(plain: Sequence[str]) -> list[str]:
    """Tell names apart that a PDF of the folder and one of its documents folder share."""
    return [
        name if (before := plain[:position].count(name)) == 0 else _with_id(name, str(before + 1))
        for position, name in enumerate(plain)
    ]


def _with_id(name: str, id: str) -> str:  # noqa: A002
    parted = names.split(name)
    return names.with_suffix(parted.stem, f"~{id}{name[len(parted.stem) :]}")


def missing(round_: Round, source: Source) -> list[str]:
    """Name the originals that are not in the archive any more."""
    archived = [part.archive_name for part in source.parts]
    there = round_.folder.look(archived, source.archive)
    return [name for name in archived if name not in there]


def file_away(round_: Round, batch: Sequence[Source]) -> None:
    """Move the originals out of the work folder: to the archive, or back where they were claimed from."""
    left = list(batch)
    for _ in range(_TRIES):
        filings = list(_filings(round_, left))
        if not filings:
            return
        answers = round_.folder.file(filings)
        left = _filed_away(round_, [source for source in left if source.id in answers], answers)


def _filings(round_: Round, batch: Sequence[Source]) -> Iterator[Filing]:
    noted = notes.written(round_, batch)
    for source in batch:
        moves = () if source.archived else tuple((part.name, part.archive_name or part.name) for part in source.parts)
        try:
            written = sheets.render(round_, source) if source.sheet else ()
        except PairsyncError:
            raise
        except Exception as error:  # noqa: BLE001  # a mistake of ours in one sheet stops no other; it stays in work/
            round_.mistakes.append(error)
            continue
        told = noted.get(source.id, ())
        yield Filing(id=source.id, folder=source.archive, moves=moves, sheets=written, notes=told)


def _filed_away(round_: Round, batch: Sequence[Source], answers: Mapping[str, Filed]) -> list[Source]:
    """Record what became of each; give those for which other names were chosen."""
    filed = [dataclasses.replace(source, archived=True) for source in batch if not answers[source.id].occupied]
    left = [_elsewhere(round_, source) for source in batch if answers[source.id].occupied]
    round_.sheets |= {source.id: round_.sheet(source) for source in filed if source.sheet}
    lost = {source.id: names.listed(answers[source.id].lost) for source in filed if source.archive}
    torn = [source for source in filed if lost.get(source.id)]
    with round_.ledger.begin() as tx:
        sources.save(tx, [*filed, *left])
        events.record(tx, [events.of_source(source, Happened.ARCHIVED) for source in filed if source.archive])
        events.record(tx, [events.of_source(one, Happened.VANISHED, reason=lost[one.id]) for one in torn])
    for source in torn:
        round_.report(source, source, state=Happened.VANISHED, reason=lost[source.id])
    for source in left:
        if any(finding.code is Code.SOURCE_CHANGED for finding in source.findings):
            round_.report(source, source)
    return left


def _elsewhere(round_: Round, source: Source) -> Source:
    """Choose other names for what could not be moved because a name is taken."""
    here = round_.folder.look_claimed(source.id)  # what is not was moved before another name turned out to be taken
    if source.state is SourceState.RELEASED:
        # What was put back before the crash is nobody's again.
        left = tuple(part for part in source.parts if part.name in here) or source.parts
        finding = Finding(code=Code.SOURCE_CHANGED, file=names.escape(left[0].name))
        source = dataclasses.replace(
            source, state=SourceState.REJECTED, archive=Place.ERROR, findings=(finding,), parts=left
        )
    parts = tuple(
        dataclasses.replace(
            part, archive_name=_with_id(part.archive_name or names.printable(names.base(part.name)), source.id)
        )
        if part.name in here
        else part
        for part in source.parts
    )
    sheet = sheets.stem(parts[0].archive_name) if source.archive == Place.ERROR else ""
    return dataclasses.replace(source, parts=parts, sheet=sheet)
