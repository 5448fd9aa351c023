"""The verb that writes this node's bundle for an auditor."""

from pathlib import Path
from typing import Annotated

import typer

from node.cli.assembled import assembled
from node.cli.errors import CommandError
from node.cli.options import DEFAULT_SETTINGS, PassphraseFile, SettingsFile


def audit_export(
    bundle: Annotated[Path, typer.Argument(help="The file to be made.")],
    settings: SettingsFile = DEFAULT_SETTINGS,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Write this node's audit bundle; it holds no name, address or free text."""
    if bundle.exists():
        raise CommandError(f"{bundle} is there already: name a new file")
    with assembled(settings, passphrase_file) as node:
        content = node.bundles.export()
    try:
        bundle.write_bytes(content)
    except OSError as error:
        raise CommandError(f"cannot write {bundle}") from error
    print(f"{bundle}: {len(content):,} bytes")
