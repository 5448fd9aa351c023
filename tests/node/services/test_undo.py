from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy import Table, event
from sqlmodel import func, select

from node.domain.batch_life import State
from node.services.errors import NoSuchBatchError, UndoRefusedError
from node.services.intake import CHUNK
from node.services.undo import Undo
from node.storage import batches, people
from node.storage.schema import metadata
from node.storage.tables.application import Application, Interviewer, Job
from node.storage.tables.consent import Consent
from node.storage.tables.letter import Letter
from node.storage.tables.person import BlindIndex, Person, Profile, Tag
from node.storage.tables.record import Change
from node.storage.tables.row import Row as TableRow
from protocol.errors import UnexpectedEventError
from protocol.identifiers import new_id
from tests.node.services.intake_world import World, file_of, open_world, row

ENDED = {"選考終了理由": "", "終了日": "", "一次結果": "選考中"}


class StoppedError(Exception):
    """Something broke off."""


@contextmanager
def breaking_at(world: World, place: int) -> Iterator[None]:
    """Break off as the transaction in that place, from 1, is about to be committed."""
    seen = 0

    def stop(connection: object) -> None:
        del connection
        nonlocal seen
        seen += 1
        if seen == place:
            raise StoppedError

    event.listen(world.db.engine, "commit", stop)
    try:
        yield
    finally:
        event.remove(world.db.engine, "commit", stop)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


def undo_of(world: World) -> Undo:
    return Undo(world.db, world.intake.records, world.staging.files)


def state_of(world: World, batch_id: str) -> str:
    with world.db.read() as tx:
        batch = batches.of(tx, batch_id)
    assert batch is not None
    return batch.state


def shown(world: World) -> list[str]:
    """Return every row but those on imports, with what is sealed opened or left out."""
    lines = []
    with world.db.read() as tx:
        for table in (Application, Profile, Tag, BlindIndex, Job, Interviewer):
            for one in tx.exec(select(table)):
                values = one.model_dump(exclude={"sealed"})
                lines.append(f"{table.__name__} {sorted(values.items())}")
        for person in tx.exec(select(Person)):
            identity = world.applicants.identities.of(tx, person.id)
            lines.append(f"{person.id} {identity.name} {identity.mails} {identity.phones}")
            lines.append(f"{person.id} {world.blocks.of(tx, person.id)}")
        lines += [f"Change {sorted(one.model_dump().items())}" for one in tx.exec(select(Change))]
    return sorted(lines)


def count(world: World, table: type[TableRow]) -> int:
    with world.db.read() as tx:
        return tx.exec(select(func.count()).select_from(table)).one()


def test_the_first_import_is_undone_to_nothing(world: World) -> None:
    batch = world.take([row(1), row(2), row(3, 応募日="きのう")]).batch
    world.letters.queue_rejections()
    undo_of(world).undo(batch)
    left = {table.name: rows for table in metadata().sorted_tables if (rows := _rows(world, table))}
    assert left == {"batch": 1, "checked_medium": 1}
    assert state_of(world, batch) == State.UNDONE


def _rows(world: World, table: Table) -> int:
    with world.db.read() as tx:
        found: int = tx.execute(sqlalchemy.select(func.count()).select_from(table)).scalar_one()
    return found


def test_what_stood_before_an_import_stands_again_to_the_last_value(world: World) -> None:
    world.take([row(1, **ENDED), row(2), row(3)])
    before = shown(world)
    batch = world.take(
        [
            row(1, メールアドレス="new@mail.example.jp", 現在の勤務先="新ばくろ工業㈱", 費用="1"),
            row(2, 電話番号="09099998888", 一次面接官="新田 面一", スキル="", 都道府県="東京都"),
            row(3),
            row(4, 求人名="新しい求人"),
            row(5, 候補者ID="P-3", 氏名="架空 花子3", 応募日="2026/11/01", 都道府県="北海道"),
        ]
    ).batch
    assert shown(world) != before
    undo_of(world).undo(batch)
    assert shown(world) == before


def test_the_same_file_can_be_imported_again_and_gets_its_letters_again(world: World) -> None:
    rows = [row(1), row(2)]
    batch = world.take(rows).batch
    assert world.letters.queue_rejections() == 2
    undo_of(world).undo(batch)
    assert (world.take(rows).added, world.letters.queue_rejections()) == (2, 2)


def test_letters_that_an_import_brought_to_older_applications_go_with_it(world: World) -> None:
    world.take([row(1, **ENDED), row(2)])
    assert world.letters.queue_rejections() == 1
    world.clock.advance(timedelta(hours=1))
    batch = world.take([row(1)]).batch
    assert world.letters.queue_rejections() == 1
    undo_of(world).undo(batch)
    assert (count(world, Letter), world.letters.summary().letters) == (1, 1)


