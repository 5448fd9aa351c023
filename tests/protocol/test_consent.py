from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from crypto.encoding import b64url_encode
from crypto.errors import BadSignatureError
from crypto.hashing import sha256
from protocol.consent import (
    Block,
    Blocks,
    CandidateKey,
    ConsentGive,
    ConsentStatement,
    ConsentWithdraw,
    KeyAlgorithm,
    KeySignature,
    OriginSignature,
    PriorHead,
    check_consent,
    check_signature,
    receiver_commitment,
    signed_text,
)
from protocol.errors import MalformedError
from protocol.fields import TokenField
from protocol.level import Level
from tests.protocol.agreed_person import (
    CANDIDATE,
    CS,
    LOG,
    STRANGER,
    AgreedPerson,
    by_candidate,
    by_origin,
    candidate_key,
)
from tests.protocol.companies import ALPHA, BETA, GAMMA, edited

KEYED = AgreedPerson().consent()
KEYLESS = AgreedPerson(level=Level.E0).consent()
DOCUMENT_KEYS = {ALPHA.key_id("document"): ALPHA.key("document").public}
# RFC 8032 section 5.1: y = 1 is the neutral element, under which anybody's signature holds.
NEUTRAL_POINT = b64url_encode(b"\x01" + bytes(31))


