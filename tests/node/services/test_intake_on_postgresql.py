from pathlib import Path

from sqlmodel import func, select

from node.clock import StandingClock
from node.services.undo import Undo
from node.storage import people
from node.storage.database import open_database
from node.storage.tables.application import Application
from node.storage.tables.person import Person
from node.storage.vault import Vault
from tests.node.services.intake_world import KeptMail, World, erase, row


def test_rows_are_added_changed_left_out_and_undone(postgres_url: str, tmp_path: Path) -> None:
    db = open_database(postgres_url)
    try:
        vault = Vault(b"m" * 32, b"i" * 32)
        world = World(db, StandingClock(), KeptMail(), vault, tmp_path)
        first = world.take([row(1), row(2)])
        with db.begin() as tx:
            (erased,) = people.by_index(tx, [vault.blind("candidate", "csv\nP-2")])
        erase(world, erased)
        again = world.take([row(1), row(2), row(3), row(1, 応募ID="A-4", 費用="1")])
        assert (first.added, again.added) == (2, 2)
        assert (again.unchanged, again.suppressed) == (1, 1)
        changed = world.take([row(1, 費用="7")])
        assert changed.updated == 1
        undo = Undo(db, world.intake.records, world.staging.files)
        undo.undo(changed.batch)
        undo.undo(again.batch)
        with db.read() as tx:
            kept = tx.exec(select(Application.cost_yen)).all()
            assert kept == [25000, 25000]
            assert tx.exec(select(func.count()).select_from(Person)).one() == 2
    finally:
        db.close()
