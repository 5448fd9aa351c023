"""Letters by SMTP (RFC 5321), one connection a letter.

The commands are given one by one, since only then is known whether the text was
under way when the connection broke: before it a letter can be sent again, after it not.
"""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from typing import Final, Literal, NoReturn, Protocol

from node.connectors.mail.outgoing import (
    MailLoginError,
    NoSuchAddressError,
    PermanentMailError,
    SlowDownError,
    TemporaryMailError,
    UncertainMailError,
)
from node.domain.delivery_status import is_hard, status_in

Security = Literal["none", "starttls", "implicit"]

# Reply codes of RFC 5321 section 4.2.3.
_TAKEN: Final = (250, 251)
_BUSY: Final = (421, 452)
_PERMANENT: Final = 500  # and above


class Login(Protocol):
    """How a connection says who sends."""

    def log_in(self, server: smtplib.SMTP) -> None:
        """Return once the server knows us.

        Raises:
            TemporaryMailError: it does not.
            smtplib.SMTPException, OSError: the connection broke.
        """
        ...


def own_address(message: EmailMessage) -> str:
    """Return the envelope's sender where returned mail has no address of its own."""
    return str(message["From"].addresses[0].addr_spec)


@dataclass(frozen=True, slots=True)
class PasswordLogin:
    """SMTP AUTH with a user and a password (RFC 4954)."""

    user: str
    password: str = field(repr=False)

    def log_in(self, server: smtplib.SMTP) -> None:
        """See :class:`Login`."""
        server.ehlo_or_helo_if_needed()
        offered = server.esmtp_features.get("auth", "").upper().split()
        ways = {"PLAIN": server.auth_plain, "LOGIN": server.auth_login}
        way = next((name for name in ways if name in offered), None)
        if way is None:
            raise MailLoginError("the mail server offers no login by password")
        server.user, server.password = self.user, self.password
        try:
            # Once: smtplib's own login tries every way, and servers lock out who tries often.
            server.auth(way, ways[way])
        except smtplib.SMTPAuthenticationError as error:
            refuse_login(error.smtp_code)


def refuse_login(code: int) -> NoReturn:
    """Raise what the reply *code* to a login means."""
    if code < _PERMANENT:
        _check(code, "")
        raise TemporaryMailError("no login just now")
    raise MailLoginError("the mail server does not know this login")


@dataclass(frozen=True, slots=True)
class SmtpMail:
    """A mail server; without a *login* it is the company's relay, which knows our address."""

    host: str
    port: int
    security: Security = "none"
    login: Login | None = None
    envelope: Callable[[EmailMessage], str] = own_address
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)
    timeout: timedelta = timedelta(seconds=30)

    def send(self, message: EmailMessage) -> None:
        """Hand *message* over; see :class:`node.connectors.mail.outgoing.OutgoingMail`."""
        with self.connected() as server:
            self._envelope(server, message)
            try:
                code, said = server.data(message.as_bytes())
            except smtplib.SMTPDataError as error:
                _check(error.smtp_code, error.smtp_error)
            except (smtplib.SMTPException, OSError) as error:
                raise UncertainMailError("no answer to the text") from error
            else:
                _check(code, said)

    @contextmanager
    def connected(self) -> Iterator[smtplib.SMTP]:
        """Give a connection that is protected and logged in as the settings say.

        Raises:
            TemporaryMailError: there is none.
        """
        server = self._connect()
        try:
            try:
                if self.security == "starttls":
                    # Without TLS the server would get password and letter in the clear.
                    server.starttls(context=self.context)
                if self.login is not None:
                    self.login.log_in(server)
            except (smtplib.SMTPException, OSError) as error:
                raise TemporaryMailError("the mail server broke off") from error
            yield server
        finally:
            server.close()

    def _connect(self) -> smtplib.SMTP:
        wait = self.timeout.total_seconds()
        try:
            if self.security == "implicit":
                return smtplib.SMTP_SSL(self.host, self.port, timeout=wait, context=self.context)
            return smtplib.SMTP(self.host, self.port, timeout=wait)
        except smtplib.SMTPConnectError as error:
            if error.smtp_code in _BUSY:
                raise SlowDownError("the mail server is busy") from error
            raise TemporaryMailError("the mail server takes nothing now") from error
        except (smtplib.SMTPException, OSError) as error:
            raise TemporaryMailError("no mail server") from error

    def _envelope(self, server: smtplib.SMTP, message: EmailMessage) -> None:
        # The addresses go in as they stand: smtplib would parse them, and those with the
        # dots that old carriers allowed do not parse.
        try:
            server.ehlo_or_helo_if_needed()
            _check(*server.docmd("MAIL", f"FROM:<{self.envelope(message)}>"))
            code, said = server.docmd("RCPT", f"TO:<{message['To']}>")
        except (smtplib.SMTPException, OSError) as error:
            raise TemporaryMailError("the mail server broke off") from error
        if code >= _PERMANENT and is_hard(status_in(_words(said)) or ""):
            raise NoSuchAddressError("no such address")
        _check(code, said)


def _check(code: int, said: bytes | str) -> None:
    # Exchange Online answers 554 where our own mailbox has sent its share of the day:
    # nothing is wrong with the letter.
    if code >= _PERMANENT and "STOREDRV" in _words(said):
        raise SlowDownError("the mailbox may send no more for now")
    if code >= _PERMANENT:
        raise PermanentMailError("refused")
    # 432 4.3.2 is how Exchange Online says that too many connections are open.
    if code in _BUSY or status_in(_words(said)) == "4.3.2":
        raise SlowDownError("the mail server wants fewer letters")
    if code not in _TAKEN:
        raise TemporaryMailError("not now")


def _words(said: bytes | str) -> str:
    return said if isinstance(said, str) else said.decode("utf-8", "replace")
