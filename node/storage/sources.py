"""Named queries on the systems that are polled."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, update
from sqlmodel import col, delete, select

from node.storage.database import Tx
from node.storage.tables.source import SeenHook, SourceHint, SourceRow, SourceState


def state(tx: Tx, name: str) -> SourceState:
    """Return how a source stands; one that was never asked gets a row."""
    found = tx.get(SourceState, name)
    if found is None:
        found = SourceState.new(name=name)
        tx.add(found)
        tx.flush()
    return found


def states(tx: Tx) -> dict[str, SourceState]:
    """Return how every source stands that was asked or sent a webhook."""
    return {one.name: one for one in tx.exec(select(SourceState))}


def contents(tx: Tx, source: str, remotes: Collection[bytes]) -> dict[bytes, bytes]:
    """Return what was last seen of these applications of a source."""
    query = select(SourceRow.remote, SourceRow.content).where(
        SourceRow.source == source, col(SourceRow.remote).in_(remotes)
    )
    return dict(tx.exec(query).all())


def see(tx: Tx, source: str, remotes: Collection[bytes], walk: int) -> None:
    """Note that these applications are at the source still."""
    tx.execute(
        update(SourceRow)
        .where(col(SourceRow.source) == source, col(SourceRow.remote).in_(remotes))
        .values(walk=walk)
    )


def put(tx: Tx, rows: Sequence[SourceRow]) -> None:
    """Note what is now seen of these applications."""
    for row in rows:
        tx.merge(row)


def count(tx: Tx, source: str) -> int:
    """Return how many applications of a source were seen."""
    query = select(func.count()).select_from(SourceRow).where(col(SourceRow.source) == source)
    return tx.exec(query).one()


def unseen(tx: Tx, source: str, walk: int) -> list[SourceRow]:
    """Return the applications that the listing *walk* of a source did not show."""
    query = select(SourceRow).where(SourceRow.source == source, col(SourceRow.walk) < walk)
    return list(tx.exec(query.order_by(col(SourceRow.remote))))


def forget(tx: Tx, source: str, remotes: Collection[bytes]) -> None:
    """Forget what was seen of applications that are gone at their source."""
    tx.execute(
        delete(SourceRow).where(col(SourceRow.source) == source, col(SourceRow.remote).in_(remotes))
    )


def put_hint(tx: Tx, row: SourceHint) -> None:
    """Note an application to be read again; a second time changes nothing."""
    tx.merge(row)


def hints(tx: Tx, source: str, *, limit: int) -> list[SourceHint]:
    """Return applications that are to be read again."""
    query = select(SourceHint).where(SourceHint.source == source)
    return list(tx.exec(query.order_by(col(SourceHint.remote)).limit(limit)))


def drop_hint(tx: Tx, hint: SourceHint) -> None:
    """Forget that an application was to be read again, unless it was named once more."""
    tx.execute(
        delete(SourceHint).where(
            col(SourceHint.source) == hint.source,
            col(SourceHint.remote) == hint.remote,
            col(SourceHint.sealed) == hint.sealed,
        )
    )


def is_seen(tx: Tx, source: str, digest: bytes) -> bool:
    """Tell whether a webhook was dealt with."""
    return tx.get(SeenHook, (source, digest)) is not None


def mark_seen(tx: Tx, source: str, digest: bytes, came: int, *, forget_before: int) -> None:
    """Note a webhook that was dealt with, and forget the old ones."""
    tx.execute(delete(SeenHook).where(col(SeenHook.came) < forget_before))
    tx.merge(SeenHook.new(source=source, digest=digest, came=came))
