"""The files of a schema: what is refused, and in which words."""

from __future__ import annotations

import pytest

from sync.errors import ConfigurationError
from tests.schemas import load, problems, write

INT = '<xs:element name="{}" type="xs:int"/>'


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
    assert f'{main}:7: schemaLocation "file:///etc/passwd" is a path of one machine' in told
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


@pytest.mark.parametrize(
    ("body", "construct"),
    [
        ('<xs:complexType name="T"><xs:sequence/><xs:assert test="1"/></xs:complexType>', "xs:assert"),
        ('<xs:element name="e"><xs:alternative test="1" type="xs:int"/></xs:element>', "xs:alternative"),
        ('<xs:complexType name="T"><xs:openContent/><xs:sequence/></xs:complexType>', "xs:openContent"),
        ('<xs:complexType name="T"><xs:anyAttribute notQName="a"/></xs:complexType>', "notQName at xs:anyAttribute"),
    ],
)
def test_what_only_xsd_1_1_has_is_named(tmp_path, body, construct):
    main = write(tmp_path, "main.xsd", f"\n{body}")

    assert f"{main}:2: {construct} is of XSD 1.1, which is not supported" in problems(tmp_path, main)


def test_what_an_annotation_shows_is_no_construct(tmp_path):
    shown = '<xs:annotation><xs:appinfo><xs:assert test="1"/><xs:redefine/></xs:appinfo></xs:annotation>'

    assert load(tmp_path, shown + INT.format("i")).roots == ("i",)


@pytest.mark.parametrize("name", ["redefine", "override"])
def test_redefinitions_are_refused_with_what_to_do(tmp_path, name):
    write(tmp_path, "part.xsd", "")
    main = write(tmp_path, "main.xsd", f'<xs:{name} schemaLocation="part.xsd"/>')

    told = problems(tmp_path, main)

    assert f"xs:{name} is not supported (write the changed components into a copy and include that)" in told


def test_a_missing_file_has_a_suggestion(tmp_path):
    write(tmp_path, "Typen.xsd", "")
    main = write(tmp_path, "main.xsd", '<xs:include schemaLocation="typen.xsd"/>')

    assert 'schemaLocation "typen.xsd": there is no such file (did you mean Typen.xsd?)' in problems(tmp_path, main)


@pytest.mark.parametrize("location", ["C:\\schemas\\a.xsd", "c:/schemas/a.xsd", "file:///c:/schemas/a.xsd"])
def test_a_path_of_one_machine_is_refused_with_what_to_do(tmp_path, location):
    main = write(tmp_path, "main.xsd", f'<xs:include schemaLocation="{location}"/>')

    assert "is a path of one machine (name it as seen from this file" in problems(tmp_path, main)


def test_groups_that_multiply_are_refused_before_they_do(tmp_path):
    doubled = "".join(
        f'<xs:group name="g{n}"><xs:sequence><xs:group ref="g{n + 1}"/><xs:group ref="g{n + 1}"/></xs:sequence>'
        "</xs:group>"
        for n in range(40)
    )
    last = '<xs:group name="g40"><xs:sequence><xs:element name="e"/></xs:sequence></xs:group>'
    main = write(tmp_path, "main.xsd", doubled + last)

    assert "has more than 20000 elements, with the groups that it refers to" in problems(tmp_path, main)


@pytest.mark.parametrize(
    "body",
    [
        '<xs:element name="a" substitutionGroup="b"/><xs:element name="b" substitutionGroup="a"/>',
        '<xs:simpleType name="U"><xs:union memberTypes="V"/></xs:simpleType>'
        '<xs:simpleType name="V"><xs:list itemType="U"/></xs:simpleType><xs:element name="a" type="U"/>',
        '<xs:attributeGroup name="g"><xs:attributeGroup ref="h"/></xs:attributeGroup><xs:attributeGroup name="h">'
        '<xs:attributeGroup ref="g"/></xs:attributeGroup><xs:element name="a"><xs:complexType>'
        '<xs:attributeGroup ref="g"/></xs:complexType></xs:element>',
    ],
)
def test_what_leads_back_to_itself_is_refused(tmp_path, body):
    element = load(tmp_path, body).root("a")

    assert len(element.substitutes) < 2
    with pytest.raises(ConfigurationError, match="defined by itself"):
        element.children()


def test_a_choice_of_nothing_is_refused_where_it_is_used(tmp_path):
    body = '<xs:element name="a"><xs:complexType><xs:choice/></xs:complexType></xs:element>'

    element = load(tmp_path, body).root("a")

    with pytest.raises(ConfigurationError, match="xs:choice has nothing to choose from"):
        element.children()
