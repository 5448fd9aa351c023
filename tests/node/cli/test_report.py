import json

import pytest

from node.domain.leniency import DEFINITION
from node.storage.database import open_database
from node.storage.schema import upgrade
from tests.node.cli.conftest import Place, run
from tests.node.services.intake_world import World, file_of, open_world, row


@pytest.fixture
def alpha(place: Place) -> Place:
    """A node with a few applications; its keys were never made."""
    place.prepare("alpha")
    folder = place.folder / "alpha" / "data"
    folder.mkdir()
    with open_world(folder) as world:
        take(world, hired=3, rejected=57)
    return place


def take(world: World, hired: int, rejected: int) -> None:
    rows = [
        row(number, 一次結果="合格", 内定結果="承諾", 選考終了理由="入社決定", 費用="300000")
        for number in range(hired)
    ]
    rows += [row(number, 費用="") for number in range(hired, hired + rejected)]
    result = world.intake.import_file(
        file_of(rows), "a.csv", source="csv", progress=lambda _done, _all: None
    )
    assert not result.errors


def test_the_report_is_printed_without_a_passphrase(
    alpha: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("report", "--settings", alpha.settings("alpha")) == 0
    output = capsys.readouterr().out
    assert "  すべて: 95.0% (86.3 – 98.3)  57/60" in output
    assert "  リレーなし: 300,000円\n" in output
    assert DEFINITION.ja in output
    assert "佐伯" not in output


def test_the_report_speaks_english(alpha: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("report", "--settings", alpha.settings("alpha"), "--lang", "en") == 0
    output = capsys.readouterr().out
    assert "  document screening: 100.0% (94.0 – 100.0)  advanced 60, decided 60" in output
    assert "  offer: too few  advanced 3, decided 3, withdrew 0" in output
    assert DEFINITION.en in output


def test_the_report_as_json_names_its_definitions(
    alpha: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("report", "--settings", alpha.settings("alpha"), "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["rejection"]["share"] == pytest.approx(0.95)
    assert printed["declines"]["after_acceptance"] == {
        "count": 0,
        "total": 3,
        "share": None,
        "low": None,
        "high": None,
    }
    assert [one["shared"] for one in printed["interviewers"]] == [60, 60]
    assert printed["definitions"]["interviewers"] == {"ja": DEFINITION.ja, "en": DEFINITION.en}
    assert printed["cost_per_hire"]["before_yen"] == {"least": 300_000, "most": 300_000}


def test_a1_the_assumed_cost_is_a_setting(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place.prepare("alpha")
    folder = place.folder / "alpha" / "data"
    folder.mkdir()
    with open_world(folder) as world:
        world.take([row(0, 選考終了理由="入社決定", 費用="")])
    monkeypatch.setenv("TASUKI_COST__ASSUMED_LEAST_YEN", "936000")
    monkeypatch.setenv("TASUKI_COST__ASSUMED_MOST_YEN", "1033000")
    assert run("report", "--settings", place.settings("alpha")) == 0
    assert "936,000〜1,033,000円 [前提値]" in capsys.readouterr().out


def test_another_language_is_refused(alpha: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("report", "--settings", alpha.settings("alpha"), "--lang", "fr") == 1
    assert "--lang is ja or en" in capsys.readouterr().err


def test_an_empty_node_has_a_report(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.prepare("alpha")
    folder = place.folder / "alpha" / "data"
    folder.mkdir()
    db = open_database(f"sqlite:///{folder}/node.sqlite3")
    upgrade(db)
    db.close()
    assert run("report", "--settings", place.settings("alpha")) == 0
    assert "件数不足  0/0" in capsys.readouterr().out
