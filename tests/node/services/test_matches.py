import pytest

from node.storage import envelopes
from protocol.errors import (
    GoneError,
    LogBehindError,
    MalformedError,
    ProtocolError,
    UnexpectedEventError,
)
from protocol.identifiers import new_id
from protocol.match_life import State
from protocol.messages.match import MatchPropose
from protocol.messages.reveal import RevealFetch, RevealReceipt, RevealResult
from protocol.reveal import SealedPayload
from tests.node.services.receiver import PERSON, Receiver
from tests.protocol.companies import ALPHA, BETA

PAYLOAD = SealedPayload(n="05" * 32, identity=PERSON).canonical()


@pytest.fixture
def rich(receiver: Receiver) -> Receiver:
    receiver.earn()
    return receiver


def problem(receiver: Receiver, envelope_id: str, kind: str) -> None:
    with receiver.db.begin() as tx:
        row = envelopes.kept(tx, envelope_id)
        row.state = "refused"
        receiver.matches.on_problem(tx, row, kind)


def receipts(receiver: Receiver) -> list[RevealResult]:
    return [
        RevealReceipt.from_json(envelope.to_json()["body"]).result
        for envelope in receiver.sent(RevealReceipt.KIND)
    ]


def test_verified_yes_is_spent_fetched_and_opened(rich: Receiver) -> None:
    proposal = rich.fetched(rich.person())
    assert rich.state(proposal) is State.FETCHED
    assert (rich.balance.spends, rich.balance.open_holds) == (1, 0)
    rich.give(proposal, rich.sealed(proposal, PAYLOAD))
    assert rich.state(proposal) is State.REVEALED
    assert receipts(rich) == [RevealResult.OK]
    assert rich.row(proposal).fetch_key is None
    assert rich.introductions.get(proposal).identity == PERSON


def test_yes_is_fetched_once(rich: Receiver) -> None:
    rich.fetched(rich.person())
    assert rich.matches.fetch_due() == 0
    assert len(rich.sent(RevealFetch.KIND)) == 1


def test_tampered_yes_changes_nothing(rich: Receiver) -> None:
    person = rich.person()
    proposal = rich.propose(person)
    other = rich.statement(person, proposal, payload="0e" * 32)
    message = rich.yes(person, proposal)
    forged = rich.yes(person, proposal, other).accept
    signature = message.accept.opened.ev["signature"]
    opening = {**forged.opening, "ev": {**forged.opened.ev, "signature": signature}}
    size = rich.size
    with pytest.raises(MalformedError):
        rich.accept(
            message.model_copy(update={"accept": forged.model_copy(update={"opening": opening})}),
            proposal,
        )
    assert rich.state(proposal) is State.PROPOSED
    assert (rich.row(proposal).accept, rich.size) == (None, size)


@pytest.mark.parametrize(
    "edits",
    [{"proposal": "0e" * 32}, {"to": BETA.id}, {"not_after": 1}, {"cs": "0e" * 32}],
)
def test_yes_to_something_else_is_refused(rich: Receiver, edits: dict[str, object]) -> None:
    person = rich.person()
    proposal = rich.propose(person)
    message = rich.yes(person, proposal, rich.statement(person, proposal, **edits))
    with pytest.raises(MalformedError):
        rich.accept(message, proposal)
    assert rich.state(proposal) is State.PROPOSED


def test_yes_of_another_member_is_refused(rich: Receiver) -> None:
    person = rich.person()
    proposal = rich.propose(person)
    with pytest.raises(UnexpectedEventError):
        rich.accept(rich.yes(person, proposal), proposal, sender=BETA.id)


def test_second_yes_is_refused(rich: Receiver) -> None:
    person = rich.person()
    proposal = rich.accepted(person)
    with pytest.raises(UnexpectedEventError):
        rich.accept(rich.yes(person, proposal), proposal)


def test_leaf_beyond_the_named_size_is_refused(rich: Receiver) -> None:
    person = rich.person()
    proposal = rich.propose(person)
    message = rich.yes(person, proposal)
    envelope = rich.envelope(message, proposal)
    behind = envelope.at.model_copy(update={"size": message.accept.index})
    with pytest.raises(MalformedError):
        rich.accept(message, proposal, at=behind)


