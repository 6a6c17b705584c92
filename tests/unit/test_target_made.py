"""Whatever the target's schema: a full mapping for it, its rules in any order, gives a valid document."""

from __future__ import annotations

from pathlib import Path

import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.made_schemas import Made, made_schemas
from tests.targets import TWO
from tests.workshop import akte, convert, mapping

NO_POSITION_HAS_REST = akte('<Position nr="1"/>', kind="Rest")


@pytest.fixture(scope="session")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("made")


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(made=made_schemas(), data=st.data())
def test_a_full_mapping_gives_a_valid_document_whatever_the_order_of_its_rules(
    workplace: Path, made: Made, data: st.DataObject
) -> None:
    rules = "".join(data.draw(st.permutations(made.rules)))

    compiled = mapping(workplace, rules, target=made.schema)
    conversions = [convert(compiled, source) for source in (TWO, NO_POSITION_HAS_REST)]

    oracle = xmlschema.XMLSchema(made.schema)
    for conversion in conversions:
        assert conversion.findings == ()
        oracle.validate(conversion.tree)
