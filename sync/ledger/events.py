"""The history of every source and transfer: append-only, without values of documents."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from sync.ledger.tables import events
from sync.model import Source, Transfer


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One thing that happened."""

    source_id: str
    what: str  #: a state, or: found, attempt, archived, purged, unsynced …
    transfer_id: str = ""
    attempt: int = 0
    detail: Mapping[str, Any] = field(default_factory=dict)
    at: float = field(default_factory=time.time)


def of_source(source: Source, what: str, **detail: Any) -> Event:
    """Say what happened to a source."""
    return Event(source_id=source.id, what=what, attempt=source.attempt, detail=detail)


def of_transfer(transfer: Transfer, what: str = "", **detail: Any) -> Event:
    """Say what happened to a transfer; by default that it reached its state."""
    return Event(
        source_id=transfer.source_id,
        transfer_id=transfer.id,
        what=what or transfer.state,
        attempt=transfer.attempt,
        detail=detail,
    )


def record(tx: sa.Connection, happened: Iterable[Event]) -> None:
    """Append to the history."""
    rows = [
        {
            "at": event.at,
            "source_id": event.source_id,
            "transfer_id": event.transfer_id,
            "attempt": event.attempt,
            "what": event.what,
            "detail": dict(event.detail),
        }
        for event in happened
    ]
    if rows:
        tx.execute(sa.insert(events), rows)


def timeline(connection: sa.Connection, source_id: str) -> list[Event]:
    """Give the history of a source and its transfers, oldest first."""
    query = sa.select(events).where(events.c.source_id == source_id).order_by(events.c.id)
    return [
        Event(**{name: row[name] for name in ("source_id", "what", "transfer_id", "attempt", "detail", "at")})
        for row in connection.execute(query).mappings()
    ]
