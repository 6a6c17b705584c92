"""A small config.ini, and what is wrong with one."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.config import Settings, load
from sync.errors import ConfigurationError

GOOD = """\
[pairsync]
[folder in]
system = crm
url = inbox
[folder out]
system = pdm
url = outbox
[route there]
from = in
to = out
"""


def settings(folder: Path, text: str) -> Settings:
    (folder / "config.ini").write_text(text, encoding="utf-8")
    return load(folder / "config.ini")


def with_lines(header: str, *lines: str) -> str:
    """Put lines into a section of the good settings, or add the section."""
    section = "\n".join([header, *lines]) + "\n"
    return GOOD.replace(header + "\n", section) if header + "\n" in GOOD else GOOD + section


def problems(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str | bytes) -> list[str]:
    monkeypatch.chdir(folder)
    Path("config.ini").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigurationError) as caught:
        load(Path("config.ini"))
    return [str(problem) for problem in caught.value.problems]
