from dataclasses import replace

import pytest

from protocol.admission import MAX_REQUEST_BYTES, AdmissionRequest, open_request, sign_request
from protocol.document import Signed, sign
from protocol.errors import MalformedError, TooLargeError
from tests.protocol.companies import NOW, Company

DELTA = Company("delta", 4)
CS = "ab" * 32


def founder() -> AdmissionRequest:
    return AdmissionRequest(v=1, member=DELTA.member, board_key=DELTA.public("board"), issued=NOW)


def newcomer() -> AdmissionRequest:
    return AdmissionRequest(v=1, cs=CS, member=DELTA.member, issued=NOW)


def test_founder_signs_with_both_keys() -> None:
    signed = sign_request(founder(), DELTA.key("org"), DELTA.key("board"))
    assert len(signed.sigs) == 2
    assert open_request(signed.encode()) == founder()


def test_newcomer_signs_with_the_offline_key() -> None:
    signed = sign_request(newcomer(), DELTA.key("org"), None)
    assert len(signed.sigs) == 1
    assert open_request(signed.encode()) == newcomer()


def test_request_for_a_board_key_that_the_sender_does_not_hold_is_refused() -> None:
    signed = sign_request(founder(), DELTA.key("org"), None)
    with pytest.raises(MalformedError, match="did not sign"):
        open_request(signed.encode())


def test_request_under_another_company_key_is_refused() -> None:
    signed = sign_request(newcomer(), Company("epsilon", 5).key("org"), None)
    with pytest.raises(MalformedError):
        open_request(signed.encode())


def test_altered_request_is_refused() -> None:
    signed = sign_request(newcomer(), DELTA.key("org"), None)
    other = newcomer().model_copy(update={"issued": NOW + 1})
    with pytest.raises(MalformedError):
        open_request(replace(signed, doc=other.canonical()).encode())


def test_signed_document_of_another_kind_is_refused() -> None:
    other = sign(DELTA.descriptor(CS).canonical(), [DELTA.signer("org")])
    with pytest.raises(MalformedError):
        open_request(other.encode())


def test_large_request_is_refused_unread() -> None:
    with pytest.raises(TooLargeError):
        open_request(b"x" * (MAX_REQUEST_BYTES + 1))


@pytest.mark.parametrize(
    "change",
    [
        {"cs": CS},
        {"board_key": DELTA.public("org")},
        {"member": DELTA.member.to_json() | {"status": "suspended"}},
        {"board_key": None},
    ],
    ids=["founder of a known consortium", "one key twice", "suspended", "neither"],
)
def test_incoherent_request_is_refused(change: dict[str, object]) -> None:
    document = founder().to_json() | change
    wanted = {name: value for name, value in document.items() if value is not None}
    with pytest.raises(MalformedError):
        AdmissionRequest.from_json(wanted)


def test_request_survives_its_encoding() -> None:
    signed = sign_request(founder(), DELTA.key("org"), DELTA.key("board"))
    assert Signed.parse(signed.encode()) == signed
