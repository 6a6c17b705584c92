"""The files of a schema: several of them."""

from __future__ import annotations

import pytest
from lxml import etree

from sync.errors import ConfigurationError
from sync.mapping.schema import Schema
from sync.mapping.validation.documents import validate
from tests.schemas import load, write

XSD = "http://www.w3.org/2001/XMLSchema"
XML = "http://www.w3.org/XML/1998/namespace"

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
    assert schema.prefixes == {"xs": "http://www.w3.org/2001/XMLSchema", "o": "urn:o", "n": "urn:t"}
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


INT = '<xs:element name="{}" type="xs:int"/>'


@pytest.mark.parametrize(
    ("location", "file"),
    [
        ("a%20part.xsd", "a part.xsd"),
        ("a part.xsd", "a part.xsd"),
        ("100%25.xsd", "100%25.xsd"),
        ("sub\\part.xsd", "sub/part.xsd"),
        ("  part.xsd ", "part.xsd"),
        ("./sub/../part.xsd", "part.xsd"),
        ("f%C3%BCr.xsd", "für.xsd"),
    ],
)
def test_a_location_is_found_as_it_is_or_as_people_write_it(tmp_path, location, file):
    (tmp_path / "sub").mkdir()
    write(tmp_path, file, INT.format("i"))

    schema = load(tmp_path, f'<xs:include schemaLocation="{location}"/>')

    assert schema.roots == ("i",)
    schema.validator.assertValid(etree.fromstring('<i xmlns="urn:t">1</i>'))


def test_a_part_of_a_part_is_found_as_people_write_it(tmp_path):
    write(tmp_path, "a b/c d.xsd", INT.format("i"))
    write(tmp_path, "part.xsd", '<xs:include schemaLocation="a b\\c%20d.xsd"/>')

    schema = load(tmp_path, '<xs:include schemaLocation="part.xsd"/>')

    schema.validator.assertValid(etree.fromstring('<i xmlns="urn:t">1</i>'))


def test_a_schema_may_lie_in_another_folder_that_may_be_read(tmp_path):
    write(tmp_path, "common/types.xsd", INT.format("i"))
    main = write(tmp_path, "maps/main.xsd", '<xs:include schemaLocation="../common/types.xsd"/>')

    schema = Schema.load(main, [tmp_path])

    assert schema.roots == ("i",)
    schema.validator.assertValid(etree.fromstring('<i xmlns="urn:t">1</i>'))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso-8859-1", "utf-16-be"])
def test_a_schema_may_have_any_encoding(tmp_path, encoding):
    name = {"utf-8-sig": "utf-8", "utf-16-be": "utf-16"}.get(encoding, encoding)
    text = f'<?xml version="1.0" encoding="{name}"?><xs:schema xmlns:xs="{XSD}">{INT.format("Stücke")}</xs:schema>'
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    (tmp_path / "main.xsd").write_bytes(mark + text.encode(encoding))
    (tmp_path / "host.xsd").write_text(
        f'<xs:schema xmlns:xs="{XSD}"><xs:include schemaLocation="main.xsd"/></xs:schema>', "utf-8"
    )

    for file in ("main.xsd", "host.xsd"):
        schema = Schema.load(tmp_path / file, [tmp_path])
        assert schema.roots == ("Stücke",)
        schema.validator.assertValid(etree.fromstring("<Stücke>1</Stücke>"))


def test_defaults_are_filled_in_whatever_the_encoding(tmp_path):
    body = '<xs:element name="r"><xs:complexType><xs:attribute name="a" default = "1"/></xs:complexType></xs:element>'
    text = f'<?xml version="1.0" encoding="utf-16"?><xs:schema xmlns:xs="{XSD}">{body}</xs:schema>'
    (tmp_path / "main.xsd").write_bytes(text.encode("utf-16"))
    document = etree.fromstring("<r/>")

    findings = validate(document.getroottree(), Schema.load(tmp_path / "main.xsd", [tmp_path]), file="a.xml")

    assert (findings, document.get("a")) == ([], "1")


def test_a_schema_may_have_a_document_type(tmp_path):
    (tmp_path / "dsig.xsd").write_text(
        """<?xml version="1.0"?>
<!DOCTYPE schema PUBLIC "-//W3C//DTD XMLSchema 200102//EN" "http://www.w3.org/2001/XMLSchema.dtd" [
  <!ATTLIST schema xmlns:ds CDATA #FIXED "urn:dsig"><!ENTITY dsig 'urn:dsig'><!ENTITY % p ''> ]>
<schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="&dsig;"><element name="s" type="ds:T"/>
<simpleType name="T"><restriction base="int"/></simpleType></schema>""",
        "utf-8",
    )
    schema = load(
        tmp_path,
        '<xs:import namespace="urn:dsig" schemaLocation="dsig.xsd"/><xs:element name="r"><xs:complexType><xs:sequence>'
        '<xs:element ref="d:s"/></xs:sequence></xs:complexType></xs:element>',
        'xmlns:d="urn:dsig"',
    )

    (signature,) = schema.root("r").children()

    assert (signature.tag, signature.simple and signature.simple.builtin) == ("{urn:dsig}s", "int")
    schema.validator.assertValid(etree.fromstring('<r><s xmlns="urn:dsig">1</s></r>'))


