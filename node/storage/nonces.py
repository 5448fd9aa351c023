"""Named queries on nonces: each is good once (RFC 9421 section 7.2.2)."""

from sqlmodel import col, delete

from node.storage.database import Tx
from node.storage.tables.envelope import Nonce


def use(tx: Tx, key_id: str, nonce: str, expires: int, *, now: int) -> bool:
    """Use a nonce up; False where it was used before. Those that ended are forgotten."""
    tx.exec(delete(Nonce).where(col(Nonce.expires) < now))
    if tx.get(Nonce, (key_id, nonce)) is not None:
        return False
    tx.add(Nonce.new(key_id=key_id, nonce=nonce, expires=expires))
    return True
