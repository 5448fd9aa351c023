"""What a candidate does with a request for contact (PROTOCOL 6, reveal step 2; DOMAIN 6.2)."""

from dataclasses import dataclass, field

from crypto.ed25519 import SigningKey
from crypto.encoding import b64url_encode
from crypto.randomness import random_bytes
from node.clock import Clock, seconds
from node.domain.letters import LetterKind
from node.i18n import DEFAULT, as_language
from node.services.blocks import Blocked, BlockReason, Blocks
from node.services.disclosures import Disclosures, proposal_of, step
from node.services.errors import NothingToDoError
from node.services.identities import Identities
from node.services.letters import Tell
from node.services.links import Visit
from node.services.log import Log
from node.services.payloads import (
    AcceptChoice,
    Draft,
    candidate_key,
    chosen,
    freeze,
    offered,
    proof,
    statement_of,
)
from node.services.withdrawals import Withdrawals
from node.storage import bodies, consents, disclosures
from node.storage.database import Database, Tx
from node.storage.members import Members
from node.storage.tables.consent import Consent, Token
from node.storage.tables.disclosure import Disclosure
from node.storage.tables.letter import Link
from node.storage.vault import Vault
from protocol.consent import (
    CandidateKey,
    KeySignature,
    OriginSignature,
    Signature,
    check_signature,
    signed_text,
)
from protocol.day import day_of
from protocol.disclosure import (
    TRANSITIONS,
    Accept,
    AcceptStatement,
    Event,
    State,
    Undo,
    advance,
    end_of_acceptance,
    payload_commitment,
)
from protocol.errors import ExpiredError, UnexpectedEventError
from protocol.fields import IdentityFields
from protocol.identifiers import KeyId, MemberId
from protocol.identity import Identity
from protocol.level import Level
from protocol.membership import Member
from protocol.reveal import SealedPayload
from protocol.terms import Terms
from protocol.token import TokenValues


