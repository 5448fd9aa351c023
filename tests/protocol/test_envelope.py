from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import canonical_json
from crypto.encoding import b64url_encode
from protocol.envelope import (
    MAX_ENVELOPE_BYTES,
    MAX_PARCEL_BYTES,
    MAX_SEALED_BYTES,
    REFERRING,
    At,
    Envelope,
    EnvelopeAnswer,
    Parcel,
    open_answer,
    open_envelope,
)
from protocol.errors import ExpiredError, MalformedError, TooLargeError
from tests.protocol.companies import ALPHA, BETA, DAY_S, GAMMA, NOW, edited

CS = "0" * 64
SENDER = ALPHA.descriptor(CS)
RECEIVER = BETA.descriptor(CS)
PROPOSAL = Envelope(
    v=1,
    cs=CS,
    kind="match.propose",
    id="1" * 32,
    sender=ALPHA.id,
    to=BETA.id,
    mv=1,
    iat=NOW,
    exp=NOW + DAY_S,
    at=At(log=SENDER.origin, size=7),
    body={"token": "2" * 32, "terms": {"hours": [9, 18]}, "trial": False},
)
GIVE = Envelope.parse(edited(PROPOSAL, kind="reveal.give", ref="3" * 32))
DELETION = Envelope.parse(edited(PROPOSAL, kind="delete.receipt", exp=None))


def parcel(document: bytes, sealed: bytes | None = None) -> Parcel:
    return Parcel(ALPHA.signed("document", document), sealed)


def opened(document: bytes) -> Envelope:
    return open_envelope(parcel(document), SENDER, me=BETA.id)


def test_envelope_is_opened_by_its_receiver() -> None:
    sent = parcel(PROPOSAL.canonical())
    assert open_envelope(Parcel.parse(sent.encode()), SENDER, me=BETA.id) == PROPOSAL
    assert PROPOSAL.to_json()["from"] == ALPHA.id
    assert PROPOSAL.digest() == sent.signed.digest


def test_parcel_without_a_ciphertext_is_the_signed_document() -> None:
    sent = parcel(PROPOSAL.canonical())
    assert sent.encode() == sent.signed.encode()


@given(st.binary(max_size=100))
def test_ciphertext_travels_beside_the_give(sealed: bytes) -> None:
    sent = parcel(GIVE.canonical(), sealed)
    read = Parcel.parse(sent.encode())
    assert read == sent
    assert open_envelope(read, SENDER, me=BETA.id) == GIVE
    assert "sealed" not in repr(read)


def test_ciphertext_is_required_beside_the_give_and_nowhere_else() -> None:
    with pytest.raises(MalformedError):
        open_envelope(parcel(GIVE.canonical()), SENDER, me=BETA.id)
    with pytest.raises(MalformedError):
        open_envelope(parcel(PROPOSAL.canonical(), b"x"), SENDER, me=BETA.id)


@given(st.binary(max_size=300))
def test_parse_accepts_only_what_encode_writes(payload: bytes) -> None:
    try:
        found = Parcel.parse(payload)
    except MalformedError:
        return
    assert found.encode() == payload


@pytest.mark.parametrize("sealed", [1, None, ["AA"], "A", "AA=="])
def test_ciphertext_of_another_form_is_refused(sealed: Any) -> None:
    plain = parcel(GIVE.canonical()).signed.to_json() | {"sealed": sealed}
    with pytest.raises(MalformedError):
        Parcel.parse(canonical_json.dumps(plain))


@pytest.mark.parametrize("payload", [b"", b"[]", b"{}", b'{ "doc":""}'])
def test_other_parcels_are_refused(payload: bytes) -> None:
    with pytest.raises(MalformedError):
        Parcel.parse(payload)


def test_sizes_are_limited() -> None:
    with pytest.raises(TooLargeError):
        Parcel.parse(bytes(MAX_PARCEL_BYTES + 1))
    largest = parcel(GIVE.canonical(), bytes(MAX_SEALED_BYTES))
    assert Parcel.parse(largest.encode()) == largest
    with pytest.raises(TooLargeError):
        Parcel.parse(parcel(GIVE.canonical(), bytes(MAX_SEALED_BYTES + 1)).encode())
    padding = MAX_ENVELOPE_BYTES - len(edited(PROPOSAL, body={"x": ""}))
    assert opened(edited(PROPOSAL, body={"x": "x" * padding})).body
    with pytest.raises(TooLargeError):
        opened(edited(PROPOSAL, body={"x": "x" * (padding + 1)}))


@pytest.mark.parametrize(
    "changes",
    [
        {"from": GAMMA.id},
        {"to": GAMMA.id},
        {"to": ALPHA.id},
        {"cs": "f" * 64},
        {"at": {"log": RECEIVER.origin, "size": 7}},
        {"iat": NOW - 1},
        {"exp": NOW + 60 * DAY_S + 1},
        {"exp": NOW},
        {"exp": None},
        {"mv": 0},
        {"v": 2},
        {"kind": "Match"},
        {"kind": "delete.receipt"},
        {"body": []},
        {"sender": ALPHA.id},
        {"id": "1" * 31},
        *({"kind": kind, "body": {}} for kind in sorted(REFERRING)),
    ],
    ids=str,
)
def test_other_envelope_is_refused_though_signed(changes: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        opened(edited(PROPOSAL, **changes))


def test_envelope_under_another_key_is_refused() -> None:
    for signed in (
        ALPHA.signed("http", PROPOSAL.canonical()),
        BETA.signed("document", PROPOSAL.canonical()),
    ):
        with pytest.raises(MalformedError):
            open_envelope(Parcel(signed), SENDER, me=BETA.id)


def test_envelope_expires() -> None:
    PROPOSAL.check_fresh(now=NOW + DAY_S - 1)
    with pytest.raises(ExpiredError):
        PROPOSAL.check_fresh(now=NOW + DAY_S)


def test_deletion_receipt_has_no_end() -> None:
    DELETION.check_fresh(now=NOW + 9000 * DAY_S)
    late = edited(DELETION, iat=NOW + 9000 * DAY_S)
    assert opened(late).iat == NOW + 9000 * DAY_S


def answer(**changes: Any) -> bytes:
    plain = EnvelopeAnswer(
        id=PROPOSAL.id, sha256=PROPOSAL.digest().hex(), entry="4" * 32, day="2026-10-01"
    )
    return edited(plain, **changes)


def test_answer_names_its_envelope() -> None:
    sent = parcel(PROPOSAL.canonical()).signed
    found = open_answer(BETA.signed("document", answer()), sent, RECEIVER)
    assert (found.id, found.entry) == (PROPOSAL.id, "4" * 32)
    for wrong in (answer(id="5" * 32), answer(sha256="f" * 64), answer(day="today")):
        with pytest.raises(MalformedError):
            open_answer(BETA.signed("document", wrong), sent, RECEIVER)
    with pytest.raises(MalformedError):
        open_answer(ALPHA.signed("document", answer()), sent, RECEIVER)


def test_names_of_the_wire_are_closed() -> None:
    assert set(PROPOSAL.to_json()) == {
        "v", "cs", "kind", "id", "from", "to", "mv", "iat", "exp", "at", "body"
    }  # fmt: skip
    assert (
        b64url_encode(PROPOSAL.canonical()) == parcel(PROPOSAL.canonical()).signed.to_json()["doc"]
    )
