"""A newcomer joins by its own verbs, over real HTTP to a member's node."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from werkzeug.serving import make_server

from config.settings import load_settings
from node.assembly.apps import peer_app
from node.cli.assembled import assemble_from
from node.cli.ceremony import admissions, database
from node.services.ceremony import read_draft
from protocol.membership import fingerprint
from tests.node.cli.conftest import PASSPHRASE, PORTS, Place, run


@contextmanager
def served(place: Place, name: str) -> Iterator[str]:
    """Serve a member's peer app; give the address."""
    with assemble_from(load_settings(place.settings(name)), PASSPHRASE) as node:
        server = make_server("127.0.0.1", 0, peer_app(node))
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


@pytest.fixture
def members(place: Place) -> tuple[Place, str]:
    """Two members after their ceremony, and a third company that only has its files."""
    place.prepare("alpha", "beta", "gamma")
    for name in ("alpha", "beta"):
        assert place.init(name, "--founder") == 0
    requests = [place.request(name) for name in ("alpha", "beta")]
    assert run("consortium", "draft", *requests, "--name", "架空リレー", "-o", place.draft) == 0
    trust = fingerprint(read_draft(place.draft.read_bytes()))
    for name in ("alpha", "beta"):
        assert run("consortium", "sign", place.draft, *place.keyed(name)) == 0
    for name in ("alpha", "beta"):
        assert run("consortium", "adopt", place.draft, "--trust", trust, *place.keyed(name)) == 0
    assert place.init("gamma") == 0
    return place, trust


def waiting(place: Place) -> list[str]:
    settings = load_settings(place.settings("alpha"))
    with database(settings) as db:
        return [one.member.id for one in admissions(settings, db).requests()]


def test_a26_a_newcomer_joins_with_one_verb_and_the_fingerprint(
    members: tuple[Place, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    place, trust = members
    nobody = f"http://127.0.0.1:{PORTS['gamma']['ops']}"
    assert run("consortium", "join", nobody, "--trust", trust, *place.keyed("gamma")) == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("tasuki: ")
    with served(place, "alpha") as url:
        join = ("consortium", "join", url, *place.keyed("gamma"))
        # Another fingerprint than the node's: nothing is sent.
        assert run(*join, typed="ab" * 32 + "\n") == 1
        assert "nothing was sent" in capsys.readouterr().err
        assert not place.request("gamma").exists()
        assert waiting(place) == []
        assert run(*join, typed=f" {trust.upper()}\n") == 0
        told = capsys.readouterr().out
        assert f"fingerprint {trust}" in told
        (asked,) = waiting(place)
        assert f"the request {asked} waits for the board" in told
        # Asking again before the board decided is the same request.
        assert run(*join, "--trust", trust) == 0
        assert waiting(place) == [asked]

        second = tmp_path / "second.json"
        settings = ("--settings", place.settings("alpha"))
        assert run("consortium", "show", *settings, "--json") == 0
        (shown,) = json.loads(capsys.readouterr().out.splitlines()[-1])["waiting"]
        assert (shown["id"], shown["corporate_number"]) == (asked, "6000000000003")
        assert run("consortium", "admit", asked, "-o", second, *settings) == 0
        assert run("consortium", "adopt", second, *place.keyed("alpha")) == 1
        assert "have the board sign it first" in capsys.readouterr().err
        for name in ("alpha", "beta"):
            assert run("consortium", "sign", second, *place.keyed(name)) == 0
        for name in ("alpha", "beta"):
            assert run("consortium", "adopt", second, *place.keyed(name)) == 0
        # Whom the board admitted waits no longer.
        assert waiting(place) == []
        capsys.readouterr()
        assert run(*join, "--trust", trust) == 0
        assert "joined 架空リレー at version 2" in capsys.readouterr().out
    assert run("consortium", "show", "--settings", place.settings("gamma")) == 0
    shown = capsys.readouterr().out
    assert trust in shown
    assert str(PORTS["gamma"]["peer"]) in shown


def test_files_that_cannot_be_read_or_written_are_named(
    founded: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "missing.json"
    assert run("consortium", "sign", missing, *founded.keyed("alpha")) == 1
    assert f"cannot read {missing}" in capsys.readouterr().err
    requests = [founded.request(name) for name in ("alpha", "beta")]
    nowhere = tmp_path / "no" / "such" / "draft.json"
    assert run("consortium", "draft", *requests, "--name", "x", "-o", nowhere) == 1
    assert f"cannot write {nowhere}" in capsys.readouterr().err
