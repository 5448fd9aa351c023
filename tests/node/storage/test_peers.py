from node.storage import peer_tokens, peers
from node.storage.database import Database
from protocol.identifiers import new_id
from tests.node.storage.rows import BETA, DAY, GAMMA, NOW, Rows


def test_a_peer_is_known_from_the_first_word_on(database: Database) -> None:
    with database.begin() as tx:
        assert peers.known(tx, BETA) is None
        assert not peers.is_forked(tx, BETA)
        peers.failed(tx, BETA)
        peers.failed(tx, BETA)
        peers.failed(tx, GAMMA)
        assert (peers.silent(tx, 1), peers.silent(tx, 2), peers.silent(tx, 3)) == (2, 1, 0)
        peers.seen(tx, BETA, at=NOW)
    with database.read() as tx:
        row = peers.of(tx, BETA)
        assert (row.reached_at, row.failures) == (NOW, 0)
        assert peers.silent(tx, 1) == 1


def test_a_fork_and_a_lease_are_kept(database: Database) -> None:
    with database.begin() as tx:
        peers.set_lease(tx, BETA, b"status", size=7, until=NOW)
        peers.set_forked(tx, GAMMA)
    with database.read() as tx:
        row = peers.known(tx, BETA)
        assert row is not None
        assert (row.status, row.lease_size, row.valid_until) == (b"status", 7, NOW)
        assert (peers.is_forked(tx, BETA), peers.is_forked(tx, GAMMA)) == (False, True)


def test_bodies_are_wanted_in_the_order_of_the_log(database: Database) -> None:
    ids = [new_id() for _ in range(3)]
    with database.begin() as tx:
        for index in (2, 0, 1):
            peers.want(tx, BETA, ids[index], index, "ledger")
        peers.want(tx, BETA, ids[0], 9, "ledger")
        peers.want(tx, GAMMA, new_id(), 0, "ledger")
    with database.begin() as tx:
        assert [row.leaf_id for row in peers.wanted(tx, BETA)] == ids
        for leaf_id in ids[:2]:
            peers.unwant(tx, BETA, leaf_id)
            peers.unwant(tx, GAMMA, ids[2])
    with database.read() as tx:
        assert [row.idx for row in peers.wanted(tx, BETA)] == [2]
        assert peers.wanted_of(tx, BETA, ids[0]) is None
        row = peers.wanted_of(tx, BETA, ids[2])
        assert row is not None
        assert (row.member, row.asked) == (BETA, False)


def test_a_token_ends_once(database: Database) -> None:
    with database.begin() as tx:
        token = Rows(tx).peer_token().id
    with database.begin() as tx:
        assert not peer_tokens.has_ended(tx, BETA, token)
        assert peer_tokens.end(tx, BETA, token, day=DAY, held=True)
        assert not peer_tokens.end(tx, BETA, token, day=DAY, held=True)
        assert peer_tokens.has_ended(tx, BETA, token)
        assert peer_tokens.get(tx, BETA, token) is None
        assert not peer_tokens.has_ended(tx, GAMMA, token)


def test_tokens_by_origin_and_time(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        first = rows.peer_token(not_after=NOW, idx=1).id
        second = rows.peer_token(not_after=NOW + 1, idx=2).id
        other = rows.peer_token(member=GAMMA, not_after=NOW + 2).id
        assert {token.id for token in peer_tokens.of_member(tx, BETA)} == {first, second}
        assert [token.id for token in peer_tokens.past(tx, now=NOW)] == [first]
        never = new_id()
        peer_tokens.end(tx, BETA, first, day=DAY, held=True)
        peer_tokens.end(tx, BETA, never, day=DAY, held=False)
        assert peer_tokens.received(tx) == sorted(
            [(BETA, first, NOW), (BETA, second, NOW), (GAMMA, other, NOW)]
        )
