import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crypto import canonical_json
from crypto.encoding import b64url_encode
from crypto.errors import BadCiphertextError
from crypto.hashing import sha256
from crypto.hpke import PrivateKey
from node.services.blocks import BlockReason
from node.services.disclosures import NOT_RECEIVED
from node.services.payloads import AcceptChoice
from node.services.reveals import MISMATCH
from node.storage import bodies, trees
from node.storage.tables.envelope import Outgoing
from protocol.disclosure import AcceptStatement, State
from protocol.envelope import Envelope
from protocol.errors import MalformedError, UnexpectedEventError
from protocol.identifiers import EnvelopeId, TokenId
from protocol.ledger import Hold, Return, Spend
from protocol.messages.outcome import Outcome
from protocol.messages.reveal import RevealFetch, RevealResult
from protocol.reveal import SealedPayload, check_payload, reveal_info
from tests.node.services.origin_world import CHOICE, OriginWorld
from tests.protocol.companies import ALPHA, BETA, DAY_S, GAMMA


@pytest.fixture
def world(tmp_path: Path) -> Iterator[OriginWorld]:
    made = OriginWorld(tmp_path)
    yield made
    made.close()


def opened(world: OriginWorld, disclosure_id: str, fetch: Envelope, key: PrivateKey) -> bytes:
    """Return what beta finds in the identity that was given for its fetch."""
    outgoing, give = world.last("reveal.give")
    assert outgoing.sealed is not None
    assert give.body == {"fetch": fetch.id, "sealed_sha256": sha256(outgoing.sealed).hex()}
    row = world.row(disclosure_id)
    info = reveal_info(
        cs=world.cs,
        token=TokenId(row.token_id),
        acceptance=sha256(row.statement or b""),
        proposal=row.digest,
        fetch=EnvelopeId(fetch.id),
        to=BETA.id,
    )
    return key.open(outgoing.sealed, info)


def given(world: OriginWorld) -> tuple[str, Envelope, PrivateKey]:
    disclosure_id = world.told_yes()
    fetch, key = world.fetch(disclosure_id, world.spend(disclosure_id))
    assert world.reveals.give_due() == 1
    return disclosure_id, fetch, key


def refused(world: OriginWorld, disclosure_id: str, state: State = State.ENDED) -> None:
    assert world.reveals.give_due() == 0
    assert world.state(disclosure_id) is state
    row = world.row(disclosure_id)
    assert (row.fetch, row.frozen, row.nonce) == (None, None, None)
    assert "reveal.give" not in world.sent()
    assert world.sent()[-1] == "reveal.refuse"
    assert world.reveals.give_due() == 0


def test_the_accepted_identity_and_no_more_is_given(world: OriginWorld) -> None:
    disclosure_id, fetch, key = given(world)
    payload = SealedPayload.parse(opened(world, disclosure_id, fetch, key))
    assert payload.identity.to_json() == {"name": "架空 花子", "mails": ["hanako@example.jp"]}
    statement = AcceptStatement.parse(world.row(disclosure_id).statement or b"")
    check_payload(payload.n, payload.identity, statement)
    assert world.state(disclosure_id) is State.GIVEN
    assert world.sent() == ["disclosure.accept", "reveal.give"]


