"""What a run ends with: what went where, what was rejected and why, and what is still waited for."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from sync import names
from sync.cli import words
from sync.cli.grouping import FEW, by_list, counted, last, which
from sync.cli.output import cells_of, coloured, columns, lasting, shown, table, when, wrap
from sync.findings import Severity
from sync.ledger.events import Happened
from sync.ledger.views import Line
from sync.model import DeferReason, Outcome, SourceState, TransferState

if TYPE_CHECKING:
    from sync.config import Settings
    from sync.engine.embedded import Report

#: Of each kind so many are shown; `pairsync list` has them all.
_SHOWN = 40
#: What ended otherwise, and the sentence about it.
_QUIET = {
    TransferState.DUPLICATE: "not delivered: nothing new",
    TransferState.SUPERSEDED: "not delivered: something newer was",
    TransferState.SKIPPED: "not carried, says the mapping",
    SourceState.RELEASED: "put back",
    Happened.VANISHED: "archived without an original, for somebody took it from the work folder",
}
_ENDED_QUIETLY = tuple(_QUIET)
#: What helps when a name stays taken for longer than the deadline.
_UNIQUE = "An importer that never takes files away needs unique names: name = {stem}_{transfer} for the route."


def summary(report: Report, settings: Settings, *, dry_run: bool) -> Iterator[str]:
    """Give the lines of the summary."""
    width = columns(err=True) or min(shutil.get_terminal_size().columns, 100)
    outcomes = last(report.outcomes)
    yield from _delivered(outcomes, settings, width, dry_run)
    yield from _rejected(outcomes, width, dry_run)
    yield from _quiet(outcomes, width)
    yield from _unfinished(report.unfinished, settings, width)
    yield from _paused(report, width)
    yield from _failing(report, width)
    yield from wrap(_sum(report, outcomes, settings, dry_run), width)


def _delivered(outcomes: Sequence[Outcome], settings: Settings, width: int, dry_run: bool) -> Iterator[str]:
    for route in settings.routes.values():
        theirs = _of(outcomes, TransferState.DELIVERED, route=route.name)
        if not theirs:
            continue
        verb = "would be delivered" if dry_run else "delivered"
        target = shown(settings.folders[route.target].path)
        yield from _heading(f"{route.name}: {counted(theirs)} {verb} into {target}", "green", width)
        groups = by_list(theirs)
        room = width - 4 - max(cells_of(some[0].pair) for some in groups[:_SHOWN])
        rows = [(some[0].pair, _names(some, room)) for some in groups[:_SHOWN]]
        yield from table(rows, width=width, indent=2)
        yield from _more(groups, f"pairsync list --state delivered --route {route.name}")
        yield from _flagged(groups, width)
        yield ""


def _names(some: Sequence[Outcome], room: int) -> str:
    """Give the delivered names on one line if they fit, else one a line, so that each can be copied."""
    ordered = [
        name for one in some[:FEW] for name in sorted(one.names, key=lambda name: not name.casefold().endswith(".xml"))
    ]
    if len(some) > FEW:
        ordered.append(f"and {len(some) - FEW:,} more records: pairsync show {some[0].source_id}")
    joined = ", ".join(ordered)
    return joined if cells_of(joined) <= room else "\n".join(ordered)


def _flagged(groups: Iterable[Sequence[Outcome]], width: int) -> Iterator[str]:
    """Say what is worth knowing about deliveries."""
    for some in groups:
        for flags in dict.fromkeys(one.flags for one in some if one.flags):
            theirs = [one for one in some if one.flags == flags]
            yield from wrap(f"  {which(theirs)}: {words.flags(flags)}", width)


def _rejected(outcomes: Sequence[Outcome], width: int, dry_run: bool) -> Iterator[str]:
    theirs = _of(outcomes, TransferState.REJECTED)
    if not theirs:
        return
    verb = "would be rejected" if dry_run else "rejected"
    yield from _heading(f"{counted(theirs)} {verb}", "red", width)
    groups = by_list(theirs)
    for some in groups[:_SHOWN]:
        first = some[0]
        yield f"  {first.pair}  ({first.route or first.folder})"
        for outcome in some[:FEW]:
            yield from _why(outcome, width)
        if len(some) > FEW:
            yield f"      and {len(some) - FEW:,} more records"
        if first.sheet:
            # Never broken, so that it can be copied.
            yield f"      error sheet: {names.escape(str(shown(first.sheet)))}"
        elif first.record and not dry_run:
            yield "      error sheet: as soon as no record of the list waits any more"
    yield from _more(groups, "pairsync list --state rejected")
    yield ""


def _why(outcome: Outcome, width: int) -> Iterator[str]:
    """Say the first reason; the error sheet has them all."""
    reasons = [found for found in outcome.findings if found.severity is Severity.REJECT]
    if reasons:
        yield from _indented(_record(outcome) + words.finding(reasons[0]), width)
    if len(reasons) > 1:
        yield f"      and {len(reasons) - 1} more"


def _record(outcome: Outcome) -> str:
    """Say which record of a list it is: where it stands, and what it is about."""
    if not outcome.record:
        return ""
    return f"Record {outcome.record:,}{f' ({outcome.number})' if outcome.number else ''}: "


def _quiet(outcomes: Sequence[Outcome], width: int) -> Iterator[str]:
    """Say what ended without a delivery and without a sheet."""
    for state, sentence in _QUIET.items():
        theirs = _of(outcomes, state)
        if not theirs:
            continue
        if state == TransferState.DUPLICATE and len(theirs) > FEW:  # a nightly export of everything: no line each
            command = f"pairsync list --state {state}"
            yield from _heading(f"{counted(theirs)} {sentence} ({command})", "", width)
            yield ""
            continue
        yield from _heading(f"{counted(theirs)} {sentence}", "", width)
        rows = _by_reason(theirs)
        yield from table(rows[:_SHOWN], width=width, indent=2)
        yield from _more(rows, "pairsync list" + ("" if state == Happened.VANISHED else f" --state {state}"))
        yield ""


def _by_reason(theirs: Sequence[Outcome]) -> list[tuple[str, str]]:
    """Give pairs with their reasons; records of a list that share one are told together."""
    rows = []
    for some in by_list(theirs):
        for why in dict.fromkeys(one.reason for one in some):
            alike = [one for one in some if one.reason == why]
            rows.append((which(alike), words.reason(alike[0].state, why)))
    return rows


def _unfinished(lines: Sequence[Line], settings: Settings, width: int) -> Iterator[str]:
    if not lines:
        return
    now = time.time()
    yield from _heading(f"{counted(lines)} still waited for", "yellow", width)
    for line in lines[:_SHOWN]:
        late = is_overdue(line, settings, now)
        since = f"Since {when(line.since)} ({lasting(now - line.since)})."
        yield f"  {which([line])}  ({line.route or line.folder})" + (coloured("  OVERDUE", "red") if late else "")
        yield from _indented(f"{words.of_line(line)} {since}", width)
        if late and line.state == TransferState.DEFERRED and line.reason == DeferReason.NAME:
            yield from _indented(_UNIQUE, width)
    yield from _more(lines, "pairsync list --state waiting --state deferred")
    yield ""


def is_overdue(line: Line, settings: Settings, now: float) -> bool:
    """Tell whether something waits for longer than its export folder's deadline."""
    folder = settings.folders.get(line.folder)
    return folder is not None and now - line.since > folder.deadline


