"""The schema in the database: upgraded by Alembic migrations."""

import importlib
import pkgutil
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData
from sqlalchemy.engine import Connection
from sqlmodel import SQLModel

from node.storage import tables
from node.storage.database import Database

_MIGRATIONS = Path(__file__).parent / "migrations"


def metadata() -> MetaData:
    """Return what all table modules declare."""
    for module in pkgutil.iter_modules(tables.__path__):
        importlib.import_module(f"{tables.__name__}.{module.name}")
    return SQLModel.metadata


def upgrade(db: Database) -> None:
    """Bring the database to the newest schema; all of it in one transaction."""
    engine = db.engine.execution_options(tasuki_write=True)
    with engine.connect() as connection, connection.begin():
        command.upgrade(_config(connection), "head")


def is_current(db: Database) -> bool:
    """Tell whether the database has the newest schema."""
    with db.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory(str(_MIGRATIONS)).get_current_head()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    config.attributes["metadata"] = metadata()
    return config
