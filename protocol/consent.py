"""What a candidate signs: the consent, and the forms of a signature (PROTOCOL 6 and 9).

The signed text is the statement's label, a line feed and SHA-256 of its canonical
bytes. With a key (E1) the candidate signs; without one (E0) the origin's document key
does, and everything that rests on it is the origin's word.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from crypto import canonical_json, ed25519, p256
from crypto.encoding import b64url_decode
from crypto.errors import BadSignatureError, CryptoError
from crypto.hashing import sha256, tagged
from protocol.errors import MalformedError
from protocol.fields import TokenFields, in_one_order
from protocol.identifiers import (
    Base64Url,
    Count,
    HashHex,
    Id,
    KeyId,
    KeyIdHex,
    LogOrigin,
    MemberId,
    Time,
)
from protocol.level import Level
from protocol.membership import CorporateNumber
from protocol.value import Value

_SIGNATURE_CHARACTERS = 86  # 64 bytes
_MAX_BLOCKS = 200

Signature64 = Annotated[
    Base64Url, Field(min_length=_SIGNATURE_CHARACTERS, max_length=_SIGNATURE_CHARACTERS)
]


class Purpose(StrEnum):
    """What a receiver may use a token for."""

    RECRUITMENT = "recruitment"


class KeyAlgorithm(StrEnum):
    """What browsers sign with: RFC 8032, or ECDSA on P-256 with SHA-256."""

    ED25519 = "ed25519"
    ES256 = "es256"


_VERIFIERS: Mapping[KeyAlgorithm, type[ed25519.VerifyKey] | type[p256.VerifyKey]] = {
    KeyAlgorithm.ED25519: ed25519.VerifyKey,
    KeyAlgorithm.ES256: p256.VerifyKey,
}


class CandidateKey(Value):
    """A candidate's public key; points that must not be used are refused here."""

    alg: KeyAlgorithm
    key: Base64Url

    @model_validator(mode="after")
    def _is_usable(self) -> Self:
        try:
            _VERIFIERS[self.alg](self.raw)
        except CryptoError as error:
            raise ValueError("not a usable public key") from error
        return self

    @property
    def raw(self) -> bytes:
        """The bytes that are hashed: 32 for ed25519, the point's 65 for es256."""
        return b64url_decode(self.key)

    def verify(self, message: bytes, signature: bytes) -> None:
        """Return if *signature* (64 bytes) is this key's over *message*.

        Raises:
            BadSignatureError: it is not.
        """
        _VERIFIERS[self.alg](self.raw).verify(message, signature)


class KeySignature(Value):
    """The signature of the candidate's own key."""

    sig: Signature64


class OriginSignature(Value):
    """At E0: the signature of the origin's document key, named."""

    key: KeyIdHex
    sig: Signature64


Signature = KeySignature | OriginSignature


def _statable(level: Level) -> Level:
    """Refuse E3, which no statement has, and E2, of which there is no evidence form yet."""
    if level not in {Level.E0, Level.E1}:
        raise ValueError("not a level of a statement")
    return level


StatementLevel = Annotated[Level, AfterValidator(_statable)]


class Statement(Value):
    """What every statement of a candidate has: a label for its signed text, and a level."""

    LABEL: ClassVar[bytes]

    v: Literal[1] = 1
    level: StatementLevel


class PriorHead(Value):
    """The newest cosigned head of the origin's log before a statement."""

    origin: LogOrigin
    size: Count
    root: HashHex


class ConsentStatement(Statement):
    """The consent: to which receivers, for what, until when, by which key."""

    LABEL: ClassVar[bytes] = b"tasuki/1 consent\n"

    cs: HashHex
    origin: Id
    record: Id
    text_sha256: HashHex
    lang: Literal["ja", "en"]
    purposes: Annotated[tuple[Purpose, ...], Field(min_length=1), AfterValidator(in_one_order)]
    receivers: Annotated[tuple[HashHex, ...], AfterValidator(in_one_order)]
    not_after: Time
    # It reaches the receiver: an address open to all, never the person's own link.
    withdrawal: Annotated[str, Field(pattern=r"\Ahttps?://[\x21-\x22\x24-\x3e\x40-\x7e]{1,200}\z")]
    key: CandidateKey | None = None
    prior: PriorHead | None = None  # absent while nobody has cosigned

    @model_validator(mode="after")
    def _has_a_key_above_e0(self) -> Self:
        if (self.key is None) != (self.level is Level.E0):
            raise ValueError("a key stands exactly above E0")
        return self


class ConsentGive(Value):
    """Evidence: a consent; its values are the :class:`Blocks`."""

    kind: Literal["consent.give"] = "consent.give"
    statement: ConsentStatement
    signature: Signature


class ConsentWithdraw(Value):
    """Evidence: the end of the consent with that leaf id."""

    kind: Literal["consent.withdraw"] = "consent.withdraw"
    consent: Id


class Block(Value):
    """A company that must not see the person, by number or, where none is known, by name."""

    corporate_number: CorporateNumber | None = Field(default=None, repr=False)
    name: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        default=None, repr=False
    )

    @model_validator(mode="after")
    def _names_a_company(self) -> Self:
        if self.corporate_number is None and self.name is None:
            raise ValueError("neither number nor name")
        return self


class Blocks(Value):
    """The values of a consent: never leave the origin."""

    blocks: Annotated[tuple[Block, ...], Field(max_length=_MAX_BLOCKS)]


def receiver_commitment(salt: bytes, member: MemberId, fields: TokenFields) -> bytes:
    """Return what a consent shows of one chosen receiver and the sorted names it may see."""
    names = canonical_json.dumps([str(name) for name in fields])
    return tagged("tasuki/1 receiver", salt, bytes.fromhex(member), names)


def signed_text(statement: Statement) -> bytes:
    """Return the bytes that the candidate's key, or at E0 the document key, signs."""
    return statement.LABEL + sha256(statement.canonical())


def check_signature(
    statement: Statement,
    signature: Signature,
    key: CandidateKey | None,
    document_keys: Mapping[KeyId, ed25519.VerifyKey],
) -> None:
    """Return if *statement* is signed as its level asks for.

    Above E0 that is by *key*; at E0, where there is no *key*, by one of the origin's
    *document_keys*, all that a descriptor ever listed.

    Raises:
        MalformedError: it is not.
    """
    match (signature, key):
        case (KeySignature(), CandidateKey()) if statement.level is not Level.E0:
            verifier: CandidateKey | ed25519.VerifyKey = key
        case (OriginSignature(), None) if statement.level is Level.E0:
            name = KeyId(signature.key)
            if name not in document_keys:
                raise MalformedError("signed by no document key of the origin")
            verifier = document_keys[name]
        case _:
            raise MalformedError("signature is not of the statement's level")
    try:
        verifier.verify(signed_text(statement), b64url_decode(signature.sig))
    except BadSignatureError as error:
        raise MalformedError("signature of the statement does not hold") from error


def check_consent(
    give: ConsentGive,
    *,
    cs: str,
    origin: MemberId,
    document_keys: Mapping[KeyId, ed25519.VerifyKey],
) -> None:
    """Return if *give* is a signed consent to *origin* in the consortium *cs*.

    Raises:
        MalformedError: it is not.
    """
    statement = give.statement
    if statement.cs != cs:
        raise MalformedError("consent in another consortium")
    if statement.origin != origin:
        raise MalformedError("consent to another origin")
    check_signature(statement, give.signature, statement.key, document_keys)
