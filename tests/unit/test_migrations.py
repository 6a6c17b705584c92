"""A ledger that the migrations made is the one that the program makes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from sync.errors import ConfigurationError
from sync.ledger import migrations
from sync.ledger.database import HEAD, Ledger, sqlite_url


def _schema(path: Path) -> dict[str, object]:
    """Describe all tables but Alembic's own, as the database itself knows them."""
    inspector = sa.inspect(sa.create_engine(sqlite_url(path)))
    tables = [name for name in inspector.get_table_names() if name != "alembic_version"]
    return {name: _table(inspector, name) for name in tables} | {"partial": _conditions(path)}


def _table(inspector: sa.Inspector, name: str) -> dict[str, object]:
    indexes = sorted(inspector.get_indexes(name), key=lambda index: str(index["name"]))
    columns = [(one["name"], str(one["type"]), one["nullable"], one["default"]) for one in inspector.get_columns(name)]
    return {
        "columns": columns,
        "key": inspector.get_pk_constraint(name)["constrained_columns"],
        "foreign": [
            (one["constrained_columns"], one["referred_table"], one["options"])
            for one in inspector.get_foreign_keys(name)
        ],
        "indexes": [(one["name"], one["column_names"], one["unique"]) for one in indexes],
    }


def _conditions(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'")
        return {row[0] for row in found}


@pytest.fixture
def migrated(tmp_path: Path) -> Path:
    """A ledger that only the migrations made."""
    path = tmp_path / "migrated.sqlite"
    engine = sa.create_engine(sqlite_url(path))
    with engine.begin() as connection:
        migrations.migrate(connection)
    engine.dispose()
    return path


def test_the_migrations_make_exactly_the_tables_of_the_program(migrated: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.sqlite"

    Ledger.open(sqlite_url(made)).close()

    assert _schema(migrated) == _schema(made)


def test_a_ledger_that_the_migrations_made_can_be_opened(migrated: Path) -> None:
    with closing(Ledger.open(sqlite_url(migrated))) as ledger:
        assert ledger.version() == HEAD


def test_the_latest_migration_is_the_version_that_the_program_needs() -> None:
    assert migrations.head() == HEAD


def test_an_upgrade_of_a_ledger_that_is_up_to_date_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"

    first, second = migrations.upgrade(path), migrations.upgrade(path)

    assert (first, second) == ((None, HEAD), (HEAD, HEAD))


def test_a_ledger_of_a_newer_pairsync_is_left_alone_and_said(migrated: Path) -> None:
    with closing(sqlite3.connect(migrated)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    with pytest.raises(ConfigurationError, match="version 9999, which this pairsync does not know"):
        migrations.upgrade(migrated)
