"""What goes another way than the happy one: no, too late, taken back, blocked, forked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from node.services.errors import NoCreditError
from node.services.log import Log
from node.storage import peers, trees
from protocol.audit.verdict import verify
from protocol.errors import ForkError
from protocol.log.checkpoint import Checkpoint, sign_checkpoint
from tests.scenarios.consortium import Consortium, founded
from tests.scenarios.relay import (
    asked_person,
    balance,
    credited,
    opening_at,
    proposed,
    rejected,
    state_of,
)


@pytest.fixture
def consortium(tmp_path: Path) -> Iterator[Consortium]:
    with founded(tmp_path) as found:
        found.tick(2)
        yield found


def test_withdrawn_after_the_fetch_is_refused_and_the_credit_returns(
    consortium: Consortium,
) -> None:
    people = credited(consortium, "alpha")
    credited(consortium, "beta")
    proposal = proposed(consortium, "beta")
    person = asked_person(people)
    person.accept()
    # Alpha tells the yes and then beta, later in the same round, spends and fetches.
    consortium.tick()
    assert state_of(consortium, "beta", proposal) == "fetched"
    assert balance(consortium, "beta").living == 0
    person.member.node.people.consents.withdraw(person.visit("consent"))
    consortium.tick(6)
    assert state_of(consortium, "beta", proposal) == "returned"
    assert consortium["beta"].node.hiring.introductions.every() == []
    after = balance(consortium, "beta")
    assert (after.spends, after.returns, after.living) == (1, 1, 1)
    for member in consortium.members.values():
        assert verify(member.node.bundles.export(), consortium.trust).findings == ()


def test_withdrawn_before_the_fetch_ends_without_a_spend(consortium: Consortium) -> None:
    people = credited(consortium, "alpha")
    credited(consortium, "beta")
    proposal = proposed(consortium, "beta")
    person = asked_person(people)
    person.accept()
    person.member.node.people.consents.withdraw(person.visit("consent"))
    consortium.tick(6)
    assert state_of(consortium, "beta", proposal) == "declined"
    after = balance(consortium, "beta")
    assert (after.spends, after.open_holds, after.living) == (0, 0, 1)


def test_a_no_and_silence_look_alike_and_free_the_hold(consortium: Consortium) -> None:
    people = credited(consortium, "alpha")
    credited(consortium, "beta")
    declined = proposed(consortium, "beta")
    person = asked_person(people)
    person.member.node.people.answers.decline(person.visit("disclosure"))
    lapsed = proposed(consortium, "beta", answer_within=20)
    consortium.tick(4)
    assert state_of(consortium, "beta", declined) == "declined"
    consortium.tick(6, seconds=10)
    assert state_of(consortium, "beta", lapsed) in {"declined", "lapsed"}
    assert balance(consortium, "beta").open_holds == 0


def test_no_credit_no_proposal(consortium: Consortium) -> None:
    people = rejected(consortium, "alpha", 2)
    people[0].agree(consortium["beta"].id)
    consortium.tick(3)
    opening = opening_at(consortium["beta"])
    best = consortium["beta"].node.hiring.search.best(opening)
    now = int(consortium.clock.now().timestamp())
    with pytest.raises(NoCreditError):
        consortium["beta"].node.hiring.proposals.propose(
            opening, best[0].member, best[0].token_id, not_after=now + 3600
        )


def test_a_person_without_a_key_is_not_counted(consortium: Consortium) -> None:
    for person in rejected(consortium, "alpha", 3):
        person.key = None
        person.agree(consortium["beta"].id)
    consortium.tick(8)
    assert balance(consortium, "alpha").counts == 0


def test_a_second_consent_replaces_the_first_and_counts_once(consortium: Consortium) -> None:
    person = rejected(consortium, "alpha", 2)[0]
    person.agree(consortium["beta"].id)
    consortium.tick(8)
    person.agree(consortium["beta"].id, consortium["gamma"].id)
    consortium.tick(8)
    assert balance(consortium, "alpha").counts == 1
    assert consortium["beta"].node.counters()["peer_tokens"] == 1


def test_a_blocked_member_gets_a_decoy_and_nothing_else(consortium: Consortium) -> None:
    person = rejected(consortium, "alpha", 2)[0]
    person.agree(consortium["beta"].id, consortium["gamma"].id, blocks=("架空beta株式会社",))
    consortium.tick(4)
    assert consortium["beta"].node.counters()["peer_tokens"] == 0
    assert consortium["gamma"].node.counters()["peer_tokens"] == 1


def test_without_a_lease_no_token_is_matched(consortium: Consortium) -> None:
    rejected(consortium, "alpha", 2)[0].agree(consortium["beta"].id)
    consortium.tick(3)
    opening = opening_at(consortium["beta"])
    assert len(consortium["beta"].node.hiring.search.best(opening)) == 1
    consortium.wire.cut.add("alpha.example.jp")
    consortium.tick(1, seconds=3601)
    assert consortium["beta"].node.hiring.search.best(opening) == []


def test_two_heads_of_one_size_are_proven_and_every_token_of_that_log_goes(
    consortium: Consortium,
) -> None:
    rejected(consortium, "alpha", 2)[0].agree(consortium["beta"].id)
    consortium.tick(4)
    alpha, beta = consortium["alpha"].node, consortium["beta"].node
    assert beta.counters()["peer_tokens"] == 1
    _show_another_head(alpha.network.log)
    with pytest.raises(ForkError):
        beta.network.feed.pull(consortium["alpha"].id)
    assert beta.counters()["peer_tokens"] == 0
    with beta.own.db.read() as tx:
        assert len(trees.of_kinds(tx, beta.own.origin, ["evidence.fork"])) == 1


def test_a_head_that_only_another_member_was_shown_is_proven_at_the_next_poll(
    consortium: Consortium,
) -> None:
    alpha, beta, gamma = (consortium[name].node for name in ("alpha", "beta", "gamma"))
    log = alpha.network.log
    with gamma.own.db.begin() as tx:
        head = trees.head(tx, log.origin)
        assert head is not None
        false = Checkpoint(log.origin, head.size, bytes(32))
        note = sign_checkpoint(false, log.key)
        trees.set_head(
            tx, log.origin, "signed", at=head.size, root_hash=false.root, note=note.encode()
        )
    beta.network.polling.poll(alpha.own.me)
    with beta.own.db.read() as tx:
        assert peers.is_forked(tx, alpha.own.me)
        assert len(trees.of_kinds(tx, beta.own.origin, ["evidence.fork"])) == 1


def test_after_a_fork_deletions_are_receipted_all_the_same(consortium: Consortium) -> None:
    person = rejected(consortium, "alpha", 2)[0]
    person.agree(consortium["beta"].id)
    consortium.tick(3)
    alpha, beta = consortium["alpha"].node, consortium["beta"].node
    with alpha.own.db.read() as tx:
        head = trees.head(tx, alpha.own.origin)
    assert head is not None
    _show_another_head(alpha.network.log)
    with pytest.raises(ForkError):
        beta.network.feed.pull(consortium["alpha"].id)
    with alpha.own.db.begin() as tx:
        trees.set_head(
            tx, alpha.own.origin, "signed", at=head.size, root_hash=head.root, note=head.note
        )
    person.member.node.people.consents.withdraw(person.visit("consent"))
    consortium.tick(3)
    assert [str(row.state) for row in alpha.people.withdrawals.matrix()] == ["deleted"]


def _show_another_head(log: Log) -> None:
    """Let a dishonest log sign another root at the size that it showed before."""
    with log.db.begin() as tx:
        head = trees.head(tx, log.origin)
        assert head is not None
        false = Checkpoint(log.origin, head.size, bytes(32))
        note = sign_checkpoint(false, log.key)
        trees.set_head(
            tx, log.origin, "signed", at=head.size, root_hash=false.root, note=note.encode()
        )
