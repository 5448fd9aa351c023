"""Logins by password and by token, against servers that speak each (section 3 of issue 4)."""

import json
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from node.clock import StandingClock
from node.connectors.mail.access import (
    GOOGLE_SCOPE,
    GOOGLE_TOKENS,
    MICROSOFT_SCOPE,
    AccessTokens,
    TokenLogin,
    client_credentials,
    service_account,
)
from node.connectors.mail.outgoing import MailLoginError, TemporaryMailError
from node.connectors.mail.smtp import PasswordLogin, Security, SmtpMail
from node.transport import HttpTransport
from tests.node.connectors.mail.servers import (
    HOST,
    Certificate,
    Mailbox,
    TokenServer,
    certificate,
    free_port,
    serving,
)

USER = "saiyo@example.jp"
PASSWORD = "架空の合言葉".encode().hex()
CLIENT = "01234567-89ab-cdef-0123-456789abcdef"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("tls"))


def letter() -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = USER
    message["To"] = "kaku@example.jp"
    message["Subject"] = "結果"
    message.set_content("本文\n", charset="utf-8", cte="base64")
    return message


def tokens(url: str, clock: StandingClock) -> AccessTokens:
    form = client_credentials(CLIENT, "client secret")
    return AccessTokens(url, HttpTransport(allow_private=True), clock, form)


def test_password_goes_over_starttls(pair: Certificate) -> None:
    mailbox = Mailbox(user=USER, secret=PASSWORD)
    with serving(mailbox, free_port(), starttls=pair.server) as port:
        way = SmtpMail(HOST, port, "starttls", PasswordLogin(USER, PASSWORD), context=pair.client)
        way.send(letter())
    assert mailbox.was_protected
    assert [sender for sender, _, _ in mailbox.taken] == [USER]


def test_password_goes_over_implicit_tls(pair: Certificate) -> None:
    mailbox = Mailbox(user=USER, secret=PASSWORD)
    with serving(mailbox, free_port(), implicit=pair.server) as port:
        way = SmtpMail(HOST, port, "implicit", PasswordLogin(USER, PASSWORD), context=pair.client)
        way.send(letter())
    assert len(mailbox.taken) == len(mailbox.logins) == 1


@pytest.mark.parametrize("security", ["starttls", "implicit"])
def test_password_goes_to_no_server_that_nobody_vouches_for(
    pair: Certificate, security: Security
) -> None:
    mailbox = Mailbox(user=USER, secret=PASSWORD)
    starttls, implicit = (pair.server, None) if security == "starttls" else (None, pair.server)
    with serving(mailbox, free_port(), starttls=starttls, implicit=implicit) as port:
        way = SmtpMail(HOST, port, security, PasswordLogin(USER, PASSWORD))
        with pytest.raises(TemporaryMailError):
            way.send(letter())
    assert mailbox.logins == []


def test_password_stays_here_where_the_server_offers_no_tls() -> None:
    mailbox = Mailbox(user=USER, secret=PASSWORD)
    with serving(mailbox, free_port()) as port:
        way = SmtpMail(HOST, port, "starttls", PasswordLogin(USER, PASSWORD))
        with pytest.raises(TemporaryMailError):
            way.send(letter())
    assert mailbox.logins == []


def test_wrong_password_waits_for_an_operator(pair: Certificate) -> None:
    mailbox = Mailbox(user=USER, secret=PASSWORD)
    with serving(mailbox, free_port(), starttls=pair.server) as port:
        way = SmtpMail(HOST, port, "starttls", PasswordLogin(USER, "other"), context=pair.client)
        with pytest.raises(MailLoginError) as caught:
            way.send(letter())
    assert mailbox.taken == []
    assert "other" not in str(caught.value)


def test_relay_without_logins_tells_an_operator() -> None:
    with serving(Mailbox(), free_port()) as port:
        way = SmtpMail(HOST, port, "none", PasswordLogin(USER, PASSWORD))
        with pytest.raises(MailLoginError):
            way.send(letter())


def test_token_of_microsoft_365_logs_in(pair: Certificate) -> None:
    """Client credentials with the scope of Exchange Online, then XOAUTH2."""
    server = TokenServer(token="ey.token-1")
    mailbox = Mailbox(user=USER, secret="ey.token-1")
    with (
        server.serving() as url,
        serving(mailbox, free_port(), starttls=pair.server, only_tokens=True) as port,
    ):
        login = TokenLogin(USER, tokens(url, StandingClock()))
        way = SmtpMail(HOST, port, "starttls", login, context=pair.client)
        way.send(letter())
        way.send(letter())
    assert len(mailbox.taken) == 2
    assert server.forms == [
        {
            "grant_type": "client_credentials",
            "client_id": CLIENT,
            "client_secret": "client secret",
            "scope": MICROSOFT_SCOPE,
        }
    ]


