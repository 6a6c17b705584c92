"""Folders for a rehearsal: everything is read where it lies, and nothing is made, moved or written."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from sync import names as naming
from sync import system
from sync.errors import FileUnavailable
from sync.folders import local_import
from sync.folders.base import (
    Claim,
    ClaimAnswer,
    Entry,
    ExportFolder,
    Filed,
    Filing,
    Move,
    PublishAnswer,
    Published,
    Staged,
)
from sync.folders.local_export import LocalExportFolder
from sync.folders.opened import Opened
from sync.folders.work_folder import MANIFEST
from sync.model import Place


class RehearsedExportFolder:
    """An export folder whose files stay where they are; it remembers which would have been moved."""

    def __init__(self, real: ExportFolder) -> None:
        self.name = real.name
        self._real = real
        self._work = real.path("work", "")
        self._claimed: dict[str, Claim] = {}
        self._filed: set[str] = set()  #: what would not be in the work folder any more

    @contextmanager
    def open(self, *, lock: bool = True, used: bool = False) -> Iterator[RehearsedExportFolder]:
        """Open the folder; with *lock* see that nobody works on it now (AnotherInstance), but let everybody."""
        with self._real.open(lock=False, used=used):
            held = self._work.parent / "lock"
            if lock and held.exists():
                with system.translated(f"folder {self.name} ({held})"), system.lock(held):
                    pass
            yield self

    def names(self) -> list[str]:
        """List the inbox without what would have been claimed."""
        gone = {part.name for claim in self._claimed.values() if not claim.place for part in claim.parts}
        return [name for name in self._real.names() if name not in gone]

    def look(self, names: Iterable[str], place: str = Place.INBOX) -> Mapping[str, Entry]:
        """Look at these names of the inbox, of `processed/…` or `error`; what is not there is left out."""
        return self._real.look(names, place)

    def read(self, name: str, limit: int) -> bytes:
        """Read a file of the inbox, at most *limit* + 1 bytes."""
        return self._real.read(name, limit)

    def ends(self, name: str) -> tuple[bytes, bytes]:
        """Read the first and the last 1,024 bytes of a file of the inbox."""
        return self._real.ends(name)

    def claim(self, batch: Sequence[Claim]) -> Mapping[str, ClaimAnswer]:
        """Say what a claim would give, as far as can be seen without moving anything."""
        self._claimed |= {claim.id: claim for claim in batch}
        answers = {}
        for claim in batch:
            there = self.look_claimed(claim.id)
            same = [part.name in there and there[part.name].identity == part.identity for part in claim.parts]
            missing = any(part.name not in there for part in claim.parts)
            answers[claim.id] = (
                ClaimAnswer.CLAIMED if all(same) else ClaimAnswer.VANISHED if missing else ClaimAnswer.CHANGED
            )
        return answers

    def look_claimed(self, id: str) -> Mapping[str, Entry]:  # noqa: A002
        """Look at the parts of a source where they are: already in its work folder, or where they are claimed from."""
        found = _look(self.name, self._work / id)
        claim = self._claimed.get(id)
        if claim is not None:
            names_there = _names_there(claim)
            there = self._real.look(names_there.values(), claim.place)
            for name, old in names_there.items():
                if name not in found and old in there:
                    found[name] = dataclasses.replace(there[old], name=name)
        return {name: entry for name, entry in found.items() if name != MANIFEST}

    def path(self, place: str, name: str) -> Path:
        """Give the path at which a file lies that would lie in *place*."""
        head, _, id = place.partition("/")  # noqa: A001
        real = self._real.path(place, name)
        claim = self._claimed.get(id) if head == "work" else None
        if claim is None or real.exists() or name not in (there := _names_there(claim)):
            return real
        return self._real.path(claim.place, there[name])

    def file(self, batch: Sequence[Filing]) -> Mapping[str, Filed]:
        """Say that all can be filed."""
        for filing in batch:
            self._filed.add(filing.id)
            if not filing.folder:  # released: it is in the inbox again
                self._claimed.pop(filing.id, None)
        return {filing.id: Filed() for filing in batch}

    def remove(self, folder: str, names: Iterable[str]) -> None:
        """Remove nothing."""

    def works(self) -> Sequence[str]:
        """List the work folders: ids of sources."""
        with system.translated(f"folder {self.name} ({self._work})"):
            found = sorted(path.name for path in self._work.iterdir()) if self._work.is_dir() else []
        return [id for id in found if id not in self._filed]  # noqa: A001

    def manifest(self, id: str) -> Mapping[str, object]:  # noqa: A002
        """Read what was written into a source's work folder when it was claimed; empty where it cannot be read."""
        return self._real.manifest(id)

    def free(self) -> int:
        """Tell how many bytes are free."""
        return self._real.free()


