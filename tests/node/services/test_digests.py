"""The daily digest on what the watched folders brought; its letters are in test_automatic."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from node.clock import seconds
from node.connectors.files.folder import DropFolder
from node.domain.mapping import guess
from node.domain.operator import Role
from node.services.digests import Digests
from node.services.folder_report import FolderReport
from node.services.operators import Operators
from node.services.row_intake import RowIntake
from tests.node.services.intake_world import World, open_world, row
from tests.node.services.test_letters import text

EVENING = timedelta(hours=7)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        Operators(world.db, world.clock).add(
            mail="a@example.jp", name="三浦", role=Role.RECRUITER, password="long enough word"
        )
        yield world


def digests(world: World) -> Digests:
    folders = FolderReport(world.db, {"csv": DropFolder(world.folder / "inbox")})
    return Digests(world.db, world.clock, world.letters, world.messages, folders, world.mail)


def refuse(world: World, name: str) -> None:
    """Put a file into error/ at this moment."""
    folder = DropFolder(world.folder / "inbox")
    folder.path.mkdir(exist_ok=True)
    (folder.path / name).write_text("x")
    place = folder.refuse(folder.claim(folder.path / name), "空です。\nIt is empty.")
    now = seconds(world.clock.now())
    os.utime(place.with_name(place.name + ".txt"), (now, now))


def test_what_the_folders_brought_is_told_once_in_the_evening(world: World) -> None:
    world.take([row(1), row(2), row(3, 応募日="きのう")])
    refuse(world, "架空 花子.csv")
    assert digests(world).send_due() == 0
    world.clock.advance(EVENING)
    assert digests(world).send_due() == 1
    assert digests(world).send_due() == 0
    said = text(world.mail.taken[0])
    assert "csv：取り込んだファイル1件（新規2、更新0、読めない行1）。" in said
    assert "取り込めなかったファイル1件。" in said
    assert "csv: 1 taken in (new 2, updated 0, rows left out 1). 1 not taken in." in said
    assert "花子" not in said
    assert "/s/" not in said  # nothing waits that could be stopped
    assert world.mail.taken[0]["Subject"] == "フォルダーからの取り込みの結果"


def test_only_what_came_since_the_last_digest_is_told(world: World) -> None:
    world.take([row(1)])
    world.clock.advance(EVENING)
    assert digests(world).send_due() == 1
    world.clock.advance(timedelta(days=1))
    assert digests(world).send_due() == 0
    world.take([row(2), row(3)])
    world.clock.advance(timedelta(minutes=1))
    assert digests(world).send_due() == 1
    assert "新規2" in text(world.mail.taken[1])


def test_letters_that_come_to_wait_later_still_get_their_stop_link(world: World) -> None:
    world = replace(world, hold="next-business-day")
    world.queue([row(1)])
    world.clock.advance(EVENING)
    assert digests(world).send_due() == 1
    world.letters.confirm(1)
    assert digests(world).send_due() == 1
    assert digests(world).send_due() == 0
    said = text(world.mail.taken[1])
    assert "/s/" in said
    assert "取り込んだファイル" not in said


def test_rows_that_a_system_handed_over_are_no_files(world: World) -> None:
    rows = [row(1)]
    mapping = guess([*rows[0]], world.staging.presets.values())
    assert RowIntake(world.intake).take("csv", rows, mapping).added == 1
    world.clock.advance(EVENING)
    assert digests(world).send_due() == 0


def test_a_source_without_a_folder_is_not_told(world: World) -> None:
    world.take([row(1)])
    world.clock.advance(EVENING)
    quiet = FolderReport(world.db, {"hrmos": DropFolder(world.folder / "inbox")})
    none = Digests(world.db, world.clock, world.letters, world.messages, quiet, world.mail)
    assert none.send_due() == 0
