"""One round over one export folder: what every step of the way needs, and what it reports."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sync import names
from sync.config import Folder, Route
from sync.errors import TransientError
from sync.folders.base import ExportFolder, ImportFolder
from sync.gates.pdf import PdfGate
from sync.gates.xml import XmlLimits
from sync.ledger.database import Ledger
from sync.mapping.store import MappingStore
from sync.model import Outcome, Source, SourceState, Transfer


@dataclass(kw_only=True, slots=True)
class Round:
    """One round over one export folder."""

    export: Folder  #: its settings
    routes: Mapping[str, Route]  #: all that lead from it
    active: frozenset[str]  #: those of them that are wanted and not paused
    imports: Mapping[str, Folder]  #: settings of the import folders they lead to, by name
    language: str  #: of error sheets
    folder: ExportFolder
    targets: Mapping[str, ImportFolder]  #: those that can be reached, by name
    ledger: Ledger
    mappings: MappingStore
    pdf: PdfGate
    progress: Callable[[Outcome], None] = lambda _: None
    tried: Counter[str] = field(default_factory=Counter)  #: how often a deferred transfer was tried in this round
    trying: set[str] = field(default_factory=set)  #: deferred transfers that can go now; no others are tried with them
    lists: dict[str, int] = field(default_factory=dict)  #: sources that are lists: how many records are tried
    outcomes: list[Outcome] = field(default_factory=list)
    sheets: dict[str, str] = field(default_factory=dict)  #: paths of the error sheets that were written, by source
    down: dict[str, TransientError] = field(default_factory=dict)  #: import folders that failed in this round
    troubles: list[TransientError] = field(default_factory=list)  #: what is to be tried again
    mistakes: list[Exception] = field(default_factory=list)  #: our own; what they were about stays, the rest goes on

    @property
    def limits(self) -> XmlLimits:
        """What an XML of this folder may be."""
        return XmlLimits(
            max_bytes=self.export.max_xml,
            max_tags=self.export.max_tags,
            strip_doctype=self.export.doctype == "strip",
            encoding=self.export.encoding,
        )

    def system_of(self, target: str) -> str:
        """Tell which system an import folder belongs to."""
        return self.imports[target].system

    def reachable(self, route: str) -> bool:
        """Tell whether deliveries on this route can be tried."""
        return route in self.active and self.routes[route].target not in self.down

    def fail(self, target: str, error: TransientError) -> None:
        """Give up an import folder for this round; what was meant for it is tried again by the next."""
        self.down.setdefault(target, error)

    def trouble(self, error: TransientError) -> None:
        """Remember something that is to be tried again."""
        self.troubles.append(error)

    def report(self, subject: Source | Transfer, source: Source, *, state: str = "", reason: str = "") -> None:
        """Add a line to the report of this run."""
        transfer = subject if isinstance(subject, Transfer) else None
        state = state or subject.state
        outcome = Outcome(
            state=state,
            source_id=source.id,
            pair=names.escape(source.stem),
            folder=source.folder,
            route=transfer.route if transfer else "",
            record=transfer.record if transfer else 0,
            number=transfer.facts.number if transfer and transfer.facts else "",
            together=self.lists.get(source.id, 0),
            reason=reason or subject.reason,
            names=tuple(file.name for file in transfer.files) if transfer else (),
            flags=tuple(sorted(transfer.flags)) if transfer else (),
            sheet=self.sheet(source) if state == SourceState.REJECTED else "",
            findings=subject.findings,
        )
        self.outcomes.append(outcome)
        self.progress(outcome)

    def sheet(self, source: Source) -> str:
        """Give the path of a source's error sheet; empty while it has none."""
        return str(self.folder.path(source.archive, names.sheets(source.sheet)[0])) if source.sheet else ""

    def reported(self) -> list[Outcome]:
        """Give the report: what was rejected before all of its list was final has its error sheet now."""
        return [
            replace(one, sheet=self.sheets.get(one.source_id, one.sheet)) if one.state == SourceState.REJECTED else one
            for one in self.outcomes
        ]


def now() -> float:
    """Tell our own clock: seconds since 1970."""
    return time.time()
