"""Fixtures that several modules of unit tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.mapping.schema import Schema
from tests.sheet_office import Office, opened
from tests.validated import XSD


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Schema:
    """The schema, read once a module."""
    folder = tmp_path_factory.mktemp("schema")
    (folder / "s.xsd").write_text(XSD, "utf-8")
    return Schema.load(folder / "s.xsd", [folder])


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Give an export folder and a ledger."""
    return opened(tmp_path)
