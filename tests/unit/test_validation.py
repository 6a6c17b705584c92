"""What is wrong with a document: one finding a fault, with all that a person needs to correct it."""

from __future__ import annotations

import copy
import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from sync.findings import Code, Finding
from sync.mapping.schema import Schema
from sync.mapping.validation import LARGE, validate

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "mappings/schemas"
UBL = ROOT / "../shared/schemas/ubl-2.1"

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


@pytest.fixture(scope="module")
def schema(tmp_path_factory) -> Schema:
    folder = tmp_path_factory.mktemp("schema")
    (folder / "s.xsd").write_text(XSD, "utf-8")
    return Schema.load(folder / "s.xsd", [folder])


def document(body: str) -> etree._ElementTree:
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    return etree.fromstring(f'<r xmlns="urn:t" {xsi}>\n{body}</r>').getroottree()


def found(schema: Schema, body: str) -> list[Finding]:
    return validate(document(body), schema, file="a.xml")


def only(schema: Schema, body: str) -> Finding:
    (finding,) = found(schema, body)
    assert (finding.file, finding.line) == ("a.xml", 2)
    return finding


def test_a_valid_document_has_no_findings(schema):
    assert found(schema, END) == []


# --- values ---------------------------------------------------------------------------------------------------------

VALUES = [
    (Code.SCHEMA_ENUMERATION, "<status>weg</status>", "weg", ("offen", "zu"), {}),
    (Code.SCHEMA_ENUMERATION, "<either>weg</either>", "weg", ("offen", "zu", "mehr"), {}),
    (Code.SCHEMA_PATTERN, "<number>12a</number>", "12a", (), {"pattern": "[0-9]*"}),
    (Code.SCHEMA_TOO_LONG, "<number>12345</number>", "12345", (), {"length": "5", "limit": "4"}),
    (Code.SCHEMA_TOO_SHORT, "<number>1</number>", "1", (), {"length": "1", "limit": "2"}),
    (Code.SCHEMA_TOO_LONG, "<exact>1234</exact>", "1234", (), {"length": "4", "limit": "3"}),
    (Code.SCHEMA_TOO_SHORT, "<exact>ä</exact>", "ä", (), {"length": "1", "limit": "3"}),
    (Code.SCHEMA_EMPTY, "<number/>", "", (), {}),
    (Code.SCHEMA_EMPTY, "<status/>", "", ("offen", "zu"), {}),
    (Code.SCHEMA_EMPTY, "<date> </date>", " ", (), {}),
    (Code.SCHEMA_RANGE, "<price>0.5</price>", "0.5", (), {"relation": "≥", "limit": "1"}),
    (Code.SCHEMA_RANGE, "<price>500</price>", "500", (), {"relation": "<", "limit": "500"}),
    (Code.SCHEMA_DIGITS, "<price>1.234</price>", "1.234", (), {"limit": "1", "kind": "fraction"}),
    (Code.SCHEMA_TYPE, "<date>31.12.2026</date>", "31.12.2026", (), {"type": "date"}),
    (Code.SCHEMA_TYPE, "<price>1,5</price>", "1,5", (), {"type": "decimal"}),
    (Code.SCHEMA_TYPE, "<numbers>1 x 2</numbers>", "1 x 2", (), {"type": "int"}),
    (Code.SCHEMA_FIXED, "<fixed>y</fixed>", "y", (), {"fixed": "x"}),
    (Code.SCHEMA_NIL, '<nil xsi:nil="true">3</nil>', "3", (), {}),
    (Code.SCHEMA_NIL, '<date xsi:nil="true"/>', "", (), {}),
    (Code.SCHEMA_TEXT, "<list>text<entry/></list>", "text", (), {}),
    (Code.SCHEMA_TEXT, "<empty>text</empty>", "text", (), {}),
]


@pytest.mark.parametrize(("code", "body", "value", "allowed", "details"), VALUES, ids=lambda each: str(each))
def test_a_wrong_value_is_one_finding(schema, code, body, value, allowed, details):
    finding = only(schema, body + END)

    assert (finding.code, finding.value, finding.allowed, dict(finding.details)) == (code, value, allowed, details)
    assert finding.path == f"/r/{finding.field}"


