from node.storage import applicants
from node.storage.database import Database
from tests.node.storage.rows import Rows


def test_tags_are_counted_by_people(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        rows.tag(rows.person(), "skill", "sql")
        other = rows.person()
        rows.tag(other, "skill", "sql")
        rows.tag(other, "skill", "excel")
        rows.tag(other, "region", "kanto")
    with database.read() as tx:
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
        rows.tag(other, "route", "media")
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
