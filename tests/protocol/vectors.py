"""The test vectors of docs/PROTOCOL.md, made from fixed inputs.

``python -m tests.protocol.vectors`` writes them again; a change in a file is a change of
the protocol. Every key is a seed of one repeated byte, so that all signatures repeat.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from crypto import canonical_json
from crypto.canonical_json import Json
from crypto.ed25519 import SigningKey
from crypto.encoding import b64_encode, b64url_encode
from crypto.hashing import sha256
from crypto.merkle import leaf_hash
from protocol.audit.bundle import signed_text as bundle_text
from protocol.body import Opening
from protocol.consent import (
    CandidateKey,
    ConsentStatement,
    KeyAlgorithm,
    Purpose,
    Statement,
    receiver_commitment,
    signed_text,
)
from protocol.disclosure import AcceptStatement, payload_commitment
from protocol.document import sign
from protocol.envelope import Envelope
from protocol.fields import IdentityField, TokenField
from protocol.http_signature import Request, Response, sign_request, sign_response
from protocol.identifiers import EnvelopeId, LeafId, MemberId, TokenId, key_id
from protocol.identity import Identity
from protocol.ledger import hold_bind, nullifier_commitment, token_ref
from protocol.level import Level
from protocol.log import leaf as leaves
from protocol.log.checkpoint import Checkpoint, sign_checkpoint
from protocol.log.cosignature import cosign
from protocol.log.note import ED25519, Verifier
from protocol.reveal import reveal_info
from protocol.terms import Employer
from protocol.token import consent_commitment, key_commitment

FOLDER: Final = Path(__file__).parents[1] / "vectors" / "protocol"

ORIGIN_MEMBER: Final = MemberId("a1" * 16)
RECEIVER: Final = MemberId("b2" * 16)
LOG: Final = "alpha.example.jp/tasuki/v1/log/0001"
CS: Final = "c5" * 32
TOKEN: Final = TokenId("70" * 16)
CONSENT: Final = LeafId("c0" * 16)
PROPOSAL: Final = EnvelopeId("e0" * 16)
SALT: Final = bytes(range(32))
NOW: Final = 1_775_000_000
DAY: Final = "2026-03-31"
CANDIDATE: Final = SigningKey(b"\x01" * 32)
DOCUMENT: Final = SigningKey(b"\x02" * 32)
HTTP: Final = SigningKey(b"\x03" * 32)
LOG_KEY: Final = SigningKey(b"\x04" * 32)
WITNESS: Final = SigningKey(b"\x05" * 32)

Vector = dict[str, Json]


def key_ids() -> list[Vector]:
    """Return the id of one public key under each purpose."""
    public = DOCUMENT.public.raw
    return [
        {"purpose": purpose, "public": public.hex(), "key_id": key_id(purpose, public)}
        for purpose in ("org", "board", "http", "document", "log", "witness")
    ]


def leaf_hashes() -> list[Vector]:
    """Return the entry bytes and leaf hash of leaves of every shape."""
    made = (
        leaves.log_open("01" * 16, LOG, CS, DAY, 1),
        leaves.member_accept("02" * 16, 1, CS, DAY, 1),
        leaves.publish(TOKEN, "11" * 32, DAY, 1),
        leaves.withdraw("03" * 16, ["71" * 16, TOKEN], DAY, 1),
        leaves.ledger("04" * 16, "22" * 32, DAY, 1),
        leaves.entry("05" * 16, "33" * 32, DAY, 1),
    )
    return [
        {"entry": leaf.canonical().decode(), "leaf_hash": leaf_hash(leaf.canonical()).hex()}
        for leaf in made
    ]


def notes() -> list[Vector]:
    """Return a checkpoint, signed by its log and cosigned by a witness."""
    checkpoint = Checkpoint(LOG, 2, sha256(b"two leaves"))
    witness = "beta.example.jp/tasuki/v1/witness"
    line = cosign(checkpoint.text, witness, WITNESS, now=NOW)
    note = sign_checkpoint(checkpoint, LOG_KEY).with_signature(line)
    return [
        {
            "log_seed": LOG_KEY.seed.hex(),
            "log_vkey": Verifier(LOG, ED25519, LOG_KEY.public.raw).text,
            "witness_seed": WITNESS.seed.hex(),
            "witness_name": witness,
            "time": NOW,
            "note": note.encode().decode(),
        }
    ]


def bodies() -> list[Vector]:
    """Return a body's opening, erased and whole, with the one commitment of both."""
    opening = Opening.from_json(
        {
            "ev": {"kind": "consent.withdraw", "consent": CONSENT},
            "n_e": "0e" * 32,
            "pr": {},
            "n_p": "0f" * 32,
        }
    )
    return [
        {"opening": one.to_json(), "commitment": opening.commitment().hex()}
        for one in (opening, opening.erased())
    ]


