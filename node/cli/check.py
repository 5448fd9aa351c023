"""The verb that checks files and settings, without a network and without a passphrase."""

import os
import stat
from pathlib import Path

import typer

from config.errors import SettingsError
from config.settings import LETTERS, Settings, load_settings
from config.sources import SourceSection
from node.assembly.reading import secret_faults, source_mapping
from node.cli.ceremony import database
from node.cli.keys import keys_folder, offline_folder, request_file
from node.cli.options import DEFAULT_SETTINGS, AsJson, SettingsFile
from node.cli.output import Shown, show
from node.cli.unfilled import unfilled
from node.connectors.files.folder import DropFolder
from node.domain.errors import LetterError
from node.domain.letter_lint import is_blocking, lint
from node.domain.letters import PLACES, LetterTemplate
from node.i18n import LANGUAGES
from node.storage.database import Database, has_wal_reset_bug, sqlite_version
from node.storage.keyfiles import missing_keys
from node.storage.marker import Marker
from node.storage.schema import is_current


def check(settings: SettingsFile = DEFAULT_SETTINGS, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag of the command line
    """Check settings, files, letters and the schema; exit 1 where something must be done."""
    configured = load_settings(settings)
    faults, advice = check_files(configured)
    report(faults, advice, as_json=as_json)


def report(faults: list[str], advice: list[str], *, as_json: bool) -> None:
    """Print what was found; leave with 1 where there are faults."""
    found: dict[str, Shown] = {"ok": not faults, "faults": faults, "advice": advice}
    show(found, as_json=as_json)
    if faults:
        raise typer.Exit(1)


def check_files(configured: Settings) -> tuple[list[str], list[str]]:
    """Return the faults and the advice about the files of this node."""
    faults = unfilled(configured) + _folder_faults(configured) + _key_faults(configured)
    source_faults, advice = secret_faults(configured)
    faults += source_faults
    for name, section in configured.sources.items():
        faults += _mapping_faults(name, section)
        if section.folder is not None and not DropFolder(section.folder).is_usable:
            faults.append(f"sources.{name}.folder is not there, or the node may not change it")
    if offline_folder(configured, None).exists():
        advice.append("the offline keys are still on this machine: move them away")
    letter_faults, letter_advice = check_letters(LETTERS)
    with database(configured) as db:
        faults += _database_faults(configured, db)
        if db.is_sqlite and has_wal_reset_bug(sqlite_version()):
            advice.append("this SQLite has the WAL reset bug; the journal is kept in TRUNCATE mode")
    if not configured.listen.console.is_loopback:
        advice.append(
            "listen.console is open to a network: put a proxy with access rules before it"
        )
    return faults + letter_faults, advice + letter_advice


def _mapping_faults(name: str, section: SourceSection) -> tuple[str, ...]:
    if section.mapping is None:
        return ()
    try:
        source_mapping(name, section)
    except SettingsError as error:
        return error.problems
    return ()


def check_letters(folder: Path) -> tuple[list[str], list[str]]:
    """Return the faults and the advice about the letter templates in *folder*."""
    faults: list[str] = []
    advice: list[str] = []
    for place in PLACES:
        for language in LANGUAGES:
            name = f"{place.stem}.{language}.toml"
            try:
                text = (folder / name).read_text(encoding="utf-8")
                template = LetterTemplate.parse(place.kind, language, text)
            except (OSError, UnicodeDecodeError):
                faults.append(f"{name}: missing or unreadable")
            except LetterError as error:
                faults.append(f"{name}: {error}")
            else:
                flaws = lint(place.kind, language, template.subject, template.body)
                (faults if is_blocking(flaws) else advice).extend(
                    f"{name}: {flaw}" for flaw in flaws
                )
    return faults, advice


def _folder_faults(configured: Settings) -> list[str]:
    folder = configured.node.data_folder
    if not folder.is_dir():
        return ["data_folder does not exist: run init"]
    faults = []
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        faults.append("data_folder is open to others: set its mode to 0700")
    if not os.access(folder, os.W_OK):
        faults.append("data_folder cannot be written")
    if Marker(configured.node.marker_file).read() is None:
        faults.append("marker_file is missing: a node that signed before will not start")
    return faults


def _key_faults(configured: Settings) -> list[str]:
    faults = [f"the {name} key is missing" for name in missing_keys(keys_folder(configured))]
    faults += [
        f"{path.name} is open to others: set its mode to 0600"
        for path in sorted(keys_folder(configured).glob("*.key"))
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    if not request_file(configured).is_file():
        faults.append("no request for membership: run init --founder, or consortium join")
    return faults


def _database_faults(configured: Settings, db: Database) -> list[str]:
    if db.is_sqlite and configured.database.url is None and not _has_sqlite(configured):
        return ["the database does not exist: run init"]
    return [] if is_current(db) else ["the schema is not the newest: run db upgrade"]


def _has_sqlite(configured: Settings) -> bool:
    # SQLite would make an empty file where there is none.
    return Path(configured.database_url.removeprefix("sqlite:///")).is_file()
