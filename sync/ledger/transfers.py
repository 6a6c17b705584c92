"""Transfers in the ledger: one record of a source, on one route."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from sync.ledger import rows
from sync.ledger.database import by_parent, chunks, upsert
from sync.ledger.tables import files, sources, transfers
from sync.model import Transfer, TransferState


def save(tx: sa.Connection, batch: Sequence[Transfer]) -> None:
    """Write transfers and their files."""
    upsert(tx, transfers, [rows.of_transfer(transfer) for transfer in batch])
    if not batch:
        return
    for some in chunks(transfer.id for transfer in batch):
        tx.execute(sa.update(files).where(files.c.transfer_id.in_(some), files.c.reserved).values(reserved=False))
    upsert(tx, files, [row for transfer in batch for row in rows.of_files(transfer)])


def in_state(connection: sa.Connection, folder: str, *states: TransferState) -> list[Transfer]:
    """Give the transfers of a folder's sources that are in these states."""
    query = (
        sa.select(transfers)
        .join(sources, sources.c.id == transfers.c.source_id)
        .where(sources.c.folder == folder, transfers.c.state.in_(states))
        .order_by(transfers.c.id)
    )
    return _load(connection, query)


def of_sources(connection: sa.Connection, ids: Iterable[str]) -> dict[str, list[Transfer]]:
    """Give the transfers of these sources."""
    found = defaultdict(list)
    for some in chunks(ids):
        query = sa.select(transfers).where(transfers.c.source_id.in_(some)).order_by(transfers.c.id)
        for transfer in _load(connection, query):
            found[transfer.source_id].append(transfer)
    return found


def by_id(connection: sa.Connection, ids: Iterable[str]) -> dict[str, Transfer]:
    """Give these transfers."""
    queries = [sa.select(transfers).where(transfers.c.id.in_(some)) for some in chunks(ids)]
    return {transfer.id: transfer for query in queries for transfer in _load(connection, query)}


def deferred_of(connection: sa.Connection, target: str, numbers: Iterable[str]) -> list[Transfer]:
    """Give the deferred transfers into an import folder that are about objects of these numbers."""
    open_ = sa.or_(
        transfers.c.state == TransferState.DEFERRED,
        # One that could not be read for now; what is sent again at somebody's wish holds nothing up.
        sa.and_(transfers.c.state == TransferState.CLAIMED, transfers.c.wanted == ""),
    )
    found = []
    for some in chunks(dict.fromkeys(numbers)):
        where = (transfers.c.target == target, open_, transfers.c.number.in_(some))
        found += _load(connection, sa.select(transfers).where(*where).order_by(transfers.c.id))
    return found


def _load(connection: sa.Connection, query: sa.Select[tuple[object, ...]]) -> list[Transfer]:
    found = list(connection.execute(query).mappings())
    theirs = by_parent(connection, files, "transfer_id", [row["id"] for row in found])
    return [rows.transfer_of(row, theirs.get(row["id"], [])) for row in found]
