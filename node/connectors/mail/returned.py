"""Where returned mail is read from: a Maildir, or a mailbox over IMAP (RFC 9051)."""

import imaplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final, Protocol

from node.connectors.mail.access import TokenLogin
from node.connectors.mail.outgoing import MailLoginError, TemporaryMailError
from node.domain.delivery_status import MAX_BYTES

_AT_ONCE: Final = 200  # mails that one reading takes
_PARTIAL: Final = MAX_BYTES + 1  # octets that are fetched: more than a report may have


class ReturnedMail(Protocol):
    """A mailbox that reports on letters come back to."""

    def mails(self) -> Iterator[bytes]:
        """Give the mails that are new; each counts as read when the next is asked for.

        Raises:
            TemporaryMailError: the mailbox cannot be read now.
        """
        ...


@dataclass(frozen=True, slots=True)
class MaildirReturned:
    """A Maildir that a mail server delivers to; a mail that was read moves to ``cur``."""

    folder: Path

    def mails(self) -> Iterator[bytes]:
        """See :class:`ReturnedMail`."""
        try:
            (self.folder / "cur").mkdir(exist_ok=True)
            found = sorted((self.folder / "new").iterdir())[:_AT_ONCE]
            for path in found:
                if path.is_symlink() or not path.is_file():
                    continue
                with path.open("rb") as file:
                    content = file.read(_PARTIAL)
                yield content
                path.rename(self.folder / "cur" / f"{path.name}:2,S")
        except OSError as error:
            raise TemporaryMailError("the folder of returned mail cannot be read") from error


@dataclass(frozen=True, slots=True)
class PasswordBox:
    """A login by user and password."""

    user: str
    password: str = field(repr=False)

    def log_in(self, box: imaplib.IMAP4) -> None:
        """Return once the server knows us, or raise its complaint."""
        box.login(self.user, self.password)


@dataclass(frozen=True, slots=True)
class TokenBox:
    """A login by XOAUTH2."""

    login: TokenLogin

    def log_in(self, box: imaplib.IMAP4) -> None:
        """Return once the server knows us, or raise its complaint."""
        words = self.login.response.encode("ascii")
        try:
            box.authenticate("XOAUTH2", lambda challenge: b"" if challenge else words)
        except imaplib.IMAP4.error:
            self.login.tokens.forget()
            raise


@dataclass(frozen=True, slots=True)
class ImapReturned:
    """A mailbox over IMAP with TLS: only reports in it are fetched and marked as seen."""

    host: str
    port: int
    login: Callable[[imaplib.IMAP4], None]
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)
    timeout: timedelta = timedelta(seconds=30)

    def mails(self) -> Iterator[bytes]:
        """See :class:`ReturnedMail`."""
        try:
            with self._opened() as box:
                yield from _reports(box)
        except (imaplib.IMAP4.error, OSError) as error:
            raise TemporaryMailError("the mailbox of returned mail cannot be read") from error

    @contextmanager
    def _opened(self) -> Iterator[imaplib.IMAP4]:
        wait = self.timeout.total_seconds()
        box = imaplib.IMAP4_SSL(self.host, self.port, ssl_context=self.context, timeout=wait)
        try:
            try:
                self.login(box)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                raise MailLoginError("the mailbox does not know this login") from error
            yield box
        finally:
            _leave(box)


def _leave(box: imaplib.IMAP4) -> None:
    try:
        box.logout()
    except (imaplib.IMAP4.error, OSError):
        # Its own farewell leaves the connection open where the server is gone.
        with suppress(OSError):
            box.shutdown()


def _reports(box: imaplib.IMAP4) -> Iterator[bytes]:
    box.select("INBOX")
    # People may read this mailbox, too: what is no report stays as it is.
    _, found = box.uid("SEARCH", "UNSEEN", "HEADER", "Content-Type", "delivery-status")
    for uid in (found[0] or b"").split()[:_AT_ONCE]:
        number = uid.decode("ascii")
        _, parts = box.uid("FETCH", number, f"(BODY.PEEK[]<0.{_PARTIAL}>)")
        for part in parts:
            if isinstance(part, tuple):
                yield part[1]
        box.uid("STORE", number, "+FLAGS.SILENT", "(\\Seen)")
