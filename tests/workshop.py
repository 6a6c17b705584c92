"""Small mappings, written as a consultant would, for the tests of what compiles and runs them."""

from __future__ import annotations

from collections.abc import Mapping as Named
from pathlib import Path
from typing import Any

from lxml import etree

from sync.errors import Problem
from sync.mapping.convert import Conversion
from sync.mapping.store import Mapping, MappingStore
from sync.mapping.validation.documents import validate
from sync.model import Document, Variables

SCHEMA = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified" '

SOURCE = (
    SCHEMA
    + """targetNamespace="urn:s" xmlns="urn:s">
  <xs:element name="Akte"><xs:complexType><xs:sequence>
    <xs:element name="Nummer" type="xs:string"/>
    <xs:element name="Index" type="xs:string" minOccurs="0"/>
    <xs:element name="Titel" maxOccurs="unbounded"><xs:complexType><xs:simpleContent>
      <xs:extension base="xs:string"><xs:attribute name="sprache" type="xs:string" default="de"/></xs:extension>
    </xs:simpleContent></xs:complexType></xs:element>
    <xs:element name="Art" type="Art"/>
    <xs:element name="Datum" type="xs:string" minOccurs="0"/>
    <xs:element name="Preis" minOccurs="0"><xs:complexType><xs:simpleContent>
      <xs:extension base="xs:string"><xs:attribute name="waehrung" type="xs:string"/></xs:extension>
    </xs:simpleContent></xs:complexType></xs:element>
    <xs:element name="Kunde" minOccurs="0"><xs:complexType><xs:sequence>
      <xs:element name="Nummer" type="xs:string" minOccurs="0"/>
      <xs:element name="Name" type="xs:string" minOccurs="0"/>
    </xs:sequence></xs:complexType></xs:element>
    <xs:element name="Datei" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>
    <xs:element name="Position" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
      <xs:element name="Text" type="xs:string" minOccurs="0"/>
      <xs:element name="Teil" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
        <xs:attribute name="nr" type="xs:string" use="required"/></xs:complexType></xs:element>
    </xs:sequence><xs:attribute name="nr" type="xs:token" use="required"/></xs:complexType></xs:element>
  </xs:sequence>
  <xs:attribute name="lauf" type="xs:string"/><xs:attribute name="haupt" type="xs:string"/>
  </xs:complexType></xs:element>
  <xs:simpleType name="Art"><xs:restriction base="xs:token">
    <xs:enumeration value="Anfrage"/><xs:enumeration value="Auftrag"/><xs:enumeration value="Rest"/>
  </xs:restriction></xs:simpleType>
</xs:schema>"""
)

TARGET = (
    SCHEMA
    + """targetNamespace="urn:t" xmlns="urn:t">
  <xs:element name="Document"><xs:complexType><xs:sequence>
    <xs:element name="Number" type="Short"/>
    <xs:element name="Title" type="xs:string" minOccurs="0"/>
    <xs:element name="Kind" type="xs:string" minOccurs="0"/>
    <xs:element name="Date" type="xs:date" minOccurs="0"/>
    <xs:element name="Amount" minOccurs="0"><xs:complexType><xs:simpleContent>
      <xs:extension base="xs:string"><xs:attribute name="currency" type="xs:string"/></xs:extension>
    </xs:simpleContent></xs:complexType></xs:element>
    <xs:element name="Customer" minOccurs="0"><xs:complexType><xs:sequence>
      <xs:element name="Number" type="xs:string" minOccurs="0"/>
      <xs:element name="Name" type="xs:string" minOccurs="0"/>
      <xs:element name="Country" type="xs:string" minOccurs="0"/>
    </xs:sequence></xs:complexType></xs:element>
    <xs:element name="Lines" minOccurs="0"><xs:complexType><xs:sequence>
      <xs:element name="Line" maxOccurs="unbounded"><xs:complexType><xs:sequence>
        <xs:element name="Text" type="xs:string" minOccurs="0"/>
        <xs:element name="Part" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>
      </xs:sequence><xs:attribute name="no" type="xs:string"/></xs:complexType></xs:element>
    </xs:sequence></xs:complexType></xs:element>
    <xs:element name="File" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
      <xs:element name="Name" type="xs:string"/>
      <xs:element name="Sha256" type="xs:string" minOccurs="0"/>
      <xs:element name="Of" type="xs:string" minOccurs="0"/>
    </xs:sequence></xs:complexType></xs:element>
    <xs:choice minOccurs="0"><xs:element name="Open" type="xs:string"/><xs:element name="Closed" type="xs:string"/>
    </xs:choice>
    <xs:element name="Note" type="xs:string" minOccurs="0"/>
  </xs:sequence>
  <xs:attribute name="id" type="xs:string"/><xs:attribute name="version" type="xs:string"/>
  </xs:complexType></xs:element>
  <xs:simpleType name="Short"><xs:restriction base="xs:string"><xs:maxLength value="10"/></xs:restriction>
  </xs:simpleType>
</xs:schema>"""
)

