"""A small IMAP server (RFC 9051) over TLS on loopback: logins, search, fetch, flags."""

import base64
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from io import BufferedRWPair
from socket import SHUT_RDWR, create_server, socket
from threading import Thread

HOST = "127.0.0.1"


@dataclass(slots=True)
class Box:
    """One mailbox, by uid; *seen* are the mails marked so."""

    mails: dict[int, bytes]
    user: str = "bounce@example.jp"
    password: str = ""
    token: str = ""
    seen: set[int] = field(default_factory=set)
    breaks_at: bytes = b""

    @contextmanager
    def serving(self, context: ssl.SSLContext) -> Iterator[int]:
        """Give the port of the running server."""
        listener = create_server((HOST, 0))
        thread = Thread(target=self._accept, args=(listener, context), daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            with closing(listener):
                listener.shutdown(SHUT_RDWR)
            thread.join(timeout=5)

    def _accept(self, listener: socket, context: ssl.SSLContext) -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            try:
                with (
                    closing(context.wrap_socket(plain, server_side=True)) as line,
                    line.makefile("rwb") as stream,
                ):
                    self._talk(stream)
            except OSError:
                continue

    def _talk(self, stream: BufferedRWPair) -> None:
        self._say(stream, b"* OK ready")
        while words := stream.readline().split():
            tag, verb = words[0], words[1].upper()
            name = b" ".join(words[1:3]).upper() if verb == b"UID" else verb
            if self.breaks_at and name == self.breaks_at:
                return
            self._answer(stream, name, words)
            if verb == b"LOGOUT":
                self._say(stream, b"* BYE")
            ok = name != b"REFUSED"
            if name in {b"LOGIN", b"AUTHENTICATE"}:
                ok = self._knows(stream, words)
            self._say(stream, tag + (b" OK done" if ok else b" NO [AUTHENTICATIONFAILED] no"))

    def _knows(self, stream: BufferedRWPair, words: list[bytes]) -> bool:
        if words[1].upper() == b"LOGIN":
            return b" ".join(words[2:]) == f'{self.user} "{self.password}"'.encode()
        self._say(stream, b"+ ")
        said = base64.b64decode(stream.readline())
        if said == f"user={self.user}\x01auth=Bearer {self.token}\x01\x01".encode():
            return True
        self._say(stream, b"+ " + base64.b64encode(b'{"status":"400"}'))
        assert stream.readline().strip() == b""
        return False

    def _answer(self, stream: BufferedRWPair, name: bytes, words: list[bytes]) -> None:
        match name:
            case b"CAPABILITY":
                self._say(stream, b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2")
            case b"SELECT" | b"EXAMINE":
                self._say(stream, b"* %d EXISTS" % len(self.mails))
            case b"UID SEARCH" if words[3:5] == [b"HEADER", b"Message-ID"]:
                line = b"Message-ID: " + words[5].strip(b'"')
                found = [str(uid) for uid, mail in self.mails.items() if line in mail]
                self._say(stream, b"* SEARCH " + " ".join(found).encode())
            case b"UID SEARCH":
                kinds = (b"delivery-status", b"feedback-report")
                headers = [word for kind in kinds for word in (b"HEADER", b"Content-Type", kind)]
                assert words[3:] == [b"UNSEEN", b"OR", *headers]
                found = [
                    str(uid)
                    for uid, mail in self.mails.items()
                    if uid not in self.seen
                    and any(kind in mail.partition(b"\r\n\r\n")[0] for kind in kinds)
                ]
                self._say(stream, b"* SEARCH " + " ".join(found).encode())
            case b"UID FETCH":
                assert words[4].startswith(b"(BODY.PEEK[]<0.")
                most = int(words[4].partition(b"<0.")[2].rstrip(b">)"))
                mail = self.mails[int(words[3])][:most]
                head = b"* 1 FETCH (UID %s BODY[]<0> {%d}" % (words[3], len(mail))
                self._say(stream, head + b"\r\n" + mail + b")")
            case b"UID STORE":
                assert words[4:] == [b"+FLAGS.SILENT", b"(\\Seen)"]
                self.seen.add(int(words[3]))
            case _:
                pass

    def _say(self, stream: BufferedRWPair, line: bytes) -> None:
        stream.write(line + b"\r\n")
        stream.flush()
