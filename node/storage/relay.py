"""Named queries on what goes through the relay: tokens in, claims out, the own ledger."""

from collections.abc import Mapping

from sqlmodel import col, func, select

from node.storage.database import Tx
from node.storage.tables.body import Body
from node.storage.tables.peer_token import PeerToken
from node.storage.tables.referral import Claim, ClaimReceipt
from node.storage.tables.tree import Entry
from protocol.log.leaf import LeafKind


def live_tokens(tx: Tx) -> Mapping[str, int]:
    """Return how many tokens of each origin are held now."""
    query = select(PeerToken.member, func.count()).group_by(col(PeerToken.member))
    return dict(tx.exec(query).all())


def claims(tx: Tx) -> Mapping[tuple[str, str], int]:
    """Return how many claims there are by receiver and state."""
    query = select(Claim.receiver, Claim.state, func.count()).group_by(
        col(Claim.receiver), col(Claim.state)
    )
    return {(receiver, state): number for receiver, state, number in tx.exec(query)}


def receipts(tx: Tx) -> Mapping[str, int]:
    """Return how many claims of each member were receipted here."""
    query = select(ClaimReceipt.member, func.count()).group_by(col(ClaimReceipt.member))
    return dict(tx.exec(query).all())


def latest_moves(tx: Tx, origin: str, member: str, *, limit: int) -> list[tuple[int, bytes, bytes]]:
    """Return index, leaf and evidence of a ledger's newest leaves, the newest first."""
    query = (
        select(Entry.idx, Entry.payload, Body.ev)
        .join(Body, col(Body.leaf_id) == col(Entry.leaf_id))
        .where(Entry.origin == origin, Entry.kind == str(LeafKind.LEDGER), Body.member == member)
        .order_by(col(Entry.idx).desc())
        .limit(limit)
    )
    return list(tx.exec(query))
