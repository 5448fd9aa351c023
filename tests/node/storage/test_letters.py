from node.domain.letters import Answer
from node.storage import letters, people
from node.storage.database import Database, open_database
from node.storage.tables.letter import Link
from protocol.identifiers import new_id
from tests.node.storage.rows import DAY, NOW, Rows


def test_a_letter_is_due_for_whom_the_company_rejected(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        job = rows.job("経理")
        plain, left, twice = (rows.person() for _ in range(3))
        first = rows.application(plain, ended_by="org", applied_on="2096-01-01", job=job)
        rows.application(left, ended_by="candidate")
        second = rows.application(twice, ended_by="org", applied_on="2096-02-01")
        rows.application(twice)  # still running
        third = rows.application(rows.person(), ended_by="org", applied_on="2096-03-01")
        letter = rows.letter(third.person_id, application_id=third.id)
        found = letters.unlettered(tx)
        assert [row.application.id for row in found] == [first.id, second.id]
        assert (found[0].job, found[0].letter, found[0].is_running) == ("経理", None, False)
        assert found[1].is_running
        waiting = letters.waiting(tx, "queued")
        assert [(row.application.id, row.letter) for row in waiting] == [(third.id, letter)]
        assert letters.waiting(tx, "sent") == []


def test_what_speaks_against_a_letter_is_seen_for_one_person_and_for_all(
    database: Database,
) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        silent, hired = rows.person(), rows.person()
        rows.index(silent, "mail", b"m")
        people.suppress(tx, silent, reason="never", day=DAY)
        made = []
        for person in (silent, hired):
            application = rows.application(person, ended_by="org")
            made.append(rows.letter(person, application_id=application.id))
        rows.application(hired, hired=True)
        for row in letters.waiting(tx, "queued"):
            assert row.is_suppressed is (row.application.person_id == silent)
            assert row.is_hired is (row.application.person_id == hired)
        one = letters.rejection_of(tx, made[0])
        other = letters.rejection_of(tx, made[1])
        assert one is not None
        assert other is not None
        assert (one.is_suppressed, one.is_hired) == (True, False)
        assert (other.is_suppressed, other.is_hired) == (False, True)
        one.application.ended_by = "candidate"
        tx.flush()
        assert letters.rejection_of(tx, made[0]) is None


def test_confirmed_letters_go_oldest_first_at_their_time(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        person = rows.person()
        newer = rows.letter(person, state="confirmed", queued_at=NOW)
        older = rows.letter(person, state="confirmed", queued_at=NOW - 9)
        later = rows.letter(person, state="confirmed", not_before=NOW + 1)
        queued = rows.letter(person)
        assert letters.due(tx, now=NOW, limit=9) == [older.id, newer.id]
        assert letters.due(tx, now=NOW, limit=1) == [older.id]
        assert later.id in letters.due(tx, now=NOW + 1, limit=9)
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
