"""Named queries on static links, and on the addresses that were typed on their page."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapped
from sqlmodel import col, delete, func, select, update

from node.domain.letters import Answer
from node.storage.database import Tx
from node.storage.tables.letter import Letter
from node.storage.tables.person import BlindIndex, Suppression
from node.storage.tables.static_link import LinkRequest, StaticLink


@dataclass(frozen=True, slots=True)
class Asker:
    """One person on file under the address of a request."""

    request: LinkRequest
    person_id: str
    has_agreed: bool


def add(tx: Tx, link: StaticLink) -> None:
    """Add a static link."""
    tx.add(link)
    tx.flush()


def by_code(tx: Tx, code: str) -> StaticLink | None:
    """Return the static link of a code."""
    return tx.get(StaticLink, code)


def every(tx: Tx) -> list[StaticLink]:
    """Return every static link, the newest first."""
    query = select(StaticLink).order_by(col(StaticLink.created_at).desc(), col(StaticLink.code))
    return list(tx.exec(query))


def put_request(tx: Tx, request: LinkRequest) -> None:
    """Keep a request; nothing is looked up."""
    tx.add(request)
    tx.flush()


def requests_since(tx: Tx, at: int) -> int:
    """Return how many requests came in after Unix seconds *at*."""
    query = select(func.count()).select_from(LinkRequest).where(col(LinkRequest.asked_at) > at)
    return tx.exec(query).one()


def are_any(tx: Tx) -> bool:
    """Tell whether a request is kept."""
    return tx.exec(select(LinkRequest.id).limit(1)).first() is not None


def drop(tx: Tx, digest: bytes) -> None:
    """Forget every request of one address."""
    tx.exec(delete(LinkRequest).where(col(LinkRequest.digest) == digest))


def postpone(tx: Tx, digest: bytes, *, until: int) -> None:
    """Look at the requests of one address again at Unix seconds *until*."""
    tx.exec(update(LinkRequest).where(col(LinkRequest.digest) == digest).values(due=until))


def drop_before(tx: Tx, at: int) -> None:
    """Forget the requests that came in before Unix seconds *at*."""
    tx.exec(delete(LinkRequest).where(col(LinkRequest.asked_at) < at))


def drop_suppressed(tx: Tx, *, now: int) -> None:
    """Forget the due requests of addresses that must not be written to."""
    suppressed = select(Suppression.digest)
    tx.exec(
        delete(LinkRequest).where(
            col(LinkRequest.due) <= now, col(LinkRequest.digest).in_(suppressed)
        )
    )


def due_on_file(tx: Tx, *, now: int) -> list[Asker]:
    """Return who is on file of the requests that are due, the oldest request first."""
    query = (
        select(LinkRequest, BlindIndex.person_id)
        .join(BlindIndex, col(BlindIndex.digest) == col(LinkRequest.digest))
        .where(col(LinkRequest.due) <= now)
        .order_by(col(LinkRequest.asked_at), col(LinkRequest.id), col(BlindIndex.person_id))
    )
    found = list(tx.exec(query))
    agreed = set(
        tx.exec(
            select(Letter.person_id).where(
                col(Letter.person_id).in_({person_id for _, person_id in found}),
                Letter.answer == Answer.AGREED,
            )
        )
    )
    return [Asker(request, person_id, person_id in agreed) for request, person_id in found]


def not_on_file(tx: Tx, *, now: int, limit: int) -> list[tuple[LinkRequest, str]]:
    """Return the newest due request of each address that nobody here has, the newest first.

    Beside each stands the name of its static link.
    """
    newest = (col(LinkRequest.asked_at).desc(), col(LinkRequest.id))
    place = func.row_number().over(partition_by=col(LinkRequest.digest), order_by=newest)
    ranked = select(LinkRequest.id, place.label("place")).where(*_unknown(now)).subquery()
    query = (
        select(LinkRequest, StaticLink.name)
        .join(StaticLink, col(StaticLink.code) == col(LinkRequest.code))
        .join(ranked, ranked.c.id == col(LinkRequest.id))
        .where(ranked.c.place == 1)
        .order_by(*newest)
        .limit(limit)
    )
    return list(tx.exec(query))


def find_not_on_file(tx: Tx, request_id: str, *, now: int) -> LinkRequest | None:
    """Return a due request whose address nobody here has, None where it is none."""
    query = select(LinkRequest).where(LinkRequest.id == request_id, *_unknown(now))
    return tx.exec(query).one_or_none()


def count_not_on_file(tx: Tx, *, now: int) -> int:
    """Return how many addresses wait that nobody here has."""
    query = select(func.count(func.distinct(col(LinkRequest.digest)))).where(*_unknown(now))
    return tx.exec(query).one()


def _unknown(now: int) -> tuple[ColumnElement[bool], ...]:
    def is_at(column: Mapped[bytes]) -> ColumnElement[bool]:
        return select(column).where(column == col(LinkRequest.digest)).exists()

    return (
        col(LinkRequest.due) <= now,
        ~is_at(col(BlindIndex.digest)),
        ~is_at(col(Suppression.digest)),
    )
