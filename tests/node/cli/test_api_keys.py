import json

import pytest

from tests.node.cli.conftest import Place, run


def test_a_key_is_made_listed_and_revoked(
    founded: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--settings", founded.settings("alpha"))
    assert run("api-key", "add", "人事システム", *options) == 0
    secret = capsys.readouterr().out.strip()
    assert run("api-key", "list", *options, "--json") == 0
    said = capsys.readouterr().out
    assert secret not in said
    (key,) = json.loads(said)["keys"]
    assert (key["name"], key["scopes"], key["revoked"]) == (
        "人事システム",
        "applicants:write",
        None,
    )
    assert run("api-key", "revoke", key["id"], *options) == 0
    assert run("api-key", "list", *options, "--json") == 0
    assert json.loads(capsys.readouterr().out.removeprefix("revoked\n"))["keys"][0]["revoked"]


def test_what_is_no_key_is_refused_in_words(
    founded: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--settings", founded.settings("alpha"))
    assert run("api-key", "add", " ", *options) == 1
    assert run("api-key", "revoke", "0" * 32, *options) == 1
    said = capsys.readouterr().err
    assert "one line" in said
    assert "no such key: api-key list names them" in said
