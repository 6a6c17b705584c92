"""The way of a batch, top to bottom: scan, pair, claim, read, convert, stage, commit, publish, file away.

Each pair goes on or leaves with an outcome; a bad one leaves its batch, it never fails the batch.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sync import claiming, delivery, preparation, recovery, staging, wishes
from sync.deferral import eligible
from sync.due import enter
from sync.errors import FolderFull, TransientError
from sync.ledger import sources
from sync.model import DeliveredFile, Role, Source, SourceState, Transfer, WaitReason
from sync.preparation import Job, place
from sync.reading import Examined
from sync.round import Round
from sync.scanning import Ready, Scan

#: Free bytes in an import folder below which nothing more is claimed for it: room for the converted XMLs.
_RESERVE = 1 << 20
#: Bytes of XML at which a batch is full, however few documents they are: each byte takes about ten in memory.
_HEAVY = 16 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Swept:
    """What a sweep of an export folder left behind."""

    quiet_at: float | None = None  #: when, by our clock, what still changed may be quiet; None: nothing changed
    waiting: tuple[Source, ...] = ()


def sweep(round_: Round) -> Swept:
    """Finish what an earlier run left, then carry everything that is quiet."""
    carry(round_, recovery.recover(round_))
    carry(round_, wishes.grant(round_))
    scan = _scan(round_)
    ready = scan.ready()
    while batch := _batch(round_, scan, ready):
        seen = {one.source.id: one.examined for one in batch if one.examined is not None}
        claimed = claiming.claim(round_, [one.source for one in batch])
        carry(round_, claimed, seen)
    _remember(round_, scan)
    changing = any(source.reason == WaitReason.CHANGING for source in scan.waiting)
    return Swept(quiet_at=scan.at + round_.export.quiet if changing else None, waiting=tuple(scan.waiting))


def look(round_: Round) -> tuple[Source, ...]:
    """Only see what lies there, for no route can be gone; give what waits, and nothing is claimed."""
    scan = _scan(round_)
    scan.waiting += [_held(one) for one in scan.ready()]
    _remember(round_, scan)
    return tuple(scan.waiting)


def _held(ready: Ready) -> Source:
    routes = [draft.route.name for draft in ready.examined.drafts] if ready.examined else []
    return dataclasses.replace(ready.source, reason=" ".join([WaitReason.PAUSED, *routes[:1]]))


def carry(round_: Round, batch: Sequence[Source], seen: dict[str, Examined] | None = None) -> None:
    """Carry claimed sources, then whatever was deferred and can go now, until nothing can."""
    seen = {} if seen is None else seen
    while batch := batch or eligible(round_):
        for together in _batches(round_, batch):
            _carry(round_, together, seen)
        batch = ()


def _batches(round_: Round, sources_: Sequence[Source]) -> Iterator[list[Source]]:
    """Cut what is to be carried into batches."""
    batch: list[Source] = []
    for source in sources_:
        batch.append(source)
        if _full(round_, batch):
            yield batch
            batch = []
    if batch:
        yield batch


def _full(round_: Round, batch: Sequence[Source]) -> bool:
    """Tell whether a batch has as many sources as its routes say, or as many bytes of XML as memory is for."""
    size = min(route.batch for route in round_.routes.values())
    return len(batch) >= size or sum(source.xml.size for source in batch if source.xml) >= _HEAVY


def _carry(round_: Round, batch: Sequence[Source], seen: dict[str, Examined]) -> None:
    prepared = preparation.read(round_, batch, seen)
    claiming.release(round_, prepared.incomplete, WaitReason.PDF_MISSING)
    enter(round_, prepared.due)
    now = {source.id: source for source in prepared.sources}
    changed: frozenset[str] = frozenset()
    for part in prepared.parts():
        jobs = preparation.jobs(round_, part.due)
        jobs = preparation.look_up(round_, jobs)
        jobs = staging.stage(round_, jobs)
        sources_ = tuple(now[source.id] for source in part.sources)
        decided = delivery.commit(
            round_, dataclasses.replace(part, sources=sources_, jobs=tuple(jobs), changed=changed)
        )
        now, changed = now | {source.id: source for source in decided.sources}, decided.changed
        committed = decided.committed
        delivery.publish(round_, [job.transfer for job in committed], _contents(round_, committed))


def _contents(round_: Round, committed: Iterable[Job]) -> delivery.Again:
    """Give the contents of staged files again, should somebody take them from the stage while we run."""
    jobs = {job.transfer.id: job for job in committed}

    def again(transfer: Transfer, file: DeliveredFile) -> bytes | Path:
        job = jobs[transfer.id]
        if file.role is not Role.PDF:
            return job.content if file.role is Role.XML else b""
        pdfs = [known for known in transfer.files if known.role is Role.PDF]
        return round_.folder.path(*place(job.source, job.pdfs[pdfs.index(file)]))

    return again


# --- what to carry ----------------------------------------------------------------------------------------------------


def _scan(round_: Round) -> Scan:
    with round_.ledger.read() as connection:
        known = sources.in_state(connection, round_.folder.name, SourceState.WAITING)
    return Scan(round=round_, known={source.key: source for source in known})


def _batch(round_: Round, scan: Scan, ready: Iterator[Ready]) -> list[Ready]:
    """Take the next sources whose import folders can be reached and have room; the others wait where they are."""
    batch: list[Ready] = []
    for one in ready:
        if _room(round_, scan, one):
            batch.append(one)
            if _full(round_, [one.source for one in batch]):
                break
    return batch


def _room(round_: Round, scan: Scan, ready: Ready) -> bool:
    """Tell whether at least one of its routes can be gone; a transfer on another one stays claimed until it can."""
    routes = [draft.route for draft in ready.examined.drafts] if ready.examined else []
    needed = sum(part.size for part in ready.source.parts) + _RESERVE
    for target in dict.fromkeys(route.target for route in routes if round_.reachable(route.name)):
        try:
            if round_.targets[target].free() < needed:
                raise FolderFull(f"folder {target}: less than {needed:,} bytes free")
        except TransientError as error:
            round_.fail(target, error)
    if not routes or any(round_.reachable(route.name) for route in routes):
        return True
    down = [route.target for route in routes if route.target in round_.down]
    reason = f"{WaitReason.TARGET_DOWN} {down[0]}" if down else f"{WaitReason.PAUSED} {routes[0].name}"
    scan.waiting.append(dataclasses.replace(ready.source, reason=reason))
    return False


def _remember(round_: Round, scan: Scan) -> None:
    """Keep what waits, and since when, for the next run."""
    changed = [source for source in scan.waiting if source != scan.known.get(source.key)]
    gone = scan.gone()
    if changed or gone:
        with round_.ledger.begin() as tx:
            sources.save(tx, changed)
            sources.forget(tx, gone)
