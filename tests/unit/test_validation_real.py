"""Validation of real schemas and of documents that are damaged at random."""

from __future__ import annotations

import copy
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from sync.findings import Code, Finding
from sync.mapping.schema import Schema
from sync.mapping.validation.documents import validate

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "mappings/schemas"
UBL = ROOT / "../shared/schemas/ubl-2.1"


@pytest.mark.skipif(not UBL.is_dir(), reason="the UBL 2.1 schemas are not at ../shared/schemas/ubl-2.1")
def test_the_samples_of_ubl_are_valid_and_a_change_is_found():
    schema = Schema.load(UBL / "xsd/maindoc/UBL-Quotation-2.1.xsd", [UBL])
    tree = etree.parse(UBL / "xml/UBL-Quotation-2.1-Example.xml")
    assert validate(tree, schema, file="a.xml") == []
    issued = tree.find("{*}IssueDate")
    issued.text = "yesterday"

    (finding,) = validate(tree, schema, file="a.xml")

    assert (finding.code, finding.path, finding.line) == (Code.SCHEMA_TYPE, "/Quotation/IssueDate", issued.sourceline)
    assert finding.details == {"type": "date"}


QUOTATION = """<Unterlage xmlns="urn:pairsync:example:pdm:1" exportId="88012" exportiertAm="31.03.2026 10:20:00">
  <Unterlagennummer>TANG-2026-0815</Unterlagennummer><Revisionsnummer>B</Revisionsnummer>
  <Benennung lang="de">Technisches Angebot</Benennung><Benennung lang="en">Technical quotation</Benennung>
  <Unterlagenart>TANG</Unterlagenart><Freigabestand>in Prüfung</Freigabestand><Ersteller>Jürgen Groß</Ersteller>
  <Kunde><Kundennummer>104711</Kundennummer><Kundenname>Müller</Kundenname></Kunde>
  <Projekt><Projektnummer>P-2026-042</Projektnummer><Projektphase>Kalkulation</Projektphase></Projekt>
  <Nettopreis waehrung="EUR">184.500,00</Nettopreis>
  <Sachmerkmale><Sachmerkmal code="TAKT"><Bezeichnung>Takt</Bezeichnung><Wert>4,5</Wert></Sachmerkmal></Sachmerkmale>
  <Dateien hauptdatei="D1"><Datei id="D1"><Name>a.pdf</Name><Unterlagenart>TANG</Unterlagenart></Datei>
    <Datei id="D2"><Name>b.pdf</Name><Unterlagenart>MZG</Unterlagenart><Blattzahl>2</Blattzahl></Datei></Dateien>
  <Stueckliste><Position><Teilenummer>310.0042</Teilenummer><Menge>1</Menge>
    <Position><Teilenummer>310.0043</Teilenummer><Menge>2,5</Menge></Position></Position></Stueckliste>
</Unterlage>"""


@pytest.fixture(scope="module")
def pdm() -> Schema:
    return Schema.load(SHIPPED / "pdm/export.xsd", [SHIPPED])


def test_the_sample_is_valid(pdm):
    assert validate(etree.fromstring(QUOTATION).getroottree(), pdm, file="a.xml") == []


def removable(tree: etree._ElementTree) -> list[etree._Element]:
    return [node for node in tree.iter(etree.Element) if node.getparent() is not None]


def test_whichever_element_is_taken_away_only_that_one_is_missed(pdm):
    count = len(removable(etree.fromstring(QUOTATION).getroottree()))
    missed = 0
    for position in range(count):
        tree = etree.fromstring(QUOTATION).getroottree()
        node = removable(tree)[position]
        node.getparent().remove(node)

        findings = [each for each in validate(tree, pdm, file="a.xml") if each.code is not Code.SCHEMA_IDREF]

        missed += len(findings)
        assert [(each.code, each.field) for each in findings] in (
            [],
            [(Code.SCHEMA_MISSING, etree.QName(node).localname)],
        )
    assert missed >= 15


def test_whichever_element_is_renamed_it_is_the_unknown_one(pdm):
    count = len(removable(etree.fromstring(QUOTATION).getroottree()))
    for position in range(count):
        tree = etree.fromstring(QUOTATION).getroottree()
        node = removable(tree)[position]
        name, node.tag = etree.QName(node).localname, "{urn:pairsync:example:pdm:1}Unbekannt"

        findings = [each for each in validate(tree, pdm, file="a.xml") if each.code is not Code.SCHEMA_IDREF]

        unknown = [each for each in findings if each.code is Code.SCHEMA_UNEXPECTED]
        assert [each.field for each in unknown] == ["Unbekannt"]
        assert [each.field for each in findings if each not in unknown] in ([], [name])


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 2**32), changes=st.integers(1, 6))
def test_a_mutated_document_has_findings_exactly_where_libxml2_finds_it_invalid(pdm, seed, changes):
    tree = etree.fromstring(QUOTATION).getroottree()
    chance = random.Random(seed)
    for _ in range(changes):
        mutate(tree, chance)
    valid = pdm.validator.validate(copy.deepcopy(tree))

    findings = validate(tree, pdm, file="a.xml")

    assert all(isinstance(finding, Finding) for finding in findings)
    identity = {Code.SCHEMA_ID_TWICE, Code.SCHEMA_IDREF}
    assert valid or findings
    assert not valid or {finding.code for finding in findings} <= identity
    assert {finding.code for finding in findings}.isdisjoint({Code.SCHEMA_INTERNAL, Code.SCHEMA_OTHER})
    assert all(finding.path.startswith("/") and finding.line for finding in findings)


def mutate(tree: etree._ElementTree, chance: random.Random) -> None:
    """Do one thing to a document that people and programs do: leave out, repeat, move, rename, overwrite."""
    nodes = [node for node in tree.iter(etree.Element) if node.getparent() is not None]
    node, other = chance.choice(nodes), chance.choice(nodes)
    values = ["", " ", "TANG", "x" * 300, "1", "EUR", "in Arbeit", "D2", "'", "31.12.2026"]
    match chance.randrange(7):
        case 0:
            node.getparent().remove(node)
        case 1:
            node.addnext(copy.deepcopy(node))
        case 2 if other not in node.iter() and node is not other:
            other.addnext(node)
        case 3:
            node.tag = chance.choice([other.tag, "unknown", "{urn:other}x"])
        case 4:
            node.text = chance.choice(values)
        case 5:
            node.set(chance.choice(["id", "lang", "code", "waehrung", "hauptdatei", "new"]), chance.choice(values))
        case 6 if node.attrib:
            del node.attrib[chance.choice(list(node.attrib))]
