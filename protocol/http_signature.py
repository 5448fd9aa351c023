"""HTTP Message Signatures (RFC 9421) in one fixed profile, and Content-Digest (RFC 9530).

One signature a message, label ``tasuki``, always the same components and parameters
in the same order (PROTOCOL 5). Everything else is refused, so nothing is parsed that
one anchored regular expression does not say. There is no clock and no nonce store
here: the node keeps each nonce until its signature expires.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from crypto.ed25519 import SigningKey, VerifyKey
from crypto.encoding import b64_decode, b64_encode, b64url_decode, b64url_encode
from crypto.errors import BadEncodingError, BadSignatureError
from crypto.hashing import sha256
from protocol.document import CLOCK_SKEW_S
from protocol.errors import MalformedError, UntrustedError
from protocol.identifiers import KeyId, MemberId

LIFETIME_S = 300  # the most that lies between `created` and `expires`
MIN_NONCE_BYTES = 16
MAX_NONCE_BYTES = 64

_OK = 200
_BARE = ("@method", "@target-uri", "tasuki-to")
_WITH_CONTENT = ("@method", "@target-uri", "content-type", "content-digest", "tasuki-to")
_ANSWER = ("@status", "content-type", "content-digest")
# `req` takes the component from the request that is answered (RFC 9421 section 2.4).
_REQUEST_SIGNATURE = '"signature";req'


def _list(names: tuple[str, ...], *more: str) -> str:
    return "(" + " ".join([*(f'"{name}"' for name in names), *more]) + ")"


_TIME = "0|[1-9][0-9]{0,14}"
_REQUEST_INPUT = re.compile(
    r"\Atasuki=(?P<params>"
    rf"(?P<components>{re.escape(_list(_WITH_CONTENT))}|{re.escape(_list(_BARE))})"
    rf";created=(?P<created>{_TIME});expires=(?P<expires>{_TIME})"
    r';nonce="(?P<nonce>[A-Za-z0-9_-]{22,86})";keyid="(?P<keyid>[0-9a-f]{16})"'
    r';alg="ed25519";tag="tasuki/1")\Z'
)
_RESPONSE_INPUT = re.compile(
    rf"\Atasuki=(?P<params>{re.escape(_list(_ANSWER, _REQUEST_SIGNATURE))}"
    rf';created=(?P<created>{_TIME});keyid="(?P<keyid>[0-9a-f]{{16}})"'
    r';alg="ed25519";tag="tasuki/1")\Z'
)
_SIGNATURE = re.compile(r"\Atasuki=:(?P<signature>[A-Za-z0-9+/]{86}==):\Z")
# Unreserved characters only and no query: no proxy has a reason to rewrite it.
_TARGET_URI = re.compile(r"\Ahttps?://[a-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9._~-]+)+\Z")
_FIELD_VALUE = re.compile(r"\A[!-~](?:[ -~]*[!-~])?\Z")


@dataclass(frozen=True, slots=True)
class Request:
    """A request; *target_uri* is built from the configured public base URL, never Host."""

    method: str
    target_uri: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes = b""

    @property
    def is_ok(self) -> bool:
        """Whether it is 200, the one success of this protocol."""
        return self.status == _OK


@dataclass(frozen=True, slots=True)
class RequestSignature:
    """What a verified request was signed with; the nonce is refused until *expires*."""

    key_id: KeyId
    nonce: str
    created: int
    expires: int


def content_digest(body: bytes) -> str:
    """Return the ``content-digest`` of *body* under sha-256 (RFC 9530 section 2)."""
    return f"sha-256=:{b64_encode(sha256(body))}:"


def signature_base(components: Mapping[str, str], params: str) -> bytes:
    """Return the text that is signed (RFC 9421 section 2.5).

    *components* maps each serialised component identifier, quotes and parameters
    included, to its value; *params* is the value of ``@signature-params``.
    """
    lines = [f"{name}: {value}" for name, value in components.items()]
    return "\n".join([*lines, f'"@signature-params": {params}']).encode("ascii")


def sign_request(
    request: Request, *, to: MemberId, key_id: KeyId, key: SigningKey, nonce: bytes, now: int
) -> Request:
    """Return *request* with the fields that make it signed to the member *to*.

    A request with content must bear its ``content-type``; *nonce* is 16 to 64 fresh
    random bytes. The signature is good for ``LIFETIME_S`` seconds.

    Raises:
        MalformedError: the profile has no such request.
    """
    if not MIN_NONCE_BYTES <= len(nonce) <= MAX_NONCE_BYTES:
        raise MalformedError("nonce too short or too long")
    headers = {**request.headers, "tasuki-to": to}
    if request.method != "GET":
        headers["content-digest"] = content_digest(request.body)
    request = replace(request, headers=headers)
    names = _request_components(request)
    params = (
        f"{_list(names)};created={now};expires={now + LIFETIME_S}"
        f';nonce="{b64url_encode(nonce)}";keyid="{key_id}";alg="ed25519";tag="tasuki/1"'
    )
    return replace(request, headers=headers | _signed(key, _request_values(request, names), params))


def verify_request(
    request: Request, *, me: MemberId, keys: Callable[[KeyId], VerifyKey], now: int
) -> RequestSignature:
    """Return what *request* was signed with; *keys* raises for a key it does not know.

    The caller has checked the size, and afterwards refuses a nonce that it has seen.

    Raises:
        UntrustedError: not this profile, to another member, an unknown key, outside
            its time, or content, field or signature changed.
    """
    try:
        names = _request_components(request)
        given = _matched(_REQUEST_INPUT, request.headers, "signature-input")
        if given["components"] != _list(names):
            raise UntrustedError("components of another method")
        if _field(request.headers, "tasuki-to") != me:
            raise UntrustedError("request to another member")
        b64url_decode(given["nonce"])
        key_id = KeyId(given["keyid"])
        key = keys(key_id)
        created, expires = int(given["created"]), int(given["expires"])
        if not created < expires <= created + LIFETIME_S:
            raise UntrustedError("signature lives too long")
        if not created - CLOCK_SKEW_S <= now < expires:
            raise UntrustedError("signature outside its time")
        if request.method != "GET":
            _check_digest(request.headers, request.body)
        _verify(key, request.headers, _request_values(request, names), given["params"])
    except (BadEncodingError, MalformedError) as error:
        raise UntrustedError(f"not a request of this profile: {error}") from error
    return RequestSignature(key_id, given["nonce"], created, expires)


def sign_response(
    response: Response, request: Request, key_id: KeyId, key: SigningKey, *, now: int
) -> Response:
    """Return *response*, which bears its ``content-type``, signed as the answer to *request*.

    Raises:
        MalformedError: the profile has no such answer.
    """
    headers = {**response.headers, "content-digest": content_digest(response.body)}
    response = replace(response, headers=headers)
    params = (
        f"{_list(_ANSWER, _REQUEST_SIGNATURE)};created={now}"
        f';keyid="{key_id}";alg="ed25519";tag="tasuki/1"'
    )
    values = _response_values(response, request)
    return replace(response, headers=headers | _signed(key, values, params))


def verify_response(
    response: Response, request: Request, keys: Callable[[KeyId], VerifyKey], *, now: int
) -> KeyId:
    """Return the key that signed *response* as the answer to *request*.

    *keys* knows only the keys of the member that was asked, and raises for others.

    Raises:
        UntrustedError: not this profile, an unknown key, outside its time, the answer
            to another request, or content, status or signature changed.
    """
    try:
        given = _matched(_RESPONSE_INPUT, response.headers, "signature-input")
        key_id = KeyId(given["keyid"])
        key = keys(key_id)
        if not -CLOCK_SKEW_S <= now - int(given["created"]) < LIFETIME_S:
            raise UntrustedError("signature outside its time")
        _check_digest(response.headers, response.body)
        values = _response_values(response, request)
        _verify(key, response.headers, values, given["params"])
    except (BadEncodingError, MalformedError) as error:
        raise UntrustedError(f"not an answer of this profile: {error}") from error
    return key_id


def _request_components(request: Request) -> tuple[str, ...]:
    """Return the components that this method has."""
    if _TARGET_URI.fullmatch(request.target_uri) is None:
        raise MalformedError("target URI outside the profile")
    if "content-encoding" in request.headers:
        raise MalformedError("content coding on a signed body")
    if request.method == "POST":
        return _WITH_CONTENT
    if request.method != "GET":
        raise MalformedError("method outside the profile")
    if request.body:
        raise MalformedError("GET with content")
    return _BARE


def _request_values(request: Request, names: tuple[str, ...]) -> Mapping[str, str]:
    derived = {"@method": request.method, "@target-uri": request.target_uri}
    return {f'"{name}"': derived.get(name) or _field(request.headers, name) for name in names}


def _response_values(response: Response, request: Request) -> Mapping[str, str]:
    if "content-encoding" in response.headers:
        raise MalformedError("content coding on a signed body")
    return {
        '"@status"': str(response.status),
        '"content-type"': _field(response.headers, "content-type"),
        '"content-digest"': _field(response.headers, "content-digest"),
        _REQUEST_SIGNATURE: _field(request.headers, "signature"),
    }


def _field(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    # A line break here would be a line of the signature base.
    if _FIELD_VALUE.fullmatch(value) is None:
        raise MalformedError(f"field {name} missing or not plain")
    return value


def _matched(pattern: re.Pattern[str], headers: Mapping[str, str], name: str) -> re.Match[str]:
    match = pattern.fullmatch(_field(headers, name))
    if match is None:
        raise MalformedError(f"field {name} outside the profile")
    return match


def _check_digest(headers: Mapping[str, str], body: bytes) -> None:
    if _field(headers, "content-digest") != content_digest(body):
        raise UntrustedError("content changed")


def _signed(key: SigningKey, values: Mapping[str, str], params: str) -> dict[str, str]:
    signature = key.sign(signature_base(values, params))
    return {
        "signature-input": f"tasuki={params}",
        "signature": f"tasuki=:{b64_encode(signature)}:",
    }


def _verify(
    key: VerifyKey, headers: Mapping[str, str], values: Mapping[str, str], params: str
) -> None:
    signature = b64_decode(_matched(_SIGNATURE, headers, "signature")["signature"])
    try:
        key.verify(signature_base(values, params), signature)
    except BadSignatureError as error:
        raise UntrustedError("signature does not hold") from error
