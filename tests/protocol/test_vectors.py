"""The vectors that other implementers check themselves by stay what they are."""

import json

import pytest

from crypto.ed25519 import SigningKey, VerifyKey
from crypto.encoding import b64url_decode
from crypto.hashing import sha256
from protocol.document import Signed
from protocol.identifiers import key_id
from protocol.log.checkpoint import open_checkpoint
from protocol.log.cosignature import verify_cosignature
from protocol.log.note import COSIGNATURE_V1, Note, Verifier
from tests.protocol.vectors import FOLDER, VECTORS, text


@pytest.mark.parametrize("name", VECTORS)
def test_vectors_are_what_the_code_makes(name: str) -> None:
    assert (FOLDER / f"{name}.json").read_text(encoding="utf-8") == text(name)


def test_no_vector_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(VECTORS)


def test_commitments_are_the_label_and_the_parts() -> None:
    # By hand from docs/PROTOCOL.md, so that an error in the code shows in the files.
    found = {one["label"]: one for one in json.loads(text("commitment"))}
    hold = found["tasuki/1 hold"]
    parts = bytes.fromhex(hold["salt"] + hold["origin"] + hold["token"] + hold["proposal"])
    assert hold["hash"] == sha256(b"tasuki/1 hold\n" + parts).hex()
    key = found["tasuki/1 key"]
    message = bytes.fromhex(key["salt"]) + b"\x00\x07ed25519" + bytes.fromhex(key["public"])
    assert key["hash"] == sha256(b"tasuki/1 key\n" + message).hex()
    receiver = found["tasuki/1 receiver"]
    message = bytes.fromhex(receiver["salt"] + receiver["member"]) + b'["occupation","region"]'
    assert receiver["hash"] == sha256(b"tasuki/1 receiver\n" + message).hex()


def test_statements_are_signed_over_label_and_hash() -> None:
    labels = (b"tasuki/1 consent\n", b"tasuki/1 accept\n")
    for one, label in zip(json.loads(text("statement")), labels, strict=True):
        signed = label + sha256(one["statement"].encode())
        assert one["signed_text"] == signed.hex()
        public = SigningKey(bytes.fromhex(one["seed"])).public
        public.verify(signed, b64url_decode(one["sig"]))


def test_note_opens_under_both_keys() -> None:
    (one,) = json.loads(text("note"))
    note = Note.parse(one["note"].encode())
    log = Verifier.parse(one["log_vkey"])
    assert open_checkpoint(note, log).size == 2
    public = SigningKey(bytes.fromhex(one["witness_seed"])).public.raw
    witness = Verifier(one["witness_name"], COSIGNATURE_V1, public)
    assert verify_cosignature(note, witness) == one["time"]


def test_document_verifies_under_the_key_of_its_seed() -> None:
    (one,) = json.loads(text("document"))
    public = SigningKey(bytes.fromhex(one["seed"])).public.raw
    signed = Signed.parse(one["wire"].encode())
    name = key_id("document", public)
    assert signed.verify({name: VerifyKey(public)}) == {name}
    assert signed.doc.decode() == one["document"]
