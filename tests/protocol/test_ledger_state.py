"""The folded ledger as it is kept and asked."""

import pytest

from protocol.errors import MalformedError, UnexpectedEventError
from protocol.ledger_fold import VoidReason
from protocol.ledger_state import LedgerState, Tally, ordinal
from tests.protocol.ledger_world import FIRST_DAY, Book, hexes


def test_tally_survives_being_kept() -> None:
    book = Book()
    book.earn(2)
    book.reveal()
    book.hold()
    tally = book.state.tally
    assert Tally.parse(tally.canonical()) == tally


def test_kept_state_still_refuses_what_was_seen() -> None:
    book = Book()
    (first,) = book.world.receipts("beta", "alpha", 1)
    assert book.write(first) is None
    counted = book.last
    # Rows of an earlier transaction stand before those of this one.
    book.state = LedgerState(book.state.tally, before=frozenset(book.state.added))
    assert len(book.state.added) == 0
    assert book.write(first, leaf_id=counted) is VoidReason.REPEATED_ID
    # A row that is there already is not to be added again.
    assert len(book.state.added) == 0
    assert book.write(first) is VoidReason.NULLIFIER
    assert book.state.balance(book.day).counts == 1


def test_open_hold_shows_what_it_was_bound_to() -> None:
    book = Book()
    book.count(10)
    book.hold(days=14)
    hold = book.state.open_hold(book.last, book.day)
    assert (hold.day, hold.until - hold.day) == (ordinal(FIRST_DAY), 14)
    book.pass_days(15)
    with pytest.raises(UnexpectedEventError):
        book.state.open_hold(hold.id, book.day)
    with pytest.raises(UnexpectedEventError):
        book.state.open_hold(hexes(-1), book.day)


def test_standing_spend_shows_its_hold_until_it_is_returned() -> None:
    book = Book()
    book.earn(2)
    book.reveal()
    book.hold()
    hold = book.state.open_hold(book.last, book.day)
    book.spend(hold.id)
    spend = book.state.standing_spend(book.last)
    assert (spend.hold, spend.bind) == (hold.id, hold.bind)
    book.give_back(spend.id)
    with pytest.raises(UnexpectedEventError):
        book.state.standing_spend(spend.id)


def test_next_leaf_bears_the_later_of_today_and_the_last_day() -> None:
    book = Book()
    assert book.state.leaf_day("2026-01-01") == "2026-01-01"
    book.count(1)
    assert book.state.leaf_day("2026-01-01") == FIRST_DAY
    assert book.state.leaf_day("2026-12-31") == "2026-12-31"


def test_days_outside_the_calendar_are_refused() -> None:
    assert ordinal("0001-01-02") == 2
    with pytest.raises(MalformedError):
        ordinal("2026-02-29")
