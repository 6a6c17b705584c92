"""From jobs to staged files: name them, stage the PDFs and check the copies, convert, stage the XML, flush."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from sync import names
from sync.config import Route
from sync.errors import FileUnavailable, PairRejected, PairsyncError, TransientError, WorkerStalled
from sync.findings import Code, Finding, Severity
from sync.folders.base import ImportFolder, Stage
from sync.folders.pairing import done_name
from sync.gates.pdf import PdfPolicy
from sync.ledger import objects
from sync.ledger.objects import Verdict
from sync.mapping.store import Conversion, serialize
from sync.model import Action, DeliveredFile, Document, PdfNeed, Role, TransferState
from sync.preparation import Job, file_of, place, requests, variables
from sync.round import Round

T = TypeVar("T")


def stage(round_: Round, jobs: Sequence[Job]) -> list[Job]:
    """Stage and convert; what is staged is durable afterwards. Jobs into a folder that fails stay claimed."""
    staged = [job for job in jobs if not round_.reachable(job.transfer.route)]
    going = [job for job in jobs if round_.reachable(job.transfer.route)]
    for target in dict.fromkeys(job.transfer.target for job in going):
        theirs = [job for job in going if job.transfer.target == target]
        try:
            staged += _stage(round_, round_.targets[target], theirs)
        except TransientError as error:
            round_.fail(target, error)
            staged += theirs
    return staged


def _stage(round_: Round, target: ImportFolder, jobs: Sequence[Job]) -> list[Job]:
    files = sum(2 + len(job.pdfs) for job in jobs if job.going)
    stage_ = target.staging(files)
    records = [job for job in jobs if job.going and job.draft.item]
    others = [job for job in jobs if not job.going or not job.draft.item]
    staged = list(_each(round_, others, partial(_stage_job, round_, stage_)))
    for together in _by_list(records):
        staged += _stage_records(round_, stage_, together)
    if any(job.staged for job in staged):
        stage_.flush()
    return staged


def _each(round_: Round, jobs: Sequence[Job], step: Callable[[Job], Job]) -> Iterator[Job]:
    """Take each job that is still going through a step; one whose file cannot be read for now stays claimed."""
    for job in jobs:
        yield (_tried(round_, partial(step, job)) or job) if job.going else job


def _tried(round_: Round, step: Callable[[], T]) -> T | None:
    """Take a step; None where it is to be tried again."""
    try:
        return step()
    except (FileUnavailable, WorkerStalled) as error:
        round_.trouble(error)
    except PairsyncError:
        raise
    except Exception as error:  # noqa: BLE001  # a mistake of ours about one pair stops no other
        round_.mistakes.append(error)
    return None


# --- one job ----------------------------------------------------------------------------------------------------------


def _stage_job(round_: Round, stage_: Stage, job: Job) -> Job:
    job = _with_documents(round_, stage_, job)
    job = _convert(round_, job) if job.going else job
    return _stage_metadata(stage_, job) if job.going else job


def _with_documents(round_: Round, stage_: Stage, job: Job) -> Job:
    job = _named(round_, job)
    return _stage_documents(round_, stage_, job) if job.going else job


def _named(round_: Round, job: Job) -> Job:
    """Choose the names under which the job's files are delivered."""
    facts, source = job.transfer.facts, job.source
    base = names.filled(
        _template(job),
        stem=source.stem,
        kind=facts.kind if facts else "",
        number=facts.number if facts else "",
        revision=facts.revision if facts else "",
        transfer=job.transfer.id,
    )
    imports = round_.imports[job.transfer.target]
    folder = names.DOCUMENTS if imports.documents is not None else ""
    chosen = [f"{base}.xml", *(folder + name for name in _pdf_names(base, job))]
    done = imports.done_file
    if done is not None:
        chosen.append(done_name(done, chosen[0]))
    wrong = [(name, why) for name in chosen if (why := names.unsafe(names.base(name)))]
    if wrong:
        findings = [
            Finding(
                code=Code.NAME_UNSAFE, file=names.escape(source.stem), value=names.escape(name), details={"why": why}
            )
            for name, why in wrong
        ]
        return job.reject(findings)
    return dataclasses.replace(job, names=tuple(chosen))


def _template(job: Job) -> str:
    """Give how its files are called; the stem alone is that of all records of a list."""
    template = job.draft.route.delivered_name
    return "{stem}_{number}" if job.draft.item and template == "{stem}" else template


def _pdf_names(base: str, job: Job) -> list[str]:
    """A PDF that the XML names keeps its name, unless there is a template: then they are numbered."""
    pdfs = job.pdfs
    if job.draft.need is PdfNeed.NAMED and _template(job) == "{stem}":
        return [f"{names.composed(names.split(part.name).stem)}.pdf" for part in pdfs]
    if len(pdfs) == 1:
        return [f"{base}.pdf"]
    return [f"{base}_{number}.pdf" for number in range(1, len(pdfs) + 1)]


