"""What makes a file unfit before anybody reads it: the same for the scan, a retry, and a ledger that was lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sync import names
from sync.findings import Code, Finding
from sync.folders.base import Entry


def ambiguous(found: Sequence[str]) -> Finding:
    """Say that these names have one key, so that nobody can tell which is meant."""
    return Finding(code=Code.AMBIGUOUS, file=names.escape(found[0]), details={"names": names.listed(found)})


def not_utf8(name: str) -> Finding:
    """Say that the bytes of a name are no text."""
    return Finding(code=Code.NAME_NOT_UTF8, file=names.escape(name))


def unfit(entry: Entry, limit: int | None) -> Iterator[Finding]:
    """Find what a look shows: another name of the file, through which it may change, or more bytes than *limit*."""
    file = names.escape(entry.name)
    if entry.links > 1:
        yield Finding(code=Code.HARD_LINK, file=file, details={"links": str(entry.links)})
    if limit is not None and entry.size > limit:
        yield Finding(code=Code.TOO_LARGE, file=file, details={"size": str(entry.size), "limit": str(limit)})
