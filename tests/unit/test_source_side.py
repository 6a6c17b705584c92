"""What schemas have on the source's side: types, substitution groups, recursion, mixed text, defaults."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from sync.mapping.validation.documents import validate
from sync.model import Variables
from tests.workshop import NUMBER, mapping, problems, said

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
SOURCE = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
    targetNamespace="urn:s" xmlns="urn:s">
  <xs:element name="Akte"><xs:complexType><xs:sequence>
    <xs:element name="Nummer" type="xs:string"/>
    <xs:element name="Titel" type="xs:string" default="ohne Titel" minOccurs="0"/>
    <xs:element name="Satz" type="Satz" minOccurs="0"/>
    <xs:element name="Teil" type="Teil" minOccurs="0" maxOccurs="unbounded"/>
    <xs:element name="Ding" type="Abstrakt" minOccurs="0"/>
    <xs:element ref="Norm" minOccurs="0" maxOccurs="unbounded"/>
    <xs:element name="Gruppe" type="Gruppe" minOccurs="0"/>
    <xs:element name="Datei" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:simpleContent>
      <xs:extension base="xs:string"><xs:attribute name="type" type="xs:string"/></xs:extension>
    </xs:simpleContent></xs:complexType></xs:element>
    <xs:element name="Fremd" minOccurs="0"><xs:complexType><xs:sequence>
      <xs:any processContents="skip" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>
  </xs:sequence><xs:attribute name="art" type="xs:string" default="normal"/>
  <xs:attribute name="fest" type="xs:string" fixed="F"/></xs:complexType></xs:element>
  <xs:complexType name="Satz" mixed="true"><xs:choice minOccurs="0" maxOccurs="unbounded">
    <xs:element name="b" type="xs:string"/><xs:element name="i" type="Satz"/></xs:choice></xs:complexType>
  <xs:complexType name="Teil"><xs:sequence><xs:element name="Nr" type="xs:string"/></xs:sequence></xs:complexType>
  <xs:complexType name="Kaufteil"><xs:complexContent><xs:extension base="Teil"><xs:sequence>
    <xs:element name="Preis" type="xs:decimal"/><xs:element name="Lieferant" type="xs:string" maxOccurs="9"/>
  </xs:sequence><xs:attribute name="waehrung" type="xs:string" default="EUR"/></xs:extension></xs:complexContent>
  </xs:complexType>
  <xs:complexType name="Sonderteil"><xs:complexContent><xs:extension base="Kaufteil"/></xs:complexContent>
  </xs:complexType>
  <xs:complexType name="Abstrakt" abstract="true"/>
  <xs:complexType name="Konkret"><xs:complexContent><xs:extension base="Abstrakt"><xs:sequence>
    <xs:element name="Wert" type="xs:string"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
  <xs:element name="Norm" type="xs:string" abstract="true"/>
  <xs:element name="DIN" type="xs:string" substitutionGroup="Norm"/>
  <xs:element name="ISO" type="xs:string" substitutionGroup="Norm"/>
  <xs:element name="Normblatt" type="xs:string" substitutionGroup="Norm"/>
  <xs:complexType name="Gruppe"><xs:sequence><xs:element name="Name" type="xs:string"/>
    <xs:element name="Gruppe" type="Gruppe" minOccurs="0"/></xs:sequence></xs:complexType>
</xs:schema>"""
TYPED = (
    '<Teil><Nr>1</Nr></Teil><Teil xsi:type="{p}Kaufteil"><Nr>2</Nr><Preis>5</Preis><Lieferant>A</Lieferant></Teil>'
    '<Teil xsi:type="{p}Sonderteil"><Nr>3</Nr><Preis>7</Preis><Lieferant>B</Lieferant><Lieferant>C</Lieferant></Teil>'
)


def written(tmp_path: Path, rules: str, body: str, *, prefix: str = "") -> etree._Element:
    """Convert a document of SOURCE by these rules, and give what came out."""
    made = mapping(tmp_path, NUMBER + rules, source=SOURCE)
    name = f"xmlns:{prefix}" if prefix else "xmlns"
    text = f'<Akte {name}="urn:s" {XSI}><Nummer>N</Nummer>{body}</Akte>'
    if prefix:
        for tag in ("Akte", "Nummer", "Teil", "Nr", "Preis", "Lieferant"):
            text = text.replace(f"<{tag}", f"<{prefix}:{tag}").replace(f"</{tag}", f"</{prefix}:{tag}")
    tree = etree.ElementTree(etree.fromstring(text))
    assert validate(tree, made.source, file="source.xml") == []
    conversion = made.convert(tree, Variables())
    assert conversion.findings == ()
    return conversion.tree.getroot()


def title(root: etree._Element) -> str | None:
    return root.findtext("{*}Title")


