"""The verb that takes in a file of applications."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from node.cli.assembled import assembled
from node.cli.errors import CommandError
from node.cli.options import DEFAULT_SETTINGS, AsJson, PassphraseFile, SettingsFile
from node.cli.output import Shown, show
from node.domain.sheet import MAX_FILE_BYTES
from node.services.intake import ImportResult


def import_file(
    file: Annotated[Path, typer.Argument(help="The CSV of applications, see docs/IMPORT.md.")],
    source: Annotated[
        str, typer.Option("--source", help="The system it is from; its ids are kept apart.")
    ] = "csv",
    passphrase_file: PassphraseFile = None,
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: AsJson = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Take in applications, and queue the letters of those that the company rejected.

    Rows that cannot be read go to an error file; the others are taken in.
    """
    payload = _read(file)
    with assembled(settings, passphrase_file) as node:
        result = node.people.intake.import_file(
            payload, file.name, source=source, progress=_progress
        )
        queued = node.people.letters.queue_rejections()
    show(_shown(result, queued), as_json=as_json)


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            raise CommandError(f"the file is larger than {MAX_FILE_BYTES // 2**20} MiB")
        return file.read_bytes()
    except OSError:
        raise CommandError("the file cannot be read") from None


def _progress(done: int, lines: int) -> None:
    end = "\r" if sys.stderr.isatty() and done < lines else "\n"
    print(f"{done} of {lines} lines", end=end, file=sys.stderr, flush=True)


def _shown(result: ImportResult, queued: int) -> dict[str, Shown]:
    return {
        "batch": result.batch,
        "encoding": result.encoding,
        "rows": result.rows,
        "added": result.added,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "suppressed": result.suppressed,
        "errors": len(result.errors),
        "error_file": None if result.error_file is None else str(result.error_file),
        "warnings": [
            {"column": column, "reason": reason, "rows": rows}
            for column, reason, rows in result.warnings
        ],
        "dropped": [{"column": name, "cells": cells} for name, cells in result.dropped],
        "letters_queued": queued,
    }
