import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from node.connectors.files.folder import QUIET, DropFolder

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> DropFolder:
    return DropFolder(tmp_path)


def test_file_is_ripe_when_it_stood_still_for_a_minute(folder: DropFolder) -> None:
    file = folder.path / "a.csv"
    file.write_text("one")
    assert folder.ripe(now=START) == []
    assert folder.ripe(now=START + QUIET - timedelta(seconds=1)) == []
    assert folder.ripe(now=START + QUIET) == [file]


def test_file_that_grows_or_is_touched_waits_on(folder: DropFolder) -> None:
    file = folder.path / "a.csv"
    file.write_text("one")
    folder.ripe(now=START)
    file.write_text("one and two")
    assert folder.ripe(now=START + QUIET) == []
    os.utime(file, ns=(0, 0))
    assert folder.ripe(now=START + 2 * QUIET) == []
    assert folder.ripe(now=START + 3 * QUIET) == [file]


def test_file_that_comes_back_is_looked_at_anew(folder: DropFolder) -> None:
    file = folder.path / "a.csv"
    file.write_text("one")
    os.utime(file, ns=(0, 0))
    folder.ripe(now=START)
    file.unlink()
    folder.ripe(now=START + QUIET)
    file.write_text("two")
    os.utime(file, ns=(0, 0))
    assert folder.ripe(now=START + 2 * QUIET) == []


@pytest.mark.parametrize(
    "name", [".a.csv", "~$a.xlsx", "a.csv.part", "a.csv.tmp", "a.csv.crdownload", "a.PARTIAL"]
)
def test_hidden_and_partial_files_are_left_alone(folder: DropFolder, name: str) -> None:
    (folder.path / name).write_text("one")
    folder.ripe(now=START)
    assert folder.ripe(now=START + 2 * QUIET) == []


