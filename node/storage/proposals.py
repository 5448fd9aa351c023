"""Named queries on this node's own proposals and on the introductions that came of them."""

from collections.abc import Iterable

from sqlmodel import col, func, select, update

from node.storage.database import Tx
from node.storage.tables.opening import Introduction, Proposal


def put(tx: Tx, proposal: Proposal) -> None:
    """Keep a new proposal."""
    tx.add(proposal)
    tx.flush()


def get(tx: Tx, proposal_id: str) -> Proposal | None:
    """Return one proposal."""
    return tx.get(Proposal, proposal_id)


def every(tx: Tx) -> list[Proposal]:
    """Return every proposal, the newest first."""
    query = select(Proposal).order_by(col(Proposal.created_at).desc(), Proposal.id)
    return list(tx.exec(query))


def in_states(tx: Tx, states: Iterable[str]) -> list[Proposal]:
    """Return the proposals in one of the states, the oldest first."""
    query = select(Proposal).where(col(Proposal.state).in_(list(states)))
    return list(tx.exec(query.order_by(col(Proposal.created_at), Proposal.id)))


def for_token(tx: Tx, member: str, token_id: str) -> list[Proposal]:
    """Return what was proposed for one token of *member*."""
    query = select(Proposal).where(Proposal.member == member, Proposal.token_id == token_id)
    return list(tx.exec(query))


def count_since(tx: Tx, moment: int) -> int:
    """Return how many proposals were made since *moment* (Unix seconds)."""
    query = select(func.count()).select_from(Proposal).where(Proposal.created_at >= moment)
    return tx.exec(query).one()


def forget_reasons(tx: Tx, member: str, token_id: str) -> None:
    """Destroy what the proposals for an ended token repeat of its values."""
    rows = update(Proposal).where(col(Proposal.member) == member)
    tx.exec(rows.where(col(Proposal.token_id) == token_id).values(reasons=b""))


def put_introduction(tx: Tx, introduction: Introduction) -> None:
    """Keep a person who was introduced; the id is the proposal's."""
    tx.add(introduction)
    tx.flush()


def introduction(tx: Tx, introduction_id: str) -> Introduction | None:
    """Return one introduction."""
    return tx.get(Introduction, introduction_id)


def introductions(tx: Tx) -> list[Introduction]:
    """Return every introduction, the newest first."""
    query = select(Introduction).order_by(col(Introduction.received_at).desc(), Introduction.id)
    return list(tx.exec(query))


def kept_before(tx: Tx, day: str) -> list[Introduction]:
    """Return the introductions with an identity that was to be kept until before *day*."""
    query = select(Introduction).where(
        col(Introduction.sealed).is_not(None), Introduction.keep_until < day
    )
    return list(tx.exec(query))
