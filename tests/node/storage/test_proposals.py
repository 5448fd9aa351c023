from node.storage import openings, proposals
from node.storage.database import Database
from node.storage.tables.opening import Proposal
from protocol.identifiers import new_id
from tests.node.storage.rows import BETA, DAY, GAMMA, NOW, Rows


def test_openings_are_listed_newest_first(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        old, new = rows.opening(created_at=NOW - 1), rows.opening()
        assert openings.every(tx) == [new, old]
        assert openings.get(tx, old.id) is old
        assert openings.get(tx, new_id()) is None
        again = rows.opening(created_at=NOW + 1)
        tx.delete(again)
        openings.put(tx, type(again).new(**again.model_dump()))
        assert [row.created_at for row in openings.every(tx)] == [NOW + 1, NOW, NOW - 1]


def test_proposals_by_state_token_and_time(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        opening = rows.opening()
        old = rows.proposal(opening, created_at=NOW - 9, state="accepted")
        new = rows.proposal(opening)
        assert proposals.every(tx) == [new, old]
        assert proposals.in_states(tx, ["proposed", "accepted"]) == [old, new]
        assert proposals.in_states(tx, []) == []
        assert proposals.for_token(tx, new.member, new.token_id) == [new]
        assert proposals.count_since(tx, NOW) == 1
        assert proposals.count_since(tx, NOW - 9) == 2
        assert proposals.get(tx, new_id()) is None
        proposals.forget_reasons(tx, GAMMA, new.token_id)
        proposals.forget_reasons(tx, BETA, old.token_id)
        tx.refresh(old)
        tx.refresh(new)
        assert (old.reasons, new.reasons) == (b"", b"reasons")


def test_a_proposal_is_kept(database: Database) -> None:
    with database.begin() as tx:
        opening = Rows(tx).opening()
        row = Proposal.new(
            id=new_id(),
            opening_id=opening.id,
            member=BETA,
            token_id=new_id(),
            reasons=b"",
            state="proposed",
            created_at=NOW,
            not_after=NOW,
            hold_id=new_id(),
            digest=b"d",
        )
        proposals.put(tx, row)
    with database.read() as tx:
        found = proposals.get(tx, row.id)
        assert found is not None
        assert found.not_after == NOW


def test_introductions_until_their_day(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        opening = rows.opening()
        old = rows.introduction(opening, received_at=NOW - 1)
        new = rows.introduction(opening, keep_until="2096-12-31")
        erased = rows.introduction(opening, received_at=NOW - 2, sealed=None, key=None)
        assert proposals.introductions(tx) == [new, old, erased]
        assert proposals.kept_before(tx, DAY) == []
        assert proposals.kept_before(tx, "2096-10-03") == [old]
        assert proposals.introduction(tx, new.id) is new
        assert proposals.introduction(tx, new_id()) is None
        tx.delete(erased)
        proposals.put_introduction(tx, type(old).new(**old.model_dump() | {"id": new_id()}))
        assert len(proposals.introductions(tx)) == 3
