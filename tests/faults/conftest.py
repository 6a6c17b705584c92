"""Where the faults are tried."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import workload

_MEMORY = Path("/dev/shm")
_NEEDED = 64 << 20


@pytest.fixture
def in_memory(tmp_path: Path) -> Iterator[Path]:
    """Give an empty folder in memory where there is one: of a fault that is no power cut no flush is the subject."""
    if not _has_room(_MEMORY):
        yield tmp_path
        return
    folder = Path(tempfile.mkdtemp(prefix="pairsync-faults-", dir=_MEMORY))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an installation with a past; each fault is tried on a copy of it."""
    return workload.prepare(tmp_path_factory.mktemp("past")).root


def _has_room(folder: Path) -> bool:
    if not os.access(folder, os.W_OK):
        return False
    facts = os.statvfs(folder)
    return facts.f_bavail * facts.f_frsize >= _NEEDED