def test_leaf_that_is_not_mirrored_makes_the_sender_wait(rich: Receiver) -> None:
    person = rich.person()
    proposal = rich.propose(person)
    message = rich.yes(person, proposal)
    far = message.accept.model_copy(update={"index": message.accept.index + 5})
    ahead = rich.envelope(message, proposal).at.model_copy(update={"size": 100})
    with pytest.raises(LogBehindError):
        rich.accept(message.model_copy(update={"accept": far}), proposal, at=ahead)


def test_yes_on_a_token_leaf_is_refused(rich: Receiver) -> None:
    person = rich.person()
    proposal = rich.propose(person)
    message = rich.yes(person, proposal)
    place = message.accept.model_copy(update={"index": 1, "id": person.token_id})
    with pytest.raises(MalformedError):
        rich.accept(message.model_copy(update={"accept": place}), proposal)


def test_yes_for_a_withdrawn_token_is_gone(rich: Receiver) -> None:
    person = rich.person()
    proposal = rich.propose(person)
    message = rich.yes(person, proposal)
    rich.withdraw(person)
    with pytest.raises(GoneError):
        rich.accept(message, proposal)
    assert rich.state(proposal) is State.PROPOSED


def test_nothing_is_spent_for_a_token_withdrawn_after_the_yes(rich: Receiver) -> None:
    person = rich.person()
    proposal = rich.accepted(person)
    rich.withdraw(person)
    assert rich.matches.fetch_due() == 0
    rich.decline(proposal)
    assert rich.state(proposal) is State.DECLINED
    assert (rich.balance.spends, rich.balance.open_holds) == (0, 0)


def test_no_releases_the_hold(rich: Receiver) -> None:
    proposal = rich.propose(rich.person())
    assert rich.balance.open_holds == 1
    rich.decline(proposal)
    assert rich.state(proposal) is State.DECLINED
    assert rich.balance.open_holds == 0


def test_refusal_returns_the_spend_and_its_decline_changes_nothing(rich: Receiver) -> None:
    proposal = rich.fetched(rich.person())
    rich.refuse(proposal)
    assert rich.state(proposal) is State.RETURNED
    assert (rich.balance.returns, rich.balance.living) == (1, 1)
    assert rich.row(proposal).fetch_key is None
    rich.decline(proposal)
    assert rich.balance.returns == 1


def test_decline_after_the_spend_returns_it(rich: Receiver) -> None:
    proposal = rich.fetched(rich.person())
    rich.decline(proposal)
    assert rich.state(proposal) is State.RETURNED
    assert rich.balance.returns == 1
    rich.refuse(proposal)
    assert rich.balance.returns == 1


def test_credit_is_lost_where_the_cap_forbids_its_return(rich: Receiver) -> None:
    rich.earn()
    for _ in range(2):
        rich.refuse(rich.fetched(rich.person()))
    assert (rich.balance.returns, rich.balance.living, rich.balance.void) == (1, 1, 0)


def test_refusal_of_another_fetch_is_refused(rich: Receiver) -> None:
    proposal = rich.fetched(rich.person())
    with pytest.raises(UnexpectedEventError):
        rich.refuse(proposal, new_id())
    assert rich.state(proposal) is State.FETCHED


def test_give_after_a_return_is_gone(rich: Receiver) -> None:
    proposal = rich.fetched(rich.person())
    sealed = rich.sealed(proposal, PAYLOAD)
    rich.refuse(proposal)
    with pytest.raises(GoneError):
        rich.give(proposal, sealed)


def test_give_for_another_fetch_is_gone(rich: Receiver) -> None:
    proposal = rich.fetched(rich.person())
    with pytest.raises(GoneError):
        rich.give(proposal, rich.sealed(proposal, PAYLOAD), fetch=new_id())


def test_ciphertext_that_was_not_signed_for_is_refused(rich: Receiver) -> None:
    proposal = rich.fetched(rich.person())
    with pytest.raises(MalformedError):
        rich.give(proposal, rich.sealed(proposal, PAYLOAD), sealed_sha256="0e" * 32)
    assert rich.state(proposal) is State.FETCHED


@pytest.mark.parametrize(
    "payload",
    [
        SealedPayload(n="06" * 32, identity=PERSON).canonical(),
        SealedPayload(
            n="05" * 32, identity=PERSON.model_copy(update={"name": "架空 次郎"})
        ).canonical(),
        b"{}",
    ],
)
def test_other_person_than_agreed_is_not_kept(rich: Receiver, payload: bytes) -> None:
    proposal = rich.fetched(rich.person())
    rich.give(proposal, rich.sealed(proposal, payload))
    assert rich.state(proposal) is State.RETURNED
    assert receipts(rich) == [RevealResult.MISMATCH]
    assert rich.introductions.every() == []
    assert rich.balance.returns == 1


