from node.domain.letters import Answer
from node.storage import letters
from node.storage.database import Database, open_database
from node.storage.tables.letter import Link
from protocol.identifiers import new_id
from tests.node.storage.rows import NOW, Rows


def test_confirmed_letters_go_oldest_first_at_their_time(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        person = rows.person()
        newer = rows.letter(person, state="confirmed", queued_at=NOW)
        older = rows.letter(person, state="confirmed", queued_at=NOW - 9)
        later = rows.letter(person, state="confirmed", not_before=NOW + 1)
        queued = rows.letter(person)
        assert letters.due(tx, now=NOW, limit=9, held=9) == [older.id, newer.id]
        assert letters.due(tx, now=NOW, limit=1, held=9) == [older.id]
        assert later.id in letters.due(tx, now=NOW + 1, limit=9, held=9)
        assert letters.claim(tx, older.id) is older
        assert letters.claim(tx, queued.id) is None
        assert letters.counts(tx) == {"confirmed": 3, "queued": 1}
        assert letters.in_state(tx, "queued") == [queued]
        assert len(letters.in_state(tx, "confirmed", limit=2)) == 2
        assert letters.in_state(tx, "confirmed")[-1] is older


def test_a_letter_that_another_sender_holds_is_not_claimed(postgres_url: str) -> None:
    db = open_database(postgres_url)
    with db.begin() as tx:
        rows = Rows(tx)
        letter = rows.letter(rows.person(), state="confirmed").id
    with db.read() as first, db.read() as second:
        assert letters.claim(first, letter) is not None
        assert letters.claim(second, letter) is None
    db.close()


def test_an_answer_can_be_changed_and_taken_back(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        letter = rows.letter(rows.person()).id
        for answer in (Answer.DECLINED, Answer.AGREED, None):
            letters.set_answer(tx, letter, answer)
            assert letters.answer_to(tx, letter) == answer
        assert letters.answer_to(tx, new_id()) is None


def test_letters_and_links_are_dropped(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        one, other = rows.letter(rows.person()), rows.letter(rows.person())
        gone, stays = rows.link(one).digest, rows.link(other).digest
        letters.drop_links(tx, one.id)
        letters.drop(tx, one)
    with database.read() as tx:
        assert tx.get(Link, gone) is None
        assert tx.get(Link, stays) is not None
        assert letters.counts(tx) == {"queued": 1}


def test_the_job_of_an_application_is_named(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        application = rows.application(rows.person(), job=rows.job("経理"))
        assert letters.job_title(tx, application.id) == "経理"
        assert letters.job_title(tx, new_id()) is None


def test_letters_that_keep_hours_are_limited_and_the_others_are_not(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        person = rows.person()
        for number in range(3):
            rows.letter(person, state="confirmed", queued_at=NOW + number)
        receipt = rows.letter(person, state="confirmed", kind="receipt", queued_at=NOW + 9)
        assert letters.due(tx, now=NOW, limit=9, held=0) == [receipt.id]
        assert len(letters.due(tx, now=NOW, limit=9, held=2)) == 3
        assert letters.due(tx, now=NOW, limit=2, held=2)[0] == receipt.id
        assert letters.due(tx, now=NOW, limit=1, held=2) == [receipt.id]
        rows.letter(person, state="sent", not_before=NOW)
        rows.letter(person, state="sending", not_before=NOW)
        rows.letter(person, state="sent", not_before=NOW - 1)
        rows.letter(person, state="sent", not_before=NOW, kind="receipt")
        assert letters.held_since(tx, NOW) == 2
