"""The lazy schema model: what it reads."""

from __future__ import annotations

from pathlib import Path

from sync.mapping.schema import Element, Group, Model, Process, SimpleType, Wildcard
from tests.schemas import load

# --- content models -------------------------------------------------------------------------------------------------


def test_groups_stand_in_the_order_of_the_schema(tmp_path):
    schema = load(
        tmp_path,
        """
        <xs:element name="r"><xs:complexType><xs:sequence>
          <xs:element name="a" type="xs:string"/>
          <xs:choice minOccurs="0" maxOccurs="unbounded">
            <xs:element name="b" type="xs:int" maxOccurs="3"/><xs:group ref="g"/>
          </xs:choice>
          <xs:any minOccurs="2" maxOccurs="4"/>
        </xs:sequence></xs:complexType></xs:element>
        <xs:group name="g"><xs:sequence><xs:element name="c"/><xs:element ref="d"/></xs:sequence></xs:group>
        <xs:element name="d" type="xs:date"/>""",
    )

    content = schema.root("r").content

    assert content is not None
    assert content.group is Group.SEQUENCE
    a, choice, wildcard = content.particles
    assert isinstance(a, Element)
    assert isinstance(choice, Model)
    assert (choice.group, choice.minimum, choice.maximum) == (Group.CHOICE, 0, None)
    assert wildcard == Wildcard(minimum=2, maximum=4)
    assert [child.tag for child in schema.root("r").children()] == ["a", "b", "c", "{urn:t}d"]


def test_an_element_that_occurs_in_two_places_is_one_child(tmp_path):
    schema = load(
        tmp_path,
        """<xs:element name="r"><xs:complexType><xs:choice>
          <xs:sequence><xs:element name="a"/><xs:element name="b"/></xs:sequence>
          <xs:sequence><xs:element name="a"/><xs:element name="c"/></xs:sequence>
        </xs:choice></xs:complexType></xs:element>""",
    )

    root = schema.root("r")

    assert [child.name for child in root.children()] == ["a", "b", "c"]
    assert len(root.child("a")) == 1


def test_all_and_max_occurs_zero(tmp_path):
    schema = load(
        tmp_path,
        """<xs:element name="r"><xs:complexType><xs:all minOccurs="0">
          <xs:element name="a"/><xs:element name="gone" minOccurs="0" maxOccurs="0"/>
        </xs:all></xs:complexType></xs:element>""",
    )

    content = schema.root("r").content

    assert content is not None
    assert (content.group, content.minimum) == (Group.ALL, 0)
    assert [child.name for child in schema.root("r").children()] == ["a"]


def test_an_extension_follows_its_base_and_a_restriction_replaces_it(tmp_path):
    schema = load(
        tmp_path,
        """
        <xs:complexType name="Base" abstract="true"><xs:sequence><xs:element name="a"/>
          <xs:element name="z" minOccurs="0"/></xs:sequence>
          <xs:attribute name="p"/><xs:attribute name="q"/></xs:complexType>
        <xs:complexType name="More"><xs:complexContent><xs:extension base="Base"><xs:choice>
          <xs:element name="b"/><xs:element name="c"/></xs:choice><xs:attribute name="r"/></xs:extension>
          </xs:complexContent></xs:complexType>
        <xs:complexType name="Less"><xs:complexContent><xs:restriction base="Base"><xs:sequence>
          <xs:element name="a"/></xs:sequence><xs:attribute name="p" use="required"/>
          <xs:attribute name="q" use="prohibited"/></xs:restriction></xs:complexContent></xs:complexType>
        <xs:element name="base" type="Base"/><xs:element name="more" type="More"/>
        <xs:element name="less" type="Less"/>""",
    )

    more, less = schema.root("more"), schema.root("less")

    assert [child.name for child in more.children()] == ["a", "z", "b", "c"]
    assert [attribute.name for attribute in more.attributes] == ["p", "q", "r"]
    assert [child.name for child in less.children()] == ["a"]
    assert [(attribute.name, attribute.required) for attribute in less.attributes] == [("p", True)]
    assert [schema.root(name).abstract for name in ("base", "more", "less")] == [True, False, False]
    assert more.type_name == "More"


