"""What is said of a document that no mapping is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.findings import Code, Finding
from sync.mapping.choosing import none_applies, none_for_root
from sync.mapping.store import MappingStore
from sync.reports.words import words
from tests.workshop import HEAD, NUMBER, akte, write


def finding(root: Path, *conditions: str, **document: str) -> Finding:
    """Give what is said of a document, of mappings with these conditions."""
    for number, condition in enumerate(conditions, start=1):
        write(root, f"when {condition}\n{NUMBER}", name=f"m-{number}")
    mappings = MappingStore.load(root, {}).mappings
    return none_applies(akte(**document), {name: one.subject for name, one in mappings.items()}, "x.xml")


def test_an_unknown_root_is_named_with_its_namespace() -> None:
    said = words("en").what(none_for_root("{urn:s}Akte", ["{urn:s}Anders"], "x.xml"))

    assert said == "There is no mapping for files of this kind. The topmost element is Akte (urn:s)."


@pytest.mark.parametrize(
    ("root", "known", "said"),
    [
        ("Akte", "{urn:s}Akte", "Namespace in the file: –; expected: urn:s"),
        ("{urn:s}Akte", "Akte", "Namespace in the file: urn:s; expected: –"),
        ("{urn:s}Akte", "{urn:S}Akte", "Namespace in the file: urn:s; expected: urn:S"),
    ],
)
def test_a_root_in_another_namespace_is_told_which_is_expected(root: str, known: str, said: str) -> None:
    finding = none_for_root(root, [known, known, "{urn:x}Other"], "x.xml")

    assert said in words("en").what(finding)
    assert "Akte" in words("en").what(finding)


def test_where_all_turns_on_one_field_it_is_named_with_the_values_that_have_a_mapping(tmp_path: Path) -> None:
    found = finding(tmp_path, "Art = 'Anfrage'", "Art = 'Auftrag' or Art = 'Rst'", kind="Rest")

    assert (found.code, found.field, found.path, found.value) == (Code.MAPPING_NONE, "Art", "/Akte/Art", "Rest")
    assert (found.line, found.allowed) == (4, ("Anfrage", "Auftrag", "Rst"))
    assert words("de").suggestion(found) == "Rst"
    assert "gibt es Zuordnungen (m-1, m-2)" in words("de").what(found)
    assert "Art = 'Rest'" in words("de").what(found)


def test_of_several_fields_each_is_named_with_what_stands_there(tmp_path: Path) -> None:
    found = finding(tmp_path, "Art = 'Anfrage' and not(Datei)", "@lauf = 'x'", rest="<Datei>a</Datei><Datei>b</Datei>")

    assert found.field == ""
    assert found.details["values"] == "Art = 'Anfrage'; Datei = 'a', 'b'; @lauf = –"
    assert "Art = 'Anfrage'; Datei = 'a', 'b'; @lauf = –" in words("en").what(found)


@pytest.mark.parametrize(
    ("condition", "values"),
    [
        ("count(Position[Text='x']) > 1", "Position = ''"),
        ("/Akte/Kunde/Name = 'Muster'", "/Akte/Kunde/Name = –"),
        ("contains(Index, 'B')", "Index = –"),
    ],
)
def test_whatever_a_condition_looks_at_can_be_said(tmp_path: Path, condition: str, values: str) -> None:
    found = finding(tmp_path, condition, rest='<Position nr="1"><Text>x</Text></Position>')

    assert found.details["values"] == values


def test_a_condition_that_is_wrong_is_told_once(tmp_path: Path) -> None:
    write(tmp_path, f"when Arrt = 'Anfrage'\n{NUMBER}", head=HEAD)

    assert len(MappingStore.load(tmp_path, {}).problems) == 1


def test_a_mapping_is_missing_where_what_is_chosen_is_broken_or_not_there(tmp_path: Path) -> None:
    write(tmp_path, NUMBER, name="crm-a")
    write(tmp_path, "Number <- Nowhere\n", name="pdm-x")

    store = MappingStore.load(tmp_path, {})

    assert not store.lacks(["crm-*"])
    assert store.lacks(["crm-*", "pdm-x"])
    assert store.lacks(["erp-*"])
    assert MappingStore.load(tmp_path / "nowhere", {}).lacks(["*"])
