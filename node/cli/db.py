"""The verb that brings the database to this version's schema."""

import typer

from config.settings import load_settings
from node.cli.ceremony import database
from node.cli.options import DEFAULT_SETTINGS, SettingsFile
from node.storage.schema import is_current
from node.storage.schema import upgrade as upgrade_schema

verbs = typer.Typer(no_args_is_help=True, help="The node's database.")


@verbs.callback()
def group() -> None:
    """Keep `upgrade` a verb of its own: typer would drop the name of a lone one."""


@verbs.command()
def upgrade(settings: SettingsFile = DEFAULT_SETTINGS) -> None:
    """Bring the schema to the newest; stop the node and make a backup first."""
    with database(load_settings(settings)) as db:
        if is_current(db):
            print("the schema is the newest already")
            return
        upgrade_schema(db)
    print("upgraded")
