"""The functions of the mapping language, value by value."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.findings import Code, Finding
from sync.mapping import functions
from sync.reports.words import words
from tests.functions import bound

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "mapping-language.md"


@pytest.mark.parametrize(
    ("written", "value", "expected"),
    [
        ("trim", "  a b\t\u00a0", "a b"),
        ("trim", " \u00a0 ", ""),
        ("upper", "ß", "SS"),
        ("pad 5", "-12", "00-12"),
        ("part '-' 2", "a--b", ""),
        ("part '-' 2", "a", ""),
        ("replace 'aa' 'a'", "aaa", "aa"),
        ("strip-prefix 'A'", "AAB", "AB"),
        ("nil '-'", "\u00a0-\n", ""),
        ("upper", "dn-äß", "DN-ÄSS"),
        ("lower", "DN-Ä", "dn-ä"),
        ("cut 3", "Größe", "Grö"),
        ("cut 3", "ab", "ab"),
        ("cut 3", "e\u0301e\u0301", "e\u0301"),
        ("cut 4", "e\u0301e\u0301", "e\u0301e\u0301"),
        ("cut 1", "e\u0301", "e"),
        ("cut 2", "\U0001f468\u200d\U0001f469x", "\U0001f468\u200d"),
        ("cut 3", "x\U0001f468\u200d\U0001f469", "x"),
        ("pad 6", "4711", "004711"),
        ("pad 3", "4711", "4711"),
        ("replace '/' '_'", "a/b/c", "a_b_c"),
        ("replace '-' ''", "1-2", "12"),
        ("replace 'x' ''", "x", ""),
        ("part '-' 2", "DN-4711-A", "4711"),
        ("part '-' 4", "DN-4711-A", ""),
        ("part ' – ' 1", "Pumpe – Typ 3", "Pumpe"),
        ("strip-prefix 'DN-'", "DN-4711", "4711"),
        ("strip-prefix 'DN-'", "4711-DN-", "4711-DN-"),
        ("nil '00000000' '-'", "00000000", ""),
        ("nil '00000000' '-'", " - ", ""),
        ("nil '0'", "00", "00"),
        ("join ', '", "a", "a"),
        ("map status", "in Arbeit", "draft"),
        ("map status", " frei\n", "approved"),
        ("map kind", "ANG", "quotation"),
        ("map kind", "ANGEBOT", "other"),
        ("date 'dd.MM.yyyy'", "31.12.2026", "2026-12-31"),
        ("date 'dd.MM.yyyy' or 'yyyyMMdd'", "20240229", "2024-02-29"),
        ("date 'dd.MM.yy'", "01.02.68", "2068-02-01"),
        ("date 'dd.MM.yy'", "01.02.69", "1969-02-01"),
        ("date 'dd.MM.yyyy HH:mm'", "31.12.2026 23:59", "2026-12-31"),
        ("datetime 'dd.MM.yyyy HH:mm'", "31.12.2026 23:59", "2026-12-31T23:59:00"),
        ("datetime 'dd.MM.yyyy'", "31.12.2026", "2026-12-31T00:00:00"),
        ("datetime 'yyyy-MM-ddTHH:mm:ss'", "2026-12-31T23:59:58", "2026-12-31T23:59:58"),
        ("datetime 'dd.MM.yyyy HH:mm' zone 'Europe/Berlin'", "01.07.2026 00:30", "2026-06-30T22:30:00Z"),
        ("datetime 'dd.MM.yyyy HH:mm' zone 'Europe/Berlin'", "01.01.2026 00:30", "2025-12-31T23:30:00Z"),
        ("datetime 'dd.MM.yyyy HH:mm' or 'dd.MM.yyyy' zone 'UTC'", "01.01.2026", "2026-01-01T00:00:00Z"),
        ("format-date 'dd.MM.yyyy'", "2026-12-31", "31.12.2026"),
        ("format-date 'dd.MM.yyyy'", "2026-12-31+01:00", "31.12.2026"),
        ("format-date 'dd.MM.yy HH:mm:ss'", "2026-12-31T23:59:58.123456789", "31.12.26 23:59:58"),
        ("format-date 'yyyyMMdd'", "2026-06-30T22:30:00Z", "20260630"),
        ("format-date 'dd.MM.yyyy' zone 'Europe/Berlin'", "2026-06-30T22:30:00Z", "01.07.2026"),
        ("format-date 'dd.MM.yyyy HH:mm' zone 'Europe/Berlin'", "2026-06-30T22:30:00-05:00", "01.07.2026 05:30"),
        ("format-date 'dd.MM.yyyy HH:mm' zone 'Europe/Berlin'", "2026-06-30T22:30:00", "30.06.2026 22:30"),
        ("number '1.234,56'", "1.234,50", "1234.5"),
        ("number '1.234,56'", "1234,5", "1234.5"),
        ("number '1.234,56'", "12.345.678", "12345678"),
        ("number '1.234,56'", "12,50-", "-12.5"),
        ("number '1.234,56'", "+12", "12"),
        ("number '1.234,56'", "-0,00", "0"),
        ("number '1.234,56'", ",5", "0.5"),
        ("number '1.234,56'", " 007,10 ", "7.1"),
        ("number '1,234.56'", "12,345.60", "12345.6"),
        ("number '1 234,5'", "1\u202f234,5", "1234.5"),
        ("number '1 234,5'", "1\u2009234,5", "1234.5"),
        ("number '1.234,56'", "1.234-", "-1234"),
        ('number "1\'234.50"', "1'234.50", "1234.5"),
        ('format-number "1\'234.50"', "1234567", "1'234'567.00"),
        ("format-number '1 234'", "1234", "1 234"),
        ("format-date 'HH:mm' zone 'Europe/Berlin'", "2026-10-25T01:30:00Z", "02:30"),
        ("format-date 'HH:mm' zone 'Europe/Berlin'", "2026-03-29T01:00:00Z", "03:00"),
        ("format-date 'dd.MM.yyyy HH:mm'", "2026-12-31T24:00:00", "01.01.2027 00:00"),
        ("format-date 'dd.MM.yyyy HH:mm' zone 'Europe/Berlin'", "2026-12-31", "31.12.2026 00:00"),
        ("map empty", "x", ""),
        ('number "1\'234.5"', "1’234.5", "1234.5"),
        ("number '1234'", "0", "0"),
        ("number '1.234.567'", "1.234", "1234"),
        ("format-number '1.234,56'", "1234567.5", "1.234.567,50"),
        ("format-number '1.234,56'", "-.5", "-0,50"),
        ("format-number '1.234,56'", "-0.000", "0,00"),
        ("format-number '1234.5'", "12", "12.0"),
        ("format-number '1234'", "12.00", "12"),
    ],
)
def test_a_function_converts_a_value(written, value, expected):
    assert bound(written)(value) == expected


@pytest.mark.parametrize(
    ("written", "value", "code", "allowed"),
    [
        ("map status", "neu", Code.NOT_IN_TABLE, ("in Arbeit", "frei")),
        ("map status", "IN ARBEIT", Code.NOT_IN_TABLE, ("in Arbeit", "frei")),
        ("date 'dd.MM.yyyy' or 'yyyyMMdd'", "31.11.2026", Code.NOT_A_DATE, ("dd.MM.yyyy", "yyyyMMdd")),
        ("date 'dd.MM.yyyy'", "1.2.2026", Code.NOT_A_DATE, ("dd.MM.yyyy",)),
        ("date 'dd.MM.yyyy'", "01.02.2026 ?", Code.NOT_A_DATE, ("dd.MM.yyyy",)),
        ("date 'dd.MM.yyyy'", "01x02x2026", Code.NOT_A_DATE, ("dd.MM.yyyy",)),
        ("date 'dd.MM.yyyy'", "٠١.٠٢.٢٠٢٦", Code.NOT_A_DATE, ("dd.MM.yyyy",)),
        ("date 'yyyyMMdd'", "00000000", Code.NOT_A_DATE, ("yyyyMMdd",)),
        ("datetime 'dd.MM.yyyy HH:mm'", "01.01.2026 24:00", Code.NOT_A_DATE, ("dd.MM.yyyy HH:mm",)),
        ("datetime 'yyyyMMdd' zone 'Asia/Tokyo'", "00010101", Code.NOT_A_DATE, ("yyyyMMdd",)),
        ("datetime 'dd.MM.yyyy HH:mm' zone 'Europe/Berlin'", "29.03.2026 02:30", Code.NOT_A_LOCAL_TIME, ()),
        ("format-date 'dd.MM.yyyy'", "31.12.2026", Code.NOT_A_DATE, ("yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ss")),
        ("date 'dd.MM.yyyy'", "01.01.0000", Code.NOT_A_DATE, ("dd.MM.yyyy",)),
        ("date 'dd.MM.yy'", "01.01.2026", Code.NOT_A_DATE, ("dd.MM.yy",)),
        ("date 'dd.MM.yyyy'", "01.01.26", Code.NOT_A_DATE, ("dd.MM.yyyy",)),
        ("format-date 'dd'", "2026-12-31T24:00:00.5", Code.NOT_A_DATE, ("yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ss")),
        ("format-date 'dd'", "2026-12-31T24:30:00", Code.NOT_A_DATE, ("yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ss")),
        ("format-date 'dd'", "9999-12-31T24:00:00", Code.NOT_A_DATE, ("yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ss")),
        ("format-date 'yyyy'", "-0001-01-01", Code.NOT_A_DATE, ("yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ss")),
        ("number '1 234,5'", "12\u00a0345 678", Code.NOT_A_NUMBER, ("1 234,5",)),
        ("number '1.234,56'", "1'234,5", Code.NOT_A_NUMBER, ("1.234,56",)),
        ("number '1.234,56'", "- 5", Code.NOT_A_NUMBER, ("1.234,56",)),
        ("format-date 'dd.MM.yyyy'", "2026-02-30", Code.NOT_A_DATE, ("yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ss")),
        ("number '1.234,56'", "12,345.60", Code.NOT_A_NUMBER, ("1.234,56",)),
        ("number '1.234,56'", "1234.50", Code.NOT_A_NUMBER, ("1.234,56",)),
        ("number '1.234,56'", "12.34,5", Code.NOT_A_NUMBER, ("1.234,56",)),
        ("number '1.234,56'", "1234.567,5", Code.NOT_A_NUMBER, ("1.234,56",)),
        ("number '1.234,56'", "12,", Code.NOT_A_NUMBER, ("1.234,56",)),
        ("number '1.234,56'", ",", Code.NOT_A_NUMBER, ("1.234,56",)),
        ("number '1.234,56'", "-", Code.NOT_A_NUMBER, ("1.234,56",)),
        ("number '1.234,56'", "-5-", Code.NOT_A_NUMBER, ("1.234,56",)),
        ("number '1.234,56'", "1e5", Code.NOT_A_NUMBER, ("1.234,56",)),
        ("number '1.234,56'", "5 EUR", Code.NOT_A_NUMBER, ("1.234,56",)),
        ("number '1.234,56'", "٣", Code.NOT_A_NUMBER, ("1.234,56",)),
        ("number '1234'", "5,0", Code.NOT_A_NUMBER, ("1234",)),
        ("number '1234,5'", "1.234,5", Code.NOT_A_NUMBER, ("1234,5",)),
        ("format-number '1.234,56'", "1.005", Code.NOT_A_NUMBER, ()),
        ("format-number '1.234,56'", "1,5", Code.NOT_A_NUMBER, ("1234.56",)),
        ("format-number '1.234,56'", ".", Code.NOT_A_NUMBER, ("1234.56",)),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_with_what_is_allowed(written, value, code, allowed):
    with pytest.raises(functions.Unreadable) as raised:
        bound(written)(value)

    assert (raised.value.code, raised.value.allowed) == (code, allowed)


def test_a_hole_in_the_clock_names_its_zone_and_a_table_its_name():
    with pytest.raises(functions.Unreadable) as hole:
        bound("datetime 'dd.MM.yyyy HH:mm' zone 'Europe/Berlin'")("29.03.2026 02:30")
    with pytest.raises(functions.Unreadable) as unknown:
        bound("map status")("neu")

    assert hole.value.details == {"zone": "Europe/Berlin"}
    assert unknown.value.details == {"table": "status"}


def test_too_many_decimal_places_are_told_as_such():
    with pytest.raises(functions.Unreadable) as raised:
        bound("format-number '1.234,56'")("1.005")

    finding = Finding(code=raised.value.code, field="Menge", value="1.005", details=raised.value.details)
    assert "höchstens 2 Nachkommastellen" in words("de").what(finding)
    assert "at most 2 decimal places" in words("en").do(finding)


def test_an_hour_that_comes_twice_in_autumn_is_the_first_of_the_two():
    assert bound("datetime 'dd.MM.yyyy HH:mm' zone 'Europe/Berlin'")("25.10.2026 02:30") == "2026-10-25T00:30:00Z"


ARGUMENTS = {
    "N": "3",
    '"OLD"': "'a'",
    '"NEW"': "'b'",
    '"SEPARATOR"': "','",
    '"PREFIX"': "'a'",
    '"VALUE"…': "'a'",
    "TABLE": "status",
    "KIND": "project",
    "SYSTEM": "pdm",
    "FROM": "mm",
    "TO": "m",
    '"FORMAT"': "'dd.MM.yyyy'",
    '"SAMPLE"': "'1.234,5'",
    '"ZONE"': "'UTC'",
}


def called(form):
    """Write a function with arguments for the placeholders of its form."""
    for placeholder, argument in ARGUMENTS.items():
        form = re.sub(rf"(?<!\w){re.escape(placeholder)}(?!\w)", argument, form)
    return re.sub(r"[\[\]…]", "", form)


@pytest.mark.parametrize("described", functions.FUNCTIONS.values(), ids=list(functions.FUNCTIONS))
def test_every_function_can_be_written_as_its_form_says_and_keeps_a_missing_value_missing(described):
    convert = bound(called(described.form))

    assert convert("") == ""
    assert convert(" \n") == ""


@pytest.mark.parametrize("described", functions.FUNCTIONS.values(), ids=list(functions.FUNCTIONS))
def test_the_reference_lists_every_function_as_the_registry_describes_it(described):
    row = f"| `{described.form}` | {described.description} |"

    assert row in REFERENCE.read_text(encoding="utf-8").splitlines()


def test_the_reference_lists_no_other_function():
    section = REFERENCE.read_text(encoding="utf-8").partition("## Functions")[2].partition("\n## ")[0]

    assert re.findall(r"^\| `([a-z-]+)", section, re.MULTILINE) == list(functions.FUNCTIONS)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**15), max_value=10**15))
def test_a_number_that_is_written_like_a_sample_is_read_back(number):
    for sample in ("1.234,567", "1,234.567", "1 234,567", "1234.567"):
        written = bound(f"format-number '{sample}'")(f"{number:f}")

        assert Decimal(bound(f"number '{sample}'")(written)) == number


@given(
    st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2090, 1, 1)).map(
        lambda at: at.replace(microsecond=0)
    )
)
def test_a_moment_that_is_written_at_the_clock_of_a_zone_is_read_back(moment):
    utc = moment.isoformat() + "Z"

    local = bound("format-date 'dd.MM.yyyy HH:mm:ss' zone 'Europe/Berlin'")(utc)
    again = bound("datetime 'dd.MM.yyyy HH:mm:ss' zone 'Europe/Berlin'")(local)

    # In the hour that comes twice the first of the two is meant.
    early = moment.replace(tzinfo=UTC) - datetime.fromisoformat(again)
    assert early in (timedelta(0), timedelta(hours=1))


@given(st.dates())
def test_a_day_is_read_back_from_every_form_with_a_whole_year(day):
    for form in ("dd.MM.yyyy", "yyyyMMdd", "MM/dd/yyyy", "yyyy-MM-ddTHH:mm"):
        written = bound(f"format-date '{form}'")(day.isoformat())

        assert bound(f"date '{form}'")(written) == day.isoformat()


@given(st.text())
def test_number_and_date_give_a_right_value_or_refuse(value):
    for written, right in (
        ("number '1.234,56'", Decimal),
        ("datetime 'dd.MM.yyyy HH:mm' or 'yyyyMMdd'", datetime.fromisoformat),
    ):
        try:
            converted = bound(written)(value)
        except functions.Unreadable:
            continue
        assert converted == "" or right(converted) is not None
