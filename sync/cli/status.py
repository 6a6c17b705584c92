"""How all routes are doing: what `pairsync status` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from sync.cli import words
from sync.cli.facts import line_facts
from sync.cli.grouping import counted
from sync.cli.output import coloured, emit, lasting, say, stamp, table, when, wrap
from sync.cli.summary import is_overdue
from sync.config import Settings
from sync.engine.embedded import paused_routes
from sync.ledger import health, views, wishes
from sync.ledger.views import Line, Traffic
from sync.ledger.wishes import Wish
from sync.model import TransferState

_DAY = 86_400.0
_NOTHING = Traffic(recent={}, now={}, last=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What the ledger says of the whole installation at this moment."""

    now: float
    routes: Mapping[tuple[str, str], Traffic]  #: by export folder and route; "" as route: before any was chosen
    unfinished: Sequence[Line]
    overdue: Sequence[Line]
    configured: Collection[str]  #: names of the routes in config.ini
    paused: Mapping[str, float | None]  #: since when; None: by config.ini
    failing: Mapping[str, tuple[float, str]]
    wishes: Sequence[Wish]


def standing(connection: sa.Connection, settings: Settings, now: float) -> Standing:
    """Ask the ledger."""
    traffic = views.traffic(connection, now - _DAY)
    configured = [(route.source, route.name) for route in settings.routes.values()]
    unfinished = views.unfinished(connection)
    return Standing(
        now=now,
        routes={key: traffic.get(key, _NOTHING) for key in dict.fromkeys([*configured, *sorted(traffic)])},
        unfinished=unfinished,
        overdue=[line for line in unfinished if is_overdue(line, settings, now)],
        configured=settings.routes.keys(),
        paused=paused_routes(connection, settings),
        failing=health.failing(connection),
        wishes=wishes.pending(connection),
    )


def tell_people(found: Standing, width: int | None) -> None:
    """Print it as tables and sentences."""
    header = ("route", "last delivery", "delivered", "rejected", "other", "now")
    rows = [header, *(_row(folder, route, traffic) for (folder, route), traffic in found.routes.items())]
    say("In the last 24 hours")
    for line in table(rows, width=width, indent=2):
        say(line)
    for sentence, colour in _sentences(found):
        for line in wrap(sentence, width or len(sentence) + 1):
            say(coloured(line, colour))


def _row(folder: str, route: str, traffic: Traffic) -> tuple[str, ...]:
    recent = Counter(traffic.recent)
    delivered, rejected = recent[TransferState.DELIVERED], recent[TransferState.REJECTED]
    other = sum(recent.values()) - delivered - rejected
    under_way = ", ".join(f"{number} {state}" for state, number in sorted(traffic.now.items()))
    last = when(traffic.last) if traffic.last else "never"
    name = route or f"{folder} (none)"
    return name, last if route else "", str(delivered), str(rejected), str(other), under_way or "–"


def _sentences(found: Standing) -> list[tuple[str, str]]:
    sentences = []
    for name, (since, why) in found.failing.items():
        text = f"Folder {name} has not worked since {when(since)} ({lasting(found.now - since)}): {why}"
        sentences.append((text, "red"))
    if found.overdue:
        oldest = min(line.since for line in found.overdue)
        text = f"{counted(found.overdue)} overdue, the oldest since {when(oldest)}"
        sentences.append((f"{text}: pairsync list --state overdue", "red"))
    sentences += [(sentence, "red") for sentence in _on_routes_that_are_gone(found)]
    sentences += [(words.paused(name, paused_since), "yellow") for name, paused_since in found.paused.items()]
    if found.wishes:
        asked = ", ".join(f"{wish.what} {wish.subject}" for wish in found.wishes)
        sentences.append((f"The next run does: {asked}", "yellow"))
    return sentences


def _on_routes_that_are_gone(found: Standing) -> Iterator[str]:
    """Say what is on its way along routes that config.ini has no more."""
    gone = [line for line in found.unfinished if line.route and line.route not in found.configured]
    for route in dict.fromkeys(line.route for line in gone):
        theirs = counted(line for line in gone if line.route == route)
        yield (
            f"{theirs} on the way along route {route}, which config.ini has no more: put it back; "
            "or the next run of its export folder puts into error/ what is not committed yet, for pairsync retry"
        )


def tell_programs(found: Standing) -> None:
    """Print it as JSON lines."""
    for (folder, route), traffic in found.routes.items():
        facts = {"last": stamp(traffic.last), "last_24_hours": traffic.recent, "now": traffic.now}
        emit("route", folder=folder, route=route, paused=route in found.paused, **facts)
    for line in found.unfinished:
        emit("unfinished", **line_facts(line), overdue=line in found.overdue)
    for name, (since, why) in found.failing.items():
        emit("failure", folder=name, since=stamp(since), message=why)
    for wish in found.wishes:
        emit("wish", what=wish.what, subject=wish.subject, forced=wish.forced)
