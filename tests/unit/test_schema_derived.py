"""The lazy schema model: what `xsi:type`, substitution groups and wildcards allow."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.mapping.schema import Element, Process, Schema, TypeName
from tests.schemas import load, write

XSD = "http://www.w3.org/2001/XMLSchema"

ITEMS = """
<xs:complexType name="Item" abstract="true"><xs:sequence><xs:element name="no"/></xs:sequence></xs:complexType>
<xs:complexType name="Part"><xs:complexContent><xs:extension base="Item"><xs:sequence><xs:element name="mass"/>
  </xs:sequence><xs:attribute name="grade"/></xs:extension></xs:complexContent></xs:complexType>
<xs:complexType name="Casting"><xs:complexContent><xs:extension base="Part"><xs:sequence><xs:element name="mould"/>
  </xs:sequence></xs:extension></xs:complexContent></xs:complexType>
<xs:complexType name="Blank"><xs:complexContent><xs:restriction base="Casting"><xs:sequence><xs:element name="no"/>
  <xs:element name="mass"/><xs:element name="mould"/></xs:sequence></xs:restriction></xs:complexContent>
</xs:complexType>
<xs:complexType name="Hidden" abstract="true"><xs:complexContent><xs:extension base="Item"/></xs:complexContent>
</xs:complexType>"""


def names(types: tuple[TypeName, ...]) -> list[str]:
    return [each.name for each in types]


def of(folder: Path, body: str, element: str) -> Element:
    schema = load(folder, body + element)
    schema.validator  # noqa: B018  # compiles
    return schema.root("r")


# --- xsi:type -------------------------------------------------------------------------------------------------------


def test_an_abstract_type_names_all_that_is_derived_from_it_but_nothing_abstract(tmp_path):
    root = of(tmp_path, ITEMS, '<xs:element name="r" type="Item"/>')

    assert (root.abstract, root.needs_type, root.needs_substitute) == (True, True, False)
    assert root.derived_types() == tuple(TypeName(name, "urn:t") for name in ("Part", "Casting", "Blank"))


@pytest.mark.parametrize(
    ("block", "left"),
    [
        ("extension", []),
        ("restriction", ["Part", "Casting"]),
        ("#all", []),
        ("substitution", ["Part", "Casting", "Blank"]),
    ],
)
def test_what_an_element_blocks_is_not_named(tmp_path, block, left):
    root = of(tmp_path, ITEMS, f'<xs:element name="r" type="Item" block="{block}"/>')

    assert names(root.derived_types()) == left


def test_what_a_type_or_the_schema_blocks_is_not_named(tmp_path):
    body = ITEMS.replace('name="Part"', 'name="Part" block="restriction"')

    of_type = of(tmp_path, body, '<xs:element name="r" type="Part"/>')
    head = 'xmlns="urn:t" targetNamespace="urn:t" blockDefault="extension"'
    by_default = load(tmp_path, f'{ITEMS}<xs:element name="r" type="Item"/>', head).root("r")

    assert names(of_type.derived_types()) == ["Casting"]
    assert names(by_default.derived_types()) == []


def test_an_element_has_the_content_of_the_type_that_is_named(tmp_path):
    holder = of(
        tmp_path,
        ITEMS,
        '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="item" type="Item" minOccurs="0" '
        'maxOccurs="9" nillable="true"/></xs:sequence></xs:complexType></xs:element>',
    )
    (item,) = holder.children()

    casting = item.as_type("Casting", "urn:t")

    assert [child.name for child in casting.children()] == ["no", "mass", "mould"]
    assert [attribute.name for attribute in casting.attributes] == ["grade"]
    assert (casting.tag, casting.minimum, casting.maximum, casting.nillable) == ("item", 0, 9, True)
    assert (casting.type_name, casting.type_namespace, casting.abstract) == ("Casting", "urn:t", False)
    assert names(casting.derived_types()) == ["Blank"]
    with pytest.raises(KeyError):
        item.as_type("r", "urn:t")
    with pytest.raises(KeyError):
        item.as_type("Casting", "")


def test_simple_types_and_simple_content_are_derived_too(tmp_path):
    root = of(
        tmp_path,
        """<xs:simpleType name="Code"><xs:restriction base="xs:token"/></xs:simpleType>
        <xs:simpleType name="Short"><xs:restriction><xs:simpleType><xs:restriction base="Code"/></xs:simpleType>
          <xs:maxLength value="3"/></xs:restriction></xs:simpleType>
        <xs:complexType name="Coded"><xs:simpleContent><xs:extension base="Code"><xs:attribute name="list"/>
        </xs:extension></xs:simpleContent></xs:complexType>""",
        '<xs:element name="r" type="Code"/>',
    )

    assert names(root.derived_types()) == ["Short", "Coded"]
    assert [attribute.name for attribute in root.as_type("Coded", "urn:t").attributes] == ["list"]
    short = root.as_type("Short", "urn:t").simple
    assert short is not None
    assert short.max_length == 3


def test_built_in_types_may_be_named_where_they_fit(tmp_path):
    root = of(tmp_path, "", '<xs:element name="r" type="xs:decimal"/>')
    anything = of(tmp_path, "", '<xs:element name="r"/>')

    number, text = root.as_type("int", XSD).simple, anything.as_type("string", XSD).simple

    assert (number and number.builtin, text and text.builtin) == ("int", "string")
    with pytest.raises(KeyError):
        root.as_type("string", XSD)


def test_the_members_of_a_union_may_be_named_in_its_place(tmp_path):
    root = of(
        tmp_path,
        """<xs:simpleType name="Size"><xs:union memberTypes="xs:int Word"/></xs:simpleType>
        <xs:simpleType name="Word"><xs:union memberTypes="Big Size2"/></xs:simpleType>
        <xs:simpleType name="Size2"><xs:restriction base="xs:date"/></xs:simpleType>
        <xs:simpleType name="Big"><xs:restriction base="xs:token"/></xs:simpleType>
        <xs:simpleType name="Huge"><xs:restriction base="Big"/></xs:simpleType>""",
        '<xs:element name="r" type="Size"/>',
    )

    assert names(root.derived_types()) == ["Word", "Big", "Size2", "Huge"]
    assert root.as_type("short", XSD).type_name == "short"
    with pytest.raises(KeyError):
        root.as_type("date", XSD)


def test_an_anonymous_type_has_no_derived_ones(tmp_path):
    root = of(
        tmp_path, ITEMS, '<xs:element name="r"><xs:complexType><xs:attribute name="a"/></xs:complexType></xs:element>'
    )

    assert root.derived_types() == ()


def test_types_of_another_namespace_are_named_with_it(tmp_path):
    write(
        tmp_path,
        "more.xsd",
        '<xs:import namespace="urn:t" schemaLocation="main.xsd"/><xs:complexType name="Bought"><xs:complexContent>'
        '<xs:extension base="t:Item"/></xs:complexContent></xs:complexType>',
        'xmlns:t="urn:t" targetNamespace="urn:more"',
    )
    body = f'<xs:import namespace="urn:more" schemaLocation="more.xsd"/>{ITEMS}<xs:element name="r" type="Item"/>'

    root = load(tmp_path, body).root("r")

    assert TypeName("Bought", "urn:more") in root.derived_types()
    assert root.as_type("Bought", "urn:more").type_namespace == "urn:more"


# --- substitution groups ----------------------------------------------------------------------------------------------


MEMBERS = """
<xs:element name="head" type="Item" abstract="true" {head}/>
<xs:element name="part" type="Part" substitutionGroup="head"/>
<xs:element name="none" type="Part" substitutionGroup="head" abstract="true"/>
<xs:element name="casting" type="Casting" substitutionGroup="none"/>
<xs:element name="blank" type="Blank" substitutionGroup="casting"/>
<xs:element name="own" substitutionGroup="part"><xs:complexType><xs:complexContent><xs:extension base="Part"/>
</xs:complexContent></xs:complexType></xs:element>
<xs:element name="r"><xs:complexType><xs:sequence><xs:element ref="head" maxOccurs="5"/></xs:sequence>
</xs:complexType></xs:element>"""


def substitutes(folder: Path, head: str = "", items: str = ITEMS) -> list[Element]:
    schema = load(folder, items + MEMBERS.format(head=head))
    return list(schema.root("r").children()[0].substitutes)


def test_a_substitution_group_is_transitive_and_what_is_abstract_stands_for_nothing(tmp_path):
    found = substitutes(tmp_path)

    assert [element.name for element in found] == ["part", "own", "casting", "blank"]
    assert {(element.minimum, element.maximum) for element in found} == {(1, 5)}


@pytest.mark.parametrize(
    ("block", "left"),
    [("substitution", []), ("#all", []), ("extension", []), ("restriction", ["part", "own", "casting"])],
)
def test_what_the_head_blocks_may_not_stand_for_it(tmp_path, block, left):
    found = substitutes(tmp_path, f'block="{block}"')

    assert [element.name for element in found] == left


def test_what_a_type_on_the_way_blocks_may_not_stand_for_the_head(tmp_path):
    found = substitutes(tmp_path, items=ITEMS.replace('name="Casting"', 'name="Casting" block="restriction"'))

    assert [element.name for element in found] == ["part", "own", "casting"]


def test_what_may_stand_in_an_element_is_its_children_and_their_substitutes(tmp_path):
    schema = load(tmp_path, ITEMS + MEMBERS.format(head=""))

    standing = schema.root("r").standing()

    assert list(standing) == [f"{{urn:t}}{name}" for name in ("part", "own", "casting", "blank")]
    assert standing["{urn:t}own"].type_name == ""


def test_members_may_be_of_another_namespace(tmp_path):
    write(
        tmp_path,
        "more.xsd",
        '<xs:import namespace="urn:t" schemaLocation="main.xsd"/><xs:element name="o" substitutionGroup="t:head"/>',
        'xmlns:t="urn:t" targetNamespace="urn:more"',
    )
    schema = load(
        tmp_path,
        '<xs:import namespace="urn:more" schemaLocation="more.xsd"/><xs:element name="head" type="xs:int"/>'
        '<xs:element name="r"><xs:complexType><xs:sequence><xs:element ref="head"/></xs:sequence></xs:complexType>'
        "</xs:element>",
    )

    assert list(schema.root("r").standing()) == ["{urn:t}head", "{urn:more}o"]


# --- wildcards --------------------------------------------------------------------------------------------------------


def schema_of_wildcards(folder: Path) -> Schema:
    return load(
        folder,
        """<xs:attributeGroup name="g"><xs:anyAttribute namespace="urn:a urn:b ##local" processContents="skip"/>
        </xs:attributeGroup>
        <xs:complexType name="B"><xs:sequence><xs:any namespace="##other" processContents="lax"/></xs:sequence>
          <xs:attributeGroup ref="g"/><xs:anyAttribute namespace="##other" processContents="lax"/></xs:complexType>
        <xs:complexType name="E"><xs:complexContent><xs:extension base="B">
          <xs:anyAttribute namespace="##targetNamespace"/></xs:extension></xs:complexContent></xs:complexType>
        <xs:element name="b" type="B"/><xs:element name="e" type="E"/>""",
    )


def test_a_wildcard_says_which_namespaces_may_stand_there(tmp_path):
    content = schema_of_wildcards(tmp_path).root("b").content

    (wildcard,) = content.particles

    assert wildcard.process is Process.LAX
    assert [wildcard.admits(namespace) for namespace in ("urn:t", "", "urn:x")] == [False, False, True]


def test_attribute_wildcards_of_groups_meet_and_those_of_an_extension_come_together(tmp_path):
    schema = schema_of_wildcards(tmp_path)

    base, extended = schema.root("b").any_attribute, schema.root("e").any_attribute

    probes = ("urn:a", "urn:b", "urn:x", "", "urn:t")
    assert [base.admits(each) for each in probes] == [True, True, False, False, False]
    assert [extended.admits(each) for each in probes] == [True, True, False, False, True]
    assert (base.process, extended.process) == (Process.LAX, Process.STRICT)
