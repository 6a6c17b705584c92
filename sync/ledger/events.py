"""The history of every source and transfer: append-only, without values of documents."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from sync.ledger.tables import events
from sync.model import Source, Transfer


class Happened(StrEnum):
    """What may happen to a source or transfer besides reaching a state."""

    CLAIM = "claim"  #: its files are about to be taken into the work folder
    ATTEMPT = "attempt"  #: it is carried once more; what the attempt before staged is not used
    ADOPTED = "adopted"  #: its work folder was found, and the ledger did not know it
    STOLEN = "stolen"  #: somebody took a file of it from the stage
    VANISHED = "vanished"  #: somebody took an original of it before it was archived
    ARCHIVED = "archived"
    PURGED = "purged"
    RETRY = "retry"  #: what a person asked for begins
    RESEND = "resend"


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One thing that happened."""

    source_id: str
    what: str  #: a state, or Happened
    transfer_id: str = ""
    attempt: int = 0
    detail: Mapping[str, Any] = field(default_factory=dict)
    at: float = field(default_factory=time.time)


def of_source(source: Source, what: str, **detail: Any) -> Event:
    """Say what happened to a source."""
    return Event(source_id=source.id, what=what, attempt=source.attempt, detail=detail)


def of_transfer(transfer: Transfer, what: str = "") -> Event:
    """Say what happened to a transfer; by default that it reached its state, and why."""
    codes = sorted({str(finding.code) for finding in transfer.findings})
    detail: dict[str, Any] = {"reason": transfer.reason, "codes": codes, "flags": sorted(transfer.flags)}
    return Event(
        source_id=transfer.source_id,
        transfer_id=transfer.id,
        what=what or transfer.state,
        attempt=transfer.attempt,
        detail={} if what else {key: value for key, value in detail.items() if value},
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
