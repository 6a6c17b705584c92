"""What a new user sees: the first run with the examples, the second, and a pair dropped by hand."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import samples
from tests.installation import REPOSITORY


@dataclass(frozen=True)
class FirstRun:
    """A clone, and what its first run said; nobody changes it."""

    clone: Path
    answer: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> FirstRun:
    """The first run in a clone of the working tree, in a folder with a blank in its name."""
    clone = tmp_path_factory.mktemp("first") / "my pairsync"
    listed = _git(REPOSITORY, "ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0")
    for name in filter(None, listed):
        if (REPOSITORY / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, clone / name)
    _git(clone, "init", "--quiet")
    _git(clone, "add", "--all")
    return FirstRun(clone, _run(clone))


@pytest.fixture
def clone(first: FirstRun, tmp_path: Path) -> Path:
    """A copy of the clone as the first run left it."""
    shutil.copytree(first.clone, tmp_path / "copied pairsync")
    return tmp_path / "copied pairsync"


def _git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True, text=True).stdout


def _run(clone: Path) -> subprocess.CompletedProcess[str]:
    """Do what `./run` does once it has its environment."""
    return subprocess.run(
        [sys.executable, "-m", "sync.firstrun"],
        cwd=clone,
        env={**os.environ, "PYTHONPATH": str(clone), "COLUMNS": "80"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.*") if path.is_file() and not path.name.startswith("."))


def test_the_first_run_carries_the_examples_and_says_what_happened(first: FirstRun) -> None:
    clone, told = first.clone, first.answer.stderr

    assert first.answer.returncode == 0, told
    assert len(_names(clone / "outbox/pdm")) == 26
    assert len(_names(clone / "outbox/crm")) == 20
    for said in (
        "31 delivered, 10 rejected, 2 duplicate, 1 skipped, 1 waiting",
        "inbox/crm/error/ANF-2026-0829.error.html",
        "Freigegben",
    ):
        assert said in told
    assert all(len(line) <= 80 for line in told.splitlines())
    changed = [line for line in _git(clone, "status", "--porcelain").splitlines() if not line.startswith("A  ")]
    assert changed == []


def test_the_second_run_has_nothing_to_do_and_drops_nothing(clone: Path) -> None:
    before = _names(clone / "inbox/crm")

    second = _run(clone)

    assert second.returncode == 0
    assert "delivered" not in second.stderr
    assert _names(clone / "inbox/crm") == before == ["ANF-2026-0830.xml"]


def test_a_pair_dropped_by_hand_arrives(clone: Path) -> None:
    (clone / "inbox/crm/Anfrage Müller.xml").write_bytes(samples.inquiry("ANF-2026-0999"))
    (clone / "inbox/crm/Anfrage Müller.pdf").write_bytes(samples.pdf())

    third = _run(clone)

    assert "Anfrage Müller.xml, Anfrage Müller.pdf" in third.stderr
    assert {"Anfrage Müller.xml", "Anfrage Müller.pdf"} <= {*_names(clone / "outbox/pdm")}
    assert _names(clone / "inbox/crm") == ["ANF-2026-0830.xml"]
