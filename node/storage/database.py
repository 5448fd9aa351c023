"""The database: one engine, explicit transactions, on SQLite or PostgreSQL.

SQLite is driven by our own BEGIN: a write transaction begins IMMEDIATE under one
process-wide lock, since plain BEGIN loses writes to "database is locked" in spite
of a busy timeout, and the lock keeps the tail of the inbox short.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

try:
    import pysqlite3 as sqlite_module
except ImportError:
    sqlite_module = sqlite3

Tx = Session

_BUSY_MS = 10_000
# What one writer reads must stand until it has written, as the lock of SQLite has it.
_WAIT_FOR_WRITERS = "SELECT pg_advisory_xact_lock(7283764)"


def has_wal_reset_bug(version: tuple[int, ...]) -> bool:
    """Tell whether this SQLite can corrupt a WAL database on a reset (3.7.0 to 3.51.2)."""
    if (3, 44, 6) <= version < (3, 45) or (3, 50, 7) <= version < (3, 51):
        return False
    return version < (3, 51, 3)


def sqlite_version() -> tuple[int, ...]:
    """Return the version of the SQLite library in use."""
    version: tuple[int, ...] = sqlite_module.sqlite_version_info
    return version


@dataclass(frozen=True, slots=True)
class Database:
    """One company's database."""

    engine: Engine
    _writer: AbstractContextManager[object] = field(repr=False)

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """Give a write transaction: all of it is committed, or nothing; one at a time."""
        engine = self.engine.execution_options(tasuki_write=True)
        with self._writer, Session(engine, expire_on_commit=False) as session, session.begin():
            if not self.is_sqlite:
                session.connection().exec_driver_sql(_WAIT_FOR_WRITERS)
            yield session

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """Give one consistent view; nothing that is changed in it is kept."""
        engine = self.engine
        if not self.is_sqlite:
            # Without it every statement of PostgreSQL sees what was committed meanwhile.
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with Session(engine, expire_on_commit=False, autoflush=False) as session:
            # Closing it rolls back and leaves what was read usable; rollback() would
            # expire every row.
            yield session

    def forget(self) -> bool:
        """Drop erased rows from the write-ahead log too; False while a reader keeps it.

        Called before a deletion is receipted.
        """
        if not self.is_sqlite:
            return True
        with self._writer, self.engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            if raw is None:
                return False
            cursor = raw.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            row = cursor.fetchone()
            return row is not None and row[0] == 0

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the file database."""
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def open_database(url: str, *, module: ModuleType = sqlite_module) -> Database:
    """Return the database at *url*: `sqlite:///FILE` or `postgresql+psycopg://…`.

    *module* is the SQLite library.
    """
    if not url.startswith("sqlite"):
        return Database(create_engine(url, pool_pre_ping=True, hide_parameters=True), nullcontext())
    # The pysqlite dialect would begin on its own; with autocommit on the driver the
    # BEGIN below is the only one.
    engine = create_engine(
        url, module=module, connect_args={"isolation_level": None}, hide_parameters=True
    )
    journal = "TRUNCATE" if has_wal_reset_bug(module.sqlite_version_info) else "WAL"

    @event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        cursor.execute(f"PRAGMA journal_mode={journal}")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("tasuki_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return Database(engine, threading.RLock())


def scalar(tx: Tx, query: str, **values: Any) -> Any:  # noqa: ANN401 - a row's type is the query's
    """Return the one value of a query written as text."""
    return tx.connection().execute(text(query), values).scalar()
