"""The verbs on imports that were handed in before."""

from typing import Annotated

import typer

from node.cli.assembled import assembled
from node.cli.options import DEFAULT_SETTINGS, AsJson, PassphraseFile, SettingsFile
from node.cli.output import Shown, show
from node.i18n import from_seconds
from node.services.intake import Import

verbs = typer.Typer(no_args_is_help=True, help="The imports, and taking them back.")

Batch = Annotated[str, typer.Argument(help="The batch, as import or list printed it.")]


@verbs.command(name="list")
def list_imports(
    passphrase_file: PassphraseFile = None,
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: AsJson = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Print the latest imports, the newest first, and the files that folders kept back."""
    with assembled(settings, passphrase_file) as node:
        history = node.people.intake.history()
        refused = node.importing.watched.refused()
        unclear = node.importing.reviews.count()
    found: dict[str, Shown] = {
        "imports": [_listed(one) for one in history],
        "refused_files": [
            {"source": one.source, "file": one.name, "why": one.why.en} for one in refused
        ],
        "needs_review": unclear,
    }
    show(found, as_json=as_json)


@verbs.command()
def undo(
    batch: Batch,
    passphrase_file: PassphraseFile = None,
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: AsJson = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Put back what stood before an import; refused where a letter of it has left."""
    with assembled(settings, passphrase_file) as node:
        node.people.undo.undo(batch)
        show({"undone": batch}, as_json=as_json)


@verbs.command()
def discard(
    batch: Batch,
    passphrase_file: PassphraseFile = None,
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: AsJson = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Destroy a file that was handed in and not taken in."""
    with assembled(settings, passphrase_file) as node:
        node.people.intake.staging.discard(batch)
        show({"discarded": batch}, as_json=as_json)


def _listed(one: Import) -> dict[str, Shown]:
    return {
        "batch": one.id,
        "source": one.source,
        "state": one.state,
        "started": from_seconds(one.started).isoformat(),
        "rows": one.rows,
        "added": one.added,
        "updated": one.updated,
        "suppressed": one.suppressed,
        "errors": one.errors,
    }
