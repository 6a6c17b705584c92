"""The lazy schema model: what it reads, what it refuses, and that it agrees with the xmlschema package."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

from sync.errors import ConfigurationError
from sync.mapping.schema import Attribute, Element, Group, Model, Schema, SimpleType, Wildcard

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "mappings/schemas"
UBL = ROOT / "../shared/schemas/ubl-2.1/xsd"
UBL_DOCUMENTS = ("Order", "OrderChange", "Quotation", "RequestForQuotation")

needs_ubl = pytest.mark.skipif(not UBL.is_dir(), reason="the UBL 2.1 schemas are not at ../shared/schemas/ubl-2.1")


def write(folder: Path, name: str, body: str, head: str = 'xmlns="urn:t" targetNamespace="urn:t"') -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" {head}>{body}</xs:schema>', "utf-8")
    return file


def load(folder: Path, body: str, head: str = 'xmlns="urn:t" targetNamespace="urn:t"') -> Schema:
    return Schema.load(write(folder, "main.xsd", body, head), [folder])


def problems(folder: Path, file: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        Schema.load(file, [folder])
    return str(caught.value)


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
    assert root.content.particles == (Wildcard(minimum=0, maximum=None),)


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


# --- several files --------------------------------------------------------------------------------------------------


def test_an_included_file_without_a_namespace_takes_that_of_its_host(tmp_path):
    write(
        tmp_path,
        "parts/chameleon.xsd",
        '<xs:element name="c" type="T"/><xs:simpleType name="T"><xs:restriction base="xs:int"/></xs:simpleType>',
        "",
    )
    schema = load(tmp_path, '<xs:include schemaLocation="parts/chameleon.xsd"/><xs:element name="r" type="T"/>')

    assert schema.root("c").tag == "{urn:t}c"
    assert schema.root("c").simple == schema.root("r").simple
    schema.validator.assertValid(etree.fromstring('<c xmlns="urn:t">1</c>'))


def test_imports_may_be_circular_and_lie_in_folders_with_spaces_and_umlauts(tmp_path):
    folder = tmp_path / "für alle 100%20"
    write(
        folder,
        "other.xsd",
        '<xs:import namespace="urn:t" schemaLocation="main.xsd"/><xs:element name="o" type="xs:int"/>',
        'targetNamespace="urn:o"',
    )
    schema = load(
        folder,
        '<xs:import namespace="urn:o" schemaLocation="other.xsd"/><xs:element name="r"><xs:complexType><xs:sequence>'
        '<xs:element ref="o:o"/></xs:sequence></xs:complexType></xs:element>',
        'xmlns="urn:t" xmlns:o="urn:o" targetNamespace="urn:t"',
    )

    assert [child.tag for child in schema.root("r").children()] == ["{urn:o}o"]
    assert schema.prefixes == {"xs": "http://www.w3.org/2001/XMLSchema", "o": "urn:o"}
    assert schema.roots == ("r",)
    schema.validator.assertValid(etree.fromstring('<r xmlns="urn:t"><o xmlns="urn:o">1</o></r>'))


def test_xml_lang_needs_no_network(tmp_path):
    schema = load(
        tmp_path,
        '<xs:import namespace="http://www.w3.org/XML/1998/namespace" schemaLocation="http://www.w3.org/2001/xml.xsd"/>'
        '<xs:element name="r"><xs:complexType><xs:attribute ref="xml:lang" use="required"/></xs:complexType>'
        "</xs:element>",
    )

    (lang,) = schema.root("r").attributes

    assert (lang.tag, lang.required) == ("{http://www.w3.org/XML/1998/namespace}lang", True)
    assert schema.validator.validate(etree.fromstring('<r xmlns="urn:t" xml:lang="de"/>'))
    assert not schema.validator.validate(etree.fromstring('<r xmlns="urn:t"/>'))


def test_the_digest_changes_with_every_file_and_not_with_the_place(tmp_path):
    def digest(folder: str, facet: str) -> str:
        write(tmp_path / folder, "inc.xsd", f'<xs:element name="i" default="{facet}"/>')
        return load(tmp_path / folder, '<xs:include schemaLocation="inc.xsd"/>').digest

    assert digest("one", "a") == digest("two", "a")
    assert digest("one", "a") != digest("one", "b")


def test_what_is_not_valid_never_loads_in_silence(tmp_path):
    schema = load(tmp_path, '<xs:element name="r" type="Missing"/>')

    with pytest.raises(ConfigurationError, match="Missing"):
        schema.validator  # noqa: B018  # compiles
    with pytest.raises(ConfigurationError, match=r'main\.xsd:1: the type "Missing" .* is not declared'):
        schema.root("r").simple  # noqa: B018  # reads the type


@pytest.mark.parametrize(
    "body",
    [
        '<xs:complexType name="T"><xs:complexContent><xs:extension base="T"/></xs:complexContent></xs:complexType>',
        '<xs:simpleType name="T"><xs:restriction base="T"/></xs:simpleType>',
        '<xs:group name="g"><xs:sequence><xs:group ref="g"/></xs:sequence></xs:group>'
        '<xs:complexType name="T"><xs:group ref="g"/></xs:complexType>',
    ],
)
def test_what_is_defined_by_itself_is_refused(tmp_path, body):
    element = load(tmp_path, f'{body}<xs:element name="r" type="T"/>').root("r")

    with pytest.raises(ConfigurationError, match="defined by itself"):
        element.children()


# --- what is refused ------------------------------------------------------------------------------------------------


def test_all_problems_of_all_files_are_told_at_once(tmp_path):
    write(tmp_path, "ns.xsd", "", 'targetNamespace="urn:other"')
    (tmp_path / "broken.xsd").write_text("<xs:schema", "utf-8")
    (tmp_path / "page.xsd").write_text("<html/>", "utf-8")
    main = write(
        tmp_path,
        "main.xsd",
        """
        <xs:include schemaLocation="missing.xsd"/>
        <xs:include schemaLocation="ns.xsd"/>
        <xs:include schemaLocation="broken.xsd"/>
        <xs:include schemaLocation="page.xsd"/>
        <xs:import namespace="urn:x" schemaLocation="https://example.org/x.xsd"/>
        <xs:import namespace="urn:f" schemaLocation="file:///etc/passwd"/>
        <xs:redefine schemaLocation="ns.xsd"/>""",
    )

    told = problems(tmp_path, main)

    assert f'{main}:2: schemaLocation "missing.xsd": there is no such file' in told
    assert f'{main}:3: schemaLocation "ns.xsd": its targetNamespace is "urn:other", expected is "urn:t"' in told
    assert f"{tmp_path / 'broken.xsd'}:1:11: not well-formed: Namespace prefix xs on schema is not defined\n" in told
    assert f"{tmp_path / 'page.xsd'}:1: not an XML schema: its root is html" in told
    assert f'{main}:6: schemaLocation "https://example.org/x.xsd" is not a local file' in told
    assert f'{main}:7: schemaLocation "file:///etc/passwd" is not a local file' in told
    assert f"{main}:8: xs:redefine is not supported" in told


@pytest.mark.parametrize("location", ["../outside.xsd", "link.xsd", "folder/../../outside.xsd", "/etc/hostname"])
def test_nothing_outside_is_read(tmp_path, location):
    inside = tmp_path / "inside"
    (inside / "folder").mkdir(parents=True)
    write(tmp_path, "outside.xsd", "")
    (inside / "link.xsd").symlink_to("../outside.xsd")
    main = write(inside, "main.xsd", f'<xs:include schemaLocation="{location}"/>')

    assert "lies outside of what may be read" in problems(inside, main)


def test_the_first_file_too_must_lie_inside_and_be_a_file(tmp_path):
    outside = write(tmp_path, "outside.xsd", "")
    (tmp_path / "inside/folder.xsd").mkdir(parents=True)
    (tmp_path / "inside/loop.xsd").symlink_to("loop.xsd")

    assert "lies outside" in problems(tmp_path / "inside", outside)
    assert "is not a file" in problems(tmp_path / "inside", tmp_path / "inside/folder.xsd")
    assert "there is no such file" in problems(tmp_path / "inside", tmp_path / "inside/loop.xsd")
    assert "there is no such file" in problems(tmp_path / "inside", tmp_path / "inside/missing.xsd")


def test_an_external_entity_in_a_schema_reads_no_file(tmp_path):
    (tmp_path / "secret.txt").write_text("secret-text", "utf-8")
    main = tmp_path / "main.xsd"
    main.write_text(
        f'<!DOCTYPE s [<!ENTITY e SYSTEM "{tmp_path}/secret.txt">]>'
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r" default="x"><xs:annotation>'
        "<xs:documentation>&e;</xs:documentation></xs:annotation></xs:element></xs:schema>",
        "utf-8",
    )

    told = problems(tmp_path, main)

    assert "not well-formed" in told
    assert "secret-text" not in told


# --- the oracle -----------------------------------------------------------------------------------------------------

SHIPPED_FILES = sorted(SHIPPED.glob("*/*port.xsd"))


def test_the_shipped_schemas_are_found():
    assert [str(file.relative_to(SHIPPED)) for file in SHIPPED_FILES] == [
        "crm/export.xsd",
        "crm/import.xsd",
        "pdm/export.xsd",
        "pdm/import.xsd",
    ]


@pytest.mark.parametrize("file", SHIPPED_FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_the_model_agrees_with_xmlschema_on_the_shipped_schemas(file):
    schema, oracle = Schema.load(file, [SHIPPED]), xmlschema.XMLSchema(str(file))

    assert sorted(schema.roots) == sorted(element.local_name for element in oracle.elements.values())
    for name in schema.roots:
        compare(schema.root(name), oracle.elements[name], depth=6)
    schema.validator  # noqa: B018  # compiles


@needs_ubl
@pytest.mark.parametrize("name", UBL_DOCUMENTS)
def test_the_model_agrees_with_xmlschema_on_ubl(name, ubl_oracle):
    schema = Schema.load(UBL / f"maindoc/UBL-{name}-2.1.xsd", [UBL])

    compared = compare(schema.root(name), ubl_oracle[name], depth=4)

    assert compared > 3000


@needs_ubl
def test_a_path_in_ubl_is_resolved():
    schema = Schema.load(UBL / "maindoc/UBL-RequestForQuotation-2.1.xsd", [UBL])

    party = schema.root("RequestForQuotation").child("BuyerCustomerParty")[0].child("Party")[0]

    assert [country.name for country in party.child("PostalAddress")[0].child("Country")] == ["Country"]


@pytest.fixture(scope="module")
def ubl_oracle() -> dict[str, xmlschema.XsdElement]:
    # One schema for all four documents: they share 2.4 MB of components, which the oracle needs seconds to read.
    schema = xmlschema.XMLSchema(str(UBL / "maindoc/UBL-Order-2.1.xsd"), build=False)
    for name in UBL_DOCUMENTS[1:]:
        file = UBL.resolve() / f"maindoc/UBL-{name}-2.1.xsd"
        schema.import_schema(f"urn:oasis:names:specification:ubl:schema:xsd:{name}-2", file.as_uri(), build=False)
    schema.build()
    return {
        name: schema.maps.elements[f"{{urn:oasis:names:specification:ubl:schema:xsd:{name}-2}}{name}"]
        for name in UBL_DOCUMENTS
    }


def compare(element: Element, oracle: xmlschema.XsdElement, depth: int) -> int:
    """Hold an element and what is below it against the oracle; gives how many elements were compared."""
    assert (element.tag, element.minimum, element.maximum) == (oracle.name, oracle.min_occurs, oracle.max_occurs)
    assert (element.nillable, element.default, element.fixed) == (oracle.nillable, oracle.default, oracle.fixed)
    assert element.type_name == (oracle.type.local_name or "")
    assert element.mixed == (oracle.type.is_complex() and oracle.type.mixed)
    compare_simple(element.simple, oracle.type if oracle.type.is_simple() else oracle.type.simple_type)
    assert attributes(element) == oracle_attributes(oracle)
    compared = 1
    if depth and (model := element.content):
        ours, theirs = list(model.elements()), list(oracle_elements(oracle))
        assert [child.tag for child in ours] == [child.name for child in theirs]
        assert model.group.value == oracle.type.content.model
        compared += sum(compare(one, other, depth - 1) for one, other in zip(ours, theirs, strict=True))
    return compared


def oracle_elements(oracle: xmlschema.XsdElement) -> Iterator[xmlschema.XsdElement]:
    return (each for each in oracle.type.content.iter_elements() if isinstance(each, xmlschema.XsdElement))


def attributes(element: Element) -> dict[str, tuple[object, ...]]:
    def facts(attribute: Attribute) -> tuple[object, ...]:
        return attribute.required, attribute.default, attribute.fixed, attribute.type.name, attribute.type.enumeration

    return {attribute.tag: facts(attribute) for attribute in element.attributes}


def oracle_attributes(oracle: xmlschema.XsdElement) -> dict[str, tuple[object, ...]]:
    found = {name: each for name, each in oracle.attributes.items() if name is not None and each.use != "prohibited"}
    return {
        name: (each.use == "required", each.default, each.fixed, each.type.local_name or "", enumeration(each.type))
        for name, each in found.items()
    }


def enumeration(oracle: xmlschema.XsdType) -> tuple[str, ...]:
    return tuple(map(str, getattr(oracle, "enumeration", None) or ()))


def compare_simple(simple: SimpleType | None, oracle: xmlschema.XsdType | None) -> None:
    assert (simple is None) == (oracle is None)
    if simple is None or oracle is None or not oracle.is_atomic():
        return
    assert simple.enumeration == enumeration(oracle)
    assert (simple.min_length, simple.max_length) == (oracle.min_length, oracle.max_length)
    assert simple.white_space == oracle.white_space or oracle.white_space is None
    assert simple.builtin == builtin(oracle)
    if simple.patterns:
        assert simple.patterns[-1] == "|".join(oracle.patterns.regexps)


def builtin(oracle: xmlschema.XsdType) -> str:
    while oracle.target_namespace != "http://www.w3.org/2001/XMLSchema" and oracle.base_type is not None:
        oracle = oracle.base_type
    return oracle.local_name or ""
