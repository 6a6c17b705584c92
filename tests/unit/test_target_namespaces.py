"""Names of several namespaces in one target, qualified or not, and roots of imported namespaces."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.mapping.store import MappingStore
from tests.targets import leaf, sequence, wrong
from tests.workshop import HEAD, SCHEMA, akte, convert, load, mapping, write

IMPORTS = '<xs:import namespace="urn:a" schemaLocation="a.xsd"/><xs:import namespace="urn:b" schemaLocation="b.xsd"/>'


def other(name: str) -> str:
    attribute = '<xs:attribute name="id" type="xs:string"/>'
    return (
        f'{SCHEMA}targetNamespace="urn:{name}" xmlns="urn:{name}">{leaf("Number")}{attribute}'
        f'<xs:element name="Root"><xs:complexType>{sequence(leaf("Inner"))}</xs:complexType></xs:element></xs:schema>'
    )


FILES = {"a.xsd": other("a"), "b.xsd": other("b")}


def both(content: str, attributes: str = "", prefixes: str = 'xmlns:a="urn:a" xmlns:b="urn:b"') -> str:
    return (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t" {prefixes}>{IMPORTS}'
        f'<xs:element name="Document"><xs:complexType>{sequence(content)}{attributes}</xs:complexType></xs:element>'
        "</xs:schema>"
    )


REFS = '<xs:element ref="a:Number"/><xs:element ref="b:Number"/>'


def test_a_prefix_tells_two_namespaces_apart(tmp_path: Path) -> None:
    made = mapping(tmp_path, "b:Number <- Art\na:Number <- Nummer\n", target=both(REFS), files=FILES)  # type: ignore[arg-type]

    root = convert(made, akte()).tree.getroot()

    assert [(child.tag, child.text) for child in root] == [("{urn:a}Number", "N-1"), ("{urn:b}Number", "Anfrage")]


@pytest.mark.parametrize(
    ("rule", "what", "near"),
    [
        ("Number <- Art", "2 namespaces have Number at this place", "write a:Number or b:Number"),
        ("c:Number <- Art", "the schema declares no prefix c", "it has a, b, n, xs"),
        ("xs:Number <- Art", "xs: has no Number at this place", "write a:Number or b:Number"),
    ],
)
def test_a_name_of_two_namespaces_needs_one_of_their_prefixes(tmp_path: Path, rule: str, what: str, near: str) -> None:
    assert wrong(tmp_path, both(REFS), f"{rule}\n", FILES) == [(1, what, near)]


def test_a_namespace_whose_prefix_only_another_file_has_can_be_named(tmp_path: Path) -> None:
    # The first file calls both namespaces by a default declaration only, at the place where it is used.
    refs = '<xs:element xmlns="urn:a" ref="Number"/><xs:element xmlns="urn:b" ref="Number"/>'

    ((_, what, near),) = wrong(tmp_path / "1", both(refs, prefixes=""), "Number <- Art\n", FILES)
    rules = "n2:Number <- Nummer\nn3:Number <- Art\n"
    made = mapping(tmp_path / "2", rules, target=both(refs, prefixes=""), files=FILES)  # type: ignore[arg-type]

    assert (what, near) == ("2 namespaces have Number at this place", "write n2:Number or n3:Number")
    assert [child.text for child in convert(made, akte()).tree.getroot()] == ["N-1", "Anfrage"]


def test_a_plain_name_is_the_one_without_a_namespace(tmp_path: Path) -> None:
    schema = both(leaf("Number") + REFS)
    rules = "Number <- Art\na:Number <- Nummer\nb:Number <- Nummer\n"

    root = convert(mapping(tmp_path, rules, target=schema, files=FILES), akte()).tree.getroot()  # type: ignore[arg-type]

    assert [child.tag for child in root] == ["Number", "{urn:a}Number", "{urn:b}Number"]
    assert root[0].text == "Anfrage"


def test_attributes_of_one_name_are_told_apart(tmp_path: Path) -> None:
    attributes = '<xs:attribute name="id" type="xs:string"/><xs:attribute ref="a:id"/><xs:attribute ref="b:id"/>'
    rules = 'a:Number = "1"\nb:Number = "2"\n@id = "none"\n@a:id <- Nummer\n@b:id <- Art\n'

    made = mapping(tmp_path, rules, target=both(REFS, attributes), files=FILES)  # type: ignore[arg-type]

    assert dict(convert(made, akte()).tree.getroot().attrib) == {
        "id": "none", "{urn:a}id": "N-1", "{urn:b}id": "Anfrage",
    }  # fmt: skip


def test_two_attributes_of_one_name_need_a_prefix(tmp_path: Path) -> None:
    attributes = '<xs:attribute ref="a:id"/><xs:attribute ref="b:id"/>'

    found = wrong(tmp_path, both(REFS, attributes), '@id = "x"\n', FILES)

    assert found == [(1, "2 namespaces have @id at this place", "write @a:id or @b:id")]


def test_qualified_and_unqualified_forms_stand_side_by_side(tmp_path: Path) -> None:
    content = leaf("Plain") + leaf("Full", 'form="qualified"')
    attributes = (
        '<xs:attribute name="plain" type="xs:string"/><xs:attribute name="full" type="xs:string" form="qualified"/>'
    )
    rules = "Full <- Art\nPlain <- Art\n@full <- Art\n@plain <- Art\n"

    root = convert(mapping(tmp_path, rules, target=both(content, attributes), files=FILES), akte()).tree.getroot()  # type: ignore[arg-type]

    assert [child.tag for child in root] == ["Plain", "{urn:t}Full"]
    assert sorted(root.attrib) == ["plain", "{urn:t}full"]


def test_a_chameleon_takes_the_namespace_of_its_host(tmp_path: Path) -> None:
    schema = (
        f'{SCHEMA}targetNamespace="urn:t" xmlns="urn:t"><xs:include schemaLocation="more.xsd"/>'
        '<xs:element name="Document" type="Base"/></xs:schema>'
    )
    more = f'{SCHEMA}><xs:complexType name="Base">{sequence(leaf("Number", kind="Own"))}</xs:complexType>'
    more += '<xs:simpleType name="Own"><xs:restriction base="xs:string"/></xs:simpleType></xs:schema>'

    root = convert(
        mapping(tmp_path, "Number <- Nummer\n", target=schema, files={"more.xsd": more}), akte()
    ).tree.getroot()  # type: ignore[arg-type]

    assert [child.tag for child in root] == ["{urn:t}Number"]


def test_the_root_may_be_of_an_imported_namespace(tmp_path: Path) -> None:
    head = HEAD.replace("target.xsd Document", "target.xsd b:Root")
    write(tmp_path, "Inner <- Art\n", target=both(REFS), files=FILES, head=head)

    made = convert(load(tmp_path), akte())

    assert (made.findings, made.tree.getroot().tag, made.tree.getroot()[0].text) == ((), "{urn:b}Root", "Anfrage")


@pytest.mark.parametrize(
    ("root", "what", "near"),
    [
        ("Root", "target.xsd has no root element Root", "write a:Root or b:Root"),
        ("c:Root", "target.xsd declares no prefix c", "it has xs, a, b, n"),
        ("a:Rout", "target.xsd has no root element a:Rout", "it has Document"),
    ],
)
def test_a_root_that_is_not_there_is_suggested(tmp_path: Path, root: str, what: str, near: str) -> None:
    head = HEAD.replace("target.xsd Document", f"target.xsd {root}")
    write(tmp_path, "Inner <- Art\n", target=both(REFS), files=FILES, head=head)

    (problem,) = MappingStore.load(tmp_path, {}).problems

    assert (problem.what, problem.suggestion) == (what, near)
