"""Open the ledger's database: SQLite with every commit durable; another database by its URL."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from sync.errors import ConfigurationError, LedgerUnavailable, PairsyncError, Problem
from sync.ledger.tables import metadata

#: The migration that this program's tables correspond to; a test holds it against `migrations/`.
HEAD = "0002"
_BUSY_SECONDS = 30
_PARAMETERS = 900
_IF_DAMAGED = (
    "restore it from the last backup; or move it away with its -wal and -shm: the next run makes a new one, and takes "
    "up what lies in work folders, flagged possible_duplicate"
)

Row = sa.RowMapping
T = TypeVar("T")


class Ledger:
    """The ledger; `begin` is a transaction that writes, `read` one that only reads."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, url: str, *, upgrade: bool = False) -> Ledger:
        """Open the ledger and make its tables if it is new.

        Raises ConfigurationError for one that is damaged or of another version (unless *upgrade*), LedgerUnavailable.
        """
        ledger = cls(_engine(url))
        version = ledger.version() or ledger._create()
        if version != HEAD and not upgrade:
            raise _of_another_version(ledger.file, version)
        return ledger

    @property
    def file(self) -> str:
        """Name it as a person knows it."""
        return self.engine.url.database or self.engine.url.render_as_string()

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """Write in one transaction: all of it is durable afterwards, or nothing happened."""
        with _translated(self.file), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Read."""
        with _translated(self.file), self.engine.connect().execution_options(reads=True) as connection:
            yield connection

    def version(self) -> str | None:
        """Tell which migration the database stands at."""
        with self.read() as connection:
            return _version(connection)

    def _create(self) -> str:
        with self.begin() as tx:
            if (version := _version(tx)) is not None:  # another process was faster
                return version
            metadata.create_all(tx)
            tx.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
            tx.execute(sa.text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
        return HEAD

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def is_there(path: Path) -> bool:
    """Tell whether there is a ledger; raises LedgerUnavailable where nobody may look."""
    try:
        return path.exists()
    except OSError as error:
        raise LedgerUnavailable(f"the ledger {path}: {error.strerror}") from error


def sqlite_url(path: Path) -> str:
    """Give the URL of an SQLite file."""
    return sa.URL.create("sqlite", database=str(path)).render_as_string()


def upsert(tx: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, or replace the columns of those whose primary key is there."""
    if not rows:
        return
    insert = (sqlite if tx.dialect.name == "sqlite" else postgresql).insert(table)
    keys = [column.name for column in table.primary_key]
    values = {name: insert.excluded[name] for name in rows[0] if name not in keys}
    tx.execute(insert.on_conflict_do_update(index_elements=keys, set_=values), list(rows))


def chunks(values: Iterable[T], each: int = 1) -> Iterator[list[T]]:
    """Cut values, *each* so many parameters, into lists that one statement may hold (an old SQLite: 999)."""
    left, size = list(values), _PARAMETERS // each
    for start in range(0, len(left), size):
        yield left[start : start + size]


def by_parent(connection: sa.Connection, children: sa.Table, key: str, ids: Iterable[str]) -> Mapping[str, list[Row]]:
    """Give the rows of a table of *children* that belong to these ids, by id and in the order of their position."""
    found: dict[str, list[Row]] = defaultdict(list)
    for some in chunks(ids):
        query = sa.select(children).where(children.c[key].in_(some)).order_by(children.c.position)
        for row in connection.execute(query).mappings():
            found[row[key]].append(row)
    return found


def unusable(file: str, error: BaseException | None) -> PairsyncError:
    """Say what an error of SQLite means: a *file* that is damaged stays so, all else is tried again."""
    if getattr(error, "sqlite_errorcode", 0) & 0xFF not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return LedgerUnavailable(f"the ledger {file}: {error}")
    problem = Problem(file=file, what=f"the ledger is damaged: {error}", suggestion=_IF_DAMAGED)
    return ConfigurationError([problem])


def _of_another_version(file: str, version: str) -> ConfigurationError:
    newer = "this pairsync is older than the ledger: install the newer one"
    what = f"the ledger has version {version}, this pairsync needs {HEAD}"
    suggestion = newer if version > HEAD else "run `pairsync db upgrade`"
    return ConfigurationError([Problem(file=file, what=what, suggestion=suggestion)])


@contextmanager
def _translated(file: str) -> Iterator[None]:
    try:
        yield
    except sa.exc.DatabaseError as error:
        # SQLite says plain DatabaseError of a damaged file; the other kinds under it are mistakes of ours.
        if type(error) not in (sa.exc.OperationalError, sa.exc.DatabaseError):
            raise
        raise unusable(file, error.orig) from error


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return version


def _engine(url: str) -> sa.Engine:
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(parsed)
    if parsed.database:
        try:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            why = "it is not a folder" if isinstance(error, FileExistsError) else error.strerror
            raise LedgerUnavailable(f"the ledger's folder {Path(parsed.database).parent}: {why}") from error
    engine = sa.create_engine(parsed, connect_args={"timeout": _BUSY_SECONDS})
    sa.event.listen(engine, "connect", _set_up_sqlite)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # Transactions are ours to begin: the driver's own would begin deferred, and fail half-way with "locked".
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
