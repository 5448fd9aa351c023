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

    def arrived(self, message_id: str) -> bytes | None:
        """Return the begin of a mail as it arrived, None where it is not there.

        *message_id* is of our own making. The mail stays as it is.

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

    def arrived(self, message_id: str) -> bytes | None:
        """See :class:`ReturnedMail`."""
        try:
            for path in self._newest():
                with path.open("rb") as file:
                    content = file.read(_PARTIAL)
                if f"Message-ID: {message_id}".encode("ascii") in content:
                    return content
        except OSError as error:
            raise TemporaryMailError("the folder of returned mail cannot be read") from error
        return None

    def _newest(self) -> list[Path]:
        """Return the newest mails, those among them that were read meanwhile."""
        found = [*(self.folder / "new").iterdir(), *(self.folder / "cur").glob("*")]
        files = [path for path in found if path.is_file() and not path.is_symlink()]
        return sorted(files, key=lambda path: path.stat().st_mtime, reverse=True)[:_AT_ONCE]


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

    def arrived(self, message_id: str) -> bytes | None:
        """See :class:`ReturnedMail`."""
        try:
            with self._opened() as box:
                box.select("INBOX", readonly=True)
                _, found = box.uid("SEARCH", "HEADER", "Message-ID", f'"{message_id}"')
                uids = (found[0] or b"").split()
                return _fetched(box, uids[-1]) if uids else None
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
    kinds = [("HEADER", "Content-Type", kind) for kind in ("delivery-status", "feedback-report")]
    _, found = box.uid("SEARCH", "UNSEEN", "OR", *kinds[0], *kinds[1])
    for uid in (found[0] or b"").split()[:_AT_ONCE]:
        content = _fetched(box, uid)
        if content is not None:
            yield content
        box.uid("STORE", uid.decode("ascii"), "+FLAGS.SILENT", "(\\Seen)")


def _fetched(box: imaplib.IMAP4, uid: bytes) -> bytes | None:
    _, parts = box.uid("FETCH", uid.decode("ascii"), f"(BODY.PEEK[]<0.{_PARTIAL}>)")
    return next((part[1] for part in parts if isinstance(part, tuple)), None)
