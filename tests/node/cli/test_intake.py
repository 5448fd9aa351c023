import json
from pathlib import Path

import pytest

from node.services.ceremony import read_draft
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


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_a12_from_a_file_to_the_confirmed_letters_in_three_verbs(
    made: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    file = made.folder / "応募者.csv"
    file.write_bytes(file_of([*(row(number) for number in range(3)), row(3, 応募日="")], "cp932"))
    options = (*made.keyed("alpha"), "--json")
    assert run("import", file, *options) == 0
    output = capsys.readouterr()
    assert "5 of 5 lines" in output.err
    result = json.loads(output.out)
    assert (result["added"], result["errors"], result["letters_queued"]) == (3, 1, 3)
    assert Path(result["error_file"]).parent == made.folder / "alpha" / "data" / "errors"
    assert "花子" not in output.out + output.err

    assert run("letters", "list", *options) == 0
    listed = printed(capsys)
    assert listed["waiting"] == 3
    assert listed["jobs"] == [{"job": "法人営業（名古屋）", "letters": 3}]

    assert run("letters", "confirm", 2, *options) == 1
    assert "3 letters wait now" in capsys.readouterr().err
    assert run("letters", "confirm", 3, *options) == 0
    assert printed(capsys) == {"confirmed": 3}
    assert run("letters", "cancel", *options) == 0
    assert printed(capsys) == {"cancelled": 3}


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "empty"), (b"PK\x03\x04", "damaged"), (b"a,b\n1,2", "missing-fields")],
)
def test_file_that_is_none_is_refused_in_words(
    made: Place, capsys: pytest.CaptureFixture[str], content: bytes, said: str
) -> None:
    file = made.folder / "bad.csv"
    file.write_bytes(content)
    assert run("import", file, *made.keyed("alpha")) == 1
    assert said in capsys.readouterr().err


def test_missing_file_is_refused_in_words(made: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("import", made.folder / "nothing.csv", *made.keyed("alpha")) == 1
    assert "cannot be read" in capsys.readouterr().err