def test_what_cannot_be_opened_is_fetched_again_with_the_same_spend(rich: Receiver) -> None:
    proposal = rich.fetched(rich.person())
    rich.give(proposal, b"\x00" * 1200)
    assert rich.state(proposal) is State.UNOPENED
    assert receipts(rich) == [RevealResult.CANNOT_OPEN]
    assert rich.matches.fetch_due() == 1
    first, second = (
        RevealFetch.from_json(envelope.to_json()["body"])
        for envelope in rich.sent(RevealFetch.KIND)
    )
    assert first.spend == second.spend
    assert first.key != second.key
    rich.give(proposal, rich.sealed(proposal, PAYLOAD))
    assert receipts(rich) == [RevealResult.CANNOT_OPEN, RevealResult.OK]
    assert rich.balance.spends == 1


def test_yes_without_a_credit_waits_and_lapses(rich: Receiver) -> None:
    first, second = rich.accepted(rich.person()), rich.accepted(rich.person())
    assert rich.matches.fetch_due() == 1
    assert {rich.state(first), rich.state(second)} == {State.FETCHED, State.ACCEPTED}
    rich.pass_time(days=15)
    assert rich.matches.fetch_due() == 0
    rich.matches.lapse_due()
    assert {rich.state(first), rich.state(second)} == {State.RETURNED, State.LAPSED}


def test_silence_ends_a_proposal_after_a_day_of_grace(rich: Receiver) -> None:
    proposal = rich.propose(rich.person())
    rich.pass_time(days=7)
    assert rich.matches.lapse_due() == 0
    rich.pass_time(days=1)
    assert rich.matches.lapse_due() == 1
    assert rich.state(proposal) is State.LAPSED
    assert rich.balance.open_holds == 0


def test_silence_on_a_fetch_returns_the_spend(rich: Receiver) -> None:
    proposal = rich.fetched(rich.person())
    rich.pass_time(days=7)
    assert rich.matches.lapse_due() == 1
    assert rich.state(proposal) is State.RETURNED
    assert rich.balance.returns == 1


def test_problem_on_a_proposal_rejects_it(rich: Receiver) -> None:
    proposal = rich.propose(rich.person())
    problem(rich, proposal, "gone")
    assert rich.state(proposal) is State.REJECTED
    assert rich.balance.open_holds == 0
    problem(rich, proposal, "gone")
    assert rich.state(proposal) is State.REJECTED


def test_problem_on_a_fetch_returns_the_spend(rich: Receiver) -> None:
    proposal = rich.fetched(rich.person())
    problem(rich, rich.row(proposal).fetch_id or "", "out-of-state")
    assert rich.state(proposal) is State.RETURNED


def test_problem_on_a_receipt_changes_nothing(rich: Receiver) -> None:
    proposal = rich.fetched(rich.person())
    rich.give(proposal, rich.sealed(proposal, PAYLOAD))
    problem(rich, rich.sent(RevealReceipt.KIND)[0].id, "expired")
    assert rich.state(proposal) is State.REVEALED


def test_envelope_that_found_no_receiver_changes_nothing(rich: Receiver) -> None:
    proposal = rich.propose(rich.person())
    with rich.db.begin() as tx:
        row = envelopes.kept(tx, proposal)
        row.state = "expired"
        rich.matches.on_problem(tx, row, "expired")
    assert rich.state(proposal) is State.PROPOSED
    assert [envelope.id for envelope in rich.sent(MatchPropose.KIND)] == [proposal]


def test_nothing_is_fetched_under_an_expired_membership(receiver: Receiver) -> None:
    receiver.earn()
    proposal = receiver.propose(receiver.person(), days=40)
    person = receiver.person()
    later = receiver.propose(person, days=40)
    receiver.accept(receiver.yes(person, later), later)
    receiver.pass_time(days=31)
    assert receiver.matches.fetch_due() == 0
    assert receiver.state(later) is State.ACCEPTED
    with pytest.raises(ProtocolError):
        receiver.proposals.propose(
            receiver.opening(), ALPHA.id, person.token_id, not_after=receiver.now + 1
        )
    assert receiver.state(proposal) is State.PROPOSED
