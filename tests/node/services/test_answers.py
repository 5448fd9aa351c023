from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crypto.encoding import b64url_encode
from node.services.blocks import Blocked, BlockReason
from node.services.errors import NothingToDoError, RefusedChoiceError
from node.services.payloads import AcceptChoice
from node.storage import bodies, consents, disclosures, trees
from node.storage.tables.letter import Link
from protocol.body import Opening
from protocol.consent import KeySignature, signed_text
from protocol.disclosure import AcceptStatement, State
from protocol.errors import ExpiredError, MalformedError, UnexpectedEventError
from protocol.fields import IdentityField
from protocol.identifiers import KeyId
from protocol.leaf_place import ReadLeaf
from protocol.level import Level
from protocol.log.leaf import Leaf
from protocol.messages.disclosure import DisclosureAccept
from protocol.messages.match import MatchPropose
from protocol.reveal import Asked, Chain, check_acceptance
from protocol.token import TokenEvidence
from protocol.token_life import State as TokenState
from tests.node.services.origin_world import CHOICE, OriginWorld
from tests.protocol.agreed_person import CANDIDATE, STRANGER
from tests.protocol.companies import ALPHA, BETA

HALF_HOUR = timedelta(seconds=1800)


@pytest.fixture(params=[Level.E0, Level.E1])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OriginWorld]:
    made = OriginWorld(tmp_path, request.param)
    yield made
    made.close()


@pytest.fixture
def keyless(tmp_path: Path) -> Iterator[OriginWorld]:
    made = OriginWorld(tmp_path, Level.E0)
    yield made
    made.close()


@pytest.fixture
def keyed(tmp_path: Path) -> Iterator[OriginWorld]:
    made = OriginWorld(tmp_path, Level.E1)
    yield made
    made.close()


def read_leaf(world: OriginWorld, leaf_id: str) -> ReadLeaf:
    with world.db.read() as tx:
        entry = trees.entry_of(tx, world.log.origin, leaf_id)
    assert entry is not None
    leaf = Leaf.parse(entry.payload)
    return ReadLeaf(world.log.origin, entry.idx, leaf.id, leaf.c or "", leaf.day)


def checked_by_beta(world: OriginWorld, disclosure_id: str) -> AcceptStatement:
    """Return what beta finds when it checks the yes that was told to it."""
    _, envelope = world.last("disclosure.accept")
    message = DisclosureAccept.from_json(envelope.to_json()["body"])
    row = world.row(disclosure_id)
    with world.db.read() as tx:
        opening = bodies.evidence(tx, ALPHA.id, row.token_id)
    assert isinstance(opening, Opening)
    proposal = world.answers.page(world.asked.visits[disclosure_id])
    asked = Asked(
        cs=world.cs,
        origin=ALPHA.id,
        me=BETA.id,
        proposal=world.proposed[disclosure_id],
        proposal_sha256=row.digest,
        token=TokenEvidence.from_json(opening.ev),
        reveal_level=Level.E0,
        document_keys={KeyId(ALPHA.key_id("document")): ALPHA.key("document").public},
    )
    assert isinstance(asked.proposal, MatchPropose)
    assert proposal.not_after == asked.proposal.not_after
    chain = Chain(
        consent=read_leaf(world, world.consent_id),
        token=read_leaf(world, row.token_id),
        accept=read_leaf(world, row.accept_id or ""),
    )
    return check_acceptance(message, asked, chain)


def test_the_page_shows_who_asks_and_what_would_be_sent(world: OriginWorld) -> None:
    disclosure_id = world.propose()
    page = world.answers.page(world.asked.visits[disclosure_id])
    assert page.asking == BETA.member
    assert page.purpose == "採用選考のため"
    assert page.retention_days == 180
    assert page.seen is not None
    assert page.seen.fields == ("occupation", "region")
    assert page.identity.mails == ("hanako@example.jp",)
    assert page.identity.fields == ("birth", "kana", "mails", "name", "phones", "prefecture")
    assert (page.state, page.can_undo, page.undo_until) == (State.ASKED, False, None)
    assert (page.key is None) == (world.level is Level.E0)
    assert "花子" not in repr(page)
    front = world.answers.front(world.asked.visits[disclosure_id])
    assert (front.asking, front.not_after) == (page.asking, page.not_after)
    assert "hanako" not in repr(page)


