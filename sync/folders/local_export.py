"""An export folder on a local disk or a mounted share."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path

from sync import names as naming
from sync import system
from sync.errors import FileUnavailable
from sync.folders.base import Claim, ClaimAnswer, Entry, Filed, Filing, Kind
from sync.model import Part, Place

MANIFEST = ".manifest.json"
_ENDS = 1024
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_ANEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
#: What an operation on one file answers while somebody holds it, or where only this file is refused.
_BUSY = (errno.EACCES, errno.EPERM, errno.EBUSY, errno.ETXTBSY, errno.EAGAIN, errno.EIO, errno.ESTALE)


class LocalExportFolder:
    """The folder *root*; its work folder, `processed/` and `error/` are on the same file system."""

    def __init__(
        self,
        name: str,
        root: Path,
        *,
        hidden: Path | None = None,
        processed: Path | None = None,
        error: Path | None = None,
    ) -> None:
        self.name = name
        self._root = root
        self._hidden = hidden or root / ".pairsync"
        self._archives = {Place.PROCESSED: processed or root / "processed", Place.ERROR: error or root / "error"}
        self._inbox = self._work = -1

    @contextmanager
    def open(self, *, lock: bool = True, used: bool = False) -> Iterator[LocalExportFolder]:
        """Open the folder; with *lock* its work folder and archive are made and nobody else works on it."""
        with ExitStack() as stack:
            with self._translated():
                self._inbox = stack.enter_context(system.opened(self._root))
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
        rights = os.fstat(self._inbox)
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
        """List the inbox, names only."""
        with self._translated():
            return os.listdir(self._inbox)  # noqa: PTH208  # names of an open folder, not of a path

    def look(self, names: Iterable[str], place: str = Place.INBOX) -> Mapping[str, Entry]:
        """Look at these names of the inbox, of `processed/…` or `error`; what is not there is left out."""
        with self._translated():
            if place == Place.INBOX:
                return _look(self._inbox, names)
            path = self._path(place)
            if not path.exists():  # a day on which nothing was archived yet
                return {}
            with system.opened(path) as archive:
                return _look(archive, names)

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
            descriptor = os.open(name, _READ, dir_fd=self._inbox)
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
            places = {place: self._open_place(place) for place in {claim.place for claim in batch}}
            try:
                answers = {claim.id: self._claim(claim, places[claim.place], flush) for claim in batch}
                flush.finish(self._work, *places.values())
            finally:
                for place in places.values():
                    os.close(place)
            return answers

    def _open_place(self, place: Place) -> int:
        return os.open(self._archives[place] if place else self._root, _FOLDER)

    def _claim(self, claim: Claim, place: int, flush: system.Flush) -> ClaimAnswer:
        with suppress(FileExistsError):
            os.mkdir(claim.id, 0o700, dir_fd=self._work)
        work = os.open(claim.id, _FOLDER, dir_fd=self._work)
        try:
            _write_manifest(work, claim, flush)
            names_there = claim.names_there or tuple(part.name for part in claim.parts)
            for part, there in zip(claim.parts, names_there, strict=True):
                answer = _take(part, there, place, work)
                if answer is not ClaimAnswer.CLAIMED:
                    return answer
            _flush_originals(claim, work, flush)
            flush.file(work)
            return ClaimAnswer.CLAIMED
        finally:
            os.close(work)

    def look_claimed(self, id: str) -> Mapping[str, Entry]:  # noqa: A002
        """Look at the parts in a source's work folder; empty if there is none."""
        with self._translated(), self._work_of(id) as work:
            if work is None:
                return {}
            return _look(work, (name for name in os.listdir(work) if name != MANIFEST))  # noqa: PTH208

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
        return self._path(place) / name

    def _path(self, place: str) -> Path:
        head, _, rest = place.partition("/")
        if head == "work":
            return self._hidden / "work" / rest
        return self._archives[Place(head)] / rest if head else self._root

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
            folders = {folder: self._open_archive(folder) for folder in {filing.folder for filing in batch}}
            try:
                answers = {filing.id: self._file(filing, folders[filing.folder], flush) for filing in batch}
                flush.finish(*folders.values())
                for filing in batch:
                    if not answers[filing.id].occupied:
                        self._drop_work(filing.id)
                os.fsync(self._work)
            finally:
                for folder in folders.values():
                    os.close(folder)
            return answers

    def _open_archive(self, folder: str) -> int:
        path = self._path(folder)
        self._make(path)
        with system.opened(path.parent) as above:
            os.fsync(above)  # also of a folder that a killed run made
        return os.open(path, _FOLDER)

    def _file(self, filing: Filing, folder: int, flush: system.Flush) -> Filed:
        with self._work_of(filing.id) as work:  # None: a crash came after it was dropped
            left = [] if work is None else _left(filing.moves, work)
            if work is not None and _occupied(left, work, folder):
                return Filed(occupied=True)  # before anything is made or moved, so that a pair stays together
            for name, content in filing.sheets:
                _write_sheet(folder, name, content, flush)
            if work is not None and not _move_out(left, work, folder):
                return Filed(occupied=True)
        return Filed(lost=tuple(name for name, new in filing.moves if not system.exists(folder, new)))

    def _drop_work(self, id: str) -> None:  # noqa: A002
        with self._work_of(id) as work:
            if work is not None:
                system.remove(work, MANIFEST)
                try:
                    os.rmdir(id, dir_fd=self._work)
                except OSError as error:
                    if error.errno != errno.ENOTEMPTY:  # a stranger put something there: the next run adopts it
                        raise

    def remove(self, folder: str, names: Iterable[str]) -> None:
        """Remove files below the archive, and the folder of a day that is empty then."""
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
            facts = os.fstatvfs(self._inbox)
        return facts.f_bavail * facts.f_frsize

    def _translated(self) -> AbstractContextManager[None]:
        return system.translated(f"folder {self.name} ({self._root})")


