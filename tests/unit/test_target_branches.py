"""`if` and `else`: one of two ways is gone, and what must be written is written on each."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from sync.findings import Code
from tests.targets import choice, leaf, produced, sequence, target, wrong
from tests.workshop import NUMBER, TARGET, akte, convert, mapping, text

CONTACT = (
    '<xs:element name="Contact" {}><xs:complexType><xs:sequence>'
    + leaf("Name")
    + leaf("Phone", 'minOccurs="0"')
    + '</xs:sequence><xs:attribute name="kind" type="xs:string" use="required"/></xs:complexType></xs:element>'
)


def written(folder: Path, rules: str, source: etree._ElementTree) -> str:
    return text(convert(mapping(folder, rules), source)).removeprefix("<Document><Number>N-1</Number>")


def test_the_lines_under_if_or_those_under_else_are_written(tmp_path: Path) -> None:
    rules = NUMBER + 'if Art = \'Anfrage\'\n  Title <- Titel[1]\n  Kind = "in"\nelse\n  Kind = "out"\nNote <- Art\n'
    made = mapping(tmp_path, rules)

    assert text(convert(made, akte())) == (
        "<Document><Number>N-1</Number><Title>Erster</Title><Kind>in</Kind><Note>Anfrage</Note></Document>"
    )
    assert text(convert(made, akte(kind="Rest"))) == (
        "<Document><Number>N-1</Number><Kind>out</Kind><Note>Rest</Note></Document>"
    )


def test_values_of_a_way_that_is_not_gone_are_not_read(tmp_path: Path) -> None:
    rules = NUMBER + 'if Datum\n  Date <- Datum => date "dd.MM.yyyy"\n  each File <- Datei\n    Name <- .\nelse\n'
    made = mapping(
        tmp_path, rules + '  Amount <- Preis => number "1.234,56"\n  each Lines/Line <- Position\n    @no <- @nr\n'
    )

    without = convert(made, akte("<Preis>x</Preis>"))
    with_date = convert(made, akte("<Datum>y</Datum><Preis>x</Preis>"))

    assert [(one.code, one.field) for one in without.findings] == [
        (Code.NOT_A_NUMBER, "Preis"),
        (Code.MISSING, "Position"),
    ]
    assert [(one.code, one.field) for one in with_date.findings] == [
        (Code.NOT_A_DATE, "Datum"),
        (Code.MISSING, "Datei"),
    ]


@pytest.mark.parametrize(
    ("kind", "date", "expected"),
    [
        ("Anfrage", "<Datum>1</Datum>", "<Title>dated</Title>"),
        ("Anfrage", "", "<Title>undated</Title>"),
        ("Rest", "<Datum>1</Datum>", "<Title>other</Title>"),
        ("Rest", "", "<Title>other</Title>"),
    ],
)
def test_ifs_nest(tmp_path: Path, kind: str, date: str, expected: str) -> None:
    rules = (
        'if Art = \'Anfrage\'\n  if Datum\n    Title = "dated"\n  else\n    Title = "undated"\n'
        'else\n  Title = "other"\n'
    )

    assert written(tmp_path, NUMBER + rules, akte(date, kind=kind)) == f"{expected}</Document>"


def test_an_if_in_each_asks_about_each(tmp_path: Path) -> None:
    rules = "each Lines/Line <- Position\n  @no <- @nr\n  if @nr = 'a' and $position = 1\n    Text <- Text\n  else\n"
    source = akte('<Position nr="a"><Text>x</Text></Position><Position nr="a"><Text>y</Text></Position>')

    made = written(tmp_path, NUMBER + rules + '    Text = "-"\n', source)

    assert made == '<Lines><Line no="a"><Text>x</Text></Line><Line no="a"><Text>-</Text></Line></Lines></Document>'


def test_each_and_required_stand_in_both_branches(tmp_path: Path) -> None:
    rules = (
        "if Position\n  each Lines/Line <-? Position\n    @no <- @nr\n  required Customer\n"
        "else\n  each Lines/Line <-? Datei\n    Text <- .\n"
    )
    made = mapping(tmp_path, NUMBER + rules)

    assert '<Customer/><Lines><Line no="1"/></Lines>' in text(convert(made, akte('<Datei>d</Datei><Position nr="1"/>')))
    assert text(convert(made, akte("<Datei>d</Datei>"))) == (
        "<Document><Number>N-1</Number><Lines><Line><Text>d</Text></Line></Lines></Document>"
    )


def test_attributes_and_texts_of_branches_are_told_apart_from_constants(tmp_path: Path) -> None:
    rules = (
        'if Preis\n  Amount <- Preis\n  Amount/@currency <- Preis/@waehrung else "{{EUR}}"\n  @id = "{{x}}"\n'
        'else\n  @id <- @lauf\n  Note = "a < b"\n'
    )
    made = mapping(tmp_path, NUMBER + rules)

    assert text(convert(made, akte("<Preis>5</Preis>"))) == (
        '<Document id="{x}"><Number>N-1</Number><Amount currency="{EUR}">5</Amount></Document>'
    )
    assert text(convert(made, akte(attributes=' lauf="7"'))) == (
        '<Document id="7"><Number>N-1</Number><Note>a &lt; b</Note></Document>'
    )


def test_a_choice_is_written_by_branches(tmp_path: Path) -> None:
    rules = NUMBER + "if Art = 'Rest'\n  Closed <- Art\nelse\n  Open <- Art\n"

    assert written(tmp_path / "1", rules, akte()) == "<Open>Anfrage</Open></Document>"
    assert written(tmp_path / "2", rules, akte(kind="Rest")) == "<Closed>Rest</Closed></Document>"


def test_a_parent_stands_only_on_the_way_that_feeds_it(tmp_path: Path) -> None:
    schema = target(sequence(leaf("Number"), CONTACT.format('minOccurs="0"')))
    rules = NUMBER + "Contact/@kind = \"k\"\nif Art = 'Anfrage'\n  Contact/Name <- Titel[1]\n"

    assert produced(tmp_path / "1", schema, rules) == (
        '<Number>N-1</Number><Contact kind="k"><Name>Erster</Name></Contact>'
    )
    assert produced(tmp_path / "2", schema, rules, akte(kind="Rest")) == "<Number>N-1</Number>"


def test_what_comes_out_wrong_names_the_rules_of_both_branches(tmp_path: Path) -> None:
    made = mapping(tmp_path, "if Index\n  Number <- Index\nelse\n  Number <- Art\n")

    (finding,) = convert(made, akte(index="<Index>much too long</Index>")).findings

    assert (finding.code, finding.rule) == (Code.TARGET_INVALID, "mapping.map:7, mapping.map:9")


def test_a_leaf_is_volatile_only_where_all_its_rules_are(tmp_path: Path) -> None:
    rules = NUMBER + "volatile @lauf\nif Art = 'Rest'\n  Note <- @lauf\nelse\n  Note <- Titel[1]\n"
    made = mapping(tmp_path, rules)

    one = convert(made, akte(attributes=' lauf="1"'))
    other = convert(made, akte(attributes=' lauf="2"').__copy__())
    changed = akte(attributes=' lauf="1"')
    changed.getroot()[1].text = "Anders"

    assert one.says == other.says
    assert one.says != convert(made, changed).says


# --- coverage ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (
            "if Datum\n  Number <- Nummer\n",
            [(-2, "nothing writes Number, which Document must have where the condition in line 6 does not hold")],
        ),
        (
            "if Datum\n  Title <- Datum\nelse\n  Number <- Nummer\n",
            [(-2, "nothing writes Number, which Document must have where the condition in line 6 holds")],
        ),
        ("if Datum\n  Number <- Nummer\nelse\n  Number <- Art\n", []),
        (
            "if Datum\n  if Index\n    Number <- Nummer\nelse\n  Number <- Art\n",
            [(-2, "nothing writes Number, which Document must have where the condition in line 7 does not hold")],
        ),
        ("Number <- Nummer\nif Datum\n  Number <- Art\n", [(3, "Number is written already, in line 6")]),
        (
            "if Datum\n  Number <- Art\nelse\n  Note <- Art\nNumber <- Nummer\n",
            [(5, "Number is written already, in line 7")],
        ),
        (
            'Number <- Nummer\nif Datum\n  Customer/Country = "DE"\n',
            [(3, "never written: only constants stand below the optional Customer")],
        ),
        (
            NUMBER + "if Datum\n  each Lines/Line <- Position\n    @no <- @nr\nelse\n  Lines/Line/@no <- Art\n",
            [],
        ),
        (
            "Number <- Nummer\nif Datum\n  each Lines/Line <- Position\n    @no <- @nr\nLines/Line/@no <- Art\n",
            [(5, "Line is repeated by each in line 8")],
        ),
        ("Number <- Nummer\nif Datumm\n  Note <- Art\n", [(2, "Akte has no element Datumm")]),
    ],
)
def test_what_must_be_written_is_written_on_every_way(
    tmp_path: Path, rules: str, expected: list[tuple[int, str]]
) -> None:
    assert [one[:2] for one in wrong(tmp_path, TARGET, rules)] == expected


def test_what_a_parent_must_have_is_needed_where_the_parent_stands(tmp_path: Path) -> None:
    schema = target(sequence(leaf("Number"), CONTACT.format('minOccurs="0"')))
    fed_in_both = "Contact/@kind <- Art\nif Datum\n  Contact/Name <- Art\n"
    fed_in_one = "if Datum\n  Contact/@kind <- Art\n  Contact/Name <- Art\n"

    assert wrong(tmp_path / "1", schema, NUMBER + fed_in_one) == []
    assert [one[1] for one in wrong(tmp_path / "2", schema, NUMBER + fed_in_both)] == [
        "nothing writes Name, which Contact must have where the condition in line 8 does not hold"
    ]


def test_a_choice_that_must_be_made_is_made_on_every_way(tmp_path: Path) -> None:
    schema = target(choice(sequence(leaf("A"), leaf("B")), leaf("C")))

    found = [
        [one[1] for one in wrong(tmp_path / str(at), schema, rules)]
        for at, rules in enumerate(
            [
                "if Datum\n  A <- Art\n  B <- Art\nelse\n  C <- Art\n",
                "if Datum\n  A <- Art\nelse\n  C <- Art\n",
                "if Datum\n  C <- Art\n",
            ]
        )
    ]

    assert found == [
        [],
        ["nothing writes B, which Document must have where the condition in line 6 holds"],
        ["nothing writes A or C, which Document must have where the condition in line 6 does not hold"],
    ]
