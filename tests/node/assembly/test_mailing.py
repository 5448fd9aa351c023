"""Each way of the settings becomes the way out that it names."""

import json
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from config.errors import SettingsError
from config.mail import MailSection
from config.settings import EXAMPLE, Settings, load_settings
from node.assembly.mailing import mail_way, returned_mail
from node.clock import StandingClock
from node.connectors.mail.access import TokenLogin
from node.connectors.mail.maildir import MaildirMail
from node.connectors.mail.returned import ImapReturned, MaildirReturned
from node.connectors.mail.smtp import PasswordLogin, SmtpMail

SENDER = "saiyo@example.jp"
GUID = "01234567-89ab-cdef-0123-456789abcdef"
TOKEN = "a" * 42


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    (tmp_path / "secrets").mkdir()
    return tmp_path


def settings(data: Path, **mail: object) -> Settings:
    plain = load_settings(EXAMPLE)
    node = plain.node.model_copy(update={"data_folder": data})
    section = MailSection.model_validate({"sender": SENDER, **mail})
    return plain.model_copy(update={"node": node, "mail": section})


def keep(folder: Path, name: str, text: str) -> None:
    path = folder / "secrets" / name
    path.write_text(text, "utf-8")
    path.chmod(0o600)


def google_key() -> str:
    key = generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return json.dumps({"client_email": "a@b", "private_key_id": "1", "private_key": pem})


def test_relay_has_no_login(folder: Path) -> None:
    way = mail_way(settings(folder, smtp_host="127.0.0.1"), StandingClock())
    assert isinstance(way, SmtpMail)
    assert (way.host, way.port, way.security, way.login) == ("127.0.0.1", 25, "none", None)


def test_password_comes_from_its_file(folder: Path) -> None:
    named = settings(folder, way="password", smtp_host="mail.example.jp")
    with pytest.raises(SettingsError, match="mail-password"):
        mail_way(named, StandingClock())
    keep(folder, "mail-password", "secret words\n")
    way = mail_way(named, StandingClock())
    assert isinstance(way, SmtpMail)
    assert way.login == PasswordLogin(SENDER, "secret words")
    assert (way.port, way.security) == (587, "starttls")


def test_microsoft_asks_its_tenant_for_tokens(folder: Path) -> None:
    named = settings(folder, way="microsoft", tenant=GUID, client=GUID)
    with pytest.raises(SettingsError, match="mail-client-secret"):
        mail_way(named, StandingClock())
    keep(folder, "mail-client-secret", "secret words")
    way = mail_way(named, StandingClock())
    assert isinstance(way, SmtpMail)
    assert isinstance(way.login, TokenLogin)
    tokens = way.login.tokens
    assert tokens.url == f"https://login.microsoftonline.com/{GUID}/oauth2/v2.0/token"
    assert tokens.form(StandingClock().now())["scope"] == "https://outlook.office365.com/.default"


def test_google_asks_with_the_key_of_a_service_account(folder: Path) -> None:
    named = settings(folder, way="google")
    keep(folder, "mail-service-account", "{}")
    with pytest.raises(SettingsError, match="mail-service-account"):
        mail_way(named, StandingClock())
    keep(folder, "mail-service-account", google_key())
    way = mail_way(named, StandingClock())
    assert isinstance(way, SmtpMail)
    assert isinstance(way.login, TokenLogin)
    assert way.login.tokens.url == "https://oauth2.googleapis.com/token"


def test_maildir_needs_no_server(folder: Path) -> None:
    way = mail_way(settings(folder, way="maildir", folder=str(folder / "out")), StandingClock())
    assert way == MaildirMail(folder / "out")


@pytest.mark.parametrize(
    ("address", "sender"),
    [(None, SENDER), ("bounce@example.jp", f"bounce+{TOKEN}@example.jp")],
)
def test_envelope_bears_the_token_where_mail_returns(
    folder: Path, address: str | None, sender: str
) -> None:
    returned = {"address": address}
    way = mail_way(settings(folder, smtp_host="127.0.0.1", returned=returned), StandingClock())
    assert isinstance(way, SmtpMail)
    message = EmailMessage()
    message["From"] = SENDER
    message["Message-ID"] = f"<{TOKEN}@example.jp>"
    assert way.envelope(message) == sender


def test_returned_mail_is_read_where_the_settings_say(folder: Path) -> None:
    clock = StandingClock()
    assert returned_mail(settings(folder, smtp_host="a"), clock) is None
    box = {"way": "maildir", "folder": str(folder / "box")}
    found = returned_mail(settings(folder, smtp_host="a", returned=box), clock)
    assert found == MaildirReturned(folder / "box")


def test_imap_has_a_login_of_its_own_or_that_of_the_way(folder: Path) -> None:
    clock = StandingClock()
    box = {"way": "imap", "imap_host": "imap.example.jp"}
    with pytest.raises(SettingsError, match="mail-imap-password"):
        returned_mail(settings(folder, smtp_host="a", returned=box), clock)
    keep(folder, "mail-imap-password", "secret words")
    found = returned_mail(settings(folder, smtp_host="a", returned=box), clock)
    assert isinstance(found, ImapReturned)
    assert (found.host, found.port) == ("imap.example.jp", 993)
    keep(folder, "mail-service-account", google_key())
    found = returned_mail(settings(folder, way="google", returned={"way": "imap"}), clock)
    assert isinstance(found, ImapReturned)
    assert found.host == "imap.gmail.com"