HEAD = """mapping {name}
source source.xsd Akte
target target.xsd Document
object document
  number <- Nummer
"""

NUMBER = "Number <- Nummer\n"  #: what every document of the target must have

AKTE = """<Akte xmlns="urn:s"{attributes}>
<Nummer>N-1</Nummer>
{index}<Titel>Erster</Titel>
{titles}<Art>{kind}</Art>
{rest}</Akte>"""


def akte(
    rest: str = "", *, titles: str = "", kind: str = "Anfrage", index: str = "", attributes: str = ""
) -> etree._ElementTree:
    """Give a source document; *rest* follows the Art."""
    text = AKTE.format(rest=rest, titles=titles, kind=kind, index=index, attributes=attributes)
    return etree.ElementTree(etree.fromstring(text))


def write(
    root: Path,
    rules: str,
    *,
    name: str = "a-to-b",
    head: str = HEAD,
    source: str = SOURCE,
    target: str = TARGET,
    files: Named[str, str] | None = None,
) -> Path:
    """Write a mapping's folder below *root*."""
    folder = root / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mapping.map").write_text(head.replace("{name}", name) + rules, "utf-8")
    (folder / "source.xsd").write_text(source, "utf-8")
    (folder / "target.xsd").write_text(target, "utf-8")
    for path, text in (files or {}).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder


def load(root: Path, links: Named[str, str] | None = None) -> Mapping:
    """Load the one mapping that was written below *root*, which must be right."""
    store = MappingStore.load(root, links or {})
    assert not store.problems, "\n".join(map(str, store.problems))
    (mapping,) = store.mappings.values()
    return mapping


def mapping(root: Path, rules: str, **more: str) -> Mapping:
    """Write a mapping and load it."""
    write(root, rules, **more)  # type: ignore[arg-type]
    return load(root)


def convert(mapping: Mapping, source: etree._ElementTree, **variables: object) -> Conversion:
    """Take a document the way of a pair, from its schema on."""
    assert validate(source, mapping.source, file="source.xml") == []
    return mapping.convert(source, Variables(**variables), file="source.xml")  # type: ignore[arg-type]


def text(conversion: Conversion) -> str:
    """Give what came out, without the namespace of the target."""
    assert conversion.findings == ()
    assert conversion.tree is not None
    return etree.tostring(conversion.tree, encoding="unicode").replace(' xmlns="urn:t"', "")


def problems(root: Path, rules: str, **more: Any) -> list[Problem]:
    """Write a mapping and give what is wrong with it."""
    write(root, rules, **more)
    return list(MappingStore.load(root, {}).problems)


def said(problem: Problem) -> tuple[int | None, int | None, str, str]:
    """Give a problem without its file and line."""
    return problem.line, problem.column, problem.what, problem.suggestion


def document(name: str = "plan.pdf", **more: object) -> Document:
    """Give the facts of a PDF."""
    facts = {"name": name, "source_name": f"src-{name}", "sha256": "ab" * 32, "size": 7, "pages": 2, **more}
    return Document(**facts)  # type: ignore[arg-type]
