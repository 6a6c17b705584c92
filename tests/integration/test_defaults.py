"""What a schema fills in is there for every step that reads a document: `when`, predicates, the object block, rules."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from tests.installation import Installation, only
from tests.workshop import HEAD, NUMBER, write

SOURCE = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
    targetNamespace="urn:s" xmlns="urn:s">
  <xs:element name="Akte"><xs:complexType><xs:sequence>
    <xs:element name="Nummer" type="xs:string" default="N-0"/>
    <xs:element name="Titel" maxOccurs="9"><xs:complexType><xs:simpleContent><xs:extension base="xs:string">
      <xs:attribute name="sprache" type="xs:string" default="de"/></xs:extension></xs:simpleContent></xs:complexType>
    </xs:element>
  </xs:sequence><xs:attribute name="art" type="xs:string" default="normal"/></xs:complexType></xs:element>
</xs:schema>"""
AKTE = b"""<Akte xmlns="urn:s"><Nummer/><Titel sprache="en">Pump</Titel><Titel>Pumpe</Titel></Akte>"""


def test_defaults_are_filled_in_before_anything_is_asked(tmp_path: Path, here: Installation) -> None:
    mappings = tmp_path / "own"
    rules = f"when @art = 'normal'\n{NUMBER}Title <- Titel[@sprache = 'de']\n@id <- @art\n"
    write(mappings, rules, source=SOURCE)
    write(mappings, rules.replace("'normal'", "'anders'"), source=SOURCE, name="b-to-b", head=HEAD)
    here.configure(mappings=str(mappings))
    here.put("crm", "A.xml", AKTE)

    outcome = only(here.run("crm-to-pdm"))

    delivered = etree.parse(here.root / "outbox/pdm/A.xml").getroot()
    assert (outcome.state, here.transfers()[0].facts.number) == ("delivered", "N-0")
    assert delivered.get("id") == "normal"
    assert [child.text for child in delivered] == ["N-0", "Pumpe"]
    assert here.root.joinpath(*_archived(here)).read_bytes() == AKTE


def _archived(here: Installation) -> tuple[str, ...]:
    (name,) = here.names("inbox/crm/processed")
    return ("inbox/crm/processed", name)
