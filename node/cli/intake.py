"""The verb that takes in a file of applications."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from node.assembly.node import Node
from node.cli.assembled import assembled
from node.cli.errors import CommandError
from node.cli.options import DEFAULT_SETTINGS, AsJson, PassphraseFile, SettingsFile
from node.cli.output import Shown, show
from node.domain.error_file import REASONS
from node.domain.errors import FileRefusedError, MappingError
from node.domain.field import MEANINGS, Meaning
from node.domain.mapping import Blanks
from node.domain.refusals import WARNINGS, refusal
from node.domain.sheet import MAX_FILE_BYTES, column_name
from node.services.intake import Import, Preview
from node.services.records import Taken
from node.services.staging import Staged


def import_file(
    file: Annotated[Path, typer.Argument(help="The table of applications, see docs/IMPORT.md.")],
    source: Annotated[
        str | None,
        typer.Option("--source", help="The system it is from, as the settings name it."),
    ] = None,
    sheet: Annotated[
        str | None,
        typer.Option("--sheet", help="The sheet; else the one read last, or the largest."),
    ] = None,
    header_line: Annotated[
        int | None, typer.Option("--header-line", min=1, help="The line that names the columns.")
    ] = None,
    mapping: Annotated[
        str | None,
        typer.Option("--mapping", help="A mapping that ships; else the source's saved one."),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help="NAME=MEANING, as --preview prints it; NAME= is not read."),
    ] = None,
    blank_clears: Annotated[  # noqa: FBT002 - a flag of the command line
        bool, typer.Option("--blank-clears", help="A blank cell clears what is here already.")
    ] = False,
    preview: Annotated[  # noqa: FBT002 - a flag of the command line
        bool, typer.Option("--preview", help="Show what would happen, and take nothing in.")
    ] = False,
    passphrase_file: PassphraseFile = None,
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: AsJson = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Take in applications, and queue the letters of those that the company rejected.

    Rows that cannot be read go to an error file; the others are taken in.
    """
    content = _read(file)
    with assembled(settings, passphrase_file) as node, _in_words(node):
        intake, staging = node.people.intake, node.people.intake.staging
        batch_id = staging.stage(
            content, file.name, _source(node, source), sheet=sheet, header_line=header_line
        )
        try:
            staged = staging.staged(batch_id, mapping)
            blanks = Blanks.CLEAR if blank_clears else staged.mapping.blanks
            chosen = _chosen(staged, column or [])
            staging.map(batch_id, replace(staged.mapping, columns=chosen, blanks=blanks))
            if preview:
                staged = staging.staged(batch_id)
                found = intake.preview(
                    batch_id,
                    node.importing.previews.told,
                    lambda part: _progress(part.rows, staged.lines),
                )
                show(_foreseen(staged, found), as_json=as_json)
                return
            intake.begin(batch_id)
        finally:
            # Nothing of a file that was not let in stays.
            if not intake.has_begun(batch_id):
                staging.discard(batch_id)
        done = intake.commit(batch_id, _progress)
        queued = node.people.letters.queue_rejections()
        show(_taken(done, intake.write_error_file(batch_id), queued), as_json=as_json)


def _source(node: Node, name: str | None) -> str:
    known = sorted(node.own.settings.sources)
    if name is None and len(known) == 1:
        return known[0]
    if name not in known:
        raise CommandError(f"give --source one of: {', '.join(known)}")
    return name


def _chosen(staged: Staged, choices: Sequence[str]) -> dict[str, Meaning]:
    """Return what the columns mean after *choices*, each ``NAME=MEANING``."""
    columns = dict(staged.mapping.columns)
    named = {one.header for one in staged.columns}
    for choice in choices:
        name, _, meaning = choice.rpartition("=")
        header = column_name(name)
        if header not in named:
            raise CommandError("--column: no column has that name; --preview prints them")
        if meaning and meaning not in MEANINGS:
            raise CommandError(f"--column: give one of: {', '.join(MEANINGS)}")
        columns.pop(header, None)
        if meaning:
            columns[header] = meaning
    return columns


@contextmanager
def _in_words(node: Node) -> Iterator[None]:
    """Turn codes into words that say what to do."""
    try:
        yield
    except (FileRefusedError, MappingError) as error:
        said = refusal(error, node.own.vocabulary).en
        raise CommandError(f"{said} ({error.code})") from None


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


def _foreseen(staged: Staged, found: Preview) -> dict[str, Shown]:
    return {
        "format": staged.format,
        "encoding": staged.encoding,
        "sheet": staged.sheet,
        "mapping": staged.mapping.label.en,
        "columns": [
            {"column": one.header, "meaning": one.meaning, "values": one.samples}
            for one in staged.columns
        ],
        "dropped": [
            {"column": one.column, "what": one.rule, "ground": one.ground, "cells": one.cells}
            for one in staged.dropped
        ],
        "rows": found.rows,
        **{str(taken): found.counts[taken] for taken in Taken},
        "needs_review": found.unknown_ends,
        "told_elsewhere": found.told,
        "errors": found.errors,
        "first_errors": [
            {"line": row.line, "column": row.column, "reason": REASONS[row.reason][1]}
            for row in found.first_errors
        ],
    }


def _taken(done: Import, error_file: Path | None, queued: int) -> dict[str, Shown]:
    return {
        "batch": done.id,
        "encoding": done.encoding,
        "rows": done.rows,
        "added": done.added,
        "updated": done.updated,
        "unchanged": done.unchanged,
        "suppressed": done.suppressed,
        "errors": done.errors,
        "error_file": None if error_file is None else str(error_file),
        "warnings": [
            {"column": column, "reason": WARNINGS.get(code, code), "rows": rows}
            for column, code, rows in done.warnings
        ],
        "dropped": [{"column": name, "cells": cells} for name, cells in done.dropped],
        "letters_queued": queued,
    }
