"""What a folder can do, whatever it is made of: two small protocols that take batches and answer per item.

`ExportFolder` is where pairs are picked up, `ImportFolder` where they are delivered. Their methods raise
FolderUnavailable or FolderFull when the folder as a whole fails; what concerns one item stands in its answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol, Self

from sync.model import Part, Place


class Kind(StrEnum):
    """What a name in a folder is."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "symbolic link"
    SPECIAL = "device, pipe or socket"
    UNKNOWN = "unknown"  #: it cannot be looked at for now


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What a look at one name gave."""

    name: str  #: in a documents folder with `documents/` before it, as everywhere
    kind: Kind
    identity: str  #: opaque: equal means the same file, unchanged
    size: int  #: bytes
    links: int = 1  #: names that the file has
    modified: float = 0.0  #: by the folder's clock, not ours: only files of one folder compare


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A source to be taken into the work folder."""

    id: str  #: of the source; names its work folder
    parts: tuple[Part, ...]
    place: Place = Place.INBOX  #: ERROR for a retry
    names_there: tuple[str, ...] = ()  #: of the parts in that place, where it is not the inbox


class ClaimAnswer(StrEnum):
    """What became of one claim."""

    CLAIMED = "claimed"  #: all parts are in the work folder
    CHANGED = "changed"  #: a part is not the file any more that was looked at
    VANISHED = "vanished"  #: a part is neither here nor there
    BUSY = "busy"  #: a part is locked or refused for now


@dataclass(frozen=True, kw_only=True, slots=True)
class Filing:
    """A source's way out of the work folder."""

    id: str
    folder: str  #: below the export folder: "processed/2026-11-23", "error", or "" (released, back to the inbox)
    moves: tuple[tuple[str, str], ...]  #: (name in the work folder, name there)
    sheets: tuple[tuple[str, bytes], ...] = ()  #: (name, content) of error sheets to lie beside them
    notes: tuple[tuple[str, bytes], ...] = ()  #: (name, content) of notes to lie in the inbox


@dataclass(frozen=True, kw_only=True, slots=True)
class Filed:
    """What became of one filing."""

    occupied: bool = False  #: a name is taken there; what was not moved is still in the work folder
    lost: tuple[str, ...] = ()  #: names, as dropped, of what is neither in the work folder nor there


class ExportFolder(Protocol):
    """Where pairs are picked up, with its work folder and its archive."""

    name: str

    def open(self, *, lock: bool = True, used: bool = False) -> AbstractContextManager[Self]:
        """Open the folder; with *lock* its own folders are made and nobody else works on it (AnotherInstance).

        One that was *used* before must still have its work folder: a share that is not mounted has none.
        """

    def names(self) -> list[str]:
        """List the inbox and its documents folder, names only."""

    def look(self, names: Iterable[str], place: str = Place.INBOX) -> Mapping[str, Entry]:
        """Look at these names of the inbox, of `processed/…` or `error`; what is not there is left out."""

    def read(self, name: str, limit: int) -> bytes:
        """Read a file of the inbox, at most *limit* + 1 bytes; raises FileUnavailable."""

    def ends(self, name: str) -> tuple[bytes, bytes]:
        """Read the first and the last 1,024 bytes of a file of the inbox; raises FileUnavailable."""

    def claim(self, batch: Sequence[Claim]) -> Mapping[str, ClaimAnswer]:
        """Move the parts of each source, and a manifest, into its work folder, durably."""

    def look_claimed(self, id: str) -> Mapping[str, Entry]:  # noqa: A002
        """Look at the parts in a source's work folder; empty if there is none."""

    def path(self, place: str, name: str) -> Path:
        """Give the local path of a file in `work/ID`, `processed/…` or `error`."""

    def file(self, batch: Sequence[Filing]) -> Mapping[str, Filed]:
        """Move sources out of their work folders, durably, replacing nothing; to do so again does no harm."""

    def remove(self, folder: str, names: Iterable[str]) -> None:
        """Remove files of the archive or inbox (the purge, and sheets and notes that are not true any more)."""

    def works(self) -> Sequence[str]:
        """List the work folders: ids of sources."""

    def manifest(self, id: str) -> Mapping[str, object]:  # noqa: A002
        """Read what was written into a source's work folder when it was claimed; empty where it cannot be read."""

    def free(self) -> int:
        """Tell how many bytes are free."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Staged:
    """A file as it was written to the stage."""

    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """A staged file and the name under which it is to be published."""

    stage_name: str
    name: str


class PublishAnswer(StrEnum):
    """What became of one move."""

    PUBLISHED = "published"
    OCCUPIED = "occupied"  #: the name is taken in the import folder; the file is still staged
    GONE = "gone"  #: the file is not staged: published before a crash, or taken by somebody else


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """What became of a batch of moves."""

    answers: Mapping[str, PublishAnswer]  #: by stage name
    synced: bool  #: False: published, but the folder could not be flushed


class Stage(Protocol):
    """A batch's private, not yet durable files."""

    def write(self, name: str, content: bytes | Path) -> Staged:
        """Write one file, exclusively; a path's bytes are read once and hashed while they are copied."""

    def path(self, name: str) -> Path:
        """Give the local path of a staged file, to be checked."""

    def flush(self) -> None:
        """Make all files durable; after an error none of them may be published."""


class ImportFolder(Protocol):
    """Where pairs are delivered, with its stage."""

    name: str

    def open(self, owner: str, *, used: bool = False) -> AbstractContextManager[Self]:
        """Open the folder and the stage that belongs to the export folder *owner*.

        One that was *used* before must still have a stage: in an empty mount point all would look published.
        """

    def names(self) -> set[str]:
        """List the names in the import folder and its documents folder."""

    def holding(self, wanted: Mapping[str, str]) -> set[str]:
        """Tell which of these names are files with these SHA-256 sums."""

    def staging(self, files: int) -> Stage:
        """Begin to stage about so many files."""

    def staged(self) -> list[str]:
        """List the stage."""

    def discard(self, names: Iterable[str]) -> None:
        """Remove staged files that may be gone already."""

    def publish(self, moves: Sequence[Move]) -> Published:
        """Rename staged files into the import folder, replacing nothing, and flush it."""

    def restage(self, name: str, content: bytes | Path) -> None:
        """Stage a file again that somebody took from the stage, durably; its name appears only when it is whole."""

    def flush_stage(self) -> bool:
        """Flush the stage after the last publishing; False where that failed."""

    def free(self) -> int:
        """Tell how many bytes are free."""
