"""Grant what a person asked for with `retry` and `resend`, at the start of a round."""

from __future__ import annotations

import dataclasses

import sqlalchemy as sa

from sync.claiming import afresh, finish_claim
from sync.deferral import new_attempt
from sync.filing import missing
from sync.folders.base import Kind
from sync.ledger import events, sources, transfers, wishes
from sync.ledger.events import Happened
from sync.ledger.wishes import What, Wish
from sync.model import Part, Place, Source, SourceState, Transfer, TransferState
from sync.round import Round, now

#: What `resend` can deliver again, from the archive.
RESENDABLE = (TransferState.DELIVERED, TransferState.DUPLICATE, TransferState.SUPERSEDED, TransferState.REJECTED)


def grant(round_: Round) -> list[Source]:
    """Claim what is to be tried again and give it, with what is to be sent again."""
    claiming, resending = [], []
    with round_.ledger.begin() as tx:
        for wish in wishes.pending(tx):
            if wish.what is What.RETRY:
                claiming += _retry(tx, round_, wish)
            else:
                resending += _resend(tx, round_, wish)
    claimed = finish_claim(round_, claiming) if claiming else []
    return [*claimed, *new_attempt(round_, afresh(round_, resending))]


def _retry(tx: sa.Connection, round_: Round, wish: Wish) -> list[Source]:
    """Record the claim of a rejected source; its files lie in error/."""
    source = sources.by_id(tx, [wish.subject]).get(wish.subject)
    if source is None or source.folder != round_.folder.name:
        return []
    if not source.in_error:
        wishes.done(tx, [wish.id], "its files are not in error/ any more")
        return []
    named = [part.archive_name for part in source.parts]
    if set(sources.rejected_with(tx, round_.folder.name, named).values()) - {source.id}:
        wishes.done(tx, [wish.id], "another source's files lie in error/ under its names")
        return []
    parts = _as_corrected(round_, source)
    wanted = "force" if wish.forced else "retry"
    claiming = dataclasses.replace(source, state=SourceState.CLAIMING, claimed_at=now(), parts=parts, wanted=wanted)
    sources.save(tx, [claiming])
    events.record(tx, [events.of_source(claiming, Happened.RETRY)])
    wishes.done(tx, [wish.id])
    return [claiming]


def _as_corrected(round_: Round, source: Source) -> tuple[Part, ...]:
    """Take the files as they are now: who asks for a retry may have corrected them in error/ itself."""
    entries = round_.folder.look([part.archive_name for part in source.parts], Place.ERROR)
    return tuple(
        dataclasses.replace(part, identity=entry.identity, size=entry.size)
        if (entry := entries.get(part.archive_name)) is not None and entry.kind is Kind.FILE
        else part
        for part in source.parts
    )


def _resend(tx: sa.Connection, round_: Round, wish: Wish) -> list[Source]:
    """Record that a transfer is delivered again; its originals are read where they are archived."""
    transfer = transfers.by_id(tx, [wish.subject]).get(wish.subject)
    source = sources.by_id(tx, [transfer.source_id]).get(transfer.source_id) if transfer else None
    if transfer is None or source is None or source.folder != round_.folder.name:
        return []
    if not may_resend(source, transfer) or missing(round_, source):
        wishes.done(tx, [wish.id], "its originals are not in processed/ any more")
        return []
    wanted = dataclasses.replace(
        transfer,
        state=TransferState.CLAIMED,
        wanted="force" if wish.forced else "resend",
        findings=(),
        files=(),
        reason="",
        attempt=source.attempt + 1,
    )
    transfers.save(tx, [wanted])
    events.record(tx, [events.of_transfer(wanted, Happened.RESEND)])
    wishes.done(tx, [wish.id])
    return [source]


def may_resend(source: Source, transfer: Transfer) -> bool:
    """Tell whether a transfer's originals are archived in processed/."""
    return source.in_processed and transfer.state in RESENDABLE
