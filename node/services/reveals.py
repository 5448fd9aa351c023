"""The fetch, the give and what comes back of it (PROTOCOL 6, reveal steps 3 to 5).

The transaction that gives is the reveal: whatever the person did before it wins.
"""

import logging
from dataclasses import dataclass

from crypto import hpke
from crypto.errors import BadKeyError
from crypto.hashing import sha256
from node.clock import Clock, seconds
from node.services.disclosures import (
    MAX_DAYS_APART,
    Disclosures,
    proposal_of,
    step,
)
from node.services.heads import ComparedHead, Heads
from node.services.ledger import Ledger
from node.services.payloads import frozen, statement_of
from node.storage import consents, disclosures, envelopes, peers, trees
from node.storage.database import Database, Tx
from node.storage.members import Members
from node.storage.tables.disclosure import Disclosure
from node.storage.vault import Vault
from protocol import introduction_life as introduction
from protocol.disclosure import Event, State, advance, end_of_acceptance
from protocol.envelope import Envelope
from protocol.errors import (
    ForkError,
    MalformedError,
    ProtocolError,
    UnexpectedEventError,
)
from protocol.identifiers import EnvelopeId, MemberId, TokenId
from protocol.ledger_state import ordinal
from protocol.messages.outcome import EVENT_OF, OutcomeReport
from protocol.messages.reveal import RevealFetch, RevealGive, RevealReceipt, RevealResult
from protocol.reveal import Give, GiveHead, reveal_info

log = logging.getLogger(__name__)

MISMATCH = "mismatch"


