"""The numbers of objects in other systems: what a conversion asks for, and what was looked up for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sync.findings import Code
from sync.mapping.functions.unreadable import Unreadable
from sync.model import Asked


@dataclass(kw_only=True, slots=True)
class Numbers:
    """What the functions `number-of` of one mapping ask; a conversion fills in what is known before it runs."""

    known: Mapping[Asked, str] = field(default_factory=dict)
    asked: set[Asked] = field(default_factory=set)
    wanted: bool = False  #: a rule of the mapping asks

    def ask(self, kind: str, system: str) -> Callable[[str], str]:
        """Give what a rule does to the number of an object here: it gives the one that it has there."""
        self.wanted = True

        def number_there(number: str) -> str:
            asked = Asked(kind, number, system)
            self.asked.add(asked)
            if asked not in self.known:
                raise Unreadable(Code.NUMBER_UNKNOWN, details={"kind": kind, "system": system}, missing=True)
            return self.known[asked]

        return number_there
