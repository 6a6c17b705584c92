"""Lists: documents whose records are transfers of their own, with a mapping for them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lxml import etree

from sync.mapping.lists import Item, find_records
from sync.mapping.store import Mapping
from tests import workshop
from tests.workshop import SCHEMA

LIST = (
    SCHEMA
    + """targetNamespace="urn:s" xmlns="urn:s">
  <xs:element name="Liste"><xs:complexType><xs:sequence>
    <xs:element name="Kopf" minOccurs="0"><xs:complexType>
      <xs:attribute name="datum" type="xs:date"/></xs:complexType></xs:element>
    <xs:element name="Akte" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
      <xs:element name="Nummer" type="Kurz"/>
      <xs:element name="Index" type="xs:string" minOccurs="0"/>
      <xs:element name="Titel" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>
      <xs:element name="Datei" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>
      <xs:element name="Preis" type="xs:decimal" minOccurs="0"/>
      <xs:element name="Siehe" type="xs:IDREF" minOccurs="0"/>
    </xs:sequence><xs:attribute name="id" type="xs:ID"/><xs:attribute name="sprache" type="xs:string" default="de"/>
    </xs:complexType></xs:element>
    <xs:element name="Notiz" type="xs:string" minOccurs="0"/>
  </xs:sequence><xs:attribute name="lauf" type="xs:string"/></xs:complexType>
  {constraint}</xs:element>
  <xs:simpleType name="Kurz"><xs:restriction base="xs:string"><xs:minLength value="1"/><xs:maxLength value="8"/>
  </xs:restriction></xs:simpleType>
</xs:schema>"""
)
UNIQUE = '<xs:unique name="u"><xs:selector xpath="*"/><xs:field xpath="@id"/></xs:unique>'

HEAD = """mapping {name}
source source.xsd Liste
target target.xsd Document
split Liste/Akte
object document
  number   <- Nummer
  revision <-? Index
"""


def mapping(root: Path, rules: str, *, head: str = HEAD, constraint: str = "") -> Mapping:
    """Write a mapping for lists and load it."""
    return workshop.mapping(root, rules, head=head, source=LIST.replace("{constraint}", constraint))


def liste(records: Iterable[str], *, header: str = "", note: str = "", attributes: str = "") -> etree._ElementTree:
    """Give a list with these records, each the inside of an Akte or a whole one, a line each."""
    whole = (one if one.startswith("<Akte") else f"<Akte>{one}</Akte>" for one in records)
    text = f'<Liste xmlns="urn:s"{attributes}>\n{header}\n' + "\n".join(whole) + f"{note}</Liste>"
    return etree.ElementTree(etree.fromstring(text))


def items(made: Mapping, tree: etree._ElementTree) -> list[Item]:
    """Give the records of a list that a mapping is for."""
    return find_records(tree, [made.records])[made.records].items
