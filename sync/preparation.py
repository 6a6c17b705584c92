"""From a claimed source to jobs: read, gate, fill the object block, look up and put in order.

Each step takes jobs and gives jobs; one that leaves on the way carries its outcome in its transfer's state.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa
from lxml import etree

from sync import names
from sync.errors import FileUnavailable, PairsyncError
from sync.findings import Finding
from sync.folders import fitness
from sync.ledger import objects, transfers
from sync.ledger.objects import Latest
from sync.model import (
    Action,
    Asked,
    DeferReason,
    Document,
    Flag,
    Part,
    PdfNeed,
    Place,
    Role,
    Source,
    SourceState,
    Transfer,
    TransferState,
    Variables,
)
from sync.reading import Draft, Examined, examine
from sync.round import Round

#: What `Source.reason` says of a source whose row the ledger had lost.
ADOPTED = "adopted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A transfer under way, with what is known of it in this run only."""

    source: Source
    transfer: Transfer
    draft: Draft
    tree: etree._ElementTree
    names: tuple[str, ...] = ()  #: as delivered: the XML's, the PDFs', the done file's
    known: Latest | None = None  #: the latest delivery of its object when it was looked up
    numbers: Mapping[Asked, str] = field(default_factory=dict)  #: in other systems, as far as the batch asked for them
    documents: tuple[Document, ...] = ()
    content: bytes = b""  #: the converted XML

    @property
    def going(self) -> bool:
        """Whether it is still on its way."""
        return self.transfer.state is TransferState.CLAIMED

    @property
    def staged(self) -> bool:
        """Whether all of it is on the stage; a going job that is not stays claimed and is tried again."""
        return self.going and bool(self.content)

    @property
    def pdfs(self) -> tuple[Part, ...]:
        """The parts that are its PDFs."""
        return tuple(_pdfs(self.source, self.draft))

    def leave(self, state: TransferState, reason: str = "", findings: Iterable[Finding] = ()) -> Job:
        """Give the job as it leaves with this outcome."""
        kept = (*self.transfer.findings, *findings)
        wanted = "" if state.final else self.transfer.wanted
        transfer = dataclasses.replace(self.transfer, state=state, reason=reason, findings=kept, wanted=wanted)
        return dataclasses.replace(self, transfer=transfer)

    def reject(self, findings: Iterable[Finding]) -> Job:
        """Give the job as it leaves because of these findings."""
        return self.leave(TransferState.REJECTED, findings=findings)


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """A batch, ready for COMMIT."""

    sources: tuple[Source, ...]  #: hashes filled in; with findings where a source is wrong as a whole
    jobs: tuple[Job, ...]
    found: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)  #: in an XML as it was read, by source
    incomplete: tuple[Source, ...] = ()  #: lack a PDF that their XML needs: to be released


# --- 4a: read, gate, fill the object block -------------------------------------------------------------------------


def read(round_: Round, sources: Sequence[Source], examined: Mapping[str, Examined]) -> Prepared:
    """Read what was claimed; *examined* is what the scan saw, by source, which holds while the bytes are the same."""
    with round_.ledger.read() as connection:
        existing = transfers.of_sources(connection, [source.id for source in sources])
    read_sources: list[Source] = []
    jobs: list[Job] = []
    incomplete: list[Source] = []
    found: dict[str, tuple[Finding, ...]] = {}
    for source in sources:
        try:
            source, seen = _read(round_, source, examined.get(source.id))
            theirs = list(_jobs(source, seen, existing.get(source.id, [])))
        except FileUnavailable as error:
            round_.trouble(error)
            continue
        except PairsyncError:
            raise
        except Exception as error:  # noqa: BLE001  # a mistake of ours about one pair stops no other
            round_.mistakes.append(error)
            continue
        if seen.undecided:
            continue  # it stays claimed
        if source.xml is None and not source.findings:  # adopted without its XML
            incomplete.append(source)
            continue
        lacking = any(len(list(_pdfs(source, draft))) < _least(draft) for draft in seen.drafts)
        if lacking and not source.archived:
            incomplete.append(source)
            continue
        read_sources.append(source)
        found[source.id] = seen.findings
        jobs += theirs
    return Prepared(sources=tuple(read_sources), jobs=tuple(jobs), found=found, incomplete=tuple(incomplete))


