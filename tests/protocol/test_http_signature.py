from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.ed25519 import SigningKey, VerifyKey
from crypto.encoding import b64_encode, b64url_decode, b64url_encode
from protocol.errors import MalformedError, UntrustedError
from protocol.http_signature import (
    LIFETIME_S,
    Request,
    RequestSignature,
    Response,
    content_digest,
    sign_request,
    sign_response,
    signature_base,
    verify_request,
    verify_response,
)
from protocol.identifiers import KeyId
from tests.protocol.companies import ALPHA, BETA, GAMMA, NOW

NONCE = bytes(range(16))
POST = Request(
    "POST",
    "https://beta.example.jp/tasuki/v1/inbox",
    {"content-type": "application/json", "accept": "*/*"},
    b'{"v":1}',
)
GET = Request("GET", "https://beta.example.jp/tasuki/v1/status", {"accept": "*/*"})
ANSWER = Response(200, {"content-type": "application/json"}, b"{}")


KNOWN = {company.key_id("http"): company.key("http").public for company in (ALPHA, BETA)}


def key_of(name: KeyId) -> VerifyKey:
    if name not in KNOWN:
        raise UntrustedError("unknown key")
    return KNOWN[name]


def signed(request: Request, *, nonce: bytes = NONCE) -> Request:
    name, key = ALPHA.signer("http")
    return sign_request(request, to=BETA.id, key_id=name, key=key, nonce=nonce, now=NOW)


def verified(request: Request, *, now: int = NOW) -> RequestSignature:
    return verify_request(request, me=BETA.id, keys=key_of, now=now)


def answered(request: Request, response: Response = ANSWER) -> Response:
    name, key = BETA.signer("http")
    return sign_response(response, request, name, key, now=NOW)


def with_field(request: Request, name: str, value: str) -> Request:
    return replace(request, headers={**request.headers, name: value})


def without_field(request: Request, name: str) -> Request:
    return replace(
        request, headers={key: value for key, value in request.headers.items() if key != name}
    )


def test_base_and_signature_of_the_standard() -> None:
    # RFC 9421 appendix B.1.4 (test-key-ed25519) and B.2.6.
    key = SigningKey(b64url_decode("n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU"))
    base = signature_base(
        {
            '"date"': "Tue, 20 Apr 2021 02:07:55 GMT",
            '"@method"': "POST",
            '"@path"': "/foo",
            '"@authority"': "example.com",
            '"content-type"': "application/json",
            '"content-length"': "18",
        },
        '("date" "@method" "@path" "@authority" "content-type" "content-length")'
        ';created=1618884473;keyid="test-key-ed25519"',
    )
    assert base.split(b"\n")[0] == b'"date": Tue, 20 Apr 2021 02:07:55 GMT'
    assert b64_encode(key.sign(base)) == (
        "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
    )


