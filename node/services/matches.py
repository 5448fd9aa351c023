"""What follows a proposal at the company that made it: yes, spend, fetch, reveal (PROTOCOL 6).

Each `on_…` runs inside the transaction of the inbox, after its `doc.in` leaf; what it
raises leaves nothing changed.
"""

import logging
from dataclasses import dataclass
from typing import Final

from crypto.encoding import b64url_encode
from crypto.errors import BadCiphertextError
from crypto.hashing import sha256
from crypto.hpke import Kem, PrivateKey
from node.clock import Clock, seconds
from node.services import acceptances
from node.services.holds import Holds, step
from node.services.introductions import introduce
from node.services.outbox import Outbox
from node.storage import proposals, trees
from node.storage.database import Database, Tx
from node.storage.members import Members
from node.storage.tables.envelope import Outgoing
from node.storage.tables.opening import Proposal
from node.storage.vault import Vault
from protocol import envelope_life
from protocol.disclosure import AcceptStatement, end_of_acceptance
from protocol.envelope import Envelope
from protocol.errors import GoneError, MalformedError, UnexpectedEventError
from protocol.identifiers import EnvelopeId, MemberId, Origin, TokenId, new_id
from protocol.leaf_place import LeafPlace
from protocol.ledger_fold import VoidLeafError
from protocol.match_life import Event, State
from protocol.messages.disclosure import DisclosureAccept
from protocol.messages.match import MatchPropose
from protocol.messages.reveal import (
    HpkeSuite,
    RevealFetch,
    RevealGive,
    RevealReceipt,
    RevealRefuse,
    RevealResult,
)
from protocol.reveal import ReturnReason, SealedPayload, check_payload, reveal_info

log = logging.getLogger(__name__)

# A no is sent at the end of the person's time, and may be on its way for a while.
GRACE_S: Final = 86_400