def test_each_facet_that_a_value_breaks_is_told(schema):
    findings = found(schema, f"<price>12345.67</price>{END}")

    assert {finding.code for finding in findings} == {Code.SCHEMA_DIGITS, Code.SCHEMA_RANGE}
    assert {finding.details.get("kind") for finding in findings} == {"total", "fraction", None}


def test_a_long_value_is_cut(schema):
    finding = only(schema, f"<status>{'x' * 1000}</status>{END}")

    assert finding.value == "x" * 200 + "…"


def test_a_pattern_with_quotation_marks_and_a_value_that_quotes_it_are_told_apart(tmp_path):
    (tmp_path / "s.xsd").write_text(
        """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r"><xs:simpleType>
        <xs:restriction base="xs:string"><xs:pattern value="'a'"/></xs:restriction></xs:simpleType></xs:element>
        </xs:schema>""",
        "utf-8",
    )
    tree = etree.fromstring("<r>by the pattern 'b'.</r>").getroottree()

    (finding,) = validate(tree, Schema.load(tmp_path / "s.xsd", [tmp_path]), file="a.xml")

    assert finding.details == {"pattern": "'a'"}
    assert finding.value == "by the pattern 'b'."


# --- attributes -----------------------------------------------------------------------------------------------------


def test_an_attribute_is_named_with_an_at_sign(schema):
    finding = only(schema, f'<part kind="a"/><part kind="b" status="weg"/>{END}')

    assert (finding.code, finding.field, finding.path) == (Code.SCHEMA_ENUMERATION, "@status", "/r/part[2]/@status")
    assert (finding.value, finding.allowed) == ("weg", ("offen", "zu"))


def test_a_missing_attribute(schema):
    finding = only(schema, f"<part/>{END}")

    assert (finding.code, finding.field, finding.path) == (Code.SCHEMA_ATTRIBUTE_MISSING, "@kind", "/r/part/@kind")
    assert finding.value is None


def test_an_attribute_that_nobody_knows(schema):
    finding = only(schema, f'<part kind="a" colour="red"/>{END}')

    assert (finding.code, finding.field, finding.value) == (Code.SCHEMA_ATTRIBUTE_UNEXPECTED, "@colour", "red")
    assert finding.allowed == ("@key", "@of", "@status", "@kind", "@unit")


# --- order ----------------------------------------------------------------------------------------------------------


def test_a_missing_element_is_called_missing_even_where_another_stands_in_its_place(schema):
    finding = only(schema, "<status>zu</status><last>zu</last>")

    assert (finding.code, finding.field, finding.path) == (Code.SCHEMA_MISSING, "one | other", "/r")
    assert finding.allowed == ("one", "other")


def test_an_element_that_ends_too_early(schema):
    finding = only(schema, f"<list/>{END}")

    assert (finding.code, finding.field, finding.path) == (Code.SCHEMA_MISSING, "entry", "/r/list/entry")
    assert finding.allowed == ("entry",)


def test_all_that_is_missing_in_an_element_is_told(schema):
    findings = validate(etree.fromstring('<r xmlns="urn:t"/>').getroottree(), schema, file="a.xml")

    assert [(finding.code, finding.field, finding.line) for finding in findings] == [
        (Code.SCHEMA_MISSING, "one | other", 1),
        (Code.SCHEMA_MISSING, "last", 1),
    ]


def test_an_unknown_element_is_named_with_those_that_are_expected(schema):
    finding = only(schema, f"<numbers>1</numbers><colour/>{END}")

    assert (finding.code, finding.field, finding.path) == (Code.SCHEMA_UNEXPECTED, "colour", "/r/colour")
    assert finding.allowed[:2] == ("date", "fixed")


def test_every_unknown_element_is_told(schema):
    findings = found(schema, f"<colour/><status>zu</status><size/><size/>{END}")

    assert [finding.path for finding in findings] == ["/r/colour", "/r/size[1]", "/r/size[2]"]
    assert {finding.code for finding in findings} == {Code.SCHEMA_UNEXPECTED}


def test_a_wrong_order_is_told_once_for_each_element_that_stands_wrong(schema):
    finding = only(schema, f"<date>2026-12-31</date><status>zu</status>{END}")

    assert (finding.code, finding.field) == (Code.SCHEMA_UNEXPECTED, "status")


