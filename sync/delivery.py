"""Steps 5 to 8 of the protocol, which the pipeline and the recovery share: commit, publish, record.

Every step is recorded in the ledger in one transaction for the whole batch; `3-delivery.md` numbers them.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from sync import names, system
from sync.errors import FolderUnavailable, TransientError
from sync.filing import file_away, settle
from sync.findings import Code, Finding
from sync.folders.base import Entry, ImportFolder, Move, PublishAnswer
from sync.ledger import events, objects, sources, transfers
from sync.model import DeferReason, DeliveredFile, Flag, Part, Role, Source, SourceState, Transfer, TransferState
from sync.preparation import Job, Prepared
from sync.round import Round, now

# --- step 5: commit -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """What was decided about a batch, or a part of it."""

    committed: list[Job]
    sources: list[Source]  #: as they are in the ledger now
    changed: frozenset[str]  #: those that a writer changed meanwhile


def commit(round_: Round, prepared: Prepared) -> Decided:
    """Decide in one transaction what goes on, and reserve its names; give the jobs that do."""
    written, jobs, changed = _look_again(round_, prepared)
    occupied = {target: _folded_names(round_, target) for target in {job.transfer.target for job in jobs if job.staged}}
    jobs = [_recognized(round_, job, occupied[job.transfer.target]) if job.staged else job for job in jobs]
    with round_.ledger.begin() as tx:
        sources.save(tx, written)
        # An import folder that cannot be listed now gets nothing: its jobs stay claimed.
        decided = [job for job in jobs if not job.staged or job.transfer.target in round_.down]
        for target, taken in occupied.items():
            if target in round_.down:
                continue
            decided += _decide(tx, target, [job for job in jobs if job.staged and job.transfer.target == target], taken)
        transfers.save(tx, [job.transfer for job in decided])
        committed = [job for job in decided if job.transfer.state is TransferState.COMMITTED]
        objects.set_latest(tx, [job.transfer for job in committed])
        objects.exported(tx, round_.export.system, [job.transfer.facts for job in decided if job.transfer.facts])
        events.record(tx, [events.of_transfer(job.transfer) for job in decided])
        final = settle(tx, round_, [source.id for source in written], prepared.empty)
    _discard(round_, [job.transfer for job in jobs], [job.transfer for job in committed])
    _report(
        round_,
        final,
        [job.transfer for job in decided if job.transfer.state is not TransferState.COMMITTED and not job.going],
        written,
    )
    for source in final:
        if source.id in prepared.empty:
            round_.report(source, source)
    file_away(round_, final)
    return Decided(committed=committed, sources=written, changed=changed)


def _look_again(round_: Round, prepared: Prepared) -> tuple[list[Source], list[Job], frozenset[str]]:
    """Defer what a writer, who still holds an original open, changed while we read it."""
    written, changed = [], set(prepared.changed)
    digests = {(job.source.id, pdf.source_name): pdf.sha256 for job in prepared.jobs for pdf in job.documents}
    for source in prepared.sources:
        parts = source.parts if source.archived else _as_they_are(source.parts, round_.folder.look_claimed(source.id))
        if any(new.identity != old.identity for new, old in zip(parts, source.parts, strict=True)):
            changed.add(source.id)
        hashed = tuple(
            _with_digest(part, digests.get((source.id, names.escape(names.base(part.name))))) for part in parts
        )
        # What was found in an XML that changed meanwhile was found in half of it.
        found = () if source.id in changed else prepared.found.get(source.id, ())
        written.append(dataclasses.replace(source, parts=hashed, findings=source.findings or found))
    jobs = [
        job.leave(TransferState.DEFERRED, DeferReason.WRITER) if job.source.id in changed else job
        for job in prepared.jobs
    ]
    return written, jobs, frozenset(changed)


def _with_digest(part: Part, sha256: str | None) -> Part:
    return dataclasses.replace(part, sha256=sha256) if sha256 else part


def _as_they_are(parts: Iterable[Part], entries: Mapping[str, Entry]) -> tuple[Part, ...]:
    return tuple(_as_it_is(part, entries.get(part.name)) for part in parts)


def _as_it_is(part: Part, entry: Entry | None) -> Part:
    if entry is None:  # somebody took it from the work folder; the next attempt finds that out
        return dataclasses.replace(part, identity="")
    if entry.identity == part.identity:
        return part
    return dataclasses.replace(part, identity=entry.identity, size=entry.size, observed=now())


def _folded_names(round_: Round, target: str) -> set[str]:
    try:
        return {names.fold(name) for name in round_.targets[target].names()}
    except TransientError as error:
        round_.fail(target, error)
        return set()


def _recognized(round_: Round, job: Job, on_disk: set[str]) -> Job:
    """Take what lies in the import folder already, byte for byte, as published: by us, before the ledger was lost."""
    wanted = {file.name: file.sha256 for file in job.transfer.files if names.fold(file.name) in on_disk}
    if not wanted:
        return job
    with round_.ledger.read() as connection:
        known = objects.ours(connection, job.transfer.target, wanted)
        known |= objects.reserved(connection, job.transfer.target, wanted)
    strangers = {name: digest for name, digest in wanted.items() if names.fold(name) not in known}
    try:
        there = round_.targets[job.transfer.target].holding(strangers)
    except TransientError as error:
        round_.fail(job.transfer.target, error)
        return job
    return _without_staged(job, there) if there else job


def _without_staged(job: Job, there: Set[str]) -> Job:
    """Give the job with nothing staged of these files: a stage is cleared of what no transfer speaks of."""
    files = tuple(dataclasses.replace(one, stage_name="") if one.name in there else one for one in job.transfer.files)
    flags = job.transfer.flags | {Flag.POSSIBLE_DUPLICATE}
    return dataclasses.replace(job, transfer=dataclasses.replace(job.transfer, files=files, flags=flags))


def _decide(tx: sa.Connection, target: str, jobs: Sequence[Job], on_disk: set[str]) -> list[Job]:
    """Ask the guard once more, now that nobody else can commit, and reserve names: what passes is committed."""
    known = objects.latest_of(tx, target, [objects.of(job.transfer.facts) for job in jobs if job.transfer.facts])
    wanted = [name for job in jobs for name in job.names]
    reserved = objects.reserved(tx, target, wanted)
    ours = objects.ours(tx, target, wanted)
    boot = system.boot_id()
    decided = []
    for job in sorted(jobs, key=lambda job: objects.order(job.transfer)):
        folded = {names.fold(file.name) for file in job.transfer.files}
        staged = {names.fold(file.name) for file in job.transfer.files if file.stage_name}
        facts = job.transfer.facts
        latest = known.get(objects.of(facts)) if facts else None
        if latest != job.known:
            # Somebody else delivered this object since we looked it up: look again, with the next batch.
            job = job.leave(TransferState.DEFERRED, DeferReason.ORDER)
        elif strangers := (staged & on_disk) - ours - reserved:
            findings = [Finding(code=Code.CONFLICT, details={"name": name}) for name in sorted(strangers)]
            job = job.reject(findings)
        elif staged & on_disk or folded & reserved:
            job = job.leave(TransferState.DEFERRED, DeferReason.NAME)
        else:
            reserved |= folded
            job = job.leave(TransferState.COMMITTED)
            job = dataclasses.replace(job, transfer=dataclasses.replace(job.transfer, boot=boot))
        decided.append(job)
    return decided


def _discard(round_: Round, tried: Iterable[Transfer], committed: Iterable[Transfer]) -> None:
    """Remove from the stage what is not committed; a crash before this is the recovery's to mend."""
    kept = {one.id: {file.stage_name for file in one.files} for one in committed}
    by_target: dict[str, list[str]] = defaultdict(list)
    for transfer in tried:
        if transfer.id not in kept or "" in kept[transfer.id]:  # of the others all that is staged goes on
            staged = {transfer.staged_as(position) for position in range(len(transfer.files) + 2)}
            by_target[transfer.target] += staged - kept.get(transfer.id, set())
    for target, stage_names in by_target.items():
        if target in round_.down or target not in round_.targets:  # a later recovery clears its stage
            continue
        try:
            round_.targets[target].discard(stage_names)
        except TransientError as error:
            round_.fail(target, error)


