"""The gate for PDFs: what is looked at in a limited worker, and what a route makes of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from sync.errors import FileUnavailable
from sync.findings import Code, Finding, Policy, Severity
from sync.gates import pdf_frame
from sync.worker import CpuLimit, MemoryLimit, Worker, WorkerDied

_MODULE = "sync.gates.pdf_worker"
_MEMORY = 1 << 30  #: bytes; a file of 100 MB needs about 300 MB
_CPU = 20.0  #: seconds; 5,000 pages with ten links each need about 5
_WALL = 120.0  #: seconds; beyond them the machine is too busy, or its disk
_TRIES = 3


#: What is only worth knowing, unless a route says otherwise; all else rejects.
_WARNINGS = (
    Code.PDF_HEADER_OFFSET,
    Code.PDF_OWNER_PASSWORD,
    Code.PDF_JAVASCRIPT,
    Code.PDF_SUBMIT_FORM,
    Code.PDF_FORM,
    Code.PDF_GOTO_REMOTE,
    Code.PDF_GOTO_EMBEDDED,
    Code.PDF_RENDITION,
    Code.PDF_RICH_MEDIA,
    Code.PDF_EMBEDDED_FILES,  # PDF/A-3 and ZUGFeRD have them
    Code.PDF_XFA,
    Code.PDF_ARCHIVAL,
    Code.PDF_ADDITIONAL_ACTIONS,
    Code.PDF_REBUILT,
    Code.PDF_TRAILING,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PdfPolicy:
    """What a route makes of each finding, and how much it takes; `decisions` names only what differs."""

    decisions: Mapping[Code, Policy] = field(default_factory=dict)
    max_pages: int = 5_000
    max_bytes: int = 100_000_000

    def decide(self, code: Code) -> Policy:
        """Tell what becomes of a pair whose PDF has this finding."""
        return self.decisions.get(code, Policy.WARN if code in _WARNINGS else Policy.REJECT)


@dataclass(frozen=True, kw_only=True, slots=True)
class PdfFacts:
    """What is known of a PDF; the findings reject or warn, as the policy says."""

    pages: int = 0
    date: str = ""  #: its creation date as xs:dateTime, empty where it has none
    findings: tuple[Finding, ...] = ()


class PdfGate:
    """Looks at PDFs in one long-lived worker process; for one thread. The limits are `Worker`'s."""

    def __init__(self, *, memory: int = _MEMORY, cpu: float = _CPU, wall: float = _WALL) -> None:
        self._worker = Worker(_MODULE, memory=memory, cpu=cpu, wall=wall)

    def __enter__(self) -> PdfGate:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._worker.stop()

    def check(self, path: Path, policy: PdfPolicy, *, file: str) -> PdfFacts:
        """Look at the file at *path*, which messages call *file*.

        Raises FileUnavailable and WorkerStalled; all that is wrong with the file itself is a finding.
        """
        try:
            size = path.stat().st_size
        except OSError as error:
            raise FileUnavailable(f"{file}: {error.strerror}") from error
        if size > policy.max_bytes:
            return PdfFacts(findings=(_limit(Code.TOO_LARGE, file, size=size, limit=policy.max_bytes),))
        # The name as bytes, each as a character: names need not be UTF-8, and the worker has a locale of its own.
        request = {"path": os.fsencode(path.absolute()).decode("latin-1"), "max_pages": policy.max_pages}
        try:
            answer = self._ask(request)
        except CpuLimit:
            return PdfFacts(findings=(_limit(Code.PDF_CPU, file, seconds=f"{self._worker.cpu:g}"),))
        except MemoryLimit:
            return PdfFacts(findings=(_limit(Code.PDF_MEMORY, file, megabytes=self._worker.memory >> 20),))
        except WorkerDied:
            return PdfFacts(findings=(_limit(Code.WORKER_DIED, file, times=_TRIES),))
        if "errno" in answer:
            raise FileUnavailable(f"{file}: {os.strerror(answer['errno'])}")
        return PdfFacts(pages=answer["pages"], date=answer["date"], findings=_findings(answer["seen"], policy, file))

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        for _ in range(_TRIES - 1):
            try:
                return self._worker.ask(request)
            except (CpuLimit, MemoryLimit):
                raise
            except WorkerDied:  # it may have been somebody else's fault
                continue
        return self._worker.ask(request)


def looks_cut_off_pdf(head: bytes, tail: bytes) -> bool:
    """Tell whether a file that begins and ends so seems to be still written: it may become whole."""
    return pdf_frame.looks_cut_off(head, tail)


def _findings(seen: list[tuple[str, dict[str, str]]], policy: PdfPolicy, file: str) -> tuple[Finding, ...]:
    found = [(Code(code), details) for code, details in seen]
    if policy.decide(Code.PDF_CUT_OFF) is Policy.REJECT:
        # The rest is missing, and what else seems wrong follows from that.
        found = [item for item in found if item[0] is Code.PDF_CUT_OFF] or found
    decided = [(code, details, policy.decide(code)) for code, details in found]
    return tuple(
        Finding(code=code, severity=Severity(decision), file=file, details=details)
        for code, details, decision in decided
        if decision is not Policy.ALLOW
    )


def _limit(code: Code, file: str, **details: object) -> Finding:
    """Make a finding that no policy lets pass: nothing is known of the file."""
    return Finding(code=code, file=file, details={name: str(value) for name, value in details.items()})
