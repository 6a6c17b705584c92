"""The files of a schema: several of them, and what is refused."""

from __future__ import annotations

import pytest
from lxml import etree

from sync.errors import ConfigurationError
from tests.schemas import load, problems, write

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
