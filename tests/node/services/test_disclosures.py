from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crypto.encoding import hex_decode
from node.services.blocks import BlockReason
from node.services.disclosures import MAX_ASKS
from node.storage import disclosures
from node.storage.tables.consent import Consent, Token
from node.storage.tables.envelope import Outgoing
from protocol.disclosure import State, hold_until
from protocol.errors import (
    ConflictError,
    ExpiredError,
    ForkError,
    GoneError,
    LogBehindError,
    MalformedError,
    ProtocolError,
    UnexpectedEventError,
)
from protocol.identifiers import EnvelopeId, TokenId, new_id
from protocol.ledger import Hold, Release, hold_bind
from protocol.level import Level
from tests.node.services.origin_world import EMPLOYED_BY_BETA, OriginWorld
from tests.protocol.agreed_person import TERMS
from tests.protocol.companies import BETA, DAY_S, GAMMA


@pytest.fixture
def world(tmp_path: Path) -> Iterator[OriginWorld]:
    made = OriginWorld(tmp_path)
    yield made
    made.close()


def refused(world: OriginWorld, error: type[ProtocolError], **edits: Any) -> None:
    envelope_id = new_id()
    message = world.proposal(envelope_id, **edits)
    with pytest.raises(error):
        world.propose(message, envelope_id=envelope_id)
    with world.db.read() as tx:
        assert disclosures.get(tx, envelope_id) is None
    assert world.asked.visits == {}


def block_beta(world: OriginWorld) -> None:
    with world.db.begin() as tx:
        world.blocks.add(tx, world.person, BETA.name, BlockReason.CHOSEN)


def test_a_proposal_asks_the_person(world: OriginWorld) -> None:
    disclosure_id = world.propose()
    assert world.state(disclosure_id) is State.ASKED
    assert list(world.asked.visits) == [disclosure_id]
    assert world.sent() == []


def test_unknown_withdrawn_decoy_and_foreign_tokens_look_alike(world: OriginWorld) -> None:
    refused(world, GoneError, token=new_id())
    refused(world, GoneError, token=world.token(GAMMA.id).id)
    with world.db.begin() as tx:
        token = tx.get_one(Token, world.token().id)
        token.state = "decoy"
    refused(world, GoneError)
    with world.db.begin() as tx:
        tx.get_one(Token, world.token().id).state = "live"
        world.withdrawals.withdraw(tx, world.person)
    refused(world, GoneError)


def test_no_time_to_answer_is_refused(world: OriginWorld) -> None:
    refused(world, ExpiredError, days=0)


def test_no_request_outlives_token_or_consent(world: OriginWorld) -> None:
    refused(world, ExpiredError, days=40)
    with world.db.begin() as tx:
        tx.get_one(Consent, world.consent_id).not_after = int(world.clock.now().timestamp()) + DAY_S
    refused(world, ExpiredError, days=2)


def test_only_an_agency_names_another_employer(world: OriginWorld) -> None:
    refused(world, MalformedError, terms=TERMS)


def test_the_hold_must_stand_in_the_senders_log(world: OriginWorld) -> None:
    hold = world.proposal(new_id()).hold
    elsewhere = hold.model_copy(update={"log": "gamma.example.jp/tasuki/v1/log/0001"})
    refused(world, MalformedError, hold=elsewhere)
    refused(world, MalformedError, hold=hold.model_copy(update={"index": world.beta.size + 5}))


def test_a_hold_that_is_not_read_yet_is_waited_for(world: OriginWorld) -> None:
    world.read_beta()
    envelope_id = new_id()
    message = world.proposal(envelope_id)
    envelope = world.envelope(message, envelope_id=envelope_id)
    with pytest.raises(LogBehindError), world.db.begin() as tx:
        world.disclosures.on_propose(tx, envelope, message)
    world.feed.pull(BETA.id)
    with pytest.raises(LogBehindError), world.db.begin() as tx:
        world.disclosures.on_propose(tx, envelope, message)
    world.read_beta()
    with world.db.begin() as tx:
        world.disclosures.on_propose(tx, envelope, message)
    assert world.state(envelope_id) is State.ASKED