def _stage_documents(round_: Round, stage_: Stage, job: Job) -> Job:
    """Copy the PDFs to the stage, hashed on the way, and check the staged copies."""
    policy = _policy(round_, job.draft.route)
    documents: list[Document] = []
    files: list[DeliveredFile] = []
    findings: list[Finding] = []
    for position, (part, name) in enumerate(zip(job.pdfs, job.names[1:], strict=False), start=1):
        stage_name = job.transfer.staged_as(position)
        staged = stage_.write(stage_name, round_.folder.path(*place(job.source, part)))
        facts = round_.pdf.check(stage_.path(stage_name), policy, file=names.escape(part.name))
        findings += facts.findings
        files.append(
            DeliveredFile(role=Role.PDF, stage_name=stage_name, name=name, sha256=staged.sha256, size=staged.size)
        )
        documents.append(
            Document(
                name=names.base(name),
                source_name=names.escape(names.base(part.name)),
                sha256=staged.sha256,
                size=staged.size,
                pages=facts.pages,
                date=facts.date,
            )
        )
    job = dataclasses.replace(
        job, documents=tuple(documents), transfer=dataclasses.replace(job.transfer, files=tuple(files))
    )
    if any(finding.severity is Severity.REJECT for finding in findings):
        return job.reject(findings)
    return job.leave(job.transfer.state, findings=findings)


def _policy(round_: Round, route: Route) -> PdfPolicy:
    return PdfPolicy(decisions=route.pdf_policies, max_pages=route.max_pages, max_bytes=round_.export.max_pdf)


def _convert(round_: Round, job: Job) -> Job:
    try:
        conversion = job.draft.mapping.convert(job.tree, variables(round_, job), file=file_of(job))
    except PairRejected as rejected:
        return job.reject(rejected.findings)
    return _judged(round_, job, conversion)


def _judged(round_: Round, job: Job, conversion: Conversion) -> Job:
    """Hold a conversion against the latest delivery of its object."""
    if conversion.tree is None or conversion.findings:
        return job.reject(conversion.findings)
    # What `$action` writes does not count, but that an object is withdrawn, or is not any more, is something new.
    says = f"{conversion.says} withdrawn" if job.transfer.action is Action.WITHDRAW else conversion.says
    job = dataclasses.replace(job, transfer=dataclasses.replace(job.transfer, says=says))
    verdict = objects.judge(job.transfer, job.known)
    again = verdict is Verdict.DUPLICATE and job.draft.route.on_duplicate == "deliver"
    if verdict is not Verdict.GO and not again:
        return job.leave(TransferState(verdict), job.known.transfer_id if job.known else "")
    try:
        content = serialize(conversion.tree, round_.imports[job.transfer.target].output_encoding)
    except PairRejected as rejected:  # a character in a name that the importer's encoding lacks
        return job.reject(rejected.findings)
    return dataclasses.replace(job, content=content)


def _stage_metadata(stage_: Stage, job: Job) -> Job:
    """Stage the converted XML, and the done file where the importer waits for one."""
    transfer = job.transfer
    position = len(job.documents) + 1
    contents = [(0, Role.XML, job.names[0], job.content)]
    contents += [(position, Role.DONE, name, b"") for name in job.names[position:]]
    files = list(transfer.files)
    for place_, role, name, content in contents:
        stage_name = transfer.staged_as(place_)
        staged = stage_.write(stage_name, content)
        files.append(DeliveredFile(role=role, stage_name=stage_name, name=name, sha256=staged.sha256, size=staged.size))
    return dataclasses.replace(job, transfer=dataclasses.replace(transfer, files=tuple(files)))


# --- many records of a list -------------------------------------------------------------------------------------------


def _by_list(jobs: Sequence[Job]) -> Iterable[list[Job]]:
    """Put together what one mapping converts of one list."""
    found: dict[tuple[str, str], list[Job]] = defaultdict(list)
    for job in jobs:
        found[job.source.id, job.draft.mapping.name].append(job)
    return found.values()


def _stage_records(round_: Round, stage_: Stage, jobs: Sequence[Job]) -> list[Job]:
    """Stage records of a list, converted all at once."""
    tried = {job.transfer.id: _tried(round_, partial(_with_documents, round_, stage_, job)) for job in jobs}
    going = [job for job in tried.values() if job is not None and job.going]
    mapping = jobs[0].draft.mapping
    asked = requests(round_, going)
    conversions = _tried(round_, partial(mapping.convert_records, asked, file=file_of(jobs[0])))
    for job, conversion in zip(going, conversions or (), strict=conversions is not None):
        tried[job.transfer.id] = _tried(round_, partial(_staged, round_, stage_, job, conversion))
    return [tried[job.transfer.id] or job for job in jobs]


def _staged(round_: Round, stage_: Stage, job: Job, conversion: Conversion) -> Job:
    job = _judged(round_, job, conversion)
    return _stage_metadata(stage_, job) if job.going else job
