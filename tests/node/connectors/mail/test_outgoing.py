"""The contract that every way out keeps, and what only SMTP can meet."""

import mailbox
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from aiosmtpd import smtp
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope, Session

from node.connectors.mail.maildir import MaildirMail
from node.connectors.mail.outgoing import (
    NoSuchAddressError,
    OutgoingMail,
    PermanentMailError,
    SlowDownError,
    TemporaryMailError,
    UncertainMailError,
)
from node.connectors.mail.smtp import SmtpMail

RECEIVER = "taro..yamada.@docomo.ne.jp"


def letter() -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = "架空製作所 <saiyo@example.jp>"
    message["To"] = RECEIVER
    message["Subject"] = "髙﨑様①"
    message.set_content("𠮷野\n.\n終わり\n", charset="utf-8", cte="base64")
    return message


@dataclass(slots=True)
class Sink:
    """A mail server's inside; *answers* are given to RCPT and DATA where they are set."""

    taken: list[tuple[list[str], bytes]] = field(default_factory=list)
    rcpt: str = "250 OK"
    data: str = "250 OK"

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self,
        _server: smtp.SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: smtp.SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.data.startswith("250"):
            self.taken.append((envelope.rcpt_tos, bytes(envelope.original_content or b"")))
        return self.data


@contextmanager
def serving(sink: Sink) -> Iterator[SmtpMail]:
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield SmtpMail("127.0.0.1", controller.port)
    finally:
        controller.stop()


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(params=["smtp", "maildir"])
def way(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[OutgoingMail, Callable[[], list[bytes]]]]:
    if request.param == "smtp":
        sink = Sink()
        with serving(sink) as mail:
            yield mail, lambda: [content for _, content in sink.taken]
        return
    folder = tmp_path / "mail"
    yield (
        MaildirMail(folder),
        lambda: [one.as_bytes(policy=SMTP) for one in mailbox.Maildir(folder)],
    )


def test_letter_arrives_as_it_was_written(
    way: tuple[OutgoingMail, Callable[[], list[bytes]]],
) -> None:
    mail, arrived = way
    mail.send(letter())
    (content,) = arrived()
    assert content == letter().as_bytes()


def test_address_with_the_dots_of_old_carriers_reaches_the_server() -> None:
    sink = Sink()
    with serving(sink) as mail:
        mail.send(letter())
    assert sink.taken[0][0] == [RECEIVER]


@pytest.mark.parametrize(
    ("rcpt", "data", "error"),
    [
        ("550 5.1.1 no such user", "250 OK", NoSuchAddressError),
        ("550 no such user", "250 OK", PermanentMailError),
        ("550 5.7.1 relaying denied", "250 OK", PermanentMailError),
        ("552 5.2.2 mailbox full", "250 OK", PermanentMailError),
        ("421 4.7.0 too many", "250 OK", SlowDownError),
        ("452 4.5.3 too many recipients", "250 OK", SlowDownError),
        ("250 OK", "421 slow", SlowDownError),
        ("250 OK", "452 4.3.1 no space", SlowDownError),
        ("250 OK", "432 4.3.2 too many connections", SlowDownError),
        ("250 OK", "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuota", SlowDownError),
        ("450 greylisted", "250 OK", TemporaryMailError),
        ("250 OK", "554 spam", PermanentMailError),
        ("250 OK", "451 later", TemporaryMailError),
    ],
)
def test_refusal_is_temporary_or_permanent(rcpt: str, data: str, error: type[Exception]) -> None:
    sink = Sink(rcpt=rcpt, data=data)
    with serving(sink) as mail, pytest.raises(error) as caught:
        mail.send(letter())
    assert sink.taken == []
    assert type(caught.value) is error


def test_no_server_is_temporary() -> None:
    with pytest.raises(TemporaryMailError):
        SmtpMail("127.0.0.1", free_port()).send(letter())


def scripted(replies: list[bytes]) -> tuple[SmtpMail, threading.Thread]:
    """Return a way to a server that says *replies*, one a line read, and hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        with closing(listener), closing(listener.accept()[0]) as line:
            incoming = line.makefile("rb")
            for reply in replies:
                line.sendall(reply)
                if reply.startswith(b"354"):
                    while incoming.readline() not in {b".\r\n", b""}:
                        pass
                else:
                    incoming.readline()

    thread = threading.Thread(target=talk)
    thread.start()
    return SmtpMail("127.0.0.1", listener.getsockname()[1]), thread


@pytest.mark.parametrize(
    ("replies", "error"),
    [
        ([b"554 no\r\n"], TemporaryMailError),
        ([b"421 busy\r\n"], SlowDownError),
        ([b"220 hello\r\n", b"250 hello\r\n"], TemporaryMailError),
        (
            [b"220 a\r\n", b"250 a\r\n", b"250 a\r\n", b"250 a\r\n", b"421 closing\r\n"],
            SlowDownError,
        ),
        # RFC 1047: the whole text went out and no answer came.
        (
            [b"220 a\r\n", b"250 a\r\n", b"250 a\r\n", b"250 a\r\n", b"354 go on\r\n"],
            UncertainMailError,
        ),
    ],
)
def test_broken_connection_is_uncertain_only_after_the_text(
    replies: list[bytes], error: type[Exception]
) -> None:
    mail, thread = scripted(replies)
    with pytest.raises(error):
        mail.send(letter())
    thread.join(timeout=5)
    assert not thread.is_alive()


def test_folder_that_takes_nothing_is_temporary(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file in the way")
    with pytest.raises(TemporaryMailError):
        MaildirMail(tmp_path / "mail").send(letter())
