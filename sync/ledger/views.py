"""What a person asks the ledger: which transfers there are, what is under way, and all that is known of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from sync.ledger import events as ledger_events
from sync.ledger import sources as ledger_sources
from sync.ledger import transfers as ledger_transfers
from sync.ledger.events import Event, Happened
from sync.ledger.tables import events, sources, transfers, wishes
from sync.ledger.wishes import What
from sync.model import Place, Source, SourceState, Transfer, TransferState

#: What more may happen to by itself.
UNFINISHED = (
    SourceState.WAITING,
    SourceState.CLAIMING,
    SourceState.CLAIMED,
    TransferState.DEFERRED,
    TransferState.COMMITTED,
)
#: States of sources that their transfers do not have, and so do not show.
_OF_SOURCES = (SourceState.CLAIMING, SourceState.RELEASED, SourceState.FINISHED)

_state = sa.func.coalesce(transfers.c.state, sources.c.state)
_route = sa.func.coalesce(transfers.c.route, "")
#: When it was delivered or decided upon, else seen.
_at = sa.func.coalesce(transfers.c.delivered_at, sa.func.nullif(sources.c.claimed_at, 0.0), sources.c.first_seen)
#: Since when it waits: since it was found, or since it was last claimed or asked for.
_asked = (
    sa.select(sa.func.max(events.c.at))
    .where(
        events.c.source_id == sources.c.id,
        events.c.what.in_((Happened.CLAIM, Happened.RETRY, Happened.RESEND)),
        events.c.transfer_id.in_(("", transfers.c.id)),
    )
    .correlate(sources, transfers)
    .scalar_subquery()
)
_since = sa.func.coalesce(_asked, sources.c.first_seen)
_LINES = sources.outerjoin(transfers, transfers.c.source_id == sources.c.id)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A transfer, or a source that has none (yet)."""

    source_id: str
    transfer_id: str  #: empty: a source without transfers
    pair: str  #: the stem, escaped
    folder: str
    route: str
    record: int  #: of a list, from 1; 0: it is no list's
    state: str
    reason: str
    kind: str
    number: str
    revision: str
    flags: Sequence[str]  #: what is worth knowing about its delivery
    since: float  #: when it was found, or last claimed or asked for
    at: float  #: when it was delivered or claimed, else first seen


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """Which lines are asked for; what is empty does not choose."""

    states: Collection[str] = ()
    overdue: Mapping[str, float] = field(default_factory=dict)  #: by export folder: unfinished since before that time
    routes: Collection[str] = ()
    kind: str = ""
    number: str = ""
    since: float | None = None
    until: float | None = None


def lines(connection: sa.Connection, chosen: Chosen, limit: int | None = None) -> list[Line]:
    """Give what is chosen, the latest first."""
    columns = (
        sources.c.id.label("source_id"),
        sa.func.coalesce(transfers.c.id, "").label("transfer_id"),
        sources.c.stem.label("pair"),
        sources.c.folder,
        _route.label("route"),
        sa.func.coalesce(transfers.c.record, 0).label("record"),
        _state.label("state"),
        sa.func.coalesce(sa.func.nullif(transfers.c.reason, ""), sources.c.reason).label("reason"),
        sa.func.coalesce(transfers.c.kind, "").label("kind"),
        sa.func.coalesce(transfers.c.number, "").label("number"),
        sa.func.coalesce(transfers.c.revision, "").label("revision"),
        transfers.c.flags,
        _since.label("since"),
        _at.label("at"),
    )
    order = (_at.desc(), sources.c.id.desc(), transfers.c.record, transfers.c.id)
    query = sa.select(*columns).select_from(_LINES).where(*_conditions(chosen)).order_by(*order).limit(limit)
    return [Line(**{**row, "flags": row["flags"] or ()}) for row in connection.execute(query).mappings()]


def count(connection: sa.Connection, chosen: Chosen) -> int:
    """Tell how many lines are chosen."""
    return connection.scalar(sa.select(sa.func.count()).select_from(_LINES).where(*_conditions(chosen))) or 0


def unfinished(connection: sa.Connection) -> list[Line]:
    """Give what waits or is under way, the oldest first."""
    return sorted(lines(connection, Chosen(states=UNFINISHED)), key=lambda line: (line.since, line.source_id))


def _conditions(chosen: Chosen) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    wanted = [_in_states(chosen.states)] if chosen.states else []
    if chosen.overdue:
        late = [sa.and_(sources.c.folder == folder, _since < at) for folder, at in chosen.overdue.items()]
        wanted.append(sa.and_(_in_states(UNFINISHED), sa.or_(*late)))
    if wanted:
        conditions.append(sa.or_(*wanted))
    if chosen.routes:
        conditions.append(_route.in_(list(chosen.routes)))
    if chosen.kind:
        conditions.append(transfers.c.kind == chosen.kind)
    if chosen.number:
        conditions.append(transfers.c.number.in_([chosen.number, chosen.number.upper()]))
    if chosen.since is not None:
        conditions.append(_at >= chosen.since)
    if chosen.until is not None:
        conditions.append(_at <= chosen.until)
    return conditions


