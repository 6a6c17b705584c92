"""An import folder on a local disk or a mounted share."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path

from sync import system
from sync.errors import FileUnavailable
from sync.folders.base import Move, PublishAnswer, Published, Staged
from sync.folders.opened import Opened

_CHUNK = 1 << 20
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class LocalImportFolder:
    """The folder *root*, with a stage on the same file system that the importer does not look at."""

    def __init__(
        self,
        name: str,
        root: Path,
        *,
        documents: Path | None = None,
        stage: Path | None = None,
        mode: int | None = None,
        group: str | None = None,
    ) -> None:
        self.name = name
        self._import = Opened(root, documents)
        self._stages = stage or stage_in(root)
        self.mode, self.group = mode, group
        self._stage = -1
        self._stage_path = Path()

    @contextmanager
    def open(self, owner: str, *, used: bool = False) -> Iterator[LocalImportFolder]:
        """Open the folder and the stage that belongs to the export folder *owner*."""
        self._stage_path = self._stages / owner
        with ExitStack() as stack:
            with self.translated():
                stack.enter_context(self._import.open())
                if used:
                    system.require(self._stages)
                self._stage = stack.enter_context(system.opened(self._stage_path, create=True))
            yield self

    def names(self) -> set[str]:
        """List the names in the import folder and its documents folder."""
        with self.translated():
            return set(self._import.names())

    def holding(self, wanted: Mapping[str, str]) -> set[str]:
        """Tell which of these names are files with these SHA-256 sums."""
        return holding(self._import, wanted)

    def staging(self, files: int) -> LocalStage:
        """Begin to stage about so many files."""
        return LocalStage(self, self._stage_path, self._stage, files)

    def staged(self) -> list[str]:
        """List the stage."""
        with self.translated():
            return sorted(os.listdir(self._stage))  # noqa: PTH208

    def discard(self, names: Iterable[str]) -> None:
        """Remove staged files that may be gone already."""
        with self.translated():
            for name in names:
                system.remove(self._stage, name)

    def publish(self, moves: Sequence[Move]) -> Published:
        """Rename staged files into the import folder, replacing nothing, and flush it."""
        with self.translated():
            answers = {move.stage_name: self._publish(move) for move in moves}
        flushed = [_flushed(one) for one in self._import.descriptors]  # each, whatever the others say
        return Published(answers=answers, synced=all(flushed))

    def _publish(self, move: Move) -> PublishAnswer:
        folder, name = self._import.at(move.name)
        try:
            system.rename_noreplace(self._stage, move.stage_name, folder, name)
        except FileNotFoundError:
            if system.exists(self._stage, move.stage_name):
                raise  # not the staged file is gone, but the import folder
            return PublishAnswer.GONE
        except FileExistsError:
            if not system.same_file(self._stage, move.stage_name, folder, name):
                return PublishAnswer.OCCUPIED
            system.remove(self._stage, move.stage_name)  # a power cut left the published file under both names
        return PublishAnswer.PUBLISHED

    def restage(self, name: str, content: bytes | Path) -> None:
        """Stage a file again that somebody took from the stage, durably; its name appears only when it is whole."""
        stage, temporary = self.staging(1), f"{name}.again"
        self.discard([temporary])
        stage.write(temporary, content)
        with self.translated():
            system.rename_noreplace(self._stage, temporary, self._stage, name)
        stage.flush()

    def flush_stage(self) -> bool:
        """Flush the stage after the last publishing; False where that failed."""
        return _flushed(self._stage)

    def free(self) -> int:
        """Tell how many bytes are free."""
        with self.translated():
            facts = os.fstatvfs(self._import.descriptor)
        return facts.f_bavail * facts.f_frsize

    def translated(self) -> AbstractContextManager[None]:
        """Let no OSError out that does not say which folder it is about."""
        return system.translated(f"folder {self.name} ({self._import.root})")


def stage_in(root: Path) -> Path:
    """Give the folder of an import folder's stages where none is configured."""
    return root / ".pairsync" / "stage"


class LocalStage:
    """A batch's private files."""

    def __init__(self, folder: LocalImportFolder, path: Path, stage: int, files: int) -> None:
        self._folder, self._path, self._stage = folder, path, stage
        self._flush = system.Flush(stage, files)

    def write(self, name: str, content: bytes | Path) -> Staged:
        """Write one file, exclusively; a path's bytes are read once and hashed while they are copied."""
        with self._folder.translated():
            descriptor = os.open(name, _NEW, 0o644, dir_fd=self._stage)
            try:
                staged = _write(descriptor, content)
                system.give_to(descriptor, self._folder.mode, self._folder.group)
                self._flush.file(descriptor)
            finally:
                os.close(descriptor)
        return staged

    def path(self, name: str) -> Path:
        """Give the local path of a staged file, to be checked."""
        return self._path / name

    def flush(self) -> None:
        """Make all files durable."""
        with self._folder.translated():
            self._flush.finish(self._stage)


def _write(descriptor: int, content: bytes | Path) -> Staged:
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(content):
        digest.update(chunk)
        size += len(chunk)
        system.write(descriptor, chunk)
    return Staged(sha256=digest.hexdigest(), size=size)


def holding(folder: Opened, wanted: Mapping[str, str]) -> set[str]:
    """Tell which of these names in an open folder are files with these SHA-256 sums."""
    return {name for name, sha256 in wanted.items() if _sha256(*folder.at(name)) == sha256}


def _sha256(folder: int, name: str) -> str:
    """Hash a regular file; empty for what is none, is gone, or may not be read."""
    with suppress(OSError), os.fdopen(os.open(name, _READ, dir_fd=folder), "rb") as file:
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return hashlib.file_digest(file, "sha256").hexdigest()
    return ""


def _chunks(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    try:
        source = os.open(content, _READ)
        try:
            while chunk := os.read(source, _CHUNK):
                yield chunk
        finally:
            os.close(source)
    except OSError as error:  # the original's, not the import folder's
        raise FileUnavailable(f"{content.name}: {error.strerror}") from error


def _flushed(folder: int) -> bool:
    with suppress(OSError):
        os.fsync(folder)
        return True
    return False
