import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from node.domain.batch_life import State
from node.jobs.schedule import beside
from node.services.errors import BusyError
from node.services.import_run import ImportRun
from node.services.intake import CHUNK, Intake
from node.services.staging import READ_AT_ONCE
from tests.node.services.intake_world import World, file_of, open_world, row

ROWS = CHUNK + 3


class KilledError(BaseException):
    """Ends a thread as a kill would: nothing behind it runs."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


def begun(world: World, rows: int = ROWS) -> str:
    content = file_of(row(number) for number in range(rows))
    return world.intake.staged(content, "a.csv", source="csv")


def killed_after(chunks: int, intake: Intake, batch_id: str) -> None:
    seen = 0

    def progress(_done: int, _lines: int) -> None:
        nonlocal seen
        seen += 1
        if seen == chunks:
            raise KilledError

    with pytest.raises(KilledError):
        intake.commit(batch_id, progress)


def run_of(world: World) -> ImportRun:
    """Return what a restarted process has: nothing but the database and the files."""
    return ImportRun(world.intake, world.letters, lambda name, step: beside(name, step).join())


@pytest.mark.parametrize("chunks", [1, 2])
def test_import_that_was_killed_between_chunks_goes_on_after_a_restart(
    world: World, chunks: int
) -> None:
    batch_id = begun(world)
    killed_after(chunks, world.intake, batch_id)
    (past,) = world.intake.history()
    assert (past.state, past.rows) == (State.COMMITTING, min(chunks * CHUNK, ROWS))
    run_of(world).resume()
    (past,) = world.intake.history()
    assert (past.state, past.rows, past.added) == (State.DONE, ROWS, ROWS)
    assert world.letters.summary().letters == ROWS
    assert not list((world.folder / "staged").iterdir())


def test_letters_of_an_import_that_ended_with_the_process_are_queued_by_the_next(
    world: World,
) -> None:
    batch_id = begun(world, 2)
    world.intake.commit(batch_id, lambda _done, _lines: None)
    run = run_of(world)
    run.resume()
    assert world.letters.summary().letters == 2
    world.take([row(7)])
    run.resume()
    assert world.letters.summary().letters == 2  # who takes it in himself queues himself


def test_two_processes_take_each_row_in_once(world: World) -> None:
    batch_id = begun(world)
    other = replace(world).intake
    taken: list[int] = []

    def look(_done: int, _lines: int) -> None:
        """Let the other process take the rest in while this one is between two chunks."""
        if not taken:
            taken.append(1)
            other.commit(batch_id, lambda _done, _lines: None)

    done = world.intake.commit(batch_id, look)
    assert (done.state, done.added, done.rows) == (State.DONE, ROWS, ROWS)
    assert world.applicants.listed(tag=None, page=1)[1] == ROWS


def test_two_processes_side_by_side_take_each_row_in_once(world: World) -> None:
    batch_id = begun(world)
    ended: list[State] = []

    def commit() -> None:
        ended.append(replace(world).intake.commit(batch_id, lambda _done, _lines: None).state)

    threads = [threading.Thread(target=commit) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended == [State.DONE, State.DONE]
    (past,) = world.intake.history()
    assert (past.added, past.unchanged) == (ROWS, 0)


def test_import_whose_file_is_lost_says_so_and_holds_up_no_other(world: World) -> None:
    batch_id, other = begun(world, 2), begun(world, 3)
    world.intake.staging.files.drop(batch_id)
    run_of(world).resume()
    lost = world.intake.past(batch_id)
    assert lost is not None
    assert (lost.state, lost.rows, lost.errors) == (State.DONE, 0, 1)
    assert [row.reason for row in world.intake.errors(batch_id)] == ["lost"]
    whole = world.intake.past(other)
    assert whole is not None
    assert (whole.state, whole.added, whole.errors) == (State.DONE, 3, 0)


def test_no_more_files_are_read_at_once_than_the_node_can_bear(world: World) -> None:
    staging = world.staging
    for _ in range(READ_AT_ONCE):
        assert staging._room.acquire(blocking=False)
    with pytest.raises(BusyError):
        staging.stage(file_of([row(1)]), "a.csv", "csv")
    staging._room.release()
    assert staging.stage(file_of([row(1)]), "a.csv", "csv")
    assert staging.stage(file_of([row(1)]), "a.csv", "csv")