def _names_there(claim: Claim) -> dict[str, str]:
    names = [part.name for part in claim.parts]
    return dict(zip(names, claim.names_there or names, strict=True))


def _look(name: str, folder: Path) -> dict[str, Entry]:
    """Look at all names in a folder that may not be there."""
    if not folder.is_dir():
        return {}
    documents = folder / naming.DOCUMENTS
    real = LocalExportFolder(name, folder, documents=documents if documents.is_dir() else None)
    with real.open(lock=False) as opened:
        return dict(opened.look(opened.names()))


class RehearsedImportFolder:
    """An import folder into which nothing is written; it remembers which names would be there."""

    def __init__(self, name: str, root: Path, *, documents: Path | None, stages: Path | None) -> None:
        self.name = name
        # Opened without its lock it is any folder to be read.
        self._root = LocalExportFolder(name, root, documents=documents)
        self._both = Opened(root, documents)
        self._stages = stages or local_import.stage_in(root)
        self._published: set[str] = set()
        self._staged: set[str] = set()

    @contextmanager
    def open(self, owner: str, *, used: bool = False) -> Iterator[RehearsedImportFolder]:
        """Open the folder and look at the stage that belongs to the export folder *owner*."""
        with self._root.open(lock=False):
            if used:
                with system.translated(f"folder {self.name}"):
                    system.require(self._stages)
            self._staged = set(_look(self.name, self._stages / owner))
            yield self

    def names(self) -> set[str]:
        """List the import folder's names, with those that would have been published."""
        return {*self._root.names(), *self._published}

    def holding(self, wanted: Mapping[str, str]) -> set[str]:
        """Tell which of these names are files with these SHA-256 sums."""
        with system.translated(f"folder {self.name}"), self._both.open() as folder:
            return local_import.holding(folder, wanted)

    def staging(self, files: int) -> RehearsedStage:  # noqa: ARG002
        """Begin to stage."""
        return RehearsedStage(self._staged)

    def staged(self) -> list[str]:
        """List the stage, with what would be there."""
        return sorted(self._staged)

    def discard(self, names: Iterable[str]) -> None:
        """Forget staged files."""
        self._staged.difference_update(names)

    def publish(self, moves: Sequence[Move]) -> Published:
        """Say what publishing would give."""
        answers = {move.stage_name: self._publish(move) for move in moves}
        return Published(answers=answers, synced=True)

    def _publish(self, move: Move) -> PublishAnswer:
        if move.stage_name not in self._staged:
            return PublishAnswer.GONE
        if move.name in self.names():
            return PublishAnswer.OCCUPIED
        self._staged.discard(move.stage_name)
        self._published.add(move.name)
        return PublishAnswer.PUBLISHED

    def restage(self, name: str, content: bytes | Path) -> None:  # noqa: ARG002
        """Take a file onto the stage again."""
        self._staged.add(name)

    def flush_stage(self) -> bool:
        """Say that the stage is flushed."""
        return True

    def free(self) -> int:
        """Tell how many bytes are free."""
        return self._root.free()


class RehearsedStage:
    """A stage that only hashes; a staged file is its original."""

    def __init__(self, staged: set[str]) -> None:
        self._staged = staged
        self._originals: dict[str, Path] = {}

    def write(self, name: str, content: bytes | Path) -> Staged:
        """Hash a file; raises FileUnavailable."""
        self._staged.add(name)
        if isinstance(content, bytes):
            return Staged(sha256=hashlib.sha256(content).hexdigest(), size=len(content))
        self._originals[name] = content
        try:
            with content.open("rb") as file:
                return Staged(sha256=hashlib.file_digest(file, "sha256").hexdigest(), size=file.tell())
        except OSError as error:
            raise FileUnavailable(f"{content.name}: {error.strerror}") from error

    def path(self, name: str) -> Path:
        """Give the path of the original."""
        return self._originals[name]

    def flush(self) -> None:
        """Flush nothing."""