# --- steps 6 to 8: publish ------------------------------------------------------------------------------------------

#: What `Transfer.reason` says of a committed transfer of which somebody took a file from the stage while we ran.
STOLEN = "stolen"
#: Gives a staged file's content again; None in the recovery, where a file that is gone was published.
Again = Callable[[Transfer, DeliveredFile], bytes | Path]


def publish(round_: Round, committed: Sequence[Transfer], again: Again | None = None) -> None:
    """Rename what is committed into the import folders and record it as delivered."""
    delivered: list[Transfer] = []
    stuck: list[Transfer] = []
    again = again and _noting(round_, again)
    for target in dict.fromkeys(transfer.target for transfer in committed):
        theirs = [transfer for transfer in committed if transfer.target == target]
        try:
            done = _publish(round_.targets[target], theirs, again)
        except TransientError as error:
            round_.fail(target, error)
        else:
            delivered += done
            stuck += [transfer for transfer in theirs if transfer.id not in {one.id for one in done}]
    if delivered or stuck:
        record(round_, delivered, stuck)


def _noting(round_: Round, again: Again) -> Again:
    """Note a theft in the ledger before it is mended: should that fail, the recovery must not call it published."""

    def noting(transfer: Transfer, file: DeliveredFile) -> bytes | Path:
        with round_.ledger.begin() as tx:
            transfers.save(tx, [dataclasses.replace(transfer, reason=STOLEN)])
        return again(transfer, file)

    return noting


