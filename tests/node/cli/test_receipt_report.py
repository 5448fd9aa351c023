"""A person verifies the receipt of a consent with one command."""

import json
from pathlib import Path
from typing import get_args

import pytest

from node.cli.receipt_report import words
from node.i18n import Language
from protocol.consent_life import State
from protocol.receipt import ConsentReceipt
from protocol.receipt_verdict import Fault, Finding, NotShown, ReceiptVerdict, Standing
from tests.node.cli.conftest import run
from tests.protocol.audit.acts import consent, person
from tests.protocol.audit.small_network import Network
from tests.protocol.given_receipt import agreed, receipt_of, signed


def written(folder: Path, payload: bytes) -> Path:
    file = folder / "tasuki-receipt.json"
    file.write_bytes(payload)
    return file


def test_report_says_who_may_see_what(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    network, receipt = agreed()
    file = written(tmp_path, signed(network.alpha, receipt))
    assert run("audit", file, "--trust", network.cs) == 0
    text = capsys.readouterr().out
    assert "この控えは本物です" in text
    assert "見てよい会社: 株式会社beta (職種, 地域)" in text
    assert run("audit", file, "--trust", network.cs, "--lang", "en") == 0
    text = capsys.readouterr().out
    assert "This receipt is sound" in text
    assert "may see: gamma (occupation, region)" in text
    assert "people who share it (as shown at the consent, by the company's word): 24" in text
    assert "witnessed by beta.example.jp" in text
    assert "your browser keeps it" in text


def test_report_calls_a_consent_without_a_key_the_origins_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network = Network()
    given = consent(network.alpha, person(network.alpha, has_key=False), [network.beta])
    file = written(tmp_path, signed(network.alpha, receipt_of(network.alpha, given)))
    assert run("audit", file, "--trust", network.cs, "--lang", "en") == 0
    assert "E0 the origin's word" in capsys.readouterr().out


def test_changed_receipt_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    network, receipt = agreed()
    payload = signed(network.alpha, receipt).replace(b'"occupation"', b'"skills"')
    file = written(tmp_path, payload.replace(b'"skills","region"', b'"region","skills"'))
    assert run("audit", file, "--trust", network.cs, "--json") == 1
    document = json.loads(capsys.readouterr().out)
    codes = {one["code"] for one in document["findings"]}
    assert codes == {"file-signature", "receiver"}
    assert document["receipt"]["state"] == "given"
    assert document["is_witnessed"]


def test_damaged_receipt_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    network, receipt = agreed()
    file = written(tmp_path, signed(network.alpha, receipt)[:-1])
    assert run("audit", file, "--trust", network.cs, "--lang", "en") == 2
    assert "could not be read" in capsys.readouterr().out
    assert run("audit", file, "--trust", network.cs, "--json") == 2
    document = json.loads(capsys.readouterr().out)
    assert (document["receipt"], document["size"], document["witnesses"]) == (None, None, [])


@pytest.mark.parametrize("language", get_args(Language))
def test_every_fault_and_limit_has_its_words(language: Language) -> None:
    _, receipt = agreed()
    faults = tuple(Finding(fault) for fault in Fault)
    for standing in (None, Standing(7, frozenset(), is_witnessed=False)):
        verdict = ReceiptVerdict(receipt, faults, standing, tuple(NotShown))
        lines = list(words(verdict, language))
        assert len([line for line in lines if "[" in line]) == len(Fault)
        assert len([line for line in lines if line.startswith("  - ")]) == len(NotShown)


@pytest.mark.parametrize("state", State)
def test_every_state_has_its_words(state: State) -> None:
    plain = agreed()[1].to_json()
    plain["summary"]["state"] = str(state)
    verdict = ReceiptVerdict(ConsentReceipt.from_json(plain))
    assert any("company's word" in line for line in words(verdict, "en"))


def test_text_of_an_unsound_receipt_cannot_steer_the_terminal() -> None:
    plain = agreed()[1].to_json()
    plain["summary"]["withdrawal"] = "\x1b[2J"
    verdict = ReceiptVerdict(ConsentReceipt.from_json(plain), (Finding(Fault.SUMMARY),))
    assert all("\x1b" not in line for line in words(verdict, "ja"))
