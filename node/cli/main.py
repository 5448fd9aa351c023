"""The command line: one thin module a verb, errors in words, no values in tracebacks."""

import logging
import sys
from types import TracebackType

import typer

from config.errors import SettingsError
from config.log import configure
from node.cli import (
    audit,
    check,
    consortium,
    db,
    demo,
    doctor,
    init,
    intake,
    letters,
    log,
    openings,
    operators,
    report,
    serve,
)
from node.cli.errors import CommandError
from node.domain.errors import DomainError
from node.peers.transport import UnreachableError
from node.services.errors import ServiceError
from node.services.operators import OperatorError
from node.storage.keyfiles import KeyFileError
from protocol.errors import ProtocolError

EXPECTED = (
    CommandError,
    DomainError,
    KeyFileError,
    OperatorError,
    ProtocolError,
    ServiceError,
    UnreachableError,
)

app = typer.Typer(
    name="run_node.py",
    help="One company's node of a Tasuki consortium.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    # Its tracebacks print local values.
    pretty_exceptions_enable=False,
)
app.command()(init.init)
app.command()(check.check)
app.command()(doctor.doctor)
app.command()(log.log)
app.command()(report.report)
app.command()(serve.serve)
app.command(name="audit-export")(audit.audit_export)
app.command()(audit.audit)
app.add_typer(consortium.verbs, name="consortium")
app.add_typer(operators.verbs, name="operator")
app.add_typer(openings.verbs, name="openings")
app.command(name="import")(intake.import_file)
app.add_typer(letters.verbs, name="letters")
app.add_typer(db.verbs, name="db")
app.command()(demo.demo)


def main() -> int:
    """Do what the command line says; return 0, 1 for a refusal, 2 for wrong usage."""
    sys.excepthook = _log_uncaught
    configure("info")
    try:
        typer.main.get_command(app)()
    except SettingsError as error:
        for problem in error.problems:
            print(f"tasuki: {problem}", file=sys.stderr)
    except EXPECTED as error:
        print(f"tasuki: {error}", file=sys.stderr)
    return 1


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Write class and places of a failure; the words of foreign errors quote values."""
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger(__name__).critical("stopped by an error", exc_info=(kind, error, trace))
