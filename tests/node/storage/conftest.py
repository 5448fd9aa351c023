from collections.abc import Iterator
from pathlib import Path

import pytest

from node.storage.database import Database, open_database
from tests.sqlite import lay_schema

KINDS = ("sqlite", "postgresql")


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give an upgraded database, of both kinds in turn."""
    if request.param == "sqlite":
        db = open_database(f"sqlite:///{tmp_path / 'node.sqlite3'}")
        lay_schema(db)
    else:
        db = open_database(request.getfixturevalue("postgres_url"))
    yield db
    db.close()
