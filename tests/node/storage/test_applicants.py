from node.storage import applicants, applications, people
from node.storage.database import Database
from node.storage.tables.application import StageEvent
from node.storage.tables.person import Profile
from protocol.identifiers import new_id
from tests.node.storage.rows import DAY, NOW, Rows


def test_values_and_tags_replace_the_earlier_ones(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        person, other = rows.person(), rows.person()
        for region, skills in (("chubu", "excel"), ("kanto", "sql")):
            profile = Profile.new(
                person_id=person, region=region, skills=skills, retained_until=DAY
            )
            applicants.put_profile(tx, profile)
        applicants.put_tags(tx, person, [("skill", "excel"), ("region", "chubu")])
        applicants.put_tags(tx, person, [("skill", "sql"), ("region", "kanto")])
        applicants.put_tags(tx, other, [("skill", "sql"), ("skill", "excel")])
    with database.read() as tx:
        found = people.profile(tx, person)
        assert found is not None
        assert (found.region, found.skills) == ("kanto", "sql")
        assert applicants.tag_counts(tx, ["skill"]) == [("skill", "sql", 2), ("skill", "excel", 1)]
        assert applicants.tag_counts(tx, ["region", "route"]) == [("region", "kanto", 1)]
        assert applicants.tag_counts(tx, []) == []


def test_the_list_shows_each_person_once_by_the_newest_application(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        job = rows.job("経理")
        one, other = rows.person(), rows.person()
        rows.application(one, applied_on="2096-01-01")
        rows.application(one, applied_on="2096-03-01", job=job, ended_by="org")
        rows.application(other, applied_on="2096-02-01", hired=True)
        applicants.put_tags(tx, other, [("route", "media")])
        page = applicants.newest(tx, tag=None, offset=0, limit=10)
        assert [row.person_id for row in page] == [one, other]
        assert (page[0].job, page[0].ended_by, page[1].hired) == ("経理", "org", True)
        second = applicants.newest(tx, tag=None, offset=1, limit=10)
        assert [row.person_id for row in second] == [other]
        tagged = applicants.newest(tx, tag=("route", "media"), offset=0, limit=10)
        assert [row.person_id for row in tagged] == [other]
        assert applicants.count(tx, tag=None) == 2
        assert applicants.count(tx, tag=("route", "media")) == 1
        assert applicants.count(tx, tag=("route", "none")) == 0


def test_applications_jobs_and_interviewers_are_found(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        person = rows.person()
        old = rows.application(person, applied_on="2096-01-01")
        new = rows.application(person, applied_on="2096-03-01")
        assert [row.id for row in applications.of_person(tx, person)] == [new.id, old.id]
        assert applications.by_remote(tx, old.remote) is old
        assert applications.by_remote(tx, b"none") is None
        job = rows.job("経理")
        assert applications.job_by_title(tx, "経理") is job
        assert applications.job_by_title(tx, "総務") is None
        interviewer = rows.interviewer()
        assert applications.interviewer(tx, interviewer.digest) is interviewer
        assert applications.interviewer(tx, b"none") is None


def test_stages_replace_the_earlier_ones(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        one = rows.application(rows.person())
        other = rows.application(rows.person())
        rows.stage(other, "screening")
        for stages in (("screening",), ("screening", "iv1")):
            events = [StageEvent.new(application_id=one.id, stage=stage) for stage in stages]
            applications.put_events(tx, one.id, events)
    with database.read() as tx:
        assert tx.get(StageEvent, (one.id, "iv1")) is not None
        assert tx.get(StageEvent, (other.id, "screening")) is not None


def test_imports_are_listed_newest_first(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        old, new = rows.batch(started=NOW - 1), rows.batch(started=NOW)
        new.errors = 3
        applications.put_batch(tx, new)
    with database.read() as tx:
        assert [row.id for row in applications.batches(tx, limit=5)] == [new.id, old.id]
        assert [row.id for row in applications.batches(tx, limit=1)] == [new.id]
        found = applications.batch(tx, new.id)
        assert found is not None
        assert found.errors == 3
        assert applications.batch(tx, new_id()) is None
