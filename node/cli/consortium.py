"""The verbs of the ceremony: draft, sign, adopt, join, admit, show."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from config.settings import load_settings
from node.cli.ceremony import admissions, company, database, membership
from node.cli.errors import CommandError
from node.cli.keys import node_keys, offline_key, own_request, request_file
from node.cli.options import (
    DEFAULT_DAYS,
    DEFAULT_SETTINGS,
    AsJson,
    Lifetime,
    OfflineFolder,
    PassphraseFile,
    SettingsFile,
    lifetime,
)
from node.cli.output import Shown, show
from node.cli.passphrase import need_passphrase
from node.clock import SystemClock
from node.services.admissions import Entrance
from node.services.ceremony import (
    draft_first,
    newcomer_request,
    parameters,
    read_draft,
    sign_draft,
)
from node.services.membership import Standing
from node.transport import HttpTransport
from protocol.admission import open_request
from protocol.document import Signed
from protocol.errors import MalformedError
from protocol.identifiers import MemberId
from protocol.membership import Consortium, Member, fingerprint

verbs = typer.Typer(no_args_is_help=True, help="Found a consortium, join one, follow its versions.")

DraftFile = Annotated[Path, typer.Argument(help="The consortium.json that is handed round.")]
Output = Annotated[Path, typer.Option("--output", "-o", help="Where the draft is written.")]
Fingerprint = Annotated[
    str | None,
    typer.Option("--trust", help="The fingerprint, learned from a person, for the first version."),
]


@verbs.command()
def draft(
    requests: Annotated[list[Path], typer.Argument(help="The request.json of each founder.")],
    name: Annotated[str, typer.Option("--name", help="The consortium's name.")],
    output: Output = Path("consortium.json"),
    param: Annotated[
        list[str] | None, typer.Option("--param", help="A parameter as name=value; repeat it.")
    ] = None,
    days: Lifetime = DEFAULT_DAYS,
) -> None:
    """Draft version 1 from the founders' requests."""
    founders = [open_request(_read(path)) for path in requests]
    consortium = draft_first(
        name,
        founders,
        parameters(len(founders), _changes(param or [])),
        lifetime=lifetime(days),
        now=SystemClock().now(),
    )
    _write(output, consortium.canonical())
    print(f"{output}: have each founder sign it, then adopt it at each node")
    print(f"fingerprint {consortium.digest().hex()}")


@verbs.command()
def sign(
    file: DraftFile,
    settings: SettingsFile = DEFAULT_SETTINGS,
    passphrase_file: PassphraseFile = None,
    offline: OfflineFolder = None,
) -> None:
    """Sign a draft with this company's board key, in place."""
    payload = _read(file)
    consortium = read_draft(payload)
    # The founders compare this by voice; a later version is known by its signatures.
    told = {"fingerprint": fingerprint(consortium)} if consortium.version == 1 else {}
    show({**told, **_summary(consortium)}, as_json=False)
    passphrase = need_passphrase(passphrase_file)
    board = offline_key(load_settings(settings), offline, "board", passphrase)
    signed = sign_draft(payload, board)
    _write(file, signed.encode())
    print(f"signed: {len(signed.sigs)} of at least {consortium.board.threshold}")


@verbs.command()
def adopt(
    files: Annotated[list[Path], typer.Argument(help="The signed versions, oldest first.")],
    trust: Fingerprint = None,
    settings: SettingsFile = DEFAULT_SETTINGS,
    passphrase_file: PassphraseFile = None,
    offline: OfflineFolder = None,
) -> None:
    """Take a signed version: the first with --trust, a later one by its signatures."""
    configured = load_settings(settings)
    passphrase = need_passphrase(passphrase_file)
    payloads = [_signed(path) for path in files]
    keys = node_keys(configured, passphrase)
    with database(configured) as db:
        use = membership(configured, db, keys)
        if trust is None:
            newest = [use.adopt(payload) for payload in payloads][-1]
        else:
            newest = use.found(
                payloads,
                trust,
                own_request(configured).member,
                org=offline_key(configured, offline, "org", passphrase),
                keys=keys,
                standing=Standing(configured.node.legal_mode, configured.node.licence),
            )
    print(f"adopted version {newest.version} of {newest.consortium}")


