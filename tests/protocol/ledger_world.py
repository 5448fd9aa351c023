"""Members with real logs and keys, and one owner's ledger being written, for the ledger's tests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from crypto import merkle
from crypto.canonical_json import Json
from crypto.ed25519 import SigningKey
from crypto.hashing import sha256
from protocol.body import Opening
from protocol.ledger import (
    Counted,
    Hold,
    LedgerBody,
    QuotedLeaf,
    Receipt,
    Release,
    Return,
    Spend,
    nullifier_commitment,
)
from protocol.ledger_context import LedgerContext, LogKey, Terms
from protocol.ledger_fold import VoidReason, fold
from protocol.ledger_state import LedgerState
from protocol.level import Level
from protocol.log import leaf as leaves
from protocol.log.checkpoint import Checkpoint, sign_checkpoint
from protocol.log.cosignature import cosign
from protocol.log.leaf import Leaf
from protocol.log.note import COSIGNATURE_V1, ED25519, Note, Verifier
from protocol.log.proof import InclusionProof
from protocol.membership import Params

NOW = 1_790_000_000
FIRST_DAY = "2026-09-21"


def hexes(number: int, length: int = 32) -> str:
    """Return a text of the form of an id or a hash; a world takes those of numbers from 1 on."""
    return sha256(str(number).encode()).hex()[:length]


@dataclass
class Company:
    """One member: its keys, its log, and the tree over it."""

    name: str
    entries: list[bytes] = field(default_factory=list)
    subtrees: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.id = sha256(self.name.encode()).hex()[:32]
        self.origin = f"{self.name}.example.jp/tasuki/v1/log/0001"
        self.witness_name = f"{self.name}.example.jp/tasuki/v1/witness"
        self.log_key = SigningKey(sha256(b"log " + self.name.encode()))
        self.witness_key = SigningKey(sha256(b"witness " + self.name.encode()))

    @property
    def log_verifier(self) -> Verifier:
        return Verifier(self.origin, ED25519, self.log_key.public.raw)

    @property
    def witness(self) -> Verifier:
        return Verifier(self.witness_name, COSIGNATURE_V1, self.witness_key.public.raw)

    def read(self, level: int, index: int) -> bytes:
        return self.subtrees[level, index]

    def append(self, leaf: Leaf) -> int:
        index, entry = len(self.entries), leaf.canonical()
        self.entries.append(entry)
        for level, place, digest in merkle.completed(index, merkle.leaf_hash(entry), self.read):
            self.subtrees[level, place] = digest
        return index

    def head(self, *witnesses: "Company") -> Note:
        size = len(self.entries)
        checkpoint = Checkpoint(self.origin, size, merkle.root(size, self.read))
        note = sign_checkpoint(checkpoint, self.log_key)
        for witness in witnesses:
            note = note.with_signature(
                cosign(note.text, witness.witness_name, witness.witness_key, now=NOW)
            )
        return note

    def proof(self, index: int, note: Note) -> bytes:
        size = int(note.text.split("\n")[1])
        path = merkle.inclusion_proof(index, size, self.read)
        return InclusionProof(index, tuple(path), note.encode()).encode()


@dataclass
class World:
    """Companies under one version of the membership."""

    params: Params = field(default_factory=lambda: Params.default(3))
    companies: Mapping[str, Company] = field(
        default_factory=lambda: {
            name: Company(name) for name in ("alpha", "beta", "gamma", "delta")
        }
    )
    numbers: int = 0

    def next(self) -> int:
        self.numbers += 1
        return self.numbers

    def context(self, owner: str, **later: Params) -> LedgerContext:
        active = frozenset(company.id for company in self.companies.values())
        versions = {1: self.params} | {int(name[1:]): params for name, params in later.items()}
        return LedgerContext(
            owner=self.companies[owner].id,
            terms={version: Terms(params, active) for version, params in versions.items()},
            logs=tuple(LogKey(item.id, item.log_verifier) for item in self.companies.values()),
            witnesses=(self.companies[owner].witness,),
        )

    def issue(self, issuer: str, receipt: Receipt) -> tuple[int, Leaf, Opening]:
        opening = Opening.make(receipt.to_json(), {})
        leaf = leaves.ledger(hexes(self.next()), opening.commitment().hex(), FIRST_DAY, 1)
        return self.companies[issuer].append(leaf), leaf, opening

    def receipts(
        self, issuer: str, owner: str, how_many: int, *, level: Level = Level.E1
    ) -> list[Counted]:
        """Return the bodies of counts of so many different persons of *owner*'s."""
        made = []
        for _ in range(how_many):
            nullifier, salt = hexes(self.next(), 64), hexes(self.next(), 64)
            commitment = nullifier_commitment(bytes.fromhex(salt), bytes.fromhex(nullifier))
            receipt = Receipt(
                origin=self.companies[owner].id,
                nullifier_c=commitment.hex(),
                token_c=hexes(self.next(), 64),
                level=level,
                mode="sandbox",
            )
            made.append((nullifier, salt, *self.issue(issuer, receipt)))
        note = self.companies[issuer].head(self.companies[owner])
        return [
            Counted(
                nullifier=nullifier,
                salt=salt,
                receipt=self.quote(issuer, index, leaf, opening, note),
            )
            for nullifier, salt, index, leaf, opening in made
        ]

    def quote(
        self, issuer: str, index: int, leaf: Leaf, opening: Opening, note: Note
    ) -> QuotedLeaf:
        proof = self.companies[issuer].proof(index, note)
        return QuotedLeaf.of(leaf.canonical(), opening, proof)


