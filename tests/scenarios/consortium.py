"""Three companies in one process: real services and apps, no sockets, a clock that stands."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.test import Client

from config.settings import Settings
from crypto.ed25519 import SigningKey
from node.assembly import ticker
from node.assembly.apps import peer_app
from node.assembly.node import Node, assemble
from node.assembly.own import Outside
from node.cli.ceremony import company
from node.clock import StandingClock
from node.services import ceremony
from node.services.membership import Standing
from node.storage.database import open_database
from node.storage.keyfiles import NodeKeys
from node.storage.marker import Marker
from node.transport import UnreachableError
from protocol.admission import open_request
from protocol.http_signature import Request, Response
from protocol.identifiers import MemberId
from protocol.membership import Params, fingerprint
from tests.node.reading import HereReader
from tests.sqlite import lay_schema

NAMES = ("alpha", "beta", "gamma")
NUMBERS = {"alpha": "8000000000001", "beta": "7000000000002", "gamma": "6000000000003"}
PARAMETERS = {
    "k_anon": "2",
    "count_level": "E1",
    "reveal_level": "E0",
    "issuer_cap": "10",
    "undo_s": "0",
    "count_hold_s": "0",
    "batch_min": "1",
}


Carry = Callable[[Request], Response]


@dataclass(slots=True)
class Wire:
    """The second transport: calls the peers' WSGI apps in this process.

    *through* stands between: it may lose, double, change or keep back what is carried.
    """

    apps: dict[str, Flask] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    sent: list[bytes] = field(default_factory=list)
    through: Callable[[Request, Carry], Response] | None = None

    def send(self, request: Request, *, timeout: float) -> Response:
        del timeout
        return self.carry(request) if self.through is None else self.through(request, self.carry)

    def carry(self, request: Request) -> Response:
        parts = urlsplit(request.target_uri)
        if parts.netloc in self.cut or parts.netloc not in self.apps:
            raise UnreachableError("cut off")
        self.sent.append(f"{request.target_uri} {request.headers}".encode() + request.body)
        answer = Client(self.apps[parts.netloc]).open(
            parts.path,
            base_url=f"{parts.scheme}://{parts.netloc}",
            method=request.method,
            headers=dict(request.headers),
            data=request.body or None,
        )
        headers = {name.lower(): value for name, value in answer.headers.items()}
        self.sent.append(str(headers).encode() + answer.data)
        return Response(answer.status_code, headers, answer.data)


@dataclass(slots=True)
class Mailbox:
    """Takes every letter."""

    letters: list[EmailMessage] = field(default_factory=list)

    def send(self, message: EmailMessage) -> None:
        self.letters.append(message)


@dataclass(slots=True)
class Member:
    """One company of the consortium, ready to act."""

    name: str
    node: Node
    mail: Mailbox

    @property
    def id(self) -> MemberId:
        return self.node.own.me


@dataclass(slots=True)
class Consortium:
    """All of them."""

    clock: StandingClock
    wire: Wire
    members: dict[str, Member]
    trust: str

    def __getitem__(self, name: str) -> Member:
        return self.members[name]

    def tick(self, times: int = 1, *, seconds: int = 1) -> None:
        """Let every ticker and every poll run, and the clock go on."""
        for _ in range(times):
            for member in self.members.values():
                for job in ticker.jobs(member.node, _ended):
                    job.run()
            self.clock.advance(timedelta(seconds=seconds))


def _ended() -> None:
    pytest.fail("a node ended itself")


def settings(folder: Path, name: str, database: str | None = None) -> Settings:
    return Settings.model_validate(
        {
            "database": {} if database is None else {"url": database},
            "node": {
                "data_folder": folder / name / "data",
                "marker_file": folder / name / "marker",
                "public_url": f"https://{name}.example.jp",
                "portal_url": f"https://portal.{name}.example.jp",
                "legal_mode": "sandbox",
            },
            "company": {
                "name_ja": f"架空{name}株式会社",
                "name_en": f"{name.capitalize()}, Inc.",
                "corporate_number": NUMBERS[name],
                "address": "東京都千代田区架空町1-2-3",
                "representative": "代表取締役 架空 一郎",
                "desk_name": "個人情報担当",
                "desk_phone": "03-0000-0000",
                "desk_hours": "平日9:00〜17:00",
            },
            "mail": {
                "smtp_host": "127.0.0.1",
                "sender": f"saiyo@{name}.example.jp",
                "template": "relay",
                "pace": 60_000,
            },
            "letters": {"hold": "none"},
        }
    )


def _as_they_are(configured: Settings) -> Settings:
    return configured


@contextmanager
def founded(
    folder: Path,
    names: Sequence[str] = NAMES,
    parameters: dict[str, str] | None = None,
    databases: Mapping[str, str] | None = None,
    change: Callable[[Settings], Settings] = _as_they_are,
) -> Iterator[Consortium]:
    """Give a consortium of *names* that has adopted version 1 and knows its descriptors.

    *databases* are the addresses of those that shall not be a file of SQLite, *change* is
    done to the settings of each.
    """
    clock, wire = StandingClock(), Wire()
    own = {name: change(settings(folder, name, (databases or {}).get(name))) for name in names}
    orgs = {name: SigningKey.generate() for name in names}
    boards = {name: SigningKey.generate() for name in names}
    requests = {
        name: open_request(
            ceremony.founder_request(
                company(own[name]), orgs[name], boards[name], now=clock.now()
            ).encode()
        )
        for name in names
    }
    params: Params = ceremony.parameters(len(names), PARAMETERS | (parameters or {}))
    draft = ceremony.draft_first(
        "test",
        list(requests.values()),
        params,
        lifetime=timedelta(days=90),
        now=clock.now(),
    )
    payload = draft.canonical()
    for name in names:
        payload = ceremony.sign_draft(payload, boards[name]).encode()
    trust = fingerprint(draft)
    with ExitStack() as stack:
        members = {}
        for name in names:
            members[name] = _member(
                stack, own[name], MemberId(requests[name].member.id), clock, wire, name
            )
            node = members[name].node
            node.network.membership.found(
                [payload],
                trust,
                requests[name].member,
                org=orgs[name],
                keys=node.own.keys,
                standing=Standing("sandbox", None),
            )
            wire.apps[f"{name}.example.jp"] = peer_app(node)
        yield Consortium(clock, wire, members, trust)


def _member(
    stack: ExitStack, own: Settings, me: MemberId, clock: StandingClock, wire: Wire, name: str
) -> Member:
    own.node.data_folder.mkdir(parents=True)
    Marker(own.node.marker_file).write(0)
    db = open_database(own.database_url)
    lay_schema(db)
    db.close()
    mail = Mailbox()
    node = stack.enter_context(
        assemble(own, NodeKeys.generate(), me, Outside(clock, wire, mail, reader=HereReader()))
    )
    return Member(name, node, mail)
