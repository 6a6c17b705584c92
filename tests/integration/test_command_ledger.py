"""A ledger that cannot be used: it is said what is wrong with it and what to do."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.commands import Command, project
from tests.installation import Installation


@pytest.fixture
def ledger(here: Installation, pairsync: Command) -> Path:
    """A ledger that knows of a delivered pair."""
    project(here)
    pairsync("run")
    return here.root / "var" / "ledger.sqlite"


def _overwrite(ledger: Path) -> None:
    ledger.write_bytes(b"what an editor left here" * 400)


def _tear(ledger: Path) -> None:
    """Keep the header, and make all its pages zeros."""
    size = ledger.stat().st_size
    with ledger.open("r+b") as file:
        file.seek(100)
        file.write(bytes(size - 100))


COMMANDS = [("run",), ("run", "--dry-run"), ("list",), ("status",), ("retry", "--all"), ("db", "current"), ("check",)]


@pytest.mark.parametrize("damage", [_overwrite, _tear])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_damaged_ledger_is_said_with_its_path_and_what_to_do(
    ledger: Path, pairsync: Command, damage: object, command: tuple[str, ...]
) -> None:
    damage(ledger)  # type: ignore[operator]
    before = ledger.read_bytes()

    answer = pairsync(*command)

    said = " ".join((answer.out + answer.err).split())
    assert answer.code == 78
    assert f"{ledger}: the ledger is damaged: " in said
    assert "restore it from the last backup" in said
    assert ledger.read_bytes() == before


def test_a_damaged_ledger_that_is_moved_away_is_made_anew(ledger: Path, pairsync: Command) -> None:
    _overwrite(ledger)
    for file in ledger.parent.glob("ledger.sqlite*"):
        file.rename(file.with_name("old-" + file.name))

    assert pairsync("run").code == 0
    assert ledger.exists()


def test_a_ledger_that_is_locked_for_long_is_to_be_tried_again(
    ledger: Path, pairsync: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.ledger.database._BUSY_SECONDS", 0)

    with closing(sqlite3.connect(ledger)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = pairsync("run")

    assert answer.code == 75
    assert "database is locked" in answer.err


@pytest.mark.parametrize("command", [("run",), ("run", "--dry-run"), ("list",), ("check",)], ids=" ".join)
@pytest.mark.parametrize(
    ("version", "advice"), [("0000", "run `pairsync db upgrade`"), ("9999", "install the newer one")]
)
def test_a_ledger_of_another_version_is_said_with_its_path_and_what_to_do(
    ledger: Path, pairsync: Command, command: tuple[str, ...], version: str, advice: str
) -> None:
    with closing(sqlite3.connect(ledger)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [version])
        connection.commit()

    answer = pairsync(*command)

    said = " ".join((answer.out + answer.err).split())
    assert answer.code == 78
    assert f"{ledger}: the ledger has version {version}" in said
    assert advice in said
    assert "sqlite://" not in said
