from pathlib import Path

import pytest
from pydantic import ValidationError

from config.mail import MailSection

SENDER = "saiyo@example.jp"
GUID = "01234567-89ab-cdef-0123-456789abcdef"


def section(**values: object) -> MailSection:
    return MailSection.model_validate({"sender": SENDER, **values})


def test_relay_has_port_25_and_no_login() -> None:
    mail = section(smtp_host="127.0.0.1")
    assert (mail.host, mail.port, mail.security, mail.pace) == ("127.0.0.1", 25, "none", 20)


@pytest.mark.parametrize(
    ("values", "host", "imap"),
    [
        ({"way": "password", "smtp_host": "mail.example.jp"}, "mail.example.jp", None),
        (
            {"way": "microsoft", "tenant": GUID, "client": GUID},
            "smtp.office365.com",
            "outlook.office365.com",
        ),
        ({"way": "google"}, "smtp.gmail.com", "imap.gmail.com"),
    ],
)
def test_ways_with_a_login_know_their_server(
    values: dict[str, object], host: str, imap: str | None
) -> None:
    mail = section(**values)
    assert (mail.host, mail.port, mail.security) == (host, 587, "starttls")
    assert mail.login == SENDER
    assert mail.imap_host == imap


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "smtp_host"),
        ({"way": "password"}, "smtp_host"),
        ({"way": "password", "smtp_host": "a", "tls": "none"}, "tls"),
        ({"way": "google", "tls": "none"}, "tls"),
        ({"way": "microsoft"}, "tenant"),
        ({"way": "microsoft", "tenant": GUID}, "tenant"),
        ({"way": "microsoft", "tenant": "../evil", "client": GUID}, "tenant"),
        ({"way": "maildir"}, "folder"),
        ({"smtp_host": "a", "pace": 0}, "pace"),
        ({"smtp_host": "a", "password": "hidden"}, "password"),
        ({"smtp_host": "a", "returned": {"way": "maildir"}}, "folder"),
        ({"smtp_host": "a", "returned": {"way": "imap"}}, "imap_host"),
        ({"smtp_host": "a", "returned": {"address": "b" * 22 + "@example.jp"}}, "address"),
    ],
)
def test_way_without_what_it_needs_is_refused(values: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said) as caught:
        section(**values)
    assert "hidden" not in str(caught.value)


def test_maildir_needs_no_server(tmp_path: Path) -> None:
    assert section(way="maildir", folder=str(tmp_path)).host is None
