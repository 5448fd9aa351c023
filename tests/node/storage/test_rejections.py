from node.domain.recipients import Scope, Told
from node.storage import people, rejections
from node.storage.database import Database
from tests.node.storage.rows import DAY, Rows


def test_a_letter_is_due_for_whom_the_company_rejected(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        job = rows.job("経理")
        plain, left, twice = (rows.person() for _ in range(3))
        first = rows.application(
            plain, ended_by="org", applied_on="2096-01-01", job=job, told="here"
        )
        rows.application(left, ended_by="candidate")
        second = rows.application(twice, ended_by="org", applied_on="2096-02-01", told="here")
        rows.application(twice)  # still running
        third = rows.application(rows.person(), ended_by="org", applied_on="2096-03-01")
        letter = rows.letter(third.person_id, application_id=third.id)
        rows.application(rows.person(), ended_by="org", told="elsewhere")
        rows.application(rows.person(), ended_by="org")  # not judged yet
        assert rejections.told_elsewhere(tx, ended_before=DAY) == 1
        old = rows.application(rows.person(), ended_by="org", told="here", ended_on="2096-10-01")
        assert rejections.told_elsewhere(tx, ended_before=DAY) == 2
        found = rejections.unlettered(tx, since=0, ended_since="2096-10-01")
        assert old.id in {row.application.id for row in found}
        found = rejections.unlettered(tx, since=0, ended_since=DAY)
        assert [row.application.id for row in found] == [first.id, second.id]
        assert (found[0].job, found[0].letter, found[0].is_running) == ("経理", None, False)
        assert found[1].is_running
        for queued in (rejections.queued(tx, since=0), rejections.queued_of(tx, ["csv"], since=0)):
            assert [(row.application.id, row.letter) for row in queued] == [(third.id, letter)]
        assert rejections.queued_of(tx, ["herp"], since=0) == []


def test_what_speaks_against_a_letter_is_seen_for_one_person_and_for_all(
    database: Database,
) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        silent, hired = rows.person(), rows.person()
        rows.index(silent, "mail", b"m")
        people.suppress(tx, silent, scope=Scope.ASK, day=DAY)
        made = []
        for person in (silent, hired):
            application = rows.application(person, ended_by="org")
            made.append(rows.letter(person, application_id=application.id))
        rows.application(hired, hired=True)
        for row in rejections.queued(tx, since=0):
            assert row.is_never_asked is (row.application.person_id == silent)
            assert row.is_hired is (row.application.person_id == hired)
        one = rejections.of_letter(tx, made[0], since=0)
        other = rejections.of_letter(tx, made[1], since=0)
        assert one is not None
        assert other is not None
        assert (one.is_never_asked, one.is_hired) == (True, False)
        assert (other.is_never_asked, other.is_hired) == (False, True)
        one.application.ended_by = "candidate"
        tx.flush()
        assert rejections.of_letter(tx, made[0], since=0) is None


def test_a_rejection_is_judged_once_until_it_is_taken_back(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        assert not rejections.are_news(tx)
        one = rows.application(rows.person())
        assert rejections.are_news(tx)
        rejections.note_open(tx)
        assert not rejections.are_news(tx)
        one.ended_by = "org"
        rows.stage(one, "screening", held_on="2096-09-10")
        rows.stage(one, "iv1", held_on="2096-09-20")
        (found,) = rejections.unjudged(tx, limit=9)
        assert (found.id, found.last_stage_on, found.was_open) == (one.id, "2096-09-20", True)
        assert rejections.are_news(tx)
        rejections.judge(tx, [one.id], Told.ELSEWHERE)
        assert not rejections.are_news(tx)
        assert rejections.unjudged(tx, limit=9) == []
        assert rejections.told_elsewhere(tx, ended_before=DAY) == 1
        one.ended_by = None
        tx.flush()
        assert rejections.are_news(tx)
        rejections.note_open(tx)
        assert rejections.told_elsewhere(tx, ended_before=DAY) == 0


def test_people_who_were_told_elsewhere_are_invited_once(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        twice, done = rows.person(), rows.person()
        rows.application(twice, ended_by="org", told="elsewhere", applied_on="2096-01-01")
        newer = rows.application(twice, ended_by="org", told="elsewhere")
        old = rows.application(done, ended_by="org", told="elsewhere")
        rows.application(done, ended_by="org", told="elsewhere")
        rows.letter(done, application_id=old.id, kind="offer", template="offer")
        (found,) = rejections.uninvited(tx, since=0)
        assert found.application.id == newer.id
