"""What is wrong with documents of product structures: derived types, substitution groups, IDs of either."""

from __future__ import annotations

import pytest
from lxml import etree

from sync.findings import Code, Finding
from sync.mapping.schema import Schema
from sync.mapping.validation.documents import validate
from tests.schemas import load

BODY = """
<xs:complexType name="Item" abstract="true"><xs:sequence><xs:element name="no" type="xs:int"/></xs:sequence>
  <xs:attribute name="id" type="xs:ID"/></xs:complexType>
<xs:complexType name="Part"><xs:complexContent><xs:extension base="Item"><xs:sequence>
  <xs:element name="mass" type="xs:decimal"/><xs:element name="length" type="xs:decimal"/></xs:sequence>
  <xs:attribute name="grade"><xs:simpleType><xs:restriction base="xs:token"><xs:enumeration value="A"/>
  <xs:enumeration value="B"/></xs:restriction></xs:simpleType></xs:attribute></xs:extension></xs:complexContent>
</xs:complexType>
<xs:complexType name="Assembly"><xs:complexContent><xs:extension base="Item"><xs:sequence>
  <xs:element name="of" type="xs:IDREFS"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
<xs:complexType name="Key"><xs:simpleContent><xs:extension base="xs:ID"/></xs:simpleContent></xs:complexType>
<xs:simpleType name="ToOne"><xs:union memberTypes="xs:IDREF xs:date"/></xs:simpleType>
<xs:simpleType name="ToSome"><xs:list itemType="xs:IDREF"/></xs:simpleType>
<xs:element name="item" type="Item" abstract="true"/>
<xs:element name="part" type="Part" substitutionGroup="item"/>
<xs:element name="assembly" type="Assembly" substitutionGroup="item"/>
<xs:element name="r"><xs:complexType><xs:sequence>
  <xs:element name="row" type="Item" minOccurs="0" maxOccurs="9"/>
  <xs:element ref="item" maxOccurs="9"/><xs:element name="end" type="xs:int"/>
  <xs:element name="any" minOccurs="0" maxOccurs="3"/><xs:element name="one" type="ToOne" minOccurs="0"/>
  <xs:element name="some" type="ToSome" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>"""

PART = '<part id="p"><no>1</no><mass>1</mass><length>1</length></part>'


@pytest.fixture
def structures(tmp_path):
    return load(tmp_path, BODY, "")


def found(schema: Schema, body: str) -> list[Finding]:
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema"'
    return validate(etree.ElementTree(etree.fromstring(f"<r {xsi}>{body}</r>")), schema, file="a.xml")


def told(schema: Schema, body: str) -> list[tuple[Code, str | None]]:
    return [(finding.code, finding.path) for finding in found(schema, body)]


def test_a_valid_structure_has_no_findings(structures):
    body = f'<row xsi:type="Assembly"><no>1</no><of>p</of></row>{PART}<end>1</end><one>p</one><some>p p</some>'

    assert found(structures, body) == []


def test_the_fields_of_a_derived_type_are_named_all_at_once(structures):
    body = f'<row xsi:type="Part" grade="C"><no>x</no></row>{PART}<end>1</end>'

    assert told(structures, body) == [
        (Code.SCHEMA_MISSING, "/r/row/mass"),
        (Code.SCHEMA_MISSING, "/r/row/length"),
        (Code.SCHEMA_ENUMERATION, "/r/row/@grade"),
        (Code.SCHEMA_TYPE, "/r/row/no"),
    ]


def test_the_fields_of_what_stands_for_another_are_named_all_at_once(structures):
    assert told(structures, '<part grade="C"><no>x</no></part>') == [
        (Code.SCHEMA_MISSING, "/r/part/mass"),
        (Code.SCHEMA_MISSING, "/r/part/length"),
        (Code.SCHEMA_MISSING, "/r/end"),
        (Code.SCHEMA_ENUMERATION, "/r/part/@grade"),
        (Code.SCHEMA_TYPE, "/r/part/no"),
    ]


def test_where_something_abstract_is_missing_all_that_may_stand_for_it_is_named(structures):
    (finding,) = found(structures, "<end>1</end>")

    assert (finding.code, finding.field) == (Code.SCHEMA_MISSING, "part | assembly")


def test_a_member_that_stands_in_the_wrong_place_is_not_told_as_missing(structures):
    assert told(structures, f"<end>1</end>{PART}") == [(Code.SCHEMA_UNEXPECTED, "/r/end")]


@pytest.mark.parametrize(
    ("body", "code", "value"),
    [
        ("<row><no>1</no></row>", Code.SCHEMA_ATTRIBUTE_MISSING, None),
        ('<row xsi:type="Item"><no>1</no></row>', Code.SCHEMA_ENUMERATION, "Item"),
        ('<row xsi:type="Prat"><no>1</no></row>', Code.SCHEMA_ENUMERATION, "Prat"),
        ('<row xsi:type="Key"><no>1</no></row>', Code.SCHEMA_ENUMERATION, "Key"),
    ],
)
def test_an_abstract_or_wrong_type_is_told_with_those_that_fit(structures, body, code, value):
    (finding,) = found(structures, f"{body}{PART}<end>1</end>")

    assert (finding.code, finding.value, finding.path) == (code, value, "/r/row/@xsi:type")
    assert finding.allowed == ("Part", "Assembly")


def test_what_stands_below_a_wrong_type_is_not_told_besides(structures):
    wrong = PART.replace("<part", '<part xsi:type="Casting"').replace("</part>", "<volume>1</volume></part>")

    assert told(structures, f"{wrong}<end>1</end>") == [(Code.SCHEMA_ENUMERATION, "/r/part/@xsi:type")]


def test_an_abstract_element_is_told_with_what_may_stand_for_it(structures):
    (finding,) = found(structures, "<item><no>1</no></item><end>1</end>")

    assert (finding.code, finding.path, finding.allowed) == (Code.SCHEMA_UNEXPECTED, "/r/item", ("part", "assembly"))


@pytest.mark.parametrize(
    ("body", "code", "path"),
    [
        (f'{PART}<part id="p"><no>1</no><mass>1</mass><length>1</length></part><end>1</end>', "ID", "/r/part[2]/@id"),
        (f"{PART}<assembly><no>1</no><of>p q</of></assembly><end>1</end>", "IDREF", "/r/assembly/of"),
        (f'<row xsi:type="Assembly"><no>1</no><of>q</of></row>{PART}<end>1</end>', "IDREF", "/r/row/of"),
        (f'{PART}<end>1</end><any xsi:type="Key">p</any>', "ID", "/r/any"),
        (f'{PART}<end>1</end><any xsi:type="xs:IDREF">q</any>', "IDREF", "/r/any"),
        (f"{PART}<end>1</end><some>p q</some>", "IDREF", "/r/some"),
    ],
)
def test_ids_and_references_are_found_wherever_they_stand(structures, body, code, path):
    expected = Code.SCHEMA_ID_TWICE if code == "ID" else Code.SCHEMA_IDREF

    assert told(structures, body) == [(expected, path)]


def test_a_value_that_another_member_of_a_union_takes_is_no_reference_that_leads_nowhere(structures):
    assert found(structures, f"{PART}<end>1</end><one>2026-01-01</one>") == []
