import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import canonical_json
from crypto.encoding import b64url_decode, b64url_encode
from crypto.hashing import sha256
from protocol.document import MAX_DOCUMENT_BYTES, MAX_SIGNATURES, Signed, sign
from protocol.errors import MalformedError, TooLargeError
from protocol.identifiers import KeyId
from tests.protocol.companies import ALPHA, BETA, FOUNDERS, GAMMA

DOC = b'{"v":1}'
ALPHA_ID, ALPHA_KEY = ALPHA.signer("document")
BETA_ID, BETA_KEY = BETA.signer("document")
KEYS = {ALPHA_ID: ALPHA_KEY.public, BETA_ID: BETA_KEY.public}


@given(st.binary(max_size=200), st.sets(st.sampled_from(FOUNDERS), min_size=1))
def test_round_trip(doc: bytes, signers: set[object]) -> None:
    chosen = [company for company in FOUNDERS if company in signers]
    signed = sign(doc, [company.signer("document") for company in chosen])
    read = Signed.parse(signed.encode())
    assert read == signed == Signed.from_json(signed.to_json())
    keys = {company.key_id("document"): company.key("document").public for company in FOUNDERS}
    assert read.verify(keys) == {company.key_id("document") for company in chosen}
    assert read.digest == sha256(doc)


@given(st.binary(max_size=300))
def test_parse_accepts_only_what_encode_writes(payload: bytes) -> None:
    try:
        signed = Signed.parse(payload)
    except MalformedError:
        return
    assert signed.encode() == payload


def test_signed_text_is_the_label_and_the_hash() -> None:
    signed = sign(DOC, [(ALPHA_ID, ALPHA_KEY)])
    ALPHA_KEY.public.verify(b"tasuki/1 doc\n" + sha256(DOC), b64url_decode(signed.sigs[0].sig))


def test_digest_of_signatures_is_that_of_their_canonical_list() -> None:
    signed = sign(DOC, [(ALPHA_ID, ALPHA_KEY)])
    text = f'[{{"key":"{ALPHA_ID}","sig":"{signed.sigs[0].sig}"}}]'
    assert signed.sigs_digest == sha256(text.encode())


def form(doc: str, *sigs: tuple[str, str]) -> bytes:
    listed: list[canonical_json.Json] = [{"key": key, "sig": sig} for key, sig in sigs]
    return canonical_json.dumps({"doc": doc, "sigs": listed})


SIG = sign(DOC, [(ALPHA_ID, ALPHA_KEY)]).sigs[0].sig
TEXT = b64url_encode(DOC)


@pytest.mark.parametrize(
    "payload",
    [
        form(TEXT),
        form(TEXT, (ALPHA_ID, SIG), (ALPHA_ID, SIG)),
        form(TEXT, (ALPHA_ID, SIG[:-1])),
        form(TEXT, (ALPHA_ID, SIG + "A")),
        form(TEXT, (ALPHA_ID, SIG[:-1] + "_")),
        form(TEXT, (ALPHA_ID.upper(), SIG)),
        form(TEXT + "=", (ALPHA_ID, SIG)),
        form(TEXT, *((f"{number:016x}", SIG) for number in range(MAX_SIGNATURES + 1))),
        form(TEXT, (ALPHA_ID, SIG)).replace(b":", b": ", 1),
        form(TEXT, (ALPHA_ID, SIG)).replace(b'{"doc"', b'{"a":1,"doc"'),
        b"[]",
        b"",
    ],
)
def test_other_forms_are_refused(payload: bytes) -> None:
    with pytest.raises(MalformedError):
        Signed.parse(payload)


def test_size_is_limited() -> None:
    fits = sign(bytes(MAX_DOCUMENT_BYTES), [(ALPHA_ID, ALPHA_KEY)])
    assert Signed.parse(fits.encode()) == fits
    with pytest.raises(TooLargeError):
        Signed.parse(sign(bytes(MAX_DOCUMENT_BYTES + 1), [(ALPHA_ID, ALPHA_KEY)]).encode())


@given(st.integers(0, len(DOC) * 8 - 1))
def test_changed_bit_is_found(bit: int) -> None:
    changed = bytearray(DOC)
    changed[bit // 8] ^= 1 << bit % 8
    signed = Signed(bytes(changed), sign(DOC, [(ALPHA_ID, ALPHA_KEY)]).sigs)
    with pytest.raises(MalformedError):
        signed.verify(KEYS)


def test_signature_by_an_unknown_key_counts_for_nothing() -> None:
    stranger = GAMMA.signer("document")
    with pytest.raises(MalformedError):
        sign(DOC, [stranger]).verify(KEYS)
    assert sign(DOC, [stranger, (BETA_ID, BETA_KEY)]).verify(KEYS) == {BETA_ID}


def test_one_wrong_signature_by_a_known_key_refuses_all() -> None:
    signed = sign(DOC, [(ALPHA_ID, ALPHA_KEY), (BETA_ID, ALPHA_KEY)])
    with pytest.raises(MalformedError):
        signed.verify(KEYS)


def test_countersignature_is_added_once() -> None:
    signed = sign(DOC, [(ALPHA_ID, ALPHA_KEY)])
    both = signed.countersign(BETA_ID, BETA_KEY)
    assert both == sign(DOC, [(ALPHA_ID, ALPHA_KEY), (BETA_ID, BETA_KEY)])
    with pytest.raises(MalformedError):
        both.countersign(ALPHA_ID, ALPHA_KEY)


def test_countersignature_needs_room() -> None:
    names = [KeyId(f"{number:016x}") for number in range(MAX_SIGNATURES)]
    full = sign(DOC, [(name, ALPHA_KEY) for name in names])
    with pytest.raises(MalformedError):
        full.countersign(ALPHA_ID, ALPHA_KEY)