def test_links_and_folders_are_left_alone(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    watched = DropFolder(outside)
    (outside / "link.csv").symlink_to(tmp_path / "secret")
    (outside / "done").mkdir()
    watched.ripe(now=START)
    assert watched.ripe(now=START + 2 * QUIET) == []


def test_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    folder = DropFolder(tmp_path / "share")
    assert folder.ripe(now=START) == []
    assert folder.refused() == []


def test_files_of_one_name_never_overwrite_each_other(folder: DropFolder) -> None:
    for text in ("one", "two"):
        file = folder.path / "a.csv"
        file.write_text(text)
        folder.finish(folder.claim(file))
    kept = sorted((folder.path / "done").iterdir())
    assert [(one.name, one.read_text()) for one in kept] == [("a-2.csv", "two"), ("a.csv", "one")]


def test_file_that_was_claimed_before_a_stop_comes_first(folder: DropFolder) -> None:
    file = folder.path / "b.csv"
    file.write_text("one")
    claimed = folder.claim(file)
    assert folder.ripe(now=START) == [claimed]
    assert folder.claim(claimed) == claimed


def test_refused_file_lies_beside_its_reason_until_somebody_deletes_it(
    folder: DropFolder,
) -> None:
    file = folder.path / "a.csv"
    file.write_text("one")
    place = folder.refuse(folder.claim(file), "空です。\nIt is empty.")
    (refused,) = folder.refused()
    assert (refused.name, refused.why) == ("a.csv", "空です。\nIt is empty.")
    assert refused.at == int(place.with_name("a.csv.txt").stat().st_mtime)
    place.unlink()
    assert folder.refused() == []


def test_files_are_ripe_in_the_order_in_which_they_were_written(folder: DropFolder) -> None:
    for age, name in ((2, "b.csv"), (1, "c.csv"), (3, "a.csv")):
        (folder.path / name).write_text("one")
        os.utime(folder.path / name, ns=(0, 10 - age))
    folder.ripe(now=START)
    assert [file.name for file in folder.ripe(now=START + QUIET)] == ["a.csv", "b.csv", "c.csv"]


def test_no_reason_is_written_over_a_refused_file(folder: DropFolder) -> None:
    for name in ("a.csv.txt", "a.csv"):
        (folder.path / name).write_text(name)
        folder.refuse(folder.claim(folder.path / name), "why")
    error = folder.path / "error"
    assert [(error / one.name).read_text() for one in folder.refused()] == ["a.csv", "a.csv.txt"]


def test_notes_of_others_in_the_folder_are_nobody_s_reason(folder: DropFolder) -> None:
    error = folder.path / "error"
    error.mkdir()
    (error / "a.csv").write_text("one")
    (error / "a.csv.txt").write_bytes("理由".encode("cp932"))
    assert folder.refused() == []


def test_folder_is_usable_where_it_is_there(folder: DropFolder, tmp_path: Path) -> None:
    assert folder.is_usable
    assert not DropFolder(tmp_path / "share").is_usable


def linked(tmp_path: Path, name: str) -> tuple[DropFolder, Path]:
    """Return a folder in which somebody made *name* a link to a place of the node's own."""
    (share := tmp_path / "share").mkdir()
    (own := tmp_path / "secrets").mkdir()
    (own / "ats.api_key").write_text("secret")
    (own / "ats.api_key.txt").write_text("secret")
    (share / name).symlink_to(own)
    return DropFolder(share), own


@pytest.mark.parametrize("name", ["taking", "done", "error"])
def test_t34_no_link_in_the_folder_leads_the_node_out_of_it(tmp_path: Path, name: str) -> None:
    folder, own = linked(tmp_path, name)
    (folder.path / "a.csv").write_text("one")
    assert not folder.is_usable
    with pytest.raises(OSError, match=r"link|directory"):
        folder.claim(folder.path / "a.csv")
    assert (folder.path / "a.csv").read_text() == "one"
    assert sorted(one.name for one in own.iterdir()) == ["ats.api_key", "ats.api_key.txt"]


def test_t34_what_a_link_leads_to_is_neither_listed_nor_read(tmp_path: Path) -> None:
    folder, _ = linked(tmp_path, "taking")
    with pytest.raises(OSError, match=r"link|directory"):
        folder.ripe(now=START)
    (tmp_path / "other").mkdir()
    assert linked(tmp_path / "other", "error")[0].refused() == []


def test_link_or_pipe_among_the_claimed_is_not_read(folder: DropFolder) -> None:
    taking = folder.path / "taking"
    taking.mkdir()
    (taking / "a.csv").symlink_to("/dev/zero")
    os.mkfifo(taking / "b.csv")
    (taking / "c.csv").mkdir()
    files = folder.ripe(now=START)
    assert [file.name for file in files] == ["a.csv", "b.csv", "c.csv"]
    for file in files:
        with pytest.raises(OSError, match=r"link|plain"):
            folder.read(folder.claim(file), 10)
        folder.refuse(file, "why")
    assert [one.name for one in folder.refused()] == ["a.csv", "b.csv", "c.csv"]


def test_reason_that_is_a_link_or_a_pipe_is_none(folder: DropFolder, tmp_path: Path) -> None:
    error = folder.path / "error"
    error.mkdir()
    for name in ("a.csv", "b.csv"):
        (error / name).write_text("one")
    (tmp_path / "key").write_text("secret")
    (error / "a.csv.txt").symlink_to(tmp_path / "key")
    os.mkfifo(error / "b.csv.txt")
    assert folder.refused() == []


def test_long_name_is_shortened_and_stands_in_nobody_s_way(folder: DropFolder) -> None:
    names = ["応" * 83 + ".csv", "者" * 83 + ".csv", "x." + "y" * 250]
    for name in names:
        (folder.path / name).write_text(name)
        assert folder.refuse(folder.claim(folder.path / name), "why").read_text() == name
    assert [one.name[:1] for one in folder.refused()] == ["x", "応", "者"]


def test_name_in_another_encoding_is_shown_as_far_as_it_goes(folder: DropFolder) -> None:
    name = os.fsdecode("応募者.csv".encode("cp932"))
    (folder.path / name).write_text("one")
    folder.refuse(folder.claim(folder.path / name), "why")
    (refused,) = folder.refused()
    assert refused.name.encode().endswith(b".csv")
