"""Which folders do not work, since when and why, and which were used before."""

from __future__ import annotations

import time

import sqlalchemy as sa

from sync.ledger.tables import health, latest, sources


def failed(tx: sa.Connection, folder: str, message: str) -> None:
    """Keep that a folder does not work; since when is kept from the first time."""
    changed = tx.execute(sa.update(health).where(health.c.folder == folder).values(message=message))
    if not changed.rowcount:
        tx.execute(sa.insert(health).values(folder=folder, since=time.time(), message=message))


def works(tx: sa.Connection, folder: str) -> None:
    """Forget that a folder did not work."""
    tx.execute(sa.delete(health).where(health.c.folder == folder))


def failing(connection: sa.Connection) -> dict[str, tuple[float, str]]:
    """Give the folders that do not work: since when, and why."""
    return {row.folder: (row.since, row.message) for row in connection.execute(sa.select(health))}


def used(connection: sa.Connection, folder: str) -> bool:
    """Tell whether something was ever found in an export folder, or committed for an import folder."""
    found = sa.exists().where(sources.c.folder == folder), sa.exists().where(latest.c.target == folder)
    return bool(connection.scalar(sa.select(sa.or_(*found))))
