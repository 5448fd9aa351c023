"""Named queries on letters that came back."""

from node.storage.database import Tx
from node.storage.tables.bounce import Bounce


def put(tx: Tx, letter_id: str, *, is_hard: bool, status: str, now: int) -> bool:
    """Keep what came back of a letter, the worst of it; tell whether it is news."""
    known = tx.get(Bounce, letter_id)
    if known is not None and (known.is_hard or not is_hard):
        return False
    tx.merge(Bounce.new(letter_id=letter_id, is_hard=is_hard, status=status, came_at=now))
    tx.flush()
    return True
