"""Notes for hot folders (`on-duplicate = note`): what says nothing new is told where it was dropped.

In `processed/` nobody looks; a note lies in the export folder itself until its pair is dropped the next time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sync import names
from sync.errors import FileUnavailable
from sync.ledger import transfers
from sync.model import Place, Source, SourceState, Transfer, TransferState
from sync.reports import note
from sync.reports.words import words
from sync.round import Round

Notes = tuple[tuple[str, bytes], ...]

#: What becomes of the records of a list in which nothing is new.
_QUIET = (TransferState.DUPLICATE, TransferState.SKIPPED)


def written(round_: Round, batch: Sequence[Source]) -> dict[str, Notes]:
    """Write the notes of these sources, which are about to be archived; give name and content by source."""
    noting = {route.name for route in round_.routes.values() if route.on_duplicate == "note"}
    fresh = [one for one in batch if one.state is SourceState.FINISHED and not one.archived]
    if not noting or not fresh:
        return {}
    with round_.ledger.read() as connection:
        theirs = transfers.of_sources(connection, [source.id for source in fresh])
        again = {id: _duplicates(some, noting) for id, some in theirs.items()}  # noqa: A001
        before = transfers.by_id(connection, [one.reason for some in again.values() for one in some])
    told = [source for source in fresh if again.get(source.id)]
    strangers = _there(round_, told) - _ours(round_, _there(round_, told))
    return {
        source.id: ((names.note(source.stem), _content(round_, source, again[source.id], before)),)
        for source in told
        if names.note(source.stem) not in strangers
    }


def _duplicates(theirs: Sequence[Transfer], noting: set[str]) -> list[Transfer]:
    """Give what says nothing new; of a list nothing, where something else became of one of its records."""
    if any(one.record and one.state not in _QUIET for one in theirs):
        return []
    return [one for one in theirs if one.state is TransferState.DUPLICATE and one.route in noting]


def _content(round_: Round, source: Source, again: Sequence[Transfer], before: dict[str, Transfer]) -> bytes:
    where = str(round_.folder.path(source.archive, ""))
    return note.written(source, again, before, where, words(round_.language))


def clear(round_: Round, claimed: Sequence[Source]) -> None:
    """Remove the notes of pairs that were dropped the next time: they are not true any more."""
    if there := _ours(round_, _there(round_, claimed)):
        round_.folder.remove(Place.INBOX, there)


def purge(round_: Round, before: float) -> None:
    """Remove the notes that are older."""
    listed = [name for name in round_.folder.names() if name.casefold().endswith(names.NOTE_SUFFIX)]
    old = {entry.name for entry in round_.folder.look(listed).values() if entry.modified < before}
    if ours := _ours(round_, old):
        round_.folder.remove(Place.INBOX, ours)


def _there(round_: Round, batch: Sequence[Source]) -> set[str]:
    return set(round_.folder.look({names.note(source.stem) for source in batch}))


def _ours(round_: Round, there: Iterable[str]) -> set[str]:
    """Give those that we wrote: a stranger's file is neither replaced nor removed."""
    return {name for name in there if note.MARK in _head(round_, name)}


def _head(round_: Round, name: str) -> bytes:
    try:
        return round_.folder.ends(name)[0]
    except FileUnavailable:
        return b""
