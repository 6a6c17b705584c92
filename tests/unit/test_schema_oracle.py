"""The lazy schema model agrees with the xmlschema package."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import xmlschema

from sync.mapping.schema import Attribute, Element, Schema, SimpleType

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "mappings/schemas"
UBL = ROOT / "../shared/schemas/ubl-2.1/xsd"
UBL_DOCUMENTS = ("Order", "OrderChange", "Quotation", "RequestForQuotation")

needs_ubl = pytest.mark.skipif(not UBL.is_dir(), reason="the UBL 2.1 schemas are not at ../shared/schemas/ubl-2.1")


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
