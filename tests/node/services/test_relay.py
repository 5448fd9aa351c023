from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from node.assembly.reports import Reports
from node.i18n import local_day
from node.services.relay import Claims, PeerState, PeerView, RelayView
from node.storage import peers
from protocol.delivery import State as Cell
from tests.scenarios.consortium import Consortium, founded
from tests.scenarios.relay import credited, rejected


@pytest.fixture
def consortium(tmp_path: Path) -> Iterator[Consortium]:
    with founded(tmp_path) as found:
        found.tick(2)
        yield found


def view(consortium: Consortium, name: str) -> RelayView:
    return Reports.of(consortium[name].node).relay.view()


def of(found: RelayView, name: str) -> PeerView:
    (peer,) = [peer for peer in found.peers if name in peer.name.ja]
    return peer


def test_a9_a10_every_member_shows_the_same_balances(consortium: Consortium) -> None:
    credited(consortium, "alpha")
    views = [view(consortium, name) for name in consortium.members]
    assert len({tuple(one.balance for one in found.balances) for found in views}) == 1
    own = views[0].own
    assert (own.balance.counts, own.balance.earned, own.free) == (10, 1, 1)
    assert (views[0].ratio, views[0].missing) == (10, 10)
    assert [move.kind for move in views[0].moves] == ["count"] * 10
    assert views[0].moves[0].index > views[0].moves[-1].index


def test_a18_what_goes_out_is_the_ledger_and_what_comes_in_are_the_tokens(
    consortium: Consortium,
) -> None:
    credited(consortium, "alpha")
    alpha, beta = view(consortium, "alpha"), view(consortium, "beta")
    counted = {name: of(alpha, name).claims.counted for name in ("beta", "gamma")}
    assert sum(counted.values()) == alpha.own.balance.counts
    assert of(beta, "alpha").receipted == counted["beta"]
    assert of(beta, "alpha").arrived == 10
    assert of(alpha, "beta").arrived == 0
    assert of(alpha, "beta").claims == Claims(0, counted["beta"], 0, 0)


def test_the_own_log_and_who_witnessed_it(consortium: Consortium) -> None:
    rejected(consortium, "alpha", 2)
    consortium.tick(3)
    log = view(consortium, "alpha").log
    assert log.origin == "alpha.example.jp/tasuki/v1/log/0001"
    assert log.size == log.witnessed > 0
    assert [name.ja for name in log.witnesses] == ["架空beta株式会社", "架空gamma株式会社"]
    assert not view(consortium, "alpha").is_split_possible


def test_two_members_alone_cannot_exclude_a_split_view(tmp_path: Path) -> None:
    with founded(tmp_path, ("alpha", "beta")) as found:
        assert view(found, "alpha").is_split_possible
        assert view(found, "alpha").log.witnessed == 0


def test_a_silent_member_is_stale_and_a_forked_one_is_stopped(consortium: Consortium) -> None:
    fresh = view(consortium, "alpha")
    assert {peer.state for peer in fresh.peers} == {PeerState.FRESH}
    assert of(fresh, "beta").lease_until is not None
    consortium.wire.cut.add("beta.example.jp")
    consortium.tick()
    assert of(view(consortium, "alpha"), "beta").state is PeerState.STALE
    node = consortium["alpha"].node
    gamma = consortium["gamma"].id
    with node.own.db.begin() as tx:
        peers.set_forked(tx, gamma)
    assert of(view(consortium, "alpha"), "gamma").state is PeerState.FORKED


def test_a_lease_that_is_over_rests_the_member(consortium: Consortium) -> None:
    consortium.clock.advance(timedelta(days=1))
    found = view(consortium, "alpha")
    assert {peer.state for peer in found.peers} == {PeerState.STALE}
    assert all(peer.lease_until and peer.lease_until < found.made_at for peer in found.peers)


def test_a_member_that_was_never_read_is_named(tmp_path: Path) -> None:
    with founded(tmp_path) as found:
        (beta, gamma) = view(found, "alpha").peers
        assert (beta.state, gamma.state) == (PeerState.NEVER, PeerState.NEVER)
        assert (beta.reached_at, beta.lease_until) == (None, None)
        assert [one.is_own for one in view(found, "alpha").balances] == [True]


def test_the_matrix_shows_each_ended_token(consortium: Consortium) -> None:
    people = rejected(consortium, "alpha", 3)
    people[0].agree(consortium["beta"].id, consortium["gamma"].id)
    consortium.tick(3)
    consortium.wire.cut.add("alpha.example.jp")
    people[0].member.node.people.consents.withdraw(people[0].visit("consent"))
    consortium.tick(2)
    today = local_day(consortium.clock.now())
    found = view(consortium, "alpha").deletions
    assert {one.name.ja for one in found} == {"架空beta株式会社", "架空gamma株式会社"}
    assert {(one.state, one.asked, one.deleted_on) for one in found} == {
        (Cell.DELIVERED, today, None)
    }
    consortium.clock.advance(timedelta(days=2))
    assert {one.state for one in view(consortium, "alpha").deletions} == {Cell.OVERDUE}
    consortium.wire.cut.clear()
    consortium.tick(3)
    later = local_day(consortium.clock.now())
    assert {
        (one.state, one.asked, one.deleted_on) for one in view(consortium, "alpha").deletions
    } == {(Cell.DELETED, today, later)}