def test_a_file_without_a_namespace_may_be_included_into_two(tmp_path):
    write(
        tmp_path,
        "c.xsd",
        '<xs:complexType name="C"><xs:sequence><xs:element name="k" type="D"/></xs:sequence></xs:complexType>'
        '<xs:simpleType name="D"><xs:restriction base="xs:int"/></xs:simpleType>',
        'elementFormDefault="qualified"',
    )
    write(
        tmp_path,
        "b.xsd",
        '<xs:include schemaLocation="c.xsd"/><xs:element name="b" type="C"/>',
        'xmlns="urn:b" targetNamespace="urn:b"',
    )
    schema = load(
        tmp_path,
        '<xs:include schemaLocation="c.xsd"/><xs:import namespace="urn:b" schemaLocation="b.xsd"/>'
        '<xs:element name="r"><xs:complexType><xs:sequence><xs:element ref="b:b"/><xs:element name="t" type="C"/>'
        "</xs:sequence></xs:complexType></xs:element>",
        'xmlns="urn:t" xmlns:b="urn:b" targetNamespace="urn:t"',
    )

    b, t = schema.root("r").children()

    assert [child.tag for child in (*b.children(), *t.children())] == ["{urn:b}k", "{urn:t}k"]
    assert (b.type_namespace, t.type_namespace) == ("urn:b", "urn:t")
    schema.validator.assertValid(
        etree.fromstring('<t:r xmlns:t="urn:t" xmlns:b="urn:b"><b:b><b:k>1</b:k></b:b><t><t:k>1</t:k></t></t:r>')
    )


def test_files_may_include_each_other(tmp_path):
    write(tmp_path, "part.xsd", f'<xs:include schemaLocation="main.xsd"/>{INT.format("p")}')
    schema = load(tmp_path, f'<xs:include schemaLocation="part.xsd"/>{INT.format("m")}')

    assert sorted(schema.roots) == ["m", "p"]
    schema.validator.assertValid(etree.fromstring('<p xmlns="urn:t">1</p>'))


def test_a_namespace_may_be_imported_from_several_files(tmp_path):
    for name in ("one", "two", "three"):
        inner = '<xs:include schemaLocation="one.xsd"/>' if name == "three" else ""
        write(tmp_path, f"{name}.xsd", inner + INT.format(name), 'targetNamespace="urn:a"')
    write(
        tmp_path,
        "other.xsd",
        '<xs:import namespace="urn:a"/><xs:import namespace="urn:a" schemaLocation="three.xsd"/>'
        '<xs:element name="o"><xs:complexType><xs:sequence><xs:element ref="a:two"/><xs:element ref="a:three"/>'
        "</xs:sequence></xs:complexType></xs:element>",
        'targetNamespace="urn:o" xmlns:a="urn:a"',
    )
    schema = load(
        tmp_path,
        '<xs:import namespace="urn:a" schemaLocation="one.xsd"/>'
        '<xs:import namespace="urn:o" schemaLocation="other.xsd"/>'
        '<xs:import namespace="urn:a" schemaLocation="two.xsd"/>'
        '<xs:element name="r"><xs:complexType><xs:sequence><xs:element ref="a:one"/><xs:element ref="a:two"/>'
        '<xs:element ref="o:o"/></xs:sequence></xs:complexType></xs:element>',
        'xmlns:a="urn:a" xmlns:o="urn:o"',
    )

    one, two, o = schema.root("r").children()

    assert [each.tag for each in (one, two, *o.children())] == [
        "{urn:a}one",
        "{urn:a}two",
        "{urn:a}two",
        "{urn:a}three",
    ]
    schema.validator.assertValid(
        etree.fromstring(
            '<r><a:one xmlns:a="urn:a">1</a:one><a:two xmlns:a="urn:a">2</a:two>'
            '<o:o xmlns:o="urn:o"><a:two xmlns:a="urn:a">2</a:two><a:three xmlns:a="urn:a">3</a:three></o:o></r>'
        )
    )


def test_the_attributes_of_xml_need_no_location(tmp_path):
    write(
        tmp_path,
        "part.xsd",
        f'<xs:import namespace="{XML}"/><xs:complexType name="T"><xs:attribute ref="xml:id"/></xs:complexType>',
    )
    schema = load(
        tmp_path,
        f'<xs:import namespace="{XML}"/><xs:include schemaLocation="part.xsd"/><xs:element name="r"><xs:complexType>'
        '<xs:complexContent><xs:extension base="T"><xs:attribute ref="xml:lang"/></xs:extension></xs:complexContent>'
        "</xs:complexType></xs:element>",
    )

    assert [attribute.name for attribute in schema.root("r").attributes] == ["id", "lang"]
    assert schema.validator.validate(etree.fromstring('<r xmlns="urn:t" xml:lang="de" xml:id="a"/>'))
    assert not schema.validator.validate(etree.fromstring('<r xmlns="urn:t" xml:lang="!"/>'))
