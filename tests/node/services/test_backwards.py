from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from node.services.undo import Undo
from node.storage.tables.application import Application, StageEvent
from node.storage.tables.person import Profile
from tests.node.services.intake_world import World, open_world, row

HEADER = "応募ID,名前,メールアドレス,募集職種,応募時刻,応募経路,選考ステップ,選考終了理由"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


def take(world: World, step: str, end: str = "", number: int = 1) -> str:
    """Import one application in *step* as HERP writes it; return the import."""
    cells = f"H-{number},架空 花子,hanako@mail.example.jp,経理,2026/10/01,自社サイト,{step},{end}"
    content = f"{HEADER}\n{cells}\n".encode()
    result = world.intake.import_file(
        content, "herp.csv", source="herp", progress=lambda _done, _all: None
    )
    assert (result.errors, result.rows) == ((), 1)
    return result.batch


def stages(world: World) -> list[str]:
    with world.db.read() as tx:
        return sorted(str(stage) for stage in tx.exec(select(StageEvent.stage)))


def furthest(world: World) -> tuple[str, str | None]:
    with world.db.read() as tx:
        return tx.exec(select(Application.furthest)).one(), tx.exec(select(Profile.stage)).one()


def test_stage_that_was_left_backwards_stays_the_furthest(world: World) -> None:
    take(world, "最終選考")
    take(world, "一次選考")
    assert furthest(world) == ("final", "final")
    assert stages(world) == ["final", "iv1"]
    take(world, "一次選考", "不採用")
    assert furthest(world) == ("final", "final")


def test_stage_that_is_entered_again_is_one_stage(world: World) -> None:
    for step in ("一次選考", "最終選考", "一次選考", "最終選考", "最終選考"):
        take(world, step)
    assert stages(world) == ["final", "iv1"]
    assert furthest(world) == ("final", "final")


def test_same_step_again_is_no_change(world: World) -> None:
    take(world, "最終選考")
    take(world, "一次選考")
    batch = take(world, "一次選考")
    past = world.intake.past(batch)
    assert past is not None
    assert (past.unchanged, past.updated) == (1, 0)


def test_undone_import_takes_its_step_back(world: World) -> None:
    take(world, "一次選考")
    batch = take(world, "最終選考")
    Undo(world.db, world.intake.records, world.staging.files).undo(batch)
    assert (stages(world), furthest(world)) == (["iv1"], ("iv1", "interview"))


def test_person_with_two_applications_is_as_far_as_the_further(world: World) -> None:
    take(world, "最終選考")
    take(world, "一次選考", number=2)
    with world.db.read() as tx:
        assert tx.exec(select(Profile.stage)).one() == "final"
        assert sorted(tx.exec(select(Application.furthest))) == ["final", "iv1"]


def test_source_with_a_column_a_stage_can_correct_it(world: World) -> None:
    world.take([row(1, 最終実施日="2026/10/20", 最終結果="不合格", 一次結果="合格")])
    mended = row(1, 最終実施日="2026/10/20", 最終結果="選考中", 一次結果="合格")
    world.take([mended | {"選考終了理由": "", "終了日": ""}])
    assert stages(world) == ["final", "iv1", "screening"]
