import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from node.connectors.files.folder import QUIET, DropFolder
from node.domain.batch_life import State
from node.services.import_run import ImportRun
from node.services.staging import READ_AT_ONCE
from node.services.watched import Watched
from tests.node.connectors.files.workbooks import saved, workbook
from tests.node.services.intake_world import VOCABULARY, World, file_of, open_world, row

NAME = "応募者一覧.csv"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def watched(world: World, inbox: Path) -> Watched:
    run = ImportRun(world.intake, world.letters, lambda _name, step: step())
    return Watched(
        world.clock, run.intake.staging, run.start, VOCABULARY, {"csv": DropFolder(inbox)}
    )


def wait(world: World, watched: Watched) -> int:
    """Look, let the quiet time pass, and look again; return how many were dealt with."""
    watched.take_due()
    world.clock.advance(QUIET)
    return watched.take_due()


def note(inbox: Path) -> str:
    return (inbox / "error" / f"{NAME}.txt").read_text(encoding="utf-8-sig")


def test_file_is_taken_once_with_the_saved_mapping_and_its_letters_queued(
    world: World, watched: Watched, inbox: Path
) -> None:
    world.take([row(1)])
    (inbox / NAME).write_bytes(file_of([row(2), row(3)]))
    assert wait(world, watched) == 1
    assert [one.name for one in (inbox / "done").iterdir()] == [NAME]
    assert world.letters.summary().letters == 3
    assert watched.refused() == []
    assert wait(world, watched) == 0


def test_first_file_of_a_source_is_for_a_person_to_look_at(
    world: World, watched: Watched, inbox: Path
) -> None:
    (inbox / NAME).write_bytes(file_of([row(1)]))
    assert wait(world, watched) == 1
    (refused,) = watched.refused()
    assert (refused.source, refused.name) == ("csv", NAME)
    assert "画面で取り込み" in refused.why.ja
    assert refused.why.en.startswith("No file of this source")
    assert world.applicants.listed(tag=None, page=1) == ([], 0)
    assert [one.state for one in world.intake.history()] == [State.DISCARDED]


def test_sheet_that_a_person_chose_is_read_again(
    world: World, watched: Watched, inbox: Path
) -> None:
    def book(number: int) -> bytes:
        rows = [[*row(number)], [*row(number).values()]]
        found = workbook(rows)
        other = found.create_sheet("集計")
        for place in range(50):
            other.append([f"値{place}"] * 30)
        return saved(found)

    chosen = world.staging.stage(book(1), "a.xlsx", "csv", sheet="応募者")
    world.intake.begin(chosen)
    world.intake.commit(chosen, lambda _done, _lines: None)
    (inbox / "b.xlsx").write_bytes(book(2))
    assert wait(world, watched) == 1
    assert watched.refused() == []
    assert world.applicants.listed(tag=None, page=1)[1] == 2


def test_file_whose_columns_changed_is_kept_back(
    world: World, watched: Watched, inbox: Path
) -> None:
    world.take([row(1)])
    content = file_of([row(1)]).replace("選考終了理由".encode(), "終了の理由".encode())
    (inbox / NAME).write_bytes(content)
    assert wait(world, watched) == 1
    assert "選考終了理由" in note(inbox)
    assert (inbox / "error" / NAME).read_bytes() == content
    assert world.intake.history()[0].added + world.intake.history()[1].added == 1


@pytest.mark.parametrize(("content", "said"), [(b"", "空です"), (b"PK\x03\x04", "壊れているか")])
def test_file_that_cannot_be_read_says_what_to_do(
    world: World, watched: Watched, inbox: Path, content: bytes, said: str
) -> None:
    (inbox / NAME).write_bytes(content)
    assert wait(world, watched) == 1
    assert said in note(inbox)


def test_file_without_rights_is_kept_back(world: World, watched: Watched, inbox: Path) -> None:
    (inbox / NAME).write_bytes(file_of([row(1)]))
    watched.take_due()
    world.clock.advance(QUIET)
    # What even root is not let read: a link that somebody put in its place.
    folder = watched.folders["csv"]
    (file,) = folder.ripe(now=world.clock.now())
    folder.claim(file).rename(inbox / "outside")
    (inbox / "taking" / NAME).symlink_to(inbox / "outside")
    assert watched.take_due() == 1
    assert "権限" in note(inbox)


def test_files_of_a_source_are_taken_in_in_their_order(
    world: World, watched: Watched, inbox: Path
) -> None:
    world.take([row(1)])
    for age, (name, job) in enumerate((("b.csv", "購買"), ("a.csv", "経理"))):
        (inbox / name).write_bytes(file_of([row(1, 求人名=job)]))
        os.utime(inbox / name, ns=(0, age))
    assert [wait(world, watched), watched.take_due()] == [1, 1]
    (listed,), _ = world.applicants.listed(tag=None, page=1)
    assert listed.job == "経理"


def test_folder_that_cannot_be_used_is_told_and_holds_up_no_other(
    world: World, watched: Watched, inbox: Path, tmp_path: Path
) -> None:
    class Locked(DropFolder):
        def claim(self, file: Path) -> Path:
            raise PermissionError(file)

    locked = tmp_path / "locked"
    locked.mkdir()
    (locked / NAME).write_bytes(file_of([row(1)]))
    (inbox / NAME).write_bytes(file_of([row(1)]))
    folders = {"a": Locked(locked), "b": DropFolder(tmp_path / "share"), **watched.folders}
    both = replace(watched, folders=folders)
    assert wait(world, both) == 1
    assert (locked / NAME).is_file()
    assert both.unusable() == ["b"]


def test_busy_node_takes_the_file_with_the_next_look(
    world: World, watched: Watched, inbox: Path
) -> None:
    world.take([row(1)])
    (inbox / NAME).write_bytes(file_of([row(2)]))
    room = watched.staging._room
    for _ in range(READ_AT_ONCE):
        assert room.acquire(blocking=False)
    assert wait(world, watched) == 0
    room.release()
    assert watched.take_due() == 1
    assert world.applicants.listed(tag=None, page=1)[1] == 2


def test_stop_between_reading_and_moving_changes_nothing_twice(
    world: World, watched: Watched, inbox: Path
) -> None:
    world.take([row(1)])
    (inbox / NAME).write_bytes(file_of([row(2)]))
    watched.take_due()
    world.clock.advance(QUIET)
    folder = watched.folders["csv"]
    claimed = folder.claim(inbox / NAME)
    world.intake.import_file(
        claimed.read_bytes(), NAME, source="csv", progress=lambda _done, _all: None
    )
    world.clock.advance(timedelta(seconds=5))
    assert watched.take_due() == 1
    assert [one.added for one in world.intake.history()].count(0) == 1
    assert world.intake.history()[0].unchanged == 1
    assert (inbox / "done" / NAME).is_file()