def _in_states(states: Collection[str]) -> sa.ColumnElement[bool]:
    of_sources = [state for state in states if state in _OF_SOURCES]
    return sa.or_(_state.in_(list(states)), sources.c.state.in_(of_sources))


# --- all routes at a glance -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Traffic:
    """What went, and goes, along a route; along "" what has no transfer."""

    recent: Mapping[str, int]  #: by state: what ended since the asked time
    now: Mapping[str, int]  #: by state: what is not finished
    last: float | None  #: the latest delivery


def traffic(connection: sa.Connection, since: float) -> dict[tuple[str, str], Traffic]:
    """Give the traffic by export folder and route."""
    now = _counted(connection, _in_states(UNFINISHED))
    recent = _counted(connection, sa.and_(_at >= since, sa.not_(_in_states(UNFINISHED))))
    delivered = (
        sa.select(sources.c.folder, transfers.c.route, sa.func.max(transfers.c.delivered_at))
        .join(transfers, transfers.c.source_id == sources.c.id)
        .group_by(sources.c.folder, transfers.c.route)
    )
    last = {(folder, route): at for folder, route, at in connection.execute(delivered)}
    keys = recent.keys() | now.keys() | last.keys()
    return {key: Traffic(recent=recent.get(key, {}), now=now.get(key, {}), last=last.get(key)) for key in keys}


def _counted(connection: sa.Connection, where: sa.ColumnElement[bool]) -> dict[tuple[str, str], Counter[str]]:
    grouped = (sources.c.folder, _route, _state)
    found: dict[tuple[str, str], Counter[str]] = {}
    for folder, route, state, number in connection.execute(
        sa.select(*grouped, sa.func.count()).select_from(_LINES).where(where).group_by(*grouped)
    ):
        found.setdefault((folder, route), Counter())[state] += number
    return found


# --- one source -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A wish, with what became of it."""

    what: What
    subject: str
    forced: bool
    asked_at: float
    done_at: float | None
    answer: str  #: why it could not be done


@dataclass(frozen=True, kw_only=True, slots=True)
class Whole:
    """All that the ledger knows of a source."""

    source: Source
    transfers: Sequence[Transfer]
    records: Mapping[str, int]  #: of a list, all of it: how many there are, by state
    history: Sequence[Event]
    wishes: Sequence[Asked]
    corrected_by: Sequence[str]  #: sources that are this one, corrected and dropped again


def matching(connection: sa.Connection, part: str, limit: int = 10) -> list[str]:
    """Give the ids of the sources that *part* may mean: a source's or transfer's id, or a part of one."""
    wanted = part.strip().lower()
    source = wanted.partition("-")[0]
    exact = connection.scalars(sa.select(sources.c.id).where(sources.c.id == source)).all()
    if exact or not source:
        return list(exact)
    like = sources.c.id.contains(source, autoescape=True)
    return list(connection.scalars(sa.select(sources.c.id).where(like).order_by(sources.c.id.desc()).limit(limit)))


def whole(connection: sa.Connection, source_id: str, part: str = "") -> Whole:
    """Give all that is known of the source with this id; where *part* is of the id of a list's record, of this only."""
    source = ledger_sources.by_id(connection, [source_id])[source_id]
    theirs = ledger_transfers.of_sources(connection, [source_id]).get(source_id, [])
    records = Counter(str(one.state) for one in theirs if one.record)
    asked = f"{source_id}-{part.strip().rpartition('-')[2]}" if "-" in part else ""
    only = [one for one in theirs if one.record and one.id == asked]
    history = ledger_events.timeline(connection, source_id)
    if only:
        theirs, history = only, [event for event in history if event.transfer_id in ("", asked)]
    later = sa.select(sources.c.id).where(sources.c.origin == source_id).order_by(sources.c.id)
    return Whole(
        source=source,
        transfers=theirs,
        records=records,
        history=history,
        wishes=_wishes(connection, [source_id, *(transfer.id for transfer in theirs)]),
        corrected_by=connection.scalars(later).all(),
    )


def _wishes(connection: sa.Connection, subjects: Collection[str]) -> list[Asked]:
    query = sa.select(wishes).where(wishes.c.subject.in_(list(subjects))).order_by(wishes.c.id)
    return [
        Asked(
            what=What(row["what"]),
            subject=row["subject"],
            forced=row["forced"],
            asked_at=row["asked_at"],
            done_at=row["done_at"],
            answer=row["answer"],
        )
        for row in connection.execute(query).mappings()
    ]


def retryable(connection: sa.Connection) -> list[str]:
    """Give the ids of the sources whose files were put into error/ and not purged."""
    where = (sources.c.archive == Place.ERROR, sources.c.archived, sources.c.purged.is_(False))
    return list(connection.scalars(sa.select(sources.c.id).where(*where).order_by(sources.c.id)))
