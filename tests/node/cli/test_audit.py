"""An auditor verifies a bundle with one command; the exit says sound, a finding, or unread."""

import json
import os
from pathlib import Path

import pytest

from node.cli.audit import MAX_BUNDLE_BYTES
from node.cli.audit_report import about, words
from node.i18n import LANGUAGES, Language
from protocol.audit.finding import Code, Finding, NotChecked, ReadProblem, Unreadable
from protocol.audit.verdict import Verdict
from tests.node.cli.conftest import run
from tests.protocol.audit.acts import consent, person, publish
from tests.protocol.audit.honest_bundle import signed_bundle
from tests.protocol.audit.small_network import Network


@pytest.fixture
def network() -> Network:
    network = Network()
    given = consent(network.alpha, person(network.alpha), [network.beta])
    publish(network.alpha, given, network.beta)
    return network


def written(folder: Path, payload: bytes) -> Path:
    file = folder / "alpha.bundle"
    file.write_bytes(payload)
    return file


def test_a_sound_bundle_is_called_so(
    network: Network, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, signed_bundle(network.alpha))
    assert run("audit", file, "--trust", network.cs) == 0
    text = capsys.readouterr().out
    assert text.startswith("問題は見つかりませんでした。\n")
    assert "見つかったこと" not in text
    assert "  - 応募者が実在すること" in text
    assert run("audit", file, "--trust", network.cs, "--lang", "en") == 0
    text = capsys.readouterr().out
    assert text.startswith("Sound: nothing was found.\n")
    assert "that a person exists behind each consent" in text


def test_a_changed_byte_and_another_trust_are_findings(
    network: Network, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    honest = signed_bundle(network.alpha)
    place = honest.index(b'"t":"consent"') - 20
    file = written(tmp_path, honest[:place] + bytes([honest[place] ^ 1]) + honest[place + 1 :])
    assert run("audit", file, "--trust", network.cs) == 1
    assert "[file-hash]" in capsys.readouterr().out
    file = written(tmp_path, honest)
    assert run("audit", file, "--trust", "ab" * 32, "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert found["exit_status"] == 1
    assert "not-anchored" in {one["code"] for one in found["findings"]}
    assert run("audit", file, "--trust", "ab" * 32) == 1
    assert "信頼の起点 [not-anchored]" in capsys.readouterr().out


def test_what_cannot_be_read_is_no_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    large = tmp_path / "large.bundle"
    large.touch()
    os.truncate(large, MAX_BUNDLE_BYTES + 1)  # sparse: no disk is used
    for path, why in ((tmp_path / "none", "cannot be read"), (large, "is over 4 GiB")):
        assert run("audit", path, "--trust", "ab" * 32, "--json") == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err == f"tasuki: {path} {why}\n"


def test_a_language_that_is_not_there_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, b"")
    assert run("audit", file, "--trust", "ab" * 32, "--lang", "fr") == 2
    assert "ja or en" in capsys.readouterr().err


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_words(language: Language) -> None:
    verdict = Verdict(
        findings=tuple(Finding(code, "entry 7") for code in Code),
        unreadable=tuple(Unreadable(problem, "line 3") for problem in ReadProblem),
        not_checked=tuple(NotChecked),
        statistics={"entries": 8},
    )
    lines = list(words(verdict, language))
    for code in Code:
        assert f"  {about(code, language)} [{code}] entry 7" in lines
    assert sum(line.endswith(" line 3") for line in lines) == len(ReadProblem)
    assert sum(line.startswith("  - ") for line in lines) == len(NotChecked)
    assert "  entries: 8" in lines
