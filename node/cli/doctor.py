"""The verb that checks a node and its surroundings: keys, members, clock and mail."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from config.settings import Settings, load_settings
from node.cli.ceremony import database
from node.cli.check import check_files, report
from node.cli.keys import node_keys, own_request, request_file
from node.cli.mail_check import MailTo, Received, check_mail, check_received
from node.cli.options import DEFAULT_SETTINGS, AsJson, PassphraseFile, SettingsFile
from node.cli.passphrase import read_passphrase
from node.clock import SystemClock, seconds
from node.storage.database import Database
from node.storage.keyfiles import KeyFileError
from node.storage.members import Members
from node.transport import HttpTransport, Transport, UnreachableError
from protocol.http_signature import Request
from protocol.membership import Consortium, Member

WELL_KNOWN = "/.well-known/tasuki-node"
_TIMEOUT_S = 5.0
_SKEW = timedelta(seconds=30)
_SOON = timedelta(days=14)


def doctor(
    settings: SettingsFile = DEFAULT_SETTINGS,
    passphrase_file: PassphraseFile = None,
    mail_to: MailTo = None,
    received: Received = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Check files, keys, members, clock and mail; exit 1 where something must be done.

    --mail-to sends one mail to you; --received shows SPF, DKIM and DMARC as it arrived.
    """
    configured = load_settings(settings)
    faults, advice = check_files(configured)
    faults += check_keys(configured, read_passphrase(passphrase_file))
    found, said = check_mail(configured, mail_to)
    faults, advice = faults + found, advice + said
    if received is not None:
        found, said = check_received(received)
        faults, advice = faults + found, advice + said
    if not faults or request_file(configured).is_file():
        with database(configured) as db:
            found, said = _check_consortium(configured, db)
        faults, advice = faults + found, advice + said
    report(faults, advice, as_json=as_json)


def check_keys(configured: Settings, passphrase: str | None) -> list[str]:
    """Return why the keys do not open."""
    if passphrase is None:
        return ["the keys were not tried: give --passphrase-file"]
    try:
        node_keys(configured, passphrase)
    except KeyFileError as error:
        return [str(error)]
    return []


def check_members(transport: Transport, others: tuple[Member, ...], now: datetime) -> list[str]:
    """Return which members do not answer, or have another time."""
    faults = []
    for member in others:
        request = Request("GET", member.url + WELL_KNOWN, {})
        try:
            answer = transport.send(request, timeout=_TIMEOUT_S)
        except UnreachableError as error:
            faults.append(f"member {member.id} cannot be reached ({error})")
            continue
        if answer.status != HTTPStatus.OK:
            faults.append(f"member {member.id} answers {answer.status}")
        elif _is_off(answer.headers.get("date"), now):
            faults.append(f"member {member.id} has another time: compare both clocks")
    return faults


def check_expiry(consortium: Consortium, now: datetime) -> tuple[list[str], list[str]]:
    """Return whether the membership is over (a fault) or soon will be (advice)."""
    if seconds(now) >= consortium.expires:
        return ["the membership has expired: disclosures stand still until the next version"], []
    if seconds(now + _SOON) >= consortium.expires:
        return [], ["the membership expires within 14 days: have the board sign the next version"]
    return [], []


def _check_consortium(configured: Settings, db: Database) -> tuple[list[str], list[str]]:
    me = own_request(configured).member.id
    now = SystemClock().now()
    with db.read() as tx:
        directory = Members().directory(tx)
    if not directory.versions:
        return ["no consortium was adopted yet"], []
    others = tuple(one for one in directory.current.active() if one.id != me)
    faults, advice = check_expiry(directory.current, now)
    transport = HttpTransport(configured.peers.allow_private)
    return faults + check_members(transport, others, now), advice


def _is_off(date: str | None, now: datetime) -> bool:
    """Tell whether a Date header (RFC 9110) is more than 30 s from *now*."""
    try:
        return date is not None and abs(parsedate_to_datetime(date) - now) > _SKEW
    except (TypeError, ValueError):
        return True
