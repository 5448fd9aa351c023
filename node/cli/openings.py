"""The verbs on the company's own openings."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from config.settings import load_settings
from node.cli.assembled import assembled
from node.cli.ceremony import database
from node.cli.errors import CommandError
from node.cli.keys import own_request
from node.cli.options import DEFAULT_SETTINGS, AsJson, PassphraseFile, SettingsFile
from node.cli.output import Shown, show
from node.clock import SystemClock
from node.domain.opening import OpeningDraft, from_json_text, from_toml_text
from node.services.openings import Openings, OpeningView
from node.services.reinvitations import Candidate
from node.services.search import MatchRow, Search
from node.storage.database import Database
from node.storage.members import Members
from protocol.identifiers import MemberId

MAX_FILE_BYTES = 4 * 1024 * 1024

verbs = typer.Typer(no_args_is_help=True, help="The company's own openings.")


@verbs.command()
def add(
    file: Annotated[Path, typer.Argument(help="A .toml or .json file with openings.")],
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: AsJson = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Add the openings of a file, all of them or none."""
    drafts = _read(file)
    with _database(settings) as (db, me):
        ids = Openings(db, SystemClock(), Members(), me).add(drafts)
    titles = [draft.title for draft in drafts]
    added = [{"id": one, "title": title} for one, title in zip(ids, titles, strict=True)]
    show({"added": added}, as_json=as_json)


@verbs.command(name="list")
def list_openings(
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: AsJson = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Print every opening, the newest first."""
    with _database(settings) as (db, me):
        found = Openings(db, SystemClock(), Members(), me).every()
    show({"openings": [_opening(view) for view in found]}, as_json=as_json)


@verbs.command()
def match(
    opening: Annotated[str, typer.Argument(help="The id of the opening.")],
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: AsJson = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Print the best matches of an opening among the peers' tokens, with the reasons."""
    with _database(settings) as (db, me):
        found = Search(db, SystemClock(), Members(), me).best(opening)
    show({"matches": [_match(row) for row in found]}, as_json=as_json)


@verbs.command()
def own(
    opening: Annotated[str, typer.Argument(help="The id of the opening.")],
    passphrase_file: PassphraseFile = None,
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: AsJson = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Print the own past applicants who fit an opening, without names, the furthest first."""
    with assembled(settings, passphrase_file) as node:
        found = node.people.own_pool.best(opening)
    show({"past_applicants": [_past(one) for one in found]}, as_json=as_json)


@contextmanager
def _database(settings: Path) -> Iterator[tuple[Database, MemberId]]:
    configured = load_settings(settings)
    me = MemberId(own_request(configured).member.id)
    with database(configured) as db:
        yield db, me


def _read(file: Path) -> tuple[OpeningDraft, ...]:
    parsers = {".json": from_json_text, ".toml": from_toml_text}
    parse = parsers.get(file.suffix.lower())
    if parse is None:
        raise CommandError("give a file that ends in .toml or .json")
    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            raise CommandError("the file is too large")
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"the file cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError("the file is not UTF-8") from error
    return parse(text)


def _opening(view: OpeningView) -> dict[str, Shown]:
    return {
        "id": view.id,
        "title": view.draft.title,
        "open": view.is_open,
        "created": view.created_at.isoformat(),
    }


def _match(row: MatchRow) -> dict[str, Shown]:
    return {
        "token": row.token_id,
        "from": row.company.ja,
        "score": row.score,
        "values": row.values.to_json(),
        "reasons": [f"{reason.code} {reason.argument}" for reason in row.reasons],
    }


def _past(one: Candidate) -> dict[str, Shown]:
    past = one.past
    return {
        "application": past.application_id,
        "job": past.job,
        "applied_on": past.applied_on,
        "furthest": past.furthest,
        "said": past.future,
        "reasons": [f"{reason.code} {reason.argument}" for reason in one.match.reasons],
        "not_now": one.refusal,
    }
