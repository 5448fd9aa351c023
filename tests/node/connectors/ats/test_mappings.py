"""What the rows of every source mean through the mapping that ships for it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from node.assembly.words import read_presets, read_vocabulary
from node.connectors.ats import SOURCES
from node.connectors.ats.source import Row
from node.domain.applicant import Outcome
from node.domain.rows import ParsedRow, read_rows
from node.domain.sheet import Record, column_name
from protocol.taxonomy import EndedBy, Reason, Route, Stage
from tests.node.connectors.ats.applicants import Applicant, End, applicants
from tests.node.connectors.ats.vendors import CASES, Running, running

MORNING = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  # the 24th in Japan
VOCABULARY = read_vocabulary()


@pytest.fixture(params=sorted(CASES))
def source(request: pytest.FixtureRequest) -> Iterator[Running]:
    with running(request.param) as found:
        yield found


def parsed(source: Running, applicant: Applicant) -> ParsedRow:
    """Return what the row of *applicant* is read as."""
    source.vendor.people = {applicant.number: applicant}
    rows = [row for page in source.connect().pages("") for row in page.rows]
    return parsed_row(source, rows[0])


def parsed_row(source: Running, row: Row) -> ParsedRow:
    mapping = read_presets()[SOURCES[source.case.kind].preset]
    header = [column_name(column) for column in row]
    found = list(read_rows([Record(1, tuple(row.values()))], header, mapping, VOCABULARY))
    assert len(found) == 1
    assert isinstance(found[0], ParsedRow), found[0]
    return found[0]


def ended(end: End, **changed: int) -> Applicant:
    one = applicants(1)[1].ending(end, MORNING)
    return Applicant(one.number, one.changed, one.end, **changed)


def test_a_person_is_read_whole(source: Running) -> None:
    row = parsed(source, ended("org"))
    assert row.identity.name == "架空 花子1"
    assert row.identity.mails == ("hanako1@mail.example.jp",)
    assert row.identity.phones == ("+819012340001",)
    assert row.application.remote_id == source.case.number(1)
    assert row.application.applied_on == date(2026, 10, 1)
    assert row.application.job in {"法人営業", "UX Designer"}


@pytest.mark.parametrize(
    ("end", "outcome", "ended_by"),
    [
        ("", Outcome.RUNNING, None),
        ("org", Outcome.ENDED, EndedBy.ORG),
        ("candidate", Outcome.ENDED, EndedBy.CANDIDATE),
        ("hired", Outcome.HIRED, None),
        ("unknown", Outcome.ENDED, EndedBy.UNKNOWN),
    ],
)
def test_who_ended_it(
    source: Running, end: End, outcome: Outcome, ended_by: EndedBy | None
) -> None:
    application = parsed(source, ended(end)).application
    assert (application.outcome, application.ended_by) == (outcome, ended_by)


def test_the_day_of_the_end_is_that_of_japan(source: Running) -> None:
    found = parsed(source, ended("org")).application.ended_on
    # kintone holds a day, which its people wrote in Japan.
    assert found == (date(2026, 11, 23) if source.case.kind == "kintone" else date(2026, 11, 24))


@pytest.mark.parametrize(
    ("furthest", "stage"),
    [(1, Stage.SCREENING), (2, Stage.INTERVIEW_1)],
)
def test_the_step_is_known(source: Running, furthest: int, stage: Stage) -> None:
    row = parsed(source, ended("org", furthest=furthest))
    assert [event.stage for event in row.application.events] == [stage]
    assert not any(code == "unknown-step" for _, code in row.warnings)


def test_a_step_back_does_not_take_back_how_far_somebody_was() -> None:
    with running("lever") as source:
        row = parsed(source, ended("org", furthest=3, stage=1))
    assert [event.stage for event in row.application.events] == [Stage.INTERVIEW_2]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("greenhouse", Reason.COMPETITOR_CHOSEN),
        ("lever", Reason.COMPETITOR_CHOSEN),
        ("herp", None),
    ],
)
def test_the_reason_is_kept(kind: str, reason: Reason | None) -> None:
    with running(kind) as source:
        assert parsed(source, ended("org")).application.reason == reason


@pytest.mark.parametrize(
    ("kind", "route"),
    [
        ("herp", Route.MEDIA_SCOUT),
        ("kintone", Route.OWN_SITE),
        ("greenhouse", Route.MEDIA),
        ("lever", Route.MEDIA),
    ],
)
def test_the_route_is_known(kind: str, route: Route) -> None:
    with running(kind) as source:
        row = parsed(source, ended("org"))
    assert row.application.route is route
    assert row.application.medium == (None if kind == "kintone" else "架空転職ナビ")
