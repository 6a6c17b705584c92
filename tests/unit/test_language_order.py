"""Revision orders: keys whose text compares as the revisions do."""

from unittest.mock import ANY

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.findings import Code
from sync.mapping.functions.unreadable import Unreadable
from sync.mapping.language.order import KINDS, order_key
from sync.mapping.language.tree import Order


def order(kind, *values):
    return Order(kind=kind, values=values, place=ANY)


@pytest.mark.parametrize(
    ("known", "oldest_first"),
    [
        (order("letters"), ["-", "A", "B", "Z", "AA", "AB", "BA", "ZZ", "AAA"]),
        (order("numbers"), ["-", "0", "1", "2", "9", "10", "11", "100"]),
        (order("dotted"), ["-", "0.9", "1", "1.0", "1.2", "1.10", "1.10.1", "2", "10.0"]),
        (order("list", "0", "P", "A"), ["-", "0", "P", "A"]),
        (order("list", "0", "P", "A", "-"), ["", "0", "P", "A", "-"]),
        (order("list", *map(str, range(20))), [str(revision) for revision in range(20)]),
        (None, ["-", "0", "2", "10", "A", "Z", "AA"]),
    ],
)
def test_keys_compare_as_text_from_the_oldest_to_the_newest(known, oldest_first):
    keys = [order_key(known, revision) for revision in oldest_first]

    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("known", "one", "other"),
    [
        (order("letters"), "b", " B "),
        (order("letters"), "", "-"),
        (order("numbers"), "007", "7"),
        (order("numbers"), "", "-"),
        (order("dotted"), "1.02", "1.2"),
        (order("none"), "A", "whatever"),
        (order("list", "0", "P"), "", "-"),
        (None, "", "-"),
        (None, "aa", "AA"),
    ],
)
def test_revisions_that_are_the_same_have_the_same_key(known, one, other):
    assert order_key(known, one) == order_key(known, other)


@pytest.mark.parametrize(
    ("known", "revision"),
    [
        (order("letters"), "1"),
        (order("letters"), "A1"),
        (order("letters"), "Ä"),
        (order("numbers"), "A"),
        (order("numbers"), "1.0"),
        (order("numbers"), "٣"),
        (order("numbers"), "-1"),
        (order("dotted"), "1."),
        (order("dotted"), "A.1"),
        (order("list", "0", "P"), "p"),
        (None, "A1"),
        (None, "1.0"),
        (None, "1" * 21),
    ],
)
def test_a_revision_that_its_order_does_not_know_is_refused(known, revision):
    with pytest.raises(Unreadable) as raised:
        order_key(known, revision)

    assert raised.value.code is Code.REVISION_UNKNOWN


def test_a_hyphen_stands_where_a_list_names_it_and_else_first_as_a_missing_revision_always_does():
    with_hyphen, without = order("list", "0", "-", "A"), order("list", "0", "A")

    assert order_key(with_hyphen, "") < order_key(with_hyphen, "0") < order_key(with_hyphen, "-")
    assert order_key(without, "") == order_key(without, "-") < order_key(without, "0")


def test_a_revision_that_is_not_in_the_list_is_told_what_is():
    with pytest.raises(Unreadable) as raised:
        order_key(order("list", "0", "P"), "X")

    assert raised.value.allowed == ("0", "P")


@given(st.integers(min_value=0, max_value=10**19), st.integers(min_value=0, max_value=10**19))
def test_numbers_are_in_their_order(one, other):
    for known in (order("numbers"), None):
        assert (order_key(known, str(one)) < order_key(known, str(other))) == (one < other)


LETTERS = st.text(alphabet="ABCXYZ", min_size=1, max_size=4)
VERSIONS = st.lists(st.integers(min_value=0, max_value=1200), min_size=1, max_size=5)


@given(LETTERS, LETTERS)
def test_letters_are_in_the_order_of_spreadsheet_columns(one, other):
    for known in (order("letters"), None):
        assert (order_key(known, one) < order_key(known, other)) == ((len(one), one) < (len(other), other))


@given(VERSIONS, VERSIONS)
def test_dotted_revisions_are_in_the_order_of_their_parts(one, other):
    keys = [order_key(order("dotted"), ".".join(map(str, parts))) for parts in (one, other)]

    assert (keys[0] < keys[1]) == (one < other)


@given(st.sampled_from([*KINDS, ""]), st.text())
def test_a_key_is_made_of_digits_and_capitals_or_the_revision_is_refused(kind, revision):
    known = order(kind, "0", "P") if kind else None

    try:
        key = order_key(known, revision)
    except Unreadable as error:
        key = str(error.code is Code.REVISION_UNKNOWN).upper()

    # No other characters: collations of databases agree on these alone.
    assert all(character in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" for character in key)