def _read(round_: Round, source: Source, seen: Examined | None) -> tuple[Source, Examined]:
    xml = source.xml
    if not source.findings and not source.archived and (source.attempt > 1 or source.reason == ADOPTED):
        # The scan did not look at these files, or not lately.
        source = dataclasses.replace(source, findings=tuple(_unsound(round_, source)))
    if source.findings or xml is None:
        return source, Examined(sha256="")
    path = round_.folder.path(*place(source, xml))
    try:
        with path.open("rb") as file:
            data = file.read(round_.export.max_xml + 1)  # more is refused by the gate
    except OSError as error:
        raise FileUnavailable(f"{names.escape(xml.name)}: {error.strerror}") from error
    if seen is None or seen.sha256 != hashlib.sha256(data).hexdigest():
        seen = examine(data, round_, file=names.escape(xml.name))
    parts = tuple(dataclasses.replace(part, sha256=seen.sha256) if part is xml else part for part in source.parts)
    return dataclasses.replace(source, parts=parts), seen


def _unsound(round_: Round, source: Source) -> Iterator[Finding]:
    """Look once more at what the scan refuses before it reads: of a retry, and where the ledger was lost."""
    by_name = defaultdict(list)
    for part in source.parts:
        by_name[part.role if part.role is Role.XML else names.fold(names.base(part.name))].append(part.name)
    for found in by_name.values():
        if len(found) > 1:
            yield fitness.ambiguous(found)
    entries = round_.folder.look_claimed(source.id)
    limits = {Role.XML: round_.export.max_xml, Role.PDF: round_.export.max_pdf}
    for part in source.parts:
        if not names.is_utf8(part.name):
            yield fitness.not_utf8(part.name)
        if part.name in entries:  # else who reads it says so
            yield from fitness.unfit(entries[part.name], limits.get(part.role))


def place(source: Source, part: Part) -> tuple[str, str]:
    """Tell where an original is now: the folder below the export folder, and its name there."""
    put_back = source.state is SourceState.RELEASED and source.archived
    if source.state is SourceState.WAITING or put_back:
        return Place.INBOX, part.name
    return (source.archive, part.archive_name) if source.archived else (f"work/{source.id}", part.name)


def _pdfs(source: Source, draft: Draft) -> Iterable[Part]:
    """Give the parts that are this transfer's PDFs, in the order in which the XML names them."""
    if draft.need is PdfNeed.NAMED:
        by_name = {names.fold(names.base(part.name)): part for part in source.pdfs}
        wanted = dict.fromkeys(map(names.fold, draft.named))
        return [by_name[name] for name in wanted if name in by_name]
    by_stem = [part for part in source.pdfs if names.fold(names.split(part.name).stem) == source.key]
    return [] if draft.need is PdfNeed.NONE else by_stem


def _least(draft: Draft) -> int:
    if draft.need is PdfNeed.NAMED:
        return len(set(map(names.fold, draft.named)))
    return int(draft.need is PdfNeed.REQUIRED)


def _jobs(source: Source, seen: Examined, existing: Sequence[Transfer]) -> Iterator[Job]:
    """Give a job for each transfer of this source that is not final or committed yet."""
    by_route = {transfer.route: transfer for transfer in existing}
    for draft in seen.drafts:
        before = by_route.get(draft.route.name)
        if before is not None and before.state not in (TransferState.CLAIMED, TransferState.DEFERRED):
            continue
        number = existing.index(before) if before else len(by_route)
        transfer = _transfer(source, draft, before or f"{source.id}-{number + 1}")
        by_route.setdefault(draft.route.name, transfer)
        yield _with_facts(Job(source=source, transfer=transfer, draft=draft, tree=seen.tree))


def _transfer(source: Source, draft: Draft, before: Transfer | str) -> Transfer:
    fresh = Transfer(
        id=before if isinstance(before, str) else before.id,
        source_id=source.id,
        route=draft.route.name,
        target=draft.route.target,
        mapping=draft.mapping.name,
        mapping_digest=draft.mapping.digest,
        state=TransferState.CLAIMED,
        attempt=source.attempt,
        first_seen=source.first_seen,
        flags=frozenset({Flag.POSSIBLE_DUPLICATE} if source.reason == ADOPTED else ()),
    )
    if isinstance(before, str):
        return dataclasses.replace(fresh, wanted=source.wanted)
    return dataclasses.replace(fresh, wanted=before.wanted, flags=fresh.flags | before.flags)


