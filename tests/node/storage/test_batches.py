from node.storage import batches
from node.storage.database import Database
from protocol.identifiers import new_id
from tests.node.storage.rows import NOW, Rows


def test_imports_are_listed_newest_first(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        old, new = rows.batch(started=NOW - 1), rows.batch(started=NOW, state="committing")
    with database.read() as tx:
        assert [row.id for row in batches.newest(tx, limit=5)] == [new.id, old.id]
        assert [row.id for row in batches.newest(tx, limit=1)] == [new.id]
        assert batches.in_state(tx, "committing") == [new.id]
        assert batches.of(tx, old.id) is not None
        assert batches.of(tx, new_id()) is None


def test_the_mapping_of_the_last_finished_import_is_remembered(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        rows.batch(started=NOW - 9, finished=NOW - 8, mapping="old")
        rows.batch(started=NOW - 5, finished=NOW - 4, mapping="new")
        rows.batch(started=NOW, mapping="unfinished")
        assert batches.last_mapping(tx, "csv") == "new"
        assert batches.last_mapping(tx, "herp") is None


def test_rows_left_out_are_kept_once_a_line(database: Database) -> None:
    with database.begin() as tx:
        batch, other = (Rows(tx).batch().id for _ in range(2))
        for line, sealed in ((7, b"a"), (3, b"b"), (7, b"c")):
            batches.put_fault(tx, batch, line, sealed)
        batches.put_fault(tx, other, 1, b"x")
    with database.begin() as tx:
        assert batches.faults(tx, batch) == [(3, b"b"), (7, b"c")]
        batches.drop_faults(tx, batch)
        assert batches.faults(tx, batch) == []
        assert len(batches.faults(tx, other)) == 1
