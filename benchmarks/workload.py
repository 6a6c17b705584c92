"""The work that is measured: two schemas, a mapping of 30 rules a part, and documents; the same in every run."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

SOURCE, TARGET = "urn:benchmark:source", "urn:benchmark:target"
RULES_OF_A_PART = 30

_SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
  targetNamespace="{namespace}" xmlns="{namespace}">
  <xs:element name="{root}"><xs:complexType><xs:sequence>
{parts}
  </xs:sequence></xs:complexType></xs:element>
{types}
</xs:schema>
"""

_SOURCE_TYPES = """  <xs:complexType name="Teil"><xs:sequence>
    <xs:element name="Nummer" type="xs:string"/>
    <xs:element name="Revision" type="xs:string" minOccurs="0"/>
    <xs:element name="Benennung" maxOccurs="unbounded"><xs:complexType><xs:simpleContent>
      <xs:extension base="xs:string"><xs:attribute name="lang" type="xs:string"/></xs:extension>
    </xs:simpleContent></xs:complexType></xs:element>
    <xs:element name="Freigabestand" type="xs:string"/>
    <xs:element name="Freigabedatum" type="xs:string" minOccurs="0"/>
    <xs:element name="Nettopreis" minOccurs="0"><xs:complexType><xs:simpleContent>
      <xs:extension base="xs:string"><xs:attribute name="waehrung" type="xs:string"/></xs:extension>
    </xs:simpleContent></xs:complexType></xs:element>
    <xs:element name="Ersteller" type="xs:string"/>
    <xs:element name="Kunde" minOccurs="0"><xs:complexType><xs:sequence>
      <xs:element name="Kundennummer" type="xs:string" minOccurs="0"/>
      <xs:element name="Kundenname" type="xs:string" minOccurs="0"/>
    </xs:sequence></xs:complexType></xs:element>
    <xs:element name="Projektnummer" type="xs:string"/>
    <xs:element name="Maschinennummer" type="xs:string" minOccurs="0"/>
    <xs:element name="Eingang" type="xs:date"/>
    <xs:element name="Geaendert" type="xs:string"/>
    <xs:element name="Gewicht" type="xs:string" minOccurs="0"/>
    <xs:element name="Teilenummer" type="xs:string" minOccurs="0"/>
    <xs:element name="Sprache" type="xs:string"/>
    <xs:element name="Kennung" type="xs:string"/>
    <xs:element name="Bemerkung" type="xs:string" minOccurs="0"/>
    <xs:element name="Gruppe" type="xs:string"/>
    <xs:element name="Wunschtermin" type="xs:string" minOccurs="0"/>
    <xs:element name="Land" type="xs:string" minOccurs="0"/>
    <xs:element name="Merkmal" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
      <xs:element name="Bezeichnung" type="xs:string"/>
      <xs:element name="Wert" type="xs:string"/>
      <xs:element name="Einheit" type="xs:string" minOccurs="0"/>
    </xs:sequence><xs:attribute name="code" type="xs:string" use="required"/></xs:complexType></xs:element>
  </xs:sequence></xs:complexType>"""

_TARGET_TYPES = """  <xs:complexType name="Part"><xs:sequence>
    <xs:element name="Number" type="Short"/>
    <xs:element name="ChangeIndex" type="Short"/>
    <xs:element name="Subject"><xs:simpleType><xs:restriction base="xs:string"><xs:maxLength value="60"/>
    </xs:restriction></xs:simpleType></xs:element>
    <xs:element name="Type" type="xs:token"/>
    <xs:element name="Status"><xs:simpleType><xs:restriction base="xs:token">
      <xs:enumeration value="draft"/><xs:enumeration value="in_review"/><xs:enumeration value="approved"/>
      <xs:enumeration value="blocked"/><xs:enumeration value="superseded"/><xs:enumeration value="withdrawn"/>
    </xs:restriction></xs:simpleType></xs:element>
    <xs:element name="ApprovedOn" type="xs:date" minOccurs="0"/>
    <xs:element name="Amount" minOccurs="0"><xs:complexType><xs:simpleContent>
      <xs:extension base="xs:decimal"><xs:attribute name="currency" type="xs:token"/></xs:extension>
    </xs:simpleContent></xs:complexType></xs:element>
    <xs:element name="Author" type="xs:string"/>
    <xs:element name="AccountNo" type="Short" minOccurs="0"/>
    <xs:element name="AccountName" type="xs:string" minOccurs="0"/>
    <xs:element name="ProjectNo" type="Short"/>
    <xs:element name="Description" type="xs:string" minOccurs="0"/>
    <xs:element name="ReceivedOn" type="xs:string"/>
    <xs:element name="ModifiedOn" type="xs:dateTime"/>
    <xs:element name="Weight" type="xs:decimal" minOccurs="0"/>
    <xs:element name="PartNo" type="Short" minOccurs="0"/>
    <xs:element name="Language" type="xs:language"/>
    <xs:element name="Code" type="Short"/>
    <xs:element name="Remark" type="xs:string" minOccurs="0"/>
    <xs:element name="Category" type="xs:token"/>
    <xs:element name="DueOn" type="xs:date" minOccurs="0"/>
    <xs:element name="Country" type="xs:token" minOccurs="0"/>
    <xs:element name="Features" minOccurs="0"><xs:complexType><xs:sequence>
      <xs:element name="Feature" maxOccurs="unbounded"><xs:complexType><xs:sequence>
        <xs:element name="Label" type="xs:string"/>
        <xs:element name="Value" type="xs:string"/>
        <xs:element name="Unit" type="xs:string" minOccurs="0"/>
      </xs:sequence><xs:attribute name="code" type="xs:token" use="required"/>
      <xs:attribute name="position" type="xs:positiveInteger"/></xs:complexType></xs:element>
    </xs:sequence></xs:complexType></xs:element>
  </xs:sequence><xs:attribute name="kind" type="xs:token" use="required"/></xs:complexType>
  <xs:simpleType name="Short"><xs:restriction base="xs:string"><xs:maxLength value="24"/></xs:restriction>
  </xs:simpleType>"""

