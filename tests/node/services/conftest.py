from collections.abc import Iterator
from pathlib import Path

import pytest

from node.storage.database import Database, open_database
from tests.node.services.receiver import Receiver
from tests.sqlite import lay_schema


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path}/node.sqlite3")
    lay_schema(database)
    yield database
    database.close()


@pytest.fixture
def receiver(tmp_path: Path, db: Database) -> Receiver:
    receiver = Receiver(tmp_path, db)
    receiver.found()
    return receiver
