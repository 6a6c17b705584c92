"""Which source a person means who types an id, or a part of one."""

from __future__ import annotations

import sqlalchemy as sa

from sync.ledger import views


class NotFound(Exception):
    """No source, or more than one, is meant."""


def only(connection: sa.Connection, part: str) -> str:
    """Give the id of the source that *part* means: of a source or transfer, or a part that no other has."""
    found = views.matching(connection, part)
    if not found:
        raise NotFound(f"there is no source or transfer {part}: pairsync list shows their IDs")
    if len(found) > 1:
        raise NotFound(f"{part} may mean several: {', '.join(found)}")
    return found[0]
