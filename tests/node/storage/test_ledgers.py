from node.storage import ledgers, relay, trees
from node.storage.bodies import put as put_body
from node.storage.database import Database
from node.storage.tables.referral import Claim, ClaimReceipt
from protocol.body import Opening
from protocol.identifiers import new_id
from protocol.ledger_seen import SeenSet
from protocol.ledger_state import LedgerState, Tally
from protocol.log import leaf as leaves
from tests.node.storage.rows import BETA, DAY, GAMMA, NOW, Rows

ORIGIN, OTHER = "beta.example.jp/tasuki/v1/log/0001", "gamma.example.jp/tasuki/v1/log/0001"


def seen(*values: str) -> SeenSet:
    return SeenSet().adding(values)


def test_a_ledger_begins_empty_and_is_kept_with_what_it_saw(database: Database) -> None:
    first, second = new_id(), new_id()
    with database.begin() as tx:
        size, state = ledgers.load(tx, ORIGIN)
        assert (size, state.tally) == (0, Tally())
        ledgers.save(tx, ORIGIN, 5, LedgerState(tally=Tally(counts=1), added=seen(first)))
    with database.begin() as tx:
        size, state = ledgers.load(tx, ORIGIN)
        assert (size, state.tally.counts) == (5, 1)
        assert state.has_seen(first)
        assert not state.has_seen(second)
        ledgers.save(tx, ORIGIN, 9, LedgerState(tally=Tally(counts=2), added=seen(second)))
    with database.read() as tx:
        size, state = ledgers.load(tx, ORIGIN)
        assert (size, state.tally.counts) == (9, 2)
        assert state.has_seen(first)
        assert state.has_seen(second)
        assert not ledgers.load(tx, OTHER)[1].has_seen(first)


def test_claims_are_sent_in_the_order_of_their_moments(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        person, other = rows.person(), rows.person()
        token = rows.token(rows.consent(person))
        made = [
            rows.add(
                Claim.new(
                    id=new_id(),
                    person_id=owner,
                    token_id=token.id,
                    receiver=receiver,
                    salt=b"salt",
                    send_at=NOW + at,
                    state=state,
                )
            )
            for owner, receiver, at, state in (
                (person, BETA, 2, "planned"),
                (person, GAMMA, 1, "planned"),
                (person, BETA, 3, "planned"),
                (other, BETA, 0, "sent"),
            )
        ]
        assert [claim.id for claim in ledgers.planned(tx, now=NOW + 2)] == [made[1].id, made[0].id]
        assert {claim.id for claim in ledgers.claims_of(tx, person)} == {c.id for c in made[:3]}
        assert ledgers.claim(tx, made[3].id) is made[3]
        assert ledgers.claim(tx, new_id()) is None
        assert ledgers.claims_by_receiver(tx) == {BETA: 3, GAMMA: 1}
        assert relay.claims(tx) == {(BETA, "planned"): 2, (GAMMA, "planned"): 1, (BETA, "sent"): 1}


def test_a_token_has_one_receipt(database: Database) -> None:
    token = new_id()
    with database.begin() as tx:
        tx.add(ClaimReceipt.new(token_id=token, member=BETA, salt=b"salt", leaf_id=new_id()))
    with database.read() as tx:
        found = ledgers.receipt_of(tx, BETA, token)
        assert found is not None
        assert found.member == BETA
        assert ledgers.receipt_of(tx, GAMMA, token) is None
        assert relay.receipts(tx) == {BETA: 1}


def test_live_tokens_are_counted_by_origin(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        for member in (BETA, GAMMA, BETA):
            rows.peer_token(member=member)
        assert relay.live_tokens(tx) == {BETA: 2, GAMMA: 1}


def test_the_newest_moves_come_first_with_their_evidence(database: Database) -> None:
    with database.begin() as tx:
        trees.start(tx, ORIGIN, BETA)
        for number in range(3):
            leaf = leaves.ledger(new_id(), "0" * 64, DAY, 1)
            token = leaves.publish(new_id(), "0" * 64, DAY, 1)
            trees.append(tx, ORIGIN, [leaf.canonical(), token.canonical()])
            put_body(tx, leaf.id, BETA, Opening.make({"n": number}, {}))
    with database.read() as tx:
        moves = relay.latest_moves(tx, ORIGIN, BETA, limit=2)
        assert [(index, ev) for index, _, ev in moves] == [(4, b'{"n":2}'), (2, b'{"n":1}')]
        assert relay.latest_moves(tx, OTHER, GAMMA, limit=2) == []
