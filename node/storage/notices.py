"""Named queries on what the company's own webhook was told, and on what waits."""

from sqlmodel import func, select

from node.domain.letter_life import State
from node.storage.database import Tx
from node.storage.tables.application import Application
from node.storage.tables.letter import Letter
from node.storage.tables.notice import Notice
from node.storage.tables.opening import Introduction

_ONE = 1


def last(tx: Tx) -> Notice:
    """Return what was told last, the empty notice where nothing was."""
    return tx.get(Notice, _ONE) or Notice.new(id=_ONE)


def put(tx: Tx, notice: Notice) -> None:
    """Keep what was told."""
    tx.merge(notice)
    tx.flush()


def waiting(tx: Tx, *, tried_before: int) -> dict[str, int]:
    """Return how much waits for somebody at this company, by what it is.

    A letter that was tried later than *tried_before*, in Unix seconds, may be under way.
    """
    letters = select(func.count()).select_from(Letter)
    queued = letters.where(Letter.state == State.QUEUED)
    doubtful = letters.where(Letter.state == State.SENDING, Letter.not_before <= tried_before)
    fresh = select(func.count()).select_from(Introduction).where(Introduction.status == "new")
    unknown = select(func.count()).select_from(Application).where(Application.ended_by == "unknown")
    return {
        "letters_to_confirm": tx.exec(queued).one(),
        "letters_unknown": tx.exec(doubtful).one(),
        "rows_to_review": tx.exec(unknown).one(),
        "introductions_to_contact": tx.exec(fresh).one(),
    }
