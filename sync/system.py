"""What is of one platform: renames that never replace, flushes, locks, limits of names; Linux first."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import grp
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from sync.errors import AnotherInstance, FolderFull, FolderUnavailable, TransientError

_libc = ctypes.CDLL(None, use_errno=True)
_RENAME_NOREPLACE = 1
#: What renameat2 answers where the kernel or the file system does not have it.
_NO_RENAMEAT2 = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

#: File systems that are kept by another machine.
_NETWORK = frozenset(
    {"cifs", "smb3", "smbfs", "nfs", "nfs4", "9p", "ceph", "glusterfs", "fuse.sshfs", "fuse.glusterfs"}
)

#: Up to so many files are flushed one by one; above, one syncfs for all is cheaper (docs/adr/0004).
FEW_FILES = 8


def transient(error: OSError, what: str) -> TransientError:
    """Translate an operating system's error about *what*, which says a folder or file as a person knows it."""
    kind = FolderFull if error.errno in _FULL else FolderUnavailable
    return kind(f"{what}: {error.strerror or error}")


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Let no OSError out of this block, only the transient error that it means."""
    try:
        yield
    except OSError as error:
        raise transient(error, what) from error


def rename_noreplace(source: int, old: str, target: int, new: str) -> None:
    """Rename *old* in the folder open as *source* to *new* in *target*; raises FileExistsError rather than replace.

    Never link + unlink: that would destroy the evidence that the rename itself gives (`3-delivery.md`).
    """
    answer = _libc.renameat2(source, os.fsencode(old), target, os.fsencode(new), _RENAME_NOREPLACE)
    if answer == 0:
        return
    number = ctypes.get_errno()
    if number not in _NO_RENAMEAT2:
        raise OSError(number, os.strerror(number), new)
    if exists(target, new):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), new)
    os.rename(old, new, src_dir_fd=source, dst_dir_fd=target)


def has_rename_noreplace(folder: int, name: str) -> bool:
    """Tell whether the kernel and the file system rename without replacing; *name* is a file there and stays so."""
    answer = _libc.renameat2(folder, os.fsencode(name), folder, os.fsencode(name), _RENAME_NOREPLACE)
    return not (answer and ctypes.get_errno() in _NO_RENAMEAT2)


def exists(folder: int, name: str) -> bool:
    """Tell whether *name* is in the folder; unlike os.path.exists an I/O error is an error, not "no"."""
    try:
        os.lstat(name, dir_fd=folder)
    except FileNotFoundError:
        return False
    return True


def same_file(folder: int, name: str, other: int, other_name: str) -> bool:
    """Tell whether two names are one inode, as a move that a power cut tore apart leaves them on btrfs."""
    try:
        one, two = os.lstat(name, dir_fd=folder), os.lstat(other_name, dir_fd=other)
    except FileNotFoundError:
        return False
    return (one.st_dev, one.st_ino) == (two.st_dev, two.st_ino)


def require(path: Path) -> None:
    """Raise OSError where a folder is gone that we made before: another one lies there, as where a share is missing."""
    if not path.is_dir():
        what = f"it was used before, and {path} is not there any more; is the share mounted? Else: mkdir -p {path}"
        raise OSError(errno.ENOENT, what)


@contextmanager
def opened(path: Path, *, create: bool = False) -> Iterator[int]:
    """Open a folder, so that everything in it can be named relative to it."""
    if create:
        _make(path)
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        with suppress(OSError):  # nothing was written to it
            os.close(descriptor)


def _make(path: Path) -> None:
    """Make a folder and those above it, durably: a stage that vanished with the power would look published."""
    if path.is_dir():
        return
    _make(path.parent)
    path.mkdir(exist_ok=True)
    with opened(path.parent) as parent:
        os.fsync(parent)


class Flush:
    """Make a batch's files durable at a shared cost; made before the first write, so that no error is missed.

    An fsync or syncfs that failed is never repeated: the pages are clean by then and the repetition would lie.
    """

    def __init__(self, folder: int, files: int) -> None:
        self._folder = folder
        self.shared = files > FEW_FILES and hasattr(_libc, "syncfs")

    def file(self, descriptor: int) -> None:
        """Flush one written file, unless `finish` does it for all."""
        if not self.shared:
            os.fsync(descriptor)

    def finish(self, *folders: int) -> None:
        """Flush what is left, and the names in *folders*."""
        if self.shared and _libc.syncfs(self._folder) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        # syncfs covers the folder it was opened on; the others may be on another file system.
        for folder in dict.fromkeys(folders):
            os.fsync(folder)


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold the lock file at *path*; the kernel releases it with the process, however that ends.

    Raises AnotherInstance.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AnotherInstance(f"another pairsync holds {path}") from error
        yield
    finally:
        with suppress(OSError):
            os.close(descriptor)


@cache
def boot_id() -> str:
    """Give the kernel's name for this boot: another one after a crash means that there was a power cut."""
    with translated("the kernel's boot id"):
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def network_file_system(path: Path) -> str:
    """Name the file system on which *path* is, or would be, if it is a share of another machine; else give ""."""
    wanted, found = os.path.realpath(path), (0, "")
    for line in Path("/proc/self/mounts").read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        _, place, kind, *_ = line.split(" ")
        place = re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), place)
        if Path(wanted).is_relative_to(place):
            found = max(found, (len(place), kind), key=lambda mount: mount[0])
    return found[1] if found[1] in _NETWORK else ""


def give_to(descriptor: int, mode: int | None, group: str | None) -> None:
    """Give a file that we wrote the mode and group under which the importer, another user, may read it."""
    if group is not None:
        try:
            number = grp.getgrnam(group).gr_gid
        except KeyError as error:
            raise OSError(errno.EINVAL, f"there is no group {group}") from error
        os.fchown(descriptor, -1, number)
    if mode is not None:
        os.fchmod(descriptor, mode)


def write(descriptor: int, content: bytes) -> None:
    """Write all of it, however much the kernel takes at a time."""
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


def remove(folder: int, name: str) -> None:
    """Remove a file that may be gone already."""
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)
