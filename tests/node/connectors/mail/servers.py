"""Small servers that speak as the vendors do: SMTP with logins, tokens, IMAP; loopback only."""

import base64
import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate of loopback: what a server shows, and who trusts it."""

    server: ssl.SSLContext
    client: ssl.SSLContext


def certificate(folder: Path) -> Certificate:
    """Return a certificate that signs itself, valid for an hour."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=36500))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    path = folder / "loopback.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + secret)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return Certificate(
        server, ssl.create_default_context(cadata=made.public_bytes(Encoding.PEM).decode())
    )


def free_port() -> int:
    """Return a port of loopback that nobody listens on just now."""
    with closing(socket.socket()) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Mailbox:
    """A mail server's inside; *rcpt* and *data* are its answers to RCPT and DATA."""

    taken: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    rcpt: str = "250 OK"
    data: str = "250 OK"
    user: str = ""
    secret: str = ""
    logins: list[str] = field(default_factory=list)
    was_protected: bool = False

    def __call__(
        self, _server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, said: object
    ) -> AuthResult:
        """Say whether a login by PLAIN or LOGIN is known."""
        self.logins.append(mechanism)
        known = LoginPassword(self.user.encode(), self.secret.encode())
        return AuthResult(success=said == known, handled=False)

    async def auth_XOAUTH2(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, words: list[str]
    ) -> AuthResult:
        """Say whether a token is known, as Google and Microsoft do: first 334, then 535."""
        self.logins.append("XOAUTH2")
        if base64.b64decode(words[1]).decode() == (
            f"user={self.user}\x01auth=Bearer {self.secret}\x01\x01"
        ):
            return AuthResult(success=True)
        answer = base64.b64encode(b'{"status":"400","schemes":"Bearer"}').decode()
        await server.push(f"334 {answer}")
        line = await server._reader.readline()
        assert line.strip() == b""
        return AuthResult(
            success=False, handled=False, message="535 5.7.3 Authentication unsuccessful"
        )

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Answer as told."""
        self.was_protected = session.ssl is not None
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep a letter that is taken."""
        if self.data.startswith("250"):
            content = bytes(envelope.original_content or b"")
            self.taken.append((envelope.mail_from or "", envelope.rcpt_tos, content))
        return self.data


@contextmanager
def serving(
    mailbox: Mailbox,
    port: int,
    *,
    starttls: ssl.SSLContext | None = None,
    implicit: ssl.SSLContext | None = None,
    only_tokens: bool = False,
) -> Iterator[int]:
    """Give the port of a running mail server."""
    controller = Controller(
        mailbox,
        hostname=HOST,
        port=port,
        tls_context=starttls,
        ssl_context=implicit,
        require_starttls=starttls is not None,
        auth_required=bool(mailbox.user) and starttls is not None,
        # The library knows only its own TLS, not that of the socket beneath.
        auth_require_tls=starttls is not None,
        authenticator=mailbox if mailbox.user else None,
        auth_exclude_mechanism=["LOGIN", "PLAIN"] if only_tokens else ["XOAUTH2"],
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@dataclass(slots=True)
class TokenServer:
    """A token endpoint; *public* is the key that a service account's JWT must be signed by."""

    token: str = "token-1"
    life: int = 3600
    status: int = 200
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    public: RSAPublicKey | None = None
    forms: list[dict[str, str]] = field(default_factory=list)
    claims: dict[str, object] = field(default_factory=dict)

    def answer(self, form: dict[str, str]) -> bytes:
        """Check what came and return the JSON of RFC 6749 section 5.1."""
        self.forms.append(form)
        if self.public is not None:
            head, claims, signature = form["assertion"].split(".")
            self.public.verify(
                _decoded(signature), f"{head}.{claims}".encode(), PKCS1v15(), SHA256()
            )
            assert json.loads(_decoded(head))["alg"] == "RS256"
            self.claims = json.loads(_decoded(claims))
        if self.body is not None:
            return self.body
        return json.dumps(
            {"access_token": self.token, "expires_in": self.life, "token_type": "Bearer"}
        ).encode()

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Give the address of the running endpoint."""
        outer = self

        class Answers(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["content-length"])
                form = parse_qs(self.rfile.read(length).decode(), strict_parsing=True)
                body = outer.answer({name: one for name, (one,) in form.items()})
                self.send_response(outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_words: object) -> None:
                pass

        with ThreadingHTTPServer((HOST, 0), Answers) as server:
            thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
            thread.start()
            try:
                yield f"http://{HOST}:{server.server_address[1]}/oauth2/v2.0/token"
            finally:
                server.shutdown()
                thread.join()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
