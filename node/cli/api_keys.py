"""The verbs on the keys of the company's own systems."""

from typing import Annotated

import typer

from config.settings import load_settings
from node.cli.ceremony import database
from node.cli.errors import CommandError
from node.cli.options import DEFAULT_SETTINGS, AsJson, SettingsFile
from node.cli.output import Shown, show
from node.clock import SystemClock
from node.services.api_keys import ApiKeys, ListedKey, Scope
from node.services.errors import NoSuchRecordError, RefusedChoiceError

verbs = typer.Typer(no_args_is_help=True, help="The keys of the company's own systems.")


@verbs.command()
def add(
    name: Annotated[str, typer.Argument(help="What tells the key apart, such as its system.")],
    settings: SettingsFile = DEFAULT_SETTINGS,
) -> None:
    """Make a key and print it; nobody can show it again."""
    with database(load_settings(settings)) as db:
        try:
            secret = ApiKeys(db, SystemClock()).add(name, frozenset(Scope))
        except RefusedChoiceError as error:
            raise CommandError(str(error)) from None
    print(secret)


@verbs.command(name="list")
def list_keys(
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: AsJson = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Print every key, without its secret."""
    with database(load_settings(settings)) as db:
        found = ApiKeys(db, SystemClock()).listed()
    show({"keys": [_shown(key) for key in found]}, as_json=as_json)


@verbs.command()
def revoke(
    key: Annotated[str, typer.Argument(help="The id that list prints.")],
    settings: SettingsFile = DEFAULT_SETTINGS,
) -> None:
    """End a key at once."""
    with database(load_settings(settings)) as db:
        try:
            ApiKeys(db, SystemClock()).revoke(key)
        except NoSuchRecordError:
            raise CommandError("no such key: api-key list names them") from None
    print("revoked")


def _shown(key: ListedKey) -> dict[str, Shown]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": " ".join(key.scopes),
        "created": key.created.isoformat(),
        "used": None if key.used is None else key.used.isoformat(),
        "revoked": None if key.revoked is None else key.revoked.isoformat(),
    }
