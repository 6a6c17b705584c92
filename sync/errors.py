"""What can go wrong, and the one distinction that matters: does trying again help?

PairsyncError
├── ConfigurationError      settings, folders or mappings are wrong; a person corrects them (exit 78)
├── AnotherInstance         somebody else holds the folder's lock (exit 11)
├── NotPossible             a command asks for something that cannot be done (exit 2)
├── TransientError          the pair stays where it is and is tried again (exit 75)
│   ├── FolderUnavailable   gone, unreadable, refused, or an I/O error
│   ├── FolderFull          no space, no quota or no inodes left
│   ├── FileUnavailable     one file is locked, refused or vanished; its folder is fine
│   ├── LedgerUnavailable   the ledger's disk is full or gone
│   └── WorkerStalled       a limited worker did not answer in its wall time
└── PairRejected            the pair is wrong; trying again cannot help; carries findings
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sync.findings import Finding


class PairsyncError(Exception):
    """Base of every error that pairsync raises on purpose."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing that is wrong in a file that an administrator or consultant wrote."""

    file: str
    line: int | None = None
    column: int | None = None
    where: str = ""  #: the section and key, or the rule, as written
    what: str
    suggestion: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        middle = f" {self.where}:" if self.where else ""
        return f"{place}:{middle} {self.what}" + (f" ({self.suggestion})" if self.suggestion else "")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Give the suggestion of a Problem for a *word* that is not among the *known*; empty where none is near."""
    return f"did you mean {near}?" if (near := nearest(word, known)) else ""


def nearest(word: str, known: Iterable[str], *, likeness: float = 0.6) -> str:
    """Give the one of the *known* that a *word* was probably meant to be; empty where none is alike enough."""
    by_folded, folded = {name.casefold(): name for name in known}, word.casefold()
    near = difflib.get_close_matches(folded, by_folded, n=5, cutoff=likeness)
    swapped = [name for name in near if sorted(name) == sorted(folded)]
    return by_folded[[*swapped, *near][0]] if near else ""


class ConfigurationError(PairsyncError):
    """Settings, folders or mappings are wrong; holds all the problems that were found, never only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class AnotherInstance(PairsyncError):
    """Another pairsync process works on this folder."""


class NotPossible(PairsyncError):
    """A command asks for something that cannot be done; the message says why."""


class TransientError(PairsyncError):
    """Something outside is not as it must be; the pair stays and is tried again for as long as it takes."""


class FolderUnavailable(TransientError):
    """A folder is gone, refused, or answers with an I/O error."""


class FolderFull(TransientError):
    """A folder has no space, quota or inodes left."""


class FileUnavailable(TransientError):
    """One file is locked, refused or vanished; its folder is fine."""


class LedgerUnavailable(TransientError):
    """The ledger cannot be read or written for now."""


class WorkerStalled(TransientError):
    """A limited worker did not answer within its wall time; the machine may be busy, so the file is not to blame."""


class PairRejected(PairsyncError):
    """The pair is wrong; trying again cannot help until a person corrects it."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        super().__init__("; ".join(str(finding.code) for finding in self.findings))
