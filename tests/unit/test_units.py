"""Units: exact, rounded only where somebody says so, refused where they measure something else."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.findings import Code
from sync.mapping import functions
from sync.mapping.functions import units
from tests.functions import bound

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "mapping-language.md"


@pytest.mark.parametrize(
    ("written", "value", "expected"),
    [
        ("unit mm m", "1.1", "0.0011"),
        ("unit m mm", "0.0011", "1.1"),
        ("unit in mm", "1", "25.4"),
        ("unit ft in places 0", "1", "12"),
        ("unit kg t", "1250", "1.25"),
        ("unit lb kg", "1", "0.45359237"),
        ("unit min s", "-1.50", "-90"),
        ("unit s h places 4", "1", "0.0003"),
        ("unit s min places 2", "100", "1.67"),
        ("unit N kN", "+12", "0.012"),
        ("unit MPa bar", "0.6", "6"),
        ("unit N/mm2 MPa", "235", "235"),
        ("unit psi bar places 3", "100", "6.895"),
        ("unit bar psi places 2", "1", "14.5"),
        ("unit PS kW", "1", "0.73549875"),
        ("unit kW PS places 1", "75", "102"),
        ("unit '°C' K", "20", "293.15"),
        ("unit K '°C'", "0", "-273.15"),
        ("unit '°F' '°C' places 2", "212", "100"),
        ("unit '°C' '°F'", "-40", "-40"),
        ("unit '°C' '°F'", "36.6", "97.88"),
        ("unit m² cm2", "1", "10000"),
        ("unit µm mm", "5", "0.005"),
        ("unit l m3", "250", "0.25"),
        ("unit 1/min Hz places 0", "3000", "50"),
        ("unit l/min m3/h", "100", "6"),
        ("unit m m", "007.50", "7.5"),
        ("unit mm m", "-0.0", "0"),
        ("unit mm m places 2", "-4", "0"),
        ("unit mm m places 2", "-5", "-0.01"),
        ("unit mm m places 2", "15", "0.02"),
        ("unit mm m", " .5 ", "0.0005"),
        ("unit km nm", "9" * 40, "9" * 40 + "0" * 12),
    ],
)
def test_a_number_is_converted_exactly_or_rounded_as_said(written, value, expected):
    assert bound(written)(value) == expected


@pytest.mark.parametrize("value", ["1,5", "1e3", "5 mm", "1_000", "1/2", ".", "+", "NaN", "٣", "9" * 5000])
def test_what_is_no_decimal_is_refused(value):
    with pytest.raises(functions.Unreadable) as raised:
        bound("unit mm m")(value)

    assert (raised.value.code, raised.value.allowed) == (Code.NOT_A_NUMBER, ("1234.56",))


@pytest.mark.parametrize(
    ("written", "what", "suggestion"),
    [
        ("unit mm", "unit lacks TO", "write unit FROM TO [places N]"),
        ("unit mmm m", "there is no unit mmm", "did you mean mm?"),
        ("unit KG g", "there is no unit KG", "did you mean kg?"),
        ("unit Stk kg", "there is no unit Stk", "the reference of the mapping language lists the units"),
        ("unit mm kg", "mm measures a length and kg a mass", "one of m, nm, μm, mm, cm, dm, km, in, ft, yd, mi"),
        ("unit Nm J", "Nm measures a torque and J an energy", "one of Nm, Nmm, Ncm, kNm"),
        (
            "unit psi bar",
            "psi in bar has no end: it must be rounded",
            "say to how many places: unit psi bar places 3",
        ),
        ("unit mm m places", "unit lacks N", "write unit FROM TO [places N]"),
        ("unit mm m places x", "N is a whole number from 0 to 99, not x", "write unit FROM TO [places N]"),
        ("unit mm m 3", "unit does not take 3 here", "write unit FROM TO [places N]"),
    ],
)
def test_a_wrong_unit_is_a_mistake_of_the_mapping(written, what, suggestion):
    with pytest.raises(functions.Misused) as raised:
        bound(written)

    assert (raised.value.what, raised.value.suggestion) == (what, suggestion)


def test_the_reference_lists_every_unit():
    section = REFERENCE.read_text(encoding="utf-8").partition("**Units**")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| (\w+) \| (`.*`) \|$", section, re.MULTILINE))

    listed = {what: re.findall(r"`([^`]+)`", names) for what, names in rows.items()}

    assert listed == {
        dimension.split()[-1]: [unit.partition("=")[0] for unit in written.split()]
        for dimension, written in units.DIMENSIONS.items()
    }


FINITE = [
    (source, target)
    for written in units.DIMENSIONS.values()
    for source in (one.partition("=")[0] for one in written.split())
    for target in (one.partition("=")[0] for one in written.split())
]


@given(st.sampled_from(FINITE), st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9)))
def test_what_is_converted_there_and_back_is_the_same(pair, number):
    source, target = pair

    there = bound(f"unit '{source}' '{target}' places 40")(f"{number:f}")
    back = bound(f"unit '{target}' '{source}' places 3")(there)

    assert Decimal(back) == number
