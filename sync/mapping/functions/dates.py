"""Dates and times as other systems write them, and as XML Schema does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sync.errors import nearest
from sync.findings import Code
from sync.mapping.functions.unreadable import Unreadable

#: Fields of a format, and the digits that each of them reads.
FIELDS = {"dd": 2, "MM": 2, "yyyy": 4, "yy": 2, "HH": 2, "mm": 2, "ss": 2}
_TEMPLATES = {
    "dd": "{0.day:02}",
    "MM": "{0.month:02}",
    "yyyy": "{0.year:04}",
    "yy": "{1:02}",
    "HH": "{0.hour:02}",
    "mm": "{0.minute:02}",
    "ss": "{0.second:02}",
}
ISO = ("yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ss")  #: how messages name xs:date and xs:dateTime

_PIECE = re.compile(r"([A-Za-z])\1*|[^A-Za-z]")
_ISO = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:T(?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(?P<fraction>\.[0-9]+)?)?(?P<offset>Z|[+-][0-9]{2}:[0-9]{2})?"
)


class BadFormat(ValueError):
    """A date format that makes no sense; its message says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Format:
    """A form of dates, such as `dd.MM.yyyy HH:mm`."""

    written: str
    pieces: tuple[str, ...]  #: fields, and the characters between them
    pattern: re.Pattern[str]
    century: bool  #: the year has four digits
    order: tuple[int, ...]  #: the groups of year, month, day, hour, minute and second, as far as there are such
    template: str  #: what `str.format` makes a moment of, and the last two digits of its year

    @classmethod
    def parse(cls, written: str) -> Format:
        """Take a format apart; raises BadFormat."""
        pieces = tuple(found.group() for found in _PIECE.finditer(written))
        for piece in pieces:
            if piece in ("MMM", "MMMM"):
                raise BadFormat(f"{piece} would be the name of a month, and names are not read: MM is its two digits")
            if piece[0].isalpha() and piece not in FIELDS and piece != "T":
                near = nearest(piece, FIELDS)
                raise BadFormat(f"{piece} means nothing in a date format" + (f", {near} does" if near else ""))
        fields = [piece for piece in pieces if piece in FIELDS]
        if not fields:
            raise BadFormat("the date format has no field, such as dd")
        if len(fields) != len(set(fields)) or {"yy", "yyyy"} <= set(fields):
            raise BadFormat("a field stands twice in the date format")
        names = ("yyyy" if "yyyy" in fields else "yy", "MM", "dd", "HH", "mm", "ss")
        return cls(
            written=written,
            pieces=pieces,
            pattern=re.compile("".join(map(_pattern, pieces))),
            century="yyyy" in fields,
            order=tuple(fields.index(name) + 1 for name in names if name in fields),
            template="".join(_TEMPLATES.get(piece, piece.replace("{", "{{").replace("}", "}}")) for piece in pieces),
        )

    def require_day(self) -> None:
        """Refuse a format that does not name a whole day; raises BadFormat."""
        if not {"dd", "MM"} <= set(self.pieces) or not {"yy", "yyyy"} & set(self.pieces):
            raise BadFormat("a date format needs dd, MM and yyyy (or yy)")
        if ("ss" in self.pieces and "mm" not in self.pieces) or ("mm" in self.pieces and "HH" not in self.pieces):
            raise BadFormat("a time needs HH before mm, and mm before ss")

    def read(self, value: str) -> datetime | None:
        """Read a value of exactly this form; None if it has another or names no day or time."""
        found = self.pattern.fullmatch(value)
        if not found:
            return None
        numbers = map(int, found.group(*self.order))
        try:
            return datetime(*numbers) if self.century else datetime(_century(next(numbers)), *numbers)  # type: ignore[arg-type]
        except ValueError:
            return None

    def write(self, moment: datetime) -> str:
        """Write a moment in this form."""
        return self.template.format(moment, moment.year % 100)


def _pattern(piece: str) -> str:
    return f"([0-9]{{{FIELDS[piece]}}})" if piece in FIELDS else re.escape(piece)


def _century(year: int) -> int:
    return year + (1900 if year >= 69 else 2000)  # as POSIX reads two digits


def read_date(value: str, formats: Sequence[Format]) -> str:
    """Read a day in the first of the formats that fits and give it as xs:date."""
    return _read(value, formats).date().isoformat()


def read_moment(value: str, formats: Sequence[Format], zone: ZoneInfo | None) -> str:
    """Read a moment and give it as xs:dateTime: in UTC where its *zone* is known, else without an offset."""
    moment = _read(value, formats)
    if zone is None:
        return moment.isoformat()
    try:
        return _to_utc(moment, zone).replace(tzinfo=None).isoformat() + "Z"
    except OverflowError as error:
        raise _not_a_date(formats) from error


def write_moment(value: str, form: Format, zone: ZoneInfo | None) -> str:
    """Write an xs:date or xs:dateTime in another form, at the clock of *zone* where the value has an offset."""
    found = _ISO.fullmatch(value.strip())
    if not found:
        raise Unreadable(Code.NOT_A_DATE, allowed=ISO)
    try:
        moment = _moment(found)
        return form.write(moment.astimezone(zone) if moment.tzinfo and zone else moment)
    except (ValueError, OverflowError) as error:
        raise Unreadable(Code.NOT_A_DATE, allowed=ISO) from error


def _moment(found: re.Match[str]) -> datetime:
    if not found["time"]:
        return datetime.fromisoformat(found["day"])  # the offset of a mere day moves nothing
    ends = found["time"] == "24:00:00" and not (found["fraction"] or "").strip(".0")  # as xs:dateTime has it
    time = "00:00:00" if ends else found["time"]
    return datetime.fromisoformat(f"{found['day']}T{time}{found['offset'] or ''}") + timedelta(days=ends)


def _read(value: str, formats: Sequence[Format]) -> datetime:
    for form in formats:
        if moment := form.read(value.strip()):
            return moment
    raise _not_a_date(formats)


def _to_utc(moment: datetime, zone: ZoneInfo) -> datetime:
    # An hour that the clocks go through twice in autumn is read as the first of the two.
    utc = moment.replace(tzinfo=zone).astimezone(UTC)
    if utc.astimezone(zone).replace(tzinfo=None) != moment:
        raise Unreadable(Code.NOT_A_LOCAL_TIME, details={"zone": zone.key})
    return utc


def _not_a_date(formats: Sequence[Format]) -> Unreadable:
    return Unreadable(Code.NOT_A_DATE, allowed=tuple(form.written for form in formats))
