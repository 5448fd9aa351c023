"""Named queries on disclosure requests at the origin."""

from collections.abc import Iterable

from sqlmodel import col, select

from node.storage.database import Tx
from node.storage.tables.disclosure import Disclosure
from node.storage.tables.envelope import Outgoing
from protocol.disclosure import State


def get(tx: Tx, disclosure_id: str) -> Disclosure | None:
    """Return a request."""
    return tx.get(Disclosure, disclosure_id)


def locked(tx: Tx, disclosure_id: str) -> Disclosure | None:
    """Return a request that nobody else can change before this transaction ends."""
    return tx.get(Disclosure, disclosure_id, with_for_update=True, populate_existing=True)


def of_tokens(tx: Tx, token_ids: list[str], states: Iterable[State]) -> list[Disclosure]:
    """Return the requests for some tokens that are in one of the states, locked."""
    query = (
        select(Disclosure)
        .where(col(Disclosure.token_id).in_(token_ids), col(Disclosure.state).in_(list(states)))
        .order_by(col(Disclosure.id))
        .with_for_update()
    )
    return list(tx.exec(query))


def asked_of(tx: Tx, person_id: str) -> list[Disclosure]:
    """Return the requests that a person was asked about, newest first."""
    query = select(Disclosure).where(
        Disclosure.person_id == person_id, Disclosure.silent_until == 0
    )
    return list(tx.exec(query.order_by(col(Disclosure.asked_at).desc(), col(Disclosure.id))))


def held_until(tx: Tx, *, now: int) -> list[Disclosure]:
    """Return the answers whose time to undo is over."""
    query = select(Disclosure).where(
        Disclosure.state == State.HELD, col(Disclosure.release_at) <= now
    )
    return list(tx.exec(query.order_by(col(Disclosure.release_at)).with_for_update()))


def unanswered(tx: Tx, *, now: int) -> list[Disclosure]:
    """Return the requests whose time to answer is over."""
    query = select(Disclosure).where(Disclosure.state == State.ASKED, Disclosure.not_after <= now)
    return list(tx.exec(query.order_by(col(Disclosure.not_after)).with_for_update()))


def silent(tx: Tx, *, now: int) -> list[Disclosure]:
    """Return the requests that nobody was asked about and whose random moment has come."""
    query = select(Disclosure).where(
        Disclosure.state == State.ASKED,
        Disclosure.silent_until > 0,
        Disclosure.silent_until <= now,
    )
    return list(tx.exec(query.order_by(col(Disclosure.silent_until)).with_for_update()))


def unfetched(tx: Tx, *, asked_until: int) -> list[Disclosure]:
    """Return the answers that were told, not fetched, and to requests open until a time."""
    query = select(Disclosure).where(
        col(Disclosure.state).in_([State.SENT, State.UNOPENED]),
        col(Disclosure.fetch).is_(None),
        Disclosure.not_after <= asked_until,
    )
    return list(tx.exec(query.order_by(col(Disclosure.not_after)).with_for_update()))


def fetched(tx: Tx) -> list[str]:
    """Return the ids of the requests whose fetch waits for its answer."""
    query = select(Disclosure.id).where(
        col(Disclosure.state).in_([State.SENT, State.UNOPENED]),
        col(Disclosure.fetch).is_not(None),
    )
    return list(tx.exec(query.order_by(col(Disclosure.id))))


def gives(tx: Tx, disclosure_id: str) -> list[str]:
    """Return the ids of the envelopes that gave the identity."""
    query = select(Outgoing.id).where(Outgoing.ref == disclosure_id, Outgoing.kind == "reveal.give")
    return list(tx.exec(query))
