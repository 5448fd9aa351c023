import email
import email.policy
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.node.cli.conftest import Place, run
from tests.node.connectors.mail.servers import Mailbox, free_port, serving

GOOD = "Authentication-Results: mx.example.jp; spf=pass; dkim=pass; dmarc=pass\n"
BAD = "Authentication-Results: mx.example.jp; spf=softfail; dkim=pass; dmarc=fail\n"


def said(capsys: pytest.CaptureFixture[str]) -> tuple[list[str], list[str]]:
    found = json.loads(capsys.readouterr().out)
    return found["faults"], found["advice"]


def test_doctor_sends_one_mail_to_the_operator(
    founded: Place,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mailbox, port = Mailbox(), free_port()
    monkeypatch.setenv("TASUKI_MAIL__SMTP_PORT", str(port))
    with serving(mailbox, port):
        run("doctor", *founded.keyed("alpha"), "--mail-to", "tanto@alpha.example.jp", "--json")
    faults, advice = said(capsys)
    assert not any("mail" in line for line in faults)
    assert any("a mail went to you" in line for line in advice)
    ((_, receivers, content),) = mailbox.taken
    assert receivers == ["tanto@alpha.example.jp"]
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "doctor --received" in mail.get_content()


@dataclass
class OwnMailbox(Mailbox):
    """A mail server that delivers into a folder, with what it found in the header."""

    folder: Path = Path()

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        (self.folder / "new").mkdir()
        (self.folder / "new" / "1").write_bytes(BAD.encode() + self.taken[0][2])
        return answer


def test_doctor_looks_itself_into_a_mailbox_that_the_node_reads(
    founded: Place,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mailbox, port = OwnMailbox(folder=tmp_path), free_port()
    for name, value in (
        ("SMTP_PORT", str(port)),
        ("RETURNED__WAY", "maildir"),
        ("RETURNED__FOLDER", str(tmp_path)),
        ("RETURNED__ADDRESS", "back@alpha.example.jp"),
    ):
        monkeypatch.setenv(f"TASUKI_MAIL__{name}", value)
    with serving(mailbox, port):
        run("doctor", *founded.keyed("alpha"), "--mail-to", "Back@alpha.example.jp", "--json")
    faults, advice = said(capsys)
    assert any("went to you and arrived" in line for line in advice)
    assert "DKIM: pass at mx.example.jp" in advice
    assert any(line.startswith("SPF: softfail at mx.example.jp: ") for line in faults)


def test_doctor_whose_mailbox_is_away_asks_for_the_header(
    founded: Place,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port = free_port()
    for name, value in (
        ("SMTP_PORT", str(port)),
        ("RETURNED__WAY", "maildir"),
        ("RETURNED__FOLDER", str(tmp_path / "none")),
        ("RETURNED__USER", "back@alpha.example.jp"),
    ):
        monkeypatch.setenv(f"TASUKI_MAIL__{name}", value)
    with serving(Mailbox(), port):
        run("doctor", *founded.keyed("alpha"), "--mail-to", "back@alpha.example.jp", "--json")
    assert any("run doctor --received" in line for line in said(capsys)[1])


@pytest.mark.parametrize("address", ["x", "a@b\r\nRCPT TO:<c@d>", "a@b> x", "架空@example.jp"])
def test_mail_goes_to_one_address_alone(
    founded: Place, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    assert run("doctor", *founded.keyed("alpha"), "--mail-to", address) == 1
    assert "write one mail address" in capsys.readouterr().err


def test_doctor_shows_how_the_mail_arrived(
    founded: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header = tmp_path / "header.txt"
    header.write_text(GOOD, "utf-8")
    run("doctor", *founded.keyed("alpha"), "--received", header, "--json")
    faults, advice = said(capsys)
    for method in ("SPF", "DKIM", "DMARC"):
        assert f"{method}: pass at mx.example.jp" in advice
    header.write_text(BAD, "utf-8")
    run("doctor", *founded.keyed("alpha"), "--received", header, "--json")
    faults, advice = said(capsys)
    assert "DKIM: pass at mx.example.jp" in advice
    assert any(line.startswith("SPF: softfail at mx.example.jp: ") for line in faults)
    assert any(line.startswith("DMARC: fail at mx.example.jp: ") for line in faults)


def test_header_is_read_from_the_terminal(
    founded: Place,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run("doctor", *founded.keyed("alpha"), "--received", "-", "--json", typed=GOOD)
    assert "SPF: pass at mx.example.jp" in said(capsys)[1]


def test_other_file_is_told(
    founded: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("doctor", *founded.keyed("alpha"), "--received", tmp_path / "none") == 1
    assert "cannot be read" in capsys.readouterr().err
    (tmp_path / "other").write_text("Subject: x\n", "utf-8")
    run("doctor", *founded.keyed("alpha"), "--received", tmp_path / "other", "--json")
    assert any("Authentication-Results" in line for line in said(capsys)[0])


def test_missing_secret_is_a_fault(
    founded: Place,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TASUKI_MAIL__WAY", "google")
    run("doctor", *founded.keyed("alpha"), "--json")
    assert any("mail-service-account" in line for line in said(capsys)[0])
