import pytest

from protocol.errors import MalformedError
from protocol.introduction_life import State, advance
from protocol.messages.outcome import EVENT_OF, Outcome, OutcomeReport
from tests.protocol.companies import edited


@pytest.mark.parametrize("outcome", Outcome)
def test_report_tells_one_of_three_outcomes(outcome: Outcome) -> None:
    report = OutcomeReport(result=outcome)
    assert OutcomeReport.parse(report.canonical()) == report
    with pytest.raises(MalformedError):
        OutcomeReport.parse(edited(report, result="ghosted"))


def test_outcome_is_what_the_recruiter_marked() -> None:
    assert {str(outcome) for outcome in Outcome} == {str(state) for state in State} - {State.NEW}
    for outcome in Outcome:
        assert advance(State.NEW, EVENT_OF[outcome]) == State(outcome)
