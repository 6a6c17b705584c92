"""What the integration tests share: an installation in an empty folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.installation import Installation


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    return Installation(tmp_path)
