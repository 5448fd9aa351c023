"""Three invented companies on their way to a consortium, each with its keys and database."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from crypto.ed25519 import SigningKey
from node.clock import StandingClock
from node.services.admissions import Admissions
from node.services.ceremony import Company, draft_first, founder_request, parameters, sign_draft
from node.services.log import Log
from node.services.membership import Membership, Standing
from node.storage.database import open_database
from node.storage.keyfiles import NodeKeys
from node.storage.marker import Marker
from node.storage.members import Members
from node.storage.vault import Vault
from protocol.admission import AdmissionRequest, open_request
from protocol.identifiers import MemberId, Origin
from protocol.membership import Consortium
from tests.sqlite import lay_schema

LIFETIME = timedelta(days=30)
SANDBOX = Standing("sandbox", None)


def company(name: str, number: int) -> Company:
    return Company(
        name_ja=f"架空{name}株式会社",
        name_en=f"{name}, Inc.",
        corporate_number=f"{number:013}",
        group=None,
        address="東京都千代田区架空町1-2",
        representative="代表取締役 架空 一郎",
        country="JP",
        url=f"https://{name}.example.jp",
    )


@dataclass(frozen=True, slots=True)
class Founder:
    """One company; its entry is what its own request says."""

    name: str
    clock: StandingClock
    keys: NodeKeys
    org: SigningKey
    board: SigningKey
    payload: bytes

    @classmethod
    def of(cls, name: str, number: int, clock: StandingClock) -> "Founder":
        org, board = SigningKey.generate(), SigningKey.generate()
        signed = founder_request(company(name, number), org, board, now=clock.now())
        return cls(name, clock, NodeKeys.generate(), org, board, signed.encode())

    @property
    def request(self) -> AdmissionRequest:
        return open_request(self.payload)

    def membership(self, folder: Path) -> Membership:
        db = open_database(f"sqlite:///{folder / self.name}.sqlite3")
        lay_schema(db)
        log = Log(
            db=db,
            vault=Vault(self.keys.vault, self.keys.blind_index),
            clock=self.clock,
            members=Members(),
            me=MemberId(self.request.member.id),
            origin=Origin(f"{self.name}.example.jp/tasuki/v1/log/0001"),
            key=self.keys.log,
            marker=Marker(folder / f"{self.name}.marker"),
        )
        return Membership(db, log, self.clock)

    def admissions(self, membership: Membership, folder: Path) -> Admissions:
        return Admissions(
            membership.db, membership.log.members, self.clock, folder / f"{self.name}-waiting"
        )

    def found(self, membership: Membership, payloads: list[bytes], trust: str) -> Consortium:
        return membership.found(
            payloads, trust, self.request.member, org=self.org, keys=self.keys, standing=SANDBOX
        )


def draft(founders: list[Founder], clock: StandingClock) -> Consortium:
    return draft_first(
        "架空リレー",
        [founder.request for founder in founders],
        parameters(len(founders), {}),
        lifetime=LIFETIME,
        now=clock.now(),
    )


def signed_by(payload: bytes, founders: list[Founder]) -> bytes:
    for founder in founders:
        payload = sign_draft(payload, founder.board).encode()
    return payload
