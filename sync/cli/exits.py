"""The exit codes; `docs/reference/exit-codes.md` says what to do about each."""

from enum import IntEnum


class Exit(IntEnum):
    """What a command says to the shell."""

    FINE = 0  #: or nothing to do
    FOUND = 1  #: a check found something, or what is asked for is not there or not possible now
    USAGE = 2  #: the command line is wrong
    REJECTED = 3  #: done, but some pairs were rejected
    LOCKED = 11  #: another instance holds the lock
    INTERNAL = 70  #: a mistake in pairsync
    UNAVAILABLE = 75  #: a folder, the ledger or standard output cannot be reached; the next run tries again
    CONFIGURATION = 78  #: config.ini or a mapping is wrong
    INTERRUPTED = 130  #: by Ctrl-C
