"""Named queries on the peers' live tokens and on those that ended."""

from sqlmodel import col, select

from node.storage.database import Tx
from node.storage.tables.peer_token import PeerToken, PeerTokenEnd


def get(tx: Tx, member: str, token_id: str) -> PeerToken | None:
    """Return a live token of a peer."""
    return tx.get(PeerToken, (token_id, member))


def of_member(tx: Tx, member: str) -> list[PeerToken]:
    """Return the live tokens of one origin."""
    return list(tx.exec(select(PeerToken).where(PeerToken.member == member)))


def past(tx: Tx, *, now: int) -> list[PeerToken]:
    """Return the tokens whose time is over."""
    return list(tx.exec(select(PeerToken).where(PeerToken.not_after <= now)))


def end(tx: Tx, member: str, token_id: str, *, day: str, held: bool) -> bool:
    """Drop a token; False where its end was noted before."""
    if has_ended(tx, member, token_id):
        return False
    row = get(tx, member, token_id)
    taken_at = None if row is None else row.taken_at
    if row is not None:
        tx.delete(row)
    tx.add(PeerTokenEnd.new(id=token_id, member=member, ended_on=day, held=held, taken_at=taken_at))
    tx.flush()
    return True


def has_ended(tx: Tx, member: str, token_id: str) -> bool:
    """Tell whether the token ended."""
    return tx.get(PeerTokenEnd, (token_id, member)) is not None


def received(tx: Tx) -> list[tuple[str, str, int]]:
    """Return origin, token and time of every token that was ever taken, by origin and token."""
    live = tx.exec(select(PeerToken.member, PeerToken.id, PeerToken.taken_at)).all()
    ended = tx.exec(
        select(PeerTokenEnd.member, PeerTokenEnd.id, PeerTokenEnd.taken_at).where(
            col(PeerTokenEnd.taken_at).is_not(None)
        )
    ).all()
    return sorted((member, token, at or 0) for member, token, at in [*live, *ended])
