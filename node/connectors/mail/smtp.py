"""Letters by SMTP (RFC 5321), one connection a letter.

The commands are given one by one, since only then is known whether the text was
under way when the connection broke: before it a letter can be sent again, after it not.
"""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from typing import Final

from node.connectors.mail.outgoing import (
    PermanentMailError,
    TemporaryMailError,
    UncertainMailError,
)

# Reply codes of RFC 5321 section 4.2.3.
_GREETING: Final = 220
_TAKEN: Final = (250, 251)
_PERMANENT: Final = 500  # and above


@dataclass(frozen=True, slots=True)
class SmtpMail:
    """A mail server that takes letters without a login, such as the company's relay."""

    host: str
    port: int
    timeout: timedelta = timedelta(seconds=30)

    def send(self, message: EmailMessage) -> None:
        """Hand *message* over; see :class:`node.connectors.mail.outgoing.OutgoingMail`."""
        with self._connected() as server:
            self._envelope(server, message)
            try:
                code, _ = server.data(message.as_bytes())
            except smtplib.SMTPDataError as error:
                _check(error.smtp_code)
            except (smtplib.SMTPException, OSError) as error:
                raise UncertainMailError("no answer to the text") from error
            else:
                _check(code)

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        server = smtplib.SMTP(timeout=self.timeout.total_seconds())
        try:
            try:
                code, _ = server.connect(self.host, self.port)
            except (smtplib.SMTPException, OSError) as error:
                raise TemporaryMailError("no mail server") from error
            if code != _GREETING:
                raise TemporaryMailError("the mail server takes nothing now")
            yield server
        finally:
            server.close()

    def _envelope(self, server: smtplib.SMTP, message: EmailMessage) -> None:
        # The addresses go in as they stand: smtplib would parse them, and those with the
        # dots that old carriers allowed do not parse.
        sender = message["From"].addresses[0].addr_spec
        try:
            server.ehlo_or_helo_if_needed()
            _check(server.docmd("MAIL", f"FROM:<{sender}>")[0])
            _check(server.docmd("RCPT", f"TO:<{message['To']}>")[0])
        except (smtplib.SMTPException, OSError) as error:
            raise TemporaryMailError("the mail server broke off") from error


def _check(code: int) -> None:
    if code >= _PERMANENT:
        raise PermanentMailError("refused")
    if code not in _TAKEN:
        raise TemporaryMailError("not now")