@dataclass(frozen=True, slots=True)
class Front:
    """What the page of a request says before its code was typed: nothing of the person."""

    asking: Member
    not_after: int


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as its page shows it; the person's own values are in *identity*."""

    id: str
    state: State
    asking: Member
    terms: Terms
    purpose: str
    retention_days: int
    not_after: int
    level: Level
    key: CandidateKey | None
    seen: TokenValues | None  # what that company saw, none where it was erased
    identity: Identity = field(repr=False)
    chosen: IdentityFields
    report: bool
    undo_s: int
    undo_until: int | None
    can_undo: bool
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Answers:
    """Use cases of a candidate on one request."""

    db: Database
    clock: Clock
    vault: Vault
    members: Members
    me: MemberId
    log: Log
    blocks: Blocks
    disclosures: Disclosures
    withdrawals: Withdrawals
    identities: Identities
    tell: Tell
    key_id: KeyId
    key: SigningKey = field(repr=False)

    def front(self, visit: Visit) -> Front:
        """Return who asks and until when, for who holds the link alone.

        Raises:
            NothingToDoError: no such request of that person.
        """
        with self.db.read() as tx:
            row = self._row(tx, visit)
            return Front(self.members.directory(tx).member(row.member), row.not_after)

    def page(self, visit: Visit) -> RequestView:
        """Return what the page of a request shows to who typed its code.

        Raises:
            NothingToDoError: no such request of that person.
        """
        with self.db.read() as tx:
            row = self._row(tx, visit)
            token, consent = self._token(tx, row)
            _, proposal = proposal_of(row)
            opening = bodies.whole(tx, self.me, token.id)
            values = None if opening is None else opening.pr
            statement = statement_of(row)
            state = State(row.state)
            return RequestView(
                id=row.id,
                state=state,
                asking=self.members.directory(tx).member(row.member),
                terms=proposal.terms,
                purpose=proposal.purpose,
                retention_days=proposal.retention,
                not_after=row.not_after,
                level=Level(token.level),
                key=candidate_key(consent),
                seen=None if values is None else TokenValues.from_json(values),
                identity=offered(self.identities.of(tx, visit.person_id)),
                chosen=() if statement is None else statement.fields,
                report=statement is not None and statement.report,
                undo_s=self.members.directory(tx).current.params.undo_s,
                undo_until=row.release_at if state is State.HELD else None,
                can_undo=Event.UNDO in TRANSITIONS[state],
                outcome=row.outcome,
            )

    def draft(self, visit: Visit, choice: AcceptChoice) -> Draft:
        """Return the yes to what was chosen, with what it is for; it waits at the link.

        The page shows all of it, so that the browser computes the payload itself.

        Raises:
            NothingToDoError: no such request.
            RefusedChoiceError: name or address is missing, or what is not on file.
            ExpiredError: the time to answer is over.
            UnexpectedEventError: it is answered or ended.
        """
        with self.db.begin() as tx:
            row = self._locked(tx, visit)
            draft = self._draft(tx, row, choice)
            link = tx.get_one(Link, visit.digest)
            place = visit.draft_place
            link.draft = self.vault.seal(tx, visit.person_id, place, draft.canonical())
            return draft

    def accept(self, visit: Visit, shown: bytes) -> int:
        """Take the yes that waits at the link on the origin's word (E0); return when it is told.

        *shown* are the bytes of the statement that the person said yes to.

        Raises:
            NothingToDoError: nothing waits there, or the person's key must sign it.
            ExpiredError: the time to answer is over.
            UnexpectedEventError: it is answered or ended, or another statement waits.
        """
        with self.db.begin() as tx:
            row = self._locked(tx, visit)
            draft = self._waiting(tx, visit)
            if draft.statement.canonical() != shown:
                raise UnexpectedEventError("another statement waits")
            if draft.statement.level is not Level.E0:
                raise NothingToDoError("the person's key must sign")
            text = signed_text(draft.statement)
            signature = OriginSignature(key=self.key_id, sig=b64url_encode(self.key.sign(text)))
            return self._accept(tx, row, draft, signature)

    def sign(self, visit: Visit, signature: KeySignature) -> int:
        """Take the yes that waits at the link, signed by the person's key; return when it is told.

        Raises:
            NothingToDoError: nothing waits there.
            MalformedError: the signature is not the key's over that statement.
            ExpiredError: the time to answer is over.
            UnexpectedEventError: it is answered or ended.
        """
        with self.db.begin() as tx:
            row = self._locked(tx, visit)
            return self._accept(tx, row, self._waiting(tx, visit), signature)

    def decline(self, visit: Visit) -> None:
        """Say no; the company learns nothing else.

        Raises:
            NothingToDoError: no such request.
            UnexpectedEventError: it is answered or ended.
        """
        with self.db.begin() as tx:
            self._decline(tx, self._locked(tx, visit))

    def applied(self, visit: Visit) -> None:
        """End the request, since the person applied to that company itself; it is told a no.

        Raises:
            NothingToDoError, UnexpectedEventError: as :meth:`decline`.
        """
        self.decline(visit)

    def later(self, visit: Visit) -> int:
        """Leave it open; return until when, in Unix seconds.

        Raises:
            NothingToDoError, UnexpectedEventError: as :meth:`decline`.
        """
        with self.db.read() as tx:
            row = self._row(tx, visit)
            advance(State(row.state), Event.ACCEPT)
            return row.not_after

    def block(self, visit: Visit) -> None:
        """Never show the person to that company again, and end what is open with it.

        The person's tokens are all withdrawn and made anew in the next batch, so that
        nobody can tell whom the block met.

        Raises:
            NothingToDoError: no such request.
        """
        with self.db.begin() as tx:
            row = self._locked(tx, visit)
            _, proposal = proposal_of(row)
            asking = self.members.directory(tx).member(row.member)
            for number in {asking.corporate_number, proposal.terms.employer.corporate_number}:
                self.blocks.add_entry(tx, row.person_id, Blocked(None, number, BlockReason.CHOSEN))
            if Event.DECLINE in TRANSITIONS[State(row.state)]:
                self._decline(tx, row)
            self.withdrawals.renew(tx, row.person_id)

    def undo(self, visit: Visit) -> State:
        """Take a yes back; return where the request stands then.

        Before it was told the question is open again; afterwards the company gets a no.

        Raises:
            NothingToDoError: no such request.
            UnexpectedEventError: there is no yes, or the identity is given.
        """
        with self.db.begin() as tx:
            row = self._locked(tx, visit)
            after = advance(State(row.state), Event.UNDO)
            self.log.entry(tx, Undo(accept=row.accept_id or ""))
            if after is State.ASKED:
                step(row, Event.UNDO)
                row.accept_id = row.statement = row.nonce = row.frozen = None
                row.answered_at = row.release_at = None
            else:
                self.disclosures.decline(tx, row, Event.UNDO)
            return after

    def release_due(self) -> int:
        """Tell the companies each yes whose time to undo is over; return how many."""
        now = seconds(self.clock.now())
        with self.db.begin() as tx:
            due = disclosures.held_until(tx, now=now)
            for row in due:
                until = end_of_acceptance(row.not_after)
                if now >= until:
                    step(row, Event.EXPIRE)
                    continue
                step(row, Event.SEND)
                message = proof(tx, self.me, self.log.origin, row, *self._token(tx, row))
                self.disclosures.outbox.put(
                    tx, MemberId(row.member), message, ref=row.id, exp=until
                )
            return len(due)

    def _row(self, tx: Tx, visit: Visit) -> Disclosure:
        row = disclosures.get(tx, visit.ref or "")
        if row is None or row.person_id != visit.person_id:
            raise NothingToDoError("no such request")
        return row

    def _locked(self, tx: Tx, visit: Visit) -> Disclosure:
        row = disclosures.locked(tx, visit.ref or "")
        if row is None or row.person_id != visit.person_id:
            raise NothingToDoError("no such request")
        return row

    def _token(self, tx: Tx, row: Disclosure) -> tuple[Token, Consent]:
        token = consents.token(tx, row.token_id)
        consent = None if token is None else consents.get(tx, token.consent_id)
        if token is None or consent is None:
            raise NothingToDoError("no such request")
        return token, consent

    def _decline(self, tx: Tx, row: Disclosure) -> None:
        self.disclosures.decline(tx, row, Event.DECLINE)
        row.answered_at = seconds(self.clock.now())
        self._tell(tx, row)

    def _tell(self, tx: Tx, row: Disclosure) -> None:
        """Mail the person that an answer was given in the own name."""
        _, consent = self._token(tx, row)
        language = as_language(consent.language) or DEFAULT
        self.tell(tx, LetterKind.ANSWERED, row.person_id, row.id, language)

    def _check_time(self, tx: Tx, row: Disclosure) -> None:
        # The day of the leaf is what the company checks; it may run before our clock.
        if seconds(self.clock.now()) >= row.not_after or self.log.today(tx) > day_of(row.not_after):
            raise ExpiredError("the time to answer is over")

    def _waiting(self, tx: Tx, visit: Visit) -> Draft:
        """Return the draft that waits at the link, once."""
        link = tx.get_one(Link, visit.digest)
        if link.draft is None:
            raise NothingToDoError("no statement waits for an answer")
        plain = self.vault.open(tx, visit.person_id, visit.draft_place, link.draft)
        link.draft = None
        return Draft.parse(plain)

    def _draft(self, tx: Tx, row: Disclosure, choice: AcceptChoice) -> Draft:
        advance(State(row.state), Event.ACCEPT)
        self._check_time(tx, row)
        token, _ = self._token(tx, row)
        _, proposal = proposal_of(row)
        nonce = random_bytes(32)
        identity = chosen(offered(self.identities.of(tx, row.person_id)), choice)
        statement = AcceptStatement(
            level=Level(token.level),
            cs=self.members.directory(tx).cs,
            origin=self.me,
            to=row.member,
            employer=proposal.terms.employer,
            token=token.id,
            proposal=row.digest.hex(),
            fields=identity.fields,
            report=choice.report,
            payload=payload_commitment(nonce, identity.canonical()).hex(),
            not_after=end_of_acceptance(row.not_after),
        )
        return Draft(statement=statement, payload=SealedPayload(n=nonce.hex(), identity=identity))

    def _accept(self, tx: Tx, row: Disclosure, draft: Draft, signature: Signature) -> int:
        """Log a signed yes, freeze what it is for, and hold it for the time to undo."""
        step(row, Event.ACCEPT)
        self._check_time(tx, row)
        _, consent = self._token(tx, row)
        directory = self.members.directory(tx)
        check_signature(
            draft.statement,
            signature,
            candidate_key(consent),
            directory.keys(self.me, "document"),
        )
        place = self.log.entry(tx, Accept(statement=draft.statement, signature=signature))
        now = seconds(self.clock.now())
        row.accept_id = place.id
        row.statement = draft.statement.canonical()
        freeze(tx, self.vault, row, draft.payload)
        row.answered_at = now
        row.release_at = now + directory.current.params.undo_s
        self._tell(tx, row)
        return row.release_at
