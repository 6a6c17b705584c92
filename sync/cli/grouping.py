"""Pairs, and the records of lists: counted apart, and those of one list told together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from sync.cli.output import plural

if TYPE_CHECKING:
    from sync.ledger.views import Line
    from sync.model import Outcome

    _Told: TypeAlias = Outcome | Line

#: Of one list so many records are named.
FEW = 5


def last(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Give what became of each pair or record on each route in the end: it may have been deferred first."""
    return list({(outcome.source_id, outcome.route, outcome.record): outcome for outcome in outcomes}.values())


def counted(found: Iterable[_Told]) -> str:
    """Give how many there are: 15 pairs and 4 records."""
    records = [bool(one.record) for one in found]
    numbers = {"pair": records.count(False), "record": records.count(True)}
    return " and ".join(plural(number, word) for word, number in numbers.items() if number) or plural(0, "pair")


def by_list(outcomes: Sequence[Outcome]) -> list[list[Outcome]]:
    """Put the records of each list together; a pair stands alone."""
    ordered = sorted(outcomes, key=_order)
    return [list(theirs) for _, theirs in groupby(ordered, key=lambda one: (one.source_id, one.route))]


def which(some: Sequence[_Told]) -> str:
    """Say which pair it is, or which records of a list, in their order."""
    positions = sorted(one.record for one in some)
    if not positions[-1]:
        return some[0].pair
    named = ", ".join(f"{position:,}" for position in positions[:FEW])
    more = f" and {len(positions) - FEW:,} more" if len(positions) > FEW else ""
    return f"{some[0].pair}, record{'s' if len(positions) > 1 else ''} {named}{more}"


def _order(outcome: Outcome) -> tuple[str, str, str, int]:
    return outcome.pair.casefold(), outcome.source_id, outcome.route, outcome.record