def test_a_recursive_type_is_read_only_as_deep_as_it_is_asked(tmp_path):
    schema = load(
        tmp_path,
        """<xs:complexType name="Part"><xs:sequence><xs:element name="part" type="Part" minOccurs="0"/></xs:sequence>
        </xs:complexType><xs:element name="r" type="Part"/>""",
    )

    element = schema.root("r")
    for _ in range(50):
        (element,) = element.children()

    assert element.type_name == "Part"


def test_simple_content_has_the_text_type_and_attributes(tmp_path):
    schema = load(
        tmp_path,
        """
        <xs:complexType name="Price"><xs:simpleContent><xs:extension base="xs:decimal">
          <xs:attributeGroup ref="money"/></xs:extension></xs:simpleContent></xs:complexType>
        <xs:attributeGroup name="money"><xs:attribute name="currency" type="xs:NMTOKEN" use="required"/>
          <xs:attribute name="net" type="xs:boolean" default="true"/></xs:attributeGroup>
        <xs:complexType name="Small"><xs:simpleContent><xs:restriction base="Price"><xs:maxInclusive value="9"/>
          </xs:restriction></xs:simpleContent></xs:complexType>
        <xs:element name="r" type="Small" nillable="true" default="5"/>""",
    )

    root = schema.root("r")

    assert root.simple is not None
    assert (root.simple.builtin, root.simple.max_inclusive) == ("decimal", "9")
    assert [(each.name, each.required, each.default) for each in root.attributes] == [
        ("currency", True, None),
        ("net", False, "true"),
    ]
    assert (root.content, root.nillable, root.default, root.fixed) == (None, True, "5", None)


def test_an_element_without_a_type_may_hold_anything(tmp_path):
    schema = load(tmp_path, '<xs:element name="r"/>')

    root = schema.root("r")

    assert (root.type_name, root.mixed, root.children()) == ("anyType", True, ())
    assert root.content is not None
    assert root.content.particles == (Wildcard(minimum=0, maximum=None, process=Process.LAX),)


def test_form_decides_which_namespace_stands_in_documents(tmp_path):
    body = """<xs:element name="r"><xs:complexType><xs:sequence>
      <xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int" form="{}"/></xs:sequence>
      <xs:attribute name="x"/><xs:attribute name="y" form="qualified"/><xs:attribute ref="z"/></xs:complexType>
      </xs:element><xs:attribute name="z"/>"""
    head = 'xmlns="urn:t" targetNamespace="urn:t"'

    unqualified = load(tmp_path, body.format("qualified"), head).root("r")
    qualified = load(tmp_path, body.format("unqualified"), head + ' elementFormDefault="qualified"').root("r")

    assert [child.namespace for child in unqualified.children()] == ["", "urn:t"]
    assert [child.namespace for child in qualified.children()] == ["urn:t", ""]
    assert [attribute.tag for attribute in qualified.attributes] == ["x", "{urn:t}y", "{urn:t}z"]


def test_substitution_groups_and_abstract_heads_are_named(tmp_path):
    schema = load(
        tmp_path,
        """<xs:element name="head" abstract="true" type="xs:string"/>
        <xs:element name="one" substitutionGroup="head"/><xs:element name="two" substitutionGroup="one"/>
        <xs:element name="r"><xs:complexType><xs:sequence><xs:element ref="head"/></xs:sequence></xs:complexType>
        </xs:element>""",
    )

    (head,) = schema.root("r").children()

    assert head.abstract
    assert [element.name for element in head.substitutes] == ["one", "two"]
    assert [element.type_name for element in head.substitutes] == ["string", "string"]