def test_a_yes_is_held_told_and_proven(world: OriginWorld) -> None:
    disclosure_id = world.propose()
    until = world.accept(disclosure_id)
    page = world.answers.page(world.asked.visits[disclosure_id])
    assert (page.state, page.can_undo, page.undo_until) == (State.HELD, True, until)
    assert page.chosen == ("mails", "name")
    assert page.report
    assert world.answers.release_due() == 0
    assert world.sent() == []
    world.pass_time(HALF_HOUR)
    assert world.answers.release_due() == 1
    assert world.state(disclosure_id) is State.SENT
    assert world.sent() == ["disclosure.accept"]
    statement = checked_by_beta(world, disclosure_id)
    assert statement.fields == (IdentityField.MAILS, IdentityField.NAME)
    assert statement.level is world.level


def test_nothing_of_the_person_is_in_what_is_told_or_stored_open(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    outgoing, _ = world.last("disclosure.accept")
    row = world.row(disclosure_id)
    for part in (outgoing.document, row.statement or b"", row.frozen or b"", row.nonce or b""):
        assert b"hanako" not in part
        assert "架空 花子".encode() not in part


def test_name_and_a_way_to_answer_are_needed(keyless: OriginWorld) -> None:
    visit = keyless.asked.visits[keyless.propose()]
    for fields, place in (
        ({"mails"}, "name"),
        ({"name"}, "mails"),
        ({"name", "kana"}, "mails"),
        ({"name", "mails", "address"}, "identity"),
        ({"name", "mails", "salary"}, "identity"),
    ):
        with pytest.raises(RefusedChoiceError) as refused:
            keyless.answers.draft(visit, replace(CHOICE, fields=frozenset(fields)))
        assert refused.value.field == place
    draft = keyless.answers.draft(visit, replace(CHOICE, fields=frozenset({"name", "phones"})))
    assert draft.statement.fields == ("name", "phones")


def test_a_summary_goes_with_the_identity_and_has_a_limit(keyless: OriginWorld) -> None:
    visit = keyless.asked.visits[keyless.propose()]
    draft = keyless.answers.draft(visit, replace(CHOICE, summary="営業を5年"))
    assert draft.statement.fields == ("mails", "name", "summary")
    assert draft.payload.identity.summary == "営業を5年"
    with pytest.raises(RefusedChoiceError) as refused:
        keyless.answers.draft(visit, replace(CHOICE, summary="長" * 401))
    assert refused.value.field == "summary"


def test_the_origin_cannot_say_yes_for_a_person_with_a_key(keyed: OriginWorld) -> None:
    visit = keyed.asked.visits[keyed.propose()]
    draft = keyed.answers.draft(visit, CHOICE)
    with pytest.raises(NothingToDoError):
        keyed.answers.accept(visit, draft.statement.canonical())


def test_only_the_key_of_the_consent_signs(keyed: OriginWorld) -> None:
    visit = keyed.asked.visits[keyed.propose()]
    text = signed_text(keyed.answers.draft(visit, CHOICE).statement)
    with pytest.raises(MalformedError):
        keyed.answers.sign(visit, KeySignature(sig=b64url_encode(STRANGER.sign(text))))
    assert keyed.answers.page(visit).state is State.ASKED
    keyed.answers.sign(visit, KeySignature(sig=b64url_encode(CANDIDATE.sign(text))))
    assert keyed.answers.page(visit).state is State.HELD


def test_a_draft_serves_once_and_lies_sealed(world: OriginWorld) -> None:
    disclosure_id = world.propose()
    visit = world.asked.visits[disclosure_id]
    signature = KeySignature(sig=b64url_encode(CANDIDATE.sign(b"")))
    with pytest.raises(NothingToDoError):
        world.answers.sign(visit, signature)
    world.answers.draft(visit, CHOICE)
    with world.db.read() as tx:
        draft = tx.get_one(Link, visit.digest).draft
    assert draft is not None
    assert b"hanako" not in draft
    world.accept(disclosure_id)
    with world.db.read() as tx:
        assert tx.get_one(Link, visit.digest).draft is None
    with pytest.raises(UnexpectedEventError):
        world.answers.draft(visit, CHOICE)


def test_a_stale_draft_does_not_answer_twice(keyless: OriginWorld) -> None:
    visit = keyless.asked.visits[keyless.propose()]
    shown = keyless.answers.draft(visit, CHOICE).statement.canonical()
    keyless.answers.decline(visit)
    with pytest.raises(UnexpectedEventError):
        keyless.answers.accept(visit, shown)
    assert keyless.answers.page(visit).state is State.DECLINED


def test_a_yes_is_to_the_statement_that_was_shown(keyless: OriginWorld) -> None:
    visit = keyless.asked.visits[keyless.propose()]
    shown = keyless.answers.draft(visit, CHOICE).statement.canonical()
    other = replace(CHOICE, fields=frozenset({"name", "phones"}))
    waiting = keyless.answers.draft(visit, other).statement.canonical()
    with pytest.raises(UnexpectedEventError):
        keyless.answers.accept(visit, shown)
    keyless.answers.accept(visit, waiting)
    assert keyless.answers.page(visit).chosen == ("name", "phones")


def test_no_yes_after_the_end(keyless: OriginWorld) -> None:
    visit = keyless.asked.visits[keyless.propose()]
    shown = keyless.answers.draft(visit, CHOICE).statement.canonical()
    keyless.pass_time(timedelta(days=5))
    with pytest.raises(ExpiredError):
        keyless.answers.accept(visit, shown)
    with pytest.raises(ExpiredError):
        keyless.answers.draft(visit, CHOICE)


def test_no_yes_on_a_leaf_that_bears_a_later_day(keyless: OriginWorld) -> None:
    start = keyless.clock.at
    visit = keyless.asked.visits[keyless.propose()]
    keyless.pass_time(timedelta(days=6))
    keyless.beta.earn(1)
    keyless.propose()
    keyless.answers.undo(keyless.asked.visits[keyless.told_yes()])
    # The clock was set back, the log was not.
    keyless.clock.at = start
    with pytest.raises(ExpiredError):
        keyless.answers.draft(visit, CHOICE)


def test_a_yes_held_beyond_the_holds_end_is_never_told(keyless: OriginWorld) -> None:
    disclosure_id = keyless.propose()
    keyless.accept(disclosure_id)
    keyless.pass_time(timedelta(days=14))
    keyless.answers.release_due()
    assert keyless.state(disclosure_id) is State.EXPIRED
    assert keyless.sent() == []


def test_declining_tells_no_reason(keyless: OriginWorld) -> None:
    declined, applied = keyless.propose(), keyless.propose()
    keyless.answers.decline(keyless.asked.visits[declined])
    keyless.answers.applied(keyless.asked.visits[applied])
    assert keyless.state(declined) is State.DECLINED
    assert keyless.state(applied) is State.DECLINED
    assert [row.kind for row in keyless.outgoing()] == ["disclosure.decline"] * 2
    assert keyless.last("disclosure.decline")[1].body == {}
    with pytest.raises(UnexpectedEventError):
        keyless.answers.decline(keyless.asked.visits[declined])


def test_deciding_later_changes_nothing(keyless: OriginWorld) -> None:
    disclosure_id = keyless.propose()
    visit = keyless.asked.visits[disclosure_id]
    assert keyless.answers.later(visit) == keyless.row(disclosure_id).not_after
    assert keyless.state(disclosure_id) is State.ASKED
    keyless.answers.decline(visit)
    with pytest.raises(UnexpectedEventError):
        keyless.answers.later(visit)


def test_undo_before_it_was_told_opens_the_question_again(world: OriginWorld) -> None:
    disclosure_id = world.propose()
    visit = world.asked.visits[disclosure_id]
    world.accept(disclosure_id)
    assert world.answers.undo(visit) is State.ASKED
    row = world.row(disclosure_id)
    assert (row.frozen, row.nonce, row.statement, row.accept_id) == (None,) * 4
    world.pass_time(HALF_HOUR)
    assert world.answers.release_due() == 0
    assert world.sent() == []
    world.accept(disclosure_id)
    assert world.state(disclosure_id) is State.HELD


def test_undo_after_it_was_told_is_a_no(world: OriginWorld) -> None:
    disclosure_id = world.told_yes()
    assert world.answers.undo(world.asked.visits[disclosure_id]) is State.ENDED
    assert world.sent() == ["disclosure.accept", "disclosure.decline"]
    assert world.row(disclosure_id).frozen is None
    with pytest.raises(UnexpectedEventError):
        world.answers.undo(world.asked.visits[disclosure_id])


def test_an_undo_is_logged_and_names_the_yes(keyless: OriginWorld) -> None:
    disclosure_id = keyless.propose()
    keyless.accept(disclosure_id)
    accept_id = keyless.row(disclosure_id).accept_id
    keyless.answers.undo(keyless.asked.visits[disclosure_id])
    with keyless.db.read() as tx:
        last = trees.entry_at(tx, keyless.log.origin, trees.size(tx, keyless.log.origin) - 1)
        assert last is not None
        opening = bodies.evidence(tx, ALPHA.id, last.leaf_id)
    assert opening is not None
    assert opening.ev == {"kind": "undo", "accept": accept_id}


def test_blocking_ends_all_of_it_and_makes_decoys_of_what_follows(keyless: OriginWorld) -> None:
    disclosure_id = keyless.propose()
    before = keyless.token()
    keyless.answers.block(keyless.asked.visits[disclosure_id])
    assert keyless.state(disclosure_id) is State.DECLINED
    assert keyless.sent() == ["disclosure.decline"]
    with keyless.db.read() as tx:
        ended = consents.token(tx, before.id)
        assert ended is not None
        assert ended.state == TokenState.WITHDRAWN
        assert keyless.blocks.is_blocked(tx, keyless.person, BETA.id)
    keyless.tokens.publish_due()
    with keyless.db.read() as tx:
        fresh = consents.tokens_of(tx, keyless.consent_id, TokenState.LIVE, TokenState.DECOY)
    assert {token.receiver == BETA.id: token.state for token in fresh} == {
        True: TokenState.DECOY,
        False: TokenState.LIVE,
    }


def test_the_persons_page_lists_what_was_asked_and_answered(keyless: OriginWorld) -> None:
    disclosure_id = keyless.propose()
    visit = keyless.asked.visits[disclosure_id]

    def listed() -> list[tuple[str, State, bool]]:
        standing = keyless.consents.offers.standing(visit)
        assert standing is not None
        return [(one.asking.id, one.state, one.is_answered) for one in standing.requests]

    assert listed() == [(BETA.id, State.ASKED, False)]
    keyless.accept(disclosure_id)
    assert listed() == [(BETA.id, State.HELD, True)]


def test_a_request_that_met_a_block_is_not_on_the_persons_page(keyless: OriginWorld) -> None:
    with keyless.db.begin() as tx:
        blocked = Blocked(None, BETA.member.corporate_number, BlockReason.CHOSEN)
        keyless.blocks.add_entry(tx, keyless.person, blocked)
    keyless.propose()
    with keyless.db.read() as tx:
        assert disclosures.asked_of(tx, keyless.person) == []


def test_blocking_after_a_yes_ends_it_by_a_no(keyless: OriginWorld) -> None:
    disclosure_id = keyless.told_yes()
    keyless.answers.block(keyless.asked.visits[disclosure_id])
    assert keyless.state(disclosure_id) is State.ENDED
    assert keyless.sent() == ["disclosure.accept", "disclosure.decline"]


def test_nobody_acts_on_the_request_of_another(keyless: OriginWorld) -> None:
    visit = keyless.asked.visits[keyless.propose()]
    for other in (replace(visit, person_id="0" * 32), replace(visit, ref=None)):
        with pytest.raises(NothingToDoError):
            keyless.answers.page(other)
        with pytest.raises(NothingToDoError):
            keyless.answers.decline(other)
        with pytest.raises(NothingToDoError):
            keyless.answers.draft(other, AcceptChoice(frozenset({"name"}), report=False))
