import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from node.domain.errors import MappingError
from node.jobs.schedule import beside
from node.services.errors import NoSuchBatchError
from node.services.intake import CHUNK, SHOWN, Preview
from node.services.previews import Previews
from node.services.records import Taken
from tests.node.services.intake_world import World, file_of, open_world, row

ROWS = CHUNK + 3
BAD = len(range(1, ROWS, 10))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


def staged(world: World) -> str:
    """Hand in a file of more rows than a chunk, one of them here already, many unreadable."""
    world.take([row(0)])
    bad = {"応募日": "きのう"}
    rows = [row(number, **(bad if number % 10 == 1 else {})) for number in range(ROWS)]
    return world.staging.stage(file_of(rows), "a.csv", "csv")


def previews(world: World, patience: float = 60) -> Previews:
    return Previews(world.intake, lambda _source, said: said.ended_on is not None, beside, patience)


def test_every_row_of_a_long_file_is_counted_as_its_commit_does(world: World) -> None:
    batch_id = staged(world)
    found = previews(world).of(world.staging.staged(batch_id))
    world.intake.begin(batch_id)
    done = world.intake.commit(batch_id, lambda _done, _lines: None)
    assert not found.is_part
    assert (found.rows, found.errors) == (done.rows, done.errors) == (ROWS, BAD)
    assert (found.counts[Taken.ADDED], found.counts[Taken.UNCHANGED]) == (
        done.added,
        done.unchanged,
    )
    assert found.told == done.rows - done.errors
    assert len(found.first_errors) == SHOWN
    assert [error.line for error in found.first_errors[:2]] == [3, 13]
    assert "花子" not in "".join(cell for error in found.first_errors for cell in error.cells)


def test_page_does_not_wait_for_a_long_file_and_sees_it_whole_later(world: World) -> None:
    shown = threading.Event()
    counting: list[threading.Thread] = []

    def told(_source: str, _said: object) -> bool:
        assert shown.wait(60)
        return False

    def later(name: str, step: Callable[[], object]) -> None:
        counting.append(beside(name, step))

    looking = Previews(world.intake, told, later, patience=0)
    file = world.staging.staged(staged(world))
    parts = [looking.of(file), looking.of(file)]
    shown.set()
    for thread in counting:
        thread.join()
    whole = looking.of(file)
    assert [part.is_part for part in (*parts, whole)] == [True, True, False]
    assert ([part.rows for part in parts], whole.rows) == ([0, 0], ROWS)
    assert len(counting) == 1


def test_count_ends_when_the_file_is_let_in(world: World) -> None:
    batch_id = staged(world)
    seen: list[Preview] = []

    def let_in(part: Preview) -> None:
        seen.append(part)
        world.intake.begin(batch_id)

    with pytest.raises(NoSuchBatchError):
        world.intake.preview(batch_id, lambda _source, _said: False, let_in)
    assert [part.rows for part in seen] == [CHUNK]


def test_file_whose_columns_say_too_little_is_not_counted(world: World) -> None:
    batch_id = world.staging.stage(b"a,b\n1,2\n", "a.csv", "csv")
    with pytest.raises(MappingError):
        previews(world).of(world.staging.staged(batch_id))