def test_the_german_annotation_goes_before_the_others_and_the_type_speaks_for_its_elements(tmp_path):
    def doc(**texts: str) -> str:
        lines = (f'<xs:documentation xml:lang="{lang}">{text}</xs:documentation>' for lang, text in texts.items())
        return f"<xs:annotation>{''.join(lines)}</xs:annotation>"

    schema = load(
        tmp_path,
        f"""<xs:simpleType name="T">{doc(en="number", de="  Num- mer ")}<xs:restriction base="xs:string"/>
        </xs:simpleType><xs:element name="a" type="T"/>
        <xs:element name="b" type="T">{doc(fr="numéro", en="own")}</xs:element>""",
    )

    assert schema.root("a").annotation == "Num- mer"
    assert schema.root("b").annotation == "numéro"


# --- simple types ---------------------------------------------------------------------------------------------------


def simple(folder: Path, body: str) -> SimpleType:
    found = load(folder, f'{body}<xs:element name="r" type="T"/>').root("r").simple
    assert found is not None
    return found


def test_facets_of_a_chain_of_restrictions_are_gathered(tmp_path):
    found = simple(
        tmp_path,
        """<xs:simpleType name="B"><xs:restriction base="xs:token"><xs:maxLength value="10"/><xs:minLength value="1"/>
          <xs:pattern value="A.*"/><xs:pattern value="B.*"/></xs:restriction></xs:simpleType>
        <xs:simpleType name="T"><xs:restriction base="B"><xs:maxLength value="5"/><xs:pattern value=".*9"/>
          </xs:restriction></xs:simpleType>""",
    )

    assert (found.name, found.builtin, found.min_length, found.max_length) == ("T", "token", 1, 5)
    assert found.patterns == ("A.*|B.*", ".*9")
    assert found.white_space == "collapse"


def test_numbers_have_their_limits_and_digits(tmp_path):
    found = simple(
        tmp_path,
        """<xs:simpleType name="T"><xs:restriction base="xs:positiveInteger"><xs:maxExclusive value="100"/>
          <xs:totalDigits value="2"/></xs:restriction></xs:simpleType>""",
    )

    assert (found.min_inclusive, found.max_exclusive, found.max_inclusive) == ("1", "100", None)
    assert (found.total_digits, found.fraction_digits) == (2, 0)


def test_a_number_may_have_a_plus(tmp_path):
    body = '<xs:simpleType name="T"><xs:restriction base="xs:string"><xs:maxLength value=" +5 "/></xs:restriction>'

    found = simple(tmp_path, f"{body}</xs:simpleType>")

    assert found.max_length == 5


def test_an_enumeration_replaces_the_one_it_narrows(tmp_path):
    found = simple(
        tmp_path,
        """<xs:simpleType name="B"><xs:restriction base="xs:token">
          <xs:enumeration value="a"/><xs:enumeration value="b"/></xs:restriction></xs:simpleType>
        <xs:simpleType name="T"><xs:restriction base="B"><xs:enumeration value=" b "/></xs:restriction>
        </xs:simpleType>""",
    )

    assert found.enumeration == ("b",)


def test_lists_and_unions_know_what_they_consist_of(tmp_path):
    union = simple(
        tmp_path,
        """<xs:simpleType name="A"><xs:restriction base="xs:string"><xs:enumeration value="a"/></xs:restriction>
        </xs:simpleType><xs:simpleType name="T"><xs:union memberTypes="A"><xs:simpleType>
          <xs:restriction base="xs:string">
          <xs:enumeration value="b"/></xs:restriction></xs:simpleType></xs:union></xs:simpleType>""",
    )
    plain = simple(tmp_path, '<xs:simpleType name="T"><xs:list itemType="xs:int"/></xs:simpleType>')

    assert ([member.name for member in union.members], union.enumeration) == (["A", ""], ("a", "b"))
    assert plain.item is not None
    assert plain.item.builtin == "int"
