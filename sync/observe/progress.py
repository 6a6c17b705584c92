"""A progress bar on a terminal, for anything that takes longer than a second; none in cron."""

from __future__ import annotations

import math
import sys
import time
from collections import Counter
from threading import Lock, Timer
from types import TracebackType
from typing import TYPE_CHECKING

from sync.model import Outcome, TransferState

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_AFTER = 1.0  #: seconds


class Bar:
    """Shows how many of about *total* pairs are done; a context manager.

    Not *wanted*: something else is written to standard error meanwhile.
    """

    def __init__(self, total: int, *, wanted: bool = True) -> None:
        self._wanted = wanted and sys.stderr.isatty()
        self._total = total
        self._done: set[str] = set()
        self._rejected: set[str] = set()
        self._records: Counter[str] = Counter()  #: of lists, those that are done, by source
        self._together: dict[str, int] = {}  #: of lists, how many are tried, by source
        self._doing = ""
        self._lock = Lock()
        self._timer = Timer(_AFTER, self._show)
        self._timer.daemon = True
        self._ended = False
        self._shown: tuple[Progress, TaskID] | None = None

    def __enter__(self) -> Bar:
        if self._wanted:
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            self._ended = True
            if self._shown:
                self._shown[0].stop()

    def advance(self, outcome: Outcome) -> None:
        """Count what became of a pair."""
        with self._lock:
            if self._is_done(outcome):
                self._done.add(outcome.source_id)
            if outcome.state == TransferState.REJECTED:
                self._rejected.add(outcome.source_id)
            self._update()

    def _is_done(self, outcome: Outcome) -> bool:
        """Tell whether this was the last of its source, as far as it can be known: of a list it is its last record."""
        if not outcome.together:
            return True
        self._together[outcome.source_id] = outcome.together
        self._records[outcome.source_id] += 1
        return self._records[outcome.source_id] >= outcome.together

    def sleep(self, seconds: float) -> None:
        """Sleep until what was still changing may be quiet, and say so."""
        if seconds > _AFTER:
            self._describe(f", files still change: waiting {math.ceil(seconds)} s")
        time.sleep(seconds)
        self._describe("")

    def _describe(self, doing: str) -> None:
        with self._lock:
            self._doing = doing
            self._update()

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (BarColumn(16), TextColumn("{task.description}"), TimeElapsedColumn())
        with self._lock:
            if self._ended:
                return
            progress = Progress(*columns, console=Console(stderr=True), transient=True)
            self._shown = progress, progress.add_task("", total=None)
            self._update()
            progress.start()

    def _update(self) -> None:
        if self._shown is None:
            return
        progress, task = self._shown
        done, rejected = len(self._done), len(self._rejected)
        text = f"{done} of {self._total}" if done <= self._total else f"{done} pairs"
        text += f", {self._records.total():,} of {sum(self._together.values()):,} records" if self._records else ""
        text += f", {rejected} rejected" if rejected else ""
        progress.update(task, completed=done, total=max(done, self._total) or None, description=text + self._doing)