_HEAD = """mapping {name}
source source.xsd Akte
target target.xsd Document
pdf    none

object document
  number   <- Teil1/Nummer => trim => upper
  revision <- Teil1/Revision else "-" order letters

table release-status
  "in Arbeit"   -> draft
  "in Prüfung"  -> in_review
  "freigegeben" -> approved
  "gesperrt"    -> blocked
  "ersetzt"     -> superseded
  "ungültig"    -> withdrawn

table category
  "Antrieb"  -> DRV
  "Gehäuse"  -> HSG
  "Lager"    -> BRG
  *          -> OTH

"""

_RULES = """Part{n}/@kind            = "QUOTED"
Part{n}/Number           <- Teil{n}/Nummer => trim => upper
Part{n}/ChangeIndex      <- Teil{n}/Revision else "-"
Part{n}/Subject          <- Teil{n}/Benennung[@lang='de'][1] else Teil{n}/Benennung[1] => trim => cut 60
Part{n}/Type             = "TECHNICAL_QUOTATION"
Part{n}/Status           <- Teil{n}/Freigabestand => map release-status
Part{n}/ApprovedOn       <-? Teil{n}/Freigabedatum => nil "00000000" => date "dd.MM.yyyy" or "yyyyMMdd"
Part{n}/Amount           <-? Teil{n}/Nettopreis => number "1.234,56"
Part{n}/Amount/@currency <-? Teil{n}/Nettopreis/@waehrung
Part{n}/Author           <- Teil{n}/Ersteller => trim
Part{n}/AccountNo        <-? Teil{n}/Kunde/Kundennummer
Part{n}/AccountName      <-? Teil{n}/Kunde/Kundenname => trim => cut 40
Part{n}/ProjectNo        <- Teil{n}/Projektnummer
Part{n}/Description      =? "Maschine {Teil{n}/Maschinennummer}"
Part{n}/ReceivedOn       <- Teil{n}/Eingang => format-date "dd.MM.yyyy"
Part{n}/ModifiedOn       <- Teil{n}/Geaendert => datetime "dd.MM.yyyy HH:mm"
Part{n}/Weight           <-? Teil{n}/Gewicht => number "1.234,5"
Part{n}/PartNo           <-? Teil{n}/Teilenummer => strip-prefix "TEIL-"
Part{n}/Language         <- Teil{n}/Sprache => lower
Part{n}/Code             <- Teil{n}/Kennung => pad 8
Part{n}/Remark           <-? Teil{n}/Bemerkung => replace ";" ","
Part{n}/Category         <- Teil{n}/Gruppe => map category
Part{n}/DueOn            <-? Teil{n}/Wunschtermin => date "dd.MM.yyyy"
Part{n}/Country          <-? Teil{n}/Land => upper
each Part{n}/Features/Feature <-? Teil{n}/Merkmal
  @code     <- @code
  @position <- $position
  Label     <- Bezeichnung => trim
  Value     <- Wert => trim
  Unit      <-? Einheit
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """A mapping in a folder, and documents for it."""

    rules: int
    folder: Path  #: of the mappings
    documents: tuple[bytes, ...]

    @property
    def name(self) -> str:
        """The name of the mapping."""
        return _name(self.rules)

    def parsed(self) -> list[etree._ElementTree]:
        """Parse the documents."""
        return [etree.ElementTree(etree.fromstring(document)) for document in self.documents]


def make(folder: Path, *, rules: int, documents: int) -> Work:
    """Write the mapping and its schemas below *folder*, and make its documents."""
    parts = rules // RULES_OF_A_PART
    write_mapping(folder, parts, _name(rules))
    made = tuple(_document(random.Random(number), parts) for number in range(documents))  # noqa: S311  # no secret
    return Work(rules=rules, folder=folder, documents=made)


def write_mapping(folder: Path, parts: int, name: str) -> None:
    """Write a mapping of so many parts with its schemas below *folder*."""
    own = folder / name
    own.mkdir(parents=True)
    rules = "".join(_RULES.replace("{n}", str(part)) for part in range(1, parts + 1))
    (own / "mapping.map").write_text(_HEAD.replace("{name}", name) + rules, "utf-8")
    (own / "source.xsd").write_text(_schema(SOURCE, "Akte", "Teil", parts, _SOURCE_TYPES), "utf-8")
    (own / "target.xsd").write_text(_schema(TARGET, "Document", "Part", parts, _TARGET_TYPES), "utf-8")


def _name(rules: int) -> str:
    return f"rules-{rules}"


def _schema(namespace: str, root: str, part: str, parts: int, types: str) -> str:
    elements = "\n".join(f'    <xs:element name="{part}{n}" type="{part}"/>' for n in range(1, parts + 1))
    return _SCHEMA.format(namespace=namespace, root=root, parts=elements, types=types)


# --- documents --------------------------------------------------------------------------------------------------------


def _document(chance: random.Random, parts: int) -> bytes:
    lines = ["<Akte>"]
    for n in range(1, parts + 1):
        lines += [f"  <Teil{n}>", *(f"    {line}" for line in _part(chance)), f"  </Teil{n}>"]
    text = "\n".join([*lines, "</Akte>\n"])
    return text.replace("<Akte>", f'<Akte xmlns="{SOURCE}">', 1).encode()


def _part(chance: random.Random) -> Iterator[str]:
    """Give the elements of one part; what is optional is there in seven of ten."""

    def maybe(line: str) -> Iterator[str]:
        if chance.random() < 0.7:
            yield line

    def day(form: str = "{d:02}.{m:02}.{y}") -> str:
        return form.format(d=chance.randint(1, 28), m=chance.randint(1, 12), y=chance.randint(2019, 2027))

    yield f"<Nummer> ta-{chance.randint(1000, 99999)} </Nummer>"
    yield from maybe(f"<Revision>{chance.choice('ABCDE')}</Revision>")
    yield f'<Benennung lang="en">Conveyor drive {chance.randint(1, 99)}, left hand, with brake</Benennung>'
    yield from maybe(f'<Benennung lang="de"> Förderantrieb {chance.randint(1, 99)} für Gurtförderer </Benennung>')
    yield f"<Freigabestand>{chance.choice(('in Arbeit', 'in Prüfung', 'freigegeben', 'gesperrt'))}</Freigabestand>"
    yield from maybe(f"<Freigabedatum>{chance.choice((day(), day('{y}{m:02}{d:02}'), '00000000'))}</Freigabedatum>")
    price = f"{chance.randint(1, 999)}.{chance.randint(0, 999):03},{chance.randint(0, 99):02}"
    yield from maybe(f'<Nettopreis waehrung="EUR">{price}</Nettopreis>')
    yield f"<Ersteller> {chance.choice(('Jürgen Müller', 'Anna Weiß', 'Ute Groß'))} </Ersteller>"
    yield "<Kunde>"
    yield from maybe(f"<Kundennummer>{chance.randint(100000, 999999)}</Kundennummer>")
    yield from maybe("<Kundenname>Fördertechnik Süd GmbH &amp; Co. KG</Kundenname>")
    yield "</Kunde>"
    yield f"<Projektnummer>P-2026-{chance.randint(1, 999):03}</Projektnummer>"
    yield from maybe(f"<Maschinennummer>M{chance.randint(1, 9999)}</Maschinennummer>")
    yield f"<Eingang>{day('{y}-{m:02}-{d:02}')}</Eingang>"
    yield f"<Geaendert>{day()} {chance.randint(0, 23):02}:{chance.randint(0, 59):02}</Geaendert>"
    yield from maybe(f"<Gewicht>{chance.randint(1, 9999)},{chance.randint(0, 9)}</Gewicht>")
    yield from maybe(f"<Teilenummer>{chance.choice(('TEIL-', ''))}{chance.randint(1, 99999)}</Teilenummer>")
    yield f"<Sprache>{chance.choice(('DE', 'EN', 'FR'))}</Sprache>"
    yield f"<Kennung>{chance.randint(1, 99999)}</Kennung>"
    yield from maybe("<Bemerkung>mit Bremse; ohne Kupplung; lackiert</Bemerkung>")
    yield f"<Gruppe>{chance.choice(('Antrieb', 'Gehäuse', 'Lager', 'Band'))}</Gruppe>"
    yield from maybe(f"<Wunschtermin>{day()}</Wunschtermin>")
    yield from maybe(f"<Land>{chance.choice(('de', 'at', 'ch'))}</Land>")
    for number in range(chance.randint(0, 6)):
        yield f'<Merkmal code="M{number:02}">'
        yield f"  <Bezeichnung> Merkmal {number} </Bezeichnung>"
        yield f"  <Wert> {chance.randint(1, 9999)} </Wert>"
        yield from maybe("  <Einheit>mm</Einheit>")
        yield "</Merkmal>"
