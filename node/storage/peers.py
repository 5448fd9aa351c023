"""Named queries on the state of each peer: lease, polling, bodies still wanted."""

from sqlmodel import col, delete, func, select

from node.storage.database import Tx
from node.storage.tables.peer import Peer, WantedBody


def of(tx: Tx, member: str) -> Peer:
    """Return the row of a peer, made where it is not there yet."""
    row = tx.get(Peer, member)
    if row is None:
        row = Peer.new(member=member)
        tx.add(row)
        tx.flush()
    return row


def known(tx: Tx, member: str) -> Peer | None:
    """Return the row of a peer that was ever read."""
    return tx.get(Peer, member)


def seen(tx: Tx, member: str, *, at: int) -> None:
    """Note that the peer's log was read."""
    row = of(tx, member)
    row.reached_at, row.failures = at, 0


def failed(tx: Tx, member: str) -> None:
    """Note that the peer could not be read."""
    of(tx, member).failures += 1


def is_forked(tx: Tx, member: str) -> bool:
    """Tell whether that log showed two histories."""
    row = tx.get(Peer, member)
    return row is not None and row.forked


def set_forked(tx: Tx, member: str) -> None:
    """Note that nothing of that log is used again."""
    of(tx, member).forked = True


def set_lease(tx: Tx, member: str, document: bytes, *, size: int, until: int) -> None:
    """Keep the newest signed status of a peer."""
    row = of(tx, member)
    row.status, row.lease_size, row.valid_until = document, size, until


def want(tx: Tx, member: str, leaf_id: str, idx: int, kind: str) -> None:
    """Note a leaf whose body is to be asked for."""
    if tx.get(WantedBody, (leaf_id, member)) is None:
        tx.add(WantedBody.new(leaf_id=leaf_id, member=member, idx=idx, kind=kind))


def wanted(tx: Tx, member: str) -> list[WantedBody]:
    """Return the leaves whose bodies are wanted, in the order of the log."""
    query = select(WantedBody).where(WantedBody.member == member).order_by(col(WantedBody.idx))
    return list(tx.exec(query))


def unwant(tx: Tx, member: str, leaf_id: str) -> None:
    """Forget a leaf whose body was answered, or ended."""
    rows = delete(WantedBody).where(col(WantedBody.leaf_id) == leaf_id)
    tx.exec(rows.where(col(WantedBody.member) == member))


def wanted_of(tx: Tx, member: str, leaf_id: str) -> WantedBody | None:
    """Return the row of one wanted leaf."""
    return tx.get(WantedBody, (leaf_id, member))


def silent(tx: Tx, failures: int) -> int:
    """Return how many peers did not answer that many times in a row."""
    return tx.exec(select(func.count()).where(Peer.failures >= failures)).one()
