"""People who applied before their notice of purpose named introductions (APPI 18, 21, 27)."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from node.domain.recipients import Plain
from node.domain.source import Source
from tests.node.services.intake_world import World, open_world, row

SINCE = date(2026, 10, 1)
CSV = {"csv": Source("csv", notice_from=SINCE)}
OLD, NEW = {"応募日": "2026/09/30"}, {"応募日": "2026/10/01"}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        world.sources.update(CSV)
        yield world


def marks(world: World) -> dict[str, date | None]:
    people, _ = world.applicants.listed(tag=None, page=1)
    return {person.name: person.unnoticed for person in people}


def test_who_applied_before_the_notice_is_taken_in_marked_and_counted(world: World) -> None:
    ended = {"終了日": "2026/11/20"}
    result = world.take([row(1, **OLD, **ended), row(2, **NEW, **ended)])
    assert (result.added, result.errors) == (2, ())
    assert marks(world) == {"架空 花子1": SINCE, "架空 花子2": None}
    (counted,) = [one for one in world.applicants.facets() if one.family == "route"]
    assert counted.people == 2


def test_without_a_setting_nobody_is_marked(world: World) -> None:
    world.sources.clear()
    world.take([row(1, **OLD)])
    assert marks(world) == {"架空 花子1": None}


def test_who_applied_again_under_the_new_notice_was_told(world: World) -> None:
    again = row(1, 応募ID="A-10", 求人名="経理", **NEW)
    world.take([row(1, **OLD), again, row(2, 応募日="2025/01/10", 求人名="購買", 終了日="")])
    assert marks(world) == {"架空 花子1": None, "架空 花子2": SINCE}


def test_such_a_person_is_asked_once_and_never_again(world: World) -> None:
    def reject(number: int, *, of: int, applied: str) -> None:
        day = f"{world.clock.now().date():%Y/%m/%d}"
        cells = {"応募ID": f"A-{number}", "求人名": f"求人{number}", "応募日": applied}
        world.queue([row(of, **cells, 書類実施日="", 一次実施日="", 終了日=day)])

    reject(1, of=1, applied="2026/09/30")
    reject(2, of=2, applied="2026/10/01")
    assert world.letters.summary().with_offer == 2
    world.letters.confirm(2)
    assert world.letters.send_due() == 2
    world.clock.advance(timedelta(days=200))
    reject(3, of=1, applied="2026/09/20")
    reject(4, of=2, applied="2026/09/20")
    summary = world.letters.summary()
    assert (summary.letters, summary.with_offer) == (2, 1)
    assert summary.without_offer == {Plain.ASKED: 1}
