"""The end of a consent, and what comes back of it: withdrawal, receipts, the matrix (PROTOCOL 4).

A deletion receipt is a claim that its sender cannot deny. It does not prove that the
other company has nothing left.
"""

from collections.abc import Callable
from dataclasses import dataclass

from node.clock import Clock, seconds
from node.services.errors import NothingToDoError
from node.services.log import Log
from node.services.tokens import Tokens
from node.storage import bodies, consents, trees
from node.storage.database import Database, Tx
from node.storage.members import Members
from node.storage.tables.consent import Consent, Delivery
from protocol import delivery as cell
from protocol.consent import ConsentWithdraw
from protocol.consent_life import Event, State, advance
from protocol.envelope import Envelope
from protocol.errors import MalformedError
from protocol.log.leaf import Leaf
from protocol.messages.deletion import DeleteReceipt

EndRequests = Callable[[Tx, list[str]], None]


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One ended token at one receiver, as the origin's matrix shows it."""

    token_id: str
    receiver: str
    ended_at: int
    state: cell.State
    deleted_on: str | None


@dataclass(frozen=True, slots=True)
class Withdrawals:
    """Ends consents and keeps account of the receipts."""

    db: Database
    clock: Clock
    members: Members
    log: Log
    tokens: Tokens
    end_requests: EndRequests

    def withdraw(self, tx: Tx, person_id: str) -> None:
        """End the person's consent, as the person wishes.

        Raises:
            NothingToDoError: none stands.
        """
        consent = consents.given(tx, person_id)
        if consent is None:
            raise NothingToDoError("no consent stands")
        self.log.entry(tx, ConsentWithdraw(consent=consent.id))
        self._end(tx, consent, Event.WITHDRAW)

    def replace(self, tx: Tx, person_id: str) -> None:
        """End an earlier consent of the person, since a new one takes its place."""
        consent = consents.given(tx, person_id)
        if consent is not None:
            self._end(tx, consent, Event.REPLACE)

    def renew(self, tx: Tx, person_id: str) -> None:
        """End all tokens of the person and queue new ones, since the block list grew."""
        consent = consents.given(tx, person_id)
        if consent is None:
            return
        self.end_requests(tx, self._end_tokens(tx, consent))
        directory = self.members.directory(tx)
        for member in directory.current.active(besides=self.log.me):
            consents.queue(tx, consent, member.id)

    def expire_due(self) -> int:
        """End the consents whose time is over; return how many."""
        with self.db.begin() as tx:
            over = consents.expired(tx, now=seconds(self.clock.now()))
            for consent in over:
                consent.state = advance(State(consent.state), Event.EXPIRE)
                # Each peer deletes by itself at that time, so no leaf is needed.
                ended = self.tokens.expire(tx, consent, now=seconds(self.clock.now()))
                bodies.erase(tx, self.log.me, ended)
                self.end_requests(tx, ended)
            return len(over)

    def on_receipt(self, tx: Tx, envelope: Envelope, receipt: DeleteReceipt) -> None:
        """Take a peer's word that it destroyed a token's values.

        Raises:
            MalformedError: the receipt names another commitment than the token's leaf.
        """
        token = consents.token(tx, receipt.token)
        if token is None or token.receiver != envelope.sender or token.idx is None:
            return  # not addressed to that peer: it is dropped, and tells the peer nothing
        entry = trees.entry_of(tx, self.log.origin, token.id)
        if entry is None or Leaf.parse(entry.payload).c != receipt.c:
            raise MalformedError("receipt for another leaf")
        row = consents.delivery(tx, token.id)
        if row is None:
            row = Delivery.new(
                token_id=token.id, receiver=token.receiver, state=cell.State.NOT_DELIVERED
            )
            tx.add(row)
        state = cell.State(row.state)
        if cell.Event.RECEIPT in cell.TRANSITIONS[state]:
            row.state = cell.advance(state, cell.Event.RECEIPT)
            row.deleted_on = receipt.day

    def matrix(self) -> list[MatrixRow]:
        """Return every ended token that was delivered, newest first."""
        now = seconds(self.clock.now())
        with self.db.read() as tx:
            sla = self.members.directory(tx).current.params.sla_s
            return [
                MatrixRow(
                    token_id=token.id,
                    receiver=token.receiver,
                    ended_at=token.ended_at or 0,
                    state=cell_state(row, token.ended_at or 0, sla, now=now),
                    deleted_on=row.deleted_on,
                )
                for token, row in consents.matrix(tx)
            ]

    def _end(self, tx: Tx, consent: Consent, event: Event) -> None:
        consent.state = advance(State(consent.state), event)
        self.end_requests(tx, self._end_tokens(tx, consent))

    def _end_tokens(self, tx: Tx, consent: Consent) -> list[str]:
        ended = self.tokens.end(tx, consent, now=seconds(self.clock.now()))
        bodies.erase(tx, self.log.me, ended)
        return ended


def cell_state(row: Delivery, ended_at: int, sla_s: int, *, now: int) -> cell.State:
    """Return a cell as of *now*: overdue when no receipt came within `sla_s` of the end."""
    state = cell.State(row.state)
    if state is cell.State.DELIVERED and now > ended_at + sla_s:
        return cell.advance(state, cell.Event.MISS)
    return state
