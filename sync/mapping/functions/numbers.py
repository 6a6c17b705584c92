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
    form: re.Pattern[str]  #: sign, whole part, what groups it, fraction, minus behind

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
        group = grouped["group"] if grouped else ""
        decimal = fraction["decimal"] if fraction else ""
        return cls(
            written=written,
            group=group,
            decimal=decimal,
            places=len(fraction["fraction"]) if fraction else 0,
            form=_form(group, decimal),
        )

    def read(self, value: str) -> str:
        """Read a number of this form and give it as the shortest xs:decimal; raises Unreadable."""
        found = self.form.fullmatch(value.strip())
        if not found:
            raise self._unreadable()
        sign, whole, group, fraction, behind = found.groups("")
        if not (whole or fraction) or (sign and behind):
            raise self._unreadable()
        return shortest(sign or behind, whole.replace(group, "") if group else whole, fraction)

    def write(self, value: str) -> str:
        """Write an xs:decimal in this form, with as many places as the sample has; raises Unreadable."""
        parts = parts_of(value)
        if parts is None:
            raise not_a_decimal()
        sign, whole, fraction = _split(shortest(*parts))
        if len(fraction) > self.places:  # rounding would change the number in silence
            raise Unreadable(Code.NOT_A_NUMBER, details={"places": str(self.places)})
        return sign + self._grouped(whole) + (self.decimal + fraction.ljust(self.places, "0") if self.places else "")

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


def _form(group: str, decimal: str) -> re.Pattern[str]:
    """Write the pattern of the numbers that are written like a sample; the minus behind is SAP's."""
    alike = next((alike for alike in _ALIKE if group and group in alike), group)
    grouped = f"[0-9]{{1,3}}(?:([{alike}])[0-9]{{3}}(?:\\3[0-9]{{3}})*)|" if group else "()"
    fraction = f"(?:{re.escape(decimal)}([0-9]+))?" if decimal else "()"
    return re.compile(f"([+-]?)({grouped}[0-9]*){fraction}(-?)")


def _split(written: str) -> tuple[str, str, str]:
    whole, _, fraction = written.removeprefix("-").partition(".")
    return "-" if written.startswith("-") else "", whole, fraction
