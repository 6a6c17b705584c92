"""Remove archived originals after the configured days; the ledger keeps what became of them."""

from __future__ import annotations

from sync import names, notes
from sync.ledger import events, sources
from sync.ledger.events import Happened
from sync.model import Place
from sync.round import Round, now

_DAY = 86_400


def purge(round_: Round, keep: int | None) -> int:
    """Remove what was claimed more than *keep* days ago (None: keep it for ever); give how many sources."""
    if keep is None:
        return 0
    notes.purge(round_, now() - keep * _DAY)
    total = 0
    while True:
        with round_.ledger.read() as connection:
            old = sources.purgeable(connection, round_.folder.name, now() - keep * _DAY)
            named = {part.archive_name for source in old if source.archive == Place.ERROR for part in source.parts}
            latest = sources.rejected_with(connection, round_.folder.name, named)
        if not old:
            return total
        for source in old:
            # What was dragged out of error/ and rejected again lies there under the same name, and is another source's.
            ours = [part.archive_name for part in source.parts if latest.get(part.archive_name, source.id) == source.id]
            round_.folder.remove(source.archive, [*ours, *(names.sheets(source.sheet) if ours else ())])
        with round_.ledger.begin() as tx:
            sources.purged(tx, [source.id for source in old])
            events.record(tx, [events.of_source(source, Happened.PURGED) for source in old])
        total += len(old)
