"""What is wrong with a document: one finding a fault, with all that a person needs to correct it."""

from __future__ import annotations

import pytest
from lxml import etree

from sync.findings import Code
from sync.mapping.schema import Schema
from sync.mapping.validation.documents import validate
from tests.schemas import load
from tests.validated import END, document, found, only


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


def test_what_is_not_recognised_is_told_in_the_words_of_the_parser(tmp_path):
    body = '<xs:element name="r"><xs:complexType><xs:anyAttribute/></xs:complexType></xs:element>'

    (finding,) = validate(etree.fromstring('<r a="1"/>').getroottree(), load(tmp_path, body, ""), file="a.xml")

    assert (finding.code, finding.field) == (Code.SCHEMA_OTHER, "@a")
    assert "strict wildcard" in finding.details["parser"]


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