def test_what_is_given_was_frozen_with_the_yes(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    with world.db.begin() as tx:
        known = world.identities.of(tx, world.person)
        world.identities.keep(tx, world.person, type(known)(name="別 の名"))
    fetch, key = world.fetch(disclosure_id, world.spend(disclosure_id))
    assert world.reveals.give_due() == 1
    assert "架空 花子".encode() in opened(world, disclosure_id, fetch, key)


def test_the_give_is_logged_before_the_envelope_leaves(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    spend = world.spend(disclosure_id)
    fetch, _ = world.fetch(disclosure_id, spend)
    world.reveals.give_due()
    outgoing, _ = world.last("reveal.give")
    with world.db.read() as tx:
        entry = trees.entry_at(tx, world.log.origin, outgoing.at_size - 1)
        assert entry is not None
        opening = bodies.evidence(tx, ALPHA.id, entry.leaf_id)
        root = trees.root(tx, world.beta.origin, world.beta.size)
    assert opening is not None
    assert opening.ev == {
        "kind": "give",
        "fetch": fetch.id,
        "proposal": disclosure_id,
        "acceptance": sha256(world.row(disclosure_id).statement or b"").hex(),
        "spend": spend.to_json(),
        "head": {"size": world.beta.size, "root": root.hex()},
        "silent": [GAMMA.id],
    }


def test_the_ciphertext_is_for_this_fetch_only(world: OriginWorld) -> None:
    disclosure_id, fetch, key = given(world)
    other = fetch.model_copy(update={"id": "0" * 32})
    with pytest.raises((AssertionError, BadCiphertextError)):
        opened(world, disclosure_id, other, key)


def test_a_witness_that_agrees_is_not_named_silent(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    world.net.gamma_head = world.beta.note
    world.fetch(disclosure_id, world.spend(disclosure_id))
    world.net.gamma_head = world.beta.note
    assert world.reveals.give_due() == 1
    with world.db.read() as tx:
        last = trees.of_kinds(tx, world.log.origin, ["entry"])[-2]
        opening = bodies.evidence(tx, ALPHA.id, last.leaf_id)
    assert opening is not None
    assert opening.ev["silent"] == []


def test_another_history_at_a_witness_stops_the_give(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    world.fetch(disclosure_id, world.spend(disclosure_id))
    world.net.gamma_head = world.beta.other_history()
    refused(world, disclosure_id)
    with world.db.read() as tx:
        assert len(trees.of_kinds(tx, world.log.origin, ["evidence.fork"])) == 1


def test_a_larger_head_at_a_witness_is_read_first(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    spend = world.spend(disclosure_id)
    world.fetch(disclosure_id, spend)
    world.beta.write(Return(spend=spend.id))
    world.net.gamma_head = world.beta.note
    # The body of the return is not here yet, so nobody can say what the leaf is.
    assert world.reveals.give_due() == 0
    assert world.state(disclosure_id) is State.SENT
    world.read_beta()
    refused(world, disclosure_id)


def test_a_fetch_waits_while_the_log_cannot_be_read_and_then_is_late(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    world.fetch(disclosure_id, world.spend(disclosure_id))
    world.beta.entry()
    world.net.gamma_head = world.beta.note
    world.net.is_beta_up = False
    assert world.reveals.give_due() == 0
    assert world.state(disclosure_id) is State.SENT
    world.pass_time(timedelta(days=6))
    refused(world, disclosure_id, State.EXPIRED)


def test_a_yes_past_its_end_is_not_given(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    spend = world.spend(disclosure_id)
    world.pass_time(timedelta(days=12))
    world.fetch(disclosure_id, spend)
    world.pass_time(timedelta(days=1))
    refused(world, disclosure_id, State.EXPIRED)


def test_a_block_after_the_yes_wins_over_the_fetch(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    world.fetch(disclosure_id, world.spend(disclosure_id))
    with world.db.begin() as tx:
        world.blocks.add(tx, world.person, BETA.name, BlockReason.CHOSEN)
    refused(world, disclosure_id)


def test_an_undo_after_the_fetch_wins(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    world.fetch(disclosure_id, world.spend(disclosure_id))
    world.answers.undo(world.asked.visits[disclosure_id])
    refused(world, disclosure_id)


def test_a_member_that_is_suspended_gets_nothing(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    world.fetch(disclosure_id, world.spend(disclosure_id))
    world.suspend_beta()
    refused(world, disclosure_id)


def test_nothing_is_given_for_a_token_that_ended(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    world.fetch(disclosure_id, world.spend(disclosure_id))
    world.end_token()
    refused(world, disclosure_id)


def test_nothing_is_given_without_a_spend_of_the_hold(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    world.fetch(disclosure_id, world.beta.entry())
    refused(world, disclosure_id)


def test_nothing_is_given_for_a_void_spend(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    other = world.beta.write(Hold(bind="0" * 64, until="2026-12-01"))
    world.beta.write(Spend(hold=other.id))
    # The only credit is spent.
    world.fetch(disclosure_id, world.spend(disclosure_id))
    refused(world, disclosure_id)


def test_nothing_is_given_for_the_spend_of_another_hold(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    other = world.beta.write(Hold(bind="0" * 64, until="2026-12-01"))
    world.fetch(disclosure_id, world.beta.write(Spend(hold=other.id)))
    refused(world, disclosure_id)


def test_nothing_is_given_for_a_spend_at_another_place(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    spend = world.spend(disclosure_id)
    world.fetch(disclosure_id, spend.model_copy(update={"index": spend.index - 1}))
    refused(world, disclosure_id)


def test_nothing_is_given_for_a_spend_of_another_week(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    spend = world.spend(disclosure_id)
    world.pass_time(timedelta(days=8))
    world.fetch(disclosure_id, spend)
    refused(world, disclosure_id)


def test_an_unusable_key_is_refused(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    world.fetch(disclosure_id, world.spend(disclosure_id), key=b64url_encode(bytes(32)))
    refused(world, disclosure_id)


def test_a_fetch_needs_a_told_yes_and_comes_once(world: OriginWorld) -> None:
    disclosure_id = world.propose()
    spend = world.spend(disclosure_id)
    with pytest.raises(UnexpectedEventError):
        world.fetch(disclosure_id, spend)
    world.accept(disclosure_id)
    with pytest.raises(UnexpectedEventError):
        world.fetch(disclosure_id, spend)
    world.pass_time(timedelta(hours=1))
    world.answers.release_due()
    with pytest.raises(MalformedError):
        world.fetch(disclosure_id, spend, acceptance="0" * 64)
    far = spend.model_copy(update={"index": spend.index + 900})
    with pytest.raises(MalformedError):
        world.fetch(disclosure_id, far)
    world.fetch(disclosure_id, spend)
    with pytest.raises(UnexpectedEventError):
        world.fetch(disclosure_id, spend)


def test_nobody_fetches_what_another_was_told(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    fetch, _ = world.fetch(disclosure_id, world.spend(disclosure_id))
    message = RevealFetch.from_json(fetch.to_json()["body"])
    stranger = fetch.model_copy(update={"sender": GAMMA.id})
    with pytest.raises(UnexpectedEventError), world.db.begin() as tx:
        world.reveals.on_fetch(tx, stranger, message)


def test_a_withdrawal_after_the_give_ends_the_token_and_takes_nothing_back(
    world: OriginWorld,
) -> None:
    disclosure_id, fetch, key = given(world)
    sealed = opened(world, disclosure_id, fetch, key)
    before = world.sent()
    with world.db.begin() as tx:
        world.withdrawals.withdraw(tx, world.person)
    assert world.state(disclosure_id) is State.GIVEN
    assert world.sent() == before
    assert opened(world, disclosure_id, fetch, key) == sealed
    world.receipt(fetch, RevealResult.OK)
    assert world.state(disclosure_id) is State.RECEIPTED


def test_a_receipt_drops_ciphertext_and_frozen_identity(world: OriginWorld) -> None:
    disclosure_id, fetch, _ = given(world)
    world.receipt(fetch, RevealResult.OK)
    row = world.row(disclosure_id)
    assert (row.state, row.frozen, row.nonce, row.outcome) == (State.RECEIPTED, None, None, None)
    assert world.last("reveal.give")[0].sealed is None
    with pytest.raises(UnexpectedEventError):
        world.receipt(fetch, RevealResult.OK)


def test_a_receipt_names_the_fetch_that_was_answered(world: OriginWorld) -> None:
    disclosure_id, fetch, _ = given(world)
    with pytest.raises(UnexpectedEventError):
        world.receipt(fetch.model_copy(update={"id": "0" * 32}), RevealResult.OK)
    assert world.state(disclosure_id) is State.GIVEN


def test_a_mismatch_is_noted_and_has_no_outcome(world: OriginWorld) -> None:
    disclosure_id, fetch, _ = given(world)
    world.receipt(fetch, RevealResult.MISMATCH)
    assert world.row(disclosure_id).outcome == MISMATCH
    with pytest.raises(UnexpectedEventError):
        world.outcome(disclosure_id, Outcome.HIRED)


def test_what_could_not_be_opened_is_given_again_for_a_new_fetch(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    spend = world.spend(disclosure_id)
    first, _ = world.fetch(disclosure_id, spend)
    world.reveals.give_due()
    with pytest.raises(UnexpectedEventError):
        world.fetch(disclosure_id, spend)
    world.receipt(first, RevealResult.CANNOT_OPEN)
    assert world.state(disclosure_id) is State.UNOPENED
    assert [row.sealed for row in world.outgoing() if row.kind == "reveal.give"] == [None]
    second, key = world.fetch(disclosure_id, spend)
    assert world.reveals.give_due() == 1
    assert canonical_json.loads(opened(world, disclosure_id, second, key))
    world.receipt(second, RevealResult.OK)
    assert world.state(disclosure_id) is State.RECEIPTED


def test_what_could_not_be_opened_lapses_without_a_new_fetch(world: OriginWorld) -> None:
    disclosure_id, fetch, _ = given(world)
    world.receipt(fetch, RevealResult.CANNOT_OPEN)
    world.pass_time(timedelta(seconds=14 * DAY_S))
    assert world.disclosures.expire_due() == 1
    assert world.state(disclosure_id) is State.EXPIRED


def test_an_identity_refused_for_good_is_forgotten_and_said(world: OriginWorld) -> None:
    disclosure_id, _, _ = given(world)
    with world.db.begin() as tx:
        outgoing = tx.get_one(Outgoing, world.last("reveal.give")[0].id)
        world.disclosures.on_problem(tx, outgoing, "gone")
    row = world.row(disclosure_id)
    assert (row.state, row.outcome, row.frozen) == (State.GIVEN, NOT_RECEIVED, None)
    assert world.last("reveal.give")[0].sealed is None


def test_an_outcome_is_kept_in_order_where_it_was_allowed(world: OriginWorld) -> None:
    disclosure_id, fetch, _ = given(world)
    with pytest.raises(UnexpectedEventError):
        world.outcome(disclosure_id, Outcome.HIRED)
    world.receipt(fetch, RevealResult.OK)
    world.outcome(disclosure_id, Outcome.INTERVIEWED)
    world.outcome(disclosure_id, Outcome.HIRED)
    assert world.row(disclosure_id).outcome == "hired"
    with pytest.raises(UnexpectedEventError):
        world.outcome(disclosure_id, Outcome.INTERVIEWED)


def test_an_outcome_that_the_person_did_not_allow_is_refused(world: OriginWorld) -> None:
    disclosure_id = world.propose()
    world.accept(disclosure_id, AcceptChoice(CHOICE.fields, report=False))
    world.pass_time(timedelta(hours=1))
    world.answers.release_due()
    fetch, _ = world.fetch(disclosure_id, world.spend(disclosure_id))
    world.reveals.give_due()
    world.receipt(fetch, RevealResult.OK)
    with pytest.raises(UnexpectedEventError):
        world.outcome(disclosure_id, Outcome.HIRED)


def test_no_identity_reaches_the_logs(world: OriginWorld, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        given(world)
    assert "hanako" not in caplog.text
    assert "花子" not in caplog.text


def test_reopening_what_was_refused_for_good_is_refused(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    spend = world.spend(disclosure_id)
    fetch, _ = world.fetch(disclosure_id, spend)
    world.reveals.give_due()
    with world.db.begin() as tx:
        outgoing = tx.get_one(Outgoing, world.last("reveal.give")[0].id)
        world.disclosures.on_problem(tx, outgoing, "gone")
    # What was frozen is forgotten: a new fetch could only make every later give fail.
    with pytest.raises(UnexpectedEventError):
        world.receipt(fetch, RevealResult.CANNOT_OPEN)
    with pytest.raises(UnexpectedEventError):
        world.fetch(disclosure_id, spend)
    assert world.reveals.give_due() == 0
