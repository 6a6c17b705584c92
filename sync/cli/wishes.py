"""`pairsync retry`, `resend`, `pause` and `resume`: written into the ledger, done by the next run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from sync.cli.completing import route_names
from sync.cli.exits import Exit
from sync.cli.output import emit, note, when
from sync.cli.session import Session, json_option, pass_session

if TYPE_CHECKING:
    from sync.cli.asking import Asked
    from sync.ledger.database import Ledger

_ID = "The id of a source or transfer, or a part of it that no other has."


@click.command()
@click.argument("ids", metavar="ID...", nargs=-1, help=_ID)
@click.option("--all", "all_", is_flag=True, help="All whose files lie in an error folder.")
@click.option("--force", is_flag=True, help="Deliver it even if something newer was delivered meanwhile.")
@json_option
@pass_session
def retry(session: Session, ids: tuple[str, ...], all_: bool, force: bool) -> int:
    """Let the next run try rejected pairs again."""
    from sync.cli import asking

    if bool(ids) == all_:
        raise click.UsageError("name one ID or more, or --all")

    def ask(ledger: Ledger) -> list[Asked]:
        if all_:
            return asking.retry_all(ledger, session.settings, forced=force)
        with ledger.begin() as tx:
            return [asking.retry(tx, session.settings, id, forced=force) for id in ids]  # noqa: A001

    return _asked(session, ask)


@click.command()
@click.argument("id_", metavar="ID", help=_ID)
@click.option("--force", is_flag=True, help="Deliver it even if something newer was delivered meanwhile.")
@json_option
@pass_session
def resend(session: Session, id_: str, force: bool) -> int:
    """Let the next run deliver something once more."""
    from sync.cli import asking

    def ask(ledger: Ledger) -> list[Asked]:
        with ledger.begin() as tx:
            return [asking.resend(tx, session.settings, id_, forced=force)]

    return _asked(session, ask)


def _asked(session: Session, ask: Callable[[Ledger], list[Asked]]) -> int:
    """Write wishes in one transaction, and say what became of each."""
    from sync.observe.logging import log

    with session.ledger() as ledger, session.log():
        if ledger is None:
            return session.fail("nothing was carried yet: there is no ledger", Exit.FOUND)
        answers = ask(ledger)
        for answer in answers:
            note(answer.message)
            if answer.new:
                log(f"asked.{answer.what}", subject=answer.subject)
            if session.json:
                emit("wish", what=answer.what, subject=answer.subject, accepted=answer.accepted, message=answer.message)
    if not answers:
        note("nothing lies in an error folder")
    return Exit.FINE if all(answer.accepted for answer in answers) else Exit.FOUND


@click.command()
@click.argument("route", metavar="ROUTE", shell_complete=route_names, help="The name of a route.")
@json_option
@pass_session
def pause(session: Session, route: str) -> int:
    """Let nothing be delivered on a route for now."""
    from sync.ledger import wishes
    from sync.observe.logging import log

    name = session.known_route(route)
    with session.ledger(make=True) as ledger, session.log():
        assert ledger is not None
        with ledger.begin() as tx:
            since = wishes.paused(tx).get(name)
            if since is None:
                wishes.pause(tx, name)
        if since is None:
            log("route.paused", route=name)
    already = f"{name} is paused already, since {when(since)}" if since else ""
    return _said(session, name, already or f"{name} is paused: pairsync resume {name} lets it go on", paused=True)


@click.command()
@click.argument("route", metavar="ROUTE", shell_complete=route_names, help="The name of a route.")
@json_option
@pass_session
def resume(session: Session, route: str) -> int:
    """Let a paused route go on."""
    from sync.ledger import wishes
    from sync.observe.logging import log

    name = session.known_route(route)
    with session.ledger() as ledger, session.log():
        resumed = False
        if ledger is not None:
            with ledger.begin() as tx:
                resumed = wishes.resume(tx, name)
        if resumed:
            log("route.resumed", route=name)
    if session.settings.routes[name].paused:
        return session.fail(f"{session.config} says paused = yes for {name}: remove it there", Exit.FOUND)
    return _said(
        session, name, f"{name} goes on with the next run" if resumed else f"{name} is not paused", paused=False
    )


def _said(session: Session, route: str, message: str, *, paused: bool) -> int:
    note(message)
    if session.json:
        emit("pause", route=route, paused=paused, message=message)
    return Exit.FINE
