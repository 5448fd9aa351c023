"""The command line: one thin module a verb, errors in words, no values in tracebacks."""

import atexit
import gc
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from types import TracebackType
from typing import Final

import typer

from config.errors import SettingsError
from config.log import configure
from node.cli.errors import CommandError
from node.domain.errors import DomainError
from node.services.errors import ServiceError
from node.storage.keyfiles import KeyFileError
from node.transport import UnreachableError
from protocol.errors import ProtocolError

_GARBAGE_AT = 50_000  # new objects

EXPECTED = (
    CommandError,
    DomainError,
    KeyFileError,
    ProtocolError,
    ServiceError,
    UnreachableError,
)


@dataclass(frozen=True, slots=True)
class Verb:
    """Where a verb stands; a *group* has verbs of its own."""

    name: str
    module: str
    attribute: str = "verbs"

    def add_to(self, app: typer.Typer) -> None:
        """Import the verb and let *app* know it."""
        found = getattr(import_module(f"node.cli.{self.module}"), self.attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=self.name)
        else:
            app.command(name=self.name)(found)


VERBS: Final = (
    Verb("init", "init", "init"),
    Verb("check", "check", "check"),
    Verb("doctor", "doctor", "doctor"),
    Verb("log", "log", "log"),
    Verb("report", "report", "report"),
    Verb("serve", "serve", "serve"),
    Verb("audit-export", "audit_export", "audit_export"),
    Verb("audit", "audit", "audit"),
    Verb("consortium", "consortium"),
    Verb("operator", "operators"),
    Verb("api-key", "api_keys"),
    Verb("openings", "openings"),
    Verb("import", "intake", "import_file"),
    Verb("imports", "imports"),
    Verb("records", "records"),
    Verb("letters", "letters"),
    Verb("db", "db"),
    Verb("demo", "demo", "demo"),
)


def application(arguments: Sequence[str]) -> typer.Typer:
    """Return the application with the verb that *arguments* ask for, or with all.

    A verb brings its part of the node along, up to a second of imports: an auditor's
    command should not wait for a web server that it does not use.
    """
    app = typer.Typer(
        name="run_node.py",
        help="One company's node of a Tasuki consortium.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        # Its tracebacks print local values.
        pretty_exceptions_enable=False,
    )
    # Without a callback typer would drop the name of a verb that stands alone.
    app.callback()(_verbs)
    asked = [verb for verb in VERBS if verb.name in arguments[:1]]
    for verb in asked or VERBS:
        verb.add_to(app)
    return app


def main() -> int:
    """Do what the command line says; return 0, 1 for a refusal, 2 for wrong usage."""
    sys.excepthook = _log_uncaught
    # To look for garbage among a thousand modules, again and again while a verb brings
    # them and once more at the end, took a third of a short run.
    gc.set_threshold(_GARBAGE_AT)
    atexit.register(gc.freeze)
    # Databases, requests and bundles are this user's alone, wherever the folder lies.
    os.umask(0o077)
    configure("info")
    try:
        typer.main.get_command(application(sys.argv[1:]))()
    except SettingsError as error:
        for problem in error.problems:
            print(f"tasuki: {problem}", file=sys.stderr)
    except EXPECTED as error:
        print(f"tasuki: {error}", file=sys.stderr)
    return 1


def _verbs() -> None:
    """One company's node of a Tasuki consortium."""


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Write class and places of a failure; the words of foreign errors quote values."""
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger(__name__).critical("stopped by an error", exc_info=(kind, error, trace))
