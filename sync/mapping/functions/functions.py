"""The functions after `=>`: what each takes, what it does, and how it is bound to its arguments."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sync.errors import did_you_mean
from sync.findings import Code
from sync.mapping.functions import dates
from sync.mapping.functions.arguments import Arguments, Misused, Tables
from sync.mapping.functions.numbers_there import Numbers
from sync.mapping.functions.unreadable import Unreadable
from sync.mapping.language.tree import Function

Conversion: TypeAlias = Callable[[str], str]

NUMBER_OF = "number-of"


@dataclass(frozen=True, kw_only=True, slots=True)
class Described:
    """One function: what the reference and the checker say of it."""

    name: str
    form: str  #: how it is written, with its arguments
    takes: str  #: the built-in type that its value must have: string (any), dateTime (or date), decimal
    gives: str  #: the built-in type of what it gives: string, date, dateTime, decimal
    description: str
    bind: Callable[[Arguments], Conversion]


def bind(function: Function, tables: Tables, numbers: Numbers | None = None) -> Conversion:
    """Give what a function does to a value: a text in, a text out, empty where the value is missing.

    The conversion raises Unreadable for a value that it cannot read. Raises Misused if there is no such function or
    its arguments are wrong.
    """
    described = _described(function)
    arguments = Arguments(function, described.form, tables, numbers or Numbers())
    convert = described.bind(arguments)
    arguments.expect_end()

    def unless_missing(value: str) -> str:
        converted = convert(value) if value.strip() else ""
        return converted if converted.strip() else ""

    return unless_missing


def missing(value: str) -> bool:
    """Tell whether a value counts as none: it is empty, or only white space."""
    return not value.strip()


def _described(function: Function) -> Described:
    if function.name not in FUNCTIONS:
        raise Misused(function.place, f"unknown function: {function.name}", did_you_mean(function.name, FUNCTIONS))
    return FUNCTIONS[function.name]


# --- what the functions do ------------------------------------------------------------------------------------------


def _cut(arguments: Arguments) -> Conversion:
    length = arguments.count("N")
    return lambda value: value[: _whole(value, length)]


def _whole(value: str, length: int) -> int:
    """Go back to the end of a character, so that no letter loses the accent that stands behind it."""
    end = length
    while 0 < end < len(value) and (unicodedata.category(value[end])[0] == "M" or "\u200d" in value[end - 1 : end + 1]):
        end -= 1
    return end or length


def _pad(arguments: Arguments) -> Conversion:
    length = arguments.count("N")
    return lambda value: value.rjust(length, "0")


def _replace(arguments: Arguments) -> Conversion:
    old, new = arguments.text("OLD"), arguments.text("NEW", may_be_empty=True)
    return lambda value: value.replace(old, new)


def _part(arguments: Arguments) -> Conversion:
    separator, index = arguments.text("SEPARATOR"), arguments.count("N") - 1

    def part(value: str) -> str:
        parts = value.split(separator)
        return parts[index] if index < len(parts) else ""

    return part


def _strip_prefix(arguments: Arguments) -> Conversion:
    prefix = arguments.text("PREFIX")
    return lambda value: value.removeprefix(prefix)


def _nil(arguments: Arguments) -> Conversion:
    values = arguments.texts("VALUE")
    return lambda value: "" if value.strip() in values else value


def _join(arguments: Arguments) -> Conversion:
    arguments.text("SEPARATOR", may_be_empty=True)
    # The compiler gathers the values; one value joined is itself.
    return lambda value: value


def _map(arguments: Arguments) -> Conversion:
    name, rows = arguments.table("TABLE")
    otherwise = rows.get(None)
    allowed = tuple(key for key in rows if key is not None)

    def look_up(value: str) -> str:
        found = rows.get(value.strip(), otherwise)
        if found is None:
            raise Unreadable(Code.NOT_IN_TABLE, allowed=allowed, details={"table": name})
        return found

    return look_up


def _date(arguments: Arguments) -> Conversion:
    formats = arguments.formats()
    return lambda value: dates.read_date(value, formats)


def _datetime(arguments: Arguments) -> Conversion:
    formats, zone = arguments.formats(), arguments.zone()
    return lambda value: dates.read_moment(value, formats, zone)


def _format_date(arguments: Arguments) -> Conversion:
    form, zone = arguments.format(), arguments.zone()
    return lambda value: dates.write_moment(value, form, zone)


def _number(arguments: Arguments) -> Conversion:
    return arguments.sample().read


def _format_number(arguments: Arguments) -> Conversion:
    return arguments.sample().write


def _unit(arguments: Arguments) -> Conversion:
    return arguments.conversion().convert


def _number_of(arguments: Arguments) -> Conversion:
    kind, system = arguments.name("KIND"), arguments.name("SYSTEM")
    return arguments.numbers.ask(kind, system)


# --- all of them ----------------------------------------------------------------------------------------------------


def _text(form: str, bind: Callable[[Arguments], Conversion], description: str) -> Described:
    return _other(form, "string", "string", bind, description)


def _other(form: str, takes: str, gives: str, bind: Callable[[Arguments], Conversion], description: str) -> Described:
    name = form.split()[0]
    return Described(name=name, form=form, takes=takes, gives=gives, description=description, bind=bind)


FUNCTIONS: Mapping[str, Described] = {
    described.name: described
    for described in (
        _text("trim", lambda _: str.strip, "Removes white space at both ends."),
        _text("upper", lambda _: str.upper, "Writes capital letters, `ß` as `SS`."),
        _text("lower", lambda _: str.lower, "Writes small letters."),
        _text("cut N", _cut, "Keeps the first N characters, or fewer where the last one would lose its accent."),
        _text("pad N", _pad, "Puts zeros in front until there are N characters."),
        _text('replace "OLD" "NEW"', _replace, "Replaces every OLD; an empty NEW removes it."),
        _text('part "SEPARATOR" N', _part, "Gives the N-th part between separators; missing where there is none."),
        _text('strip-prefix "PREFIX"', _strip_prefix, "Removes PREFIX from the beginning, where it stands there."),
        _text('nil "VALUE"…', _nil, "Makes a value missing that is one of these."),
        _text('join "SEPARATOR"', _join, "Makes one text of several values; functions before it apply to each value."),
        _text("map TABLE", _map, "Looks the value up in a table; refuses what has no row, unless there is a row `*`."),
        _other(
            'date "FORMAT" [or "FORMAT"]…',
            "string",
            "date",
            _date,
            "Reads a day in the first format that fits; gives xs:date.",
        ),
        _other(
            'datetime "FORMAT" [or "FORMAT"]… [zone "ZONE"]',
            "string",
            "dateTime",
            _datetime,
            "Reads a day and time; gives xs:dateTime, in UTC with a zone, else without an offset.",
        ),
        _other(
            'format-date "FORMAT" [zone "ZONE"]',
            "dateTime",
            "string",
            _format_date,
            "Writes an xs:date or xs:dateTime in this format, at the clock of the zone.",
        ),
        _other(
            'number "SAMPLE"',
            "string",
            "decimal",
            _number,
            "Reads a number that is written like the sample; gives the shortest xs:decimal.",
        ),
        _other(
            'format-number "SAMPLE"',
            "decimal",
            "string",
            _format_number,
            "Writes an xs:decimal like the sample, with as many places; refuses more places than that.",
        ),
        _text(
            f"{NUMBER_OF} KIND SYSTEM",
            _number_of,
            "Gives the number that an object of this kind has in another system; missing where it is not known.",
        ),
        _other(
            "unit FROM TO [places N]",
            "decimal",
            "decimal",
            _unit,
            "Converts an xs:decimal from one unit to another, exactly, or rounded to N places; see the units below.",
        ),
    )
}