@dataclass(frozen=True, slots=True)
class Matches:
    """Takes the answers to this node's proposals, spends, fetches and opens."""

    db: Database
    clock: Clock
    vault: Vault
    members: Members
    me: MemberId
    origin: Origin  # of this node's log
    holds: Holds
    outbox: Outbox

    def on_accept(self, tx: Tx, envelope: Envelope, message: DisclosureAccept) -> None:
        """Keep a verified yes; the identity is fetched by :meth:`fetch_due`.

        Raises:
            UnexpectedEventError: no such proposal of this sender, or it is not open.
            ProtocolError: as :func:`acceptances.checked`.
        """
        row = _proposal(tx, envelope)
        step(row, Event.ACCEPT)
        directory = self.members.directory(tx)
        statement = acceptances.checked(tx, directory, self.me, row, envelope, message)
        row.accept = message.canonical()
        row.acceptance = statement.digest()

    def on_decline(self, tx: Tx, envelope: Envelope) -> None:
        """End a proposal by a no; after the spend the credit comes back.

        Raises:
            UnexpectedEventError: no such proposal of this sender, or it is not open.
        """
        row = _proposal(tx, envelope)
        if step(row, Event.DECLINE) is State.DECLINED:
            self.holds.release(tx, row)
        else:
            self._refused(tx, row, ReturnReason.REFUSED)

    def on_refuse(self, tx: Tx, envelope: Envelope, message: RevealRefuse) -> None:
        """End a fetch that the origin does not answer with an identity.

        Raises:
            UnexpectedEventError: no such proposal of this sender, or another fetch.
        """
        row = _proposal(tx, envelope)
        if row.fetch_id != message.fetch:
            raise UnexpectedEventError("no such fetch")
        step(row, Event.REFUSE)
        self._refused(tx, row, ReturnReason.REFUSED)

    def on_give(self, tx: Tx, envelope: Envelope, message: RevealGive, sealed: bytes) -> None:
        """Open what the origin gave, and answer with a receipt; the fetch's key is destroyed.

        Raises:
            UnexpectedEventError: no such proposal of this sender.
            GoneError: the key of that fetch was destroyed.
            MalformedError: the ciphertext is not the one that was signed for.
        """
        row = _proposal(tx, envelope)
        if row.fetch_id != message.fetch or row.fetch_key is None:
            raise GoneError("the key of that fetch is destroyed")
        if sha256(sealed).hex() != message.sealed_sha256:
            raise MalformedError("another ciphertext than the one signed for")
        result = self._open(tx, row, sealed)
        row.fetch_key = None
        self.outbox.put(
            tx,
            MemberId(row.member),
            RevealReceipt(fetch=message.fetch, result=result),
            ref=row.id,
            exp=self.outbox.end(),
        )

    def on_problem(self, tx: Tx, outgoing: Outgoing, kind: str) -> None:
        """Take the end of an envelope of this side that was not answered with yes.

        *kind* is that of the final problem. An envelope that merely found no receiver in
        time changes nothing here: :meth:`lapse_due` ends what it asked for.
        """
        row = proposals.get(tx, outgoing.ref or outgoing.id)
        if row is None or outgoing.state != envelope_life.State.REFUSED:
            return
        log.warning("refused by the origin", extra={"proposal": row.id, "why": kind})
        try:
            if outgoing.kind == MatchPropose.KIND:
                step(row, Event.REJECT)
                self.holds.release(tx, row)
            elif outgoing.kind == RevealFetch.KIND and outgoing.id == row.fetch_id:
                step(row, Event.REFUSE)
                self._refused(tx, row, ReturnReason.REFUSED)
        except UnexpectedEventError:
            log.info("refused after its end", extra={"proposal": row.id})

    def fetch_due(self) -> int:
        """Spend for each yes in hand, or try again what could not be opened; return how many."""
        with self.db.read() as tx:
            waiting = proposals.in_states(tx, (State.ACCEPTED, State.UNOPENED))
        fetched = 0
        for found in waiting:
            try:
                with self.db.begin() as tx:
                    fetched += self._fetch(tx, found.id)
            except VoidLeafError as error:
                # The yes waits for a credit until it lapses; the pages say so.
                log.info("no spend", extra={"proposal": found.id, "why": str(error.reason)})
        return fetched

    def lapse_due(self) -> int:
        """End what was not answered in time; return how many proposals that were."""
        now = seconds(self.clock.now())
        with self.db.begin() as tx:
            silent = [
                row
                for row in proposals.in_states(
                    tx, (State.PROPOSED, State.ACCEPTED, State.FETCHED, State.UNOPENED)
                )
                if _end(row) <= now
            ]
            for row in silent:
                if step(row, Event.LAPSE) is State.LAPSED:
                    self.holds.release(tx, row)
                else:
                    self._refused(tx, row, ReturnReason.SILENT)
        return len(silent)

    def _fetch(self, tx: Tx, proposal_id: str) -> int:
        """Ask for one identity under a fresh key, in the caller's transaction."""
        row = proposals.get(tx, proposal_id)
        now = self.clock.now()
        directory = self.members.directory(tx)
        if row is None or seconds(now) >= min(_end(row), directory.current.expires):
            return 0
        if directory.member(row.member) not in directory.current.active():
            return 0
        # The origin gives nothing for a withdrawn token; its no is on its way.
        if acceptances.is_withdrawn(tx, directory.origin(row.member), row.token_id):
            return 0
        step(row, Event.FETCH)
        if row.spend_id is None:
            row.spend_id = self.holds.spend(tx, row).id
        key = PrivateKey.generate(Kem.XWING)
        exp = min(self.outbox.end(), end_of_acceptance(row.not_after))
        fetch_id = EnvelopeId(new_id())
        message = RevealFetch(
            acceptance=(row.acceptance or b"").hex(),
            spend=self._spend_place(tx, row),
            hpke=HpkeSuite(kem=Kem.XWING),
            key=b64url_encode(key.public),
        )
        self.outbox.put(
            tx, MemberId(row.member), message, ref=row.id, exp=exp, envelope_id=fetch_id
        )
        row.fetch_id, row.fetch_exp = fetch_id, exp
        row.fetch_key = self.vault.seal_own(_key_place(fetch_id), key.raw)
        return 1

    def _spend_place(self, tx: Tx, row: Proposal) -> LeafPlace:
        entry = trees.entry_of(tx, self.origin, row.spend_id or "")
        if entry is None:
            raise UnexpectedEventError("no spend in this node's log")
        return LeafPlace(log=self.origin, index=entry.idx, id=entry.leaf_id)

    def _refused(self, tx: Tx, row: Proposal, reason: ReturnReason) -> None:
        """Return the spend of a refused fetch, once."""
        if State(row.state) is State.REFUSED:
            self.holds.give_back(tx, row, reason)

    def _open(self, tx: Tx, row: Proposal, sealed: bytes) -> RevealResult:
        """Move the proposal on by what the ciphertext holds."""
        statement = acceptances.statement_of(row)
        fetch_id = EnvelopeId(row.fetch_id or "")
        raw = self.vault.open_own(_key_place(fetch_id), row.fetch_key or b"")
        info = reveal_info(
            cs=self.members.directory(tx).cs,
            token=TokenId(row.token_id),
            acceptance=statement.digest(),
            proposal=row.digest,
            fetch=fetch_id,
            to=self.me,
        )
        try:
            plaintext = PrivateKey(Kem.XWING, raw).open(sealed, info)
        except BadCiphertextError:
            step(row, Event.CANNOT_OPEN)
            return RevealResult.CANNOT_OPEN
        return self._take(tx, row, statement, plaintext)

    def _take(
        self, tx: Tx, row: Proposal, statement: AcceptStatement, plaintext: bytes
    ) -> RevealResult:
        """Keep the person if what was sealed is what was agreed to."""
        try:
            payload = SealedPayload.parse(plaintext)
            check_payload(payload.n, payload.identity, statement)
        except MalformedError:
            step(row, Event.MISMATCH)
            self._refused(tx, row, ReturnReason.MISMATCH)
            return RevealResult.MISMATCH
        step(row, Event.OPEN)
        introduce(
            tx,
            self.vault,
            proposal_id=row.id,
            opening_id=row.opening_id,
            member=row.member,
            identity=payload.identity,
            retention_days=acceptances.sent(tx, row).retention,
            report=statement.report,
            now=self.clock.now(),
        )
        return RevealResult.OK


def _proposal(tx: Tx, envelope: Envelope) -> Proposal:
    """Return the proposal that *envelope* refers to, made to its sender."""
    row = proposals.get(tx, envelope.ref or "")
    if row is None or row.member != envelope.sender:
        raise UnexpectedEventError("no such proposal")
    return row


def _end(row: Proposal) -> int:
    """Return when a proposal ends by silence, in Unix seconds, by its state."""
    match State(row.state):
        case State.PROPOSED:
            return row.not_after + GRACE_S
        case State.FETCHED:
            return row.fetch_exp or 0
        case _:
            return end_of_acceptance(row.not_after)


def _key_place(fetch_id: EnvelopeId) -> str:
    return f"fetch/{fetch_id}"
