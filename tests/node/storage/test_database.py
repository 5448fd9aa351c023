import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from crypto.randomness import random_bytes
from node.storage import bodies, nonces, peers
from node.storage.database import (
    Database,
    has_wal_reset_bug,
    open_database,
    sqlite_version,
)
from node.storage.schema import upgrade
from protocol.body import Opening
from tests.node.storage.rows import BETA, NOW

THREADS, EACH = 6, 15
SECRET = "消えるべき値"


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 44, 5), (3, 45, 0), (3, 50, 6), (3, 51, 2)])
def test_versions_that_can_corrupt_a_write_ahead_log(version: tuple[int, ...]) -> None:
    assert has_wal_reset_bug(version)


@pytest.mark.parametrize("version", [(3, 44, 6), (3, 50, 7), (3, 51, 3), (3, 53, 4), (4, 0, 0)])
def test_versions_that_keep_a_write_ahead_log_whole(version: tuple[int, ...]) -> None:
    assert not has_wal_reset_bug(version)


def test_writers_go_one_after_the_other(database: Database) -> None:
    """Each reads a count and writes the next one: none may be lost."""
    faults: list[BaseException] = []

    def count() -> None:
        try:
            for _ in range(EACH):
                with database.begin() as tx:
                    peers.failed(tx, BETA)
        except BaseException as error:  # noqa: BLE001 - told in the test's own thread
            faults.append(error)

    with database.begin() as tx:
        peers.of(tx, BETA)
    threads = [threading.Thread(target=count) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with database.read() as tx:
        row = peers.known(tx, BETA)
        assert row is not None
        assert row.failures == THREADS * EACH


def test_a_reader_sees_one_moment(database: Database) -> None:
    with database.begin() as tx:
        peers.seen(tx, BETA, at=NOW)
    with database.read() as reader:
        first = peers.known(reader, BETA)
        assert first is not None
        assert peers.silent(reader, 1) == 0
        with database.begin() as writer:
            peers.failed(writer, BETA)
        # The count is asked of the database anew.
        assert peers.silent(reader, 1) == 0
    with database.read() as later:
        assert peers.silent(later, 1) == 1


def test_what_a_reader_changes_is_not_kept(database: Database) -> None:
    with database.begin() as tx:
        peers.of(tx, BETA)
    with database.read() as tx:
        peers.of(tx, BETA).failures = 7
    with database.read() as tx:
        assert peers.silent(tx, 1) == 0


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    def fail() -> None:
        with database.begin() as tx:
            peers.of(tx, BETA)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.read() as tx:
        assert peers.known(tx, BETA) is None


def test_a_reference_to_nothing_is_refused(database: Database) -> None:
    with (
        pytest.raises(IntegrityError),
        database.begin() as tx,
    ):
        tx.connection().exec_driver_sql(
            "INSERT INTO profile (person_id, skills, retained_until) VALUES ('none', '', 'x')"
        )


def test_a_nonce_is_good_once_until_it_ends(database: Database) -> None:
    with database.begin() as tx:
        assert nonces.use(tx, "key", "n", NOW + 10, now=NOW)
    with database.begin() as tx:
        assert not nonces.use(tx, "key", "n", NOW + 10, now=NOW)
        assert nonces.use(tx, "other", "n", NOW + 10, now=NOW)
        assert nonces.use(tx, "key", "m", NOW + 10, now=NOW)
    with database.begin() as tx:
        assert nonces.use(tx, "key", "n", NOW + 30, now=NOW + 11)


@pytest.fixture(params=[{}, {"module": sqlite3}], ids=["bundled", "standard"])
def file_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    db = open_database(f"sqlite:///{tmp_path / 'node.sqlite3'}", **request.param)
    upgrade(db)
    yield db
    db.close()


def test_an_erased_body_is_in_no_file_of_the_database(
    file_database: Database, tmp_path: Path
) -> None:
    """Erased values would otherwise be read from free pages or the write-ahead log."""
    value = SECRET + random_bytes(8).hex()
    with file_database.begin() as tx:
        for number in range(40):
            opening = Opening.make({"n": number}, {"value": value, "more": "x" * 3000})
            bodies.put(tx, f"{number:032x}", BETA, opening)
    assert value.encode() in _files(tmp_path)
    with file_database.begin() as tx:
        bodies.erase(tx, BETA, [f"{number:032x}" for number in range(40)])
    assert file_database.forget()
    assert value.encode() not in _files(tmp_path)


def test_a_reader_that_holds_on_to_an_old_page_is_told(tmp_path: Path) -> None:
    db = open_database(f"sqlite:///{tmp_path / 'node.sqlite3'}")
    upgrade(db)
    if has_wal_reset_bug(sqlite_version()):
        db.close()
        pytest.skip("the write-ahead log: this SQLite must not use one")
    with db.begin() as tx:
        peers.of(tx, BETA)
    with db.read() as tx:
        assert peers.silent(tx, 1) == 0
        with db.begin() as writer:
            peers.failed(writer, BETA)
        _wait_no_longer(db)
        assert not db.forget()
    assert db.forget()
    db.close()


def _wait_no_longer(db: Database) -> None:
    """Let the one free connection give up at once, where it would wait ten seconds."""
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=0")


def _files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_the_library_in_use_tells_its_version(tmp_path: Path) -> None:
    db = open_database(f"sqlite:///{tmp_path / 'node.sqlite3'}")
    with db.engine.connect() as connection:
        told = connection.exec_driver_sql("SELECT sqlite_version()").scalar()
    db.close()
    assert told == ".".join(map(str, sqlite_version()))


def test_the_journal_follows_the_library(file_database: Database) -> None:
    module = file_database.engine.dialect.dbapi
    assert module is not None
    expected = "truncate" if has_wal_reset_bug(module.sqlite_version_info) else "wal"
    with file_database.engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert settings == {
        "journal_mode": expected,
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
    }


def test_postgresql_has_nothing_to_forget(postgres_url: str) -> None:
    db = open_database(postgres_url)
    assert not db.is_sqlite
    assert db.forget()
    db.close()
