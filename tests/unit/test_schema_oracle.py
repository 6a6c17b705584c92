"""The lazy schema model agrees with the xmlschema package on the schemas at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.mapping.schema import Schema
from tests.schema_oracle import Oracle

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
def test_the_model_agrees_with_xmlschema_on_the_shipped_schemas(file, tmp_path):
    schema = Schema.load(file, [SHIPPED])

    compared = Oracle(tmp_path, {file: schema.namespace}, SHIPPED).compare()

    assert compared > 5
    schema.validator  # noqa: B018  # compiles


@needs_ubl
def test_the_model_agrees_with_xmlschema_on_every_type_and_element_of_ubl(tmp_path):
    files = {
        UBL / f"maindoc/UBL-{name}-2.1.xsd": f"urn:oasis:names:specification:ubl:schema:xsd:{name}-2"
        for name in UBL_DOCUMENTS
    }

    compared = Oracle(tmp_path, files, UBL.resolve()).compare()

    assert compared > 1000


@needs_ubl
def test_a_path_in_ubl_is_resolved():
    schema = Schema.load(UBL / "maindoc/UBL-RequestForQuotation-2.1.xsd", [UBL])

    party = schema.root("RequestForQuotation").child("BuyerCustomerParty")[0].child("Party")[0]

    assert [country.name for country in party.child("PostalAddress")[0].child("Country")] == ["Country"]
