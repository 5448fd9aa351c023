"""Requests for contact as they arrive, are left unanswered or end (PROTOCOL 6, reveal step 1)."""

from collections.abc import Callable
from dataclasses import dataclass

from crypto.encoding import hex_decode
from crypto.randomness import random_below
from node.clock import Clock, seconds
from node.i18n import Language, as_language
from node.services.blocks import Blocks
from node.services.ledger import Ledger
from node.services.outbox import Outbox
from node.storage import bodies, consents, disclosures, peers, trees
from node.storage.database import Database, Tx
from node.storage.members import Members
from node.storage.tables.consent import Consent, Token
from node.storage.tables.disclosure import Disclosure
from node.storage.tables.envelope import Outgoing
from protocol.disclosure import (
    TRANSITIONS,
    Event,
    State,
    advance,
    end_of_acceptance,
    hold_until,
)
from protocol.envelope import Envelope
from protocol.errors import (
    ConflictError,
    ExpiredError,
    ForkError,
    GoneError,
    LogBehindError,
    MalformedError,
    UnexpectedEventError,
)
from protocol.identifiers import EnvelopeId, MemberId, TokenId
from protocol.ledger import hold_bind
from protocol.ledger_state import ordinal
from protocol.level import Level
from protocol.log.leaf import LeafKind
from protocol.messages.disclosure import DisclosureAccept, DisclosureDecline
from protocol.messages.match import MatchPropose
from protocol.messages.reveal import RevealGive, RevealRefuse

MAX_DAYS_APART = 7  # between a hold or spend and the day on which it is shown
NOT_RECEIVED = "not-received"
# A cancelled proposal frees its hold, so one credit could mail one person without end.
MAX_ASKS = 3  # requests of one company for one token
_SALT_BYTES = 32
_OPEN = (State.ASKED, State.HELD, State.SENT, State.UNOPENED)

# Queues the letter that asks a person: person, request, language.
AskPerson = Callable[[Tx, str, str, Language], object]