def file_of(job: Job) -> str:
    """Give the XML's name as messages call it."""
    return names.escape(job.source.xml.name) if job.source.xml else ""


def _with_facts(job: Job) -> Job:
    facts, findings = job.draft.mapping.read_object(job.tree, file=file_of(job))
    job = dataclasses.replace(job, transfer=dataclasses.replace(job.transfer, facts=facts))
    if job.draft.skipped:  # whatever it is about
        return job.leave(TransferState.SKIPPED, job.draft.mapping.skip or "")
    return job.reject(findings) if findings else job


# --- 4b: look up, and put in order ---------------------------------------------------------------------------------


def look_up(round_: Round, jobs: Sequence[Job]) -> list[Job]:
    """Ask the ledger about all objects at once; one transfer per object goes on, the others are deferred."""
    by_target = defaultdict(list)
    for job in jobs:
        by_target[job.transfer.target].append(job)
    with round_.ledger.read() as connection:
        found = [job for target, theirs in by_target.items() for job in _looked_up(connection, target, theirs)]
        # A rule may ask only where $target_number is known, so that comes first.
        own = objects.numbers_there(connection, filter(None, (_own(round_, job) for job in found)))
        found = [dataclasses.replace(job, numbers=own) for job in found]
        others = objects.numbers_there(connection, (asked for job in found for asked in _asks(round_, job)))
    return [dataclasses.replace(job, numbers=own | others) for job in found]


def _own(round_: Round, job: Job) -> Asked | None:
    """Ask for the number of a job's own object in the target's system."""
    facts = job.transfer.facts
    return Asked(facts.kind, facts.number, round_.system_of(job.transfer.target)) if facts else None


def _asks(round_: Round, job: Job) -> frozenset[Asked]:
    """List what a job's conversion needs to know of other systems."""
    with suppress(Exception):  # the conversion meets the same, and says so
        if job.going:
            return job.draft.mapping.asks(job.tree, variables(round_, job), file=file_of(job))
    return frozenset()


def variables(round_: Round, job: Job) -> Variables:
    """Give what the mapping knows besides the document; of PDFs that are not staged yet only how they are called."""
    facts = job.transfer.facts
    own = _own(round_, job)
    return Variables(
        pair=job.source.stem,
        route=job.transfer.route,
        received=datetime.fromtimestamp(job.source.claimed_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        link=round_.mappings.link_for(job.draft.mapping, facts) if facts else "",
        target_number=job.numbers.get(own, "") if own else "",
        action=job.transfer.action,
        documents=job.documents or tuple(map(_unread, job.pdfs)),
        numbers=job.numbers,
    )


def _unread(part: Part) -> Document:
    name = names.escape(part.name)
    return Document(name=name, source_name=name, sha256=part.sha256, size=part.size, pages=0)


def _looked_up(connection: sa.Connection, target: str, jobs: Sequence[Job]) -> Iterator[Job]:
    asked = [job.transfer.facts for job in jobs if job.going and job.transfer.facts]
    keys = [objects.of(facts) for facts in asked]
    known = objects.latest_of(connection, target, keys)
    here = {job.transfer.id for job in jobs}
    others = transfers.deferred_of(connection, target, [facts.number for facts in asked])
    first = _first_by_object([other for other in others if other.id not in here])
    gone: set[objects.Object] = set()
    for job in sorted(jobs, key=lambda job: objects.order(job.transfer)):
        facts = job.transfer.facts
        if not job.going or facts is None:
            yield job
            continue
        key = objects.of(facts)
        if key in gone or (key in first and objects.order(first[key]) < objects.order(job.transfer)):
            yield job.leave(TransferState.DEFERRED, DeferReason.ORDER)
            continue
        gone.add(key)
        latest = known.get(key)
        action = Action.WITHDRAW if job.draft.mapping.withdraws(job.tree) else objects.action(facts, latest)
        transfer = dataclasses.replace(job.transfer, action=action)
        yield dataclasses.replace(job, transfer=transfer, known=latest)


def _first_by_object(deferred: Sequence[Transfer]) -> dict[objects.Object, Transfer]:
    """Give of each object the deferred transfer that goes first."""
    latest_first = sorted(deferred, key=objects.order, reverse=True)
    return {objects.of(transfer.facts): transfer for transfer in latest_first if transfer.facts}
