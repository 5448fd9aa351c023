"""What a proposal costs: the hold, the spend and their way back (PROTOCOL 7)."""

from dataclasses import dataclass

from crypto.randomness import random_bytes
from node.services.errors import NoCreditError
from node.services.ledger import Ledger
from node.services.log import Log
from node.storage.database import Tx
from node.storage.tables.opening import Proposal
from protocol.disclosure import hold_until
from protocol.identifiers import EnvelopeId, MemberId, TokenId
from protocol.leaf_place import LeafPlace
from protocol.ledger import Hold, Release, Return, Spend, hold_bind
from protocol.ledger_fold import VoidLeafError, VoidReason
from protocol.match_life import Event, State, advance
from protocol.messages.match import HoldPlace
from protocol.reveal import Returned, ReturnReason

_SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Holds:
    """Keeps this node's ledger in step with its proposals."""

    log: Log
    ledger: Ledger

    def take(
        self,
        tx: Tx,
        *,
        origin: MemberId,
        token: TokenId,
        proposal: EnvelopeId,
        not_after: int,
    ) -> HoldPlace:
        """Hold a part of a credit for one proposal; the salt opens it to the origin.

        Raises:
            NoCreditError: no living credit covers another open proposal.
        """
        salt = random_bytes(_SALT_BYTES)
        bind = hold_bind(salt, origin, token, proposal).hex()
        try:
            place = self.ledger.append(tx, Hold(bind=bind, until=hold_until(not_after)))
        except VoidLeafError as error:
            if error.reason is VoidReason.NO_CREDIT:
                raise NoCreditError("no credit") from error
            raise
        return HoldPlace(log=place.log, index=place.index, id=place.id, salt=salt.hex())

    def release(self, tx: Tx, proposal: Proposal) -> None:
        """End the hold of a proposal that ended before a spend."""
        try:
            self.ledger.append(tx, Release(hold=proposal.hold_id))
        except VoidLeafError as error:
            # A hold past its last day is free already.
            if error.reason is not VoidReason.HOLD:
                raise

    def spend(self, tx: Tx, proposal: Proposal) -> LeafPlace:
        """Spend a credit for an acceptance in hand.

        Raises:
            VoidLeafError: no credit lives any more, or the hold is past its last day.
        """
        return self.ledger.append(tx, Spend(hold=proposal.hold_id))

    def give_back(self, tx: Tx, proposal: Proposal, reason: ReturnReason) -> None:
        """Take a spend back that brought nobody, and destroy the key of its fetch.

        Where the ledger's cap forbids it the credit is lost; the reason is kept either way.
        """
        spend_id = proposal.spend_id or ""
        try:
            self.ledger.append(tx, Return(spend=spend_id))
        except VoidLeafError as error:
            if error.reason not in {VoidReason.RETURN_CAP, VoidReason.SPEND}:
                raise
        self.log.entry(tx, Returned(spend=spend_id, reason=reason))
        proposal.fetch_key = None
        step(proposal, Event.RETURN)


def step(proposal: Proposal, event: Event) -> State:
    """Move a proposal on and return its new state.

    Raises:
        UnexpectedEventError: the event cannot happen to it now.
    """
    state = advance(State(proposal.state), event)
    proposal.state = state
    return state
