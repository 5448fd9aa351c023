"""How many rows of each noun are in each state."""

from dataclasses import dataclass

from sqlmodel import col, func, select

from node.storage.database import Tx
from node.storage.tables.application import Application, Batch
from node.storage.tables.consent import Consent, Delivery, Token
from node.storage.tables.disclosure import Disclosure
from node.storage.tables.envelope import Outgoing
from node.storage.tables.letter import Letter
from node.storage.tables.opening import Introduction, Proposal
from node.storage.tables.peer_token import PeerToken
from node.storage.tables.referral import Claim

_STATES = (
    ("letters", Letter.state),
    ("consents", Consent.state),
    ("tokens", Token.state),
    ("deliveries", Delivery.state),
    ("requests", Disclosure.state),
    ("proposals", Proposal.state),
    ("claims", Claim.state),
    ("envelopes", Outgoing.state),
    ("introductions", Introduction.status),
)


def rows_by_state(tx: Tx) -> dict[str, int]:
    """Return counts under names such as `letters_sent`, and the plain totals."""
    found: dict[str, int] = {}
    for noun, column in _STATES:
        for state, number in tx.exec(select(column, func.count()).group_by(col(column))):
            found[f"{noun}_{state.replace('-', '_')}"] = number
    found["applications"] = tx.exec(select(func.count()).select_from(Application)).one()
    found["peer_tokens"] = tx.exec(select(func.count()).select_from(PeerToken)).one()
    return found


@dataclass(frozen=True, slots=True)
class Lately:
    """What happened since a moment."""

    letters: int
    consents: int
    accepted: int


def since(tx: Tx, at: int) -> Lately:
    """Return what happened since Unix seconds *at*."""
    sent = select(func.count()).where(col(Letter.sent_at) >= at)
    given = select(func.count()).where(Consent.given_at >= at)
    said_yes = select(func.count()).where(
        col(Disclosure.answered_at) >= at, col(Disclosure.accept_id).is_not(None)
    )
    return Lately(
        letters=tx.exec(sent).one(), consents=tx.exec(given).one(), accepted=tx.exec(said_yes).one()
    )


def rows_left_out(tx: Tx) -> int:
    """Return how many rows of the newest import were refused."""
    query = select(Batch.errors).order_by(col(Batch.started).desc()).limit(1)
    return tx.exec(query).first() or 0
