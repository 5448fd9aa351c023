import pytest

from protocol.errors import MalformedError
from protocol.messages.match import MAX_RETENTION_DAYS, MatchPropose
from tests.protocol.agreed_person import PROPOSAL, TERMS
from tests.protocol.companies import edited


@pytest.mark.parametrize(
    "change",
    [
        {"retention": 0},
        {"retention": MAX_RETENTION_DAYS + 1},
        {"purpose": "x" * 401},
        {"terms": TERMS.to_json() | {"wage": ""}},
        {"hold": PROPOSAL.hold.to_json() | {"salt": ""}},
        {"purpose": "採用\x00"},
    ],
    ids=[
        "no retention",
        "endless retention",
        "long purpose",
        "no wage",
        "no salt",
        "invisible text",
    ],
)
def test_proposal_that_the_person_could_not_judge_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(MalformedError):
        MatchPropose.parse(edited(PROPOSAL, **change))
