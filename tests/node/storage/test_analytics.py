from node.domain.applicant import Outcome, StageResult
from node.domain.cost import HireRow
from node.domain.declines import DeclineRow
from node.domain.funnel import EndRow, StageRow
from node.domain.leniency import RatingRow
from node.storage import analytics
from node.storage.database import Database
from protocol.taxonomy import CandidateEnd, EndedBy, Stage
from tests.node.storage.rows import Rows


def test_the_funnel_reads_every_stage_and_end(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        job = rows.job("経理")
        rejected = rows.application(rows.person(), job=job, ended_by="org")
        hired = rows.application(rows.person(), job=job, hired=True)
        running = rows.application(rows.person(), job=job)
        rows.stage(rejected, "screening", result="failed")
        rows.stage(running, "iv1")
        assert set(analytics.stage_rows(tx)) == {
            StageRow(rejected.id, "経理", Stage.SCREENING, StageResult.FAILED),
            StageRow(running.id, "経理", Stage.INTERVIEW_1, StageResult.PENDING),
        }
        assert set(analytics.end_rows(tx)) == {
            EndRow(rejected.id, "経理", Outcome.ENDED, EndedBy.ORG),
            EndRow(hired.id, "経理", Outcome.HIRED, None),
            EndRow(running.id, "経理", Outcome.RUNNING, None),
        }


def test_declines_by_job_and_by_route(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        job = rows.job("経理")
        declined = rows.application(
            rows.person(), job=job, route="agent", ended_by="candidate", ended_kind="offer_declined"
        )
        rows.stage(declined, "screening", result="passed")
        rows.stage(declined, "offer", result="withdrew")
        rows.application(rows.person(), job=job)
        expected = {
            (True, False, CandidateEnd.OFFER_DECLINED),
            (False, False, None),
        }
        by_job = analytics.declines_by_job(tx)
        assert {_without_segment(row) for row in by_job} == expected
        assert [row.segment for row in by_job] == ["経理", "経理"]
        by_route = analytics.declines_by_route(tx)
        assert {(row.segment, row.was_offered) for row in by_route} == {
            ("agent", True),
            ("media", False),
        }


def _without_segment(row: DeclineRow) -> tuple[bool, bool, CandidateEnd | None]:
    return row.was_offered, row.was_accepted, row.ended_kind


def test_only_complete_ratings_count(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        person, interviewer = rows.person(), rows.interviewer()
        application = rows.application(person)
        rows.stage(application, "iv1", rating=3, scale="abcd", interviewer_id=interviewer.id)
        rows.stage(application, "iv2", rating=3, scale="abcd")
        rows.stage(application, "final", scale="abcd", interviewer_id=interviewer.id)
        assert analytics.rating_rows(tx) == [RatingRow(person, interviewer.id, "abcd", 3)]
        assert analytics.interviewers(tx) == [(interviewer.id, b"sealed")]


def test_hires_with_their_cost(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        rows.application(rows.person(), hired=True, cost_yen=900_000)
        rows.application(rows.person())
        assert set(analytics.hire_rows(tx)) == {
            HireRow(was_hired=True, cost_yen=900_000),
            HireRow(was_hired=False, cost_yen=None),
        }
        opening = rows.opening()
        for status in ("hired", "hired", "new"):
            rows.introduction(opening, status=status)
        assert analytics.relay_hires(tx) == 2
