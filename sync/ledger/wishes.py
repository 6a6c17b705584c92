"""What a person asked for: retry, resend, pause and resume; the next run does it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from sync.ledger.database import upsert
from sync.ledger.tables import pauses, wishes


class What(StrEnum):
    """What can be asked for."""

    RETRY = "retry"  #: try a rejected source again
    RESEND = "resend"  #: deliver a transfer again from the archive


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """Something asked for and not done yet."""

    id: int
    what: What
    subject: str  #: of a retry a source's id, of a resend a transfer's
    forced: bool


def ask(tx: sa.Connection, what: What, subject: str, *, forced: bool = False) -> bool:
    """Ask for something; False: it was asked for already and will be done once."""
    open_ = sa.select(wishes.c.id).where(wishes.c.what == what, wishes.c.subject == subject, wishes.c.done_at.is_(None))
    if tx.scalar(open_) is not None:
        return False
    tx.execute(sa.insert(wishes).values(what=what, subject=subject, forced=forced, asked_at=time.time()))
    return True


def pending(connection: sa.Connection) -> list[Wish]:
    """Give what is asked for, oldest first."""
    query = sa.select(wishes).where(wishes.c.done_at.is_(None)).order_by(wishes.c.id)
    return [
        Wish(id=row["id"], what=What(row["what"]), subject=row["subject"], forced=row["forced"])
        for row in connection.execute(query).mappings()
    ]


def done(tx: sa.Connection, ids: Iterable[int], answer: str = "") -> None:
    """Mark wishes as done, or as impossible with an answer that says why."""
    tx.execute(sa.update(wishes).where(wishes.c.id.in_(list(ids))).values(done_at=time.time(), answer=answer))


def pause(tx: sa.Connection, route: str) -> None:
    """Pause a route until `resume`."""
    upsert(tx, pauses, [{"route": route, "since": time.time()}])


def resume(tx: sa.Connection, route: str) -> bool:
    """Let a paused route go on; False: it was not paused."""
    return tx.execute(sa.delete(pauses).where(pauses.c.route == route)).rowcount > 0


def paused(connection: sa.Connection) -> dict[str, float]:
    """Give the paused routes, and since when."""
    return {row.route: row.since for row in connection.execute(sa.select(pauses))}