@dataclass(frozen=True, slots=True)
class Reveals:
    """Use cases on a yes that a company takes up."""

    db: Database
    clock: Clock
    vault: Vault
    members: Members
    me: MemberId
    ledger: Ledger
    heads: Heads
    disclosures: Disclosures

    def on_fetch(self, tx: Tx, envelope: Envelope, message: RevealFetch) -> None:
        """Keep a fetch; it is answered once the other members were asked for that log.

        Raises:
            UnexpectedEventError: there is no yes to be fetched, or another fetch waits.
            MalformedError: another acceptance, or a spend outside the sender's log.
        """
        row = self._row(tx, envelope)
        advance(State(row.state), Event.GIVE)
        if row.fetch is not None:
            raise UnexpectedEventError("another fetch waits")
        if row.statement is None or sha256(row.statement).hex() != message.acceptance:
            raise MalformedError("another acceptance")
        if message.spend.log != envelope.at.log or message.spend.index >= envelope.at.size:
            raise MalformedError("a spend outside the sender's log")
        row.fetch, row.fetch_id = envelope.canonical(), envelope.id

    def give_due(self) -> int:
        """Answer every fetch that waits; return how many identities were given.

        Where a log cannot be read far enough the fetch waits for the next round.
        """
        with self.db.read() as tx:
            waiting = disclosures.fetched(tx)
        given = 0
        for disclosure_id in waiting:
            try:
                given += self._answer(disclosure_id)
            except ProtocolError as error:
                # What one company sent must not hold up the others' fetches.
                log.warning(
                    "fetch waits",
                    extra={"disclosure": disclosure_id, "why": type(error).__name__},
                )
        return given

    def on_receipt(self, tx: Tx, envelope: Envelope, message: RevealReceipt) -> None:
        """Take what the company found; the ciphertext is forgotten here too.

        Raises:
            UnexpectedEventError: nothing was given for that fetch.
        """
        row = self._row(tx, envelope)
        if row.fetch_id != message.fetch:
            raise UnexpectedEventError("nothing was given for that fetch")
        if message.result is RevealResult.CANNOT_OPEN:
            if row.frozen is None:
                # Refused for good before: there is nothing left to be given again.
                raise UnexpectedEventError("nothing is kept for another fetch")
            step(row, Event.CANNOT_OPEN)
        else:
            step(row, Event.RECEIPT)
        row.outcome = MISMATCH if message.result is RevealResult.MISMATCH else None
        for give in disclosures.gives(tx, row.id):
            envelopes.drop_sealed(tx, give)

    def on_outcome(self, tx: Tx, envelope: Envelope, message: OutcomeReport) -> None:
        """Keep what came of the introduction, where the person allowed it to be told.

        Raises:
            UnexpectedEventError: it did not, or the company tells something else before.
        """
        row = self._row(tx, envelope)
        statement = statement_of(row)
        if row.state != State.RECEIPTED or row.outcome == MISMATCH:
            raise UnexpectedEventError("no introduction")
        if statement is None or not statement.report:
            raise UnexpectedEventError("the person does not want it told")
        told = introduction.State(row.outcome or introduction.State.NEW)
        row.outcome = introduction.advance(told, EVENT_OF[message.result])

    def _row(self, tx: Tx, envelope: Envelope) -> Disclosure:
        row = disclosures.locked(tx, envelope.ref or "")
        if row is None or row.member != envelope.sender:
            raise UnexpectedEventError("no such request")
        return row

    def _answer(self, disclosure_id: str) -> int:
        """Give or refuse; return how many identities were given."""
        with self.db.read() as tx:
            row = disclosures.get(tx, disclosure_id)
        if row is None or row.fetch is None:
            return 0
        fetch, message = _fetch_of(row.fetch)
        head = None
        if not self._is_late(row, fetch):
            head = self._compared(MemberId(row.member), message.spend.index + 1)
        with self.db.begin() as tx:
            row = disclosures.locked(tx, disclosure_id)
            if row is None or row.fetch != fetch.canonical():
                return 0
            if self._is_late(row, fetch):
                step(row, Event.EXPIRE)
                self.disclosures.refuse_fetch(tx, row)
                return 0
            if head is None or not self._is_permitted(tx, row):
                return self._refuse(tx, row)
            try:
                self._check_spend(tx, row, message, head)
                self._give(tx, row, fetch, message, head)
            except (UnexpectedEventError, BadKeyError) as error:
                log.warning(
                    "fetch refused", extra={"disclosure": row.id, "why": type(error).__name__}
                )
                return self._refuse(tx, row)
            return 1

    def _compared(self, member: MemberId, size: int) -> ComparedHead | None:
        """Return the head that nobody contradicts; none where the log showed two histories."""
        try:
            return self.heads.compare(member, size)
        except ForkError:
            return None

    def _refuse(self, tx: Tx, row: Disclosure) -> int:
        step(row, Event.END)
        self.disclosures.refuse_fetch(tx, row)
        return 0

    def _is_late(self, row: Disclosure, fetch: Envelope) -> bool:
        now = seconds(self.clock.now())
        return now >= min(end_of_acceptance(row.not_after), fetch.exp or 0)

    def _is_permitted(self, tx: Tx, row: Disclosure) -> bool:
        """Tell whether token, member and blocks still allow it, as of now."""
        if consents.live(tx, row.token_id) is None:
            return False
        member = self.members.directory(tx).member(row.member)
        if member.status != "active" or peers.is_forked(tx, row.member):
            return False
        _, proposal = proposal_of(row)
        return not self.disclosures.is_blocked(tx, row.person_id, row.member, proposal)

    def _check_spend(
        self, tx: Tx, row: Disclosure, message: RevealFetch, head: ComparedHead
    ) -> None:
        """Refuse a spend that is not effective, recent, unreturned and of this request's hold.

        Raises:
            UnexpectedEventError: it is not.
            LogBehindError: a ledger body below the compared head is not held yet.
        """
        place = message.spend
        entry = trees.entry_at(tx, place.log, place.index)
        if entry is None or entry.leaf_id != place.id:
            raise UnexpectedEventError("no such spend")
        # Up to the whole head, not just to the spend: what follows may return it.
        spend = self.ledger.state_at(tx, MemberId(row.member), head.size).standing_spend(place.id)
        if abs(ordinal(self.ledger.log.today(tx)) - spend.day) > MAX_DAYS_APART:
            raise UnexpectedEventError("a spend of another week")
        # The hold's binding to this proposal was checked when it came.
        if spend.hold != row.hold_id:
            raise UnexpectedEventError("the spend of another hold")

    def _give(
        self,
        tx: Tx,
        row: Disclosure,
        fetch: Envelope,
        message: RevealFetch,
        head: ComparedHead,
    ) -> None:
        """Seal for the key of this fetch, and log it before it leaves.

        Raises:
            BadKeyError: that key cannot be used.
        """
        info = reveal_info(
            cs=fetch.cs,
            token=TokenId(row.token_id),
            acceptance=sha256(row.statement or b""),
            proposal=row.digest,
            fetch=EnvelopeId(fetch.id),
            to=MemberId(row.member),
        )
        payload = frozen(tx, self.vault, row).canonical()
        sealed = hpke.seal(message.hpke.kem, message.public, payload, info)
        step(row, Event.GIVE)
        row.fetch = None
        self.ledger.log.entry(
            tx,
            Give(
                fetch=fetch.id,
                proposal=row.id,
                acceptance=message.acceptance,
                spend=message.spend,
                head=GiveHead(size=head.size, root=head.root.hex()),
                silent=head.silent,
            ),
        )
        self.disclosures.outbox.put(
            tx,
            MemberId(row.member),
            RevealGive(fetch=fetch.id, sealed_sha256=sha256(sealed).hex()),
            ref=row.id,
            exp=fetch.exp,
            sealed=sealed,
        )


def _fetch_of(payload: bytes) -> tuple[Envelope, RevealFetch]:
    envelope = Envelope.parse(payload)
    return envelope, RevealFetch.from_json(envelope.to_json()["body"])
