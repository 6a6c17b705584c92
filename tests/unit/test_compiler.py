"""What rules mean: the target in the order of its schema, values from the source, and all that is wrong at once."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from sync.findings import Code
from sync.model import Action
from tests.workshop import SCHEMA, SOURCE, TARGET, akte, convert, document, load, mapping, text, write

NUMBER = "Number <- Nummer\n"


def findings(conversion: object) -> list[tuple[str, str, int | None, str]]:
    return [(one.code, one.field, one.line, one.rule) for one in conversion.findings]  # type: ignore[attr-defined]


# --- order, parents, constants ----------------------------------------------------------------------------------------


RULES = [
    'Note = "last"\n',
    "Number <- Nummer\n",
    "Customer/Name <-? Kunde/Name\n",
    "@id <- @lauf\n",
    'Customer/Country = "DE"\n',
    "each Lines/Line <-? Position\n  Text <-? Text\n  @no <- @nr\n",
    "Customer/Number <-? Kunde/Nummer\n",
    '@version = "1"\n',
    "Amount/@currency <-? Preis/@waehrung\n",
    "Amount <-? Preis\n",
]


@pytest.fixture(scope="session")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("orders")


@settings(max_examples=40, deadline=None)
@given(order=st.permutations(range(len(RULES))))
def test_the_order_of_the_rules_does_not_matter(workplace: Path, order: list[int]) -> None:
    made = mapping(workplace / "-".join(map(str, order)), "".join(RULES[at] for at in order))
    source = akte(
        '<Preis waehrung="EUR">5</Preis><Kunde><Nummer>7</Nummer><Name>Müller</Name></Kunde>'
        '<Position nr="1"><Text>x</Text></Position>',
        attributes=' lauf="77"',
    )

    produced = text(convert(made, source))

    assert produced == (
        '<Document version="1" id="77"><Number>N-1</Number><Amount currency="EUR">5</Amount>'
        "<Customer><Number>7</Number><Name>Müller</Name><Country>DE</Country></Customer>"
        '<Lines><Line no="1"><Text>x</Text></Line></Lines><Note>last</Note></Document>'
    )


def test_an_optional_parent_stands_only_where_a_rule_below_it_wrote_something(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + 'Customer/Name <-? Kunde/Name\nCustomer/Country = "DE"\n')

    assert "Customer" not in text(convert(made, akte()))
    assert "Customer" not in text(convert(made, akte("<Kunde><Name> </Name></Kunde>")))
    assert "<Customer><Name>M</Name><Country>DE</Country></Customer>" in text(
        convert(made, akte("<Kunde><Name>M</Name></Kunde>"))
    )


def test_required_brings_an_optional_parent_into_being(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + 'Customer/Country = "DE"\nrequired Customer\n')

    assert "<Customer><Country>DE</Country></Customer>" in text(convert(made, akte()))


def test_a_template_counts_as_data(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + 'Customer/Name = "Kunde {Nummer}, {{echt}}"\n')

    assert "<Customer><Name>Kunde N-1, {echt}</Name></Customer>" in text(convert(made, akte()))


def test_a_missing_path_in_a_template_rejects_or_leaves_it_out(tmp_path: Path) -> None:
    strict = mapping(tmp_path / "strict", NUMBER + 'Note = "vom {Datum}"\n')
    lenient = mapping(tmp_path / "lenient", NUMBER + 'Note =? "vom {Datum}"\n')

    assert findings(convert(strict, akte())) == [(Code.MISSING, "Datum", 1, "mapping.map:7")]
    assert "Note" not in text(convert(lenient, akte()))


def test_a_constant_may_hold_what_xml_and_xslt_would_misread(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + '@id = "{{a}} < & \'"\nNote = " <b> & {{c}} \' "\n')

    produced = convert(made, akte()).tree

    assert produced.getroot().get("id") == "{a} < & '"
    assert produced.findtext("{urn:t}Note") == " <b> & {c} ' "


def test_of_a_choice_what_has_a_value_is_written(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + "Closed <-? Datum\nOpen <-? Kunde/Name\n")

    assert "<Closed>heute</Closed>" in text(convert(made, akte("<Datum>heute</Datum>")))
    assert "<Open>M</Open>" in text(convert(made, akte("<Kunde><Name>M</Name></Kunde>")))


# --- values -----------------------------------------------------------------------------------------------------------


def test_else_goes_on_to_the_next_source_and_functions_apply_to_what_it_gave(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + 'Title <- Kunde/Name else Datum else "nie" => upper\n')

    assert "<Title>ANNA</Title>" in text(convert(made, akte("<Datum>heute</Datum><Kunde><Name>Anna</Name></Kunde>")))
    assert "<Title>HEUTE</Title>" in text(convert(made, akte("<Datum>heute</Datum><Kunde><Name/></Kunde>")))
    assert "<Title>NIE</Title>" in text(convert(made, akte()))


def test_a_function_may_turn_a_value_into_missing(tmp_path: Path) -> None:
    strict = mapping(tmp_path / "strict", NUMBER + 'Title <- Datum => nil "00000000"\n')
    lenient = mapping(tmp_path / "lenient", NUMBER + 'Title <-? Datum => nil "00000000"\n')
    source = akte("<Datum>00000000</Datum>")

    assert findings(convert(strict, source)) == [(Code.MISSING, "Datum", 5, "mapping.map:7")]
    assert "Title" not in text(convert(lenient, source))


def test_more_than_one_node_rejects_unless_a_predicate_chooses(tmp_path: Path) -> None:
    chosen = mapping(tmp_path / "chosen", NUMBER + "Title <- Titel[1]\n")
    named = mapping(tmp_path / "named", NUMBER + "Title <- Titel[@sprache='de']\n")
    source = akte(titles="<Titel>Zweiter</Titel>\n")

    assert "<Title>Erster</Title>" in text(convert(chosen, source))
    (finding,) = convert(named, source).findings
    assert (finding.code, finding.line, finding.path) == (Code.SEVERAL_VALUES, 4, "/Akte/Titel[2]")
    assert finding.details == {"count": "2"}


def test_join_takes_them_all_and_functions_before_it_apply_to_each(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + 'Title <- Titel => upper => cut 3 => join ", " => cut 8\n')

    produced = text(convert(made, akte(titles="<Titel> </Titel><Titel>zwei</Titel>")))

    assert "<Title>ERS, ZWE</Title>" in produced


def test_predicates_see_the_defaults_of_the_schema(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + "Title <- Titel[@sprache='de']\n")

    assert "<Title>Erster</Title>" in text(convert(made, akte(titles='<Titel sprache="en">First</Titel>')))


def test_current_is_the_element_that_the_rule_is_about(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + "Title <- Position[@nr = current()/@haupt]/Text\n")
    source = akte(
        '<Position nr="1"><Text>eins</Text></Position><Position nr="2"><Text>zwei</Text></Position>',
        attributes=' haupt="2"',
    )

    assert "<Title>zwei</Title>" in text(convert(made, source))


def test_an_expression_is_a_value_too(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + "Title <- count(Position)\nNote <- Titel[contains(., 'st')]\n")

    assert text(convert(made, akte('<Position nr="1"/><Position nr="2"/>'))) == (
        "<Document><Number>N-1</Number><Title>2</Title><Note>Erster</Note></Document>"
    )


def test_both_kinds_of_quotes_can_be_compared_with(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + "Title <- Titel[. != 'a\"b' and . != \"it's\"]\n")

    assert "<Title>Erster</Title>" in text(convert(made, akte(titles="<Titel>it's</Titel>")))


def test_white_space_around_a_token_is_not_part_of_it(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + 'Kind <- Art => map kinds\ntable kinds\n  "Anfrage" -> RFQ\n  * -> OTHER\n')

    assert "<Kind>RFQ</Kind>" in text(convert(made, akte(kind="\n  Anfrage\n")))


def test_a_value_that_no_row_has_is_named(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + 'Kind <- Art => map kinds\ntable kinds\n  "Anfrage" -> RFQ\n')

    (finding,) = convert(made, akte(kind="Rest")).findings

    assert (finding.code, finding.value, finding.field) == (Code.NOT_IN_TABLE, "Rest", "Art")
    assert (finding.allowed, finding.line, finding.rule) == (("Anfrage",), 4, "mapping.map:7")


def test_all_that_is_wrong_is_recorded_at_once(tmp_path: Path) -> None:
    rules = (
        "Number <- Kunde/Nummer\nTitle <- Titel[@sprache='de']\nDate <- Datum => date \"dd.MM.yyyy\"\n"
        'Amount <- Preis => number "1.234,56"\neach Lines/Line <- Position\n  Text <- Text\n'
    )
    made = mapping(tmp_path, rules)
    source = akte(
        "<Datum>31.02.2026</Datum>\n<Preis>12.345.60</Preis>\n<Kunde>\n<Nummer/>\n</Kunde>\n"
        '<Position nr="1"/>\n<Position nr="2"/>',
        titles="<Titel>Zweiter</Titel>\n",
    )

    conversion = convert(made, source)

    assert conversion.tree is None
    assert [(one.code, one.path, one.line) for one in conversion.findings] == [
        (Code.MISSING, "/Akte/Kunde/Nummer", 9),
        (Code.SEVERAL_VALUES, "/Akte/Titel[2]", 4),
        (Code.NOT_A_DATE, "/Akte/Datum", 6),
        (Code.NOT_A_NUMBER, "/Akte/Preis", 7),
        (Code.MISSING, "/Akte/Position[1]/Text", 11),
        (Code.MISSING, "/Akte/Position[2]/Text", 12),
    ]


# --- each -------------------------------------------------------------------------------------------------------------


def test_each_repeats_an_element_and_blocks_nest(tmp_path: Path) -> None:
    rules = NUMBER + (
        'each Lines/Line <-? Position\n  Text =? "{$position}: {Text} of {/Akte/Nummer}"\n'
        "  each Part <-? Teil\n    . <- @nr\n  @no <- @nr\n"
    )
    source = akte(
        '<Position nr="a"><Text>x</Text><Teil nr="p"/><Teil nr="q"/></Position>'
        '<Position nr="b"><Text>y</Text></Position>'
    )

    produced = text(convert(mapping(tmp_path, rules), source))

    assert produced == (
        '<Document><Number>N-1</Number><Lines><Line no="a"><Text>1: x of N-1</Text><Part>p</Part><Part>q</Part></Line>'
        '<Line no="b"><Text>2: y of N-1</Text></Line></Lines></Document>'
    )


def test_empty_nodes_count_for_each(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + "each Lines/Line <- Position\n  Text <-? Text\n")

    assert text(convert(made, akte('<Position nr="1"/><Position nr="2"/>'))).count("<Line/>") == 2


def test_each_may_need_at_least_one(tmp_path: Path) -> None:
    strict = mapping(tmp_path / "strict", NUMBER + "each Lines/Line <- Position\n  Text <-? Text\n")
    lenient = mapping(tmp_path / "lenient", NUMBER + "each Lines/Line <-? Position\n  Text <-? Text\n")

    (finding,) = convert(strict, akte()).findings
    assert (finding.code, finding.field, finding.path) == (Code.MISSING, "Position", "/Akte/Position")
    assert "Lines" not in text(convert(lenient, akte()))


# --- variables --------------------------------------------------------------------------------------------------------


def test_variables_are_values(tmp_path: Path) -> None:
    rules = 'Number <- $pair\nTitle = "{$route} {$received}"\nNote <- $action\nKind <-? $link\nlink crm\n'
    write(tmp_path, rules)
    made = load(tmp_path, {"crm": "https://crm.example/{number}"})

    produced = convert(made, akte(), pair='it\'s "A"', route="a", received="2026-01-02T03:04:05Z", action=Action.REVISE)

    assert text(produced) == (
        '<Document><Number>it\'s "A"</Number><Title>a 2026-01-02T03:04:05Z</Title><Note>revise</Note></Document>'
    )


def test_facts_of_the_only_pdf_are_variables(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + 'Title = "{$pdf_name} {$source_pdf_name} {$pdf_size} {$pdf_pages}"\n')

    assert "<Title>a.pdf src-a.pdf 7 2</Title>" in text(convert(made, akte(), documents=(document("a.pdf"),)))


def test_no_pdf_is_missing_and_several_are_too_many(tmp_path: Path) -> None:
    made = mapping(tmp_path, NUMBER + "Title <- $pdf_name\n")

    assert [one[:2] for one in findings(convert(made, akte()))] == [(Code.MISSING, "$pdf_name")]
    two = (document("a.pdf"), document("b.pdf"))
    assert [one[:2] for one in findings(convert(made, akte(), documents=two))] == [(Code.SEVERAL_VALUES, "$pdf_name")]


def test_each_goes_over_the_documents_and_the_root_is_still_that_of_the_source(tmp_path: Path) -> None:
    rules = NUMBER + "each File <- $documents\n  Sha256 <- sha256\n  Name <- name\n  Of <- /Akte/Nummer\n"
    two = (document("a.pdf", sha256="1"), document("b.pdf", sha256="2"))

    produced = text(convert(mapping(tmp_path, rules), akte(), documents=two))

    assert produced == (
        "<Document><Number>N-1</Number><File><Name>a.pdf</Name><Sha256>1</Sha256><Of>N-1</Of></File>"
        "<File><Name>b.pdf</Name><Sha256>2</Sha256><Of>N-1</Of></File></Document>"
    )


def test_what_a_document_lacks_is_found_in_a_block_over_documents(tmp_path: Path) -> None:
    made = mapping(
        tmp_path, NUMBER + "each File <- $documents\n  Name <- name\n  Of <- date\n  Sha256 <- /Akte/Datum\n"
    )

    found = [(one.code, one.field, one.path) for one in convert(made, akte(), documents=(document(),)).findings]

    assert found == [(Code.MISSING, "date", ""), (Code.MISSING, "Datum", "/Akte/Datum")]


# --- schemas of several namespaces ------------------------------------------------------------------------------------


def test_elements_of_several_namespaces_and_of_none_are_written(tmp_path: Path) -> None:
    target = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t" xmlns="urn:t"
                 xmlns:c="urn:c">
      <xs:import namespace="urn:c" schemaLocation="common.xsd"/><xs:include schemaLocation="more.xsd"/>
      <xs:element name="Document"><xs:complexType><xs:complexContent><xs:extension base="Base"><xs:sequence>
        <xs:element ref="c:Common"/></xs:sequence><xs:attribute ref="c:mark"/></xs:extension></xs:complexContent>
      </xs:complexType></xs:element></xs:schema>"""
    more = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:complexType name="Base"><xs:sequence>
      <xs:element name="Number" type="xs:string"/></xs:sequence></xs:complexType></xs:schema>"""
    common = (
        SCHEMA
        + """targetNamespace="urn:c"><xs:element name="Common"><xs:complexType><xs:sequence>
      <xs:element name="Inner" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
      <xs:attribute name="mark" type="xs:string"/></xs:schema>"""
    )
    rules = 'Common/Inner <- Titel[1]\n@mark = "m"\nNumber <- Nummer\n'

    made = mapping(tmp_path, rules, target=target, files={"common.xsd": common, "more.xsd": more})  # type: ignore[arg-type]
    root = convert(made, akte()).tree.getroot()

    assert root.tag == "{urn:t}Document"
    assert dict(root.attrib) == {"{urn:c}mark": "m"}
    assert [child.tag for child in root.iter()] == ["{urn:t}Document", "Number", "{urn:c}Common", "{urn:c}Inner"]


def test_an_attribute_of_xml_itself_is_read_and_written(tmp_path: Path) -> None:
    lang = (
        '<xs:import namespace="http://www.w3.org/XML/1998/namespace" schemaLocation="http://www.w3.org/2001/xml.xsd"/>'
    )
    source = SOURCE.replace('<xs:element name="Akte">', lang + '<xs:element name="Akte">').replace(
        '<xs:attribute name="lauf" type="xs:string"/>', '<xs:attribute ref="xml:lang"/>'
    )
    target = TARGET.replace('<xs:element name="Document">', lang + '<xs:element name="Document">').replace(
        '<xs:attribute name="id" type="xs:string"/>', '<xs:attribute ref="xml:lang"/>'
    )
    made = mapping(
        tmp_path, NUMBER + "@lang <- @lang\nTitle <- Titel[/Akte/@lang = 'de'][1]\n", source=source, target=target
    )

    produced = text(convert(made, akte(attributes=' xml:lang="de"')))

    assert produced == '<Document xml:lang="de"><Number>N-1</Number><Title>Erster</Title></Document>'


def test_source_and_target_may_share_a_namespace(tmp_path: Path) -> None:
    one = (
        SCHEMA
        + """targetNamespace="urn:one"><xs:element name="{root}"><xs:complexType><xs:sequence>
      <xs:element name="Nummer" type="xs:string"/></xs:sequence></xs:complexType></xs:element></xs:schema>"""
    )
    made = mapping(
        tmp_path, "Nummer <- Nummer\n", source=one.replace("{root}", "Akte"), target=one.replace("{root}", "Document")
    )
    source = etree.ElementTree(etree.fromstring('<Akte xmlns="urn:one"><Nummer>1</Nummer></Akte>'))

    assert text(convert(made, source)) == '<Document xmlns="urn:one"><Nummer>1</Nummer></Document>'


def test_a_schema_without_a_namespace_works(tmp_path: Path) -> None:
    plain = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="{root}"><xs:complexType>
      <xs:sequence><xs:element name="Nummer" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
      </xs:schema>"""
    made = mapping(
        tmp_path,
        "Nummer <- Nummer\n",
        source=plain.replace("{root}", "Akte"),
        target=plain.replace("{root}", "Document"),
    )
    source = etree.ElementTree(etree.fromstring("<Akte><Nummer>1</Nummer></Akte>"))

    assert text(convert(made, source)) == "<Document><Nummer>1</Nummer></Document>"


@pytest.mark.parametrize("order", list(permutations(["A", "B", "C"])))
def test_extension_puts_its_own_elements_after_those_of_the_base(tmp_path: Path, order: tuple[str, ...]) -> None:
    target = (
        SCHEMA
        + """targetNamespace="urn:t" xmlns="urn:t"><xs:complexType name="Base"><xs:sequence>
      <xs:element name="C" type="xs:string"/></xs:sequence></xs:complexType>
      <xs:element name="Document"><xs:complexType><xs:complexContent><xs:extension base="Base"><xs:sequence>
        <xs:element name="B" type="xs:string"/><xs:choice><xs:element name="A" type="xs:string"/>
        <xs:element name="Z" type="xs:string"/></xs:choice></xs:sequence></xs:extension></xs:complexContent>
      </xs:complexType></xs:element></xs:schema>"""
    )

    produced = text(convert(mapping(tmp_path, "".join(f"{one} <- Nummer\n" for one in order), target=target), akte()))

    assert produced == "<Document><C>N-1</C><B>N-1</B><A>N-1</A></Document>"
