import pytest

from crypto.encoding import b64url_encode
from crypto.hpke import Kem, PrivateKey
from protocol.errors import MalformedError
from protocol.messages.reveal import HpkeSuite, RevealFetch, RevealReceipt, RevealResult
from tests.protocol.companies import edited
from tests.protocol.messages.every_message import HASH, ID, PLACE


@pytest.mark.parametrize("kem", Kem)
def test_fetch_carries_the_public_half_of_its_suite(kem: Kem) -> None:
    public = PrivateKey.generate(kem).public
    fetch = RevealFetch(
        acceptance=HASH, spend=PLACE, hpke=HpkeSuite(kem=kem), key=b64url_encode(public)
    )
    back = RevealFetch.parse(fetch.canonical())
    assert back == fetch
    assert back.public == public
    for other in (public[:-1], public + b"\x00", b""):
        with pytest.raises(MalformedError):
            RevealFetch.parse(edited(fetch, key=b64url_encode(other)))


def test_suite_is_spelt_as_the_protocol_does() -> None:
    assert HpkeSuite().canonical() == b'{"aead":"aes-256-gcm","kdf":"hkdf-sha256","kem":"xwing"}'


@pytest.mark.parametrize(
    "change", [{"kem": "p256"}, {"kdf": "hkdf-sha512"}, {"aead": "none"}], ids=str
)
def test_no_other_algorithm_is_taken(change: dict[str, object]) -> None:
    with pytest.raises(MalformedError):
        HpkeSuite.parse(edited(HpkeSuite(), **change))


@pytest.mark.parametrize("result", RevealResult)
def test_receipt_tells_one_of_three_results(result: RevealResult) -> None:
    receipt = RevealReceipt(fetch=ID, result=result)
    assert RevealReceipt.parse(receipt.canonical()) == receipt
    with pytest.raises(MalformedError):
        RevealReceipt.parse(edited(receipt, result="perhaps"))
