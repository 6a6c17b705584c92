"""Objects in the ledger, and the revision guard: what is older never follows what is newer."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from sync.ledger.database import chunks, upsert
from sync.ledger.tables import files, latest, objects, transfers
from sync.model import Action, Asked, ObjectFacts, Transfer
from sync.names import fold


@dataclass(frozen=True, kw_only=True, slots=True)
class Latest:
    """The latest delivery of an object into an import folder."""

    transfer_id: str
    revision: str
    revision_key: str
    changed: str  #: UTC, xs:dateTime, or empty
    says: str


class Verdict(StrEnum):
    """What the guard says of a transfer."""

    GO = "go"  #: it says something new
    DUPLICATE = "duplicate"  #: the latest delivery already says the same
    SUPERSEDED = "superseded"  #: something newer was delivered


_LATEST = tuple(field.name for field in dataclasses.fields(Latest))

#: An object within one import folder: kind and number.
Object = tuple[str, str]


def of(facts: ObjectFacts) -> Object:
    """Give the key of the object that these facts are about."""
    return facts.kind, facts.number


def newer(one: ObjectFacts | Latest, other: ObjectFacts | Latest) -> bool:
    """Tell whether *one* is strictly newer: a later revision, or the same and changed later."""
    if one.revision_key != other.revision_key:
        return one.revision_key > other.revision_key
    return bool(one.changed and other.changed) and one.changed > other.changed


def order(transfer: Transfer) -> tuple[str, str, float, int, str]:
    """Give the order in which transfers of one object are delivered: revision, changed, first seen, place in a list."""
    facts = transfer.facts
    return (
        facts.revision_key if facts else "",
        facts.changed if facts else "",
        transfer.first_seen,
        transfer.record,
        transfer.id,
    )


def judge(transfer: Transfer, known: Latest | None) -> Verdict:
    """Hold a transfer against the latest delivery of its object.

    Retry and resend go past the duplicate check; only `--force` goes past a newer revision (`3-delivery.md`).
    """
    facts = transfer.facts
    if known is None or facts is None or (known.transfer_id == transfer.id and not transfer.wanted):
        return Verdict.GO
    if newer(known, facts):
        return Verdict.GO if transfer.wanted == "force" else Verdict.SUPERSEDED
    if known.says == transfer.says and not transfer.wanted:
        return Verdict.DUPLICATE
    return Verdict.GO


def action(facts: ObjectFacts, known: Latest | None) -> Action:
    """Say what a delivery means for the target."""
    if known is None:
        return Action.CREATE
    return Action.REVISE if facts.revision_key > known.revision_key else Action.UPDATE


def latest_of(connection: sa.Connection, target: str, wanted: Iterable[Object]) -> dict[Object, Latest]:
    """Look up the latest deliveries into an import folder of these objects."""
    found = {}
    for some in chunks(dict.fromkeys(wanted), each=2):
        query = sa.select(latest).where(latest.c.target == target, sa.tuple_(latest.c.kind, latest.c.number).in_(some))
        for row in connection.execute(query).mappings():
            found[row["kind"], row["number"]] = Latest(**{name: row[name] for name in _LATEST})
    return found


def newest(connection: sa.Connection, kind: str, number: str) -> ObjectFacts | None:
    """Give what the newest delivery of an object said of it, into whatever folder."""
    query = (
        sa.select(*(transfers.c[field.name] for field in dataclasses.fields(ObjectFacts)))
        .join(latest, latest.c.transfer_id == transfers.c.id)
        .where(latest.c.kind == kind, latest.c.number == number)
        .order_by(latest.c.revision_key.desc(), latest.c.changed.desc())
    )
    row = connection.execute(query).mappings().first()
    return None if row is None else ObjectFacts(**row)


def numbers_there(connection: sa.Connection, wanted: Iterable[Asked]) -> dict[Asked, str]:
    """Look up which numbers objects have in other systems, as far as is known."""
    found = {}
    key = sa.tuple_(objects.c.kind, objects.c.number, objects.c.system)
    for some in chunks(dict.fromkeys(wanted), each=3):
        query = sa.select(objects).where(key.in_(some), objects.c.number_there != "")
        for row in connection.execute(query).mappings():
            found[Asked(row["kind"], row["number"], row["system"])] = row["number_there"]
    return found


def set_latest(tx: sa.Connection, committed: Sequence[Transfer]) -> None:
    """Make these transfers the latest deliveries of their objects."""
    facts = [(transfer, transfer.facts) for transfer in committed if transfer.facts is not None]
    upsert(
        tx,
        latest,
        [
            {
                "target": transfer.target,
                "kind": known.kind,
                "number": known.number,
                "transfer_id": transfer.id,
                "revision": known.revision,
                "revision_key": known.revision_key,
                "changed": known.changed,
                "says": transfer.says,
            }
            for transfer, known in facts
        ],
    )


def exported(tx: sa.Connection, system: str, seen: Iterable[ObjectFacts]) -> None:
    """Keep what a system's own export shows of these objects: there they have the number under which they came."""
    rows = {of(facts): {"number_there": facts.number, **_known(system, facts)} for facts in seen}
    upsert(tx, objects, list(rows.values()))


def received(tx: sa.Connection, system: str, seen: Iterable[ObjectFacts]) -> None:
    """Keep what a system knows of these objects by our delivery, which does not show what number they have there."""
    rows = {of(facts): _known(system, facts) for facts in seen}
    upsert(tx, objects, list(rows.values()))


def _known(system: str, facts: ObjectFacts) -> dict[str, Any]:
    return {
        "kind": facts.kind,
        "number": facts.number,
        "system": system,
        "revision": facts.revision,
        "changed": facts.changed,
        "status": facts.status,
        "seen_at": time.time(),
    }


def reserved(connection: sa.Connection, target: str, names: Iterable[str]) -> set[str]:
    """Tell which of these names, folded, committed transfers have reserved in an import folder."""
    return _named(connection, target, names, files.c.reserved)


def ours(connection: sa.Connection, target: str, names: Iterable[str]) -> set[str]:
    """Tell which of these names, folded, we delivered into an import folder before."""
    return _named(connection, target, names, files.c.published)


def _named(connection: sa.Connection, target: str, names: Iterable[str], which: sa.ColumnElement[bool]) -> set[str]:
    found: set[str] = set()
    for some in chunks({fold(name) for name in names}):
        query = sa.select(files.c.folded).where(files.c.folder == target, files.c.folded.in_(some), which)
        found.update(connection.scalars(query))
    return found
