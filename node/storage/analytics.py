"""Named queries of the analytics: the rows from which node.domain computes (DOMAIN 7)."""

from sqlmodel import and_, col, func, select

from node.domain.applicant import Outcome, StageResult
from node.domain.cost import HireRow
from node.domain.declines import DeclineRow, decline_row
from node.domain.funnel import EndRow, StageRow
from node.domain.leniency import RatingRow
from node.domain.source import SELF_TOLD
from node.storage.database import Tx
from node.storage.tables.application import Application, Interviewer, Job, StageEvent
from node.storage.tables.opening import Introduction
from protocol import introduction_life
from protocol.taxonomy import CandidateEnd, EndedBy, Stage


def stage_rows(tx: Tx) -> list[StageRow]:
    """Return every stage that an application entered; a rated stage was entered too."""
    query = (
        select(StageEvent.application_id, Job.title, StageEvent.stage, StageEvent.result)
        .join(Application, col(Application.id) == col(StageEvent.application_id))
        .join(Job, col(Job.id) == col(Application.job_id))
    )
    return [
        StageRow(application, job, Stage(stage), StageResult(result or StageResult.PENDING))
        for application, job, stage, result in tx.exec(query)
    ]


def end_rows(tx: Tx) -> list[EndRow]:
    """Return how every application stands."""
    query = (
        select(Application.id, Job.title, Application.hired, Application.ended_by)
        .join(Job, col(Job.id) == col(Application.job_id))
        .where(_IS_RECORDED)
    )
    return [
        EndRow(application, job, _outcome(ended_by, hired), _ended_by(ended_by))
        for application, job, hired, ended_by in tx.exec(query)
    ]


def declines_by_job(tx: Tx) -> list[DeclineRow]:
    """Return every application, in the segment of its job."""
    query = (
        select(Application, Job.title, StageEvent)
        .join(Job, col(Job.id) == col(Application.job_id))
        .outerjoin(StageEvent, _IS_OFFER)
        .where(_IS_RECORDED)
    )
    return [_decline(row, job, offer) for row, job, offer in tx.exec(query)]


def declines_by_route(tx: Tx) -> list[DeclineRow]:
    """Return every application, in the segment of the route by which it came."""
    query = select(Application, StageEvent).outerjoin(StageEvent, _IS_OFFER).where(_IS_RECORDED)
    return [_decline(row, row.route, offer) for row, offer in tx.exec(query)]


def rating_rows(tx: Tx) -> list[RatingRow]:
    """Return every rating, the interviewer by its id."""
    query = select(
        Application.person_id, StageEvent.interviewer_id, StageEvent.scale, StageEvent.rating
    ).join(Application, col(Application.id) == col(StageEvent.application_id))
    return [
        RatingRow(person, interviewer, scale, rating)
        for person, interviewer, scale, rating in tx.exec(query)
        if interviewer is not None and scale is not None and rating is not None
    ]


def hire_rows(tx: Tx) -> list[HireRow]:
    """Return every application with its cost."""
    query = select(Application.hired, Application.cost_yen).where(_IS_RECORDED)
    return [HireRow(hired, cost) for hired, cost in tx.exec(query)]


def relay_hires(tx: Tx) -> int:
    """Return how many introduced people were marked hired."""
    query = select(func.count()).where(Introduction.status == introduction_life.State.HIRED)
    return tx.exec(query).one()


def interviewers(tx: Tx) -> list[tuple[str, bytes]]:
    """Return each interviewer's id and sealed name."""
    return list(tx.exec(select(Interviewer.id, Interviewer.sealed)))


# What only a person's own word tells of is no application that a system recorded.
_IS_RECORDED = col(Application.source) != SELF_TOLD
_IS_OFFER = and_(
    col(StageEvent.application_id) == col(Application.id), col(StageEvent.stage) == str(Stage.OFFER)
)


def _decline(row: Application, segment: str, offer: StageEvent | None) -> DeclineRow:
    return decline_row(
        segment,
        furthest=Stage(row.furthest),
        is_hired=row.hired,
        offer=None if offer is None else StageResult(offer.result or StageResult.PENDING),
        ended_kind=None if row.ended_kind is None else CandidateEnd(row.ended_kind),
    )


def _outcome(ended_by: str | None, hired: bool) -> Outcome:  # noqa: FBT001 - a column's value
    if hired:
        return Outcome.HIRED
    return Outcome.RUNNING if ended_by is None else Outcome.ENDED


def _ended_by(code: str | None) -> EndedBy | None:
    return None if code is None else EndedBy(code)
