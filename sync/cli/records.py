"""`pairsync status`, `list` and `show`: what the ledger knows."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from sync.cli.completing import route_names
from sync.cli.exits import Exit
from sync.cli.facts import line_facts
from sync.cli.grouping import which
from sync.cli.output import columns, emit, note, say, table, when
from sync.cli.session import Session, json_option, pass_session

if TYPE_CHECKING:
    from sync.config import Settings
    from sync.ledger.views import Chosen, Line

_NOTHING = "nothing was carried yet: there is no ledger"
_STATES = (
    *("waiting", "claiming", "claimed", "released", "finished", "deferred", "committed"),
    *("delivered", "duplicate", "superseded", "skipped", "rejected", "overdue"),
)


class _Moment(click.ParamType[float]):
    """A point in time: 2026-11-23, "2026-11-23 17:30", or so long ago: 2h, 3d."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        from sync.config.values import NotAllowed, duration

        try:
            return datetime.fromisoformat(value).timestamp()
        except ValueError:
            pass
        try:
            return time.time() - duration(value)
        except NotAllowed:
            self.fail(f'{value} is no time (try 2026-11-23, "2026-11-23 17:30", or 2h or 3d ago)', param, ctx)


# --- status -----------------------------------------------------------------------------------------------------------


@click.command()
@json_option
@pass_session
def status(session: Session) -> int:
    """Tell how all routes are doing."""
    from sync.cli.status import standing, tell_people, tell_programs

    with session.ledger() as ledger:
        if ledger is None:
            note(_NOTHING)
            return Exit.FINE
        with ledger.read() as connection:
            found = standing(connection, session.settings, time.time())
    if session.json:
        tell_programs(found)
    else:
        tell_people(found, columns())
    return Exit.FINE


# --- list -------------------------------------------------------------------------------------------------------------


@click.command("list")
@click.option(
    "--state", "states", multiple=True, type=click.Choice(_STATES), metavar="STATE",
    help="Only in this state, or overdue; may be given several times. One of: " + ", ".join(_STATES) + ".",
)  # fmt: skip
@click.option("--route", "routes", multiple=True, metavar="NAME", shell_complete=route_names, help="Only this route.")
@click.option("--object", "object_", metavar="[KIND/]NUMBER", help="Only about this object, as in document/TA-4711.")
@click.option("--since", type=_Moment(), metavar="TIME", help="Only from then on: 2026-11-23, or 2h or 3d ago.")
@click.option("--until", type=_Moment(), metavar="TIME", help="Only up to then.")
@click.option("--limit", type=click.IntRange(min=0), default=50, show_default=True, help="So many at most; 0: all.")
@json_option
@pass_session
def list_(
    session: Session,
    states: tuple[str, ...],
    routes: tuple[str, ...],
    object_: str | None,
    since: float | None,
    until: float | None,
    limit: int,
) -> int:
    """List what was carried, or waits, the latest first."""
    from sync.ledger import views

    kind, _, number = (object_ or "").rpartition("/")
    chosen = views.Chosen(
        states=[state for state in states if state != "overdue"],
        overdue=_deadlines(session.settings) if "overdue" in states else {},
        routes=[session.known_route(name) for name in routes],
        kind=kind,
        number=number,
        since=since,
        until=until,
    )
    return _list(session, chosen, limit)


def _deadlines(settings: Settings) -> dict[str, float]:
    """Tell, by export folder, before when something must have been seen to be overdue now."""
    return {folder.name: time.time() - folder.deadline for folder in settings.source_folders()}


def _list(session: Session, chosen: Chosen, limit: int) -> int:
    from sync.ledger import views

    with session.ledger() as ledger:
        if ledger is None:
            note(_NOTHING)
            return Exit.FINE
        with ledger.read() as connection:
            found = views.lines(connection, chosen, limit or None)
            total = views.count(connection, chosen) if limit and len(found) == limit else len(found)
    _print(session, found)
    if total > len(found):
        note(f"{total - len(found):,} more: --limit 0 lists all")
    return Exit.FINE


def _print(session: Session, found: list[Line]) -> None:
    if session.json:
        for line in found:
            emit("transfer" if line.transfer_id else "source", **line_facts(line))
        return
    if not found:
        note("there is none")
        return
    width = columns()
    for text in table(
        [("id", "when", "state", "pair", "about"), *(_row(line, width) for line in found)], width=width, firm=3
    ):
        say(text)


def _row(line: Line, width: int | None) -> tuple[str, ...]:
    """Give the cells of a line; on a terminal some are stacked, elsewhere it is one line for grep."""
    from sync.cli import words

    about = [line.route or line.folder, _object(line), words.of_line(line)]
    at, stacked = when(line.at), "\n".join(filter(None, about))
    if width is None:
        return line.transfer_id or line.source_id, at, line.state, which([line]), stacked.replace("\n", ", ")
    pair = which([line]).replace(f"{line.pair}, ", f"{line.pair}\n")
    return line.transfer_id or line.source_id, at.replace(" ", "\n"), line.state, pair, stacked


def _object(line: Line) -> str:
    return f"{line.kind}/{line.number}" + (f" {line.revision}" if line.revision else "") if line.number else ""


# --- show -------------------------------------------------------------------------------------------------------------


@click.command()
@click.argument("id_", metavar="ID", help="The id of a source or transfer, or a part of it that no other has.")
@json_option
@pass_session
def show(session: Session, id_: str) -> int:
    """Show files, transfers and history of one source, or of one record of a list."""
    from sync.cli.detail import tell_people, tell_programs
    from sync.cli.finding_ids import NotFound, only
    from sync.ledger import views

    with session.ledger() as ledger:
        try:
            if ledger is None:
                raise NotFound(_NOTHING)
            with ledger.read() as connection:
                known = views.whole(connection, only(connection, id_), id_)
        except NotFound as error:
            return session.fail(str(error), Exit.FOUND)
    (tell_programs if session.json else tell_people)(known, session.settings)
    return Exit.FINE
