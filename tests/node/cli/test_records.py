"""The company's own file of records, by the real verbs."""

import json
import stat
from pathlib import Path

import pytest

from node.services.ceremony import read_draft
from protocol.membership import fingerprint
from tests.node.cli.conftest import Place, run
from tests.node.services.intake_world import file_of, row


def test_a23_a_file_of_records_is_the_owner_s_alone_and_is_read_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Place(tmp_path)
    place.prepare("alpha", "beta")
    for name in ("alpha", "beta"):
        assert place.init(name, "--founder") == 0
    requests = [place.request(name) for name in ("alpha", "beta")]
    assert run("consortium", "draft", *requests, "--name", "架空リレー", "-o", place.draft) == 0
    for name in ("alpha", "beta"):
        assert run("consortium", "sign", place.draft, *place.keyed(name)) == 0
    trust = fingerprint(read_draft(place.draft.read_bytes()))
    for name in ("alpha", "beta"):
        assert run("consortium", "adopt", place.draft, "--trust", trust, *place.keyed(name)) == 0
    table, first, again = (tmp_path / name for name in ("a.csv", "first", "again"))
    table.write_bytes(file_of(row(number) for number in range(3)))
    assert run("import", table, *place.keyed("alpha")) == 0

    assert run("records", "export", first, *place.keyed("alpha")) == 0
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert "架空 花子1" in first.read_text("utf-8")
    assert run("records", "export", first, *place.keyed("alpha")) == 1
    assert "name a new file" in capsys.readouterr().err

    assert run("records", "import", first, "--json", *place.keyed("beta")) == 0
    said = json.loads(capsys.readouterr().out)
    assert said == {"added": 3, "updated": 0, "unchanged": 0, "suppressed": 0}
    assert run("records", "export", again, *place.keyed("beta")) == 0
    assert again.read_bytes() == first.read_bytes()

    again.write_bytes(first.read_bytes()[:-20])
    assert run("records", "import", again, *place.keyed("beta")) == 1
    assert run("records", "import", tmp_path / "nothing", *place.keyed("beta")) == 1
    assert run("records", "export", tmp_path / "no" / "where", *place.keyed("beta")) == 1
    said = capsys.readouterr().err
    assert "line 4 is no record" in said
    assert "cannot be read" in said
    assert "花子" not in said
