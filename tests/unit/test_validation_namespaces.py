"""Documents whose elements and attributes have the right names in wrong namespaces."""

import pytest
from lxml import etree

from sync.findings import Code, Finding
from sync.mapping.schema import Schema
from sync.mapping.validation.documents import validate
from sync.reports.words import words

ORDER = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:p="urn:parts" targetNamespace="urn:order"
  elementFormDefault="qualified">
<xs:import namespace="urn:parts" schemaLocation="parts.xsd"/>
<xs:element name="order"><xs:complexType><xs:sequence>
  <xs:element name="number" type="xs:string"/>
  <xs:element name="part" type="p:Part" maxOccurs="unbounded"/>
</xs:sequence></xs:complexType></xs:element>
</xs:schema>"""
PARTS = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:parts" targetNamespace="urn:parts"
  elementFormDefault="qualified" attributeFormDefault="qualified">
<xs:complexType name="Part"><xs:sequence>
  <xs:element name="name" type="xs:string"/>
  <xs:element name="note" type="xs:string" form="unqualified" minOccurs="0"/>
  <xs:element name="part" type="Part" minOccurs="0"/>
</xs:sequence><xs:attribute name="id" type="xs:int" use="required"/></xs:complexType>
</xs:schema>"""


@pytest.fixture(scope="module")
def schema(tmp_path_factory):
    folder = tmp_path_factory.mktemp("namespaces")
    (folder / "order.xsd").write_text(ORDER)
    (folder / "parts.xsd").write_text(PARTS)
    return Schema.load(folder / "order.xsd", (folder,))


def found(schema: Schema, body: str, parts: str = "urn:parts") -> list[Finding]:
    document = f'<order xmlns="urn:order" xmlns:p="{parts}">\n<number>1</number>\n{body}\n</order>'
    return validate(etree.ElementTree(etree.fromstring(document)), schema, file="a.xml")


def namespaces(finding: Finding) -> tuple[str, str, str]:
    return finding.path, finding.details["namespace"], finding.details["expected"]


def test_a_name_without_its_prefix_is_told_with_the_namespace_that_is_missing(schema):
    findings = found(schema, '<part p:id="1"><name>a</name></part>\n<part p:id="2"><name>b</name></part>')

    assert [(one.code, one.line, one.allowed) for one in findings] == [
        (Code.SCHEMA_UNEXPECTED, 3, ()),
        (Code.SCHEMA_UNEXPECTED, 4, ()),
    ]
    assert [namespaces(one) for one in findings] == [
        ("/order/part[1]/name", "urn:order", "urn:parts"),
        ("/order/part[2]/name", "urn:order", "urn:parts"),
    ]


def test_a_name_with_a_prefix_that_it_must_not_have(schema):
    (finding,) = found(schema, '<part p:id="1"><p:name>a</p:name><p:note>b</p:note></part>')

    assert namespaces(finding) == ("/order/part/note", "urn:parts", "")


def test_a_namespace_that_is_wrong_for_all_is_told_once_and_hides_no_values(schema):
    body = "".join(f'<part p:id="{number}"><p:name>a</p:name></part>' for number in ("1", "zwei"))

    elements = [one for one in found(schema, body, "urn:parts:old") if one.code is Code.SCHEMA_UNEXPECTED]
    inner = '<part xmlns:q="urn:parts" q:id="1"><p:name/><p:part q:id="zwei"><p:name/></p:part></part>'
    deeper = found(schema, inner, "urn:parts:old")

    assert [namespaces(one) for one in elements] == [("/order/part[1]/name", "urn:parts:old", "urn:parts")]
    assert (Code.SCHEMA_TYPE, "zwei") in {(one.code, one.value) for one in deeper}


def test_an_attribute_in_another_namespace_is_not_told_as_missing_too(schema):
    (finding,) = found(schema, '<part id="1"><p:name>a</p:name></part>')

    assert (finding.code, finding.allowed) == (Code.SCHEMA_ATTRIBUTE_UNEXPECTED, ())
    assert namespaces(finding) == ("/order/part/@id", "", "urn:parts")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('<part p:id="1"><name>a</name></part>', "im falschen Namensraum: urn:order. Verlangt ist urn:parts"),
        ('<part p:id="1"><name xmlns="">a</name></part>', "hat keinen Namensraum. Verlangt ist urn:parts"),
        ('<part p:id="1"><p:name>a</p:name><p:note>b</p:note></part>', "Verlangt ist es ohne Namensraum."),
        ('<part id="1"><p:name>a</p:name></part>', "Das Attribut @id hat keinen Namensraum."),
    ],
)
def test_the_sheet_names_the_namespace_and_never_the_same_name(schema, body, said):
    (finding,) = found(schema, body)

    german = words("de")

    assert said in german.what(finding)
    assert "amensraum" in german.do(finding) or "urn:parts" in german.do(finding)
    assert german.suggestion(finding) == ""
