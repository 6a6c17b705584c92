"""Bring a ledger of an older version up to date; Alembic is imported here only, for `pairsync db`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from sync.errors import ConfigurationError, Problem
from sync.ledger.database import HEAD, Ledger, is_there, sqlite_url


def upgrade(path: Path) -> tuple[str | None, str]:
    """Run the migrations that a ledger lacks, all in one transaction; give its version before and after.

    Raises ConfigurationError for a ledger that a newer pairsync wrote.
    """
    new = not is_there(path)
    with closing(Ledger.open(sqlite_url(path), upgrade=True)) as ledger:
        before = None if new else ledger.version()
        try:
            with ledger.begin() as tx:
                migrate(tx)
        except CommandError as error:
            what = f"the ledger has version {before}, which this pairsync does not know (it needs {HEAD})"
            suggestion = "install the newer pairsync that wrote it"
            raise ConfigurationError([Problem(file=str(path), what=what, suggestion=suggestion)]) from error
        return before, ledger.version() or ""


def migrate(tx: sa.Connection) -> None:
    """Run the migrations that are missing, in the transaction that is given."""
    config = _config()
    config.attributes["connection"] = tx
    command.upgrade(config, "head")


def head() -> str | None:
    """Give the version of the latest migration."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    # Alembic's configuration takes % for an interpolation.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    return config
