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
from sync.drafts import Draft
from sync.due import ADOPTED, Due, due, exchanged, transfer
from sync.errors import FileUnavailable, PairsyncError
from sync.findings import Finding
from sync.folders import fitness
from sync.ledger import objects, transfers
from sync.ledger.objects import Latest
from sync.ledger.transfers import Key, Known
from sync.mapping.store import Request
from sync.model import (
    Action,
    Asked,
    DeferReason,
    Document,
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
from sync.reading import Examined, examine
from sync.round import Round

_TOGETHER = 500  #: transfers that share a look-up, a flush and a transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A transfer under way, with what is known of it in this run only."""

    source: Source
    transfer: Transfer
    draft: Draft
    tree: etree._ElementTree
    pdfs: tuple[Part, ...] = ()  #: the parts that are its PDFs
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
    due: tuple[Due, ...] = ()  #: what is to be made of them
    jobs: tuple[Job, ...] = ()  #: what is being made
    found: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)  #: in an XML as it was read, by source
    incomplete: tuple[Source, ...] = ()  #: lack a PDF that their XML needs: to be released
    empty: frozenset[str] = frozenset()  #: sources that are lists without any records
    changed: frozenset[str] = frozenset()  #: sources that a writer changed while they were read

    def parts(self) -> Iterator[Prepared]:
        """Cut it into what memory is for, the sources that have nothing to give with the first part."""
        giving = {one.source.id for one in self.due}
        idle = tuple(source for source in self.sources if source.id not in giving)
        for start in range(0, len(self.due), _TOGETHER) or (0,):
            some = self.due[start : start + _TOGETHER]
            here = {one.source.id for one in some}
            sources = tuple(source for source in self.sources if source.id in here)
            yield dataclasses.replace(self, due=some, sources=(*sources, *idle) if start == 0 else sources)


# --- 4a: read, gate, fill the object block -------------------------------------------------------------------------


def read(round_: Round, sources: Sequence[Source], examined: dict[str, Examined]) -> Prepared:
    """Read what was claimed; *examined* is what was seen, by source, which holds while the bytes are the same."""
    with round_.ledger.read() as connection:
        known = transfers.keys_of(connection, [source.id for source in sources])
    read_sources: list[Source] = []
    found: list[Due] = []
    incomplete: list[Source] = []
    findings: dict[str, tuple[Finding, ...]] = {}
    empty = set()
    for source in sources:
        theirs = known.get(source.id, {})
        try:
            source, seen = _read(round_, source, examined.get(source.id), theirs)
            dues = due(round_, source, seen, theirs) if not source.findings else []
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
        if not source.archived and any(len(one.pdfs) < _least(one.draft) for one in dues):
            incomplete.append(source)
            continue
        if seen.records:
            round_.lists[source.id] = len(dues)
            examined[source.id] = seen  # what is deferred of it is tried again, and it takes long to read
        elif seen.tree is not None and not seen.drafts:
            empty.add(source.id)
        read_sources.append(source)
        findings[source.id] = seen.findings
        found += dues
    round_.trying.clear()
    return Prepared(
        sources=tuple(read_sources),
        due=tuple(found),
        found=findings,
        incomplete=tuple(incomplete),
        empty=frozenset(empty),
    )


def _read(round_: Round, source: Source, seen: Examined | None, known: Mapping[Key, Known]) -> tuple[Source, Examined]:
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
    other = exchanged(source, seen, known)
    parts = tuple(dataclasses.replace(part, sha256=seen.sha256) if part is xml else part for part in source.parts)
    return dataclasses.replace(source, parts=parts, findings=source.findings + other), seen


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


def _least(draft: Draft) -> int:
    if draft.need is PdfNeed.NAMED:
        return len(set(map(names.fold, draft.named)))
    return int(draft.need is PdfNeed.REQUIRED)


def jobs(round_: Round, found: Sequence[Due]) -> list[Job]:
    """Begin transfers, or begin them again; what cannot be read of one is its outcome."""
    with round_.ledger.read() as connection:
        before = transfers.by_id(connection, [one.id for one in found if not one.fresh])
    begun = []
    for one in found:
        job = Job(
            source=one.source,
            transfer=transfer(one, before.get(one.id)),
            draft=one.draft,
            tree=one.tree,
            pdfs=one.pdfs,
        )
        try:
            begun.append(_with_facts(job))
        except Exception as error:  # noqa: BLE001  # a mistake of ours about one pair stops no other
            round_.mistakes.append(error)
    return begun


def file_of(job: Job) -> str:
    """Give the XML's name as messages call it."""
    return names.escape(job.source.xml.name) if job.source.xml else ""


def _with_facts(job: Job) -> Job:
    if job.draft.findings:
        return job.reject(job.draft.findings)
    facts, findings = job.draft.mapping.read_object(job.tree, job.draft.item, file=file_of(job))
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
        others = objects.numbers_there(connection, _asked(round_, [job for job in found if job.going]))
    return [dataclasses.replace(job, numbers=own | others) for job in found]


def _own(round_: Round, job: Job) -> Asked | None:
    """Ask for the number of a job's own object in the target's system."""
    facts = job.transfer.facts
    return Asked(facts.kind, facts.number, round_.system_of(job.transfer.target)) if facts else None


def _asked(round_: Round, jobs: Sequence[Job]) -> Iterator[Asked]:
    """Give what the conversions need to know of other systems."""
    together: dict[tuple[str, ...], list[Job]] = defaultdict(list)
    for job in jobs:
        together[(job.source.id, job.draft.mapping.name) if job.draft.item else (job.transfer.id,)].append(job)
    for some in together.values():
        job = some[0]
        with suppress(Exception):  # the conversion meets the same, and says so
            if job.draft.item:
                yield from job.draft.mapping.records_ask(requests(round_, some), file=file_of(job))
            else:
                yield from job.draft.mapping.asks(job.tree, variables(round_, job), file=file_of(job))


def requests(round_: Round, jobs: Sequence[Job]) -> list[Request]:
    """Give what a mapping is asked to convert of a list."""
    return [Request(item=job.draft.item, variables=variables(round_, job)) for job in jobs if job.draft.item]


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
        action = (
            Action.WITHDRAW if job.draft.mapping.withdraws(job.tree, job.draft.item) else objects.action(facts, latest)
        )
        transfer = dataclasses.replace(job.transfer, action=action)
        yield dataclasses.replace(job, transfer=transfer, known=latest)


def _first_by_object(deferred: Sequence[Transfer]) -> dict[objects.Object, Transfer]:
    """Give of each object the deferred transfer that goes first."""
    latest_first = sorted(deferred, key=objects.order, reverse=True)
    return {objects.of(transfer.facts): transfer for transfer in latest_first if transfer.facts}