@dataclass
class Book:
    """The ledger of one owner, folded as it is written."""

    world: World = field(default_factory=World)
    owner: str = "alpha"
    state: LedgerState = field(default_factory=LedgerState)
    day: str = FIRST_DAY
    mv: int = 1
    later: dict[str, Params] = field(default_factory=dict)

    def write(self, body: LedgerBody, leaf_id: str | None = None) -> VoidReason | None:
        """Fold a leaf with *body*; its id is then in :attr:`last`."""
        return self.write_evidence(body.to_json(), leaf_id)

    def write_evidence(self, ev: Json, leaf_id: str | None = None) -> VoidReason | None:
        """Fold a leaf with whatever a peer may have put into its evidence part."""
        self.last = leaf_id or hexes(self.world.next())
        leaf = leaves.ledger(self.last, hexes(self.world.next(), 64), self.day, self.mv)
        context = self.world.context(self.owner, **self.later)
        self.state, reason = fold(self.state, leaf, ev, context)
        return reason

    def count(self, how_many: int = 1, issuer: str = "beta") -> None:
        """Have so many persons counted by receipts of *issuer*."""
        for body in self.world.receipts(issuer, self.owner, how_many):
            assert self.write(body) is None

    def earn(self, how_many: int) -> None:
        """Earn so many credits."""
        for _ in range(how_many):
            self.count(5, "beta")
            self.count(5, "gamma")

    def pass_days(self, days: int) -> None:
        self.day = (date.fromisoformat(self.day) + timedelta(days=days)).isoformat()

    def hold(self, days: int = 14) -> VoidReason | None:
        until = (date.fromisoformat(self.day) + timedelta(days=days)).isoformat()
        return self.write(Hold(bind=hexes(self.world.next(), 64), until=until))

    def spend(self, hold: str) -> VoidReason | None:
        return self.write(Spend(hold=hold))

    def release(self, hold: str) -> VoidReason | None:
        return self.write(Release(hold=hold))

    def give_back(self, spend: str) -> VoidReason | None:
        return self.write(Return(spend=spend))

    def reveal(self) -> str:
        """Hold and spend, and return the id of the spend."""
        assert self.hold() is None
        assert self.spend(self.last) is None
        return self.last

    @property
    def credits(self) -> int:
        return self.state.balance(self.day).living
