"""What a run would do: the same run, on a copy of the ledger and on folders that change nothing."""

from __future__ import annotations

import dataclasses
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sync.config import Folder, Settings
from sync.engine.embedded import Means, Report, export_folder, run
from sync.errors import ConfigurationError
from sync.folders.rehearsal import RehearsedExportFolder, RehearsedImportFolder
from sync.ledger.database import Ledger, is_there, sqlite_url, unusable
from sync.model import Outcome


def rehearse(
    settings: Settings,
    routes: Collection[str] = (),
    *,
    progress: Callable[[Outcome], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Report:
    """Say what `run` would do now, and change nothing."""
    # Each is kept for the whole rehearsal: it remembers what would have been moved.
    sources = cache(lambda name: RehearsedExportFolder(export_folder(settings.folders[name])))
    targets = cache(lambda name: _import_folder(settings.folders[name]))
    means = Means(
        ledger=_copied,
        source=lambda folder, used: sources(folder.name).open(used=used),
        target=lambda folder, owner, used: targets(folder.name).open(owner, used=used),
        keeps=True,
    )
    report = run(settings, routes, progress=progress, sleep=sleep, means=means)
    report.outcomes = [dataclasses.replace(outcome, sheet="") for outcome in report.outcomes]  # none was written
    return report


def _import_folder(folder: Folder) -> RehearsedImportFolder:
    return RehearsedImportFolder(folder.name, folder.path, documents=folder.documents, stages=folder.stage)


@contextmanager
def _copied(settings: Settings) -> Iterator[Ledger]:
    """Open a copy of the ledger, or an empty one where there is none yet."""
    real = settings.general.ledger
    with TemporaryDirectory(prefix="pairsync-rehearsal-") as scratch:
        copy = Path(scratch) / "ledger.sqlite"
        if is_there(real) and real.stat().st_size:
            _copy(real, copy)
        try:
            ledger = Ledger.open(sqlite_url(copy))
        except ConfigurationError as error:  # of another version
            problems = [dataclasses.replace(problem, file=str(real)) for problem in error.problems]
            raise ConfigurationError(problems) from error
        with closing(ledger):
            yield ledger


def _copy(real: Path, copy: Path) -> None:
    """Copy the ledger as it is at this moment, whoever else uses it."""
    try:
        with closing(sqlite3.connect(real)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except sqlite3.Error as error:
        raise unusable(str(real), error) from error
