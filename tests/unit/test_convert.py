"""What comes out of a conversion: valid or refused by rule and line, what it says, and its bytes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from lxml import etree

from sync.errors import PairRejected
from sync.findings import Code
from sync.mapping.store import serialize
from sync.mapping.validation.documents import LARGE
from sync.model import Action
from sync.reports.words import words
from tests.workshop import TARGET, akte, convert, document, mapping, text

NUMBER = "Number <- Nummer\n"


# --- the target's schema ----------------------------------------------------------------------------------------------


def test_a_value_that_the_target_refuses_names_rule_and_line(tmp_path: Path) -> None:
    made = mapping(tmp_path, 'Title <- Titel[1]\nNumber <- Kunde/Name\nDate = "gestern"\n')

    conversion = convert(made, akte("<Kunde><Name>longer than ten</Name></Kunde>"))

    assert conversion.tree is None
    assert [(one.code, one.rule, one.field, one.path, one.value) for one in conversion.findings] == [
        (Code.TARGET_INVALID, "mapping.map:7", "Name", "/Document/Number", "longer than ten"),
        (Code.TARGET_INVALID, "mapping.map:8", "", "/Document/Date", "gestern"),
    ]
    assert "maxLength" in conversion.findings[0].details["parser"]


@pytest.mark.parametrize("pattern", ["[0-9]{3}(-[0-9]{2,5})?", r"\p{Lu}{2}\P{Lu}+"])
def test_a_pattern_that_does_not_fit_is_told_as_the_schema_has_it(tmp_path: Path, pattern: str) -> None:
    target = TARGET.replace('<xs:maxLength value="10"/>', f'<xs:pattern value="{pattern}"/>')
    made = mapping(tmp_path, "Number <- Kunde/Name\n", target=target)

    (finding,) = convert(made, akte("<Kunde><Name>x</Name></Kunde>")).findings

    assert f"'{pattern}'" in finding.details["parser"]


def test_a_type_without_a_name_is_told_by_the_one_that_it_restricts(tmp_path: Path) -> None:
    small = '<xs:simpleType><xs:restriction base="xs:positiveInteger"><xs:maxExclusive value="100"/></xs:restriction>'
    target = TARGET.replace(
        '<xs:element name="Number" type="Short"/>',
        f'<xs:element name="Number">{small}</xs:simpleType></xs:element>',
    )

    (finding,) = convert(mapping(tmp_path, "Number <- Kunde/Name\n", target=target),
                         akte("<Kunde><Name>12.5</Name></Kunde>")).findings  # fmt: skip

    assert "'xs:positiveInteger'" in finding.details["parser"]
    assert "meldet" not in words("de").what(finding)


def test_the_second_of_a_list_names_its_rule_too(tmp_path: Path) -> None:
    target = TARGET.replace('name="Text" type="xs:string"', 'name="Text" type="Short"')
    made = mapping(tmp_path, NUMBER + "each Lines/Line <- Position\n  Text <- Text\n", target=target)
    source = akte('<Position nr="1"><Text>a</Text></Position><Position nr="2"><Text>longer than ten</Text></Position>')

    (finding,) = convert(made, source).findings

    assert (finding.path, finding.rule) == ("/Document/Lines/Line[2]/Text", "mapping.map:8")


def test_what_the_target_refuses_is_shown_where_the_rule_read_it(tmp_path: Path) -> None:
    target = TARGET.replace('name="Text" type="xs:string"', 'name="Text" type="Short"').replace(
        'name="no" type="xs:string"', 'name="no" type="Short"'
    )
    rules = NUMBER + "each Lines/Line <- Position\n  @no <- @nr => upper\n  Text <- Text\n"
    long = "longer than ten"
    lines = [f'<Position nr="{number}">\n<Text>{text}</Text></Position>\n' for number, text in
             (("1", "a"), ("2", long), ("3", "b"), (long, long))]  # fmt: skip

    findings = convert(mapping(tmp_path, rules, target=target), akte("".join(lines))).findings

    assert {(one.path, one.line, one.source_path) for one in findings} == {
        ("/Document/Lines/Line[2]/Text", 8, "/Akte/Position[2]/Text"),
        ("/Document/Lines/Line[4]/@no", 11, "/Akte/Position[4]/@nr"),
        ("/Document/Lines/Line[4]/Text", 12, "/Akte/Position[4]/Text"),
    }


def test_what_cannot_be_read_and_what_the_target_refuses_are_told_together(tmp_path: Path) -> None:
    rules = 'Number <- Kunde/Name\nDate <- Datum => date "dd.MM.yyyy"\nTitle <- Kunde/Nummer\n'
    source = akte("<Datum>gestern</Datum><Kunde><Name>longer than ten</Name></Kunde>")

    findings = convert(mapping(tmp_path, rules), source).findings

    assert [(one.code, one.field) for one in findings] == [
        (Code.NOT_A_DATE, "Datum"),
        (Code.MISSING, "Nummer"),
        (Code.TARGET_INVALID, "Name"),
    ]


def test_a_required_element_that_a_rule_left_out_names_that_rule(tmp_path: Path) -> None:
    made = mapping(tmp_path, "Number <-? Kunde/Nummer\nTitle <- Titel[1]\n")

    (finding,) = convert(made, akte()).findings

    assert (finding.code, finding.rule, finding.field) == (Code.TARGET_INVALID, "mapping.map:6", "Nummer")
    assert (finding.path, finding.details["element"]) == ("/Document/Number", "Number")


def test_a_required_attribute_that_a_rule_left_out_names_that_rule(tmp_path: Path) -> None:
    target = TARGET.replace('name="version" type="xs:string"', 'name="version" type="xs:string" use="required"')
    made = mapping(tmp_path, NUMBER + "@version <-? @lauf\n", target=target)

    (finding,) = convert(made, akte()).findings

    assert (finding.rule, finding.path, finding.field) == ("mapping.map:7", "/Document/@version", "@lauf")


def test_of_a_large_result_only_the_first_fault_is_looked_for(tmp_path: Path) -> None:
    target = TARGET.replace('name="Text" type="xs:string"', 'name="Text" type="Short"')
    made = mapping(tmp_path, NUMBER + "each Lines/Line <- Position\n  Text <- Text\n", target=target)
    source = akte("".join(f'<Position nr="{n}"><Text>longer than ten</Text></Position>' for n in range(LARGE // 2)))

    first, only = convert(made, source).findings

    assert (first.code, first.rule) == (Code.TARGET_INVALID, "mapping.map:8")
    assert only.code is Code.SCHEMA_ONLY_FIRST


def test_the_target_gets_no_defaults_that_no_rule_wrote(tmp_path: Path) -> None:
    target = TARGET.replace('name="version" type="xs:string"', 'name="version" type="xs:string" default="7"')

    produced = text(convert(mapping(tmp_path, NUMBER, target=target), akte()))

    assert produced == "<Document><Number>N-1</Number></Document>"


def test_an_identity_that_is_written_twice_is_found(tmp_path: Path) -> None:
    target = TARGET.replace('name="no" type="xs:string"', 'name="no" type="xs:ID"').replace(
        'name="Text" type="xs:string"', 'name="Text" type="xs:ID"'
    )
    made = mapping(tmp_path, NUMBER + "each Lines/Line <- Position\n  Text <- Text\n", target=target)

    (finding,) = convert(made, akte('<Position nr="1"><Text>a</Text></Position>' * 2)).findings

    assert (finding.code, finding.rule, finding.value) == (Code.TARGET_INVALID, "mapping.map:8", "a")


def test_so_many_wrong_values_are_named_as_a_person_can_read(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + "each Lines/Line <- Position\n  Text <- Text\n")

    conversion = convert(made, akte('<Position nr="1"/>' * 3000))

    assert len(conversion.findings) == 500


# --- what a document says ---------------------------------------------------------------------------------------------


RULES = """volatile @lauf
@id <- @lauf
Number <- Nummer
Title <-? Titel[1]
Kind <- $action
Note =? "{$route} {$received}"
each File <- $documents
  Name <- name
  Sha256 <- sha256
  Of =? "{source_name}"
