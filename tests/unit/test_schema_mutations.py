"""Whatever is wrong with a schema: it is refused with a reason, or it can be used; nothing else ever happens."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from sync.errors import ConfigurationError
from sync.mapping.schema import Element, Schema
from tests.schema_constructs import CONSTRUCTS, NAMESPACES

XSD = "http://www.w3.org/2001/XMLSchema"
NAMES = ("name", "ref", "type", "base", "itemType", "memberTypes", "substitutionGroup", "minOccurs", "maxOccurs")
OTHERS = ("use", "form", "abstract", "mixed", "block", "final", "value", "default", "fixed", "namespace", "nillable")
WORDS = ("", " ", "T", "g", "xs:int", "xs:anyType", "xs:NOTHING", "nix:T", "0", "1", "-1", "unbounded", "#all", "é")
TAGS = ("sequence", "choice", "all", "group", "element", "any", "attribute", "attributeGroup", "complexType")
TAGS += (
    "simpleType",
    "complexContent",
    "simpleContent",
    "extension",
    "restriction",
    "list",
    "union",
    "enumeration",
    "maxLength",
)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_schema_with_mistakes_is_refused_or_used(data, tmp_path_factory):
    root = data.draw(st.sampled_from(sorted(CONSTRUCTS)).map(tree_of))
    for _ in range(data.draw(st.integers(1, 4))):
        mutate(root, data.draw)
    folder = tmp_path_factory.mktemp("mutated")
    (folder / "main.xsd").write_bytes(etree.tostring(root))

    with suppress(ConfigurationError):  # whatever else comes is a mistake of ours
        use(folder / "main.xsd")


def tree_of(construct: str) -> etree._Element:
    parser = etree.XMLParser(remove_blank_text=True)
    body = f'{CONSTRUCTS[construct]}<xs:element name="root" type="T"/>'
    return etree.fromstring(f'<xs:schema xmlns:xs="{XSD}" {NAMESPACES}>{body}</xs:schema>', parser)


def mutate(root: etree._Element, draw: st.DrawFn) -> None:
    """Make one mistake somewhere."""
    nodes = list(root.iterdescendants())
    if not nodes:
        return
    node, other = draw(st.sampled_from(nodes)), draw(st.sampled_from(nodes))
    values = [value for each in nodes for value in each.attrib.values()] + list(WORDS)
    match draw(st.sampled_from(["drop", "set", "swap", "delete", "copy", "rename"])):
        case "drop" if node.attrib:
            del node.attrib[draw(st.sampled_from(sorted(node.attrib)))]
        case "set":
            node.set(draw(st.sampled_from((*NAMES, *OTHERS))), draw(st.sampled_from(values)))
        case "swap" if node.attrib:
            name = draw(st.sampled_from(sorted(node.attrib)))
            node.set(name, other.get(name, "T"))
        case "delete":
            node.getparent().remove(node)
        case "copy":
            other.append(etree.fromstring(etree.tostring(node)))
        case "rename":
            node.tag = f"{{{XSD}}}{draw(st.sampled_from(TAGS))}"


def use(file: Path) -> None:
    """Ask everything that a mapping asks."""
    schema = Schema.load(file, [file.parent])
    for name in schema.roots:
        ask(schema.root(name), 3)
    assert schema.identity_names
    assert schema.validator


def ask(element: Element, depth: int) -> None:
    assert element.content or not element.children()
    assert all(attribute.tag for attribute in element.attributes)
    for name in element.derived_types():
        assert not element.as_type(*name).needs_type
    if depth:
        for child in element.standing().values():
            ask(child, depth - 1)
