"""The demo's own mail server (RFC 5321) on loopback: each letter becomes an .eml file.

A .txt beside it holds what a mail program would show. The server stands for all mail
servers of the world: nothing that the demo sends leaves the machine. One folder a
sending company, in the order of arrival.
"""

from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from node.demo.mailbox import Mail

_MAX_MAIL_BYTES: Final = 1024 * 1024
_HEADERS: Final = ("From", "To", "Date", "Subject")


class _Writer:
    """Takes over what aiosmtpd has read."""

    def __init__(self, folder: Path, companies: tuple[str, ...]) -> None:
        self._folder = folder
        self._companies = companies
        self._arrived = Counter[str]()

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        domain = (envelope.mail_from or "").rpartition("@")[2]
        company = domain.partition(".")[0]
        if company not in self._companies:
            return "550 no such company in this demo"
        self._arrived[company] += 1
        name = f"{self._arrived[company]:04}.eml"
        content = envelope.original_content or b""
        path = self._folder / company / name
        path.with_suffix(".txt").write_text(_shown(Mail(company, content)), "utf-8")
        # A reader sees the whole letter or none.
        fresh = path.with_name(f"{name}.new")
        fresh.write_bytes(content)
        fresh.rename(path)
        return "250 taken"


def _shown(mail: Mail) -> str:
    """Return a mail as its reader sees it."""
    headers = (f"{name}: {mail.message[name]}" for name in _HEADERS)
    return "\n".join((*headers, "", mail.text))


class MailSink:
    """A mail server for one run of the demo; use it as a context manager."""

    def __init__(self, folder: Path, companies: tuple[str, ...], port: int) -> None:
        self.folder = folder
        for company in companies:
            (folder / company).mkdir(parents=True)
        self._controller = Controller(
            _Writer(folder, companies),
            hostname="127.0.0.1",
            port=port,
            data_size_limit=_MAX_MAIL_BYTES,
            ready_timeout=10.0,
        )

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._controller.stop()
