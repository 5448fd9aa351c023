"""The one check of every signature, by the vendor's own example where there is one."""

import hmac
import json
from collections.abc import Callable

import pytest

from node.connectors.ats import SOURCES, signature
from node.connectors.ats.signature import Canonicaliser, verify
from node.connectors.ats.source import BadHookError

SECRET = "hook-secret"
BODY = json.dumps({"action": "ping", "data": {"name": "架空"}}).encode()
Sent = tuple[dict[str, str], bytes]


def mac(content: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), content, "sha256").hexdigest()


def greenhouse() -> Sent:
    return {"signature": f"sha256 {mac(BODY)}"}, BODY


def ashby() -> Sent:
    return {"ashby-signature": f"sha256={mac(BODY)}"}, BODY


def workable() -> Sent:
    return {"x-workable-signature": mac(BODY)}, BODY


def lever() -> Sent:
    signed = mac(b"token-11795482000000")
    body = {"token": "token-1", "triggeredAt": 1795482000000, "signature": signed}
    return {}, json.dumps(body).encode()


def smartrecruiters() -> Sent:
    """Return the example in the vendor's description of a subscription's key."""
    given = "v1=2e9291f10d44ca10204a4cd81b05d73b6a316b2b605d4e2e0e0b37b40198ce1f"
    headers = {
        "smartrecruiters-signature": given,
        "smartrecruiters-timestamp": "1574080897",
        "event-id": "123",
        "link": "<http://smartrecruiters.com/endpoint>; rel=self",
        "event-name": "application.created",
        "event-version": "v201910",
    }
    return headers, b'{"job_id":"jid","candidate_id":"cid"}'


CASES: dict[str, tuple[Canonicaliser, Callable[[], Sent], str]] = {
    "greenhouse": (signature.greenhouse, greenhouse, SECRET),
    "ashby": (signature.ashby, ashby, SECRET),
    "workable": (signature.workable, workable, SECRET),
    "lever": (signature.lever, lever, SECRET),
    "smartrecruiters": (signature.smartrecruiters, smartrecruiters, "HeBVky2bccvvkcXPimH8c"),
}


@pytest.mark.parametrize("vendor", CASES)
def test_what_the_vendor_signed_is_taken_and_nothing_else(vendor: str) -> None:
    canonicalise, sent, secret = CASES[vendor]
    headers, body = sent()
    verify(canonicalise, secret, headers, body)
    with pytest.raises(BadHookError):
        verify(canonicalise, f"{secret} ", headers, body)
    for name in headers:
        for changed in ("", headers[name][:-1], f"{headers[name]}0", "漢字"):
            with pytest.raises(BadHookError):
                verify(canonicalise, secret, headers | {name: changed}, body)


@pytest.mark.parametrize("vendor", sorted(set(CASES) - {"lever"}))
def test_the_signature_is_over_the_bytes_that_came(vendor: str) -> None:
    canonicalise, sent, secret = CASES[vendor]
    headers, body = sent()
    again = json.dumps(json.loads(body), ensure_ascii=False, indent=1).encode()
    with pytest.raises(BadHookError):
        verify(canonicalise, secret, headers, again)


def test_of_several_signatures_of_smartrecruiters_one_is_enough() -> None:
    canonicalise, sent, secret = CASES["smartrecruiters"]
    headers, body = sent()
    right = headers["smartrecruiters-signature"]
    for given in (f"v1={'0' * 64};{right}", f"v9=x; {right}", f"{right};v1=é"):
        verify(canonicalise, secret, headers | {"smartrecruiters-signature": given}, body)
    many = ";".join([f"v1={'0' * 64}"] * 40 + [right])
    for given in (many, right.removeprefix("v1="), "v1=", ";"):
        with pytest.raises(BadHookError):
            verify(canonicalise, secret, headers | {"smartrecruiters-signature": given}, body)


def test_a_body_that_is_no_object_bears_no_signature_of_lever() -> None:
    for body in (b"", b"[]", b"7", b"[" * 200_000, b"\xff", b'{"token": "x"}'):
        with pytest.raises(BadHookError):
            verify(signature.lever, SECRET, {}, body)


def test_t33_what_lever_signed_is_one_webhook_however_it_is_cut() -> None:
    read = SOURCES["lever"].read_hook
    assert read is not None
    token, moment = "token-1", "1795482000000"
    told = set()
    for cut in range(1, len(token + moment)):
        first, second = (token + moment)[:cut], (token + moment)[cut:]
        body = {
            "token": first,
            "triggeredAt": second,
            "signature": mac(f"{token}{moment}".encode()),
        }
        told.add(read(lambda _name: SECRET, {}, json.dumps(body).encode()).ids)
    assert len(told) == 1