def test_a_body_missing_before_the_hold_is_waited_for(world: OriginWorld) -> None:
    hidden = world.beta.write(Hold(bind="0" * 64, until="2026-12-01"))
    del world.beta.bodies[hidden.id]
    refused(world, LogBehindError)


def test_a_leaf_that_is_no_open_hold_is_refused(world: OriginWorld) -> None:
    hold = world.proposal(new_id()).hold
    entry = world.beta.entry()
    place = hold.model_copy(update={"index": entry.index, "id": entry.id})
    refused(world, UnexpectedEventError, hold=place)
    refused(world, UnexpectedEventError, hold=hold.model_copy(update={"id": new_id()}))


def test_a_hold_without_a_credit_is_refused(world: OriginWorld) -> None:
    for _ in range(3):
        world.beta.write(Hold(bind="0" * 64, until="2026-12-01"))
    refused(world, UnexpectedEventError)


def test_the_hold_of_another_proposal_is_refused(world: OriginWorld) -> None:
    other = world.proposal(new_id()).hold
    refused(world, UnexpectedEventError, hold=other)


def test_one_hold_does_not_serve_two_origins_or_two_proposals(world: OriginWorld) -> None:
    envelope_id = new_id()
    message = world.proposal(envelope_id)
    other = hold_bind(
        hex_decode(message.hold.salt, 32),
        GAMMA.id,
        TokenId(message.token),
        EnvelopeId(envelope_id),
    )
    elsewhere = world.beta.write(Hold(bind=other.hex(), until=hold_until(message.not_after)))
    place = message.hold.model_copy(update=elsewhere.to_json())
    with pytest.raises(UnexpectedEventError):
        world.propose(message.model_copy(update={"hold": place}), envelope_id=envelope_id)
    world.propose(message, envelope_id=envelope_id)
    refused_again = new_id()
    with pytest.raises(UnexpectedEventError):
        world.propose(message, envelope_id=refused_again)


def test_a_hold_with_another_end_is_refused(world: OriginWorld) -> None:
    envelope_id = new_id()
    message = world.proposal(envelope_id)
    longer = message.model_copy(update={"not_after": message.not_after + DAY_S})
    with pytest.raises(UnexpectedEventError):
        world.propose(longer, envelope_id=envelope_id)


def test_a_hold_of_another_week_is_refused(world: OriginWorld) -> None:
    envelope_id = new_id()
    message = world.proposal(envelope_id, days=20)
    world.pass_time(timedelta(days=8))
    with pytest.raises(UnexpectedEventError):
        world.propose(message, envelope_id=envelope_id)


def test_a_token_below_the_level_of_a_reveal_is_refused(world: OriginWorld) -> None:
    world.raise_reveal_level(Level.E1)
    refused(world, UnexpectedEventError)


def test_an_id_that_another_member_used_is_a_conflict(world: OriginWorld) -> None:
    used = world.propose()
    message = world.proposal(used)
    with pytest.raises(ConflictError):
        world.propose(message, envelope_id=used)


def test_nothing_is_taken_from_a_member_whose_log_forked(world: OriginWorld) -> None:
    world.read_beta()
    with world.db.begin() as tx:
        world.set_forked(tx)
    envelope_id = new_id()
    message = world.proposal(envelope_id)
    with pytest.raises(ForkError), world.db.begin() as tx:
        world.disclosures.on_propose(tx, world.envelope(message, envelope_id=envelope_id), message)


def test_blocked_proposal_is_stored_and_declined_before_its_end(world: OriginWorld) -> None:
    block_beta(world)
    disclosure_id = world.propose()
    row = world.row(disclosure_id)
    assert row.asked_at < row.silent_until < row.not_after
    assert world.asked.visits == {}
    assert world.disclosures.expire_due() == 0
    world.pass_time(timedelta(seconds=row.silent_until - row.asked_at))
    assert world.disclosures.expire_due() == 1
    assert world.state(disclosure_id) is State.DECLINED
    assert world.sent() == ["disclosure.decline"]