@verbs.command()
def join(
    url: Annotated[str, typer.Argument(help="The public address of a member's node.")],
    trust: Fingerprint = None,
    settings: SettingsFile = DEFAULT_SETTINGS,
    passphrase_file: PassphraseFile = None,
    offline: OfflineFolder = None,
) -> None:
    """Ask to be admitted; run again after the board has admitted this company."""
    configured = load_settings(settings)
    entrance = Entrance(HttpTransport(configured.peers.allow_private), url.rstrip("/"))
    payloads, cs = entrance.versions()
    print(f"fingerprint {cs}")
    if (trust or _typed()) != cs:
        raise CommandError("the fingerprint is not that one; nothing was sent")
    passphrase = need_passphrase(passphrase_file)
    org = offline_key(configured, offline, "org", passphrase)
    path = request_file(configured)
    if not path.is_file():
        request = newcomer_request(company(configured), org, cs, now=SystemClock().now())
        _write(path, request.encode())
    own = own_request(configured).member
    if not read_draft(payloads[-1]).is_member(MemberId(own.id)):
        entrance.post(path.read_bytes())
        print(f"the request {own.id} waits for the board; run join again once it is admitted")
        return
    keys = node_keys(configured, passphrase)
    with database(configured) as db:
        adopted = membership(configured, db, keys).found(
            payloads,
            cs,
            own,
            org=org,
            keys=keys,
            standing=Standing(configured.node.legal_mode, configured.node.licence),
        )
    print(f"joined {adopted.consortium} at version {adopted.version}")


@verbs.command()
def admit(
    member_id: Annotated[str, typer.Argument(help="The id of the request that waits.")],
    output: Output = Path("consortium.json"),
    settings: SettingsFile = DEFAULT_SETTINGS,
    days: Lifetime = DEFAULT_DAYS,
) -> None:
    """Draft the next version with a newcomer, for the board to sign."""
    configured = load_settings(settings)
    with database(configured) as db:
        consortium = admissions(configured, db).draft_admission(member_id, lifetime=lifetime(days))
    _write(output, consortium.canonical())
    print(f"{output}: have the board sign it, then adopt it at each node")


@verbs.command(name="show")
def show_consortium(settings: SettingsFile = DEFAULT_SETTINGS, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag of the command line
    """Print the newest version, its fingerprint and the requests that wait."""
    configured = load_settings(settings)
    with database(configured) as db:
        use = admissions(configured, db)
        consortium, cs = use.current()
        waiting: list[Shown] = [_member(one.member) for one in use.requests()]
    show({"fingerprint": cs, **_summary(consortium), "waiting": waiting}, as_json=as_json)


def _summary(consortium: Consortium) -> dict[str, Shown]:
    """Return what a board member must see before signing."""
    names = {member.id: member.name.ja for member in consortium.members}
    members: list[Shown] = [
        {**_member(member), "status": member.status} for member in consortium.members
    ]
    return {
        "consortium": consortium.consortium,
        "version": consortium.version,
        "sha256": consortium.digest().hex(),
        "issued": _moment(consortium.issued),
        "expires": _moment(consortium.expires),
        "threshold": consortium.board.threshold,
        "board": [names.get(key.holder, key.holder) for key in consortium.board.keys],
        "witness_quorum": consortium.witness_quorum,
        "params": consortium.params.to_json(),
        "members": members,
    }


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


def _member(member: Member) -> dict[str, Shown]:
    return {
        "id": member.id,
        "name": member.name.ja,
        "corporate_number": member.corporate_number,
        "url": member.url,
    }


def _typed() -> str:
    """Return the fingerprint that the operator was told by a person."""
    print("Type or paste the fingerprint that a member told you in person, not this one.")
    typed: str = typer.prompt("Fingerprint")
    return typed.strip().lower()


def _changes(texts: list[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts]
    if any(not separator for _, separator, _ in pairs):
        raise CommandError("write a parameter as name=value")
    return {name: value for name, _, value in pairs}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"cannot read {path}") from error


def _signed(path: Path) -> bytes:
    payload = _read(path)
    try:
        Signed.parse(payload)
    except MalformedError:
        raise CommandError(f"{path} is no signed version: have the board sign it first") from None
    return payload


def _write(path: Path, payload: bytes) -> None:
    """Replace *path* as a whole, so that a crash leaves the old or the new one."""
    fresh = path.with_name(path.name + ".new")
    try:
        fresh.write_bytes(payload)
        fresh.replace(path)
    except OSError as error:
        raise CommandError(f"cannot write {path}") from error
