"""An installation whose PDM exports lists: `Unterlagen` with many `Unterlage`, for the integration tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.installation import Installation

SOURCE = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified">
  <xs:element name="Unterlagen"><xs:complexType><xs:sequence>
    <xs:element name="Unterlage" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
      <xs:element name="Nummer"><xs:simpleType><xs:restriction base="xs:string">
        <xs:minLength value="1"/><xs:maxLength value="12"/></xs:restriction></xs:simpleType></xs:element>
      <xs:element name="Index" type="xs:string" minOccurs="0"/>
      <xs:element name="Titel" type="xs:string" minOccurs="0"/>
      <xs:element name="Art" type="xs:string" minOccurs="0"/>
      <xs:element name="Datei" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence></xs:complexType></xs:element>
    <xs:element name="Ende" type="xs:date" minOccurs="0"/>
  </xs:sequence><xs:attribute name="exportId" type="xs:string"/></xs:complexType></xs:element>
</xs:schema>"""

TARGET = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified">
  <xs:element name="Document"><xs:complexType><xs:sequence>
    <xs:element name="Number" type="xs:string"/>
    <xs:element name="Title" type="xs:string" minOccurs="0"/>
    <xs:element name="File" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>
  </xs:sequence><xs:attribute name="export" type="xs:string"/></xs:complexType></xs:element>
</xs:schema>"""

HEAD = """mapping {name}
source list.xsd Unterlagen
{target}split  Unterlagen/Unterlage
{more}"""

RULES = """pdf    <-? Datei
volatile /Unterlagen/@exportId
object document
  number   <- Nummer
  revision <-? Index  order letters
Number  <- Nummer
Title   <- Titel
@export <-? /Unterlagen/@exportId
each File <-? $documents
  .     <- name
"""


def give_mapping(here: Installation, *, more: str = "", rules: str = RULES, name: str = "pdm-list") -> Path:
    """Give the installation a mapping for the records of lists, the first time besides the shipped ones."""
    mappings = here.root / "mappings"
    if not mappings.exists():
        here.own_mappings(pdm_to_crm=here.more.get("pdm_to_crm", ""))
    folder = mappings / name
    folder.mkdir()
    target = "target document.xsd Document\n" if "skip" not in rules else ""
    (folder / "mapping.map").write_text(HEAD.format(name=name, target=target, more=more) + rules, "utf-8")
    (folder / "list.xsd").write_text(SOURCE, "utf-8")
    (folder / "document.xsd").write_text(TARGET, "utf-8")
    return folder


def record(
    number: str, title: str | None = "Plan", *, index: str = "", kind: str = "", files: Sequence[str] = ()
) -> str:
    """Write one record; without a title it cannot be converted, without a number it is not valid."""
    values = [("Nummer", number), ("Index", index), ("Titel", title), ("Art", kind), *(("Datei", one) for one in files)]
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in values if value or name == "Nummer")
    return f"<Unterlage>{inner}</Unterlage>"


def unterlagen(*records: str, export: str = "1", end: str = "") -> bytes:
    """Write a list."""
    body = "\n".join(records)
    return f'<Unterlagen exportId="{export}">\n{body}\n{end}</Unterlagen>'.encode()


def drop(here: Installation, *records: str, stem: str = "liste", export: str = "1", end: str = "") -> None:
    """Drop a list into the PDM's export folder."""
    here.put("pdm", f"{stem}.xml", unterlagen(*records, export=export, end=end))
