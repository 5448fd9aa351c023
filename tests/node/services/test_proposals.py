from pathlib import Path

import pytest

from node.services.errors import (
    DailyLimitError,
    NoCreditError,
    NoSuchRecordError,
    NothingToDoError,
    RefusedChoiceError,
)
from node.storage import proposals
from node.storage.database import Database
from protocol.disclosure import hold_until
from protocol.errors import UnexpectedEventError
from protocol.identifiers import EnvelopeId, TokenId
from protocol.ledger import hold_bind
from protocol.match_life import State
from protocol.messages.match import MatchPropose
from tests.node.services.receiver import OWN_TERMS, Receiver, draft
from tests.protocol.companies import ALPHA, DAY_S, NOW


def message(receiver: Receiver) -> MatchPropose:
    (envelope,) = receiver.sent(MatchPropose.KIND)
    return MatchPropose.from_json(envelope.to_json()["body"])


def test_proposal_goes_out_under_a_hold_that_its_salt_opens(receiver: Receiver) -> None:
    receiver.earn()
    person = receiver.person()
    proposal = receiver.propose(person)
    sent = message(receiver)
    assert (sent.token, sent.terms, sent.not_after) == (
        person.token_id,
        OWN_TERMS,
        NOW + 7 * DAY_S,
    )
    assert (sent.purpose, sent.retention) == (draft().purpose, draft().retention_days)
    with receiver.db.read() as tx:
        _, state = receiver.ledger.fold(tx, receiver.log.me)
        today = receiver.log.today(tx)
    hold = state.open_hold(sent.hold.id, today)
    bind = hold_bind(bytes.fromhex(sent.hold.salt), ALPHA.id, person.token_id, proposal)
    assert hold.bind == bind.hex()
    state.open_hold(sent.hold.id, hold_until(sent.not_after))
    (envelope,) = receiver.sent(MatchPropose.KIND)
    assert (envelope.id, envelope.exp) == (proposal, sent.not_after)
    assert sent.hold.index < envelope.at.size
    assert receiver.row(proposal).digest == envelope.digest()


def test_no_credit_no_proposal(receiver: Receiver) -> None:
    person = receiver.person()
    size = receiver.size
    with pytest.raises(NoCreditError):
        receiver.propose(person)
    assert (receiver.size, receiver.proposals.every()) == (size, [])


def test_one_credit_holds_as_many_proposals_as_the_consortium_says(receiver: Receiver) -> None:
    receiver.earn()
    receiver.propose(receiver.person())
    receiver.propose(receiver.person())
    with pytest.raises(NoCreditError):
        receiver.propose(receiver.person())


def test_day_has_a_limit(tmp_path: Path, db: Database) -> None:
    receiver = Receiver(tmp_path, db)
    receiver.found(proposals_per_day=1)
    receiver.earn()
    receiver.propose(receiver.person())
    with pytest.raises(DailyLimitError):
        receiver.propose(receiver.person())
    receiver.pass_time(days=1)
    receiver.lease()
    receiver.propose(receiver.person())


def test_closed_opening_proposes_nothing(receiver: Receiver) -> None:
    receiver.earn()
    opening = receiver.opening()
    receiver.openings.close(opening)
    with pytest.raises(NothingToDoError):
        receiver.proposals.propose(
            opening, ALPHA.id, receiver.person().token_id, not_after=NOW + DAY_S
        )


def test_second_proposal_for_one_person_is_refused(receiver: Receiver) -> None:
    receiver.earn()
    person = receiver.person()
    receiver.propose(person)
    with pytest.raises(NothingToDoError):
        receiver.propose(person)


def test_unknown_token_is_refused(receiver: Receiver) -> None:
    receiver.earn()
    with pytest.raises(NothingToDoError):
        receiver.proposals.propose(
            receiver.opening(), ALPHA.id, TokenId("0" * 32), not_after=NOW + DAY_S
        )


def test_unknown_opening_is_refused(receiver: Receiver) -> None:
    with pytest.raises(NoSuchRecordError):
        receiver.proposals.propose("0" * 32, ALPHA.id, TokenId("0" * 32), not_after=NOW + DAY_S)


def test_proposal_without_time_to_answer_is_refused(receiver: Receiver) -> None:
    receiver.earn()
    with pytest.raises(RefusedChoiceError):
        receiver.propose(receiver.person(), days=0)


def test_proposal_ends_with_its_token(receiver: Receiver) -> None:
    receiver.earn()
    receiver.propose(receiver.person(not_after=NOW + DAY_S))
    assert message(receiver).not_after == NOW + DAY_S


def test_cancelled_proposal_frees_its_hold(receiver: Receiver) -> None:
    receiver.earn()
    person = receiver.person()
    proposal = receiver.propose(person)
    receiver.proposals.cancel(proposal)
    assert receiver.state(proposal) is State.CANCELLED
    assert receiver.balance.open_holds == 0
    receiver.propose(person)


def test_fetched_proposal_cannot_be_cancelled(receiver: Receiver) -> None:
    receiver.earn()
    proposal = receiver.fetched(receiver.person())
    with pytest.raises(UnexpectedEventError):
        receiver.proposals.cancel(proposal)
    with pytest.raises(NoSuchRecordError):
        receiver.proposals.cancel(EnvelopeId("0" * 32))


def test_reasons_are_shown_until_the_token_ends(receiver: Receiver) -> None:
    receiver.earn()
    person = receiver.person()
    proposal = receiver.propose(person)
    (view,) = receiver.proposals.every()
    assert (view.id, view.title, view.company, view.score) == (
        proposal,
        "営業",
        ALPHA.member.name,
        0,
    )
    assert view.reasons
    with receiver.db.begin() as tx:
        proposals.forget_reasons(tx, ALPHA.id, person.token_id)
    (view,) = receiver.proposals.every()
    assert (view.reasons, view.score) == ((), None)
