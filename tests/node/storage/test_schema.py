from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from node.storage import schema
from node.storage.database import Database, open_database


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        db = open_database(f"sqlite:///{tmp_path / 'node.sqlite3'}")
    else:
        db = open_database(request.getfixturevalue("postgres").empty())
    yield db
    db.close()


def differences(db: Database) -> list[str]:
    """Return how the schema in the database differs from the tables."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [str(found) for found in compare_metadata(context, schema.metadata())]


def test_the_migrations_make_the_tables(empty: Database) -> None:
    assert not schema.is_current(empty)
    schema.upgrade(empty)
    assert schema.is_current(empty)
    assert differences(empty) == []


def test_upgrading_twice_changes_nothing(empty: Database) -> None:
    schema.upgrade(empty)
    schema.upgrade(empty)
    assert differences(empty) == []


def test_a_missing_column_is_found(empty: Database) -> None:
    schema.upgrade(empty)
    with empty.begin() as tx:
        tx.connection().exec_driver_sql("ALTER TABLE peer DROP COLUMN forked")
    (difference,) = differences(empty)
    assert "forked" in difference


def test_every_step_can_be_taken_back(empty: Database) -> None:
    schema.upgrade(empty)
    engine = empty.engine.execution_options(tasuki_write=True)
    with engine.connect() as connection, connection.begin():
        command.downgrade(schema._config(connection), "base")
    assert inspect(empty.engine).get_table_names() == ["alembic_version"]
    schema.upgrade(empty)
    assert differences(empty) == []


def test_what_points_to_a_person_is_found_without_a_look_at_every_row() -> None:
    for table in schema.metadata().tables.values():
        first = {next(iter(index.columns)).name for index in table.indexes}
        first |= {next(iter(table.primary_key.columns)).name}
        for key in table.foreign_keys:
            if key.column.table.name == "person":
                assert key.parent.name in first, str(key.parent)
