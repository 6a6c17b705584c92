"""An export folder on a local disk or a mounted share."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path

from sync import names as naming
from sync import system
from sync.errors import FileUnavailable
from sync.folders import work_folder
from sync.folders.base import Claim, ClaimAnswer, Entry, Filed, Filing
from sync.folders.looking import look
from sync.folders.opened import Opened
from sync.folders.work_folder import MANIFEST
from sync.model import Place

_ENDS = 1024
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


class LocalExportFolder:
    """The folder *root*; its documents and work folder, `processed/` and `error/` are on the same file system."""

    def __init__(
        self,
        name: str,
        root: Path,
        *,
        documents: Path | None = None,
        hidden: Path | None = None,
        processed: Path | None = None,
        error: Path | None = None,
    ) -> None:
        self.name = name
        self._inbox = Opened(root, documents)
        self._hidden = hidden or root / ".pairsync"
        self._archives = {Place.PROCESSED: processed or root / "processed", Place.ERROR: error or root / "error"}
        self._work = -1

    @contextmanager
    def open(self, *, lock: bool = True, used: bool = False) -> Iterator[LocalExportFolder]:
        """Open the folder; with *lock* its work folder and archive are made and nobody else works on it."""
        with ExitStack() as stack:
            with self._translated():
                stack.enter_context(self._inbox.open())
                if used:
                    system.require(self._hidden)
                if lock:
                    # Made durably, with what is above it: originals will lie in it.
                    self._work = stack.enter_context(system.opened(self._hidden / "work", create=True))
                    stack.enter_context(system.lock(self._hidden / "lock"))
                    for archive in self._archives.values():
                        self._make(archive)
            yield self

    def _make(self, archive: Path) -> None:
        """Make an archive folder with the inbox's rights: who may drop a pair may drag it back from error/."""
        if archive.is_dir():
            return
        rights = os.fstat(self._inbox.descriptor)
        new = self._hidden / "new"  # under its name it appears with its rights, wherever a crash comes
        new.mkdir(exist_ok=True)
        with suppress(PermissionError):  # only a member of a group may give to it
            os.chown(new, -1, rights.st_gid)
        new.chmod(stat.S_IMODE(rights.st_mode))
        with system.opened(archive.parent, create=True) as above:
            new.rename(archive)
            os.fsync(above)

    # --- the inbox ------------------------------------------------------------------------------------------------

    def names(self) -> list[str]:
        """List the inbox and its documents folder, names only."""
        with self._translated():
            return self._inbox.names()

    def look(self, names: Iterable[str], place: str = Place.INBOX) -> Mapping[str, Entry]:
        """Look at these names of the inbox, of `processed/…` or `error`; what is not there is left out."""
        with self._translated():
            if place == Place.INBOX:
                return look(names, self._inbox.at)
            path = self._path(place)
            if not path.exists():  # a day on which nothing was archived yet
                return {}
            with Opened(path).open() as archive:
                return look(names, archive.at)

    def read(self, name: str, limit: int) -> bytes:
        """Read a file of the inbox, at most *limit* + 1 bytes."""
        with self._reading(name) as descriptor, os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(limit + 1)

    def ends(self, name: str) -> tuple[bytes, bytes]:
        """Read the first and the last 1,024 bytes of a file of the inbox."""
        with self._reading(name) as descriptor:
            head = os.pread(descriptor, _ENDS, 0)
            return head, os.pread(descriptor, _ENDS, max(0, os.fstat(descriptor).st_size - _ENDS))

    @contextmanager
    def _reading(self, name: str) -> Iterator[int]:
        try:
            folder, own = self._inbox.at(name)
            descriptor = os.open(own, _READ, dir_fd=folder)
            try:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    raise FileUnavailable(f"{naming.escape(name)}: no regular file any more")
                yield descriptor
            finally:
                os.close(descriptor)
        except OSError as error:
            raise FileUnavailable(f"{naming.escape(name)}: {error.strerror}") from error

    # --- claim ----------------------------------------------------------------------------------------------------

    def claim(self, batch: Sequence[Claim]) -> Mapping[str, ClaimAnswer]:
        """Move the parts of each source, and a manifest, into its work folder, durably."""
        with self._translated():
            flush = system.Flush(self._work, 2 * len(batch))
            with ExitStack() as stack:
                found = {claim.place for claim in batch}
                places = {place: stack.enter_context(self._at(place).open()) for place in found}
                answers = {claim.id: self._claim(claim, places[claim.place], flush) for claim in batch}
                flush.finish(self._work, *(one for place in places.values() for one in place.descriptors))
            return answers

    def _at(self, place: str) -> Opened:
        """Give the inbox with its documents folder, or a folder of the archive, in which all lies flat."""
        return Opened(self._path(place)) if place else Opened(self._inbox.root, self._inbox.documents)

    def _claim(self, claim: Claim, place: Opened, flush: system.Flush) -> ClaimAnswer:
        work_folder.make(claim, self._work)
        work = os.open(claim.id, _FOLDER, dir_fd=self._work)
        try:
            work_folder.write_manifest(work, claim, flush)
            names_there = claim.names_there or tuple(part.name for part in claim.parts)
            for part, there in zip(claim.parts, names_there, strict=True):
                answer = work_folder.take(part, *place.at(there), work)
                if answer is not ClaimAnswer.CLAIMED:
                    return answer
            work_folder.flush_files(claim, work, flush)
            return ClaimAnswer.CLAIMED
        finally:
            os.close(work)

    def look_claimed(self, id: str) -> Mapping[str, Entry]:  # noqa: A002
        """Look at the parts in a source's work folder; empty if there is none."""
        with self._translated(), self._work_of(id) as work:
            if work is None:
                return {}
            return look(work_folder.names(work), lambda name: (work, name))

    @contextmanager
    def _work_of(self, id: str) -> Iterator[int | None]:  # noqa: A002
        """Open a source's work folder; None where there is none."""
        try:
            work = os.open(id, _FOLDER, dir_fd=self._work)
        except FileNotFoundError:
            yield None
            return
        try:
            yield work
        finally:
            os.close(work)

    def path(self, place: str, name: str) -> Path:
        """Give the local path of a file in `work/ID`, `processed/…` or `error`."""
        head, _, _ = place.partition("/")
        return self._inbox.path(name) if not head else self._path(place) / name

    def _path(self, place: str) -> Path:
        head, _, rest = place.partition("/")
        if head == "work":
            return self._hidden / "work" / rest
        return self._archives[Place(head)] / rest if head else self._inbox.root

    def works(self) -> Sequence[str]:
        """List the work folders: ids of sources."""
        with self._translated(), os.scandir(self._work) as found:
            return sorted(entry.name for entry in found if entry.is_dir(follow_symlinks=False))

    def manifest(self, id: str) -> Mapping[str, object]:  # noqa: A002
        """Read what was written into a source's work folder when it was claimed; empty where it cannot be read."""
        try:
            manifest = json.loads(self.path(f"work/{id}", MANIFEST).read_bytes())
        except (OSError, ValueError):
            return {}
        return manifest if isinstance(manifest, dict) else {}

    # --- out of the work folder -----------------------------------------------------------------------------------

    def file(self, batch: Sequence[Filing]) -> Mapping[str, Filed]:
        """Move sources out of their work folders, durably, replacing nothing."""
        with self._translated():
            flush = system.Flush(self._work, sum(len(filing.sheets) for filing in batch))
            with ExitStack() as stack:
                found = {filing.folder for filing in batch}
                folders = {folder: stack.enter_context(self._archive(folder).open()) for folder in found}
                answers = {filing.id: self._file(filing, folders[filing.folder], flush) for filing in batch}
                flush.finish(*(one for folder in folders.values() for one in folder.descriptors))
                for filing in batch:
                    if not answers[filing.id].occupied:
                        self._drop_work(filing.id)
                os.fsync(self._work)
            return answers

    def _archive(self, folder: str) -> Opened:
        """Give the folder of a filing, made where it is one for a day that is not there yet."""
        path = self._path(folder)
        self._make(path)
        with system.opened(path.parent) as above:
            os.fsync(above)  # also of a folder that a killed run made
        return self._at(folder)

    def _file(self, filing: Filing, folder: Opened, flush: system.Flush) -> Filed:
        with self._work_of(filing.id) as work:  # None: a crash came after it was dropped
            left = [] if work is None else work_folder.left(filing.moves, work)
            if work is not None and work_folder.occupied(left, work, folder):
                return Filed(occupied=True)  # before anything is made or moved, so that a pair stays together
            for name, content in filing.sheets:
                work_folder.write_sheet(folder.descriptor, name, content, flush)
            for name, content in filing.notes:
                work_folder.write_sheet(self._inbox.descriptor, name, content, flush)
            if work is not None and not work_folder.move_out(left, work, folder):
                return Filed(occupied=True)
        return Filed(lost=tuple(name for name, new in filing.moves if not system.exists(*folder.at(new))))

    def _drop_work(self, id: str) -> None:  # noqa: A002
        with self._work_of(id) as work:
            if work is not None:
                work_folder.drop(work, self._work, id)

    def remove(self, folder: str, names: Iterable[str]) -> None:
        """Remove files of the archive or inbox, and the folder of a day that is empty then."""
        path = self._path(folder)
        with self._translated():
            for name in names:
                (path / name).unlink(missing_ok=True)
            if "/" in folder:
                with suppress(OSError):
                    path.rmdir()

    def free(self) -> int:
        """Tell how many bytes are free."""
        with self._translated():
            facts = os.fstatvfs(self._inbox.descriptor)
        return facts.f_bavail * facts.f_frsize

    def _translated(self) -> AbstractContextManager[None]:
        return system.translated(f"folder {self.name} ({self._inbox.root})")
