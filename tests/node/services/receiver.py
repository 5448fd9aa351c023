"""Gamma's node as a receiver, with real services, and alpha's log as gamma mirrors it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crypto import hpke
from crypto.hashing import sha256
from node.clock import StandingClock, seconds
from node.domain.opening import OpeningDraft
from node.domain.requirement import Requirement
from node.services.holds import Holds
from node.services.introductions import Introductions
from node.services.ledger import Ledger
from node.services.log import Log
from node.services.matches import Matches
from node.services.openings import Openings
from node.services.outbox import Outbox
from node.services.proposals import Proposals
from node.services.search import Search
from node.storage import bodies, envelopes, members, peers, proposals, trees
from node.storage.database import Database, Tx
from node.storage.marker import Marker
from node.storage.members import Members
from node.storage.tables.opening import Proposal
from node.storage.tables.peer_token import PeerToken
from node.storage.vault import Vault
from protocol.body import Opening
from protocol.disclosure import Accept, AcceptStatement, end_of_acceptance, payload_commitment
from protocol.document import Signed, sign
from protocol.envelope import At, Envelope
from protocol.fields import IdentityField
from protocol.identifiers import EnvelopeId, TokenId, new_id
from protocol.identity import Identity
from protocol.ledger_state import Balance
from protocol.level import Level
from protocol.log import leaf as leaves
from protocol.log.leaf import Leaf
from protocol.match_life import State
from protocol.membership import fingerprint
from protocol.messages import Message
from protocol.messages.disclosure import DisclosureAccept, DisclosureDecline, OpenedLeaf
from protocol.messages.reveal import RevealFetch, RevealGive, RevealRefuse
from protocol.reveal import reveal_info
from protocol.status import Status
from protocol.taxonomy import Region, Years
from protocol.terms import Employer, Terms
from protocol.token import (
    TokenValues,
)
from tests.node.services.person_of_alpha import DAY, Person, count
from tests.protocol.agreed_person import TERMS
from tests.protocol.companies import ALPHA, DAY_S, FOUNDERS, GAMMA, NOW, Company, founding

VALUES = TokenValues(region=Region.CHUBU, occupation="sales", years=Years.UP_TO_9)
PERSON = Identity(name="架空 花子", mails=("hanako@example.jp",))
ACCEPTED = (IdentityField.MAILS, IdentityField.NAME)
OWN_TERMS = TERMS.model_copy(
    update={
        "employer": Employer(corporate_number=GAMMA.member.corporate_number, name="株式会社gamma")
    }
)


def draft(requirement: Requirement | None = None, terms: Terms = OWN_TERMS) -> OpeningDraft:
    return OpeningDraft(
        title="営業",
        requirement=requirement or Requirement(occupations=frozenset({"sales"})),
        terms=terms,
        purpose="採用選考のため",
        retention_days=180,
    )


@dataclass
class Receiver:
    """Gamma's services over one database; alpha and beta exist as keys and leaves."""

    folder: Path
    db: Database
    clock: StandingClock = field(
        default_factory=lambda: StandingClock(datetime.fromtimestamp(NOW, UTC))
    )

    def __post_init__(self) -> None:
        self.members = Members()
        self.vault = Vault(sha256(b"master"), sha256(b"index"))
        origin = GAMMA.descriptor("0" * 64).origin
        self.log = Log(
            db=self.db,
            vault=self.vault,
            clock=self.clock,
            members=self.members,
            me=GAMMA.id,
            origin=origin,
            key=GAMMA.key("log"),
            marker=Marker(self.folder / "marker"),
        )
        key_id, key = GAMMA.signer("document")
        self.outbox = Outbox(self.clock, self.members, GAMMA.id, self.log, key_id, key)
        self.ledger = Ledger(self.db, self.members, GAMMA.id, self.log)
        self.holds = Holds(self.log, self.ledger)
        self.search = Search(self.db, self.clock, self.members, GAMMA.id)
        self.openings = Openings(self.db, self.clock, self.members, GAMMA.id)
        self.proposals = Proposals(
            self.db, self.clock, self.members, GAMMA.id, self.search, self.holds, self.outbox
        )
        self.matches = Matches(
            self.db,
            self.clock,
            self.vault,
            self.members,
            GAMMA.id,
            origin,
            self.holds,
            self.outbox,
        )
        self.introductions = Introductions(
            self.db, self.clock, self.vault, self.members, self.outbox
        )
        self.alpha = ALPHA.descriptor("0" * 64).origin
        self.given: dict[str, tuple[int, Leaf, Opening]] = {}  # consents by token

    def found(self, **params: object) -> None:
        """Adopt a consortium in which one count is one credit."""
        first = founding()
        rules = {"relay_ratio": 1, "open_proposals_per_credit": 2, **params}
        consortium = first.model_copy(update={"params": first.params.model_copy(update=rules)})
        boards = [company.signer("board") for company in FOUNDERS]
        with self.db.begin() as tx:
            members.put_version(tx, consortium, sign(consortium.canonical(), boards).encode())
            for company in FOUNDERS:
                described = company.descriptor(fingerprint(consortium))
                signed = company.signed("org", described.canonical())
                members.put_descriptor(tx, described, signed.encode())
            self.log.begin(tx)
            trees.start(tx, self.alpha, ALPHA.id)

    @property
    def cs(self) -> str:
        with self.db.read() as tx:
            return self.members.directory(tx).cs

    @property
    def now(self) -> int:
        return seconds(self.clock.now())

    def pass_time(self, **by: int) -> None:
        self.clock.advance(timedelta(**by))

    def earn(self, credits_: int = 1) -> None:
        """Have so many people counted by receipts in beta's log."""
        for _ in range(credits_):
            with self.db.begin() as tx:
                self.ledger.append(tx, count())

    @property
    def balance(self) -> Balance:
        with self.db.read() as tx:
            return self.ledger.balance(tx, GAMMA.id)[1]

    @property
    def size(self) -> int:
        with self.db.read() as tx:
            return self.log.size(tx)

    def mirror(self, leaf: Leaf) -> int:
        """Append a leaf to the mirror of alpha's log; return its index."""
        with self.db.begin() as tx:
            return trees.append(tx, self.alpha, [leaf.canonical()])

    def entry(self, evidence: dict[str, Any], day: str = DAY) -> tuple[int, Leaf, Opening]:
        opening = Opening.make(evidence, {})
        leaf = leaves.entry(new_id(), opening.commitment().hex(), day, 1)
        return self.mirror(leaf), leaf, opening

    def person(
        self,
        values: TokenValues = VALUES,
        *,
        level: Level = Level.E1,
        not_after: int = NOW + 90 * DAY_S,
    ) -> Person:
        """Have a person of alpha's consent, and her token delivered to gamma."""
        person = Person.new()
        given = self.entry(person.consent(self.cs, values).to_json())
        evidence = person.evidence(given[1].id, values, level, not_after)
        opening = Opening.make(evidence.to_json(), values.to_json())
        leaf = leaves.publish(new_id(), opening.commitment().hex(), DAY, 1)
        index = self.mirror(leaf)
        with self.db.begin() as tx:
            bodies.put(tx, leaf.id, ALPHA.id, opening)
            tx.add(
                PeerToken.new(
                    id=leaf.id,
                    member=ALPHA.id,
                    idx=index,
                    level=level,
                    mode="sandbox",
                    not_after=not_after,
                    taken_at=self.now,
                    values=values.canonical(),
                )
            )
        self.lease()
        self.given[leaf.id] = given
        person.token_id = TokenId(leaf.id)
        return person

    def lease(self, *, of: Company = ALPHA, ahead: int = 0, root: str | None = None) -> None:
        """Keep a status of a peer's about its log as mirrored, or *ahead* of the mirror."""
        origin = of.descriptor("0" * 64).origin
        with self.db.begin() as tx:
            size = trees.size(tx, origin)
            status = Status(
                v=1,
                origin=origin,
                size=size + ahead,
                root=root or trees.root(tx, origin, size).hex(),
                issued=self.now,
                valid_until=self.now + 3600,
            )
            signed = of.signed("document", status.canonical())
            peers.set_lease(tx, of.id, signed.encode(), size=status.size, until=status.valid_until)

    def withdraw(self, person: Person) -> None:
        self.mirror(leaves.withdraw(new_id(), [person.token_id], DAY, 1))

    def opening(self) -> str:
        return self.openings.add([draft()])[0]

    def propose(self, person: Person, *, days: int = 7) -> EnvelopeId:
        return self.proposals.propose(
            self.opening(), ALPHA.id, person.token_id, not_after=self.now + days * DAY_S
        )

    def row(self, proposal_id: str) -> Proposal:
        with self.db.read() as tx:
            row = proposals.get(tx, proposal_id)
        assert row is not None
        return row

    def state(self, proposal_id: str) -> State:
        return State(self.row(proposal_id).state)

    def statement(self, person: Person, proposal_id: str, **edits: object) -> AcceptStatement:
        row = self.row(proposal_id)
        statement = AcceptStatement(
            level=Level.E1,
            cs=self.cs,
            origin=ALPHA.id,
            to=GAMMA.id,
            employer=OWN_TERMS.employer,
            token=person.token_id,
            proposal=row.digest.hex(),
            fields=ACCEPTED,
            report=True,
            payload=payload_commitment(b"\x05" * 32, PERSON.canonical()).hex(),
            not_after=end_of_acceptance(row.not_after),
        )
        return statement.model_copy(update=edits)

    def yes(
        self, person: Person, proposal_id: str, statement: AcceptStatement | None = None
    ) -> DisclosureAccept:
        """Log the yes of a person in alpha's log; return the message that proves it."""
        said = statement or self.statement(person, proposal_id)
        index, leaf, opening = self.entry(
            Accept(statement=said, signature=person.sign(said)).to_json()
        )
        at, consent_leaf, consent = self.given[person.token_id]
        return DisclosureAccept(
            accept=_opened(self.alpha, index, leaf, opening),
            consent=_opened(self.alpha, at, consent_leaf, consent),
            salts=person.salts,
            fields=VALUES.fields,
            key=person.public,
        )

    def envelope(self, message: Message, ref: str, **edits: object) -> Envelope:
        """Return the envelope in which alpha sends *message*."""
        with self.db.read() as tx:
            size = trees.size(tx, self.alpha)
        envelope = Envelope(
            v=1,
            cs=self.cs,
            kind=message.KIND,
            id=new_id(),
            sender=ALPHA.id,
            to=GAMMA.id,
            mv=1,
            iat=self.now,
            exp=self.now + DAY_S,
            at=At(log=self.alpha, size=size),
            ref=ref,
            body=message.to_json(),
        )
        return envelope.model_copy(update=edits)

    def accept(self, message: DisclosureAccept, proposal_id: str, **edits: object) -> None:
        envelope = self.envelope(message, proposal_id, **edits)
        self.apply(lambda tx: self.matches.on_accept(tx, envelope, message))

    def decline(self, proposal_id: str) -> None:
        envelope = self.envelope(DisclosureDecline(), proposal_id)
        self.apply(lambda tx: self.matches.on_decline(tx, envelope))

    def refuse(self, proposal_id: str, fetch_id: str | None = None) -> None:
        message = RevealRefuse(fetch=fetch_id or self.row(proposal_id).fetch_id or "")
        envelope = self.envelope(message, proposal_id)
        self.apply(lambda tx: self.matches.on_refuse(tx, envelope, message))

    def apply(self, change: Callable[[Tx], None]) -> None:
        with self.db.begin() as tx:
            change(tx)

    def accepted(self, person: Person) -> EnvelopeId:
        """Propose for a person, who says yes."""
        proposal_id = self.propose(person)
        self.accept(self.yes(person, proposal_id), proposal_id)
        return proposal_id

    def fetched(self, person: Person) -> EnvelopeId:
        proposal_id = self.accepted(person)
        assert self.matches.fetch_due() == 1
        return proposal_id

    def sealed(self, proposal_id: str, plaintext: bytes) -> bytes:
        """Return *plaintext* as alpha seals it for the open fetch."""
        row = self.row(proposal_id)
        fetch = RevealFetch.from_json(self.sent(RevealFetch.KIND)[-1].to_json()["body"])
        info = reveal_info(
            cs=self.cs,
            token=TokenId(row.token_id),
            acceptance=row.acceptance or b"",
            proposal=row.digest,
            fetch=EnvelopeId(row.fetch_id or ""),
            to=GAMMA.id,
        )
        return hpke.seal(fetch.hpke.kem, fetch.public, plaintext, info)

    def give(self, proposal_id: str, sealed: bytes, **edits: object) -> None:
        message = RevealGive(
            fetch=self.row(proposal_id).fetch_id or "", sealed_sha256=sha256(sealed).hex()
        ).model_copy(update=edits)
        envelope = self.envelope(message, proposal_id)
        self.apply(lambda tx: self.matches.on_give(tx, envelope, message, sealed))

    def sent(self, kind: str) -> list[Envelope]:
        """Return the envelopes of a kind that gamma queued, in their order."""
        with self.db.read() as tx:
            rows = [row for row in envelopes.all_outgoing(tx) if row.kind == kind]
            return [Envelope.parse(Signed.parse(row.document).doc) for row in rows]


def _opened(log: str, index: int, leaf: Leaf, opening: Opening) -> OpenedLeaf:
    return OpenedLeaf(log=log, index=index, id=leaf.id, opening=opening.erased().to_json())
