from pathlib import Path

import pytest

from node.clock import StandingClock
from node.connectors.mail.access import AccessTokens, TokenLogin, client_credentials
from node.connectors.mail.outgoing import MailLoginError, TemporaryMailError
from node.connectors.mail.returned import ImapReturned, MaildirReturned, PasswordBox, TokenBox
from node.domain.delivery_status import MAX_BYTES
from node.transport import HttpTransport
from tests.node.connectors.mail.imap_server import HOST, Box
from tests.node.connectors.mail.servers import Certificate, TokenServer, certificate
from tests.node.dsn import complaint, report

USER = "bounce@example.jp"
HELLO = b"Subject: hello\r\n\r\nbody\r\n"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("tls"))


def test_only_reports_are_fetched_and_marked(pair: Certificate) -> None:
    unwanted = complaint(message_id="<a@example.jp>")
    mails = {1: HELLO, 2: report(), 7: report(status="4.2.2"), 8: unwanted}
    box = Box(mails, password="secret words")
    with box.serving(pair.server) as port:
        mailbox = ImapReturned(
            HOST, port, PasswordBox(USER, "secret words").log_in, context=pair.client
        )
        assert list(mailbox.mails()) == [report(), report(status="4.2.2"), unwanted]
        assert list(mailbox.mails()) == []
    assert box.seen == {2, 7, 8}


def test_mail_is_found_by_its_name_and_left_as_it_is(pair: Certificate, tmp_path: Path) -> None:
    mail = b"Authentication-Results: mx; spf=pass\r\nMessage-ID: <1@example.jp>\r\n\r\nbody\r\n"
    box = Box({1: HELLO, 2: mail}, password="secret")
    with box.serving(pair.server) as port:
        mailbox = ImapReturned(HOST, port, PasswordBox(USER, "secret").log_in, context=pair.client)
        assert mailbox.arrived("<1@example.jp>") == mail
        assert mailbox.arrived("<2@example.jp>") is None
        box.breaks_at = b"UID SEARCH"
        with pytest.raises(TemporaryMailError):
            mailbox.arrived("<1@example.jp>")
    assert box.seen == set()
    folder = MaildirReturned(tmp_path)
    for part in ("new", "cur"):
        (tmp_path / part).mkdir()
        (tmp_path / part / "1").write_bytes(HELLO)
        assert folder.arrived("<1@example.jp>") is None
        (tmp_path / part / "2").write_bytes(mail)
        assert folder.arrived("<1@example.jp>") == mail
        (tmp_path / part / "2").unlink()


def test_mail_that_was_not_taken_in_is_not_marked(pair: Certificate) -> None:
    box = Box({2: report(), 3: report()}, password="secret")
    with box.serving(pair.server) as port:
        mailbox = ImapReturned(HOST, port, PasswordBox(USER, "secret").log_in, context=pair.client)
        for _ in mailbox.mails():
            break
    assert box.seen == set()


def test_large_report_is_cut(pair: Certificate) -> None:
    box = Box({1: report() + b"x" * MAX_BYTES}, password="secret")
    with box.serving(pair.server) as port:
        mailbox = ImapReturned(HOST, port, PasswordBox(USER, "secret").log_in, context=pair.client)
        (content,) = mailbox.mails()
    assert len(content) == MAX_BYTES + 1


def test_token_logs_in(pair: Certificate) -> None:
    box, server = Box({1: report()}, token="token-1"), TokenServer()
    with server.serving() as url, box.serving(pair.server) as port:
        form = client_credentials("client", "secret")
        tokens = AccessTokens(url, HttpTransport(allow_private=True), StandingClock(), form)
        login = TokenBox(TokenLogin(USER, tokens)).log_in
        mailbox = ImapReturned(HOST, port, login, context=pair.client)
        assert len(list(mailbox.mails())) == 1
        box.token = "token-2"
        with pytest.raises(MailLoginError):
            list(mailbox.mails())
        server.token = "token-2"
        assert list(mailbox.mails()) == []


def test_wrong_password_is_told_apart(pair: Certificate) -> None:
    box = Box({}, password="secret")
    with box.serving(pair.server) as port:
        mailbox = ImapReturned(HOST, port, PasswordBox(USER, "other").log_in, context=pair.client)
        with pytest.raises(MailLoginError):
            list(mailbox.mails())


@pytest.mark.parametrize("at", [b"LOGIN", b"SELECT", b"UID SEARCH", b"UID FETCH", b"UID STORE"])
def test_server_that_breaks_off_is_asked_another_time(pair: Certificate, at: bytes) -> None:
    box = Box({1: report()}, password="secret", breaks_at=at)
    with box.serving(pair.server) as port:
        mailbox = ImapReturned(HOST, port, PasswordBox(USER, "secret").log_in, context=pair.client)
        with pytest.raises(TemporaryMailError) as caught:
            list(mailbox.mails())
    assert type(caught.value) is TemporaryMailError


def test_server_that_nobody_vouches_for_gets_no_password(pair: Certificate) -> None:
    box = Box({1: report()}, password="secret")
    with box.serving(pair.server) as port:
        mailbox = ImapReturned(HOST, port, PasswordBox(USER, "secret").log_in)
        with pytest.raises(TemporaryMailError):
            list(mailbox.mails())


def test_folder_gives_files_alone(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "folder").mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "new" / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "new" / "1").write_bytes(HELLO)
    assert list(MaildirReturned(tmp_path).mails()) == [HELLO]


def test_folder_that_is_missing_is_temporary(tmp_path: Path) -> None:
    with pytest.raises(TemporaryMailError):
        list(MaildirReturned(tmp_path / "none").mails())


def test_passwords_are_not_shown() -> None:
    assert "secret" not in repr(PasswordBox(USER, "secret"))
