"""Dates and times as other systems write them, and as XML Schema does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from sync.errors import nearest
from sync.findings import Code
from sync.mapping.functions.unreadable import Unreadable

#: Fields of a format, what they read, and where xs:dateTime has them.
FIELDS = {
    "dd": ("[0-9]{2}", slice(8, 10)),
    "MM": ("[0-9]{2}", slice(5, 7)),
    "yyyy": ("[0-9]{4}", slice(4)),
    "yy": ("[0-9]{2}", slice(2, 4)),
    "HH": ("[01][0-9]|2[0-3]", slice(11, 13)),
    "mm": ("[0-5][0-9]", slice(14, 16)),
    "ss": ("[0-5][0-9]", slice(17, 19)),
}
_TIME = ("HH", "mm", "ss")
_MIDNIGHT = "00:00:00"
_DAY = len("yyyy-MM-dd")
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
    timed: bool  #: it has a time
    order: tuple[int, ...]  #: the groups of year, month, day, hour, minute and second, as far as there are such
    moment: str  #: an xs:dateTime with a %s for each of them
    template: str  #: what is between the fields; each is a %s
    fields: itemgetter[Any]  #: gives the fields of an xs:dateTime

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
        names = ("yyyy" if "yyyy" in fields else "yy", "MM", "dd", *_TIME)
        return cls(
            written=written,
            pieces=pieces,
            pattern=re.compile("".join(map(_pattern, pieces))),
            century="yyyy" in fields,
            timed=any(name in fields for name in _TIME),
            order=tuple(fields.index(name) + 1 for name in names if name in fields),
            moment="%s-%s-%sT" + ":".join("%s" if name in fields else "00" for name in _TIME),
            template="".join("%s" if piece in FIELDS else piece.replace("%", "%%") for piece in pieces),
            fields=itemgetter(*(FIELDS[field][1] for field in fields)),
        )

    def require_day(self) -> None:
        """Refuse a format that does not name a whole day; raises BadFormat."""
        if not {"dd", "MM"} <= set(self.pieces) or not {"yy", "yyyy"} & set(self.pieces):
            raise BadFormat("a date format needs dd, MM and yyyy (or yy)")
        if ("ss" in self.pieces and "mm" not in self.pieces) or ("mm" in self.pieces and "HH" not in self.pieces):
            raise BadFormat("a time needs HH before mm, and mm before ss")

    def read(self, value: str) -> str | None:
        """Read a value of exactly this form, as xs:dateTime; None if it has another or names no day."""
        found = self.pattern.fullmatch(value)
        if not found:
            return None
        moment = self.moment % found.group(*self.order)
        if not self.century:
            moment = f"{19 if moment >= '69' else 20}{moment}"  # as POSIX reads two digits
        try:
            date.fromisoformat(moment[:_DAY])
        except ValueError:
            return None
        return moment

    def write(self, moment: str) -> str:
        """Write an xs:dateTime in this form."""
        return str(self.template % self.fields(moment))


def _pattern(piece: str) -> str:
    return f"({FIELDS[piece][0]})" if piece in FIELDS else re.escape(piece)


def read_date(value: str, formats: Sequence[Format]) -> str:
    """Read a day in the first of the formats that fits and give it as xs:date."""
    return _read(value, formats)[:_DAY]


def read_moment(value: str, formats: Sequence[Format], zone: ZoneInfo | None) -> str:
    """Read a moment and give it as xs:dateTime: in UTC where its *zone* is known, else without an offset."""
    moment = _read(value, formats)
    if zone is None:
        return moment
    try:
        return _to_utc(datetime.fromisoformat(moment), zone).replace(tzinfo=None).isoformat() + "Z"
    except OverflowError as error:
        raise _not_a_date(formats) from error


def write_moment(value: str, form: Format, zone: ZoneInfo | None) -> str:
    """Write an xs:date or xs:dateTime in another form, at the clock of *zone* where the value has an offset."""
    found = _ISO.fullmatch(value.strip())
    if not found:
        raise Unreadable(Code.NOT_A_DATE, allowed=ISO)
    try:
        return form.write(_at_clock(found, zone))
    except (ValueError, OverflowError) as error:
        raise Unreadable(Code.NOT_A_DATE, allowed=ISO) from error


def _at_clock(found: re.Match[str], zone: ZoneInfo | None) -> str:
    """Give an xs:dateTime at the clock of *zone*, without fraction and offset."""
    if not found["time"]:
        date.fromisoformat(found["day"])
        return f"{found['day']}T{_MIDNIGHT}"  # the offset of a mere day moves nothing
    ends = found["time"] == "24:00:00" and not (found["fraction"] or "").strip(".0")  # as xs:dateTime has it
    time = _MIDNIGHT if ends else found["time"]
    moment = datetime.fromisoformat(f"{found['day']}T{time}{found['offset'] or ''}") + timedelta(days=ends)
    return (moment.astimezone(zone) if moment.tzinfo and zone else moment).isoformat()


def _read(value: str, formats: Sequence[Format]) -> str:
    value = value.strip()
    for form in formats:
        if moment := form.read(value):
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
