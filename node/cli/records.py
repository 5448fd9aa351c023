"""The verbs that write all applications as a file of uniform records, and read it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from node.assembly.node import Node
from node.cli.assembled import assembled
from node.cli.errors import CommandError
from node.cli.options import DEFAULT_SETTINGS, AsJson, PassphraseFile, SettingsFile
from node.cli.output import show
from node.services.interchange import Interchange
from node.services.records import Taken

verbs = typer.Typer(
    no_args_is_help=True, help="All applications as one file, for this company alone."
)


@verbs.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="The file to be made.")],
    passphrase_file: PassphraseFile = None,
    settings: SettingsFile = DEFAULT_SETTINGS,
) -> None:
    """Write every application with the person's name and contacts, readable by you alone."""
    with assembled(settings, passphrase_file) as node:
        try:
            # The mode is given at once, so that there is no moment at which others may read.
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise CommandError(f"{file} is there already: name a new file") from None
        except OSError:
            raise CommandError(f"cannot write {file}") from None
        lines = -1  # the first one is the head
        with os.fdopen(descriptor, "wb") as target:
            for line in _interchange(node).export():
                target.write(line)
                lines += 1
    print(f"{file}: {lines:,} applications")


@verbs.command("import")
def import_records(
    file: Annotated[Path, typer.Argument(help="A file that export wrote.")],
    passphrase_file: PassphraseFile = None,
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: AsJson = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Take in a file of another node of this company, whole or not at all; no letter is sent."""
    with assembled(settings, passphrase_file) as node:
        found = _interchange(node).take(_lines(file))
    show({str(taken): found[taken] for taken in Taken}, as_json=as_json)


def _interchange(node: Node) -> Interchange:
    own = node.own
    return Interchange(own.db, own.outside.clock, own.vault, node.people.intake.records)


def _lines(file: Path) -> Iterator[bytes]:
    try:
        with file.open("rb") as lines:
            yield from lines
    except OSError:
        raise CommandError("the file cannot be read") from None
