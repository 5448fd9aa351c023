from collections.abc import Iterator
from pathlib import Path

import pytest

from node.storage.database import Database, open_database
from node.storage.schema import upgrade
from tests.node.services.receiver import Receiver


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path}/node.sqlite3")
    upgrade(database)
    yield database
    database.close()


@pytest.fixture
def receiver(tmp_path: Path, db: Database) -> Receiver:
    receiver = Receiver(tmp_path, db)
    receiver.found()
    return receiver
