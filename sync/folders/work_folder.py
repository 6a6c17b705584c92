"""A source's work folder: how files come into it and out of it, one by one; all are given as open folders.

Files lie in it as in the inbox, those of the documents folder in a folder of their own.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress

from sync import names as naming
from sync import system
from sync.folders.base import Claim, ClaimAnswer
from sync.folders.looking import identity
from sync.folders.opened import Opened
from sync.model import Part

MANIFEST = ".manifest.json"
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_ANEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
#: What an operation on one file answers while somebody holds it, or where only this file is refused.
_BUSY = (errno.EACCES, errno.EPERM, errno.EBUSY, errno.ETXTBSY, errno.EAGAIN, errno.EIO, errno.ESTALE)

#: Names in the work folder, and the names under which they are to lie elsewhere.
Moves = Sequence[tuple[str, str]]


def make(claim: Claim, works: int) -> None:
    """Make the work folder of a claim, unless a crash came after it was made."""
    wanted = [claim.id]
    if any(naming.in_documents(part.name) for part in claim.parts):
        wanted.append(f"{claim.id}/{naming.DOCUMENTS}")
    for folder in wanted:
        with suppress(FileExistsError):
            os.mkdir(folder, 0o700, dir_fd=works)


def names(work: int) -> Iterator[str]:
    """List the files that are in it."""
    for name in os.listdir(work):
        if f"{name}/" == naming.DOCUMENTS:
            yield from _in_documents(work)
        elif name != MANIFEST:
            yield name


def _in_documents(work: int) -> Iterator[str]:
    descriptor = os.open(naming.DOCUMENTS, _FOLDER, dir_fd=work)
    try:
        yield from (naming.DOCUMENTS + name for name in os.listdir(descriptor))  # noqa: PTH208
    finally:
        os.close(descriptor)


def drop(work: int, works: int, id: str) -> None:  # noqa: A002
    """Remove it; what a stranger put into it stays, and the next run adopts it."""
    system.remove(work, MANIFEST)
    for folder, descriptor in ((naming.DOCUMENTS, work), (id, works)):
        try:
            os.rmdir(folder, dir_fd=descriptor)
        except FileNotFoundError:
            continue
        except OSError as error:
            if error.errno != errno.ENOTEMPTY:
                raise


def take(part: Part, place: int, there: str, work: int) -> ClaimAnswer:
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


def flush_files(claim: Claim, work: int, flush: system.Flush) -> None:
    """Flush what an exporter wrote a moment ago: the archive promises it byte for byte, also after a power cut."""
    if flush.shared:
        return
    for part in claim.parts:
        with suppress(PermissionError):  # a done file may be closed to us; who reads the others says so
            _flush(part.name, _READ, work, flush)
    if any(map(naming.in_documents, (part.name for part in claim.parts))):
        _flush(naming.DOCUMENTS, _FOLDER, work, flush)
    flush.file(work)


def _flush(name: str, flags: int, work: int, flush: system.Flush) -> None:
    descriptor = os.open(name, flags, dir_fd=work)
    try:
        flush.file(descriptor)
    finally:
        os.close(descriptor)


def write_manifest(work: int, claim: Claim, flush: system.Flush) -> None:
    """Write what a lost ledger needs to know of the source."""
    parts = [
        {"role": part.role, "name": naming.escape(part.name), "identity": part.identity, "size": part.size}
        for part in claim.parts
    ]
    content = json.dumps({"schema": 1, "source": claim.id, "parts": parts}, ensure_ascii=False).encode()
    _write(work, MANIFEST, content, flush)


def write_sheet(folder: int, name: str, content: bytes, flush: system.Flush) -> None:
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


def left(moves: Moves, work: int) -> Moves:
    """Give what is still to be moved: a crash may have come half-way."""
    return [(name, new) for name, new in moves if system.exists(work, name)]


def occupied(moves: Moves, work: int, folder: Opened) -> bool:
    """Tell whether somebody has one of the names there."""
    places = [(name, *folder.at(new)) for name, new in moves]
    return any(
        system.exists(there, own) and not system.same_file(work, name, there, own) for name, there, own in places
    )


def move_out(moves: Moves, work: int, folder: Opened) -> bool:
    """Move files out of the work folder; False: somebody was faster and took a name."""
    for name, new in moves:
        there, own = folder.at(new)
        if system.same_file(work, name, there, own):
            system.remove(work, name)  # a power cut left the moved file under both names
            continue
        try:
            system.rename_noreplace(work, name, there, own)
        except FileExistsError:
            return False
    return True
