"""Named queries on envelopes, out and in (PROTOCOL 3)."""

from sqlmodel import col, or_, select

from node.storage.database import Tx
from node.storage.tables.envelope import Incoming, Outgoing
from protocol.envelope import Envelope
from protocol.envelope_life import State


def put(
    tx: Tx,
    envelope: Envelope,
    document: bytes,
    *,
    sealed: bytes | None,
    at_size: int,
    entry_id: str,
) -> None:
    """Queue an envelope."""
    tx.add(
        Outgoing.new(
            id=envelope.id,
            receiver=envelope.to,
            kind=envelope.kind,
            ref=envelope.ref,
            document=document,
            sealed=sealed,
            at_size=at_size,
            entry_id=entry_id,
            state=State.WAITING,
            exp=envelope.exp,
        )
    )
    tx.flush()


def put_incoming(
    tx: Tx, envelope: Envelope, document: bytes, answer: bytes, *, entry_id: str
) -> None:
    """Keep an applied envelope with the answer that settles it."""
    tx.add(
        Incoming.new(
            sender=envelope.sender,
            id=envelope.id,
            kind=envelope.kind,
            document=document,
            answer=answer,
            entry_id=entry_id,
        )
    )
    tx.flush()


def incoming(tx: Tx, sender: str, envelope_id: str) -> Incoming | None:
    """Return what was applied under that id."""
    return tx.get(Incoming, (sender, envelope_id))


def outgoing(tx: Tx, envelope_id: str) -> Outgoing | None:
    """Return one queued envelope."""
    return tx.get(Outgoing, envelope_id)


def kept(tx: Tx, envelope_id: str) -> Outgoing:
    """Return one queued envelope that is known to be there."""
    return tx.get_one(Outgoing, envelope_id)


def due(tx: Tx, *, now: int, published: int, limit: int = 100) -> list[Outgoing]:
    """Return what may be tried: its leaf lies below the published size, its time has come."""
    query = (
        select(Outgoing)
        .where(
            Outgoing.state == State.WAITING,
            Outgoing.next_try <= now,
            or_(
                col(Outgoing.at_size) < published,
                col(Outgoing.exp) <= now,
            ),
        )
        .order_by(col(Outgoing.at_size))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(tx.exec(query))


def all_outgoing(tx: Tx) -> list[Outgoing]:
    """Return every envelope that was ever queued."""
    return list(tx.exec(select(Outgoing).order_by(col(Outgoing.at_size))))


def all_incoming(tx: Tx) -> list[Incoming]:
    """Return every envelope that was ever applied."""
    return list(tx.exec(select(Incoming)))


def drop_sealed(tx: Tx, envelope_id: str) -> None:
    """Forget the ciphertext of a delivered reveal."""
    row = tx.get(Outgoing, envelope_id)
    if row is not None:
        row.sealed = None