def test_an_element_that_comes_too_often(schema):
    finding = only(schema, "<exact>abc</exact>" * 3 + END)

    assert (finding.code, finding.path) == (Code.SCHEMA_UNEXPECTED, "/r/exact[3]")


def test_both_of_a_choice_are_one_too_many(schema):
    finding = only(schema, "<one>1</one><other>zu</other><last>zu</last>")

    assert (finding.code, finding.field, finding.allowed) == (Code.SCHEMA_UNEXPECTED, "other", ("last",))


def test_an_element_where_none_may_be(schema):
    assert only(schema, f"<empty><x/></empty>{END}").path == "/r/empty/x"
    assert only(schema, f"<date>2026-12-31<x/></date>{END}").path == "/r/date/x"


def test_another_root_is_unexpected(schema):
    (finding,) = validate(etree.fromstring("<r/>").getroottree(), schema, file="a.xml")

    assert (finding.code, finding.field, finding.path) == (Code.SCHEMA_UNEXPECTED, "r", "/r")
    assert finding.allowed == ("r",)


def test_faults_of_order_do_not_hide_the_values_behind_them(schema):
    findings = found(
        schema,
        "<colour/>\n<status>weg</status>\n<number>x</number>\n<list/>\n<date>morgen</date>\n<last>weg</last>",
    )

    assert [(finding.line, finding.code, finding.field) for finding in findings] == [
        (2, Code.SCHEMA_UNEXPECTED, "colour"),
        (3, Code.SCHEMA_ENUMERATION, "status"),
        (4, Code.SCHEMA_TOO_SHORT, "number"),
        (4, Code.SCHEMA_PATTERN, "number"),
        (5, Code.SCHEMA_MISSING, "entry"),
        (6, Code.SCHEMA_UNEXPECTED, "date"),
        (6, Code.SCHEMA_TYPE, "date"),
        (7, Code.SCHEMA_MISSING, "one | other"),
        (7, Code.SCHEMA_ENUMERATION, "last"),
    ]


def test_the_document_is_as_it_was_after_it_was_found_wrong(schema):
    tree = document(f'<part kind="a"/><filled/><colour/>{END}')
    before = etree.tostring(tree)

    validate(tree, schema, file="a.xml")

    assert etree.tostring(tree) == before


# --- the rest -------------------------------------------------------------------------------------------------------


def test_a_key_that_stands_there_twice(schema):
    finding = only(schema, f"<list><entry>a</entry><entry>a</entry></list>{END}")

    assert (finding.code, finding.path, finding.value) == (Code.SCHEMA_KEY, "/r/list/entry[2]", "a")
    assert "once" in finding.details["parser"]


def test_what_is_not_recognised_is_told_in_the_words_of_the_parser(schema):
    finding = only(schema, f'<date xsi:type="Nonsense">2026-12-31</date>{END}')

    assert (finding.code, finding.field) == (Code.SCHEMA_OTHER, "@type")
    assert "Nonsense" in finding.details["parser"]


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        ('<part kind="a" key="x"/><part kind="b" key="x"/>', "/r/part[2]/@key"),
        ('<part kind="a"><id>x</id></part><part kind="b"><id> x </id></part>', "/r/part[2]/id"),
        ('<part kind="b"><id>x</id></part><part kind="a" key="x"/>', "/r/part[1]/id"),
    ],
)
def test_an_id_that_stands_there_twice(schema, parts, path):
    finding = only(schema, parts + END)

    assert (finding.code, finding.path, finding.value) == (Code.SCHEMA_ID_TWICE, path, "x")


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        ('<part kind="a" key="x" of="y"/>', "/r/part/@of"),
        ('<part kind="a"><id>x</id><see>x y</see></part>', "/r/part/see"),
    ],
)
def test_a_reference_that_leads_nowhere(schema, parts, path):
    finding = only(schema, parts + END)

    assert (finding.code, finding.path, finding.value) == (Code.SCHEMA_IDREF, path, "y")


def test_references_that_lead_somewhere_are_fine(schema):
    parts = '<part kind="a" of="x"/><part kind="b"><id>x</id><see>x y</see></part><part kind="c" key="y"/>'

    assert found(schema, parts + END) == []