def statements() -> list[Vector]:
    """Return what a candidate signs: the consent and the yes."""
    fields = (TokenField.OCCUPATION, TokenField.REGION)
    receiver = receiver_commitment(SALT, RECEIVER, fields).hex()
    consent = ConsentStatement(
        level=Level.E1,
        cs=CS,
        origin=ORIGIN_MEMBER,
        record="d3" * 16,
        text_sha256="44" * 32,
        lang="ja",
        purposes=(Purpose.RECRUITMENT,),
        receivers=tuple(sorted((receiver, "ff" * 32))),
        not_after=NOW + 86_400,
        withdrawal="https://saiyo.example.jp/c",
        key=CandidateKey(alg=KeyAlgorithm.ED25519, key=b64url_encode(CANDIDATE.public.raw)),
    )
    accept = AcceptStatement(
        level=Level.E1,
        cs=CS,
        origin=ORIGIN_MEMBER,
        to=RECEIVER,
        employer=Employer(corporate_number="8000000000001", name="架空製作所株式会社"),
        token=TOKEN,
        proposal="55" * 32,
        fields=(IdentityField.MAILS, IdentityField.NAME),
        report=False,
        payload=payload_commitment(SALT, _identity().canonical()).hex(),
        not_after=NOW + 86_400,
    )
    return [_signed_statement(consent), _signed_statement(accept)]


def _signed_statement(statement: Statement) -> Vector:
    text = signed_text(statement)
    return {
        "statement": statement.canonical().decode(),
        "signed_text": text.hex(),
        "seed": CANDIDATE.seed.hex(),
        "sig": b64url_encode(CANDIDATE.sign(text)),
    }


def _identity() -> Identity:
    return Identity(name="架空 花子", mails=("hanako@example.jp",))


def commitments() -> list[Vector]:
    """Return every salted hash, with what goes into it."""
    salt, public = SALT.hex(), CANDIDATE.public.raw
    fields = (TokenField.OCCUPATION, TokenField.REGION)
    identity = _identity().canonical()
    return [
        {
            "label": "tasuki/1 receiver",
            "salt": salt,
            "member": RECEIVER,
            "fields": [str(name) for name in fields],
            "hash": receiver_commitment(SALT, RECEIVER, fields).hex(),
        },
        {
            "label": "tasuki/1 key",
            "salt": salt,
            "alg": "ed25519",
            "public": public.hex(),
            "hash": key_commitment(SALT, "ed25519", public).hex(),
        },
        {
            "label": "tasuki/1 consent-id",
            "salt": salt,
            "consent": CONSENT,
            "hash": consent_commitment(SALT, CONSENT).hex(),
        },
        {
            "label": "tasuki/1 payload",
            "n": salt,
            "identity": identity.decode(),
            "hash": payload_commitment(SALT, identity).hex(),
        },
        {
            "label": "tasuki/1 hold",
            "salt": salt,
            "origin": ORIGIN_MEMBER,
            "token": TOKEN,
            "proposal": PROPOSAL,
            "hash": hold_bind(SALT, ORIGIN_MEMBER, TOKEN, PROPOSAL).hex(),
        },
        {
            "label": "tasuki/1 nullifier",
            "salt": salt,
            "nullifier": "66" * 32,
            "hash": nullifier_commitment(SALT, b"\x66" * 32).hex(),
        },
        {
            "label": "tasuki/1 ref",
            "salt": salt,
            "token": TOKEN,
            "hash": token_ref(SALT, TOKEN).hex(),
        },
    ]


