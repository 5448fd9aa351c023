import errno
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from node.clock import seconds
from node.domain.batch_life import State
from node.domain.sheet import Record
from node.jobs.schedule import beside
from node.services.errors import BusyError
from node.services.import_run import ImportRun
from node.services.intake import CHUNK, Intake
from node.services.staging import LEFT, READ_AT_ONCE
from node.storage.staged_files import StagedFiles
from protocol.identifiers import new_id
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


def test_file_whose_reading_breaks_off_leaves_nothing(world: World) -> None:
    folder = world.folder / "staged"
    folder.mkdir()
    written: list[int] = []

    class FullDisk(StagedFiles):
        def write(self, batch_id: str, piece: int, records: Sequence[Record]) -> None:
            if written:
                raise OSError(errno.ENOSPC, "full")
            written.append(piece)
            super().write(batch_id, piece, records)

    staging = replace(world.staging, files=FullDisk(folder, world.vault))
    with pytest.raises(OSError, match="full"):
        staging.stage(file_of(row(number) for number in range(ROWS)), "a.csv", "csv")
    assert written
    assert not list(folder.iterdir())
    assert world.intake.history() == []


def test_pieces_that_a_kill_left_are_swept_and_those_in_use_are_not(world: World) -> None:
    begun_id, done = begun(world, 1), begun(world, 2)
    waiting = world.staging.stage(file_of([row(3)]), "a.csv", "csv")
    world.intake.commit(done, lambda _done, _lines: None)
    lost = new_id()
    for batch_id in (done, lost):  # killed before the drop, and before there was an import
        world.staging.files.write(batch_id, 0, [Record(2, ("x",))])
    fresh = new_id()
    world.staging.files.write(fresh, 0, [Record(2, ("x",))])
    at = seconds(world.clock.now() - LEFT) - 1
    folder = world.folder / "staged"
    for batch_id in (begun_id, done, waiting, lost):
        os.utime(folder / batch_id, (at, at))
    os.utime(folder / fresh, (at + 2, at + 2))
    world.staging.discard_old()
    assert {one.name for one in folder.iterdir()} == {begun_id, waiting, fresh}


def test_no_more_files_are_read_at_once_than_the_node_can_bear(world: World) -> None:
    staging = world.staging
    for _ in range(READ_AT_ONCE):
        assert staging._room.acquire(blocking=False)
    with pytest.raises(BusyError):
        staging.stage(file_of([row(1)]), "a.csv", "csv")
    staging._room.release()
    assert staging.stage(file_of([row(1)]), "a.csv", "csv")
    assert staging.stage(file_of([row(1)]), "a.csv", "csv")