# --- xsi:type ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "s"])
@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("Title <- Teil[@type='Kaufteil']/Preis", "5"),
        ("Title <- Teil[@type='Sonderteil']/Preis", "7"),
        ("Title <- Teil[@xsi:type='Sonderteil']/Preis", "7"),
        ("Title <- Teil[@type='Teil']/Nr", "1"),
        ("Title <- Teil[@type='Kaufteil' and Preis > 4]/Nr", "2"),
        ("Title <-? Teil[@type='Kaufteil' and Preis > 5]/Nr", None),
        ("Title <- Teil[@type='Kaufteil'][1]/@waehrung", "EUR"),
        ("Title <- Teil/Preis => join '+'", "5+7"),
        ("Title <- Teil[@type='Sonderteil']/Lieferant => join '+'", "B+C"),
        ("Title <- Teil[Preis = 7]/Nr", "3"),
        ("Title <- count(Teil[@type='Kaufteil' or @type='Sonderteil'])", "2"),
        ("Title <- count(Teil[not(@type='Teil')])", "2"),
    ],
)
def test_a_path_names_what_a_derived_type_has(tmp_path: Path, prefix: str, rule: str, expected: str | None) -> None:
    body = TYPED.replace("{p}", f"{prefix}:" if prefix else "")

    assert title(written(tmp_path, rule, body, prefix=prefix)) == expected


def test_each_and_if_know_the_type_of_an_element(tmp_path: Path) -> None:
    rules = (
        "each Lines/Line <- Teil\n  Text <-? Preis\n  if @type = 'Kaufteil'\n    @no <- Nr\n"
        "if Teil/@xsi:type = 'Sonderteil'\n  Note = 'special'\n"
    )

    root = written(tmp_path, rules, TYPED.replace("{p}", ""))

    assert [line.get("no") for line in root.iter("{*}Line")] == [None, "2", None]
    assert [line.findtext("{*}Text") for line in root.iter("{*}Line")] == [None, "5", "7"]
    assert root.findtext("{*}Note") == "special"


def test_an_attribute_that_is_called_type_is_meant_where_there_is_one(tmp_path: Path) -> None:
    body = '<Datei type="doc">a</Datei><Datei type="pdf">b</Datei>'

    assert title(written(tmp_path, "Title <- Datei[@type='pdf']", body)) == "b"


def test_an_element_of_an_abstract_type_can_be_read(tmp_path: Path) -> None:
    assert title(written(tmp_path, "Title <- Ding/Wert", '<Ding xsi:type="Konkret"><Wert>w</Wert></Ding>')) == "w"