@pytest.mark.parametrize(
    ("content", "digest"),
    [
        # RFC 9530 appendix B.1, B.2 (no content) and B.3 (bytes 10 to 18).
        (b'{"hello": "world"}\n', "RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg="),
        (b"", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
        (b'"world"}\n', "jjcgBDWNAtbYUXI37CVG3gRuGOAjaaDRGpIUFsdyepQ="),
        # RFC 9421 appendix B.2, the test request.
        (b'{"hello": "world"}', "X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="),
    ],
)
def test_content_digest_of_the_standard(content: bytes, digest: str) -> None:
    assert content_digest(content) == f"sha-256=:{digest}:"


def test_fields_have_the_one_form_of_the_profile() -> None:
    name = ALPHA.key_id("http")
    tail = (
        f";created={NOW};expires={NOW + 300}"
        f';nonce="AAECAwQFBgcICQoLDA0ODw";keyid="{name}";alg="ed25519";tag="tasuki/1"'
    )
    assert signed(POST).headers["signature-input"] == (
        'tasuki=("@method" "@target-uri" "content-type" "content-digest" "tasuki-to")' + tail
    )
    bare = signed(GET).headers
    assert bare["signature-input"] == 'tasuki=("@method" "@target-uri" "tasuki-to")' + tail
    assert bare["tasuki-to"] == BETA.id
    assert "content-digest" not in bare
    assert answered(signed(POST)).headers["signature-input"] == (
        'tasuki=("@status" "content-type" "content-digest" "signature";req)'
        f';created={NOW};keyid="{BETA.key_id("http")}";alg="ed25519";tag="tasuki/1"'
    )


@given(st.binary(max_size=100), st.binary(min_size=16, max_size=64), st.integers(0, 299))
def test_signed_request_is_verified(body: bytes, nonce: bytes, age: int) -> None:
    found = verified(signed(replace(POST, body=body), nonce=nonce), now=NOW + age)
    assert found == RequestSignature(
        ALPHA.key_id("http"), b64url_encode(nonce), NOW, NOW + LIFETIME_S
    )


def test_signed_get_is_verified() -> None:
    assert verified(signed(GET)).key_id == ALPHA.key_id("http")


@pytest.mark.parametrize("request_", [POST, GET], ids=["post", "get"])
def test_every_changed_bit_of_a_request_is_found(request_: Request) -> None:
    whole = signed(request_)
    for name, value in whole.headers.items():
        if name == "accept":
            continue
        for changed in one_bit_away(value):
            with pytest.raises(UntrustedError):
                verified(with_field(whole, name, changed))
    for changed in one_bit_away(whole.method):
        with pytest.raises(UntrustedError):
            verified(replace(whole, method=changed))
    for changed in one_bit_away(whole.target_uri):
        with pytest.raises(UntrustedError):
            verified(replace(whole, target_uri=changed))
    for changed in one_bit_away(whole.body.decode()):
        with pytest.raises(UntrustedError):
            verified(replace(whole, body=changed.encode()))


def test_every_changed_bit_of_an_answer_is_found() -> None:
    request = signed(POST)
    whole = answered(request)
    for name, value in whole.headers.items():
        for changed in one_bit_away(value):
            headers = {**whole.headers, name: changed}
            with pytest.raises(UntrustedError):
                verify_response(replace(whole, headers=headers), request, key_of, now=NOW)
    for bit in range(10):
        with pytest.raises(UntrustedError):
            verify_response(replace(whole, status=200 ^ 1 << bit), request, key_of, now=NOW)
    for changed in one_bit_away(whole.body.decode()):
        with pytest.raises(UntrustedError):
            verify_response(replace(whole, body=changed.encode()), request, key_of, now=NOW)


def one_bit_away(text: str) -> list[str]:
    return [
        text[:place] + chr(ord(text[place]) ^ 1 << bit) + text[place + 1 :]
        for place in range(len(text))
        for bit in range(7)
    ]


@pytest.mark.parametrize(
    "name", ["content-type", "content-digest", "tasuki-to", "signature-input", "signature"]
)
def test_request_without_a_field_is_refused(name: str) -> None:
    with pytest.raises(UntrustedError):
        verified(without_field(signed(POST), name))


@pytest.mark.parametrize("name", ["content-type", "content-digest", "signature-input", "signature"])
def test_answer_without_a_field_is_refused(name: str) -> None:
    request = signed(POST)
    whole = answered(request)
    headers = {key: value for key, value in whole.headers.items() if key != name}
    with pytest.raises(UntrustedError):
        verify_response(replace(whole, headers=headers), request, key_of, now=NOW)


def test_parameters_outside_the_profile_are_refused_though_signed() -> None:
    whole = signed(POST)
    given_ = whole.headers["signature-input"].removeprefix("tasuki=")
    for old, new in [
        ('"@method" "@target-uri"', '"@target-uri" "@method"'),
        (' "content-digest"', ""),
        (' "tasuki-to"', ""),
        (";created=", ";created=0"),
        (f";expires={NOW + 300}", ""),
        (f"expires={NOW + 300}", f"expires={NOW + 301}"),
        (f"expires={NOW + 300}", f"expires={NOW}"),
        (';nonce="AAECAwQFBgcICQoLDA0ODw"', ""),
        ("AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0OD"),
        # 22 characters whose stray bits no encoder writes: two texts, one nonce.
        ("AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0ODx"),
        (';alg="ed25519"', ""),
        ('"ed25519"', '"hmac-sha256"'),
        (';tag="tasuki/1"', ""),
        ('"tasuki/1"', '"tasuki/2"'),
        (';tag="tasuki/1"', ';tag="tasuki/1";x=1'),
        (ALPHA.key_id("http"), ALPHA.key_id("http").upper()),
    ]:
        assert old in given_
        params = given_.replace(old, new)
        names = {
            '"@method"': "POST",
            '"@target-uri"': whole.target_uri,
            '"content-type"': whole.headers["content-type"],
            '"content-digest"': whole.headers["content-digest"],
            '"tasuki-to"': whole.headers["tasuki-to"],
        }
        signature = ALPHA.key("http").sign(signature_base(names, params))
        forged = replace(
            whole,
            headers={
                **whole.headers,
                "signature-input": "tasuki=" + params,
                "signature": f"tasuki=:{b64_encode(signature)}:",
            },
        )
        with pytest.raises(UntrustedError):
            verified(forged)


def test_fields_of_another_form_are_refused() -> None:
    whole = signed(POST)
    fields = whole.headers
    given_, signature = fields["signature-input"], fields["signature"]
    for name, value in [
        ("signature-input", given_ + ", " + given_.replace("tasuki=", "second=")),
        ("signature-input", given_.replace("tasuki=", "other=", 1)),
        ("signature-input", given_ + "\n"),
        ("signature", signature + ", " + signature.replace("tasuki=", "second=")),
        ("signature", signature.replace("=:", "=", 1)),
        ("signature", "tasuki=:" + "A" * 85 + "B==:"),
        ("content-type", fields["content-type"] + " "),
        ("content-type", fields["content-type"] + '\n"content-digest": x'),
        ("content-type", fields["content-type"] + "é"),
        ("content-encoding", "gzip"),
        ("content-digest", fields["content-digest"] + ", " + fields["content-digest"]),
    ]:
        with pytest.raises(UntrustedError):
            verified(with_field(whole, name, value))


def test_coded_answer_is_refused() -> None:
    request = signed(POST)
    whole = answered(request)
    coded = replace(whole, headers={**whole.headers, "content-encoding": "gzip"})
    with pytest.raises(UntrustedError):
        verify_response(coded, request, key_of, now=NOW)


def test_replayed_post_as_get_is_refused() -> None:
    whole = signed(POST)
    with pytest.raises(UntrustedError):
        verified(replace(whole, method="GET", body=b""))
    with pytest.raises(UntrustedError):
        verified(replace(whole, method="GET"))


def test_request_to_another_member_is_refused() -> None:
    with pytest.raises(UntrustedError):
        verify_request(signed(POST), me=GAMMA.id, keys=key_of, now=NOW)


def test_unknown_key_is_refused() -> None:
    name, key = GAMMA.signer("http")
    request = sign_request(POST, to=BETA.id, key_id=name, key=key, nonce=NONCE, now=NOW)
    with pytest.raises(UntrustedError):
        verified(request)
    with pytest.raises(UntrustedError):
        verify_response(
            sign_response(ANSWER, signed(POST), name, key, now=NOW), signed(POST), key_of, now=NOW
        )


def test_request_lives_300_seconds_and_a_minute_of_skew() -> None:
    verified(signed(POST), now=NOW + 299)
    verified(signed(POST), now=NOW - 60)
    for late in (NOW + 300, NOW - 61):
        with pytest.raises(UntrustedError):
            verified(signed(POST), now=late)


def test_only_200_is_a_success() -> None:
    assert ANSWER.is_ok
    assert not Response(204, {}, b"").is_ok


def test_answer_is_as_young_as_a_request() -> None:
    request = signed(POST)
    whole = answered(request)
    for now in (NOW, NOW + 299, NOW - 60):
        assert verify_response(whole, request, key_of, now=now) == BETA.key_id("http")
    for now in (NOW + 300, NOW - 61):
        with pytest.raises(UntrustedError):
            verify_response(whole, request, key_of, now=now)


def test_answer_to_another_request_is_refused() -> None:
    first, second = signed(POST), signed(POST, nonce=bytes(16))
    with pytest.raises(UntrustedError):
        verify_response(answered(first), second, key_of, now=NOW)


@pytest.mark.parametrize("method", ["PUT", "HEAD", "post", ""])
def test_methods_outside_the_profile_are_not_signed(method: str) -> None:
    with pytest.raises(MalformedError):
        signed(replace(POST, method=method))


@pytest.mark.parametrize(
    "uri",
    [
        "https://beta.example.jp/tasuki/v1/inbox?x=1",
        "https://beta.example.jp/tasuki/v1/%69nbox",
        "https://beta.example.jp/tasuki/v1//inbox",
        "https://beta.example.jp/tasuki/v1/inbox/",
        "https://beta.example.jp/tasuki/v1/inbox#a",
        "https://BETA.example.jp/tasuki/v1/inbox",
        "https://user@beta.example.jp/tasuki/v1/inbox",
        "https://beta.example.jp",
        "/tasuki/v1/inbox",
        "ftp://beta.example.jp/tasuki/v1/inbox",
    ],
)
def test_addresses_outside_the_profile_are_not_signed(uri: str) -> None:
    with pytest.raises(MalformedError):
        signed(replace(POST, target_uri=uri))


@pytest.mark.parametrize("length", [15, 65])
def test_nonce_of_another_length_is_not_signed(length: int) -> None:
    with pytest.raises(MalformedError):
        signed(POST, nonce=bytes(length))


def test_content_without_a_type_is_not_signed() -> None:
    with pytest.raises(MalformedError):
        signed(replace(POST, headers={}))
    with pytest.raises(MalformedError):
        answered(signed(POST), Response(200, {}, b""))
    with pytest.raises(MalformedError):
        signed(replace(GET, body=b"x"))
    with pytest.raises(MalformedError):
        answered(POST)
