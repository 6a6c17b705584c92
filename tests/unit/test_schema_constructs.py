"""The lazy schema model agrees with the xmlschema package on every construct of the standard."""

from __future__ import annotations

import pytest

from tests.schema_constructs import CONSTRUCTS, NAMESPACES
from tests.schema_oracle import Oracle
from tests.schemas import write


@pytest.mark.parametrize("forms", ["", 'elementFormDefault="qualified" attributeFormDefault="qualified"'])
@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_the_model_agrees_with_xmlschema_on(construct, forms, tmp_path):
    body = f"{CONSTRUCTS[construct]}<xs:element name='root' type='xs:anyType'/>"
    file = write(tmp_path, "main.xsd", body, f"{NAMESPACES} {forms}")

    oracle = Oracle(tmp_path, {file: "urn:t"}, tmp_path)

    assert oracle.compare() > 1
    oracle.model.validator  # noqa: B018  # libxml2 takes it, too