def _paused(report: Report, width: int) -> Iterator[str]:
    for name, since in report.paused.items():
        yield from _heading(words.paused(name, since), "yellow", width)
    if report.paused:
        yield ""


def _failing(report: Report, width: int) -> Iterator[str]:
    messages = [
        *report.failed.values(),
        *report.troubles,
        *(f"{name}: another pairsync works on this folder" for name in report.locked),
    ]
    if not messages:
        return
    yield from _heading("Not possible now, tried again by the next run", "red", width)
    for message in dict.fromkeys(messages):
        yield from table([(message,)], width=width, indent=2)
    yield ""


def _sum(report: Report, outcomes: Sequence[Outcome], settings: Settings, dry_run: bool) -> str:
    states = (TransferState.DELIVERED, TransferState.REJECTED, *_ENDED_QUIETLY)
    counted = [f"{number} {state}" for state in states if (number := len(_of(outcomes, state)))]
    if report.unfinished:
        now = time.time()
        late = sum(is_overdue(line, settings, now) for line in report.unfinished)
        counted.append(f"{len(report.unfinished)} waiting" + (f" ({late} overdue)" if late else ""))
    what = ", ".join(counted) or "nothing to do"
    return f"{'Dry run, nothing was changed' if dry_run else 'Done'}: {what}"


def _of(outcomes: Iterable[Outcome], *states: str, route: str = "") -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.state in states and route in ("", outcome.route)]


def _heading(text: str, colour: str, width: int) -> Iterator[str]:
    for line in wrap(text, width):
        yield coloured(line, colour, bold=True)


def _indented(text: str, width: int) -> Iterator[str]:
    for line in wrap(text, width - 6):
        yield f"      {line}"


def _more(all_of_them: Sequence[object], command: str) -> Iterator[str]:
    if len(all_of_them) > _SHOWN:
        yield f"  and {len(all_of_them) - _SHOWN:,} more: {command}"