@dataclass(frozen=True, slots=True)
class BrowserKey:
    """What WebCrypto makes where it has no Ed25519: ECDSA on P-256, signatures as r || s."""

    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    @property
    def public(self) -> CandidateKey:
        point = self.private.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        return CandidateKey(alg=KeyAlgorithm.ES256, key=b64url_encode(point))

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(self.private.sign(message, ec.ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def give(statement: ConsentStatement) -> ConsentGive:
    signature = by_origin(statement) if statement.level is Level.E0 else by_candidate(statement)
    return ConsentGive(statement=statement, signature=signature)


@pytest.mark.parametrize("statement", [KEYED, KEYLESS], ids=["keyed", "keyless"])
def test_consent_comes_back_and_holds(statement: ConsentStatement) -> None:
    given = give(statement)
    assert ConsentGive.parse(given.canonical()) == given
    check_consent(given, cs=CS, origin=ALPHA.id, document_keys=DOCUMENT_KEYS)


def test_consent_names_the_newest_head_where_there_is_one() -> None:
    statement = KEYED.model_copy(update={"prior": PriorHead(origin=LOG, size=3, root="ab" * 32)})
    assert ConsentStatement.parse(statement.canonical()) == statement


def test_signed_text_is_the_label_and_the_hash_of_the_statement() -> None:
    assert signed_text(KEYED) == b"tasuki/1 consent\n" + sha256(KEYED.canonical())
    yes = AgreedPerson().yes()
    assert signed_text(yes) == b"tasuki/1 accept\n" + sha256(yes.canonical())


def test_receiver_commitment_is_made_as_the_protocol_writes_it() -> None:
    salt = b"\x05" * 32
    fields = (TokenField.REGION, TokenField.YEARS)
    expected = sha256(
        b"tasuki/1 receiver\n" + salt + bytes.fromhex(BETA.id) + b'["region","years"]'
    )
    assert receiver_commitment(salt, BETA.id, fields) == expected
    assert receiver_commitment(salt, GAMMA.id, fields) != expected
    assert receiver_commitment(salt, BETA.id, fields[:1]) != expected


def test_consent_in_another_consortium_is_refused() -> None:
    with pytest.raises(MalformedError, match="another consortium"):
        check_consent(give(KEYED), cs="0" * 64, origin=ALPHA.id, document_keys=DOCUMENT_KEYS)


def test_consent_to_another_origin_is_refused() -> None:
    with pytest.raises(MalformedError, match="another origin"):
        check_consent(give(KEYED), cs=CS, origin=BETA.id, document_keys=DOCUMENT_KEYS)


def test_browser_key_on_p256_signs_as_well() -> None:
    browser = BrowserKey()
    statement = KEYED.model_copy(update={"key": browser.public})
    signature = KeySignature(sig=b64url_encode(browser.sign(signed_text(statement))))
    check_signature(statement, signature, browser.public, {})
    with pytest.raises(MalformedError, match="does not hold"):
        check_signature(KEYED, signature, browser.public, {})


def test_key_verifies_its_own_signature_only() -> None:
    candidate_key().verify(b"text", CANDIDATE.sign(b"text"))
    with pytest.raises(BadSignatureError):
        candidate_key(STRANGER).verify(b"text", CANDIDATE.sign(b"text"))


@pytest.mark.parametrize(
    ("statement", "signature", "key"),
    [
        (KEYED, by_origin(KEYED), candidate_key()),
        (KEYED, by_origin(KEYED), None),
        (KEYED, by_candidate(KEYED), None),
        (KEYLESS, by_candidate(KEYLESS), candidate_key()),
        (KEYLESS, by_candidate(KEYLESS), None),
        (KEYLESS, by_origin(KEYLESS), candidate_key()),
    ],
)
def test_signature_of_another_level_is_refused(
    statement: ConsentStatement, signature: KeySignature | OriginSignature, key: CandidateKey | None
) -> None:
    with pytest.raises(MalformedError, match="not of the statement's level"):
        check_signature(statement, signature, key, DOCUMENT_KEYS)


def test_keyless_statement_stands_by_the_document_key_of_its_origin_only() -> None:
    with pytest.raises(MalformedError, match="no document key of the origin"):
        check_signature(
            KEYLESS,
            by_origin(KEYLESS),
            None,
            {BETA.key_id("document"): BETA.key("document").public},
        )
    with pytest.raises(MalformedError, match="does not hold"):
        check_signature(
            KEYLESS,
            by_origin(KEYLESS),
            None,
            {ALPHA.key_id("document"): BETA.key("document").public},
        )


@pytest.mark.parametrize(
    "key",
    [
        {"alg": "ed25519", "key": NEUTRAL_POINT},
        {"alg": "ed25519", "key": b64url_encode(bytes(31))},
        {"alg": "es256", "key": b64url_encode(b"\x04" + bytes(64))},
        {"alg": "es256", "key": candidate_key().key},
        {"alg": "rs256", "key": candidate_key().key},
        {"alg": "ed25519", "key": "!"},
    ],
    ids=str,
)
def test_key_that_must_not_be_used_is_refused(key: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        CandidateKey.from_json(key)


@pytest.mark.parametrize("level", [Level.E2, Level.E3])
def test_level_without_an_evidence_form_is_refused(level: Level) -> None:
    with pytest.raises(MalformedError, match="level"):
        ConsentStatement.parse(edited(KEYED, level=level))


def test_key_stands_exactly_above_e0() -> None:
    with pytest.raises(MalformedError):
        ConsentStatement.parse(edited(KEYED, key=None))
    with pytest.raises(MalformedError):
        ConsentStatement.parse(edited(KEYLESS, key=candidate_key().to_json()))


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"lang": "de"},
        {"purposes": []},
        {"purposes": ["marketing"]},
        {"purposes": ["recruitment", "recruitment"]},
        {"receivers": ["ff" * 32, "00" * 32]},
        {"receivers": ["00" * 32, "00" * 32]},
        {"not_after": -1},
        {"withdrawal": "https://alpha.example.jp/c?secret=1"},
        {"withdrawal": "https://alpha.example.jp/#secret"},
        {"withdrawal": "javascript:alert(1)"},
        {"blocks": []},
    ],
    ids=str,
)
def test_another_form_is_no_consent(change: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        ConsentStatement.parse(edited(KEYED, **change))


@pytest.mark.parametrize("sig", ["", "A" * 85, "A" * 87, "!" * 86])
def test_signature_has_64_bytes(sig: str) -> None:
    with pytest.raises(MalformedError):
        ConsentGive.parse(edited(give(KEYED), signature={"sig": sig}))


def test_withdrawal_comes_back() -> None:
    withdraw = ConsentWithdraw(consent="ab" * 16)
    assert withdraw.canonical() == (b'{"consent":"' + b"ab" * 16 + b'","kind":"consent.withdraw"}')
    assert ConsentWithdraw.parse(withdraw.canonical()) == withdraw


def test_blocks_come_back_and_have_no_repr() -> None:
    blocks = Blocks(blocks=(Block(corporate_number="0000000000002"), Block(name="株式会社beta")))
    assert Blocks.parse(blocks.canonical()) == blocks
    assert "beta" not in repr(blocks)
    with pytest.raises(MalformedError):
        Block.from_json({})
