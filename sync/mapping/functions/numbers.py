"""Numbers as other systems write them, and as XML Schema does."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sync.findings import Code
from sync.mapping.functions.unreadable import Unreadable

#: Characters that people and programs use for one another when they group digits.
_ALIKE = (" \u00a0\u2009\u202f", "'’")
_GROUPS = re.compile(r"[0-9]{1,3}(?P<group>[., \u00a0\u2009\u202f'’])[0-9]{3}(?:(?P=group)[0-9]{3})*")
_FRACTION = re.compile(r"(?P<decimal>[.,])(?P<fraction>[0-9]+)")
_DIGITS = re.compile(r"[0-9]+")
_DECIMAL = re.compile(r"(?P<sign>[+-]?)(?P<whole>[0-9]*)(?:\.(?P<fraction>[0-9]*))?")


class BadSample(ValueError):
    """A sample number that does not show how numbers are written; its message says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """A form of numbers, shown by one: `1.234,56`."""

    written: str
    group: str  #: between thousands; empty where they are not grouped
    decimal: str  #: before the fraction; empty for whole numbers
    places: int  #: digits of the fraction

    @classmethod
    def parse(cls, written: str) -> Sample:
        """Take a sample apart; raises BadSample."""
        if re.fullmatch(r"[0-9]{1,3}[.,][0-9]{3}", written):
            raise BadSample(f"{written} can be read in two ways: write as 1.234,5 or 1234.5 what is meant")
        grouped = _GROUPS.match(written)
        whole = grouped or _DIGITS.match(written)
        rest = written[whole.end() :] if whole else ""
        fraction = _FRACTION.fullmatch(rest)
        if not whole or (rest and not fraction) or (grouped and fraction and grouped["group"] == fraction["decimal"]):
            raise BadSample(f"{written} shows no form of numbers, as 1.234,56 or 1234.56 does")
        return cls(
            written=written,
            group=grouped["group"] if grouped else "",
            decimal=fraction["decimal"] if fraction else "",
            places=len(fraction["fraction"]) if fraction else 0,
        )

    def read(self, value: str) -> str:
        """Read a number of this form and give it as the shortest xs:decimal; raises Unreadable."""
        sign, written = _sign(value.strip())
        whole, comma, fraction = written.partition(self.decimal) if self.decimal else (written, "", "")
        digits = self._ungrouped(whole)
        if not (digits or (comma and not whole)) or (comma and not _DIGITS.fullmatch(fraction)):
            raise self._unreadable()
        return shortest(sign, digits, fraction)

    def write(self, value: str) -> str:
        """Write an xs:decimal in this form, with as many places as the sample has; raises Unreadable."""
        parts = parts_of(value)
        if parts is None:
            raise not_a_decimal()
        sign, whole, fraction = _split(shortest(*parts))
        if len(fraction) > self.places:  # rounding would change the number in silence
            raise Unreadable(Code.NOT_A_NUMBER, details={"places": str(self.places)})
        return sign + self._grouped(whole) + (self.decimal + fraction.ljust(self.places, "0") if self.places else "")

    def _ungrouped(self, whole: str) -> str:
        """Give the digits of the whole part; nothing where it is not written as the sample shows."""
        if _DIGITS.fullmatch(whole):
            return whole
        alike = next((alike for alike in _ALIKE if self.group and self.group in alike), self.group)
        grouped = _GROUPS.fullmatch(whole)
        return whole.replace(grouped["group"], "") if grouped and grouped["group"] in alike else ""

    def _grouped(self, whole: str) -> str:
        first = len(whole) % 3
        parts = [whole[:first], *(whole[start : start + 3] for start in range(first, len(whole), 3))]
        return self.group.join(part for part in parts if part)

    def _unreadable(self) -> Unreadable:
        return Unreadable(Code.NOT_A_NUMBER, allowed=(self.written,))


def not_a_decimal() -> Unreadable:
    """Give what is raised for a value that is no xs:decimal."""
    return Unreadable(Code.NOT_A_NUMBER, allowed=("1234.56",))


def parts_of(value: str) -> tuple[str, str, str] | None:
    """Take an xs:decimal apart: sign, digits, digits of the fraction; None where it is none."""
    found = _DECIMAL.fullmatch(value.strip())
    if not found or not (found["whole"] or found["fraction"]):
        return None
    return found["sign"], found["whole"], found["fraction"] or ""


def shortest(sign: str, whole: str, fraction: str) -> str:
    """Write digits as the shortest xs:decimal."""
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    number = f"{whole}.{fraction}" if fraction else whole
    return f"-{number}" if sign == "-" and number != "0" else number


def _sign(written: str) -> tuple[str, str]:
    if written[:1] in ("+", "-"):
        return written[0], written[1:]
    if written.endswith("-"):  # as SAP writes it
        return "-", written[:-1]
    return "", written


def _split(written: str) -> tuple[str, str, str]:
    whole, _, fraction = written.removeprefix("-").partition(".")
    return "-" if written.startswith("-") else "", whole, fraction
