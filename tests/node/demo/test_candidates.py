import pytest

from crypto import canonical_json
from crypto.ed25519 import SigningKey
from crypto.encoding import b64url_decode, b64url_encode
from crypto.hashing import sha256
from node.demo.browser import Form, Page
from node.demo.candidates import ACCEPT_LABEL, CONSENT_LABEL, Candidate, check_payload
from node.demo.errors import DemoError
from protocol.consent import ConsentStatement
from protocol.disclosure import AcceptStatement, payload_commitment

NONCE, IDENTITY = bytes(range(32)), b'{"name":"x"}'


def sign_form(payload: str) -> Form:
    statement = b64url_encode(canonical_json.dumps({"payload": payload}))
    html = (
        f'<form action="/d/sign" data-nonce="{b64url_encode(NONCE)}" '
        f'data-identity="{b64url_encode(IDENTITY)}">'
        f'<input type="hidden" name="statement" value="{statement}">'
        '<input type="hidden" name="signature" value=""></form>'
    )
    return Page("http://127.0.0.1/d/x", 200, html).form("/d/sign")


def test_labels_are_those_of_the_protocol() -> None:
    assert (CONSENT_LABEL, ACCEPT_LABEL) == (ConsentStatement.LABEL, AcceptStatement.LABEL)


def test_a_yes_is_signed_only_to_what_is_shown() -> None:
    check_payload(sign_form(payload_commitment(NONCE, IDENTITY).hex()))
    with pytest.raises(DemoError, match="not what is shown"):
        check_payload(sign_form(payload_commitment(NONCE, b"{}").hex()))


def test_a_candidate_signs_the_statement_in_the_form() -> None:
    key = SigningKey.generate()
    form = sign_form("00")
    signature = Candidate("hanako@example.jp", key).signature(CONSENT_LABEL, form)
    text = CONSENT_LABEL + sha256(b64url_decode(form.value("statement")))
    key.public.verify(text, b64url_decode(signature))
    with pytest.raises(DemoError, match="no key"):
        Candidate("hanako@example.jp", None).signature(CONSENT_LABEL, form)
