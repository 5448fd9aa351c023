"""The same signatures through another implementation of RFC 9421."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    MappingKeyResolver,
    PreparedSignature,
)
from http_message_signatures.algorithms import ED25519

from crypto.ed25519 import VerifyKey
from crypto.encoding import b64url_encode
from protocol.http_signature import (
    LIFETIME_S,
    Request,
    Response,
    content_digest,
    sign_request,
    sign_response,
    verify_request,
    verify_response,
)
from protocol.identifiers import KeyId
from tests.protocol.companies import ALPHA, BETA, NOW

NONCE = bytes(range(100, 116))
POST = Request(
    "POST",
    "https://beta.example.jp:8443/tasuki/v1/inbox",
    {"content-type": "application/json"},
    b'{"v":1}',
)
GET = Request("GET", "https://beta.example.jp/tasuki/v1/status", {})
TYPED = ("content-type", "content-digest")


@dataclass
class ForeignRequest:
    method: str
    url: str
    headers: dict[str, str]


@dataclass
class ForeignResponse:
    status_code: int
    headers: dict[str, str]
    request: ForeignRequest


class TimelessVerifier(HTTPMessageVerifier):
    max_clock_skew = timedelta(days=36_500)  # it reads the clock of this machine


def foreign(request: Request) -> ForeignRequest:
    return ForeignRequest(request.method, request.target_uri, dict(request.headers))


def verifier() -> HTTPMessageVerifier:
    return TimelessVerifier(
        signature_algorithm=ED25519,
        key_resolver=MappingKeyResolver(
            public_keys={
                company.key_id("http"): Ed25519PublicKey.from_public_bytes(
                    company.key("http").public.raw
                )
                for company in (ALPHA, BETA)
            },
            private_keys={},
        ),
    )


def keys(name: KeyId) -> VerifyKey:
    return {company.key_id("http"): company.key("http").public for company in (ALPHA, BETA)}[name]


def signed(request: Request) -> Request:
    name, key = ALPHA.signer("http")
    return sign_request(request, to=BETA.id, key_id=name, key=key, nonce=NONCE, now=NOW)


def foreign_sign(
    message: ForeignRequest | ForeignResponse,
    components: tuple[str, ...],
    params: dict[str, Any],
    seed: bytes,
) -> dict[str, str]:
    """Let the other implementation make the base, the parameters and both fields."""
    signer = HTTPMessageSigner(signature_algorithm=ED25519)
    # Its public `prepare` writes the parameters in its own order.
    listed = signer._parse_covered_component_ids(components)  # type: ignore[no-untyped-call] # theirs
    base, node, _ = signer._build_signature_base(
        message, covered_component_ids=listed, signature_params=params
    )
    prepared = PreparedSignature(base.encode(), str(node), "tasuki", ED25519.algorithm_id)
    private = Ed25519PrivateKey.from_private_bytes(seed)
    signer.apply(message, prepared, private.sign(prepared.signature_base))
    return {name.lower(): value for name, value in message.headers.items()}


@pytest.mark.parametrize("request_", [POST, GET], ids=["post", "get"])
def test_our_request_verifies_there(request_: Request) -> None:
    whole = signed(request_)
    (found,) = verifier().verify(
        foreign(whole), max_age=None, expect_tag="tasuki/1", body=whole.body
    )
    names = ["@method", "@target-uri", *(TYPED if request_.body else ()), "tasuki-to"]
    assert list(found.covered_components) == [f'"{name}"' for name in [*names, "@signature-params"]]
    assert found.nonce == b64url_encode(NONCE)
    assert found.parameters["expires"] == NOW + LIFETIME_S


@pytest.mark.parametrize("request_", [POST, GET], ids=["post", "get"])
def test_their_request_verifies_here(request_: Request) -> None:
    headers = {**request_.headers, "tasuki-to": BETA.id}
    if request_.body:
        headers["content-digest"] = content_digest(request_.body)
    names = ("@method", "@target-uri", *(TYPED if request_.body else ()), "tasuki-to")
    params = {
        "created": NOW,
        "expires": NOW + 60,
        "nonce": b64url_encode(NONCE),
        "keyid": ALPHA.key_id("http"),
        "alg": "ed25519",
        "tag": "tasuki/1",
    }
    message = ForeignRequest(request_.method, request_.target_uri, headers)
    fields = foreign_sign(message, names, params, ALPHA.key("http").seed)
    found = verify_request(replace(request_, headers=fields), me=BETA.id, keys=keys, now=NOW)
    assert (found.key_id, found.expires) == (ALPHA.key_id("http"), NOW + 60)


@pytest.mark.parametrize("request_", [POST, GET], ids=["post", "get"])
def test_answers_verify_both_ways(request_: Request) -> None:
    request = signed(request_)
    name, key = BETA.signer("http")
    answer = Response(200, {"content-type": "application/json"}, b"{}")
    whole = sign_response(answer, request, name, key, now=NOW)
    message = ForeignResponse(200, dict(whole.headers), foreign(request))
    (found,) = verifier().verify(message, max_age=None, expect_tag="tasuki/1", body=whole.body)
    assert '"signature";req' in found.covered_components

    unsigned = {"content-type": "application/json", "content-digest": content_digest(b"{}")}
    names = ("@status", *TYPED, '"signature";req')
    params = {"created": NOW, "keyid": name, "alg": "ed25519", "tag": "tasuki/1"}
    fields = foreign_sign(ForeignResponse(200, unsigned, foreign(request)), names, params, key.seed)
    assert verify_response(replace(answer, headers=fields), request, keys, now=NOW) == name
    assert fields == whole.headers