def test_the_defaults_of_the_schema_stand_in_a_valid_document(schema):
    tree = document(f'<filled/><part kind="a"/>{END}')

    assert validate(tree, schema, file="a.xml") == []

    assert tree.findtext("{urn:t}filled") == "7"
    assert tree.find("{urn:t}part").get("unit") == "mm"


def test_prefixes_and_comments_do_not_disturb_the_places(schema):
    tree = etree.fromstring(
        '<p:r xmlns:p="urn:t"><!--a--><p:status>zu</p:status><q:status xmlns:q="urn:t">weg</q:status>'
        "<?pi?><p:colour/><!--b--><p:one>x</p:one><p:last>zu</p:last></p:r>"
    ).getroottree()

    findings = validate(tree, schema, file="a.xml")

    assert {(finding.path, finding.value) for finding in findings} == {
        ("/r/status[2]", "weg"),
        ("/r/colour", None),
        ("/r/one", "x"),
    }


# --- size and threads -----------------------------------------------------------------------------------------------


def test_a_large_document_is_told_its_first_fault_quickly(schema):
    numbers = "<number>12</number>\n" * (LARGE - 3000) + '<number a="1">x</number>\n<number>x</number>\n' * 2000
    tree = document(numbers + END)

    start = time.perf_counter()
    findings = validate(tree, schema, file="a.xml")
    seconds = time.perf_counter() - start

    assert [finding.code for finding in findings] == [Code.SCHEMA_ATTRIBUTE_UNEXPECTED, Code.SCHEMA_ONLY_FIRST]
    assert (findings[0].line, findings[0].path) == (2 + LARGE - 3000, f"/r/number[{LARGE - 2999}]/@a")
    assert findings[1].details == {"elements": str(LARGE - 3000 + 4000 + 3)}
    assert seconds < 30  # quadratic time would take minutes


@pytest.mark.parametrize(
    ("end", "code", "path"),
    [
        ("<colour/>" + END, Code.SCHEMA_UNEXPECTED, "/r/colour"),
        ("<one>1</one>", Code.SCHEMA_MISSING, "/r/last"),
        ("<one>vielleicht</one><last>zu</last>", Code.SCHEMA_TYPE, "/r/one"),
        ('<part kind="a" of="y"/>' + END, Code.SCHEMA_IDREF, "/r/part/@of"),
    ],
)
def test_the_first_fault_of_a_large_document_is_located(schema, end, code, path):
    tree = document("<number>12</number>\n" * LARGE + end)

    findings = validate(tree, schema, file="a.xml")

    assert [(finding.code, finding.path) for finding in findings[:-1]] == [(code, path)]
    assert findings[0].line == (1 if code is Code.SCHEMA_MISSING else LARGE + 2)


def test_a_large_valid_document_gets_its_defaults(schema):
    tree = document("<number>12</number>" * LARGE + '<part kind="a"/>' + END)

    assert validate(tree, schema, file="a.xml") == []
    assert tree.find("{urn:t}part").get("unit") == "mm"


def test_many_faults_of_order_take_no_long_time(schema):
    tree = document("<number>x</number><status>weg</status>" * 2000 + END)

    start = time.perf_counter()
    findings = validate(tree, schema, file="a.xml")

    assert sum(finding.code is Code.SCHEMA_ENUMERATION for finding in findings) >= 1
    assert time.perf_counter() - start < 30


def test_threads_do_not_get_each_others_findings(schema):
    def fields(number: int) -> set[str | None]:
        body = f"<status>wrong{number}</status>" * 5 + END
        return {finding.value for _ in range(20) for finding in found(schema, body)}

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(fields, range(16)))

    assert results == [{f"wrong{number}"} for number in range(16)]


class Broken(Schema):
    """A schema whose validator fails, as it does where memory runs out."""

    class Validator:
        def validate(self, tree: object) -> bool:
            raise etree.XMLSchemaValidateError("Internal error in XML Schema validation.")

    validator = Validator()


def test_a_validator_that_fails_never_means_valid(tmp_path):
    (tmp_path / "s.xsd").write_text(XSD, "utf-8")
    broken = Broken.load(tmp_path / "s.xsd", [tmp_path])

    (finding,) = found(broken, END)

    assert finding.code is Code.SCHEMA_INTERNAL
    assert "Internal error" in finding.details["parser"]


# --- real schemas and strange documents -----------------------------------------------------------------------------


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
