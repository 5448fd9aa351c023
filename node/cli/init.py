"""The verb that makes a node: settings, keys, database and the first operator."""

from pathlib import Path
from typing import Annotated

import typer

from config.settings import EXAMPLE, Settings, load_settings
from crypto.ed25519 import SigningKey
from node.cli.ceremony import company, database
from node.cli.errors import CommandError
from node.cli.keys import keys_folder, offline_folder, request_file
from node.cli.operators import PasswordFile
from node.cli.options import DEFAULT_SETTINGS, OfflineFolder, PassphraseFile, SettingsFile
from node.cli.passphrase import new_passphrase, new_password
from node.cli.unfilled import unfilled
from node.clock import SystemClock
from node.domain.operator import Role
from node.services.ceremony import founder_request
from node.services.operators import Operators
from node.storage.keyfiles import NodeKeys, write_key, write_node_keys
from node.storage.marker import Marker
from node.storage.schema import upgrade

_MOVE = """\
Move {offline} off this machine now: it holds the company's org key{board}.
Keep the passphrase safe, in two places: without it nobody can open these keys, and
a lost passphrase is final.
Next: {step}; docs/OPERATIONS.md has each step."""
_STEPS = {
    True: "consortium draft with all founders' requests, then sign and adopt",
    False: "consortium join URL, with the address of any member",
}


def init(
    operator: Annotated[
        str | None, typer.Option("--operator", help="Mail address of the first operator.")
    ] = None,
    founder: Annotated[  # noqa: FBT002 - a flag of the command line
        bool, typer.Option("--founder", help="Make a board key and a founder's request, too.")
    ] = False,
    settings: SettingsFile = DEFAULT_SETTINGS,
    passphrase_file: PassphraseFile = None,
    password_file: PasswordFile = None,
    offline: OfflineFolder = None,
) -> None:
    """Make a node from its settings file; without one, write it and stop."""
    if not settings.exists():
        _write_example(settings)
        print(f"{settings}: written; put in the company's own values, then run init again")
        raise typer.Exit(1)
    configured = load_settings(settings)
    if faults := unfilled(configured):
        raise CommandError("\n".join(faults))
    if operator is None:
        operator = typer.prompt("Mail address of the first operator")
    away = offline_folder(configured, offline)
    if any(folder.exists() for folder in (keys_folder(configured), away)):
        raise CommandError("there are keys already: this node was made before")
    passphrase = new_passphrase(passphrase_file)
    password = new_password(password_file)
    _make_folders(configured)
    with database(configured) as db:
        upgrade(db)
        Operators(db, SystemClock()).add(
            mail=operator, name=operator, role=Role.ADMINISTRATOR, password=password
        )
    write_node_keys(keys_folder(configured), NodeKeys.generate(), passphrase)
    org = SigningKey.generate()
    write_key(away, "org", org.seed, passphrase)
    if founder:
        board = SigningKey.generate()
        write_key(away, "board", board.seed, passphrase)
        request = founder_request(company(configured), org, board, now=SystemClock().now())
        request_file(configured).write_bytes(request.encode())
        print(f"request {request_file(configured)}: for whoever drafts the consortium")
    board_key = " and its board key" if founder else ""
    print(_MOVE.format(offline=away, board=board_key, step=_STEPS[founder]))


def _write_example(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    except OSError as error:
        raise CommandError(f"cannot write {path}") from error


def _make_folders(configured: Settings) -> None:
    """Make the data folder (0700) and the marker of an empty log."""
    try:
        configured.node.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        configured.node.marker_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        Marker(configured.node.marker_file).write(0)
    except OSError as error:
        raise CommandError("cannot write data_folder or marker_file") from error
