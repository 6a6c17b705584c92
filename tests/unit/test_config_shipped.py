"""The settings that are shipped, and those that are documented."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from sync.config import load
from sync.config.settings import PDF_POLICIES, SECTIONS, keys
from sync.findings import Code
from sync.gates.pdf import PdfPolicy
from sync.installation import create
from tests.config import settings


def test_the_shipped_settings_lead_from_each_inbox_to_the_other_outbox(root: Path) -> None:
    read = load(root / "config.ini")

    ways = {
        name: (read.folders[route.source].path, read.folders[route.target].path) for name, route in read.routes.items()
    }

    assert ways == {
        "crm-to-pdm": (root / "inbox" / "crm", root / "outbox" / "pdm"),
        "pdm-to-crm": (root / "inbox" / "pdm", root / "outbox" / "crm"),
    }
    assert read.folders["pdm-import"].output_encoding == "ISO-8859-1"
    assert "pdm-document" in read.links


def test_every_key_that_a_new_installation_shows_may_be_used(tmp_path: Path) -> None:
    text = create(tmp_path / "new")[0].read_text(encoding="utf-8")
    shown = re.sub(r"(?m)^#(?=\[|[a-z.-]+ = )", "", text).replace("cron = 0 2 * * *\n", "")

    read = settings(tmp_path, shown)

    assert read.routes["crm-to-pdm"].pdf == "required"
    assert read.folders["crm-import"].mode == 0o640


@pytest.mark.parametrize("kind", SECTIONS)
def test_every_key_is_shown_in_a_new_installation(tmp_path: Path, kind: str) -> None:
    text = create(tmp_path / "new")[0].read_text(encoding="utf-8")

    missing = [key for key in keys(kind) if not re.search(rf"(?m)^#?{re.escape(key)} = ", text)]

    assert missing == []


@pytest.mark.parametrize("kind", SECTIONS)
def test_every_key_is_documented(root: Path, kind: str) -> None:
    text = (root / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    section = text.partition(f"## `[{kind}")[2].partition("\n## ")[0]

    missing = [key for key in keys(kind) if f"| `{key}` |" not in section]

    assert missing == []


@pytest.mark.parametrize("code", PDF_POLICIES.values())
def test_the_documented_policy_of_a_finding_is_the_one_in_force(root: Path, code: Code) -> None:
    reference = (root / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    template = (root / "sync" / "config" / "template.ini").read_text(encoding="utf-8")

    policy = PdfPolicy().decide(code)

    assert f"| `{code}` | `{policy}` |" in reference
    assert f"#{code} = {policy}\n" in template


def test_the_settings_are_not_read_for_the_help() -> None:
    # pydantic takes longer to import than `--help` may take as a whole.
    command = [sys.executable, "-c", "import sync.cli, sys; print('pydantic' in sys.modules)"]

    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert answer == "False\n"
