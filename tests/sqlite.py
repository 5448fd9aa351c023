"""SQLite files with the newest schema: migrated once a run, then copied."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from node.storage.database import Database, open_database
from node.storage.schema import upgrade


def lay_schema(db: Database) -> None:
    """Give the new file of *db*, of which nothing was read yet, the newest schema.

    Another database than SQLite is migrated.
    """
    if not db.is_sqlite:
        upgrade(db)
        return
    path = db.engine.url.database
    if path is None or Path(path).exists():
        raise ValueError("not a new file")
    Path(path).write_bytes(_migrated())


@cache
def _migrated() -> bytes:
    with TemporaryDirectory(prefix="tasuki-schema-") as folder:
        path = Path(folder) / "node.sqlite3"
        db = open_database(f"sqlite:///{path}")
        upgrade(db)
        db.close()
        return path.read_bytes()
