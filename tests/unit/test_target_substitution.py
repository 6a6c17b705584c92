"""Substitution groups: a member is written where the content model has its head."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from tests.targets import leaf, produced, sequence, target, wrong
from tests.workshop import akte

MEMBERS = (
    '<xs:element name="Part" type="xs:string" abstract="true"/>'
    '<xs:element name="Screw" type="xs:string" substitutionGroup="Part"/>'
    '<xs:element name="Hex" type="xs:string" substitutionGroup="Screw"/>'
    '<xs:element name="Group" type="xs:string" substitutionGroup="Part" abstract="true"/>'
    '<xs:element name="Note" type="xs:string"/><xs:element name="Remark" substitutionGroup="Note"/>'
)


def schema(occurs: str = "") -> str:
    head = f'<xs:element ref="Part" {occurs}/>'
    return target(sequence(leaf("First"), head, leaf("Middle"), '<xs:element ref="Note" minOccurs="0"/>'), MEMBERS)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_a_member_stands_at_the_place_of_its_head(tmp_path: Path, order: tuple[int, ...]) -> None:
    rules = ["First <- Nummer\n", "Hex <- Art\n", "Middle <- Nummer\n", "Remark <- Art\n"]

    made = produced(tmp_path, schema(), "".join(rules[at] for at in order))

    assert made == "<First>N-1</First><Hex>Anfrage</Hex><Middle>N-1</Middle><Remark>Anfrage</Remark>"


def test_a_head_that_is_not_abstract_may_be_written_itself(tmp_path: Path) -> None:
    made = produced(tmp_path, schema(), "First <- Art\nScrew <- Art\nMiddle <- Art\nNote <- Art\n")

    assert made.endswith("<Note>Anfrage</Note>")


def test_several_members_stand_together_where_the_head_repeats(tmp_path: Path) -> None:
    rules = "Middle <- Art\nHex <- Nummer\neach Screw <- Position\n  . <- @nr\nFirst <- Art\n"

    made = produced(tmp_path, schema('maxOccurs="unbounded"'), rules)

    assert made == ("<First>Anfrage</First><Hex>N-1</Hex><Screw>a</Screw><Screw>b</Screw><Middle>Anfrage</Middle>")


def test_branches_choose_a_member(tmp_path: Path) -> None:
    rules = "First <- Art\nMiddle <- Art\nif Art = 'Rest'\n  Screw <- Art\nelse\n  Hex <- Art\n"

    assert "<Hex>Anfrage</Hex>" in produced(tmp_path / "1", schema(), rules)
    assert "<Screw>Rest</Screw>" in produced(tmp_path / "2", schema(), rules, akte(kind="Rest"))


@pytest.mark.parametrize(
    ("rule", "what", "near"),
    [
        ("Part <- Art", "Part is abstract: others stand for it", "write one of Screw, Hex"),
        ("Group <- Art", "Document has no element Group", ""),
        ("Scruw <- Art", "Document has no element Scruw", "did you mean Screw?"),
    ],
)
def test_an_abstract_head_is_refused_with_its_members(tmp_path: Path, rule: str, what: str, near: str) -> None:
    rules = f"First <- Art\nMiddle <- Art\n{rule}\n"

    assert wrong(tmp_path, schema(), rules) == [(3, what, near)]


def test_a_head_is_covered_by_its_members_only(tmp_path: Path) -> None:
    ((_, what, near),) = wrong(tmp_path, schema(), "First <- Art\nMiddle <- Art\n")

    assert (what, near) == ("nothing writes Screw or Hex, which Document must have", "add a rule for Screw or Hex")


def test_two_members_where_the_head_stands_once_are_refused(tmp_path: Path) -> None:
    found = wrong(tmp_path, schema(), "First <- Art\nMiddle <- Art\nHex <- Art\nScrew <- Nummer\n")

    assert found == [
        (4, "Screw and Hex in line 8 exclude each other", "write one of them under an if and the other under its else")
    ]


def test_a_blocked_head_takes_no_members(tmp_path: Path) -> None:
    blocked = schema().replace('name="Note" type="xs:string"', 'name="Note" type="xs:string" block="substitution"')

    ((_, what, _),) = wrong(tmp_path, blocked, "First <- Art\nHex <- Art\nMiddle <- Art\nRemark <- Art\n")

    assert what == "Document has no element Remark"