def test_types_of_one_name_in_two_namespaces_are_told_apart(tmp_path: Path) -> None:
    def types(uri: str) -> str:
        return f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{uri}" xmlns:s="urn:s">
          <xs:import namespace="urn:s" schemaLocation="base.xsd"/>
          <xs:complexType name="T"><xs:complexContent><xs:extension base="s:T"/></xs:complexContent></xs:complexType>
        </xs:schema>"""

    base = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:s">
      <xs:complexType name="T"><xs:sequence><xs:element name="Wert" type="xs:string"/></xs:sequence></xs:complexType>
    </xs:schema>"""
    source = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:s" xmlns="urn:s"
        xmlns:a="urn:a" xmlns:b="urn:b"><xs:include schemaLocation="base.xsd"/>
      <xs:import namespace="urn:a" schemaLocation="a.xsd"/><xs:import namespace="urn:b" schemaLocation="b.xsd"/>
      <xs:element name="Akte"><xs:complexType><xs:sequence><xs:element name="Nummer" type="xs:string"/>
      <xs:element name="Teil" type="T" maxOccurs="9"/></xs:sequence></xs:complexType></xs:element></xs:schema>"""
    files = {"base.xsd": base, "a.xsd": types("urn:a"), "b.xsd": types("urn:b")}
    (problem,) = problems(tmp_path / "1", NUMBER + "Title <- Teil[@type='T']/Wert\n", source=source, files=files)
    made = mapping(tmp_path / "2", NUMBER + "Title <- Teil[@type='b:T']/Wert\n", source=source, files=files)
    text = (
        f'<s:Akte xmlns:s="urn:s" xmlns:x="urn:b" xmlns:y="urn:a" {XSI}><Nummer>N</Nummer>'
        '<Teil xsi:type="y:T"><Wert>1</Wert></Teil><Teil xsi:type="x:T"><Wert>2</Wert></Teil></s:Akte>'
    )

    converted = made.convert(etree.ElementTree(etree.fromstring(text)), Variables())

    assert (problem.what, problem.suggestion) == ("3 namespaces have the type T", "write s:T or a:T or b:T")
    assert title(converted.tree.getroot()) == "2"


# --- substitution groups, recursion, mixed text -----------------------------------------------------------------------


def test_a_path_names_the_member_of_a_substitution_group(tmp_path: Path) -> None:
    body = "<DIN>276</DIN><ISO>9001</ISO><ISO>128</ISO>"

    assert title(written(tmp_path, "Title <- ISO => join '+'", body)) == "9001+128"
    assert title(written(tmp_path, "Title <- DIN[1]", body)) == "276"


def test_a_path_goes_as_deep_as_the_document(tmp_path: Path) -> None:
    body = "<Gruppe><Name>1</Name><Gruppe><Name>2</Name><Gruppe><Name>3</Name></Gruppe></Gruppe></Gruppe>"

    assert title(written(tmp_path, "Title <- Gruppe/Gruppe/Gruppe/Name", body)) == "3"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("Title <- Satz", "ein fettes und ganz schräges Wort"),
        ("Title <- Satz/b[1]", "fettes"),
        ("Title =? 'so: {Satz}'", "so: ein fettes und ganz schräges Wort"),
        ("Title <- Satz[contains(., 'schräges Wort')]/b[1]", "fettes"),
    ],
)
def test_the_value_of_mixed_text_is_all_the_text_in_it(tmp_path: Path, rule: str, expected: str) -> None:
    body = "<Satz>ein <b>fettes</b> und <i>ganz <b>schräges</b></i> Wort</Satz>"

    assert title(written(tmp_path, rule, body)) == expected


def test_mixed_text_with_empty_elements_only_is_missing(tmp_path: Path) -> None:
    assert title(written(tmp_path, "Title <-? Satz", "<Satz> <b/> <i/></Satz>")) is None


# --- defaults ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "body", "expected"),
    [
        ("Title <- @art", "", "normal"),
        ("Title <- @fest", "", "F"),
        ("Title <- Titel", "<Titel/>", "ohne Titel"),
        ("Title <-? Titel", "", None),
        ("Title <- /Akte[@art = 'normal']/Nummer", "", "N"),
        ("if @art = 'normal'\n  Title = 'yes'", "", "yes"),
        ("Title <- Teil[@waehrung = 'EUR'][1]/Nr", TYPED.replace("{p}", ""), "2"),
    ],
)
def test_defaults_are_there_for_rules_and_predicates(
    tmp_path: Path, rule: str, body: str, expected: str | None
) -> None:
    assert title(written(tmp_path, rule, body)) == expected


def test_when_asks_for_a_type(tmp_path: Path) -> None:
    made = mapping(tmp_path, f"when Teil/@type = 'Sonderteil' or @art = 'anders'\n{NUMBER}", source=SOURCE)
    akten = [f'<Akte xmlns="urn:s" {XSI}>{body}</Akte>' for body in (TYPED.replace("{p}", ""), "<Nummer>N</Nummer>")]
    trees = [etree.ElementTree(etree.fromstring(akte)) for akte in akten]

    assert [made.applies(tree) for tree in trees] == [True, False]
    assert [looked.path for looked, _ in made.subject.looked_at(trees[0])] == ["@art"]


# --- what is wrong ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("Title <- Teil[@type='Kaufteill']/Preis", (7, 21, "Teil has no type Kaufteill", "did you mean Kaufteil?")),
        ("Title <- Teil[@type='Xyz']/Nr", (7, 21, "Teil has no type Xyz", "one of Teil, Kaufteil, Sonderteil")),
        ("Title <- Teil[@type='Teil']/Lieferung", (7, 29, "Teil has no element Lieferung", "")),
        (
            "Title <- Norm[1]",
            (7, 10, "Akte has no element Norm", "it is abstract: name what stands for it: DIN, ISO, Normblatt"),
        ),
        (
            "each Lines/Line <- Teil\n  Text <- Gruppe/Name",
            (
                8,
                11,
                "Teil has no element Gruppe",
                "a path begins at the element of its block; from the root it is /Akte/Gruppe",
            ),
        ),
        (
            "Title <- Teil/Lieferant",
            (
                7,
                10,
                "Lieferant can occur several times where one value is needed",
                'write [1] behind Teil and Lieferant, each, or => join ", "',
            ),
        ),
        ("Title <- DIN", (7, 10, "DIN can occur several times where one value is needed", None)),
        (
            "Title <- Fremd/Feld",
            (
                7,
                16,
                "Fremd has no element Feld",
                "its schema allows what others declare there (xs:any): a mapping cannot read that",
            ),
        ),
        ("Title <- Nummer[@type='x']", (7, 17, "Nummer has no attribute type", "")),
        ("Title <- x:Nummer", (7, 10, "the schema declares no prefix x", None)),
        ("Title <- /x:Akte/Nummer", (7, 11, "the schema declares no prefix x", None)),
    ],
)
def test_a_path_that_leads_nowhere_says_what_there_is(tmp_path: Path, rule: str, expected: tuple) -> None:
    found = problems(tmp_path, NUMBER + rule + "\n", source=SOURCE)

    line, column, what, suggestion = said(found[0])
    assert (line, column, what) == expected[:3]
    assert expected[3] is None or suggestion == expected[3]
    assert len(found) == 1
