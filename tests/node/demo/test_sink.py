import smtplib
from email.message import EmailMessage
from pathlib import Path

import pytest

from node.demo.errors import DemoError
from node.demo.mailbox import Mail, Mailbox
from node.demo.nodes import free_ports
from node.demo.sink import MailSink

LINK = "http://127.0.0.1:8401/c/abc_DEF-1"


def letter(subject: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "架空 <saiyo@alpha.example.jp>"
    message["To"] = "hanako@example.jp"
    message["Subject"] = subject
    message["List-Unsubscribe"] = "<http://127.0.0.1:8401/u/xyz>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(text, charset="utf-8", cte="base64")
    return message


def test_a_letter_becomes_a_file_of_its_sending_company(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    result = letter("面接の結果のご連絡", f"お返事は\n{LINK}\n\nページで入力する番号：123456\n")
    request = letter("ご紹介先からの連絡のお願い", "http://127.0.0.1:8401/d/ghi\n番号：654 321\n")
    with MailSink(tmp_path / "mail", ("alpha", "beta"), port):
        with smtplib.SMTP("127.0.0.1", port) as server:
            server.send_message(result)
            server.send_message(request)
        with smtplib.SMTP("127.0.0.1", port) as server, pytest.raises(smtplib.SMTPDataError):
            server.send_message(result, from_addr="x@other.example.jp")
    box = Mailbox(tmp_path / "mail", "alpha")
    assert sorted(path.name for path in (tmp_path / "mail" / "alpha").iterdir()) == [
        "0001.eml",
        "0001.txt",
        "0002.eml",
        "0002.txt",
    ]
    shown = (tmp_path / "mail" / "alpha" / "0001.txt").read_text("utf-8")
    assert "\nSubject: 面接の結果のご連絡\n" in shown
    assert f"お返事は\n{LINK}\n" in shown
    (offer,) = box.offers()
    assert box.results() == [offer]
    assert (offer.to, offer.link, offer.code) == ("hanako@example.jp", LINK, "123456")
    assert offer.stop_address == "http://127.0.0.1:8401/u/xyz"
    (asked,) = box.requests()
    assert asked.code == "654 321"
    assert Mailbox(tmp_path / "mail", "beta").mails() == []


def test_a_mail_without_link_code_or_stop_says_so() -> None:
    message = EmailMessage()
    message["Subject"] = "同意を受け付けました"
    message.set_content("番号はありません\n")
    mail = Mail("alpha", message.as_bytes())
    assert not mail.is_result
    assert not mail.is_request
    for read in ("link", "code", "stop_address"):
        with pytest.raises(DemoError, match="a mail has no"):
            getattr(mail, read)
