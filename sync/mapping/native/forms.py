"""Dates, numbers and letters as XPath: what it gives, and how to ask whether that is right.

*text* and *value* are XPath expressions that are cheap to write several times, such as a variable.
"""

from __future__ import annotations

from collections.abc import Sequence

from sync.mapping.functions.dates import FIELDS, Format
from sync.mapping.functions.numbers import Sample
from sync.mapping.xpath import literal

DATES, EXSLT_DATES = "date", "http://exslt.org/dates-and-times"  #: prefix and namespace of what libxslt knows of dates
_DIGITS, _ZEROS, _QUOTES = "0123456789", "0000000000", "'\""
_MIDNIGHT = {"HH": "00", "mm": "00", "ss": "00"}
_MOST_PLACES = 4  #: with nine digits before them XPath's numbers are exact, and written without an exponent
_LOW = "abcdefghijklmnopqrstuvwxyzäöüéèêáàâóòôíúçñøåæ"
_SAME = "0123456789-./_ :,+#*()"  #: first, since a character is looked for from the beginning


# --- dates ------------------------------------------------------------------------------------------------------------


def shape(text: str, formats: Sequence[Format]) -> str:
    """Give a text with 0 for each digit; what else is in it stays."""
    between = {piece for form in formats for piece in form.pieces if piece not in FIELDS and piece not in _QUOTES}
    return _shape(text, "".join(sorted(between)))


def shape_of(form: Format) -> str:
    """Give the shape of all values of a format."""
    return "".join("0" * len(piece) if piece in FIELDS else piece for piece in form.pieces)


def moment(text: str, form: Format, *, time: bool) -> str:
    """Write a value of a format as xs:date, or as xs:dateTime."""
    at, start = {}, 1
    for piece in form.pieces:
        at[piece] = f"substring({text}, {start}, {len(piece)})"
        start += len(piece)
    parts = [at["yyyy"], "'-'", at["MM"], "'-'", at["dd"]]
    for before, field in ("T", "HH"), (":", "mm"), (":", "ss"):
        parts += [f"'{before}'", at.get(field, "'00'")] if time else []
    return f"concat({', '.join(parts)})"


def day(value: str) -> str:
    """Give the day of an xs:date or xs:dateTime, nothing where it is not valid."""
    return f"{DATES}:date({value})"


def is_moment(value: str, formats: Sequence[Format]) -> str:
    """Ask whether a value is an xs:dateTime, of which these formats have read parts."""
    has_hour = any("HH" in form.pieces for form in formats)
    return day(value) + f" and substring({value}, 12, 2) < 24" * has_hour


def written(text: str, form: Format, *, time: bool) -> str:
    """Write an xs:date or xs:dateTime without fraction and offset in another format."""
    parts = []
    for piece in form.pieces:
        if piece not in FIELDS:
            parts.append(literal(piece))
        elif piece in _MIDNIGHT and not time:
            parts.append(f"'{_MIDNIGHT[piece]}'")
        else:
            at = FIELDS[piece][1]
            start = at.start or 0
            parts.append(f"substring({text}, {start + 1}, {at.stop - start})")
    return f"concat({', '.join(parts)}, '')"


# --- numbers ----------------------------------------------------------------------------------------------------------


def is_plain(sample: Sample) -> bool:
    """Tell whether numbers like this sample can be read here at all."""
    return sample.places <= _MOST_PLACES and not (sample.group and sample.group not in ".,")


def number(text: str, sample: Sample) -> str:
    """Read a number."""
    if not sample.decimal:
        return f"string(number(translate({text}, '{sample.group}', '')))"
    return f"string(number(translate({text}, '{sample.decimal}{sample.group}', '.')))"


def is_number(text: str, sample: Sample) -> str:
    """Ask whether a text is written like the sample, and not too long for XPath."""
    return f"contains('{_shapes(sample)}', concat(' ', {_shape(text, sample.decimal + sample.group)}, ' '))"


def _shapes(sample: Sample) -> str:
    """List the shapes, the most frequent first."""
    wholes = ["0" * digits for digits in range(1, 9)]
    if sample.group:
        groups = [f"{'0' * digits}{sample.group}000" for digits in range(1, 4)]
        wholes += [*groups, *(f"{group}{sample.group}000" for group in groups)]
    places = [sample.places, *(count for count in range(_MOST_PLACES + 1) if count != sample.places)]
    shapes = [
        f"{sign}{whole}{sample.decimal + '0' * count if count else ''}"
        for sign, counts in (("", places), ("-", places[:1]))
        for count in (counts if sample.decimal else [0])
        for whole in wholes
    ]
    return f" {' '.join(shapes)} "


# --- letters ----------------------------------------------------------------------------------------------------------


def cased(text: str, *, upper: bool) -> str:
    """Write a text in capital or in small letters."""
    low, high = _SAME + _LOW, _SAME + _LOW.upper()
    one, other = (low, high) if upper else (high, low)
    return f"translate({text}, '{one}', '{other}')"


def is_cased(text: str) -> str:
    """Ask whether a text has no other letters than those."""
    return f"not(translate({text}, '{_SAME}{_LOW}{_LOW.upper()}', ''))"


def _shape(text: str, between: str) -> str:
    # A character is looked for from the beginning: what is frequent is found at once.
    return f"translate({text}, '{between}{_DIGITS}', '{between}{_ZEROS}')"