def test_token_that_the_server_refuses_is_fetched_anew(pair: Certificate) -> None:
    server = TokenServer(token="old")
    mailbox = Mailbox(user=USER, secret="new")
    with (
        server.serving() as url,
        serving(mailbox, free_port(), starttls=pair.server, only_tokens=True) as port,
    ):
        login = TokenLogin(USER, tokens(url, StandingClock()))
        way = SmtpMail(HOST, port, "starttls", login, context=pair.client)
        with pytest.raises(MailLoginError):
            way.send(letter())
        server.token = "new"
        way.send(letter())
    assert len(mailbox.taken) == 1


def test_token_is_kept_until_shortly_before_its_end() -> None:
    server, clock = TokenServer(life=3600), StandingClock()
    with server.serving() as url:
        kept = tokens(url, clock)
        assert kept.current() == kept.current() == "token-1"
        server.token = "token-2"
        clock.advance(timedelta(minutes=57))
        assert kept.current() == "token-1"
        clock.advance(timedelta(minutes=1))
        assert kept.current() == "token-2"


def test_service_account_of_google_signs_for_a_mailbox() -> None:
    key = generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    file = json.dumps(
        {
            "type": "service_account",
            "client_email": "tasuki@kaku.iam.example.jp",
            "private_key_id": "key-1",
            "private_key": pem,
            "token_uri": "https://evil.example/token",
        }
    )
    server, clock = TokenServer(public=key.public_key()), StandingClock()
    with server.serving() as url:
        form = service_account(file, USER)
        assert (
            AccessTokens(url, HttpTransport(allow_private=True), clock, form).current() == "token-1"
        )
    now = int(clock.now().timestamp())
    assert server.claims == {
        "iss": "tasuki@kaku.iam.example.jp",
        "sub": USER,
        "scope": GOOGLE_SCOPE,
        "aud": GOOGLE_TOKENS,
        "iat": now,
        "exp": now + 600,
    }
    assert server.forms[0]["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"


@pytest.mark.parametrize(
    "file",
    [
        "",
        "{}",
        "[]",
        '{"client_email": "a", "private_key_id": "b"}',
        '{"client_email": "a", "private_key_id": "b", "private_key": "c"}',
    ],
    ids=range(5),
)
def test_other_file_than_a_service_account_is_refused(file: str) -> None:
    with pytest.raises(MailLoginError):
        service_account(file, USER)


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, MailLoginError), (401, MailLoginError), (403, MailLoginError)]
    + [(status, TemporaryMailError) for status in (302, 404, 429, 500, 503)],
)
def test_refusal_of_the_endpoint_is_told_apart(status: int, error: type[Exception]) -> None:
    server = TokenServer(status=status, headers={"location": "https://evil.example/"})
    with server.serving() as url, pytest.raises(error) as caught:
        tokens(url, StandingClock()).current()
    assert (type(caught.value) is MailLoginError) == (error is MailLoginError)
    assert len(server.forms) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"access_token": "a"}',
        b'{"access_token": 1, "expires_in": 3600}',
        b'{"access_token": "", "expires_in": 3600}',
        b'{"access_token": "a", "expires_in": 0}',
        b'{"access_token": "a", "expires_in": "soon"}',
        b'{"access_token": "a\\r\\nMAIL FROM:<x>", "expires_in": 3600}',
        b'{"access_token": "\\u3042", "expires_in": 3600}',
        b'{"access_token": "' + b"a" * 8001 + b'", "expires_in": 3600}',
        b"[" * 100_000,
    ],
    ids=range(12),
)
def test_answer_without_a_token_is_refused(body: bytes) -> None:
    server = TokenServer(body=body)
    with server.serving() as url, pytest.raises(TemporaryMailError):
        tokens(url, StandingClock()).current()


def test_endpoint_that_is_away_is_temporary() -> None:
    server = TokenServer()
    with server.serving() as url:
        pass
    with pytest.raises(TemporaryMailError):
        tokens(url, StandingClock()).current()


def test_endpoint_in_the_own_network_is_not_asked() -> None:
    """The tokens of Microsoft and Google come from the open internet (T14)."""
    server = TokenServer()
    form = client_credentials(CLIENT, "secret")
    with server.serving() as url, pytest.raises(TemporaryMailError):
        AccessTokens(url, HttpTransport(allow_private=False), StandingClock(), form).current()
    assert server.forms == []


def test_server_without_xoauth2_gets_no_token(pair: Certificate) -> None:
    server, mailbox = TokenServer(), Mailbox(user=USER, secret=PASSWORD)
    with (
        server.serving() as url,
        serving(mailbox, free_port(), starttls=pair.server) as port,
    ):
        login = TokenLogin(USER, tokens(url, StandingClock()))
        way = SmtpMail(HOST, port, "starttls", login, context=pair.client)
        with pytest.raises(MailLoginError):
            way.send(letter())
    assert mailbox.logins == []


def test_secrets_are_not_shown() -> None:
    login = TokenLogin(USER, tokens("http://127.0.0.1:1/", StandingClock()))
    way = SmtpMail(HOST, 25, "none", PasswordLogin(USER, PASSWORD))
    shown = repr(login) + repr(way)
    assert PASSWORD not in shown
    assert "client secret" not in shown