"""


def test_what_is_new_in_every_export_and_delivery_says_nothing(tmp_path: Path) -> None:
    made = mapping(tmp_path, RULES)
    first = convert(made, akte(attributes=' lauf="1"'), route="a", received="x", documents=(document("a.pdf"),))
    second = convert(
        made,
        akte(attributes=' lauf="2"'),
        route="b",
        received="y",
        action=Action.UPDATE,
        documents=(document("b.pdf"),),
    )

    assert text(first) != text(second)
    assert first.says == second.says


def test_everything_else_says_something(tmp_path: Path) -> None:
    made = mapping(tmp_path, RULES)
    source = akte(attributes=' lauf="1"')

    said = {
        convert(made, source, documents=(document(),)).says,
        convert(made, source, documents=(document(sha256="cd" * 32),)).says,
        convert(made, source, documents=(document(), document("b.pdf", sha256="ef" * 32))).says,
        convert(
            made, akte(attributes=' lauf="1"', titles="<Titel>x</Titel>", kind="Rest"), documents=(document(),)
        ).says,
    }

    # The Art and the second Titel are not read, so the last one says what the first does.
    assert len(said) == 3


def test_a_value_that_is_computed_from_what_is_volatile_says_nothing_either(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + 'volatile @lauf\nTitle <- string-length(@lauf)\nNote = "{@lauf}"\n')

    first, second = (convert(made, akte(attributes=f' lauf="{run}"')) for run in ("1", "22"))

    assert text(first) != text(second)
    assert first.says == second.says


def test_the_conversion_keeps_what_does_not_count_for_what_it_says(tmp_path: Path) -> None:
    produced = text(
        convert(mapping(tmp_path, "volatile @lauf\n@id <- @lauf\nNumber <- Nummer\n"), akte(attributes=' lauf="1"'))
    )

    assert produced == '<Document id="1"><Number>N-1</Number></Document>'


# --- running ----------------------------------------------------------------------------------------------------------


def test_one_mapping_may_be_asked_by_several_threads(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + "Title <- $pair\nNote <- Datum\n")

    def one(number: int) -> str:
        day = "<Datum>x</Datum>" if number % 2 else ""
        conversion = convert(made, akte(day), pair=str(number))
        return text(conversion) if number % 2 else str(len(conversion.findings))

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(one, range(200)))

    assert set(found[::2]) == {"1"}
    assert all(f"<Title>{number}</Title>" in found[number] for number in range(1, 200, 2))


def test_a_name_that_xml_cannot_hold_rejects_the_pair(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + "Title <- $pair\n")

    with pytest.raises(PairRejected) as caught:
        convert(made, akte(), pair="a\x01b")

    assert [(one.code, one.value) for one in caught.value.findings] == [(Code.NAME_UNSAFE, "a\\x01b")]


def test_the_generated_stylesheet_can_be_read(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + "each Lines/Line <-? Position[@nr != '<']\n  @no <- @nr\n")

    stylesheet = made.stylesheet()

    assert etree.fromstring(stylesheet).tag == "{http://www.w3.org/1999/XSL/Transform}stylesheet"
    assert "p:value(6, n:Nummer)" in stylesheet


# --- bytes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1", "ISO-8859-15", "windows-1252", "UTF-16", "US-ASCII"])
def test_a_character_that_the_encoding_lacks_is_still_the_same_character(tmp_path: Path, encoding: str) -> None:
    made = mapping(tmp_path, NUMBER + 'Title = "Größe 5 € Ж & <x>"\n@id = "ß€Ж"\n')
    tree = convert(made, akte()).tree

    content = serialize(tree, encoding)

    assert encoding.encode() in content or encoding == "UTF-16"
    root = etree.fromstring(content)
    assert (root.findtext("{urn:t}Title"), root.get("id")) == ("Größe 5 € Ж & <x>", "ß€Ж")


def test_a_name_that_the_encoding_lacks_is_refused() -> None:
    tree = etree.ElementTree(etree.fromstring("<Änderung Größe='1'/>"))

    assert etree.fromstring(serialize(tree, "ISO-8859-1")).tag == "Änderung"
    with pytest.raises(PairRejected) as caught:
        serialize(tree, "US-ASCII")
    assert [one.code for one in caught.value.findings] == [Code.OUTPUT_ENCODING]


# --- an attribute that is not there -----------------------------------------------------------------------------------


@pytest.mark.parametrize("rest", ["", "<Preis>7</Preis>"])
def test_an_attribute_that_is_not_there_is_missing_as_an_element_is(tmp_path: Path, rest: str) -> None:
    needed = mapping(tmp_path / "needed", "Number <- Nummer\nKind <- Preis/@waehrung\n")
    optional = mapping(tmp_path / "optional", "Number <- Nummer\nKind <-? Preis/@waehrung\n")

    (finding,) = convert(needed, akte(rest)).findings
    left_out = convert(optional, akte(rest))

    assert (finding.code, finding.field, finding.path) == (Code.MISSING, "@waehrung", "/Akte/Preis/@waehrung")
    assert text(left_out) == "<Document><Number>N-1</Number></Document>"