def documents() -> list[Vector]:
    """Return an envelope as a signed document, and the hashes that others name it by."""
    name = key_id("document", DOCUMENT.public.raw)
    envelope = Envelope.from_json(
        {
            "v": 1,
            "cs": CS,
            "kind": "delete.receipt",
            "id": PROPOSAL,
            "from": RECEIVER,
            "to": ORIGIN_MEMBER,
            "mv": 1,
            "iat": NOW,
            "at": {"log": "beta.example.jp/tasuki/v1/log/0001", "size": 7},
            "body": {"token": TOKEN, "c": "11" * 32, "day": DAY},
        }
    )
    signed = sign(envelope.canonical(), [(name, DOCUMENT)])
    return [
        {
            "document": envelope.canonical().decode(),
            "sha256": envelope.digest().hex(),
            "signed_text": (b"tasuki/1 doc\n" + envelope.digest()).hex(),
            "seed": DOCUMENT.seed.hex(),
            "wire": signed.encode().decode(),
            "sig_sha256": signed.sigs_digest.hex(),
        }
    ]


def http_messages() -> list[Vector]:
    """Return a signed request and its signed answer, with the texts under the signatures."""
    name = key_id("http", HTTP.public.raw)
    asked = sign_request(
        Request(
            "POST",
            "https://alpha.example.jp/tasuki/v1/inbox",
            {"content-type": "application/json"},
            b"{}",
        ),
        to=ORIGIN_MEMBER,
        key_id=name,
        key=HTTP,
        nonce=SALT[:16],
        now=NOW,
    )
    answer = sign_response(
        Response(200, {"content-type": "application/json"}, b"{}"), asked, name, HTTP, now=NOW
    )
    params = {
        "request": asked.headers["signature-input"].removeprefix("tasuki="),
        "answer": answer.headers["signature-input"].removeprefix("tasuki="),
    }
    request_lines = (
        '"@method": POST',
        '"@target-uri": https://alpha.example.jp/tasuki/v1/inbox',
        '"content-type": application/json',
        f'"content-digest": {asked.headers["content-digest"]}',
        f'"tasuki-to": {ORIGIN_MEMBER}',
        f'"@signature-params": {params["request"]}',
    )
    answer_lines = (
        '"@status": 200',
        '"content-type": application/json',
        f'"content-digest": {answer.headers["content-digest"]}',
        f'"signature";req: {asked.headers["signature"]}',
        f'"@signature-params": {params["answer"]}',
    )
    return [
        _signed_http(asked.headers, request_lines),
        _signed_http(answer.headers, answer_lines),
    ]


def _signed_http(headers: Mapping[str, str], lines: tuple[str, ...]) -> Vector:
    base = "\n".join(lines)
    # Written out by hand above, so that the vector does not repeat what it is to check.
    expected = f"tasuki=:{b64_encode(HTTP.sign(base.encode()))}:"
    if headers["signature"] != expected:
        raise AssertionError("the signature is over another text")
    return {"seed": HTTP.seed.hex(), "body": "{}", "headers": {**headers}, "base": base}


def seals() -> list[Vector]:
    """Return HPKE's info of a reveal, and the text under the last line of a bundle."""
    info = reveal_info(
        cs=CS,
        token=TOKEN,
        acceptance=b"\x77" * 32,
        proposal=b"\x55" * 32,
        fetch=EnvelopeId("f0" * 16),
        to=RECEIVER,
    )
    return [
        {"info": info.decode()},
        {
            "bundle_sha256": sha256(b"lines").hex(),
            "signed_text": bundle_text(sha256(b"lines")).hex(),
        },
    ]


VECTORS: Final[Mapping[str, Callable[[], list[Vector]]]] = {
    "key_id": key_ids,
    "leaf": leaf_hashes,
    "note": notes,
    "body": bodies,
    "statement": statements,
    "commitment": commitments,
    "document": documents,
    "http": http_messages,
    "seal": seals,
}


def text(name: str) -> str:
    """Return the file *name* as it must be."""
    made: Json = [*VECTORS[name]()]
    canonical_json.dumps(made)  # refuses what another implementer could not read
    return json.dumps(made, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def main() -> None:
    """Write every file."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in VECTORS:
        (FOLDER / f"{name}.json").write_text(text(name), encoding="utf-8")


if __name__ == "__main__":
    main()
