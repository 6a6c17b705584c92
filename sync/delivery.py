"""The steps that the pipeline and the recovery share: claim, commit, publish, file away.

Every step is recorded in the ledger in one transaction for the whole batch; `3-delivery.md` numbers them.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from sync import names, system
from sync.errors import FolderUnavailable, TransientError
from sync.filing import file_away, settle
from sync.findings import Code, Finding
from sync.folders.base import Claim, ClaimAnswer, Entry, ImportFolder, Move, Place, PublishAnswer
from sync.ledger import events, objects, sources, transfers
from sync.model import DeferReason, DeliveredFile, Flag, Part, Role, Source, SourceState, Transfer, TransferState
from sync.preparation import Job, Prepared
from sync.round import Round, now

# --- steps 1 to 3: claim --------------------------------------------------------------------------------------------


def claim(round_: Round, batch: Sequence[Source]) -> list[Source]:
    """Record the claim, move the files into the work folder, record that they are ours; give those that are."""
    claiming = [dataclasses.replace(source, state=SourceState.CLAIMING, claimed_at=now()) for source in batch]
    with round_.ledger.begin() as tx:
        claiming = _with_origins(tx, round_.folder.name, claiming)
        sources.save(tx, claiming)
        events.record(tx, [events.of_source(source, "claim") for source in claiming])
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
    taken = [source for source in claiming if answers[source.id] is ClaimAnswer.CLAIMED]
    for source in taken:
        if source.sheet:
            # It is tried again, so what the sheet says may not be true any more. It goes before the ledger forgets
            # its name, or a crash would leave it there for ever.
            round_.folder.remove(Place.ERROR, [source.sheet + suffix for suffix in names.SHEET_SUFFIXES])
    ours = [_ours(source) for source in taken]
    busy = [source for source in claiming if answers[source.id] is ClaimAnswer.BUSY]
    for source in busy:
        round_.trouble(FolderUnavailable(f"{names.escape(source.stem)}: a file is locked or refused for now"))
    # What was asked for with retry stays a recorded claim, which the next run finishes.
    waits = [source for source in busy if source.archive]
    undone = [_undone(source, answers[source.id]) for source in claiming if source not in (*taken, *waits)]
    with round_.ledger.begin() as tx:
        sources.save(tx, [*ours, *undone])
        tried_again = [transfer for source in taken if source.archive for transfer in _rejected(tx, source)]
        transfers.save(tx, tried_again)
        events.record(tx, [events.of_source(source, source.state, reason=source.reason) for source in (*ours, *undone)])
    for source in undone:
        round_.report(source, source)
    file_away(round_, undone)
    return ours


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


def _rejected(tx: sa.Connection, source: Source) -> list[Transfer]:
    theirs = transfers.of_sources(tx, [source.id]).get(source.id, [])
    return [
        dataclasses.replace(
            transfer,
            state=TransferState.CLAIMED,
            wanted=source.wanted or "retry",
            findings=(),
            reason="",
            files=(),
        )
        for transfer in theirs
        if transfer.state is TransferState.REJECTED
    ]


def release(round_: Round, batch: Sequence[Source], reason: str) -> None:
    """Undo claims: put the files back without replacing."""
    if not batch:
        return
    released = [dataclasses.replace(source, state=SourceState.RELEASED, reason=reason) for source in batch]
    with round_.ledger.begin() as tx:
        sources.save(tx, released)
        theirs = transfers.of_sources(tx, [source.id for source in released]).values()
        ended = [
            dataclasses.replace(transfer, state=TransferState.SUPERSEDED, reason="", wanted="")
            for some in theirs
            for transfer in some
            if not transfer.state.final
        ]
        transfers.save(tx, ended)
        events.record(tx, [events.of_source(source, source.state, reason=reason) for source in released])
        events.record(tx, [_event(transfer) for transfer in ended])
    file_away(round_, released)


# --- step 5: commit -------------------------------------------------------------------------------------------------


def commit(round_: Round, prepared: Prepared) -> list[Job]:
    """Decide in one transaction what goes on, and reserve its names; give the jobs that do."""
    written, jobs = _look_again(round_, prepared)
    occupied = {target: _folded_names(round_, target) for target in {job.transfer.target for job in jobs if job.staged}}
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
        objects.saw(tx, round_.export.system, [job.transfer.facts for job in decided if job.transfer.facts])
        events.record(tx, [_event(job.transfer) for job in decided])
        final = settle(tx, round_, [source.id for source in written])
    _discard(round_, [job.transfer for job in jobs if job.transfer.id not in {job.transfer.id for job in committed}])
    _report(round_, final, [job.transfer for job in decided if job not in committed and not job.going], written)
    file_away(round_, final)
    return committed


def _look_again(round_: Round, prepared: Prepared) -> tuple[list[Source], list[Job]]:
    """Defer what a writer, who still holds an original open, changed while we read it."""
    written, changed = [], set()
    digests = {(job.source.id, pdf.source_name): pdf.sha256 for job in prepared.jobs for pdf in job.documents}
    for source in prepared.sources:
        entries = {} if source.archived else round_.folder.look_claimed(source.id)
        parts = tuple(_as_it_is(part, entries) for part in source.parts)
        if any(new.identity != old.identity for new, old in zip(parts, source.parts, strict=True)):
            changed.add(source.id)
        hashed = tuple(_with_digest(part, digests.get((source.id, names.escape(part.name)))) for part in parts)
        # What was found in an XML that changed meanwhile was found in half of it.
        found = () if source.id in changed else prepared.found.get(source.id, ())
        written.append(dataclasses.replace(source, parts=hashed, findings=source.findings or found))
    jobs = [
        job.leave(TransferState.DEFERRED, DeferReason.WRITER) if job.source.id in changed else job
        for job in prepared.jobs
    ]
    return written, jobs


def _with_digest(part: Part, sha256: str | None) -> Part:
    return dataclasses.replace(part, sha256=sha256) if sha256 else part


def _as_it_is(part: Part, entries: Mapping[str, Entry]) -> Part:
    entry = entries.get(part.name)
    if entry is None or entry.identity == part.identity:
        return part
    return dataclasses.replace(part, identity=entry.identity, size=entry.size, observed=now())


def _folded_names(round_: Round, target: str) -> set[str]:
    try:
        return {names.fold(name) for name in round_.targets[target].names()}
    except TransientError as error:
        round_.fail(target, error)
        return set()


def _decide(tx: sa.Connection, target: str, jobs: Sequence[Job], on_disk: set[str]) -> list[Job]:
    """Ask the guard once more, now that nobody else can commit, and reserve names: what passes is committed."""
    known = objects.latest_of(tx, target, [objects.of(job.transfer.facts) for job in jobs if job.transfer.facts])
    wanted = [name for job in jobs for name in job.names]
    reserved = objects.reserved(tx, target, wanted)
    ours = objects.ours(tx, target, wanted)
    boot = system.boot_id()
    decided = []
    for job in sorted(jobs, key=lambda job: objects.order(job.transfer)):
        folded = {names.fold(name) for name in job.names}
        facts = job.transfer.facts
        latest = known.get(objects.of(facts)) if facts else None
        if latest != job.known:
            # Somebody else delivered this object since we looked it up: look again, with the next batch.
            job = job.leave(TransferState.DEFERRED, DeferReason.ORDER)
        elif strangers := (folded & on_disk) - ours:
            findings = [Finding(code=Code.CONFLICT, details={"name": name}) for name in sorted(strangers)]
            job = job.reject(findings)
        elif folded & on_disk or folded & reserved.keys():
            job = job.leave(TransferState.DEFERRED, DeferReason.NAME)
        else:
            reserved |= dict.fromkeys(folded, job.transfer.id)
            job = job.leave(TransferState.COMMITTED)
            job = dataclasses.replace(job, transfer=dataclasses.replace(job.transfer, boot=boot))
        decided.append(job)
    return decided


def _discard(round_: Round, left: Iterable[Transfer]) -> None:
    """Remove from the stage what is not committed; a crash before this is the recovery's to mend."""
    by_target: dict[str, list[str]] = defaultdict(list)
    for transfer in left:
        by_target[transfer.target] += [
            f"{transfer.id}.{transfer.attempt}.{position}" for position in range(len(transfer.files) + 2)
        ]
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
    going, synced = list(committed), True
    # The XML goes after its PDFs, since the importer reacts to it, and what an importer waits for goes last.
    for role in (Role.PDF, Role.XML, Role.DONE):
        moves = [
            Move(stage_name=file.stage_name, name=file.name)
            for transfer in going
            for file in transfer.files
            if file.role is role and (again is not None or file.stage_name in staged)
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
    """Tell whether a part is still staged while another is nowhere: taken by a quick importer, or from our stage."""
    gone = [file for file in transfer.files if file.stage_name not in staged]
    return len(gone) < len(transfer.files) and any(file.name not in there for file in gone)


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
            objects.saw(tx, round_.system_of(target), seen)
        events.record(tx, [_event(transfer) for transfer in delivered])
        ids = dict.fromkeys(transfer.source_id for transfer in (*delivered, *stuck))
        final = settle(tx, round_, ids)
        known = sources.by_id(tx, ids)
    _report(round_, [], [*delivered, *stuck], list(known.values()))
    file_away(round_, final)


def _event(transfer: Transfer) -> events.Event:
    codes = sorted({str(finding.code) for finding in transfer.findings})
    detail: dict[str, Any] = {"reason": transfer.reason, "codes": codes, "flags": sorted(transfer.flags)}
    return events.of_transfer(transfer, **{key: value for key, value in detail.items() if value})


def _report(round_: Round, final: Sequence[Source], ended: Sequence[Transfer], batch: Sequence[Source]) -> None:
    """Say what became of these transfers, and of sources that are wrong as a whole."""
    by_id = {source.id: source for source in (*batch, *final)}
    for transfer in ended:
        round_.report(transfer, by_id[transfer.source_id])
    for source in final:
        if source.state is SourceState.REJECTED:
            round_.report(source, source)
