"""Beta asks alpha for a person who agreed, and she answers."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from crypto.encoding import b64url_encode
from crypto.hashing import sha256
from crypto.hpke import Kem, PrivateKey
from node.clock import seconds
from node.services.payloads import AcceptChoice
from node.storage import bodies, disclosures, envelopes
from node.storage.tables.disclosure import Disclosure
from node.storage.tables.envelope import Outgoing
from protocol.consent import KeySignature, signed_text
from protocol.disclosure import State, hold_until
from protocol.document import Signed
from protocol.envelope import At, Envelope
from protocol.identifiers import EnvelopeId, MemberId, TokenId, new_id
from protocol.leaf_place import LeafPlace
from protocol.ledger import Hold, Spend, hold_bind
from protocol.level import Level
from protocol.messages import Message
from protocol.messages.match import HoldPlace, MatchPropose
from protocol.messages.outcome import Outcome, OutcomeReport
from protocol.messages.reveal import HpkeSuite, RevealFetch, RevealReceipt, RevealResult
from protocol.terms import Terms
from tests.node.services.origin_node import OriginNode
from tests.protocol.agreed_person import CANDIDATE, TERMS
from tests.protocol.companies import ALPHA, BETA, DAY_S

SALT = b"\x0e" * 32
CHOICE = AcceptChoice(fields=frozenset({"name", "mails"}), report=True)
EMPLOYED_BY_BETA: Terms = TERMS.model_copy(
    update={
        "employer": TERMS.employer.model_copy(
            update={"corporate_number": BETA.member.corporate_number}
        )
    }
)


class OriginWorld(OriginNode):
    """What beta and the person do, and what can be seen of it at alpha."""

    def __init__(self, folder: Path, level: Level = Level.E0) -> None:
        super().__init__(folder, level)
        self.proposed: dict[str, MatchPropose] = {}

    # ---- beta's side ----

    def proposal(
        self, envelope_id: str, *, days: int = 5, token: str | None = None, **edits: Any
    ) -> MatchPropose:
        """Return a proposal of beta's under a hold that it has just logged."""
        token_id = token or self.token().id
        not_after = seconds(self.clock.now()) + days * DAY_S
        bind = hold_bind(SALT, ALPHA.id, TokenId(token_id), EnvelopeId(envelope_id))
        hold = self.beta.write(Hold(bind=bind.hex(), until=hold_until(not_after)))
        message = MatchPropose(
            token=token_id,
            job="0b" * 32,
            terms=EMPLOYED_BY_BETA,
            purpose="採用選考のため",
            retention=180,
            not_after=not_after,
            hold=HoldPlace(**hold.to_json(), salt=SALT.hex()),
        )
        return message.model_copy(update=edits)

    def envelope(
        self,
        body: Message,
        *,
        envelope_id: str | None = None,
        ref: str | None = None,
        sender: MemberId = BETA.id,
        exp_s: int = 6 * DAY_S,
    ) -> Envelope:
        now = seconds(self.clock.now())
        return Envelope(
            v=1,
            cs=self.cs,
            kind=body.KIND,
            id=envelope_id or new_id(),
            sender=sender,
            to=ALPHA.id,
            mv=1,
            iat=now,
            exp=now + exp_s,
            at=At(log=self.beta.origin, size=self.beta.size),
            ref=ref,
            body=body.to_json(),
        )

    def read_beta(self) -> None:
        """Pull beta's log and take the bodies of its ledger."""
        self.feed.pull(BETA.id)
        with self.db.begin() as tx:
            held = bodies.held(tx, BETA.id, list(self.beta.bodies))
            for leaf_id, opening in self.beta.bodies.items():
                if leaf_id not in held:
                    bodies.put(tx, leaf_id, BETA.id, opening)

    def propose(
        self, message: MatchPropose | None = None, *, envelope_id: str | None = None
    ) -> str:
        """Let a proposal arrive; return its id."""
        envelope_id = envelope_id or new_id()
        message = message or self.proposal(envelope_id)
        self.proposed[envelope_id] = message
        self.read_beta()
        envelope = self.envelope(message, envelope_id=envelope_id)
        with self.db.begin() as tx:
            self.disclosures.on_propose(tx, envelope, message)
        return envelope_id

    def spend(self, disclosure_id: str) -> LeafPlace:
        return self.beta.write(Spend(hold=self.row(disclosure_id).hold_id))

    def fetch(
        self, disclosure_id: str, spend: LeafPlace, **edits: Any
    ) -> tuple[Envelope, PrivateKey]:
        """Let beta's fetch arrive; return it and the key it was made for."""
        key = PrivateKey.generate(Kem.X25519)
        message = RevealFetch(
            acceptance=sha256(self.row(disclosure_id).statement or b"").hex(),
            spend=spend,
            hpke=HpkeSuite(kem=Kem.X25519),
            key=b64url_encode(key.public),
        ).model_copy(update=edits)
        self.read_beta()
        envelope = self.envelope(message, ref=disclosure_id)
        with self.db.begin() as tx:
            self.reveals.on_fetch(tx, envelope, message)
        return envelope, key

    def receipt(self, fetch: Envelope, result: RevealResult) -> None:
        message = RevealReceipt(fetch=fetch.id, result=result)
        envelope = self.envelope(message, ref=fetch.ref)
        with self.db.begin() as tx:
            self.reveals.on_receipt(tx, envelope, message)

    def outcome(self, disclosure_id: str, result: Outcome) -> None:
        message = OutcomeReport(result=result)
        with self.db.begin() as tx:
            self.reveals.on_outcome(tx, self.envelope(message, ref=disclosure_id), message)

    # ---- the person's side ----

    def accept(self, disclosure_id: str, choice: AcceptChoice = CHOICE) -> int:
        visit = self.asked.visits[disclosure_id]
        draft = self.answers.draft(visit, choice)
        if self.level is Level.E0:
            return self.answers.accept(visit, draft.statement.canonical())
        sig = b64url_encode(CANDIDATE.sign(signed_text(draft.statement)))
        return self.answers.sign(visit, KeySignature(sig=sig))

    def told_yes(self) -> str:
        """Return a request whose yes was told to beta."""
        disclosure_id = self.propose()
        self.accept(disclosure_id)
        self.pass_time(timedelta(seconds=1800))
        assert self.answers.release_due() == 1
        return disclosure_id

    # ---- what can be seen ----

    def pass_time(self, by: timedelta) -> None:
        self.clock.advance(by)
        self.beta.now = seconds(self.clock.now())

    def row(self, disclosure_id: str) -> Disclosure:
        with self.db.read() as tx:
            found = disclosures.get(tx, disclosure_id)
        assert found is not None
        return found

    def state(self, disclosure_id: str) -> State:
        return State(self.row(disclosure_id).state)

    def sent(self) -> list[str]:
        """Return the kinds of what is queued, in order."""
        return [row.kind for row in self.outgoing()]

    def outgoing(self) -> list[Outgoing]:
        with self.db.read() as tx:
            return envelopes.all_outgoing(tx)

    def last(self, kind: str) -> tuple[Outgoing, Envelope]:
        row = [row for row in self.outgoing() if row.kind == kind][-1]
        return row, Envelope.parse(Signed.parse(row.document).doc)
