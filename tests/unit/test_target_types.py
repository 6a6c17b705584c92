"""`[@type='Sub']`: an element says by xsi:type which derived type it has, and is written by that type's content."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from tests.targets import leaf, produced, sequence, target, wrong
from tests.workshop import SCHEMA, akte, convert, mapping

TYPES = (
    '<xs:complexType name="Payment" abstract="true">' + sequence(leaf("Sum")) + "</xs:complexType>"
    '<xs:complexType name="Card"><xs:complexContent><xs:extension base="Payment">'
    + sequence(leaf("Holder", 'minOccurs="0"'))
    + '<xs:attribute name="no" type="xs:string" use="required"/></xs:extension></xs:complexContent></xs:complexType>'
    '<xs:complexType name="Gold"><xs:complexContent><xs:extension base="Card">'
    + sequence(leaf("Points"))
    + "</xs:extension></xs:complexContent></xs:complexType>"
    '<xs:complexType name="Cash"><xs:complexContent><xs:restriction base="Payment">'
    + sequence(leaf("Sum", kind="Whole"))
    + "</xs:restriction></xs:complexContent></xs:complexType>"
    '<xs:simpleType name="Whole"><xs:restriction base="xs:string"><xs:pattern value="[0-9]+"/></xs:restriction>'
    "</xs:simpleType>"
    '<xs:complexType name="Other">' + sequence(leaf("Sum")) + "</xs:complexType>"
)
ONE = target(sequence('<xs:element name="Payment" type="Payment"/>', leaf("End", 'minOccurs="0"')), TYPES)
MANY = target(sequence('<xs:element name="Payment" type="Payment" maxOccurs="unbounded"/>'), TYPES)
XSI = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def test_a_derived_type_is_named_and_its_content_written_in_order(tmp_path: Path) -> None:
    rules = "".join(
        f"Payment[@type='Gold']/{rule}\n"
        for rule in ("Points <- Art", "@no <- Nummer", "Holder <-? Index", "Sum <- Titel[1]")
    )

    assert produced(tmp_path, ONE, rules) == (
        f'<Document{XSI}><Payment xsi:type="Gold" no="N-1"><Sum>Erster</Sum><Points>Anfrage</Points></Payment>'
    )


def test_branches_write_different_types(tmp_path: Path) -> None:
    rules = (
        "if Art = 'Anfrage'\n  Payment[@type='Card']/Sum <- Nummer\n  Payment[@type='Card']/@no = \"1\"\n"
        "else\n  Payment[@type='Cash']/Sum = \"7\"\n"
    )

    assert produced(tmp_path / "1", ONE, rules) == (
        f'<Document{XSI}><Payment xsi:type="Card" no="1"><Sum>N-1</Sum></Payment>'
    )
    assert produced(tmp_path / "2", ONE, rules, akte(kind="Rest")) == (
        f'<Document{XSI}><Payment xsi:type="Cash"><Sum>7</Sum></Payment>'
    )


def test_each_writes_types_one_after_the_other(tmp_path: Path) -> None:
    rules = (
        "each Payment[@type='Cash'] <-? Position[@nr = 'a']\n  Sum = \"1\"\n"
        "each Payment[@type='Card'] <-? Position[@nr = 'b']\n  Sum <- Text\n  @no <- @nr\n"
    )

    assert produced(tmp_path, MANY, rules) == (
        f'<Document{XSI}><Payment xsi:type="Cash"><Sum>1</Sum></Payment>'
        '<Payment xsi:type="Card" no="b"><Sum>y</Sum></Payment>'
    )


def test_the_type_of_another_namespace_is_written_with_its_prefix(tmp_path: Path) -> None:
    head = 'xmlns:c="urn:c" '
    imported = '<xs:import namespace="urn:c" schemaLocation="c.xsd"/>'
    base = (
        f'{SCHEMA}targetNamespace="urn:c" xmlns="urn:c"><xs:complexType name="Base"><xs:sequence/></xs:complexType>'
        '<xs:complexType name="Full"><xs:complexContent><xs:extension base="Base">'
        + sequence(leaf("Text"))
        + "</xs:extension></xs:complexContent></xs:complexType></xs:schema>"
    )
    schema = target(sequence('<xs:element name="Any" type="c:Base"/>'), head=head)
    schema = schema.replace('<xs:element name="Document">', f'{imported}<xs:element name="Document">')
    made = mapping(tmp_path, "Any[@type='c:Full']/Text <- Art\n", target=schema, files={"c.xsd": base})  # type: ignore[arg-type]

    tree = convert(made, akte()).tree

    assert tree.getroot()[0].get("{http://www.w3.org/2001/XMLSchema-instance}type") == "c:Full"
    assert tree.getroot()[0][0].tag == "{urn:c}Text"


def test_a_type_of_no_namespace_is_found_by_what_reads_the_document(tmp_path: Path) -> None:
    schema = ONE.replace('targetNamespace="urn:t" xmlns="urn:t"', "")

    written = produced(tmp_path, schema, "Payment[@type='Cash']/Sum = \"7\"\n")

    assert '<Payment xsi:type="Cash"><Sum>7</Sum></Payment>' in written


def test_what_holds_anything_is_written_with_a_type(tmp_path: Path) -> None:
    schema = target(sequence('<xs:element name="Value"/>'))

    assert wrong(tmp_path / "1", schema, "Value <- Art\n") == [
        (1, "Value may hold anything (xs:anyType)", "say what: write Value[@type='xs:string']")
    ]
    made = mapping(tmp_path / "2", "Value[@type='xs:string'] <- Art\n", target=schema)
    (value,) = convert(made, akte()).tree.getroot()
    assert (value.text, etree.tostring(value).count(b'xsi:type="xs:string"')) == ("Anfrage", 1)


@pytest.mark.parametrize(
    ("step", "what", "suggestion"),
    [
        ("Payment", "the type of Payment is abstract: say which one", "Payment[@type='Card'] or Payment[@type='Cash']"),
        ("Payment[@type='Crad']", "Payment cannot have the type Crad", "Payment[@type='Card']"),
        ("Payment[@type='Payment']", "Payment cannot have the type Payment", "Payment[@type='Card']"),
        ("Payment[@type='Other']", "Payment cannot have the type Other", "Payment[@type='Gold']"),
        ("Payment[@type='x:Card']", "Payment cannot have the type x:Card", "Payment[@type='Card']"),
    ],
)
def test_a_type_that_cannot_stand_there_is_refused(tmp_path: Path, step: str, what: str, suggestion: str) -> None:
    ((line, said, near),) = wrong(tmp_path, ONE, f"{step}/Sum <- Art\n")

    assert (line, said) == (1, what)
    assert suggestion in near


def test_a_blocked_type_is_refused(tmp_path: Path) -> None:
    schema = ONE.replace('type="Payment"/>', 'type="Payment" block="extension"/>')

    ((_, what, near),) = wrong(tmp_path, schema, "Payment[@type='Card']/Sum <- Art\n")

    assert (what, near) == ("Payment cannot have the type Card", "write Payment[@type='Cash']")


def test_two_types_at_one_place_are_refused(tmp_path: Path) -> None:
    rules = "Payment[@type='Cash']/Sum = \"1\"\nPayment[@type='Card']/@no = \"1\"\n"

    ((line, what, near),) = wrong(tmp_path, ONE, rules)

    assert (line, what) == (2, "Payment has another type in line 6")
    assert near.startswith("write Payment[@type='Cash'], or one of them under an if")


def test_what_a_derived_type_must_have_is_covered_too(tmp_path: Path) -> None:
    found = wrong(tmp_path, ONE, "Payment[@type='Gold']/Sum <- Art\n")

    assert [one[1] for one in found] == [
        "nothing writes @no, which Payment must have",
        "nothing writes Points, which Payment must have",
    ]