def identity(facts: os.stat_result) -> str:
    """Name a file as it is: another inode, size or modification time is another file or a changed one."""
    return f"{facts.st_ino}:{facts.st_size}:{facts.st_mtime_ns}"


def _look(folder: int, names: Iterable[str]) -> dict[str, Entry]:
    entries = {}
    for name in names:
        with suppress(FileNotFoundError):
            entries[name] = _look_at(name, folder)
    return entries


def _look_at(name: str, folder: int) -> Entry:
    try:
        return _entry(name, os.lstat(name, dir_fd=folder))
    except FileNotFoundError:
        raise
    except OSError:  # of one file, a defect sector or a handle that a server forgot: it stops no other
        return Entry(name=name, kind=Kind.UNKNOWN, identity="", size=0)


def _entry(name: str, facts: os.stat_result) -> Entry:
    kinds = ((stat.S_ISREG, Kind.FILE), (stat.S_ISDIR, Kind.FOLDER), (stat.S_ISLNK, Kind.LINK))
    kind = next((kind for is_kind, kind in kinds if is_kind(facts.st_mode)), Kind.SPECIAL)
    return Entry(
        name=name,
        kind=kind,
        identity=identity(facts),
        size=facts.st_size,
        links=facts.st_nlink,
        modified=facts.st_mtime,
    )


def _take(part: Part, there: str, place: int, work: int) -> ClaimAnswer:
    """Move one part, unless a crash came after it was moved."""
    if system.exists(work, part.name):
        if not system.same_file(place, there, work, part.name):
            return ClaimAnswer.CLAIMED
        system.remove(place, there)  # a power cut left the moved file under both names
        return ClaimAnswer.CLAIMED
    try:
        facts = os.lstat(there, dir_fd=place)
        if identity(facts) != part.identity:
            return ClaimAnswer.CHANGED
        system.rename_noreplace(place, there, work, part.name)
    except FileNotFoundError:
        return ClaimAnswer.VANISHED
    except OSError as error:
        if error.errno in _BUSY:
            return ClaimAnswer.BUSY
        raise
    # Somebody may have put another file there between the look and the rename.
    moved = os.lstat(part.name, dir_fd=work)
    return ClaimAnswer.CLAIMED if identity(moved) == part.identity else ClaimAnswer.CHANGED


def _flush_originals(claim: Claim, work: int, flush: system.Flush) -> None:
    """Flush what an exporter wrote a moment ago: the archive promises it byte for byte, also after a power cut."""
    if flush.shared:
        return
    for part in claim.parts:
        with suppress(PermissionError):  # a done file may be closed to us; who reads the others says so
            descriptor = os.open(part.name, _READ, dir_fd=work)
            try:
                flush.file(descriptor)
            finally:
                os.close(descriptor)


def _write_manifest(work: int, claim: Claim, flush: system.Flush) -> None:
    """Write what a lost ledger needs to know of the source."""
    parts = [
        {"role": part.role, "name": naming.escape(part.name), "identity": part.identity, "size": part.size}
        for part in claim.parts
    ]
    content = json.dumps({"schema": 1, "source": claim.id, "parts": parts}, ensure_ascii=False).encode()
    _write(work, MANIFEST, content, flush)


def _write_sheet(folder: int, name: str, content: bytes, flush: system.Flush) -> None:
    """Write a sheet under a temporary name, then rename it: whoever watches the folder sees a whole one."""
    temporary = ".sheet.tmp"  # a name of its own could be too long
    _write(folder, temporary, content, flush, mode=0o644)  # for who dropped the pair, whatever our umask is
    os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)


def _write(folder: int, name: str, content: bytes, flush: system.Flush, mode: int | None = None) -> None:
    descriptor = os.open(name, _ANEW, 0o644, dir_fd=folder)
    try:
        system.give_to(descriptor, mode, None)
        system.write(descriptor, content)
        flush.file(descriptor)
    finally:
        os.close(descriptor)


_Moves = Sequence[tuple[str, str]]


def _left(moves: _Moves, work: int) -> _Moves:
    """Give what is still to be moved: a crash may have come half-way."""
    return [(name, new) for name, new in moves if system.exists(work, name)]


def _occupied(left: _Moves, work: int, folder: int) -> bool:
    return any(system.exists(folder, new) and not system.same_file(work, name, folder, new) for name, new in left)


def _move_out(left: _Moves, work: int, folder: int) -> bool:
    """Move files out of the work folder; False: somebody was faster and took a name."""
    for name, new in left:
        if system.same_file(work, name, folder, new):
            system.remove(work, name)  # a power cut left the moved file under both names
            continue
        try:
            system.rename_noreplace(work, name, folder, new)
        except FileExistsError:
            return False
    return True
