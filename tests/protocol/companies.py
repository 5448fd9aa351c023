"""Invented companies with real keys, and the documents that they sign."""

from dataclasses import dataclass
from typing import Any

from crypto import canonical_json
from crypto.ed25519 import SigningKey
from crypto.encoding import b64url_encode
from crypto.hashing import sha256
from protocol.descriptor import DescribedKey, Descriptor, Purpose
from protocol.document import Signed, sign
from protocol.identifiers import KeyId, MemberId, key_id
from protocol.membership import Board, BoardKey, Consortium, LocalName, Member, Params
from protocol.value import Value

NOW = 1_790_000_000
DAY_S = 86_400
PURPOSES: tuple[Purpose, ...] = ("http", "document", "log", "witness")


@dataclass(frozen=True, slots=True)
class Company:
    """One member; its keys follow from its name."""

    name: str
    number: int

    @property
    def id(self) -> MemberId:
        return MemberId(sha256(self.name.encode()).hex()[:32])

    def key(self, purpose: str) -> SigningKey:
        return SigningKey(sha256(f"{self.name} {purpose}".encode()))

    def public(self, purpose: str) -> str:
        return b64url_encode(self.key(purpose).public.raw)

    def key_id(self, purpose: str) -> KeyId:
        return key_id(purpose, self.key(purpose).public.raw)

    def signer(self, purpose: str) -> tuple[KeyId, SigningKey]:
        return self.key_id(purpose), self.key(purpose)

    @property
    def member(self) -> Member:
        return Member(
            id=self.id,
            name=LocalName(ja="株式会社" + self.name, en=self.name),
            corporate_number=f"{self.number:013}",
            address="東京都千代田区",
            representative="架空 太郎",
            country="JP",
            url=f"https://{self.name}.example.jp",
            org_key=self.public("org"),
            status="active",
            since="2026-04-01",
        )

    def descriptor(self, cs: str) -> Descriptor:
        return Descriptor(
            v=1,
            cs=cs,
            member=self.id,
            number=1,
            issued=NOW,
            expires=NOW + 30 * DAY_S,
            host=self.member.host,
            legal_mode="sandbox",
            listed=tuple(
                DescribedKey(
                    purpose=purpose,
                    alg="ed25519",
                    key=self.public(purpose),
                    start=NOW,
                    until=NOW + 60 * DAY_S,
                )
                for purpose in PURPOSES
            ),
        )

    def signed(self, purpose: str, document: bytes) -> Signed:
        return sign(document, [self.signer(purpose)])


ALPHA = Company("alpha", 1)
BETA = Company("beta", 2)
GAMMA = Company("gamma", 3)
FOUNDERS = (ALPHA, BETA, GAMMA)


def founding(*, threshold: int = 2) -> Consortium:
    """Return version 1 of the consortium of the three, each with one board key."""
    return Consortium(
        v=1,
        consortium="架空リレー",
        version=1,
        issued=NOW,
        expires=NOW + 30 * DAY_S,
        board=Board(
            keys=tuple(
                BoardKey(holder=company.id, key=company.public("board")) for company in FOUNDERS
            ),
            threshold=threshold,
        ),
        min_protocol=1,
        witnesses=(),
        witness_quorum=2,
        params=Params.default(len(FOUNDERS)),
        members=tuple(company.member for company in FOUNDERS),
    )


def edited(value: Value, **changes: Any) -> bytes:
    """Return the canonical bytes of *value* with some fields changed; None removes one."""
    plain = {**value.to_json(), **changes}
    return canonical_json.dumps({name: field for name, field in plain.items() if field is not None})
