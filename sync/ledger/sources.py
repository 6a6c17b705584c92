"""Sources in the ledger: what waits, what is claimed, what is archived."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from sync.ledger import rows
from sync.ledger.database import by_parent, chunks, upsert
from sync.ledger.events import Happened
from sync.ledger.tables import events, parts, sources, transfers
from sync.model import Place, Source, SourceState, TransferState
from sync.names import DOCUMENTS, base, escape, unescape

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: nothing to be mistaken for something else
_NOT_TAKEN = (SourceState.WAITING, SourceState.RELEASED)
_EPOCH = 1_577_836_800  # 2020-01-01; 30 bits of seconds last until 2054


def new_id() -> str:
    """Make the id of a source: 6 characters of time, so that ids sort by it, and 6 of chance."""
    number = (int(time.time()) - _EPOCH) << 30 | secrets.randbits(30)
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(55, -1, -5))


def save(tx: sa.Connection, batch: Sequence[Source]) -> None:
    """Write sources and their parts."""
    upsert(tx, sources, [rows.of_source(source) for source in batch])
    # A waiting source may lose a part (its exporter took it away), so parts are written anew.
    for some in chunks(source.id for source in batch):
        tx.execute(sa.delete(parts).where(parts.c.source_id.in_(some)))
    if kept := [row for source in batch for row in rows.of_parts(source)]:
        tx.execute(sa.insert(parts), kept)


def forget(tx: sa.Connection, ids: Sequence[str]) -> None:
    """Remove waiting sources whose files are gone; they were never ours."""
    gone = sa.delete(sources).where(sources.c.id == sa.bindparam("gone"), sources.c.state == SourceState.WAITING)
    if ids:
        tx.execute(gone, [{"gone": id} for id in ids])  # noqa: A001


def in_state(connection: sa.Connection, folder: str, *states: SourceState) -> list[Source]:
    """Give a folder's sources in these states, in the order of their claim."""
    where = (sources.c.folder == folder, sources.c.state.in_(states))
    return _load(connection, sa.select(sources).where(*where).order_by(sources.c.id))


def unfiled(connection: sa.Connection, folder: str) -> list[Source]:
    """Give the sources that are final but whose originals have not left the work folder for certain."""
    final = (SourceState.FINISHED, SourceState.REJECTED, SourceState.RELEASED)
    where = (sources.c.folder == folder, sources.c.state.in_(final), sources.c.archived.is_(False))
    return _load(connection, sa.select(sources).where(*where).order_by(sources.c.id))


def unsheeted(connection: sa.Connection, folder: str) -> list[Source]:
    """Give the archived sources that were rejected when they were sent again, and got no sheet since for certain."""

    def last(what: str) -> sa.ScalarSelect[int | None]:
        asked = sa.select(sa.func.max(events.c.id)).where(events.c.source_id == sources.c.id, events.c.what == what)
        return asked.correlate(sources).scalar_subquery()

    rejected = sa.select(transfers.c.source_id).where(transfers.c.state == TransferState.REJECTED)
    where = (
        sources.c.folder == folder,
        sources.c.id.in_(rejected),
        sources.c.archived,
        sources.c.purged.is_(False),
        sources.c.archive != Place.ERROR,
        sources.c.sheet != "",
        last(TransferState.REJECTED) > last(Happened.ARCHIVED),
    )
    return _load(connection, sa.select(sources).where(*where).order_by(sources.c.id))


def by_id(connection: sa.Connection, ids: Iterable[str]) -> dict[str, Source]:
    """Give these sources."""
    queries = [sa.select(sources).where(sources.c.id.in_(some)) for some in chunks(ids)]
    return {source.id: source for query in queries for source in _load(connection, query)}


def rejected_with(connection: sa.Connection, folder: str, archive_names: Iterable[str]) -> dict[str, str]:
    """Find by archive name the latest rejected sources whose originals lie, or lay, in error/ (a file dragged back)."""
    found = {}
    for some in chunks(escape(name) for name in archive_names):
        query = (
            sa.select(parts.c.archive_name, sources.c.id)
            .join(sources, parts.c.source_id == sources.c.id)
            .where(sources.c.folder == folder, sources.c.archive == Place.ERROR, parts.c.archive_name.in_(some))
            .order_by(sources.c.claimed_at, sources.c.id)  # the latest comes last, and stays
        )
        found.update({unescape(row.archive_name): row.id for row in connection.execute(query)})
    return found


def took(connection: sa.Connection, folder: str, wanted: Iterable[str]) -> dict[str, str]:
    """Tell which source took a file of each of these names most recently; names that none took are left out.

    A PDF may have lain in the folder itself or in its documents folder.
    """
    found: dict[str, str] = {}
    for some in chunks(escape(name) for own in wanted for name in (own, DOCUMENTS + own)):
        query = (
            sa.select(parts.c.name, sa.func.max(sources.c.id).label("id"))
            .join(sources, parts.c.source_id == sources.c.id)
            .where(sources.c.folder == folder, parts.c.name.in_(some), sources.c.state.not_in(_NOT_TAKEN))
            .group_by(parts.c.name)
        )
        for row in connection.execute(query):
            own = base(unescape(row.name))
            found[own] = max(row.id, found.get(own, ""))
    return found


def purgeable(connection: sa.Connection, folder: str, before: float, limit: int = 1000) -> list[Source]:
    """Give archived sources of before that time whose originals are still kept."""
    under_way = sa.select(transfers.c.id).where(
        transfers.c.source_id == sources.c.id,
        transfers.c.state.in_([state for state in TransferState if not state.final]),
    )
    where = (
        sources.c.folder == folder,
        sources.c.state.in_((SourceState.FINISHED, SourceState.REJECTED)),
        ~under_way.exists(),  # it is being sent again
        sources.c.archived,
        sources.c.purged.is_(False),
        sources.c.archive != "",
        sources.c.claimed_at < before,
    )
    return _load(connection, sa.select(sources).where(*where).order_by(sources.c.id).limit(limit))


def purged(tx: sa.Connection, ids: Sequence[str]) -> None:
    """Mark sources as purged; what was found in them may hold values, so it goes too."""
    for some in chunks(ids):
        tx.execute(sa.update(sources).where(sources.c.id.in_(some)).values(purged=True, findings=[]))
        tx.execute(sa.update(transfers).where(transfers.c.source_id.in_(some)).values(findings=[]))


def _load(connection: sa.Connection, query: sa.Select[tuple[object, ...]]) -> list[Source]:
    found = list(connection.execute(query).mappings())
    theirs = by_parent(connection, parts, "source_id", [row["id"] for row in found])
    return [rows.source_of(row, theirs.get(row["id"], [])) for row in found]
