"""The ledger answers for any number of names and objects, though a database takes few parameters a statement."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from sync.ledger import objects, sources, transfers
from sync.ledger.database import Ledger, sqlite_url

_MANY = [str(number) for number in range(1_500)]

QUESTIONS: dict[str, Callable[[sa.Connection], object]] = {
    "reserved": lambda tx: objects.reserved(tx, "pdm-import", _MANY),
    "ours": lambda tx: objects.ours(tx, "pdm-import", _MANY),
    "latest": lambda tx: objects.latest_of(tx, "pdm-import", [("document", number) for number in _MANY]),
    "deferred": lambda tx: transfers.deferred_of(tx, "pdm-import", _MANY),
    "rejected": lambda tx: sources.rejected_with(tx, "crm-export", _MANY),
    "purged": lambda tx: sources.purged(tx, _MANY),
}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(sqlite_url(tmp_path / "ledger.sqlite"))
    yield opened
    opened.close()


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_more_is_asked_than_one_statement_may_name(ledger: Ledger, question: Callable[[sa.Connection], object]) -> None:
    with ledger.begin() as tx:
        driver = tx.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)  # as SQLite had it until 3.32

        assert not question(tx)