def test_import_whose_letter_has_left_is_not_undone(world: World) -> None:
    batch = world.take([row(number) for number in range(3)]).batch
    world.letters.queue_rejections()
    world.letters.confirm(3)
    world.mail.faults = [None, StoppedError()]
    with pytest.raises(StoppedError):
        world.letters.send_due()
    before = shown(world)
    with pytest.raises(UndoRefusedError) as refused:
        undo_of(world).undo(batch)
    # One was taken over, and of one nobody knows.
    assert (refused.value.letters, refused.value.changed, refused.value.consents) == (2, 0, 0)
    assert "2 of its letters" in str(refused.value)
    assert (shown(world), state_of(world, batch)) == (before, State.DONE)


def test_import_whose_rows_a_later_one_wrote_again_is_undone_after_that(world: World) -> None:
    first = world.take([row(1), row(2)]).batch
    second = world.take([row(1, 費用="1"), row(3)]).batch
    with pytest.raises(UndoRefusedError) as refused:
        undo_of(world).undo(first)
    assert refused.value.changed == 1
    undo_of(world).undo(second)
    undo_of(world).undo(first)
    assert count(world, Application) == 0


def test_import_of_somebody_who_consented_since_is_not_undone(world: World) -> None:
    batch = world.take([row(1)]).batch
    _consent(world)
    with pytest.raises(UndoRefusedError) as refused:
        undo_of(world).undo(batch)
    assert refused.value.consents == 1


def test_person_who_consented_before_stays_when_a_later_import_is_undone(world: World) -> None:
    world.take([row(1)])
    _consent(world)
    before = shown(world)
    world.clock.advance(timedelta(hours=1))
    batch = world.take([row(1, 都道府県="東京都")]).batch
    undo_of(world).undo(batch)
    assert shown(world) == before


def _consent(world: World) -> None:
    with world.db.begin() as tx:
        person = tx.exec(select(Person)).one()
        values = {"receivers": b"[]", "values": b"{}", "people": 9, "state": "given", "idx": 0}
        given = {"given_at": int(world.clock.now().timestamp()), "not_after": 2**40}
        names = {"id": new_id(), "person_id": person.id, "letter_id": new_id()}
        tx.add(Consent.new(**names, **values, **given, level="E0", language="ja"))


def test_what_another_import_tells_too_is_kept(world: World) -> None:
    world.take([row(1)])
    same = {"候補者ID": "P-1", "氏名": "架空 花子1", "フリガナ": row(1)["フリガナ"]}
    batch = world.take([row(2, **same, 電話番号="09055554444")]).batch
    undo_of(world).undo(batch)
    with world.db.read() as tx:
        (person_id,) = people.by_index(tx, [world.vault.blind("mail", "hanako1@mail.example.jp")])
        assert people.by_index(tx, [world.vault.blind("phone", "+819055554444")]) == []
        assert len(world.blocks.of(tx, person_id)) == 1
    assert world.take([row(1)]).unchanged == 1


def test_address_that_an_older_import_told_is_still_an_address_to_find_by(world: World) -> None:
    world.take([row(1)])
    world.take([row(1, メールアドレス="second@mail.example.jp")])
    back = world.take([row(1)]).batch
    undo_of(world).undo(back)
    with world.db.read() as tx:
        for mail in (row(1)["メールアドレス"], "second@mail.example.jp"):
            assert len(people.by_index(tx, [world.vault.blind("mail", mail)])) == 1


@pytest.mark.parametrize("broken_at", [1, 2, 3, 4])
def test_undoing_that_breaks_off_goes_on_where_it_was(world: World, broken_at: int) -> None:
    world.take([row(0)])
    before = shown(world)
    batch = world.take([row(number, 費用="7") for number in range(CHUNK + 20)]).batch
    undo = undo_of(world)
    with breaking_at(world, broken_at), pytest.raises(StoppedError):
        undo.undo(batch)
    assert state_of(world, batch) == (State.DONE if broken_at == 1 else State.UNDOING)
    if broken_at == 1:
        undo.undo(batch)
    else:
        assert undo.undo_due() == 1
    assert undo.undo_due() == 0
    assert shown(world) == before
    assert state_of(world, batch) == State.UNDONE


def test_import_that_broke_off_can_be_undone(world: World) -> None:
    batch = world.intake.staged(_content(CHUNK + 5), "a.csv", source="csv")

    def stop(done: int, lines: int) -> None:
        del done, lines
        raise StoppedError

    with pytest.raises(StoppedError):
        world.intake.commit(batch, stop)
    assert count(world, Application) == CHUNK
    undo_of(world).undo(batch)
    assert (count(world, Application), count(world, Person)) == (0, 0)
    assert state_of(world, batch) == State.UNDONE
    assert not (world.folder / "staged" / batch).exists()


def _content(rows: int) -> bytes:
    return file_of(row(number) for number in range(rows))


def test_nothing_is_undone_twice_or_before_it_began(world: World) -> None:
    batch = world.take([row(1)]).batch
    undo_of(world).undo(batch)
    staged = world.staging.stage(_content(1), "a.csv", "csv")
    for refused in (batch, staged):
        with pytest.raises(UnexpectedEventError):
            undo_of(world).undo(refused)
    with pytest.raises(NoSuchBatchError):
        undo_of(world).undo(new_id())
