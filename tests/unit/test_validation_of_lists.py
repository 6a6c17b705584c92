"""What is wrong with a list, by record: one wrong record rejects no other, and thousands take linear time."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from lxml import etree

from sync.findings import Code
from sync.mapping.validation.records import Validated, validate_records
from tests.workshop import NUMBER
from tests.workshop_lists import UNIQUE, items, liste, mapping

MANY = 3_000  #: records, more than are validated as a whole


def checked(tmp_path: Path, tree: etree._ElementTree, constraint: str = "") -> Validated:
    made = mapping(tmp_path, NUMBER, constraint=constraint)
    return validate_records(tree, items(made, tree), made.source, file="l.xml")


def right(count: int) -> list[str]:
    return [f"<Nummer>{number}</Nummer>" for number in range(1, count + 1)]


@pytest.mark.parametrize("count", [5, MANY])
def test_a_valid_list_has_no_findings_and_the_defaults_in_it(tmp_path: Path, count: int) -> None:
    tree = liste(right(count))

    assert checked(tmp_path, tree) == Validated()
    assert {record.get("sprache") for record in tree.getroot()} == {"de"}


@pytest.mark.parametrize("count", [5, MANY])
def test_what_is_wrong_in_a_record_rejects_that_record_only(tmp_path: Path, count: int) -> None:
    records = right(count)
    records[1] = "<Nummer>123456789</Nummer><Preis>x</Preis>"
    records[count - 1] = "<Titel>a</Titel>"
    tree = liste(records)

    wrong = checked(tmp_path, tree)

    assert wrong.header == ()
    found = {at: [(one.code, one.path, one.line) for one in theirs] for at, theirs in wrong.records.items()}
    assert found == {
        2: [
            (Code.SCHEMA_TOO_LONG, "/Liste/Akte[2]/Nummer", 4),
            (Code.SCHEMA_TYPE, "/Liste/Akte[2]/Preis", 4),
        ],
        count: [(Code.SCHEMA_MISSING, f"/Liste/Akte[{count}]/Nummer", count + 2)],
    }
    assert tree.getroot()[0].get("sprache") == "de"
    assert [len(tree.getroot()), tree.getroot()[1].findtext("{urn:s}Preis")] == [count, "x"]


@pytest.mark.parametrize("count", [5, MANY])
def test_what_is_wrong_outside_of_all_records_rejects_all(tmp_path: Path, count: int) -> None:
    tree = liste([*right(count), "<Titel/>"], header='<Kopf datum="gestern"/>')

    wrong = checked(tmp_path, tree)

    assert [(one.code, one.path) for one in wrong.header] == [(Code.SCHEMA_TYPE, "/Liste/Kopf/@datum")]


@pytest.mark.parametrize("count", [5, MANY])
def test_references_between_records_are_looked_for_in_the_whole_list(tmp_path: Path, count: int) -> None:
    records = right(count)
    records[0] = "<Nummer>1</Nummer><Siehe>last</Siehe>"
    records[1] = "<Nummer>2</Nummer><Siehe>nowhere</Siehe>"
    records[2] = '<Akte id="last"><Nummer>3</Nummer></Akte>'
    records[-1] = '<Akte id="last"><Nummer>4</Nummer></Akte>'

    wrong = checked(tmp_path, liste(records))

    codes = {at: [one.code for one in theirs] for at, theirs in wrong.records.items()}
    assert (wrong.header, codes) == ((), {2: [Code.SCHEMA_IDREF], count: [Code.SCHEMA_ID_TWICE]})


def test_a_record_that_refers_to_a_wrong_one_is_right(tmp_path: Path) -> None:
    records = ["<Nummer>1</Nummer><Siehe>x</Siehe>", '<Akte id="x"><Nummer/></Akte>', "<Nummer>3</Nummer>"]

    wrong = checked(tmp_path, liste(records))

    assert (wrong.header, list(wrong.records)) == ((), [2])


def test_thousands_of_wrong_records_take_linear_time(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER)
    taken = []
    for count in (MANY, 4 * MANY):
        tree = liste(["<Nummer/><Preis>x</Preis>"] * count)
        started = time.process_time()
        wrong = validate_records(tree, items(made, tree), made.source, file="l.xml")
        taken.append(time.process_time() - started)
        assert len(wrong.records) == count

    assert taken[1] < 8 * taken[0]


def test_a_key_that_stands_twice_in_a_large_list_rejects_it(tmp_path: Path) -> None:
    records = right(MANY)
    records[3] = records[-1] = '<Akte id="twice"><Nummer>4</Nummer></Akte>'

    small = checked(tmp_path / "1", liste([records[3], *right(3), records[3]]), UNIQUE)
    large = checked(tmp_path / "2", liste(records), UNIQUE)

    assert list(small.records) == [5]
    assert large.header or MANY in large.records
