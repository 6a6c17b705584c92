"""A schema that has something of everything, and documents of it, for the tests of what validates."""

from __future__ import annotations

from lxml import etree

from sync.findings import Finding
from sync.mapping.schema import Schema
from sync.mapping.validation.documents import validate

XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t"
  elementFormDefault="qualified">
<xs:simpleType name="Status"><xs:restriction base="xs:string">
  <xs:enumeration value="offen"/><xs:enumeration value="zu"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Number"><xs:restriction base="xs:string"><xs:minLength value="2"/><xs:maxLength value="4"/>
  <xs:pattern value="[0-9]*"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Price"><xs:restriction base="xs:decimal"><xs:totalDigits value="4"/><xs:fractionDigits value="1"/>
  <xs:minInclusive value="1"/><xs:maxExclusive value="500"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Exact"><xs:restriction base="xs:string"><xs:length value="3"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Either"><xs:union memberTypes="Status More"/></xs:simpleType>
<xs:simpleType name="More"><xs:restriction base="xs:string"><xs:enumeration value="mehr"/></xs:restriction>
</xs:simpleType>
<xs:simpleType name="Numbers"><xs:list itemType="xs:int"/></xs:simpleType>
<xs:element name="r"><xs:complexType><xs:sequence>
  <xs:element name="status" type="Status" minOccurs="0" maxOccurs="9"/>
  <xs:element name="number" type="Number" minOccurs="0" maxOccurs="unbounded"/>
  <xs:element name="price" type="Price" minOccurs="0" maxOccurs="9"/>
  <xs:element name="exact" type="Exact" minOccurs="0" maxOccurs="2"/>
  <xs:element name="either" type="Either" minOccurs="0"/>
  <xs:element name="numbers" type="Numbers" minOccurs="0"/>
  <xs:element name="date" type="xs:date" minOccurs="0"/>
  <xs:element name="fixed" type="xs:string" fixed="x" minOccurs="0"/>
  <xs:element name="nil" type="xs:int" nillable="true" minOccurs="0"/>
  <xs:element name="filled" type="xs:int" default="7" minOccurs="0"/>
  <xs:element name="list" minOccurs="0"><xs:complexType><xs:sequence>
    <xs:element name="entry" type="xs:string" maxOccurs="9"/></xs:sequence></xs:complexType>
    <xs:unique name="once"><xs:selector xpath="*"/><xs:field xpath="."/></xs:unique></xs:element>
  <xs:element name="empty" minOccurs="0"><xs:complexType/></xs:element>
  <xs:element name="part" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
    <xs:element name="id" type="xs:ID" minOccurs="0"/><xs:element name="see" type="xs:IDREFS" minOccurs="0"/>
    </xs:sequence><xs:attribute name="key" type="xs:ID"/><xs:attribute name="of" type="xs:IDREF"/>
    <xs:attribute name="status" type="Status"/><xs:attribute name="kind" use="required"/>
    <xs:attribute name="unit" default="mm"/></xs:complexType></xs:element>
  <xs:choice><xs:element name="one" type="xs:boolean"/><xs:element name="other" type="Status"/></xs:choice>
  <xs:element name="last" type="Status"/>
</xs:sequence></xs:complexType></xs:element>
</xs:schema>"""

END = "<one>1</one><last>zu</last>"


def document(body: str) -> etree._ElementTree:
    """Give a document of the schema; *body* begins in line 2."""
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    return etree.fromstring(f'<r xmlns="urn:t" {xsi}>\n{body}</r>').getroottree()


def found(schema: Schema, body: str) -> list[Finding]:
    """Give what is wrong with a document."""
    return validate(document(body), schema, file="a.xml")


def only(schema: Schema, body: str) -> Finding:
    """Give the one thing that is wrong with a document, which stands in its second line."""
    (finding,) = found(schema, body)
    assert (finding.file, finding.line) == ("a.xml", 2)
    return finding
