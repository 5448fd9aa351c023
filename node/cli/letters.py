"""The verbs on the letters to people whom the company rejected."""

from typing import Annotated

import typer

from node.cli.assembled import assembled
from node.cli.options import DEFAULT_SETTINGS, AsJson, PassphraseFile, SettingsFile
from node.cli.output import Shown, show
from node.domain.letter_funnel import FunnelLine
from node.services.futures import Act
from node.services.letter_report import Silent
from node.services.letters import ListedLetter

verbs = typer.Typer(no_args_is_help=True, help="The letters to people whom the company rejected.")


@verbs.command(name="list")
def list_letters(
    passphrase_file: PassphraseFile = None,
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: AsJson = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Print how many letters wait, by job, and what became of the others."""
    with assembled(settings, passphrase_file) as node:
        queue = node.people.letters.summary()
        outbound = node.people.letters.outbound()
    found: dict[str, Shown] = {
        "waiting": queue.letters,
        "go_at": queue.goes_at.isoformat(),
        "with_offer": queue.with_offer,
        "jobs": [{"job": job, "letters": letters} for job, letters in queue.jobs],
        "without_offer": {str(why): letters for why, letters in queue.without_offer.items()},
        "excluded": {str(why): letters for why, letters in queue.excluded.items()},
        "invitable": queue.invitable,
        "restorable": queue.restorable,
        "states": {str(state): letters for state, letters in sorted(outbound.counts.items())},
        "failed": [_listed(letter) for letter in outbound.failed],
        "unknown": [_listed(letter) for letter in outbound.unknown],
    }
    show(found, as_json=as_json)


@verbs.command()
def confirm(
    count: Annotated[int, typer.Argument(min=0, help="The head-count that list printed.")],
    passphrase_file: PassphraseFile = None,
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: AsJson = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Let the waiting letters go after their hold; refused where the group is another by now."""
    with assembled(settings, passphrase_file) as node:
        show({"confirmed": node.people.letters.confirm(count)}, as_json=as_json)


@verbs.command()
def invite(
    count: Annotated[int, typer.Argument(min=0, help="The number of invitable people in list.")],
    passphrase_file: PassphraseFile = None,
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: AsJson = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Ask once, without a word of a result, the people who were told elsewhere."""
    with assembled(settings, passphrase_file) as node:
        show({"invited": node.people.letters.invite(count)}, as_json=as_json)


@verbs.command()
def cancel(
    passphrase_file: PassphraseFile = None,
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: AsJson = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Stop every letter that is not under way; for a day restore puts them back."""
    with assembled(settings, passphrase_file) as node:
        show({"cancelled": node.people.letters.cancel()}, as_json=as_json)


@verbs.command()
def restore(
    passphrase_file: PassphraseFile = None,
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: AsJson = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Put back what was stopped within a day; it waits for a confirmation again."""
    with assembled(settings, passphrase_file) as node:
        show({"restored": node.people.letters.restore()}, as_json=as_json)


@verbs.command()
def report(
    passphrase_file: PassphraseFile = None,
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: AsJson = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Print what each version of a letter came to, and whom nobody told in time."""
    with assembled(settings, passphrase_file) as node:
        lines, silent = node.people.letter_report.funnel(), node.people.letter_report.silent()
    found: dict[str, Shown] = {
        "versions": [_counted(line) for line in lines],
        "not_told": [_silent(one) for one in silent],
    }
    show(found, as_json=as_json)


@verbs.command()
def placements(
    passphrase_file: PassphraseFile = None,
    settings: SettingsFile = DEFAULT_SETTINGS,
    as_json: AsJson = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Print each choice of whom to recommend to other companies: an act of placement."""
    with assembled(settings, passphrase_file) as node:
        acts = node.people.futures.acts()
    show({"placements": [_act(act) for act in acts]}, as_json=as_json)


def _act(act: Act) -> dict[str, Shown]:
    return {
        "application": act.application_id,
        "operator": act.operator,
        "at": act.made_at.isoformat(),
        "said": act.future,
    }


def _counted(line: FunnelLine) -> dict[str, Shown]:
    version = line.version
    return {
        "template": version.template,
        "version": version.number,
        "language": version.language,
        "static_link": version.link,
        "sent": line.sent,
        "bounced": line.bounced,
        "opened": line.opened,
        "consented": line.consented,
        "declined": line.declined,
        "withdrew": line.withdrew,
        "never_again": line.stopped,
        "complained": line.complained,
    }


def _silent(one: Silent) -> dict[str, Shown]:
    return {
        "application": one.application_id,
        "job": one.job,
        "rejected_on": one.ended_on.isoformat(),
        "due_on": one.due_on.isoformat(),
        "letter": one.letter,
    }


def _listed(letter: ListedLetter) -> dict[str, Shown]:
    return {"letter": letter.id, "kind": letter.kind, "fault": letter.fault}
