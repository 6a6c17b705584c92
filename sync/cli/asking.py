"""Ask for a retry or resend, or say why it is not possible."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from sync import wishes as granting
from sync.cli.finding_ids import NotFound, only
from sync.cli.grouping import FEW
from sync.config import Settings
from sync.engine.embedded import export_folder
from sync.folders.base import ExportFolder
from sync.ledger import objects, sources, views, wishes
from sync.ledger.database import Ledger
from sync.ledger.views import Whole
from sync.ledger.wishes import What
from sync.model import Place, Source, SourceState, Transfer, TransferState
from sync.names import escape


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What became of one request."""

    what: What
    subject: str  #: as typed, or the id that was meant
    accepted: bool
    message: str
    new: bool = False  #: False: it was asked for already, or is not possible


class _NotPossible(Exception):
    """What is asked for cannot be done; the message says why, and what can."""


def retry_all(ledger: Ledger, settings: Settings, *, forced: bool) -> list[Asked]:
    """Ask for a retry of all sources whose files lie in an error folder."""
    with ledger.read() as connection:
        known = sources.by_id(connection, views.retryable(connection))
    # Before the transaction: nobody waits for a slow share.
    there = _still_there(known.values(), settings)
    with ledger.begin() as tx:
        now = sources.by_id(tx, there)
        chosen = [now[id] for id in there if now[id].in_error]  # noqa: A001
        return [_wished(tx, What.RETRY, one.id, one.stem, forced) for one in chosen]


def _still_there(known: Iterable[Source], settings: Settings) -> list[str]:
    """Give the ids of those whose files all lie in the error folder."""
    known = [one for one in known if one.folder in settings.folders]
    folders = {name: export_folder(settings.folders[name]) for name in {one.folder for one in known}}
    return sorted(one.id for one in known if _lies_in_error(one, folders[one.folder]))


def _lies_in_error(source: Source, folder: ExportFolder) -> bool:
    named = {part.archive_name for part in source.parts}
    return folder.look(named, Place.ERROR).keys() == named


def retry(tx: sa.Connection, settings: Settings, id: str, *, forced: bool) -> Asked:  # noqa: A002
    """Ask for a retry of a source; a transfer's id is its source's."""
    return _ask(tx, settings, What.RETRY, id, forced)


def resend(tx: sa.Connection, settings: Settings, id: str, *, forced: bool) -> Asked:  # noqa: A002
    """Ask for another delivery of a transfer; a source's id will do where it has one transfer."""
    return _ask(tx, settings, What.RESEND, id, forced)


def _ask(tx: sa.Connection, settings: Settings, what: What, id: str, forced: bool) -> Asked:  # noqa: A002
    try:
        known = views.whole(tx, only(tx, id))
        retrying = what is What.RETRY
        subject = _to_retry(known, settings) if retrying else _to_resend(tx, known, settings, id, forced)
    except (NotFound, _NotPossible) as error:
        return Asked(what=what, subject=id, accepted=False, message=str(error))
    return _wished(tx, what, subject, known.source.stem, forced)


def _wished(tx: sa.Connection, what: What, subject: str, stem: str, forced: bool) -> Asked:
    name = f"{subject} ({escape(stem)})"
    if wishes.ask(tx, what, subject, forced=forced):
        return Asked(what=what, subject=subject, accepted=True, new=True, message=f"{name}: the next run does it")
    forced_before = any(wish.forced for wish in wishes.pending(tx) if (wish.what, wish.subject) == (what, subject))
    without = " without --force" if forced and not forced_before else ""
    message = f"{name}: asked for already{without}, the next run does it"
    return Asked(what=what, subject=subject, accepted=True, message=message)


def _to_retry(known: Whole, settings: Settings) -> str:
    source = known.source
    if not source.in_error:
        raise _NotPossible(f"{source.id} cannot be tried again: {_instead_of_retry(source)}")
    if lost := _lost(known, settings):
        raise _NotPossible(f"{source.id} cannot be tried again: {lost}")
    return source.id


def _instead_of_retry(source: Source) -> str:
    if source.state is SourceState.WAITING:
        return "it still waits, and every run looks at it"
    if source.in_processed:
        return "it was not rejected; pairsync resend delivers it again"
    return f"it is {source.state}, not rejected"


def _to_resend(tx: sa.Connection, known: Whole, settings: Settings, typed: str, forced: bool) -> str:
    transfer = _transfer(known, typed)
    if not granting.may_resend(known.source, transfer):
        raise _NotPossible(f"{transfer.id} cannot be sent again: {_instead_of_resend(known.source, transfer)}")
    if lost := _lost(known, settings):
        raise _NotPossible(f"{transfer.id} cannot be sent again: {lost}")
    if not forced and (newer := _newer(tx, transfer)):
        what = f"{newer} is newer and was delivered; --force sends the older one all the same"
        raise _NotPossible(f"{transfer.id} is not sent again: {what}")
    return transfer.id


def _transfer(known: Whole, typed: str) -> Transfer:
    by_number = {transfer.id.rpartition("-")[2]: transfer for transfer in known.transfers}
    number = typed.strip().partition("-")[2]
    if number in by_number:
        return by_number[number]
    if not known.transfers:
        raise _NotPossible(f"{known.source.id} cannot be sent again: nothing of it was delivered yet")
    if number:
        raise _NotPossible(f"there is no transfer {typed}: pairsync show {known.source.id}")
    if len(known.transfers) > 1:
        listed = ", ".join(f"{transfer.id} ({transfer.route})" for transfer in known.transfers[:FEW])
        left = len(known.transfers) - FEW
        more = f" and {left:,} more: pairsync show {known.source.id}" if left > 0 else ""
        raise _NotPossible(f"{known.source.id} has several transfers, name one: {listed}{more}")
    return known.transfers[0]


def _instead_of_resend(source: Source, transfer: Transfer) -> str:
    if source.in_error:
        return f"its files are in the error folder; pairsync retry {source.id} tries them again"
    if not transfer.state.final:
        return f"it is {transfer.state}, and the next run goes on with it"
    if transfer.state is TransferState.SKIPPED:
        return "a mapping says that it is not carried"
    return f"it is {transfer.state} and its files are not in the archive"


def _newer(tx: sa.Connection, transfer: Transfer) -> str:
    """Give the transfer that delivered something newer of the same object; empty: there is none."""
    if transfer.facts is None:
        return ""
    latest = objects.latest_of(tx, transfer.target, [objects.of(transfer.facts)]).get(objects.of(transfer.facts))
    return latest.transfer_id if latest is not None and objects.newer(latest, transfer.facts) else ""


def _lost(known: Whole, settings: Settings) -> str:
    """Say why the originals cannot be read any more; empty: they are there."""
    source = known.source
    if source.purged:
        return "its files were removed by the purge"
    if source.folder not in settings.folders:
        return f"config.ini has no folder {source.folder} any more"
    folder = export_folder(settings.folders[source.folder])
    missing = [part for part in source.parts if not folder.path(source.archive, part.archive_name).exists()]
    return "".join(f"{escape(part.archive_name)} is not in {source.archive} any more" for part in missing[:1])
