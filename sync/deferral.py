"""Which deferred transfers can go now, and which were overtaken while they were deferred."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Sequence

from sync import names
from sync.errors import TransientError
from sync.filing import file_away, settle
from sync.ledger import events, objects, sources, transfers
from sync.model import DeferReason, Source, Transfer, TransferState
from sync.round import Round, now

#: A transfer whose original a writer holds open is tried so often in one run (`3-delivery.md`).
WRITER_TRIES = 3
#: And any other so often: nothing that goes wrong may keep a run from ending.
_TRIES = 5


def eligible(round_: Round) -> list[Source]:
    """Give the sources of deferred transfers that can be tried again, for a new attempt."""
    with round_.ledger.read() as connection:
        deferred = transfers.in_state(connection, round_.folder.name, TransferState.DEFERRED)
        known = sources.by_id(connection, {transfer.source_id for transfer in deferred})
    heads, overtaken = _heads(round_, [one for one in deferred if round_.reachable(one.route)])
    _supersede(round_, overtaken)
    chosen = []
    for transfer in heads:
        source = known[transfer.source_id]
        if _can_go(round_, transfer, source):
            round_.tried[transfer.id] += 1
            chosen.append(source)
    return new_attempt(round_, chosen)


def new_attempt(round_: Round, batch: Sequence[Source]) -> list[Source]:
    """Record that these sources are tried again: staged files of the attempt before are never used again."""
    again = [dataclasses.replace(one, attempt=one.attempt + 1) for one in {one.id: one for one in batch}.values()]
    if again:
        with round_.ledger.begin() as tx:
            sources.save(tx, again)
            events.record(tx, [events.of_source(source, "attempt") for source in again])
    return again


def _heads(round_: Round, deferred: Sequence[Transfer]) -> tuple[list[Transfer], list[tuple[Transfer, Transfer]]]:
    """Give the first transfer of each object, and those that something newer overtook while they could not go."""
    by_object = defaultdict(list)
    for transfer in deferred:
        if transfer.facts:
            by_object[transfer.target, objects.of(transfer.facts)].append(transfer)
    heads, overtaken = [], []
    for theirs in by_object.values():
        queue = sorted(theirs, key=objects.order)
        while len(queue) > 1 and _overtakes(queue[-1], queue[0]) and not _free(round_, queue[0]):
            overtaken.append((queue.pop(0), queue[-1]))
        heads.append(queue[0])
    return heads, overtaken


def _overtakes(one: Transfer, other: Transfer) -> bool:
    return bool(one.facts and other.facts) and objects.newer(one.facts, other.facts)  # type: ignore[arg-type]


def _can_go(round_: Round, transfer: Transfer, source: Source) -> bool:
    tried = round_.tried[transfer.id]
    if transfer.reason == DeferReason.WRITER:
        return tried < WRITER_TRIES or all(now() - part.observed >= round_.source.quiet for part in source.parts)
    return tried < _TRIES and (transfer.reason != DeferReason.NAME or _free(round_, transfer))


def _free(round_: Round, transfer: Transfer) -> bool:
    """Tell whether the names that it was deferred for, if it was for that, are free now."""
    if transfer.reason != DeferReason.NAME:
        return True
    wanted = {names.fold(file.name) for file in transfer.files}
    try:
        there = {names.fold(name) for name in round_.targets[transfer.target].names()}
    except TransientError as error:
        round_.fail(transfer.target, error)
        return False
    with round_.ledger.read() as connection:
        reserved = objects.reserved(connection, transfer.target, [file.name for file in transfer.files])
    return not (wanted & there or wanted & reserved.keys())


def _supersede(round_: Round, overtaken: Sequence[tuple[Transfer, Transfer]]) -> None:
    if not overtaken:
        return
    ended = [
        dataclasses.replace(old, state=TransferState.SUPERSEDED, reason=new.id, files=()) for old, new in overtaken
    ]
    with round_.ledger.begin() as tx:
        transfers.save(tx, ended)
        events.record(tx, [events.of_transfer(transfer, reason=transfer.reason) for transfer in ended])
        ids = {transfer.source_id for transfer in ended}
        known = sources.by_id(tx, ids)
        final = settle(tx, round_, ids)
    for transfer in ended:
        round_.report(transfer, known[transfer.source_id])
    file_away(round_, final)
