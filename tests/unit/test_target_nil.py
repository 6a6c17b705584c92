"""`<-nil`: an element that is there and says that its value is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.findings import Code
from tests.targets import holder, leaf, produced, sequence, target, wrong
from tests.workshop import akte, convert, mapping, text

MONEY = """<xs:element name="Amount" nillable="true" {}><xs:complexType><xs:simpleContent>
  <xs:extension base="xs:decimal"><xs:attribute name="currency" type="xs:string"/></xs:extension>
</xs:simpleContent></xs:complexType></xs:element>"""
XSI = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
SCHEMA = target(sequence(leaf("Number"), MONEY.format(""), leaf("Due", 'nillable="true" minOccurs="0"', "xs:date")))
RULES = 'Number <- Nummer\nAmount <-nil Preis\nAmount/@currency = "EUR"\nDue <-nil Datum => date "dd.MM.yyyy"\n'


def test_a_missing_value_is_written_as_nil_with_its_attributes(tmp_path: Path) -> None:
    made = mapping(tmp_path, RULES, target=SCHEMA)

    assert text(convert(made, akte())) == (
        f'<Document{XSI}><Number>N-1</Number><Amount currency="EUR" xsi:nil="true"/><Due xsi:nil="true"/></Document>'
    )
    assert text(convert(made, akte("<Datum>01.02.2026</Datum><Preis>5</Preis>"))) == (
        f'<Document{XSI}><Number>N-1</Number><Amount currency="EUR">5</Amount><Due>2026-02-01</Due></Document>'
    )


def test_a_value_that_cannot_be_read_is_not_nil(tmp_path: Path) -> None:
    (finding,) = convert(mapping(tmp_path, RULES, target=SCHEMA), akte("<Datum>x</Datum>")).findings

    assert (finding.code, finding.field) == (Code.NOT_A_DATE, "Datum")


def test_a_nil_stands_in_each_and_in_a_branch(tmp_path: Path) -> None:
    line = holder("Line", sequence(MONEY.format("")), 'maxOccurs="9"')
    schema = target(sequence(line))
    rules = "each Line <- Position\n  if @nr = 'a'\n    Amount <-nil Text[. = '5']\n  else\n    Amount <-nil Text\n"

    with_nil = produced(tmp_path, schema, rules, akte('<Position nr="a"/><Position nr="b"><Text>7</Text></Position>'))

    assert with_nil == f'<Document{XSI}><Line><Amount xsi:nil="true"/></Line><Line><Amount>7</Amount></Line>'


def test_a_nil_alone_brings_no_optional_parent_into_being(tmp_path: Path) -> None:
    offer = holder("Offer", sequence(MONEY.format("")), 'minOccurs="0"')
    made = mapping(
        tmp_path, "Number <- Nummer\nOffer/Amount <-nil Preis\n", target=target(sequence(leaf("Number"), offer))
    )

    assert "Offer" not in text(convert(made, akte()))
    assert "<Offer><Amount>5</Amount></Offer>" in text(convert(made, akte("<Preis>5</Preis>")))


@pytest.mark.parametrize(
    ("rule", "name"), [("Number <-nil Index", "Number"), ("Amount/@currency <-nil Index", "@currency")]
)
def test_what_is_not_nillable_is_refused(tmp_path: Path, rule: str, name: str) -> None:
    others = "Amount <- Preis\n" if "Number" in rule else "Amount <- Preis\nNumber <- Nummer\n"

    found = wrong(tmp_path, SCHEMA, f"{rule}\n{others}")

    assert found == [
        (1, f"{name} is not nillable: its schema does not let it be nil", "write <-?, or <- with a value behind else")
    ]
