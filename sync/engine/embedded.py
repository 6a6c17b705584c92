"""One run over all export folders, in this process: what cron and `./run` start."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, suppress
from dataclasses import dataclass, field

import sqlalchemy as sa

from sync.config import Folder, Settings
from sync.errors import AnotherInstance, FolderFull, FolderUnavailable, Problem, TransientError
from sync.folders.base import ExportFolder, ImportFolder
from sync.folders.local_export import LocalExportFolder
from sync.folders.local_import import LocalImportFolder
from sync.gates.pdf import PdfGate
from sync.ledger import health, views, wishes
from sync.ledger.database import Ledger, sqlite_url
from sync.mapping.store import MappingStore
from sync.model import Outcome, Source, TransferState
from sync.pipeline import Swept, look, sweep
from sync.purge import purge
from sync.round import Round, now


@dataclass(kw_only=True)
class Report:
    """What a run did, and what it could not do."""

    outcomes: list[Outcome] = field(default_factory=list)
    waiting: dict[str, tuple[Source, ...]] = field(default_factory=dict)  #: by export folder
    failed: dict[str, str] = field(default_factory=dict)  #: folders that do not work, and why
    troubles: list[str] = field(default_factory=list)  #: what is to be tried again
    mistakes: list[Exception] = field(default_factory=list)  #: pairsync's own; the pairs they are about stay
    locked: list[str] = field(default_factory=list)  #: export folders on which another instance works
    paused: dict[str, float | None] = field(default_factory=dict)  #: wanted routes; since when, None: by config.ini
    unfinished: list[views.Line] = field(default_factory=list)  #: what waits or is under way after the run
    problems: tuple[Problem, ...] = ()  #: mappings that could not be loaded, routes that have none

    @property
    def exit_code(self) -> int:
        """Give the exit code; of several the most urgent one (`4-architecture.md`, Interfaces)."""
        if self.problems:
            return 78
        if self.mistakes:
            return 70
        if self.locked:
            return 11
        if self.failed or self.troubles:
            return 75
        return 3 if any(outcome.state == TransferState.REJECTED for outcome in self.outcomes) else 0


@dataclass(frozen=True, kw_only=True)
class Means:
    """What a run works with: the ledger and the folders of the installation, or those of a rehearsal."""

    ledger: Callable[[Settings], AbstractContextManager[Ledger]]
    source: Callable[[Folder, bool], AbstractContextManager[ExportFolder]]  #: True: it was used before
    target: Callable[[Folder, str, bool], AbstractContextManager[ImportFolder]]  #: for the export folder of this name
    keeps: bool = False  #: True: nothing is purged


def run(
    settings: Settings,
    routes: Collection[str] = (),
    *,
    progress: Callable[[Outcome], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
    means: Means | None = None,
) -> Report:
    """Carry what is quiet now, then, after one quiet period, what has become quiet meanwhile.

    Raises ConfigurationError and LedgerUnavailable; anything else is in the report.
    """
    means = means or _REAL
    with means.ledger(settings) as ledger:
        mappings = load_mappings(settings)
        report = Report()
        with PdfGate() as pdf:
            wanted = frozenset(routes or settings.routes)
            engine = _Run(settings, means, ledger, mappings, pdf, wanted, report, progress, sleep)
            engine.go()
        report.problems = (*mappings.met(), *_without_mappings(settings, mappings))
        with ledger.read() as connection:
            report.unfinished = views.unfinished(connection)
            paused = paused_routes(connection, settings)
        report.paused = {name: since for name, since in paused.items() if name in engine.wanted}
        return report


def paused_routes(connection: sa.Connection, settings: Settings) -> dict[str, float | None]:
    """Give the paused routes, and since when; None: by config.ini, and only there it ends."""
    by_config = {route.name: None for route in settings.routes.values() if route.paused}
    asked = {name: since for name, since in wishes.paused(connection).items() if name in settings.routes}
    return {**asked, **by_config}


def load_mappings(settings: Settings) -> MappingStore:
    """Give the mappings, which are read when the first is asked for; those that are wrong are in its problems."""
    links = {name: link.url for name, link in settings.links.items()}
    return MappingStore.load(settings.general.mappings, links, {folder.system for folder in settings.folders.values()})


def _without_mappings(settings: Settings, mappings: MappingStore) -> Iterator[Problem]:
    """Find routes that choose no mapping at all: what is dropped for them waits."""
    for route in settings.routes.values():
        if not mappings.chosen(route.mappings):
            called = f" is called {' or '.join(route.mappings)}" if mappings.names else " can be loaded"
            what = f"no mapping in {settings.general.mappings}{called}"
            where = f"[route {route.name}] mappings"
            yield Problem(file=str(settings.file), where=where, what=what, suggestion="put one there, or correct it")


def export_folder(folder: Folder) -> ExportFolder:
    """Make the export folder of these settings."""
    return LocalExportFolder(
        folder.name,
        folder.path,
        documents=folder.documents,
        hidden=folder.work,
        processed=folder.processed,
        error=folder.error,
    )


def import_folder(folder: Folder) -> ImportFolder:
    """Make the import folder of these settings."""
    return LocalImportFolder(
        folder.name,
        folder.path,
        documents=folder.documents,
        stage=folder.stage,
        mode=folder.mode,
        group=folder.group,
    )


_REAL = Means(
    ledger=lambda settings: closing(Ledger.open(sqlite_url(settings.general.ledger))),
    source=lambda folder, used: export_folder(folder).open(used=used),
    target=lambda folder, owner, used: import_folder(folder).open(owner, used=used),
)


@dataclass
class _Run:
    settings: Settings
    means: Means
    ledger: Ledger
    mappings: MappingStore
    pdf: PdfGate
    wanted: frozenset[str]
    report: Report
    progress: Callable[[Outcome], None]
    sleep: Callable[[float], None]

    def go(self) -> None:
        """Sweep all folders; those where something was still changing once more, a quiet period later."""
        swept = [(self._visit(folder), folder) for folder in self._folders()]
        again = [(quiet_at, folder) for quiet_at, folder in swept if quiet_at is not None]
        for quiet_at, folder in sorted(again, key=lambda one: one[0]):
            # The margin: the clock that sleeps and the one that stamps may run apart a little.
            self.sleep(min(max(0.0, quiet_at - now()), folder.quiet) * 1.001 + 0.01)
            self._sweep(folder)

    def _folders(self) -> Iterable[Folder]:
        """Give the folders that a wanted route leads from."""
        return [folder for folder in self.settings.source_folders() if self._wanted(folder)]

    def _wanted(self, folder: Folder) -> list[str]:
        return [route.name for route in self.settings.routes_from(folder.name) if route.name in self.wanted]

    def _routes(self, folder: Folder) -> list[str]:
        """Give the wanted routes from a folder that are not paused."""
        with self.ledger.read() as connection:
            paused = paused_routes(connection, self.settings)
        return [name for name in self._wanted(folder) if name not in paused]

    def _visit(self, folder: Folder) -> float | None:
        if self._routes(folder):
            return self._sweep(folder)
        self._look(folder)
        return None

    def _look(self, folder: Folder) -> None:
        """See what lies in a folder from which nothing may go; one that cannot be looked at is nobody's trouble now."""
        with suppress(AnotherInstance, FolderUnavailable, FolderFull), ExitStack() as stack:
            round_ = self._round(folder, stack)
            self.report.waiting[folder.name] = look(round_)
            self.report.mistakes += round_.mistakes

    def _sweep(self, folder: Folder) -> float | None:
        """Sweep one export folder; give when, by our clock, what still changed there may be quiet."""
        with ExitStack() as stack:
            try:
                round_ = self._round(folder, stack)
            except AnotherInstance:
                self.report.locked.append(folder.name)
                return None
            except (FolderUnavailable, FolderFull) as error:
                self._note({folder.name: error}, [])
                return None
            swept = self._swept(round_)
            self.report.outcomes += round_.reported()
            self.report.troubles += map(str, round_.troubles)
            self.report.mistakes += round_.mistakes
            self._note(round_.down, [folder.name, *round_.targets])
        self.report.waiting[folder.name] = swept.waiting
        return swept.quiet_at

    def _swept(self, round_: Round) -> Swept:
        try:
            swept = sweep(round_)
            if not self.means.keeps:
                purge(round_, self.settings.general.keep)
        except (FolderUnavailable, FolderFull) as error:  # the export folder itself; what was done until then is done
            round_.fail(round_.export.name, error)
            return Swept()
        return swept

    def _round(self, folder: Folder, stack: ExitStack) -> Round:
        """Open the export folder, and the import folders of the routes that can be gone."""
        source = stack.enter_context(self.means.source(folder, self._used(folder)))
        routes = {route.name: route for route in self.settings.routes_from(folder.name)}
        active = frozenset(self._routes(folder))
        # Never the one of a paused route: nothing is published there, and it may be down, which is why it is paused.
        leading = {routes[name].target for name in active}
        round_ = Round(
            export=folder,
            routes=routes,
            active=active,
            imports={route.target: self.settings.folders[route.target] for route in routes.values()},
            language=self.settings.general.language,
            folder=source,
            targets={},
            ledger=self.ledger,
            mappings=self.mappings,
            pdf=self.pdf,
            progress=self.progress,
        )
        opened = {}
        for name in sorted(leading):
            try:
                target = self.settings.folders[name]
                opened[name] = stack.enter_context(self.means.target(target, folder.name, self._used(target)))
            except TransientError as error:
                round_.fail(name, error)
        round_.targets = opened
        return round_

    def _used(self, folder: Folder) -> bool:
        with self.ledger.read() as connection:
            return health.used(connection, folder.name)

    def _note(self, failed: Mapping[str, TransientError], reached: Iterable[str]) -> None:
        """Keep which folders do not work, and that the others do."""
        self.report.failed |= {name: str(error) for name, error in failed.items()}
        with self.ledger.begin() as tx:
            for name, error in failed.items():
                health.failed(tx, name, str(error))
            for name in reached:
                if name not in failed:
                    health.works(tx, name)
