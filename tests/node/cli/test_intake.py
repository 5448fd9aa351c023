import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from node.clock import SystemClock
from node.services.ceremony import read_draft
from node.storage.database import open_database
from node.storage.tables.letter import Letter
from protocol.membership import fingerprint
from tests.node.cli.conftest import Place, run
from tests.node.services.intake_world import file_of, row


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("made"))
    names = ("alpha", "beta")
    place.prepare(*names)
    for name in names:
        assert place.init(name, "--founder") == 0
    requests = [place.request(name) for name in names]
    assert run("consortium", "draft", *requests, "--name", "架空リレー", "-o", place.draft) == 0
    for name in names:
        assert run("consortium", "sign", place.draft, *place.keyed(name)) == 0
    trust = fingerprint(read_draft(place.draft.read_bytes()))
    assert run("consortium", "adopt", place.draft, "--trust", trust, *place.keyed("alpha")) == 0
    return place


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_a12_from_a_file_to_the_confirmed_letters_in_three_verbs(
    made: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    file = made.folder / "応募者.csv"
    ended = {"終了日": f"{SystemClock().now():%Y/%m/%d}"}
    rows = [*(row(number, **ended) for number in range(3)), row(3, 応募日="")]
    file.write_bytes(file_of(rows, "cp932"))
    options = (*made.keyed("alpha"), "--json")
    assert run("import", file, *options) == 0
    output = capsys.readouterr()
    assert "4 of 4 lines" in output.err
    result = json.loads(output.out)
    assert (result["added"], result["errors"], result["letters_queued"]) == (3, 1, 3)
    assert Path(result["error_file"]).parent == made.folder / "alpha" / "data" / "errors"
    assert "花子" not in output.out + output.err

    assert run("letters", "list", *options) == 0
    listed = printed(capsys)
    assert (listed["waiting"], listed["invitable"], listed["restorable"]) == (3, 0, 0)
    assert listed["jobs"] == [{"job": "法人営業（名古屋）", "letters": 3}]

    assert run("letters", "confirm", 2, *options) == 1
    assert "3 letters wait now" in capsys.readouterr().err
    assert run("letters", "confirm", 3, *options) == 0
    assert printed(capsys) == {"confirmed": 3}
    assert run("letters", "cancel", *options) == 0
    assert printed(capsys) == {"cancelled": 3}
    assert run("letters", "restore", *options) == 0
    assert printed(capsys) == {"restored": 3}
    assert run("letters", "invite", 1, *options) == 1
    assert "0 letters wait now" in capsys.readouterr().err
    assert run("letters", "invite", 0, *options) == 0
    assert printed(capsys) == {"invited": 0}
    assert run("letters", "cancel", *options) == 0
    assert printed(capsys) == {"cancelled": 3}
    assert run("letters", "placements", *options) == 0
    assert printed(capsys) == {"placements": []}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty. Get it once more from the system that made it. (empty)"),
        (b"PK\x03\x04", "Get it once more, or open it in Excel and save it again. (damaged)"),
        (b"a,b\n1,2", "Full name, Job applied for, Day of the application (missing-fields)"),
    ],
)
def test_file_that_is_none_is_refused_in_words(
    made: Place, capsys: pytest.CaptureFixture[str], content: bytes, said: str
) -> None:
    file = made.folder / "bad.csv"
    file.write_bytes(content)
    assert run("import", file, *made.keyed("alpha")) == 1
    assert said in capsys.readouterr().err


NAMES = ["架空 花子50", "架空 花子51", "架空 花子52"]


