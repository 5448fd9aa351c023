from node.services.notices import PLACES
from node.storage import notices
from node.storage.database import Database
from tests.node.storage.rows import NOW, Rows


def test_what_waits_is_counted_by_the_page_where_it_is_dealt_with(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        one, other = rows.person(), rows.person()
        rows.application(one, ended_by="unknown")
        rows.application(other, ended_by="org")
        rows.letter(one, state="queued")
        rows.letter(other, state="sending", not_before=NOW - 600)
        rows.letter(other, state="sending", not_before=NOW - 599)  # may be under way
        rows.letter(other, state="sent")
        found = notices.waiting(tx, tried_before=NOW - 600)
    assert found == {
        "letters_to_confirm": 1,
        "letters_unknown": 1,
        "rows_to_review": 1,
        "introductions_to_contact": 0,
    }
    assert set(found) == set(PLACES)


def test_what_was_told_last_is_kept(database: Database) -> None:
    with database.begin() as tx:
        row = notices.last(tx)
        assert (row.number, row.told) == (0, "{}")
        row.number, row.told = 4, '{"a": 1}'
        notices.put(tx, row)
    with database.read() as tx:
        assert notices.last(tx).number == 4
