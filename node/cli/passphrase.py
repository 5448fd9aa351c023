"""Where a passphrase comes from: a file, systemd or a terminal, never the environment."""

import os
import stat
import sys
from getpass import getpass
from pathlib import Path

from node.cli.errors import CommandError

CREDENTIAL = "tasuki-passphrase"
MIN_PASSPHRASE = 12  # characters
_MAX_FILE_BYTES = 1024


def read_passphrase(file: Path | None) -> str | None:
    """Return the passphrase of the keys, or None where nobody can give it: start sealed.

    Raises:
        CommandError: the file is missing, empty, too long or open to others.
    """
    given = _from_file(file)
    if given is not None:
        return given
    return getpass("Passphrase of the keys: ") if sys.stdin.isatty() else None


def need_passphrase(file: Path | None) -> str:
    """Return the passphrase of the keys.

    Raises:
        CommandError: nobody can give it, or the file must not be used.
    """
    passphrase = read_passphrase(file)
    if passphrase is None:
        raise CommandError("the keys are sealed: give --passphrase-file, or use a terminal")
    return passphrase


def new_passphrase(file: Path | None) -> str:
    """Return the passphrase for new keys, typed twice at a terminal.

    Raises:
        CommandError: it is short, or typed differently, or nobody can give it.
    """
    passphrase = _from_file(file)
    if passphrase is None:
        passphrase = _typed_twice("New passphrase of the keys", "--passphrase-file")
    if len(passphrase) < MIN_PASSPHRASE:
        raise CommandError(f"the passphrase needs {MIN_PASSPHRASE} characters")
    return passphrase


def new_password(file: Path | None) -> str:
    """Return the password for a new operator, typed twice at a terminal.

    Raises:
        CommandError: typed differently, or nobody can give it.
    """
    if file is not None:
        return read_secret_file(file)
    return _typed_twice("Password of the operator", "--password-file")


def read_secret_file(path: Path) -> str:
    """Return the first and only line of *path*.

    Raises:
        CommandError: it is missing, empty, more than a line, or open to others.
    """
    try:
        mode, content = path.stat().st_mode, path.read_bytes()
        text = content.decode("utf-8").removesuffix("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"cannot read {path}") from error
    if stat.S_IMODE(mode) & 0o077:
        raise CommandError(f"{path} is open to others: set its mode to 0600")
    if not text or not text.isprintable() or len(content) > _MAX_FILE_BYTES:
        raise CommandError(f"{path} must hold one line")
    return text


def _from_file(file: Path | None) -> str | None:
    if file is not None:
        return read_secret_file(file)
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    credential = Path(folder) / CREDENTIAL if folder else None
    if credential is not None and credential.is_file():
        return read_secret_file(credential)
    return None


def _typed_twice(prompt: str, option: str) -> str:
    if not sys.stdin.isatty():
        raise CommandError(f"no terminal to ask at: give {option}")
    first = getpass(f"{prompt}: ")
    if getpass("Once more: ") != first:
        raise CommandError("the two were not the same; nothing was changed")
    return first
