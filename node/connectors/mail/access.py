"""Access tokens for mail servers (OAuth 2.0), and the login with them (XOAUTH2).

Microsoft 365 gives them for a client secret (RFC 6749 section 4.4), Google for a JWT
signed by a service account (RFC 7523). XOAUTH2 itself is Google's, and Microsoft's too.
"""

import json
import smtplib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from crypto.encoding import b64url_encode
from crypto.errors import BadKeyError
from crypto.rs256 import Rs256Key
from node.clock import Clock, seconds
from node.connectors.mail.outgoing import MailLoginError, TemporaryMailError
from node.connectors.mail.smtp import refuse_login
from node.transport import Transport, UnreachableError
from protocol.http_signature import Request, Response

MICROSOFT_TOKENS: Final = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
MICROSOFT_SCOPE: Final = "https://outlook.office365.com/.default"
GOOGLE_TOKENS: Final = "https://oauth2.googleapis.com/token"
GOOGLE_SCOPE: Final = "https://mail.google.com/"
_JWT_BEARER: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ASSERTION_LIFE: Final = timedelta(minutes=10)  # Google takes at most an hour
_EARLY: Final = timedelta(minutes=2)  # a token is not used so close to its end
_TIMEOUT_S: Final = 20.0
_MAX_TOKEN: Final = 8_000  # characters; with the user it fits into a line of RFC 4954
_REFUSED: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})

Form = Mapping[str, str]


@dataclass(slots=True)
class _Kept:
    """The token in use."""

    token: str = field(default="", repr=False)
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccessTokens:
    """Gets tokens from *url* for the *form*, and keeps the one in use until shortly before its end.

    The transport follows no redirect, so the secret goes to this address alone.
    """

    url: str
    transport: Transport
    clock: Clock
    form: Callable[[datetime], Form] = field(repr=False)
    _kept: _Kept = field(default_factory=_Kept, repr=False)

    def current(self) -> str:
        """Return a token that still lives.

        Raises:
            MailLoginError: the secret is not known.
            TemporaryMailError: no answer that can be used.
        """
        now = self.clock.now()
        kept = self._kept
        if kept.until is None or now >= kept.until:
            kept.token, life = _token(self._ask(now))
            kept.until = now + life - _EARLY
        return kept.token

    def forget(self) -> None:
        """Get a new token next time: the server did not take this one."""
        self._kept.until = None

    def _ask(self, now: datetime) -> Response:
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "accept": "application/json",
        }
        request = Request("POST", self.url, headers, urlencode(self.form(now)).encode("ascii"))
        try:
            answer = self.transport.send(request, timeout=_TIMEOUT_S)
        except UnreachableError:
            raise TemporaryMailError("the token endpoint does not answer") from None
        if answer.status in _REFUSED:
            raise MailLoginError("the token endpoint does not know this secret")
        if answer.status != HTTPStatus.OK:
            raise TemporaryMailError("the token endpoint gives none now")
        return answer


def client_credentials(client: str, secret: str) -> Callable[[datetime], Form]:
    """Return the form of an application of Microsoft Entra (RFC 6749 section 4.4.2)."""

    def form(_now: datetime) -> Form:
        return {
            "grant_type": "client_credentials",
            "client_id": client,
            "client_secret": secret,
            "scope": MICROSOFT_SCOPE,
        }

    return form


def service_account(key_file: str, user: str) -> Callable[[datetime], Form]:
    """Return the form of a service account of Google that acts for the mailbox *user*.

    *key_file* is the JSON that Google gave; the address in it that tokens come from is
    not used, since a file must not choose where a signed assertion goes.

    Raises:
        MailLoginError: it is no such file.
    """
    try:
        document = json.loads(key_file)
        issuer, name = str(document["client_email"]), str(document["private_key_id"])
        key = Rs256Key.from_pem(str(document["private_key"]))
    except (ValueError, TypeError, KeyError, BadKeyError):
        raise MailLoginError("not the key file of a service account") from None

    def form(now: datetime) -> Form:
        claims: dict[str, str | int] = {
            "iss": issuer,
            "sub": user,
            "scope": GOOGLE_SCOPE,
            "aud": GOOGLE_TOKENS,
            "iat": seconds(now),
            "exp": seconds(now + _ASSERTION_LIFE),
        }
        signed = ".".join((_part({"alg": "RS256", "typ": "JWT", "kid": name}), _part(claims)))
        assertion = f"{signed}.{b64url_encode(key.sign(signed.encode('ascii')))}"
        return {"grant_type": _JWT_BEARER, "assertion": assertion}

    return form


@dataclass(frozen=True, slots=True)
class TokenLogin:
    """AUTH XOAUTH2 with a token."""

    user: str
    tokens: AccessTokens

    @property
    def response(self) -> str:
        """The words of XOAUTH2 that a mail server of SMTP or IMAP wants.

        Raises:
            TemporaryMailError: there is no token.
        """
        return f"user={self.user}\x01auth=Bearer {self.tokens.current()}\x01\x01"

    def log_in(self, server: smtplib.SMTP) -> None:
        """See :class:`node.connectors.mail.smtp.Login`."""
        words = self.response
        server.ehlo_or_helo_if_needed()
        if "xoauth2" not in server.esmtp_features.get("auth", "").lower().split():
            raise MailLoginError("the mail server offers no XOAUTH2")
        try:
            # The server's complaint (334) wants one empty answer before its refusal.
            server.auth("XOAUTH2", lambda challenge=None: "" if challenge else words)
        except smtplib.SMTPAuthenticationError as error:
            self.tokens.forget()
            refuse_login(error.smtp_code)


def _part(document: Mapping[str, str | int]) -> str:
    return b64url_encode(json.dumps(document).encode("ascii"))


def _token(answer: Response) -> tuple[str, timedelta]:
    """Return the token in an answer (RFC 6749 section 5.1) and its life."""
    try:
        document = json.loads(answer.body)
        token, life = document["access_token"], int(document["expires_in"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise TemporaryMailError("the token endpoint answers nothing that can be read") from None
    # It becomes part of a line, so nothing in it may end the line.
    if not isinstance(token, str) or not token.isascii() or not token.isprintable():
        raise TemporaryMailError("the token endpoint answers no token")
    if not 0 < len(token) <= _MAX_TOKEN or life <= 0:
        raise TemporaryMailError("the token endpoint answers no token")
    return token, timedelta(seconds=min(life, 86_400))
