"""Transfers in the ledger: one record of a source, on one route."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

import sqlalchemy as sa

from sync.ledger import rows
from sync.ledger.database import by_parent, chunks, upsert
from sync.ledger.tables import files, sources, transfers
from sync.model import Transfer, TransferState

#: A transfer within its source: route and record.
Key: TypeAlias = tuple[str, int]
_ORDER = (transfers.c.record, transfers.c.id)


class Known(NamedTuple):
    """What a source's transfer is called, and its state."""

    id: str
    state: TransferState


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


def keys_of(connection: sa.Connection, ids: Iterable[str]) -> dict[str, dict[Key, Known]]:
    """Give which transfers these sources have, by route and record: a list may have 100,000."""
    found: dict[str, dict[Key, Known]] = defaultdict(dict)
    columns = (transfers.c.source_id, transfers.c.route, transfers.c.record, transfers.c.id, transfers.c.state)
    for some in chunks(ids):
        query = sa.select(*columns).where(transfers.c.source_id.in_(some))
        for source_id, route, record, id_, state in connection.execute(query):
            found[source_id][route, record] = Known(id_, TransferState(state))
    return found


def standing(connection: sa.Connection, ids: Iterable[str]) -> dict[str, Counter[TransferState]]:
    """Tell how many transfers of these sources are in which state."""
    found: dict[str, Counter[TransferState]] = defaultdict(Counter)
    for some in chunks(ids):
        grouped = (transfers.c.source_id, transfers.c.state)
        query = sa.select(*grouped, sa.func.count()).where(transfers.c.source_id.in_(some)).group_by(*grouped)
        for source_id, state, number in connection.execute(query):
            found[source_id][TransferState(state)] = number
    return found


def routes_in(connection: sa.Connection, folder: str, state: TransferState) -> dict[str, set[str]]:
    """Give the sources of a folder that have transfers in this state, and on which routes."""
    found: dict[str, set[str]] = defaultdict(set)
    query = (
        sa.select(transfers.c.source_id, transfers.c.route)
        .join(sources, sources.c.id == transfers.c.source_id)
        .where(sources.c.folder == folder, transfers.c.state == state)
        .distinct()
    )
    for source_id, route in connection.execute(query):
        found[source_id].add(route)
    return found


def of_source(
    connection: sa.Connection, source_id: str, *states: TransferState, limit: int | None = None
) -> list[Transfer]:
    """Give the transfers of a source that are in these states, in the order of its records."""
    where = (transfers.c.source_id == source_id, transfers.c.state.in_(states))
    return _load(connection, sa.select(transfers).where(*where).order_by(*_ORDER).limit(limit))


def of_sources(connection: sa.Connection, ids: Iterable[str]) -> dict[str, list[Transfer]]:
    """Give the transfers of these sources."""
    found = defaultdict(list)
    for some in chunks(ids):
        query = sa.select(transfers).where(transfers.c.source_id.in_(some)).order_by(*_ORDER)
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