def _publish(target: ImportFolder, committed: Sequence[Transfer], again: Again | None) -> list[Transfer]:
    """Publish role by role; a transfer goes on only while all its files got their names."""
    staged = set(target.staged())
    there = target.names() if again is None else set()
    # A kill may have come between a rename and its flush: what it published is durable before the XML follows.
    going, synced = list(committed), again is not None or target.publish([]).synced
    # The XML goes after its PDFs, since the importer reacts to it, and what an importer waits for goes last.
    for role in (Role.PDF, Role.XML, Role.DONE):
        moves = [
            Move(stage_name=file.stage_name, name=file.name)
            for transfer in going
            for file in transfer.files
            if file.role is role and file.stage_name and (again is not None or file.stage_name in staged)
        ]
        if not moves:
            continue
        answers, flushed = _moved(target, moves, going, again)
        synced = synced and flushed
        going = [
            one for one in going if not any(answers.get(f.stage_name) is PublishAnswer.OCCUPIED for f in one.files)
        ]
    synced = target.flush_stage() and synced
    doubtful = {transfer.id for transfer in going if again is None and _half_gone(transfer, staged, there)}
    return [_delivered(one, staged, synced=synced, verified=one.id not in doubtful) for one in going]


def _half_gone(transfer: Transfer, staged: set[str], there: set[str]) -> bool:
    """Tell whether a part is staged or published while another is nowhere: taken by an importer, or from our stage."""
    here = [file.stage_name in staged or file.name in there for file in transfer.files]
    return any(here) and not all(here)


def _moved(
    target: ImportFolder, moves: Sequence[Move], going: Sequence[Transfer], again: Again | None
) -> tuple[Mapping[str, PublishAnswer], bool]:
    published = target.publish(moves)
    lost = [move for move in moves if published.answers[move.stage_name] is PublishAnswer.GONE]
    if not lost or again is None:
        return published.answers, published.synced
    # We run and have not renamed it, so somebody else took it from the stage: stage it again, once.
    files = {file.stage_name: (transfer, file) for transfer in going for file in transfer.files}
    for move in lost:
        target.restage(move.stage_name, again(*files[move.stage_name]))
    mended = target.publish(lost)
    if PublishAnswer.GONE in mended.answers.values():
        raise FolderUnavailable(f"folder {target.name}: somebody removes files from the stage")
    return {**published.answers, **mended.answers}, published.synced and mended.synced


def _delivered(transfer: Transfer, staged: set[str], *, synced: bool, verified: bool) -> Transfer:
    flags = set(transfer.flags)
    if not verified:
        flags.add(Flag.UNVERIFIED)
    if not synced:
        flags.add(Flag.UNSYNCED)
    if transfer.boot != system.boot_id() and any(file.stage_name in staged for file in transfer.files):
        # A power cut came between the renaming and its flush, or before: nobody can know.
        flags.add(Flag.POSSIBLE_DUPLICATE)
    return dataclasses.replace(
        transfer, state=TransferState.DELIVERED, flags=frozenset(flags), delivered_at=now(), wanted="", reason=""
    )


def record(round_: Round, delivered: Sequence[Transfer], stuck: Sequence[Transfer] = ()) -> None:
    """Record what was delivered, and file the sources away that are final by it."""
    with round_.ledger.begin() as tx:
        transfers.save(tx, delivered)
        for target in {transfer.target for transfer in delivered}:
            seen = [one.facts for one in delivered if one.target == target and one.facts]
            objects.received(tx, round_.system_of(target), seen)
        events.record(tx, [events.of_transfer(transfer) for transfer in delivered])
        ids = dict.fromkeys(transfer.source_id for transfer in (*delivered, *stuck))
        final = settle(tx, round_, ids)
        known = sources.by_id(tx, ids)
    _report(round_, [], [*delivered, *stuck], list(known.values()))
    file_away(round_, final)


def _report(round_: Round, final: Sequence[Source], ended: Sequence[Transfer], batch: Sequence[Source]) -> None:
    """Say what became of these transfers, and of sources that are wrong as a whole."""
    by_id = {source.id: source for source in (*batch, *final)}
    for transfer in ended:
        round_.report(transfer, by_id[transfer.source_id])
    for source in final:
        if source.state is SourceState.REJECTED:
            round_.report(source, source)
