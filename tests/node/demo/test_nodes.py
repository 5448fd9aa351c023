from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from node.demo.errors import DemoError, TooSlowError
from node.demo.nodes import at_once, empty_folder, free_ports, read_json, run_verb, try_verb
from node.demo.waiting import wait_for, wait_until


def test_only_an_earlier_demo_is_removed(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work", "utf-8")
    with pytest.raises(DemoError, match="not a demo"):
        empty_folder(mine)
    assert (mine / "thesis.txt").exists()
    demo = tmp_path / "demo"
    empty_folder(demo)
    (demo / "old").touch()
    empty_folder(demo)
    assert not (demo / "old").exists()


def test_free_ports_differ() -> None:
    assert len(set(free_ports(12))) == 12


def test_a_verb_that_fails_is_told_with_its_words() -> None:
    with pytest.raises(DemoError, match=r"letters list ended with 1: .*no settings file"):
        run_verb("letters", "list", "--settings", "/nowhere/tasuki.toml")
    status, printed = try_verb("log", "--help")
    assert status == 0
    assert "verifier key" in printed


def test_what_is_no_json_object_is_refused() -> None:
    assert read_json('{"waiting": 3}') == {"waiting": 3}
    for printed in ("", "3"):
        with pytest.raises(DemoError, match="no JSON"):
            read_json(printed)


def test_work_at_once_keeps_its_order_and_its_failures() -> None:
    assert at_once([partial(pow, 2, n) for n in (3, 1, 2)]) == [8, 2, 4]

    def fail() -> int:
        raise DemoError("no")

    with pytest.raises(DemoError, match="no"):
        at_once([fail, fail])


def test_waiting_ends_with_what_it_waited_for() -> None:
    answers = iter([None, None, "here"])
    assert wait_for("it", lambda: next(answers)) == "here"
    with pytest.raises(TooSlowError, match="in vain for the moon"):
        wait_until("the moon", lambda: False, within=timedelta(0))
