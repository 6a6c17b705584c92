"""Whatever an exporter writes: a valid document comes of it, or what is wrong is said, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from sync.errors import PairRejected
from sync.findings import Code, Finding
from sync.mapping.lists import find_records
from sync.mapping.store import Conversion, Mapping, MappingStore, Request, serialize
from sync.mapping.validation.documents import validate
from sync.mapping.validation.records import validate_records
from sync.model import Document, Variables

MAPPINGS = Path(__file__).parents[2] / "mappings"
LINKS = dict.fromkeys(("pdm-document", "pdm-article", "pdm-project", "pdm-complaint"), "https://pdm.example/{number}")
SOURCES = sorted(MAPPINGS.glob("*/tests/*/source.xml"))
PDF = Document(name="a.pdf", source_name="b.pdf", sha256="0" * 64, size=1, pages=1)
#: What says that pairsync itself is at fault.
OURS = {Code.STYLESHEET, Code.SCHEMA_INTERNAL}
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"

ODD = (
    "",
    " ",
    "\u00a0",
    " \t\n",
    "-",
    "0",
    "00000000",
    "31.02.2026",
    "2026-02-30",
    "24:00",
    "1.234,5-",
    "1e9",
    "NaN",
    "{}",
)
texts = st.one_of(
    st.sampled_from(ODD), st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=90)
)


@pytest.fixture(scope="session")
def store() -> MappingStore:
    return MappingStore.load(MAPPINGS, LINKS)


@st.composite
def made_sources(draw: Callable[..., Any]) -> tuple[str, etree._ElementTree]:
    """Take a document of a golden case and change it in a few places; give the mapping's name, too."""
    file = draw(st.sampled_from(SOURCES))
    tree = etree.parse(file)
    for _ in range(draw(st.integers(0, 5))):
        node = draw(st.sampled_from(list(tree.getroot().iter(etree.Element))))
        draw(st.sampled_from(CHANGES))(node, draw)
    return file.parents[2].name, etree.ElementTree(etree.fromstring(etree.tostring(tree)))


def say_else(node: etree._Element, draw: Callable[..., Any]) -> None:
    """Change a value: of an attribute, or the text of an element."""
    names = [*node.attrib, ""]
    name = draw(st.sampled_from(names))
    try:
        if name:
            node.set(name, draw(texts))
        elif not len(node):
            node.text = draw(texts)
    except ValueError:  # no XML can say it
        return


def take_away(node: etree._Element, _draw: Callable[..., Any]) -> None:
    """Take an element away."""
    if node.getparent() is not None:
        node.getparent().remove(node)


def repeat(node: etree._Element, _draw: Callable[..., Any]) -> None:
    """Write an element twice."""
    if node.getparent() is not None:
        node.addnext(deepcopy(node))


def move(node: etree._Element, draw: Callable[..., Any]) -> None:
    """Move an element among those beside it."""
    parent = node.getparent()
    if parent is not None:
        parent.insert(draw(st.integers(0, len(parent))), node)


def put_between(node: etree._Element, draw: Callable[..., Any]) -> None:
    """Put what is no element into a text."""
    node.append(draw(st.sampled_from([etree.Comment(" c "), etree.ProcessingInstruction("p", "i")])))
    node[-1].tail = draw(st.sampled_from(["", " ", "x"]))


def claim(node: etree._Element, draw: Callable[..., Any]) -> None:
    """Say that an element is nil, or of another type."""
    name, value = draw(st.sampled_from([("nil", "true"), ("type", "Account"), ("type", "xs:string"), ("type", "")]))
    node.set(f"{XSI}{name}", value)


CHANGES = (say_else, say_else, say_else, say_else, take_away, repeat, move, put_between, claim)


def taken(mapping: Mapping, tree: etree._ElementTree) -> list[Conversion | list[Finding]]:
    """Take a document the way of a pair; give what came of it, or of each of its records."""
    if mapping.records:
        return _list(mapping, tree)
    if found := validate(tree, mapping.source, file="a.xml"):
        return [found]
    try:
        if not mapping.applies(tree) or mapping.skip is not None:
            return []
        mapping.pdf_names(tree, file="a.xml")
        mapping.withdraws(tree)
        facts, found = mapping.read_object(tree, file="a.xml")
        assert facts or found
        return [mapping.convert(tree, Variables(documents=(PDF,)), file="a.xml")]
    except PairRejected as rejected:
        return [list(rejected.findings)]


def _list(mapping: Mapping, tree: etree._ElementTree) -> list[Conversion | list[Finding]]:
    items = find_records(tree, [mapping.records])[mapping.records].items
    valid = validate_records(tree, items, mapping.source, file="a.xml")
    if valid.header:
        return [list(valid.header)]
    going = [Request(item=item, variables=Variables()) for item in items if item.position not in valid.records]
    conversions = mapping.convert_records(going, file="a.xml") if going else []
    return [*map(list, valid.records.values()), *conversions]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=made_sources())
def test_whatever_is_exported_is_converted_into_a_valid_document_or_rejected(
    store: MappingStore, made: tuple[str, etree._ElementTree]
) -> None:
    mapping = store.mappings[made[0]]

    for came in taken(mapping, made[1]):
        found = came.findings if isinstance(came, Conversion) else came
        assert not OURS & {finding.code for finding in found}
        if isinstance(came, Conversion) and came.tree is not None:
            assert mapping.target is not None
            assert mapping.target.validator.validate(came.tree)
            assert serialize(came.tree, "iso-8859-1")
        else:
            assert found
