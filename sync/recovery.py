"""What a crash left behind, finished at the start of every run; `3-delivery.md` tells what each place means."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Set

import sqlalchemy as sa

from sync import names
from sync.claiming import afresh, finish_claim, release
from sync.deferral import new_attempt
from sync.delivery import STOLEN, publish
from sync.due import ADOPTED
from sync.errors import TransientError
from sync.filing import file_away, missing, settle
from sync.findings import Code, Finding
from sync.folders.base import ClaimAnswer, Entry, Filing, Kind
from sync.ledger import events, sources, transfers
from sync.ledger.events import Happened
from sync.model import Flag, Part, Place, Role, Source, SourceState, Transfer, TransferState
from sync.round import Round, now


def recover(round_: Round) -> list[Source]:
    """Finish what is recorded; give the sources that have to be carried again, for a new attempt."""
    with round_.ledger.read() as connection:
        claiming = sources.in_state(connection, round_.folder.name, SourceState.CLAIMING)
        committed = transfers.in_state(connection, round_.folder.name, TransferState.COMMITTED)
    if claiming:
        finish_claim(round_, claiming)
    _adopt(round_)
    _release_vanished(round_, {one.source_id for one in committed})
    committed = _without_stolen(round_, committed)
    _clear_stages(round_, committed)
    publish(round_, [one for one in committed if round_.reachable(one.route)])
    with round_.ledger.read() as connection:
        unfiled = sources.unfiled(connection, round_.folder.name)
        unsheeted = sources.unsheeted(connection, round_.folder.name)
    file_away(round_, [*unfiled, *unsheeted])
    _end_without_originals(round_)
    _reject_homeless(round_)
    unfinished = _unfinished(round_)
    resent = afresh(round_, [source for source in unfinished if source.archived])
    return new_attempt(round_, [*(source for source in unfinished if not source.archived), *resent])


def _unfinished(round_: Round) -> list[Source]:
    """Give the claimed sources of which a transfer is still to be made, on a route that can be tried."""
    with round_.ledger.read() as connection:
        claimed = sources.in_state(connection, round_.folder.name, SourceState.CLAIMED)
        standing = transfers.standing(connection, [source.id for source in claimed])
        again = transfers.routes_in(connection, round_.folder.name, TransferState.CLAIMED)
        resent = sources.by_id(connection, [id for id, routes in again.items() if any(map(round_.reachable, routes))])  # noqa: A001
    fresh = [source for source in claimed if source.id not in standing]
    return [*fresh, *(source for source in resent.values() if source.id not in {one.id for one in fresh})]


def _end_without_originals(round_: Round) -> None:
    """End what was to be sent again from the archive, and is not there any more: trying again cannot help."""
    with round_.ledger.read() as connection:
        open_ = transfers.in_state(connection, round_.folder.name, TransferState.CLAIMED, TransferState.DEFERRED)
        known = sources.by_id(connection, {one.source_id for one in open_ if one.wanted})
    lost = {source.id: missing(round_, source) for source in known.values() if source.archived}
    torn = {id: names.listed(gone) for id, gone in lost.items() if gone}  # noqa: A001
    if not torn:
        return
    with round_.ledger.begin() as tx:
        ended = [_as_before(tx, one) for one in open_ if one.source_id in torn]
        transfers.save(tx, ended)
        events.record(tx, [events.of_source(known[id], Happened.VANISHED, reason=gone) for id, gone in torn.items()])  # noqa: A001
        events.record(tx, [events.of_transfer(transfer) for transfer in ended])
    for source_id, gone in torn.items():
        round_.report(known[source_id], known[source_id], state=Happened.VANISHED, reason=gone)


def _as_before(tx: sa.Connection, transfer: Transfer) -> Transfer:
    """Give a transfer as it was before somebody asked for it again; its history knows."""
    ends = {state for state in TransferState if state.final}
    history = [event for event in events.timeline(tx, transfer.source_id) if event.transfer_id == transfer.id]
    last = next(event for event in reversed(history) if event.what in ends)
    state = TransferState(last.what)
    delivered_at = last.at if state is TransferState.DELIVERED else None
    return dataclasses.replace(transfer, state=state, reason="", wanted="", delivered_at=delivered_at)


def _reject_homeless(round_: Round) -> None:
    """Reject what is on its way along a route that config.ini has no more: nobody would ever carry it."""
    with round_.ledger.read() as connection:
        open_ = transfers.in_state(connection, round_.folder.name, TransferState.CLAIMED, TransferState.DEFERRED)
    homeless = [_homeless(one) for one in open_ if one.route not in round_.routes]
    if not homeless:
        return
    with round_.ledger.begin() as tx:
        transfers.save(tx, homeless)
        events.record(tx, [events.of_transfer(transfer) for transfer in homeless])
        ids = {transfer.source_id for transfer in homeless}
        final = settle(tx, round_, ids)
        known = sources.by_id(tx, ids)
    for transfer in homeless:
        round_.report(transfer, known[transfer.source_id])
    file_away(round_, final)


def _homeless(transfer: Transfer) -> Transfer:
    finding = Finding(code=Code.ROUTE_GONE, details={"route": transfer.route})
    return dataclasses.replace(
        transfer, state=TransferState.REJECTED, reason="", wanted="", files=(), findings=(finding,)
    )


def _release_vanished(round_: Round, committed: Set[str]) -> None:
    """Release claimed sources of which a file is not in the work folder any more (an older ledger, or a hand)."""
    with round_.ledger.read() as connection:
        claimed = sources.in_state(connection, round_.folder.name, SourceState.CLAIMED)
    vanished = [
        source
        for source in claimed
        if source.id not in committed
        and not {part.name for part in source.parts} <= round_.folder.look_claimed(source.id).keys()
    ]
    release(round_, vanished, ClaimAnswer.VANISHED)


# --- a ledger that was lost or restored from a backup -----------------------------------------------------------------


def _adopt(round_: Round) -> None:
    """Take over work folders that the ledger does not know of, by their manifests."""
    works = round_.folder.works()
    if not works:
        return
    with round_.ledger.read() as connection:
        known = sources.by_id(connection, works)
    strangers = [id for id in works if _strange(known.get(id))]  # noqa: A001
    adopted = {id: _source(round_, id, known.get(id)) for id in strangers}  # noqa: A001
    found = [source for source in adopted.values() if source is not None]
    empty = [id for id, source in adopted.items() if source is None]  # noqa: A001
    round_.folder.file([Filing(id=id, folder=Place.INBOX, moves=()) for id in empty])  # noqa: A001
    if not found:
        return
    with round_.ledger.begin() as tx:
        sources.save(tx, found)
        events.record(tx, [events.of_source(source, Happened.ADOPTED) for source in found])


def _strange(known: Source | None) -> bool:
    """Tell whether the ledger knows of no reason for the work folder of this source."""
    if known is None or known.state is SourceState.WAITING:
        return True
    # A retry that met a locked file is half there, and claimed by the next run.
    return known.archived and known.state is not SourceState.CLAIMING


def _source(round_: Round, id: str, known: Source | None) -> Source | None:  # noqa: A002
    """Make a source of a work folder; None where nothing is in it."""
    entries = {name: entry for name, entry in round_.folder.look_claimed(id).items() if entry.kind is Kind.FILE}
    if not entries:
        return None
    roles = _roles(round_.folder.manifest(id))
    parts = sorted((_part(entry, roles) for entry in entries.values()), key=lambda part: list(Role).index(part.role))
    stem = names.split(parts[0].name).stem
    return Source(
        id=id,
        folder=round_.folder.name,
        key=names.fold(stem),
        stem=stem,
        # Without its XML nothing can be made of it: back to the inbox, where it waits in sight.
        state=SourceState.CLAIMED if parts[0].role is Role.XML else SourceState.RELEASED,
        reason=ADOPTED,
        parts=tuple(parts),
        first_seen=known.first_seen if known else now(),
        attempt=known.attempt if known else 0,
        claimed_at=now(),
    )


def _roles(manifest: Mapping[str, object]) -> dict[str, Role]:
    listed = manifest.get("parts")
    if not isinstance(listed, list):
        return {}
    return {names.unescape(part["name"]): Role(part["role"]) for part in listed}


def _part(entry: Entry, roles: Mapping[str, Role]) -> Part:
    role = roles.get(entry.name) or names.role(entry.name) or Role.DONE
    return Part(role=role, name=entry.name, identity=entry.identity, size=entry.size, observed=now())


def _without_stolen(round_: Round, committed: list[Transfer]) -> list[Transfer]:
    """Give to a new attempt what somebody took from the stage while we ran; give what can be published."""
    stolen = []
    for name, target in round_.targets.items():
        theirs = [one for one in committed if one.target == name]
        try:
            staged, there = (set(target.staged()), target.names()) if theirs else (set(), set())
        except TransientError as error:
            round_.fail(name, error)
            continue
        stolen += [one for one in theirs if _stolen(one, staged, there)]
    again = [
        dataclasses.replace(
            one, state=TransferState.CLAIMED, files=(), reason="", flags=one.flags | {Flag.POSSIBLE_DUPLICATE}
        )
        for one in stolen
    ]
    if again:
        with round_.ledger.begin() as tx:
            transfers.save(tx, again)
            events.record(tx, [events.of_transfer(one, Happened.STOLEN) for one in again])
    return [one for one in committed if one not in stolen]


def _stolen(transfer: Transfer, staged: Set[str], there: Set[str]) -> bool:
    gone = any(file.stage_name not in staged for file in transfer.files)
    return transfer.reason == STOLEN and gone and not any(file.name in there for file in transfer.files)


# --- stages --------------------------------------------------------------------------------------------------------


def _clear_stages(round_: Round, committed: list[Transfer]) -> None:
    """Discard what no committed attempt has staged."""
    kept = {file.stage_name for transfer in committed for file in transfer.files}
    for name, target in round_.targets.items():
        try:
            target.discard([staged for staged in target.staged() if staged not in kept])
        except TransientError as error:
            round_.fail(name, error)
