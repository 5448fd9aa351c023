from node.storage import envelopes
from node.storage.database import Database, Tx, open_database
from node.storage.tables.envelope import Outgoing
from protocol.envelope import At, Envelope
from protocol.identifiers import MemberId, new_id
from tests.node.storage.rows import BETA, GAMMA, NOW

ALPHA = "a" * 32


def envelope(*, exp: int | None = None, sender: str = ALPHA) -> Envelope:
    return Envelope(
        v=1,
        cs="0" * 64,
        kind="delete.receipt" if exp is None else "match.propose",
        id=new_id(),
        sender=MemberId(sender),
        to=MemberId(BETA),
        mv=1,
        iat=NOW - 100,
        exp=exp,
        at=At(log="alpha.example.jp/tasuki/v1/log/0001", size=3),
        body={},
    )


def put(tx: Tx, at_size: int, *, exp: int | None = None, sealed: bytes | None = None) -> str:
    queued = envelope(exp=exp)
    envelopes.put(tx, queued, b"doc", sealed=sealed, at_size=at_size, entry_id=new_id())
    return queued.id


def due(tx: Tx, **when: int) -> list[str]:
    return [row.id for row in envelopes.due(tx, **{"now": NOW, "published": 10} | when)]


def test_due_is_what_is_published_and_whose_time_has_come(database: Database) -> None:
    with database.begin() as tx:
        second, first = put(tx, 5), put(tx, 3)
        unpublished = put(tx, 10)
        later = put(tx, 4)
        envelopes.kept(tx, later).next_try = NOW + 5
        envelopes.kept(tx, put(tx, 1)).state = "answered"
    with database.begin() as tx:
        assert due(tx) == [first, second]
        assert due(tx, now=NOW + 5) == [first, later, second]
        assert due(tx, published=11) == [first, second, unpublished]
        assert due(tx, published=0) == []
        assert due(tx, limit=1) == [first]


def test_what_is_past_its_end_is_due_though_nothing_was_published(database: Database) -> None:
    with database.begin() as tx:
        over, other = put(tx, 5, exp=NOW), put(tx, 5, exp=NOW + 1)
    with database.begin() as tx:
        assert due(tx, published=0) == [over]
        assert due(tx, published=0, now=NOW + 1) == [over, other]


def test_what_another_sender_holds_is_passed_over(postgres_url: str) -> None:
    """`FOR UPDATE SKIP LOCKED`; on SQLite there is one writer at a time."""
    db = open_database(postgres_url)
    with db.begin() as tx:
        one, two = put(tx, 1), put(tx, 2)
    with db.read() as first, db.read() as second:
        assert due(first, limit=1) == [one]
        assert due(second) == [two]
    db.close()


def test_the_bytes_of_an_envelope_come_back(database: Database) -> None:
    with database.begin() as tx:
        queued = put(tx, 1, sealed=b"sealed")
    with database.begin() as tx:
        row = envelopes.outgoing(tx, queued)
        assert row is not None
        assert (row.document, row.sealed, row.state, row.tries) == (b"doc", b"sealed", "waiting", 0)
        envelopes.drop_sealed(tx, queued)
        envelopes.drop_sealed(tx, new_id())
    with database.read() as tx:
        assert envelopes.kept(tx, queued).sealed is None
        assert envelopes.outgoing(tx, new_id()) is None
        assert [row.id for row in envelopes.all_outgoing(tx)] == [queued]


def test_one_id_of_two_senders_is_two_envelopes(database: Database) -> None:
    mine = envelope()
    with database.begin() as tx:
        for sender, answer in ((ALPHA, b"to alpha"), (GAMMA, b"to gamma")):
            theirs = mine.model_copy(update={"sender": sender})
            envelopes.put_incoming(tx, theirs, b"doc", answer, entry_id=new_id())
    with database.read() as tx:
        found = envelopes.incoming(tx, GAMMA, mine.id)
        assert found is not None
        assert found.answer == b"to gamma"
        assert envelopes.incoming(tx, BETA, mine.id) is None
        assert {row.sender for row in envelopes.all_incoming(tx)} == {ALPHA, GAMMA}


def test_a_queued_envelope_waits_from_the_beginning(database: Database) -> None:
    with database.begin() as tx:
        row = tx.get_one(Outgoing, put(tx, 2, exp=NOW))
        assert (row.receiver, row.kind, row.exp, row.at_size) == (BETA, "match.propose", NOW, 2)
