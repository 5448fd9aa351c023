"""The options that several verbs share."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

SettingsFile = Annotated[
    Path, typer.Option("--settings", "-s", help="The node's settings file.", show_default=True)
]
PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        help="A file (0600) with the passphrase; else the systemd credential "
        "tasuki-passphrase, else a prompt.",
    ),
]
OfflineFolder = Annotated[
    Path | None,
    typer.Option("--offline", help="Where the offline keys are; else offline/ in the data folder."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Lifetime = Annotated[
    int, typer.Option("--days", min=1, max=90, help="How long the version is valid.")
]

DEFAULT_SETTINGS = Path("tasuki.toml")
DEFAULT_DAYS = 90


def lifetime(days: int) -> timedelta:
    """Return *days* as a duration."""
    return timedelta(days=days)