def test_a_blocked_employer_behind_an_agency_is_not_shown(world: OriginWorld) -> None:
    number = "7000012050002"
    with world.db.begin() as tx:
        world.blocks.add(tx, world.person, number, BlockReason.EMPLOYER)
    world.make_agency()
    employer = TERMS.employer.model_copy(update={"corporate_number": number})
    envelope_id = new_id()
    terms = EMPLOYED_BY_BETA.model_copy(update={"employer": employer})
    world.propose(world.proposal(envelope_id, terms=terms), envelope_id=envelope_id)
    assert world.row(envelope_id).silent_until > 0


def test_silence_until_the_end_is_a_no(world: OriginWorld) -> None:
    disclosure_id = world.propose()
    world.pass_time(timedelta(days=5))
    assert world.disclosures.expire_due() == 1
    assert world.state(disclosure_id) is State.EXPIRED
    _, envelope = world.last("disclosure.decline")
    assert envelope.ref == disclosure_id
    assert envelope.body == {}
    assert world.disclosures.expire_due() == 0


def test_a_yes_that_nobody_fetches_lapses_without_a_word(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    world.pass_time(timedelta(days=6))
    assert world.disclosures.expire_due() == 0
    world.pass_time(timedelta(days=7))
    assert world.disclosures.expire_due() == 1
    row = world.row(disclosure_id)
    assert row.state == State.EXPIRED
    assert row.frozen is None
    assert row.nonce is None
    assert world.sent() == ["disclosure.accept"]


@pytest.mark.parametrize("how_far", ["asked", "held", "sent"])
def test_a_withdrawal_ends_every_open_request_by_a_no(world: OriginWorld, how_far: str) -> None:
    if how_far == "sent":
        disclosure_id = world.told_yes()
    else:
        disclosure_id = world.propose()
        if how_far == "held":
            world.accept(disclosure_id)
    with world.db.begin() as tx:
        world.withdrawals.withdraw(tx, world.person)
    assert world.state(disclosure_id) is State.ENDED
    assert world.row(disclosure_id).frozen is None
    assert world.sent()[-1] == "disclosure.decline"


def test_a_withdrawal_refuses_the_fetch_that_waits(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    fetch, _ = world.fetch(disclosure_id, world.spend(disclosure_id))
    with world.db.begin() as tx:
        world.withdrawals.withdraw(tx, world.person)
    assert world.sent() == ["disclosure.accept", "disclosure.decline", "reveal.refuse"]
    assert world.last("reveal.refuse")[1].body == {"fetch": fetch.id}
    assert world.reveals.give_due() == 0


def test_a_refused_yes_ends_and_one_never_taken_expires(world: OriginWorld) -> None:
    for why, state in (("malformed", State.ENDED), ("expired", State.EXPIRED)):
        disclosure_id = world.told_yes()
        row, _ = world.last("disclosure.accept")
        with world.db.begin() as tx:
            world.disclosures.on_problem(tx, row, why)
        assert world.state(disclosure_id) is state
    assert world.sent().count("disclosure.decline") == 1


def test_problems_with_other_envelopes_change_nothing(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    row, _ = world.last("disclosure.accept")
    with world.db.begin() as tx:
        for edits in ({"kind": "disclosure.decline"}, {"ref": new_id()}):
            other = Outgoing.new(**{**row.model_dump(), **edits})
            world.disclosures.on_problem(tx, other, "gone")
    assert world.state(disclosure_id) is State.SENT


def test_one_company_cannot_mail_one_person_without_end(world: OriginWorld) -> None:
    for _ in range(MAX_ASKS):
        request = world.propose()
        # Cancelling frees the hold, and with it the credit for the next try.
        world.beta.write(Release(hold=world.row(request).hold_id))
    with pytest.raises(UnexpectedEventError):
        world.propose()
    assert len(world.asked.visits) == MAX_ASKS
