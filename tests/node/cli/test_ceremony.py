import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.settings import load_settings
from node.cli.ceremony import database
from node.clock import SystemClock
from node.services.ceremony import read_draft
from node.services.operators import Operators
from protocol.document import Signed
from protocol.membership import fingerprint
from tests.node.cli.conftest import PASSWORD, Place, run


def test_init_makes_a_node_that_only_its_user_reads(founded: Place) -> None:
    data = founded.folder / "alpha" / "data"
    assert data.stat().st_mode & 0o777 == 0o700
    assert (founded.folder / "alpha" / "marker").read_text() == "0\n"
    assert {path.name for path in (data / "offline").iterdir()} == {"org.key", "board.key"}
    assert len(list((data / "keys").iterdir())) == 6


def test_first_operator_logs_in(founded: Place) -> None:
    settings = load_settings(founded.settings("alpha"))
    with database(settings) as db:
        operator = Operators(db, SystemClock()).log_in("saiyo@alpha.example.jp", PASSWORD)
    assert operator.role == "administrator"


def test_every_founder_has_signed(founded: Place) -> None:
    assert len(Signed.parse(founded.draft.read_bytes()).sigs) == 2


def test_show_prints_the_fingerprint(
    founded: Place, adopted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = founded.settings("alpha")
    assert run("consortium", "show", "--settings", settings, "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["fingerprint"] == adopted
    assert shown["waiting"] == []
    assert [member["status"] for member in shown["members"]] == ["active", "active"]
    assert run("consortium", "show", "--settings", settings) == 0
    assert f"fingerprint: {adopted}\n" in capsys.readouterr().out


def test_log_prints_what_a_monitor_needs(
    founded: Place, adopted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert adopted
    assert run("log", "--settings", founded.settings("beta"), "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["origin"] == "127.0.0.1:9413/tasuki/v1/log/0001"
    assert shown["verifier_key"].startswith(f"{shown['origin']}+")
    assert shown["size"] == 2
    assert shown["published_size"] == 0
    assert shown["checkpoint"] == f"http://{shown['origin']}/checkpoint"


def test_adopting_the_same_again_changes_nothing(founded: Place, adopted: str) -> None:
    assert adopted
    assert run("consortium", "adopt", founded.draft, *founded.keyed("alpha")) == 0


def test_founding_again_is_refused(
    founded: Place, adopted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = founded.keyed("alpha")
    assert run("consortium", "adopt", founded.draft, "--trust", adopted, *options) == 1
    assert "adopted already" in capsys.readouterr().err


def test_signing_twice_is_refused(founded: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("consortium", "sign", founded.draft, *founded.keyed("alpha")) == 1
    assert "signed by that key already" in capsys.readouterr().err


def test_a_founder_reads_fingerprint_board_and_days_before_signing(
    founded: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("consortium", "sign", founded.draft, *founded.keyed("alpha")) == 1
    read = capsys.readouterr().out
    consortium = read_draft(founded.draft.read_bytes())
    assert f"fingerprint: {fingerprint(consortium)}\n" in read
    ends = datetime.fromtimestamp(consortium.expires, UTC)
    assert f"expires: {ends.isoformat()}\n" in read
    assert f"board:\n  - {consortium.members[0].name.ja}\n" in read


def test_init_never_makes_new_keys_over_old_ones(
    founded: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert founded.init("alpha") == 1
    assert "there are keys already" in capsys.readouterr().err


def test_check_and_upgrade_find_nothing_to_do(
    founded: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = founded.settings("alpha")
    assert run("check", "--settings", settings, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["faults"] == []
    assert any("offline keys" in line for line in found["advice"])
    assert run("db", "upgrade", "--settings", settings) == 0
    assert "newest already" in capsys.readouterr().out


def test_doctor_names_what_does_not_answer(
    founded: Place, adopted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert adopted
    assert run("doctor", *founded.keyed("alpha"), "--json") == 1
    faults = json.loads(capsys.readouterr().out)["faults"]
    assert any("mail server" in line for line in faults)
    assert any("cannot be reached" in line for line in faults)
    assert not any("key" in line for line in faults)


def test_operator_is_added_once(founded: Place, capsys: pytest.CaptureFixture[str]) -> None:
    verb = ("operator", "add", "tanto@alpha.example.jp", "--name", "架空 花子")
    options = ("--password-file", founded.password, "--settings", founded.settings("alpha"))
    assert run(*verb, *options) == 0
    assert run(*verb, *options) == 1
    told = capsys.readouterr().err
    assert "taken" in told
    assert "tanto" not in told


def test_draft_of_altered_requests_is_refused(
    founded: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    altered = tmp_path / "request.json"
    payload = founded.request("alpha").read_bytes()
    altered.write_bytes(payload[:-20] + b"A" + payload[-19:])
    requests = (altered, founded.request("beta"))
    output = tmp_path / "consortium.json"
    assert run("consortium", "draft", *requests, "--name", "x", "-o", output) == 1
    assert capsys.readouterr().err.startswith("tasuki: ")
    assert not output.exists()


def test_parameters_of_a_draft(founded: Place, tmp_path: Path) -> None:
    requests = (founded.request("alpha"), founded.request("beta"))
    output = tmp_path / "consortium.json"
    verb = ("consortium", "draft", *requests, "--name", "x", "-o", output)
    assert run(*verb, "--param", "k_anon=5", "--param", "reveal_level=E0") == 0
    assert read_draft(output.read_bytes()).params.k_anon == 5
    assert run(*verb, "--param", "k_anon") == 1
    assert run(*verb, "--param", "k=5") == 1
    assert run(*verb, "--days", "91") == 2


def test_a_request_that_nobody_made_is_not_admitted(founded: Place, adopted: str) -> None:
    assert adopted
    settings = founded.settings("alpha")
    assert run("consortium", "admit", "ab" * 16, "--settings", settings) == 1
