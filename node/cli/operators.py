"""The verb that lets a person work in the console."""

from pathlib import Path
from typing import Annotated

import typer

from config.settings import load_settings
from node.cli.ceremony import database
from node.cli.options import DEFAULT_SETTINGS, SettingsFile
from node.cli.passphrase import new_password
from node.clock import SystemClock
from node.domain.operator import Role
from node.services.operators import Operators

verbs = typer.Typer(no_args_is_help=True, help="The people who work in the console.")

PasswordFile = Annotated[
    Path | None, typer.Option("--password-file", help="A file (0600) with the password.")
]


@verbs.command()
def add(
    mail: Annotated[str, typer.Argument(help="The mail address to log in with.")],
    name: Annotated[str, typer.Option("--name", help="The name that the console shows.")],
    role: Annotated[Role, typer.Option("--role")] = Role.RECRUITER,
    password_file: PasswordFile = None,
    settings: SettingsFile = DEFAULT_SETTINGS,
) -> None:
    """Add an operator of the console."""
    configured = load_settings(settings)
    password = new_password(password_file)
    with database(configured) as db:
        Operators(db, SystemClock()).add(mail=mail, name=name, role=role, password=password)
    print("added")
