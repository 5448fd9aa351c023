"""What doctor looks at of mail: the way out, one mail to the operator, and how it arrived."""

import re
import smtplib
import time
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from config.errors import SettingsError
from config.settings import Settings
from node.assembly.mailing import mail_way, returned_mail
from node.cli.errors import CommandError
from node.clock import SystemClock
from node.connectors.mail.outgoing import OutgoingMail, OutgoingMailError, TemporaryMailError
from node.connectors.mail.returned import ReturnedMail
from node.connectors.mail.smtp import SmtpMail
from node.domain.authentication_results import MAX_HEADERS, METHODS, Method, read_results
from node.i18n import LANGUAGES, message, translate
from protocol.identifiers import new_id

MailTo = Annotated[str | None, typer.Option(help="Send one mail to this address of yours.")]
Received = Annotated[
    Path | None,
    typer.Option(help="A file with the header of that mail as it arrived; - reads it from here."),
]

_LOOKS: Final = 15  # for the mail in a mailbox that the node reads
_PAUSE_S: Final = 2
_ADDRESS: Final = re.compile(r"[!-;=?-~]{1,64}@[A-Za-z0-9.-]{1,253}", re.ASCII)
_SUBJECT: Final = message("Check of the mails of Tasuki")
_TEXT: Final = message(
    "Show the source of this mail in your mail program, save its header to a file and run: "
    "run_node.py doctor --received FILE"
)
_MENDS: Final[dict[Method, str]] = {
    "spf": "have the sender's domain name the mail server in its SPF record",
    "dkim": "turn on DKIM for the sender's domain at the mail server",
    "dmarc": "align SPF or DKIM with the domain of mail.sender",
}


def check_mail(configured: Settings, mail_to: str | None) -> tuple[list[str], list[str]]:
    """Return why no letter could be sent, and what became of the mail to *mail_to*.

    Where the node reads that mailbox itself, it looks how the mail arrived.

    Raises:
        CommandError: *mail_to* is no mail address.
    """
    if mail_to is not None and _ADDRESS.fullmatch(mail_to) is None:
        raise CommandError("--mail-to: write one mail address")
    clock = SystemClock()
    try:
        way = mail_way(configured, clock)
        returned = returned_mail(configured, clock)
    except SettingsError as error:
        return list(error.problems), []
    advice = []
    if returned is None:
        advice.append("mail that returns is not read: set mail.returned, see docs/letters.md")
    faults = _way_faults(way)
    if mail_to is None or faults:
        return faults, advice
    mail = _mail(configured.mail.sender, mail_to, clock)
    try:
        way.send(mail)
    except OutgoingMailError as error:
        return [f"mail to you: {error}"], advice
    arrived = None
    if returned is not None and mail_to.casefold() in _read_addresses(configured):
        arrived = _arrived(returned, str(mail["Message-ID"]))
    if arrived is None:
        return [], [*advice, "a mail went to you: run doctor --received with its header"]
    faults, said = _shown(arrived.decode("utf-8", "replace"))
    return faults, [*advice, "a mail went to you and arrived", *said]


def _read_addresses(configured: Settings) -> set[str]:
    """Return the addresses whose mailbox the node reads."""
    mail, returned = configured.mail, configured.mail.returned
    found = {returned.address, returned.user}
    if returned.way == "imap" and returned.user is None:
        found.add(mail.login)
    return {address.casefold() for address in found if address is not None}


def _arrived(mailbox: ReturnedMail, message_id: str) -> bytes | None:
    """Wait for a mail in a mailbox that the node reads; None where it does not come."""
    for _ in range(_LOOKS):
        try:
            found = mailbox.arrived(message_id)
        except TemporaryMailError:
            return None
        if found is not None:
            return found
        time.sleep(_PAUSE_S)
    return None


def check_received(path: Path) -> tuple[list[str], list[str]]:
    """Return what failed, and what held, of SPF, DKIM and DMARC in the header at *path*.

    Raises:
        CommandError: it cannot be read.
    """
    try:
        text = typer.get_text_stream("stdin").read(MAX_HEADERS) if str(path) == "-" else _text(path)
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"the header cannot be read ({type(error).__name__})") from error
    return _shown(text)


def _shown(text: str) -> tuple[list[str], list[str]]:
    found = read_results(text)
    if found is None:
        return ["the header has no Authentication-Results: take it from the mailbox it went to"], []
    server = f" at {found.server}" if found.server else ""
    faults, advice = [], []
    for method in METHODS:
        line = f"{method.upper()}: {found.of(method)}{server}"
        if found.of(method) == "pass":
            advice.append(line)
        else:
            faults.append(f"{line}: {_MENDS[method]}")
    return faults, advice


def _text(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.read(MAX_HEADERS)


def _way_faults(way: OutgoingMail) -> list[str]:
    if not isinstance(way, SmtpMail):
        return []
    try:
        with way.connected() as server:
            server.noop()
    except OutgoingMailError as error:
        return [f"mail: {error}"]
    except (OSError, smtplib.SMTPException) as error:
        return [f"mail: the mail server does not answer ({type(error).__name__})"]
    return []


def _mail(sender: str, to: str, clock: SystemClock) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = " / ".join(translate(_SUBJECT, language) for language in LANGUAGES)
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = f"<{new_id()}@{sender.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    text = "\n\n".join(translate(_TEXT, language) for language in LANGUAGES)
    mail.set_content(text + "\n", charset="utf-8", cte="base64")
    return mail
