"""Which deferred transfers can go now, and which were overtaken while they were deferred."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Sequence

from sync import names
from sync.errors import TransientError
from sync.filing import file_away, settle
from sync.ledger import events, objects, sources, transfers
from sync.ledger.events import Happened
from sync.model import DeferReason, Source, Transfer, TransferState
from sync.round import Round

#: A transfer whose original a writer holds open is tried again so often in one run: three attempts (`3-delivery.md`).
_WRITER_RETRIES = 2
#: And any other so often: nothing that goes wrong may keep a run from ending.
_RETRIES = 5


def eligible(round_: Round) -> list[Source]:
    """Give the sources of deferred transfers that can be tried again, for a new attempt."""
    with round_.ledger.read() as connection:
        deferred = transfers.in_state(connection, round_.folder.name, TransferState.DEFERRED)
        known = sources.by_id(connection, {transfer.source_id for transfer in deferred})
    deferred = [one for one in deferred if round_.reachable(one.route)]
    free = _free(round_, [one for one in deferred if one.reason == DeferReason.NAME])
    heads, overtaken = _heads(deferred, free)
    _supersede(round_, overtaken)
    chosen = []
    for transfer in heads:
        if _can_go(round_, transfer, free):
            round_.tried[transfer.id] += 1
            round_.trying.add(transfer.id)
            chosen.append(known[transfer.source_id])
    return new_attempt(round_, chosen)


def new_attempt(round_: Round, batch: Sequence[Source]) -> list[Source]:
    """Record that these sources are tried again: staged files of the attempt before are never used again."""
    again = [dataclasses.replace(one, attempt=one.attempt + 1) for one in {one.id: one for one in batch}.values()]
    if again:
        with round_.ledger.begin() as tx:
            sources.save(tx, again)
            events.record(tx, [events.of_source(source, Happened.ATTEMPT) for source in again])
    return again


def _heads(
    deferred: Sequence[Transfer], free: Collection[str]
) -> tuple[list[Transfer], list[tuple[Transfer, Transfer]]]:
    """Give the first transfer of each object, and those that something newer overtook while they could not go."""
    by_object = defaultdict(list)
    for transfer in deferred:
        if transfer.facts:
            by_object[transfer.target, objects.of(transfer.facts)].append(transfer)
    heads, overtaken = [one for one in deferred if one.facts is None], []
    for theirs in by_object.values():
        queue = sorted(theirs, key=objects.order)
        while len(queue) > 1 and _overtakes(queue[-1], queue[0]) and not _named_free(queue[0], free):
            overtaken.append((queue.pop(0), queue[-1]))
        heads.append(queue[0])
    return heads, overtaken


def _overtakes(one: Transfer, other: Transfer) -> bool:
    if one.facts is None or other.facts is None or other.wanted == "force":  # a person wants the older one
        return False
    return objects.newer(one.facts, other.facts)


def _can_go(round_: Round, transfer: Transfer, free: Collection[str]) -> bool:
    tries = _WRITER_RETRIES if transfer.reason == DeferReason.WRITER else _RETRIES
    return round_.tried[transfer.id] < tries and _named_free(transfer, free)


def _named_free(transfer: Transfer, free: Collection[str]) -> bool:
    return transfer.reason != DeferReason.NAME or transfer.id in free


def _free(round_: Round, deferred: Sequence[Transfer]) -> set[str]:
    """Give those of these transfers whose names are free by now; each import folder is listed once."""
    free = set()
    for target in {transfer.target for transfer in deferred}:
        theirs = [transfer for transfer in deferred if transfer.target == target]
        try:
            taken = {names.fold(name) for name in round_.targets[target].names()}
        except TransientError as error:
            round_.fail(target, error)
            continue
        with round_.ledger.read() as connection:
            taken |= objects.reserved(connection, target, [file.name for one in theirs for file in one.files])
        free |= {one.id for one in theirs if not taken & {names.fold(file.name) for file in one.files}}
    return free


def _supersede(round_: Round, overtaken: Sequence[tuple[Transfer, Transfer]]) -> None:
    if not overtaken:
        return
    ended = [
        dataclasses.replace(old, state=TransferState.SUPERSEDED, reason=new.id, files=()) for old, new in overtaken
    ]
    with round_.ledger.begin() as tx:
        transfers.save(tx, ended)
        events.record(tx, [events.of_transfer(transfer) for transfer in ended])
        ids = {transfer.source_id for transfer in ended}
        known = sources.by_id(tx, ids)
        final = settle(tx, round_, ids)
    for transfer in ended:
        round_.report(transfer, known[transfer.source_id])
    file_away(round_, final)
