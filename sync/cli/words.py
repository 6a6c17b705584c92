"""States, reasons and findings in a person's words; the command line speaks English."""

from __future__ import annotations

from collections.abc import Iterable

from sync.cli.output import when
from sync.findings import Finding
from sync.ledger.events import Happened
from sync.ledger.views import Line
from sync.model import Flag, SourceState, TransferState
from sync.reports.words import words

_english = words("en")


def reason(state: str, why: str) -> str:
    """Say why something is in this state; empty where the state says it all."""
    if state in (SourceState.WAITING, SourceState.RELEASED):
        return _english.wait(why) if why else ""
    if state == TransferState.DEFERRED:
        return _english.defer(why)
    if state == TransferState.DUPLICATE:
        return f"{why} already says the same"
    if state == TransferState.SUPERSEDED:
        return f"{why} is newer" if why else "It was put back into the export folder and starts again there."
    if state == Happened.VANISHED:
        return f"{why}: neither in the work folder nor in the archive"
    if state in (TransferState.COMMITTED, TransferState.CLAIMED) and not why:
        return "A folder or file could not be reached, or a name is taken in the import folder."
    return why


def paused(route: str, since: float | None) -> str:
    """Say that a route is paused, and what lets it go on; *since* is None where config.ini pauses it."""
    if since is None:
        return f"Route {route} is paused by config.ini: remove paused = yes there to let it go on"
    return f"Route {route} is paused since {when(since)}: pairsync resume {route} lets it go on"


def of_line(line: Line) -> str:
    """Say why a line of the ledger is in its state, and what is worth knowing about its delivery."""
    return " ".join(filter(None, (reason(line.state, line.reason), flags(line.flags))))


def flags(found: Iterable[str]) -> str:
    """Say what is worth knowing about a delivery."""
    return " ".join(_english.sentence(Flag(flag)) for flag in found)


def finding(found: Finding) -> str:
    """Say what was found, and where."""
    where = f"Line {found.line}: " if found.line is not None else ""
    near = _english.suggestion(found)
    return where + _english.what(found) + (f" Did you mean {near}?" if near else "")