@dataclass(frozen=True, slots=True)
class Disclosures:
    """Use cases on requests that no candidate takes part in."""

    db: Database
    clock: Clock
    members: Members
    me: MemberId
    ledger: Ledger
    outbox: Outbox
    blocks: Blocks
    ask_person: AskPerson

    def on_propose(self, tx: Tx, envelope: Envelope, message: MatchPropose) -> None:
        """Take a proposal and ask the person; one that meets a block is left unasked.

        Raises:
            GoneError: the token is unknown, ended, a decoy or another's: all alike.
            MalformedError: another employer than the sender's, or a hold elsewhere.
            ExpiredError: no time to answer is left, or more than the consent gives.
            LogBehindError: the hold or its body is not held here yet.
            UnexpectedEventError: the hold is not open or not for this proposal, or the
                token is of a level at which nobody may be asked.
            ForkError: the sender's log showed two histories.
        """
        if peers.is_forked(tx, envelope.sender):
            raise ForkError("that log showed two histories")
        token, consent = self._token(tx, envelope.sender, message)
        self._check_terms(tx, envelope, message)
        now = seconds(self.clock.now())
        if not now < message.not_after <= min(token.not_after, consent.not_after):
            raise ExpiredError("no time to answer")
        if Level(token.level) < self.members.directory(tx).current.params.reveal_level:
            raise UnexpectedEventError("token below the level of a reveal")
        self._check_hold(tx, envelope, message)
        if disclosures.get(tx, envelope.id) is not None:
            raise ConflictError("an id that another member used")
        if len(disclosures.of_tokens(tx, [token.id], State)) >= MAX_ASKS:
            raise UnexpectedEventError("that person was asked often enough")
        is_blocked = self.is_blocked(tx, token.person_id, envelope.sender, message)
        tx.add(
            Disclosure.new(
                id=envelope.id,
                member=envelope.sender,
                token_id=token.id,
                person_id=token.person_id,
                state=State.ASKED,
                envelope=envelope.canonical(),
                digest=envelope.digest(),
                hold_id=message.hold.id,
                asked_at=now,
                not_after=message.not_after,
                silent_until=_random_moment(now, message.not_after) if is_blocked else 0,
            )
        )
        tx.flush()
        if not is_blocked:
            language = as_language(consent.language) or "ja"
            self.ask_person(tx, token.person_id, envelope.id, language)

    def expire_due(self) -> int:
        """End what was not answered or not fetched in time; return how many requests."""
        now = seconds(self.clock.now())
        with self.db.begin() as tx:
            silent = disclosures.silent(tx, now=now)
            for row in silent:
                self.decline(tx, row, Event.DECLINE)
            lapsed = disclosures.unanswered(tx, now=now)
            for row in lapsed:
                self.decline(tx, row, Event.EXPIRE)
            # A yes that nobody fetched needs no message: its hold is over as well.
            unfetched = [
                row
                for row in disclosures.unfetched(tx, asked_until=now)
                if end_of_acceptance(row.not_after) <= now
            ]
            for row in unfetched:
                step(row, Event.EXPIRE)
            return len(silent) + len(lapsed) + len(unfetched)

    def end_all(self, tx: Tx, token_ids: list[str]) -> None:
        """End every open request for tokens that were withdrawn."""
        for row in disclosures.of_tokens(tx, token_ids, _OPEN):
            self.decline(tx, row, Event.END)

    def decline(self, tx: Tx, row: Disclosure, event: Event) -> None:
        """End a request and tell the company no, which is all that it ever learns.

        Raises:
            UnexpectedEventError: it is not open any more.
        """
        step(row, event)
        end = self.outbox.end()
        self.outbox.put(tx, MemberId(row.member), DisclosureDecline(), ref=row.id, exp=end)
        if row.fetch is not None:
            self.refuse_fetch(tx, row)

    def refuse_fetch(self, tx: Tx, row: Disclosure) -> None:
        """Answer the fetch that waits with a refusal, which has no reason."""
        self.outbox.put(
            tx,
            MemberId(row.member),
            RevealRefuse(fetch=row.fetch_id or ""),
            ref=row.id,
            exp=self.outbox.end(),
        )
        row.fetch = None

    def on_problem(self, tx: Tx, outgoing: Outgoing, kind: str) -> None:
        """Take that a company refused a yes or an identity for good, or never took it."""
        if outgoing.kind not in {DisclosureAccept.KIND, RevealGive.KIND}:
            return
        row = disclosures.locked(tx, outgoing.ref or "")
        if row is None:
            return
        if outgoing.kind == RevealGive.KIND:
            outgoing.sealed = None
            if row.state == State.GIVEN:
                row.outcome = NOT_RECEIVED
                row.frozen = row.nonce = None
        elif row.state == State.SENT and kind == "expired":
            step(row, Event.EXPIRE)
        elif row.state == State.SENT:
            self.decline(tx, row, Event.END)

    def is_blocked(self, tx: Tx, person_id: str, member: str, message: MatchPropose) -> bool:
        """Tell whether the person blocks who asks, or who would employ."""
        employer = message.terms.employer
        return self.blocks.is_blocked(tx, person_id, member) or self.blocks.is_number_blocked(
            tx, person_id, employer.corporate_number, employer.name
        )

    def _token(self, tx: Tx, sender: str, message: MatchPropose) -> tuple[Token, Consent]:
        token = consents.live(tx, message.token)
        if token is None or token.receiver != sender:
            raise GoneError("no such token")
        consent = consents.get(tx, token.consent_id)
        if consent is None:
            raise GoneError("no such token")
        return token, consent

    def _check_terms(self, tx: Tx, envelope: Envelope, message: MatchPropose) -> None:
        directory = self.members.directory(tx)
        number = message.terms.employer.corporate_number
        if (
            number != directory.member(envelope.sender).corporate_number
            and directory.descriptor(envelope.sender).legal_mode != "agency"
        ):
            raise MalformedError("only an agency proposes for another employer")
        if message.hold.log != envelope.at.log or message.hold.index >= envelope.at.size:
            raise MalformedError("a hold outside the sender's log")

    def _check_hold(self, tx: Tx, envelope: Envelope, message: MatchPropose) -> None:
        """Refuse a hold that is not effective, open, recent, and bound to this proposal."""
        place = message.hold
        entry = trees.entry_at(tx, place.log, place.index)
        if entry is None:
            raise LogBehindError("the hold is not read yet")
        if entry.leaf_id != place.id or entry.kind != LeafKind.LEDGER:
            raise UnexpectedEventError("no such hold")
        if not bodies.held(tx, envelope.sender, [place.id]):
            raise LogBehindError("the body of the hold is not read yet")
        state = self.ledger.state_at(tx, MemberId(envelope.sender), place.index + 1)
        today = self.ledger.log.today(tx)
        hold = state.open_hold(place.id, today)
        if abs(ordinal(today) - hold.day) > MAX_DAYS_APART:
            raise UnexpectedEventError("a hold of another week")
        if hold.bind != bind_of(self.me, envelope, message):
            raise UnexpectedEventError("the hold of another proposal")
        if hold.until != ordinal(hold_until(message.not_after)):
            raise UnexpectedEventError("a hold with another end")


def bind_of(me: MemberId, envelope: Envelope, message: MatchPropose) -> str:
    """Return the binding that the hold of a proposal to *me* must have."""
    salt = hex_decode(message.hold.salt, _SALT_BYTES)
    return hold_bind(salt, me, TokenId(message.token), EnvelopeId(envelope.id)).hex()


def step(row: Disclosure, event: Event) -> None:
    """Advance a request; where it ends, what was to be given is forgotten.

    Raises:
        UnexpectedEventError: it cannot happen now.
    """
    state = advance(State(row.state), event)
    row.state = state
    if not TRANSITIONS[state]:
        row.frozen = row.nonce = None


def proposal_of(row: Disclosure) -> tuple[Envelope, MatchPropose]:
    """Return the proposal behind a request."""
    envelope = Envelope.parse(row.envelope)
    return envelope, MatchPropose.from_json(envelope.to_json()["body"])


def _random_moment(now: int, end: int) -> int:
    """Return a moment after *now* and before *end*, where there is one between them."""
    return now + 1 + random_below(max(end - now - 1, 1))
