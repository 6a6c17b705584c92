"""The worker that reads one PDF after the other; it alone imports pypdf."""

from __future__ import annotations

from typing import Any

import cryptography  # noqa: F401  # without it pypdf would call all that is encrypted with AES unreadable
from pypdf.errors import LimitReachedError

from sync import worker
from sync.findings import Code
from sync.gates import pdf_frame
from sync.gates.pdf_frame import Seen
from sync.gates.pdf_structure import Structure, hidden, repairs


def handle(request: dict[str, Any]) -> dict[str, Any]:
    """Answer {path, max_pages} with {pages, date, seen}, or with the error number of a file that cannot be read."""
    try:
        with open(request["path"].encode("latin-1"), "rb") as file:  # noqa: PTH123  # bytes, whatever the locale
            data = file.read()
    except OSError as error:
        return {"errno": error.errno}
    frame = pdf_frame.examine(data)
    look = _Look(request["max_pages"], list(frame.seen))
    if frame.start is not None:
        look.at(data[frame.start : frame.end])
    return {"pages": look.pages, "date": look.date, "seen": [(seen.code, seen.details) for seen in look.seen]}


class _Look:
    """What is found out about one PDF, kept as far as it came."""

    def __init__(self, max_pages: int, seen: list[Seen]) -> None:
        self.max_pages = max_pages
        self.seen = seen
        self.pages = 0
        self.date = ""

    def at(self, data: bytes) -> None:
        structure = None
        with repairs() as repaired:
            try:
                structure = Structure(data)
                self._at(structure)
                blind = repaired.blind
            except MemoryError:
                raise
            except Exception as error:  # noqa: BLE001  # about one in nine is not pypdf's own
                self.seen.append(_unreadable(error))
                blind = True
            if blind:
                self.seen += [seen for seen in hidden(data, structure) if seen not in self.seen]
        if any(seen.code is Code.PDF_UNREADABLE for seen in self.seen):
            return
        if any("Circular" in message for message in repaired.messages):
            self.seen.append(Seen.of(Code.PDF_CYCLE))
        elif repaired.messages:
            self.seen.append(Seen.of(Code.PDF_REBUILT, parser=repaired.messages[0]))

    def _at(self, structure: Structure) -> None:
        if not structure.opens:
            self.seen.append(Seen.of(Code.PDF_PASSWORD))
            return
        if structure.encrypted:
            self.seen.append(Seen.of(Code.PDF_OWNER_PASSWORD))
        found = list(structure.content())
        self.seen += found
        if claim := structure.claim():
            self.seen.append(Seen.of(Code.PDF_ARCHIVAL, claim=claim))
        if all(seen.code is not Code.PDF_CYCLE for seen in found):
            self._count(structure)
        self.date = structure.date()

    def _count(self, structure: Structure) -> None:
        declared, self.pages = structure.declared_pages(), structure.counted_pages()
        if self.pages == 0:
            self.seen.append(Seen.of(Code.PDF_NO_PAGE))
        elif self.pages != declared:
            self.seen.append(Seen.of(Code.PDF_PAGE_COUNT, declared=declared or "?", counted=self.pages))
        if self.pages > self.max_pages:
            self.seen.append(Seen.of(Code.PDF_TOO_MANY_PAGES, pages=self.pages, limit=self.max_pages))


def _unreadable(error: Exception) -> Seen:
    message = str(error)
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, MemoryError):
            raise MemoryError from error
        cause = cause.__cause__ or cause.__context__
    if (isinstance(error, LimitReachedError) and "loop" in message) or "Circular" in message:
        return Seen.of(Code.PDF_CYCLE)
    return Seen.of(Code.PDF_UNREADABLE, parser=message or type(error).__name__)


if __name__ == "__main__":
    worker.serve(handle)
