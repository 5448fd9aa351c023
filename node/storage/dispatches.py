"""Named queries on groups of letters, on what goes without a hand, and on its digests."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, func, select
from sqlmodel.sql.expression import Select

from node.domain.batch_life import State as BatchState
from node.domain.letter_life import State
from node.i18n import from_seconds, local_day
from node.storage.batches import REVIEW
from node.storage.database import Tx
from node.storage.letters import HELD
from node.storage.tables.application import Application, Batch
from node.storage.tables.bounce import Bounce
from node.storage.tables.dispatch import Automatic, Digest, Dispatch
from node.storage.tables.letter import Letter


@dataclass(frozen=True, slots=True)
class Import:
    """How an import was read: JSON of its columns, their mapping, and what it met."""

    header: str
    mapping: str
    warnings: str


def by_hand(tx: Tx, source: str, version: str, *, limit: int) -> list[Dispatch]:
    """Return the latest groups of one source and version that a hand let go."""
    query = (
        select(Dispatch)
        .where(
            Dispatch.source == source,
            Dispatch.version == version,
            col(Dispatch.operator_id).is_not(None),
        )
        .order_by(col(Dispatch.made_at).desc(), col(Dispatch.id))
    )
    return list(tx.exec(query.limit(limit)))


def sources(tx: Tx) -> list[str]:
    """Return every source of which letters were let go, by name."""
    return list(tx.exec(select(Dispatch.source).distinct().order_by(col(Dispatch.source))))


def automatic(tx: Tx, source: str) -> Automatic | None:
    """Return what was settled of a source last."""
    return tx.get(Automatic, source)


def running(tx: Tx) -> list[Automatic]:
    """Return the sources whose letters go without a hand, by name."""
    query = select(Automatic).where(col(Automatic.ended_at).is_(None))
    return list(tx.exec(query.order_by(col(Automatic.source))))


def unsent(tx: Tx, source: str) -> list[Letter]:
    """Return the letters of a source that wait for their time without a hand."""
    query = (
        select(Letter)
        .join(Dispatch, col(Dispatch.id) == col(Letter.dispatch_id))
        .where(
            Dispatch.source == source,
            col(Dispatch.operator_id).is_(None),
            Letter.state == State.CONFIRMED,
        )
    )
    return list(tx.exec(query))


def days(tx: Tx, source: str, *, since: int) -> dict[date, int]:
    """Return how many letters on a result of a source went out on each day in Japan."""
    query = (
        select(Letter.sent_at)
        .join(Application, col(Application.id) == col(Letter.application_id))
        .where(
            Letter.kind == "rejection",
            Application.source == source,
            col(Letter.sent_at) >= since,
        )
    )
    found: dict[date, int] = {}
    for sent_at in tx.exec(query):
        day = local_day(from_seconds(sent_at or 0))
        found[day] = found.get(day, 0) + 1
    return found


def bounced(tx: Tx, source: str, *, last: int) -> int:
    """Return how many of the last letters of a source came back or were refused for good.

    For whatever reason: where our own domain is refused, no mailbox is at fault.
    """
    newest = (
        select(Letter.id)
        .join(Application, col(Application.id) == col(Letter.application_id))
        .where(
            Letter.kind == "rejection",
            Application.source == source,
            col(Letter.sent_at).is_not(None) | (Letter.fault == "refused"),
        )
        .order_by(col(Letter.not_before).desc(), col(Letter.id))
        .limit(last)
    )
    query = (
        select(func.count())
        .select_from(Letter)
        .outerjoin(Bounce, col(Bounce.letter_id) == col(Letter.id))
        .where(
            col(Letter.id).in_(newest),
            col(Bounce.letter_id).is_not(None) | (col(Letter.fault) == "refused"),
        )
    )
    return tx.exec(query).one()


def newest_batch(tx: Tx, source: str) -> Import | None:
    """Return the latest import of a source that stands."""
    query = _batches(source).order_by(col(Batch.finished).desc(), col(Batch.id))
    row = tx.exec(query.limit(1)).first()
    return None if row is None else Import(*row)


def batches_since(tx: Tx, source: str, at: int) -> list[Import]:
    """Return what differs among the imports of a source that ended after Unix seconds *at*."""
    query = _batches(source).where(col(Batch.finished) > at).distinct()
    return [Import(*row) for row in tx.exec(query)]


def _batches(source: str) -> Select[str, str, str]:
    # An answer on the console has no columns.
    return select(Batch.header, Batch.mapping, Batch.warnings).where(
        Batch.source == source, Batch.state == BatchState.DONE, Batch.format != REVIEW
    )


def waiting_until(tx: Tx, moment: int) -> int:
    """Return how many letters that keep hours wait for a time before Unix seconds *moment*."""
    query = select(func.count()).where(
        col(Letter.kind).in_(HELD),
        Letter.state == State.CONFIRMED,
        col(Letter.not_before) < moment,
    )
    return tx.exec(query).one()


def digest(tx: Tx, day: str) -> Digest | None:
    """Return the digest of a day."""
    return tx.get(Digest, day)


def last_digest(tx: Tx) -> int | None:
    """Return when a digest was sent last, in Unix seconds."""
    return tx.exec(select(func.max(Digest.sent_at))).one()


def digest_by_link(tx: Tx, link: bytes) -> Digest | None:
    """Return the digest that carried a link."""
    return tx.exec(select(Digest).where(Digest.link == link)).first()
