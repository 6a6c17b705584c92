"""`pairsync run`: carry what lies in the export folders, once."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING

import click

from sync.cli import interrupt
from sync.cli.completing import route_names
from sync.cli.facts import line_facts
from sync.cli.output import emit, note, say, stamp
from sync.cli.session import Session, json_option, pass_session, problem_facts

if TYPE_CHECKING:
    from sync.config import Settings
    from sync.engine.embedded import Report
    from sync.model import Outcome
    from sync.observe.progress import Bar


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option(
    "--route",
    "routes",
    multiple=True,
    metavar="NAME",
    shell_complete=route_names,
    help="Only this route; may be given several times.",
)
@json_option
@pass_session
def run(session: Session, dry_run: bool, routes: tuple[str, ...]) -> int:
    """Carry what lies in the export folders, once."""
    chosen = [session.known_route(name) for name in routes]
    # A dry run changes nothing, not even the log.
    with session.log() if not dry_run else nullcontext():
        report = _carry(session, chosen, dry_run)
    if session.json:
        _tell_programs(report, dry_run)
    else:
        _tell_people(session, report, dry_run)
    return report.exit_code


def _carry(session: Session, routes: list[str], dry_run: bool) -> Report:
    from sync.engine.embedded import run as carry
    from sync.engine.rehearsal import rehearse
    from sync.observe.logging import log, log_outcome
    from sync.observe.progress import Bar

    settings, started = session.settings, time.monotonic()
    log("run.started", routes=tuple(routes))
    with Bar(_pairs(settings), wanted=settings.general.log is not None) as bar:
        progress = _both(bar, log_outcome)
        report = (rehearse if dry_run else carry)(settings, routes, progress=progress, sleep=_interruptible(bar))
    _log_failures(report)
    counted = Counter(outcome.state for outcome in report.outcomes)
    log("run.finished", seconds=round(time.monotonic() - started, 3), code=report.exit_code, **counted)
    return report


def _both(bar: Bar, log_outcome: Callable[[Outcome], None]) -> Callable[[Outcome], None]:
    def progress(outcome: Outcome) -> None:
        log_outcome(outcome)
        bar.advance(outcome)

    return progress


def _interruptible(bar: Bar) -> Callable[[float], None]:
    def sleep(seconds: float) -> None:
        interrupt.raise_seen()
        bar.sleep(seconds)

    return sleep


def _pairs(settings: Settings) -> int:
    """Count the XMLs that lie in the export folders: about so many pairs there are."""
    from sync import names
    from sync.model import Role

    found = 0
    for folder in settings.source_folders():
        with suppress(OSError):  # the run itself says what is wrong with it
            listing = os.listdir(folder.path)  # noqa: PTH208  # names are enough
            found += sum(names.role(name) is Role.XML and not names.ignored(name) for name in listing)
    return found


def _log_failures(report: Report) -> None:
    import logging

    from sync.observe.logging import log, log_exception

    for error in report.mistakes:
        log_exception(error)
    for name, why in report.failed.items():
        log("folder.failed", level=logging.ERROR, folder=name, why=why)
    for why in report.troubles:
        log("trouble", level=logging.WARNING, why=why)
    for name in report.locked:
        log("folder.locked", level=logging.WARNING, folder=name)
    for problem in report.problems:
        log("mapping.problem", level=logging.ERROR, why=str(problem))


# --- what it did ------------------------------------------------------------------------------------------------------


def _tell_people(session: Session, report: Report, dry_run: bool) -> None:
    from sync.cli.summary import summary

    for line in summary(report, session.settings, dry_run=dry_run):
        say(line, err=True)
    for error in report.mistakes:
        note(f"internal error: {type(error).__name__}: {error}; the log has the details")
    for problem in report.problems:
        note(str(problem))


def _tell_programs(report: Report, dry_run: bool) -> None:
    from sync.cli import words
    from sync.cli.grouping import last

    outcomes = last(report.outcomes)
    for outcome in outcomes:
        emit(
            "outcome",
            dry_run=dry_run,
            state=outcome.state,
            source=outcome.source_id,
            pair=outcome.pair,
            folder=outcome.folder,
            route=outcome.route,
            record=outcome.record,
            number=outcome.number,
            reason=outcome.reason,
            names=outcome.names if outcome.state == "delivered" else (),
            flags=outcome.flags,
            sheet=outcome.sheet,
            findings=[finding.to_json() for finding in outcome.findings],
        )
    for line in report.unfinished:
        emit("unfinished", **line_facts(line))
    for name, since in report.paused.items():
        emit("pause", route=name, paused=True, since=stamp(since), message=words.paused(name, since))
    for name, why in report.failed.items():
        emit("failure", folder=name, message=why)
    for name in report.locked:
        emit("locked", folder=name)
    for why in report.troubles:
        emit("trouble", message=why)
    for problem in report.problems:
        emit("problem", **problem_facts(problem))
    counted = Counter(outcome.state for outcome in outcomes)
    emit("summary", dry_run=dry_run, outcomes=counted, unfinished=len(report.unfinished), code=report.exit_code)
