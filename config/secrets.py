"""Passwords and keys that other services gave the company: each one a file, never a setting.

A file lies among the systemd credentials (``$CREDENTIALS_DIRECTORY``) or in the folder
``secrets`` of the data folder, where it must be the node's alone.
"""

import os
import stat
from pathlib import Path
from typing import Final

from config.errors import SettingsError

MAX_BYTES: Final = 64 * 1024
_OTHERS: Final = 0o077


def read_secret(data_folder: Path, name: str) -> str:
    """Return the text of the secret *name*, without the line end behind it.

    Raises:
        SettingsError: it is missing, empty, too large, no text, or open to others.
    """
    given = os.environ.get("CREDENTIALS_DIRECTORY")
    folders = ([Path(given)] if given else []) + [data_folder / "secrets"]
    for path in (folder / name for folder in folders):
        if path.is_file():
            # systemd guards its credentials itself, and shows them with modes of its own.
            is_guarded = given is not None and path.parent == Path(given)
            return _read(path, name, is_guarded=is_guarded)
    raise SettingsError((f"no secret {name}: write it to the file secrets/{name} of data_folder",))


def _read(path: Path, name: str, *, is_guarded: bool) -> str:
    found = path.stat()
    if not is_guarded and stat.S_IMODE(found.st_mode) & _OTHERS:
        raise SettingsError((f"secrets/{name} is open to others: set its mode to 0600",))
    if found.st_size > MAX_BYTES:
        raise SettingsError((f"secrets/{name} is too large for a secret",))
    try:
        text = path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise SettingsError((f"secrets/{name} cannot be read as text",)) from None
    if not text.strip():
        raise SettingsError((f"secrets/{name} is empty",))
    return text