def test_preview_shows_what_would_happen_and_takes_nothing_in(
    made: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    file = made.folder / "preview.csv"
    rows = [row(50), row(51, 応募日="?"), row(52, 選考終了理由="ご縁なし")]
    content = "一覧,2026\n".encode() + file_of(rows, "utf-8")
    file.write_bytes(content.replace("都道府県".encode(), "配偶者".encode()))
    options = (*made.keyed("alpha"), "--json")
    chosen: tuple[object, ...] = ("--header-line", 2, "--mapping", "tasuki", "--blank-clears")
    chosen += ("--column", "職種=", "--column", "媒体名=notes")
    assert run("import", file, "--preview", *chosen, *options) == 0
    found = printed(capsys)
    assert (found["rows"], found["added"], found["needs_review"], found["errors"]) == (3, 2, 1, 1)
    assert found["first_errors"] == [{"line": 4, "column": "応募日", "reason": "not a date"}]
    assert found["dropped"] == [
        {
            "column": "配偶者",
            "what": "配偶者",
            "ground": "職安法 5条の5、指針 1(1)イ",
            "cells": 3,
        }
    ]
    columns = {one["column"]: (one["meaning"], one["values"]) for one in found["columns"]}
    assert columns["氏名"] == ("name", NAMES)
    assert (columns["職種"][0], columns["媒体名"][0]) == (None, "notes")
    assert run("imports", "list", *options) == 0
    assert printed(capsys)["imports"][0]["state"] == "discarded"


def test_import_is_listed_and_undone(made: Place, capsys: pytest.CaptureFixture[str]) -> None:
    file = made.folder / "undo.csv"
    file.write_bytes(file_of([row(60), row(61)]))
    options = (*made.keyed("alpha"), "--json")
    assert run("import", file, "--source", "csv", *options) == 0
    batch = str(printed(capsys)["batch"])
    assert run("imports", "undo", batch, *options) == 0
    assert printed(capsys) == {"undone": batch}
    assert run("imports", "list", *options) == 0
    states = {one["batch"]: one["state"] for one in printed(capsys)["imports"]}
    assert states[batch] == "undone"
    assert run("imports", "discard", batch, *options) == 1
    assert run("imports", "undo", "0" * 32, *options) == 1
    assert "no such import" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (("--source", "hrmso"), "give --source one of: csv"),
        (("--mapping", "hrmso"), "no such mapping; there is ashby, doda, generic"),
        (("--header-line", "9"), "Write the number of the line with the names. (no-header)"),
        (("--sheet", "応募"), "The workbook has no sheet of that name. It has:"),
        (("--column", "星座=name"), "no column has that name"),
        (("--column", "職種=zodiac"), "give one of: application_id, candidate_id, name"),
        (("--column", "職種=job"), "Two columns cannot mean the same. Leave one unread of:"),
    ],
)
def test_choice_that_is_none_is_refused_in_words_and_leaves_nothing(
    made: Place, capsys: pytest.CaptureFixture[str], chosen: tuple[str, str], said: str
) -> None:
    file = made.folder / "choice.csv"
    file.write_bytes(file_of([row(70)]))
    assert run("import", file, *chosen, *made.keyed("alpha")) == 1
    assert said in capsys.readouterr().err
    staged = made.folder / "alpha" / "data" / "staged"
    assert not staged.exists() or not list(staged.iterdir())


def test_missing_file_is_refused_in_words(made: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("import", made.folder / "nothing.csv", *made.keyed("alpha")) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_a17_report_counts_versions_and_who_was_not_told(
    made: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    file = made.folder / "silent.csv"
    ended = (SystemClock().now() - timedelta(days=28)).date()
    days = {"終了日": f"{ended:%Y/%m/%d}", "求人名": "購買"}
    file.write_bytes(file_of([row(number, **days) for number in (70, 71)]))
    options = (*made.keyed("alpha"), "--json")
    assert run("import", file, *options) == 0
    assert json.loads(capsys.readouterr().out)["letters_queued"] == 2
    db = open_database(f"sqlite:///{made.folder}/alpha/data/node.sqlite3")
    with db.begin() as tx:
        letter = tx.exec(select(Letter).where(Letter.state == "queued")).all()[-1]
        letter.state, letter.version, letter.sent_at = "sent", "0a" * 8, 1
    db.close()
    assert run("letters", "report", *options) == 0
    found = printed(capsys)
    (version,) = found["versions"]
    assert (version["version"], version["sent"], version["consented"]) == ("0a" * 8, 1, 0)
    (late,) = [one for one in found["not_told"] if one["job"] == "購買"]
    assert (late["rejected_on"], late["letter"]) == (ended.isoformat(), "queued")
