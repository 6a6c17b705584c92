"""The arguments of a function in a mapping: read one after the other, refused with what to write."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Mapping
from typing import TypeAlias

from sync.errors import did_you_mean
from sync.mapping.functions import dates, numbers, units
from sync.mapping.functions.numbers_there import Numbers
from sync.mapping.language.tree import Argument, Function, Place

Tables: TypeAlias = Mapping[str, Mapping[str | None, str]]  #: by name, its rows; the key None is the `*` row

_COUNT = re.compile(r"[1-9][0-9]{0,4}")
_PLACES = re.compile(r"[0-9]{1,2}")


class Misused(Exception):
    """A function that is unknown, or whose arguments are wrong; becomes a Problem of the mapping."""

    def __init__(self, place: Place, what: str, suggestion: str = "") -> None:
        super().__init__(what)
        self.place = place
        self.what = what
        self.suggestion = suggestion


class Arguments:
    """The arguments of a function, read one after the other; each method raises Misused."""

    def __init__(self, function: Function, form: str, tables: Tables, numbers: Numbers) -> None:
        self.tables = tables
        self.numbers = numbers
        self._name = function.name
        self._form = form
        self._left = list(function.arguments)
        self._end = function.place

    def text(self, what: str, *, may_be_empty: bool = False) -> str:
        """Read a quoted text."""
        argument = self._quoted(what)
        if not (argument.value or may_be_empty):
            raise self._misused(argument, f"{what} is empty")
        return argument.value

    def texts(self, what: str) -> tuple[str, ...]:
        """Read one or more quoted texts."""
        found = [self.text(what)]
        while self._left:
            found.append(self.text(what))
        return tuple(found)

    def count(self, what: str) -> int:
        """Read a whole number from 1."""
        argument = self._next(what)
        if argument.quoted or not _COUNT.fullmatch(argument.value):
            raise self._misused(argument, f"{what} is a whole number from 1 to 99999, not {argument.value}")
        return int(argument.value)

    def table(self, what: str) -> tuple[str, Mapping[str | None, str]]:
        """Read the name of a table; give it and its rows."""
        argument = self._next(what)
        name = argument.value
        if name not in self.tables:
            near = did_you_mean(name, self.tables)
            raise Misused(argument.place, f"there is no table {name}", near or f"add: table {name}")
        return name, self.tables[name]

    def name(self, what: str) -> str:
        """Read a name, in quotes or not."""
        argument = self._next(what)
        if not argument.value.strip():
            raise self._misused(argument, f"{what} is empty")
        return argument.value

    def formats(self) -> tuple[dates.Format, ...]:
        """Read formats that name a whole day, with `or` between them."""
        found = [self.format(whole_day=True)]
        while self._word("or"):
            found.append(self.format(whole_day=True))
        return tuple(found)

    def format(self, *, whole_day: bool = False) -> dates.Format:
        """Read one date format."""
        argument = self._quoted("FORMAT")
        try:
            form = dates.Format.parse(argument.value)
            if whole_day:
                form.require_day()
        except dates.BadFormat as error:
            raise self._misused(argument, str(error)) from error
        return form

    def zone(self) -> zoneinfo.ZoneInfo | None:
        """Read `zone Z`, if it comes next."""
        if not self._word("zone"):
            return None
        argument = self._quoted("ZONE")
        try:
            return zoneinfo.ZoneInfo(argument.value)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
            near = did_you_mean(argument.value, zoneinfo.available_timezones())
            raise Misused(argument.place, f"there is no time zone {argument.value}", near) from error

    def sample(self) -> numbers.Sample:
        """Read a sample number."""
        argument = self._quoted("SAMPLE")
        try:
            return numbers.Sample.parse(argument.value)
        except numbers.BadSample as error:
            raise self._misused(argument, str(error)) from error

    def conversion(self) -> units.Conversion:
        """Read two units and, if it comes next, `places N`."""
        source, target = self._unit("FROM"), self._unit("TO")
        place = self._end
        try:
            return units.Conversion.between(source, target, self._places())
        except units.BadUnit as error:
            raise Misused(place, str(error), error.suggestion) from error

    def expect_end(self) -> None:
        """Refuse what is left."""
        if self._left:
            raise self._misused(self._left[0], f"{self._name} does not take {self._left[0].value} here")

    def _unit(self, what: str) -> units.Unit:
        argument = self._next(what)
        try:
            return units.unit(argument.value)
        except units.BadUnit as error:
            raise Misused(argument.place, str(error), error.suggestion) from error

    def _places(self) -> int | None:
        if not self._word("places"):
            return None
        argument = self._next("N")
        if argument.quoted or not _PLACES.fullmatch(argument.value):
            raise self._misused(argument, f"N is a whole number from 0 to 99, not {argument.value}")
        return int(argument.value)

    def _quoted(self, what: str) -> Argument:
        argument = self._next(what)
        if not argument.quoted:
            raise Misused(argument.place, f"{what} stands in quotes", f'"{argument.value}"')
        return argument

    def _word(self, word: str) -> bool:
        if not self._left or self._left[0].quoted or self._left[0].value != word:
            return False
        self._end = self._left.pop(0).place
        return True

    def _next(self, what: str) -> Argument:
        if not self._left:
            raise Misused(self._end, f"{self._name} lacks {what}", f"write {self._form}")
        self._end = self._left[0].place
        return self._left.pop(0)

    def _misused(self, argument: Argument, what: str) -> Misused:
        return Misused(argument.place, what, f"write {self._form}")
