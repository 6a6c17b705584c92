"""The two ways through an `if`, and whether rules on some of them are there on every way."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

from sync.mapping.language.tree import Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Branch:
    """The lines under an `if`, or those under its `else`."""

    place: Place  #: of the if
    holds: bool  #: its condition does
    outer: Way

    @property
    def variable(self) -> str:
        """The stylesheet's variable that says whether a document goes this way."""
        return f"{'if' if self.holds else 'else'}{self.place.line}"

    @property
    def other(self) -> Branch:
        """The other way through the same `if`."""
        return replace(self, holds=not self.holds)


#: Where in a block a line stands; None: in no `if`.
Way: TypeAlias = Branch | None


class Gap(NamedTuple):
    """A way on which something is not written."""

    way: Way

    def __str__(self) -> str:
        if self.way is None:
            return ""
        return f" where the condition in line {self.way.place.line} {'holds' if self.way.holds else 'does not hold'}"


def within(way: Way, other: Way) -> bool:
    """Tell whether all that go this way go the other one too."""
    return other is None or other in list(_outwards(way))


def exclusive(one: Way, other: Way) -> bool:
    """Tell whether no document goes both ways."""
    passed = set(_outwards(one))
    return any(branch.other in passed for branch in _outwards(other))


def gap(written: Collection[Way], way: Way) -> Gap | None:
    """Find where on *way* a document may go none of the ways on which something is written; None: nowhere."""
    if any(within(way, one) for one in written):
        return None
    first = None
    for branch in _next(written, way):
        missing = [found for side in (branch, branch.other) if (found := gap(written, side))]
        if not missing:
            return None
        first = first or missing[0]
    return first or Gap(way)


def widest(ways: Collection[Way]) -> list[Way]:
    """Leave out the ways that lie within others."""
    once = list(dict.fromkeys(ways))
    return [way for way in once if not any(other != way and within(way, other) for other in once)]


def narrower(one: Way, other: Way) -> Way:
    """Give the one of two that lies within the other, else the first."""
    return other if within(other, one) else one


def _outwards(way: Way) -> Iterator[Branch]:
    while way is not None:
        yield way
        way = way.outer


def _next(written: Collection[Way], way: Way) -> list[Branch]:
    """Give the branches that open right on *way* and lead to something written."""
    found = (branch for one in written for branch in _outwards(one) if branch.outer == way)
    return list(dict.fromkeys(found))
