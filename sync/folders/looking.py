"""Look at names in open folders: what each is, and which file it is."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress

from sync.folders.base import Entry, Kind

#: Tells in which open folder a name is, and what it is called there.
At = Callable[[str], tuple[int, str]]


def look(names: Iterable[str], at: At) -> dict[str, Entry]:
    """Look at these names; what is not there is left out."""
    entries = {}
    for name in names:
        with suppress(FileNotFoundError):
            entries[name] = _look_at(name, *at(name))
    return entries


def _look_at(name: str, folder: int, own: str) -> Entry:
    try:
        return _entry(name, os.lstat(own, dir_fd=folder))
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


def identity(facts: os.stat_result) -> str:
    """Name a file as it is: another inode, size or modification time is another file or a changed one."""
    return f"{facts.st_ino}:{facts.st_size}:{facts.st_mtime_ns}"
