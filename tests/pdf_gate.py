"""The fixtures of the tests of the PDF gate: one worker for a module, and PDFs given as bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.gates.pdf import PdfFacts, PdfGate, PdfPolicy
from tests.pdfs import NAME

Check = Callable[..., PdfFacts]


@pytest.fixture(scope="module")
def gate() -> Iterator[PdfGate]:
    """A gate whose worker serves a whole module."""
    with PdfGate(cpu=3) as one:
        yield one


@pytest.fixture
def check(gate: PdfGate, tmp_path: Path) -> Check:
    """Look at these bytes, with this policy."""

    def look(data: bytes, **policy: object) -> PdfFacts:
        path = tmp_path / NAME
        path.write_bytes(data)
        return gate.check(path, PdfPolicy(**policy), file=NAME)

    return look
