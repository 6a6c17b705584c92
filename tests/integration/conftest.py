"""What the integration tests share: an installation, and the command line called from its folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.cli import main
from tests.commands import Answer, Command
from tests.installation import Installation


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


@pytest.fixture
def pairsync(here: Installation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Give the command line, called in this process from the installation's folder."""
    monkeypatch.chdir(here.root)
    monkeypatch.delenv("PAIRSYNC_CONFIG", raising=False)

    def call(*arguments: str) -> Answer:
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main(arguments)
        said = capsys.readouterr()
        return Answer(int(end.value.code or 0), said.out, said.err)

    return call
