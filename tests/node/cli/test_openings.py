import json
from datetime import date
from pathlib import Path

import pytest

from node.clock import SystemClock
from node.demo.openings import openings, openings_json
from tests.node.cli.conftest import Place, run
from tests.node.services.intake_world import file_of, row

pytestmark = pytest.mark.usefixtures("adopted")
TODAY = date(2026, 11, 23)


def test_openings_of_a_file_are_added_listed_and_matched(
    founded: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "openings.json"
    file.write_text(openings_json("alpha", today=TODAY), encoding="utf-8")
    options = ("--settings", founded.settings("alpha"), "--json")
    assert run("openings", "add", file, *options) == 0
    added = json.loads(capsys.readouterr().out)["added"]
    assert [one["title"] for one in added] == [
        draft.title for draft in openings("alpha", today=TODAY)
    ]
    assert run("openings", "list", *options) == 0
    listed = json.loads(capsys.readouterr().out)["openings"]
    assert {one["id"] for one in added} <= {one["id"] for one in listed}
    assert run("openings", "match", added[0]["id"], *options) == 0
    assert json.loads(capsys.readouterr().out) == {"matches": []}


def test_own_past_applicants_are_printed_without_names(
    founded: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = (*founded.keyed("alpha"), "--json")
    file, applications = tmp_path / "openings.json", tmp_path / "a.csv"
    file.write_text(openings_json("alpha", today=TODAY), encoding="utf-8")
    applications.write_bytes(file_of([row(1, 終了日=f"{SystemClock().now():%Y/%m/%d}")]))
    assert run("import", applications, *options) == 0
    assert run("openings", "add", file, "--settings", founded.settings("alpha"), "--json") == 0
    imported, added = capsys.readouterr().out.splitlines()
    assert json.loads(imported)["added"] == 1
    shown = []
    for one in json.loads(added)["added"]:
        assert run("openings", "own", one["id"], *options) == 0
        shown += json.loads(capsys.readouterr().out)["past_applicants"]
    assert {(one["job"], one["furthest"], one["said"]) for one in shown} == {
        ("法人営業（名古屋）", "iv1", None)
    }
    assert all(one["reasons"] for one in shown)
    assert "花子" not in str(shown)


@pytest.mark.parametrize(
    ("name", "payload", "said"),
    [
        ("openings.json", b"[{}]", "opening 1: purpose: missing"),
        ("openings.toml", b"x = ", "not TOML"),
        ("openings.txt", b"", "ends in .toml or .json"),
        ("openings.json", b"\xff", "not UTF-8"),
        ("openings.json", b" " * (4 * 1024 * 1024 + 1), "too large"),
    ],
)
def test_wrong_file_is_refused_in_words(
    founded: Place,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    payload: bytes,
    said: str,
) -> None:
    file = tmp_path / name
    file.write_bytes(payload)
    assert run("openings", "add", file, "--settings", founded.settings("alpha")) == 1
    assert said in capsys.readouterr().err


def test_missing_file_is_refused_in_words(
    founded: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "openings.json"
    assert run("openings", "add", missing, "--settings", founded.settings("alpha")) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_unknown_opening_is_refused_in_words(
    founded: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--settings", founded.settings("alpha"))
    assert run("openings", "match", "0" * 32, *options) == 1
    assert "no such opening" in capsys.readouterr().err
