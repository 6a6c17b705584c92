"""The log: a line of JSON for each event, for programs and for those who look for the cause of something.

It holds names, states and codes, never what stands in a document.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from pathlib import Path

from sync.model import Outcome, TransferState
from sync.names import harmless

_logger = logging.getLogger("pairsync")
_logger.propagate = False
_logger.addHandler(logging.NullHandler())  # until `logging_to` says where the log is, nothing is logged


@contextmanager
def logging_to(path: Path | None, level: str) -> Iterator[None]:
    """Write the log to *path*, None is standard error; one that cannot be written is said once and stops nothing."""
    handler = _File(path) if path else logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLine())
    _logger.setLevel(level.upper())
    _logger.addHandler(handler)
    try:
        yield
    finally:
        _logger.removeHandler(handler)
        handler.close()


def log(event: str, *, level: int = logging.INFO, **facts: object) -> None:
    """Write a line; facts that are empty are left out."""
    _logger.log(level, event, extra={"facts": {key: value for key, value in facts.items() if value not in ("", ())}})


def log_outcome(outcome: Outcome) -> None:
    """Write the line of a pair and its outcome."""
    log(
        f"pair.{outcome.state}",
        level=logging.WARNING if outcome.state == TransferState.REJECTED else logging.INFO,
        pair=outcome.pair,
        source=outcome.source_id,
        folder=outcome.folder,
        route=outcome.route,
        record=outcome.record or "",
        reason=outcome.reason,
        names=outcome.names if outcome.state == TransferState.DELIVERED else (),
        flags=outcome.flags,
        sheet=outcome.sheet,
        codes=tuple(dict.fromkeys(str(finding.code) for finding in outcome.findings)),
    )


def log_exception(error: BaseException) -> None:
    """Write where an unexpected exception came from."""
    _logger.error("internal error", exc_info=error, extra={"facts": {"error": f"{type(error).__name__}: {error}"}})


class _JsonLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        facts = {"time": at, "level": record.levelname.lower(), "event": record.msg, **getattr(record, "facts", {})}
        if record.exc_info:
            facts["traceback"] = self.formatException(record.exc_info)
        return harmless(json.dumps(facts, ensure_ascii=False, default=str))


class _File(WatchedFileHandler):
    """A file that may be rotated by others; opened when the first line comes."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, encoding="utf-8", errors="backslashreplace", delay=True)
        self._path = path
        self._failed = False

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            super().emit(record)
        except OSError as error:
            self._say(error)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802  # the standard library's name
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            raise
        self._say(error)

    def close(self) -> None:
        try:
            super().close()
        except OSError as error:  # what was left to be written
            self._say(error)

    def _say(self, error: OSError) -> None:
        if not self._failed:
            why = "its folder is no folder" if isinstance(error, FileExistsError) else error.strerror
            print(f"pairsync: the log {self._path} cannot be written: {why}", file=sys.stderr)
        self._failed = True
