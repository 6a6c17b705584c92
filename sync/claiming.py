"""Steps 1 to 3 of the protocol: take files into the work folder, and give them back.

Every step is recorded in the ledger in one transaction for the whole batch; `3-delivery.md` numbers them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import sqlalchemy as sa

from sync import names, notes
from sync.errors import FolderUnavailable
from sync.filing import file_away
from sync.folders.base import Claim, ClaimAnswer
from sync.ledger import events, sources, transfers
from sync.ledger.events import Happened
from sync.model import Place, Source, SourceState, Transfer, TransferState
from sync.round import Round, now


def claim(round_: Round, batch: Sequence[Source]) -> list[Source]:
    """Record the claim, move the files into the work folder, record that they are ours; give those that are."""
    claiming = [dataclasses.replace(source, state=SourceState.CLAIMING, claimed_at=now()) for source in batch]
    with round_.ledger.begin() as tx:
        claiming = _with_origins(tx, round_.folder.name, claiming)
        sources.save(tx, claiming)
        events.record(tx, [events.of_source(source, Happened.CLAIM) for source in claiming])
    return finish_claim(round_, claiming)


def _with_origins(tx: sa.Connection, folder: str, batch: Sequence[Source]) -> list[Source]:
    """Link a file that was dragged back from error/ to the source that it corrects."""
    before = sources.rejected_with(tx, folder, [source.xml.name for source in batch if source.xml])
    return [
        dataclasses.replace(source, origin=before[source.xml.name])
        if source.xml and source.xml.name in before
        else source
        for source in batch
    ]


def finish_claim(round_: Round, claiming: Sequence[Source]) -> list[Source]:
    """Do what a recorded claim says; a crash may have come anywhere in it."""
    answers = round_.folder.claim([_claim_of(source) for source in claiming])
    claimed = [source for source in claiming if answers[source.id] is ClaimAnswer.CLAIMED]
    ours = [_ours(source) for source in claimed]
    busy = [source for source in claiming if answers[source.id] is ClaimAnswer.BUSY]
    for source in busy:
        round_.trouble(FolderUnavailable(f"{names.escape(source.stem)}: a file is locked or refused for now"))
    # What was asked for with retry stays a recorded claim, which the next run finishes.
    waits = [source for source in busy if source.archive]
    stays = {source.id for source in (*claimed, *waits)}
    undone = [_undone(source, answers[source.id]) for source in claiming if source.id not in stays]
    corrected = _corrected(round_, claimed)
    _remove_sheets(round_, [*claimed, *corrected])
    notes.clear(round_, claimed)
    with round_.ledger.begin() as tx:
        sources.save(tx, [*ours, *undone, *(dataclasses.replace(source, sheet="") for source in corrected)])
        tried_again = [transfer for source in claimed if source.archive for transfer in _rejected(tx, round_, source)]
        transfers.save(tx, tried_again)
        events.record(tx, [events.of_source(source, source.state, reason=source.reason) for source in (*ours, *undone)])
    for source in undone:
        round_.report(source, source)
    file_away(round_, undone)
    return ours


def _corrected(round_: Round, claimed: Sequence[Source]) -> list[Source]:
    """Give the rejected sources whose files were all dragged out of error/, corrected, and are claimed anew."""
    again = {source.id for source in claimed}  # a retry of one may be claimed together with what was dropped anew
    with round_.ledger.read() as connection:
        origins = sources.by_id(connection, {source.origin for source in claimed if source.origin} - again)
    return [source for source in origins.values() if source.sheet and not _in_error(round_, source)]


def _in_error(round_: Round, source: Source) -> bool:
    return bool(round_.folder.look([part.archive_name for part in source.parts], Place.ERROR))


def _remove_sheets(round_: Round, outdated: Sequence[Source]) -> None:
    """Remove what may not be true any more: before the ledger forgets the names, or a crash would leave it for ever."""
    if stale := [name for source in outdated for name in names.sheets(source.sheet)]:
        round_.folder.remove(Place.ERROR, stale)


def afresh(round_: Round, resent: Sequence[Source]) -> list[Source]:
    """Give sources that are sent again from the archive without what was found in them the last time.

    Their sheets go before the ledger forgets them, and after it says that they are sent again.
    """
    for source in resent:
        round_.folder.remove(source.archive, names.sheets(source.sheet))
    return [dataclasses.replace(one, findings=(), sheet="", state=SourceState.FINISHED) for one in resent]


def _claim_of(source: Source) -> Claim:
    if not source.archive:
        return Claim(id=source.id, parts=source.parts)
    there = tuple(part.archive_name for part in source.parts)
    return Claim(id=source.id, parts=source.parts, place=Place.ERROR, names_there=there)


def _ours(source: Source) -> Source:
    parts = tuple(dataclasses.replace(part, archive_name="") for part in source.parts)
    attempt = source.attempt + 1
    findings = () if source.archive else source.findings
    return dataclasses.replace(
        source,
        state=SourceState.CLAIMED,
        attempt=attempt,
        parts=parts,
        archive="",
        archived=False,
        sheet="",
        reason="",
        findings=findings,
    )


def _undone(source: Source, answer: ClaimAnswer) -> Source:
    if source.archive:  # a retry: back to error/
        state = SourceState.REJECTED if source.findings else SourceState.FINISHED
        return dataclasses.replace(source, state=state, archived=False)
    return dataclasses.replace(source, state=SourceState.RELEASED, reason=answer)


def _rejected(tx: sa.Connection, round_: Round, source: Source) -> list[Transfer]:
    """Give the rejected transfers as they are tried again; one whose route is gone makes room for those that are."""
    rejected = transfers.of_source(tx, source.id, TransferState.REJECTED)
    return [
        dataclasses.replace(
            transfer,
            state=TransferState.CLAIMED if transfer.route in round_.routes else TransferState.SUPERSEDED,
            wanted=source.wanted or "retry",
            findings=(),
            reason="",
            files=(),
        )
        for transfer in rejected
    ]


def release(round_: Round, batch: Sequence[Source], reason: str) -> None:
    """Undo claims: put the files back without replacing."""
    if not batch:
        return
    released = [dataclasses.replace(source, state=SourceState.RELEASED, reason=reason) for source in batch]
    with round_.ledger.begin() as tx:
        sources.save(tx, released)
        open_ = [state for state in TransferState if not state.final]
        ended = [
            dataclasses.replace(transfer, state=TransferState.SUPERSEDED, reason="", wanted="")
            for source in released
            for transfer in transfers.of_source(tx, source.id, *open_)
        ]
        transfers.save(tx, ended)
        events.record(tx, [events.of_source(source, source.state, reason=reason) for source in released])
        events.record(tx, [events.of_transfer(transfer) for transfer in ended])
    for source in released:
        round_.report(source, source)
    file_away(round_, released)
