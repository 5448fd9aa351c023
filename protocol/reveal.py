"""What protects one reveal: the receiver's check of the yes, and the seal (PROTOCOL 6).

:func:`check_acceptance` is what stands between a dishonest origin and a person who
never agreed. Its caller has found the three leaves at their places in the origin's
verified log; openings, links, levels, terms and signatures are checked here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, Field

from crypto import canonical_json
from crypto.ed25519 import VerifyKey
from crypto.encoding import hex_decode
from protocol.consent import (
    ConsentGive,
    ConsentStatement,
    check_consent,
    check_signature,
    receiver_commitment,
)
from protocol.day import day_of
from protocol.disclosure import Accept, AcceptStatement, end_of_acceptance, payload_commitment
from protocol.errors import ExpiredError, MalformedError
from protocol.fields import in_one_order
from protocol.identifiers import Count, EnvelopeId, HashHex, Id, KeyId, LeafId, MemberId, TokenId
from protocol.identity import Identity
from protocol.leaf_place import LeafPlace, ReadLeaf
from protocol.level import Level
from protocol.messages.disclosure import DisclosureAccept, OpenedLeaf
from protocol.messages.match import MatchPropose
from protocol.token import TokenEvidence, consent_commitment, key_commitment
from protocol.value import Value

_SALT_BYTES = 32

_Evidence = TypeVar("_Evidence", bound=Value)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the receiver *me* asked *origin* for: its proposal, that one's hash, and the token.

    *document_keys* are all that a descriptor of the origin ever listed: what is signed
    at E0 has no end and stands by its place in the log.
    """

    cs: HashHex
    origin: MemberId
    me: MemberId
    proposal: MatchPropose
    proposal_sha256: bytes
    token: TokenEvidence
    reveal_level: Level
    document_keys: Mapping[KeyId, VerifyKey]


@dataclass(frozen=True, slots=True)
class Chain:
    """The three leaves, as the receiver read them in the origin's log."""

    consent: ReadLeaf
    token: ReadLeaf
    accept: ReadLeaf


def check_acceptance(message: DisclosureAccept, asked: Asked, chain: Chain) -> AcceptStatement:
    """Return the candidate's statement if *message* proves a yes to what was *asked*.

    Raises:
        MalformedError: a leaf, an opening, a link, a level, a term or a signature is
            wrong.
        ExpiredError: the yes was logged after the last day of the proposal.
    """
    _check_places(message, chain)
    consent = _open_consent(message.consent, asked, chain.consent)
    _check_token(message, asked, chain, consent)
    _check_key(message, asked.token, consent)
    accept = _opened(message.accept, chain.accept, Accept)
    _check_statement(accept.statement, asked)
    check_signature(accept.statement, accept.signature, message.key, asked.document_keys)
    if chain.accept.day > day_of(asked.proposal.not_after):
        raise ExpiredError("acceptance after the end of the proposal")
    return accept.statement


def _check_places(message: DisclosureAccept, chain: Chain) -> None:
    """Refuse leaves that are not the ones named, or not in the order of their making."""
    if not chain.consent.is_at(message.consent):
        raise MalformedError("another consent leaf")
    if not chain.accept.is_at(message.accept):
        raise MalformedError("another acceptance leaf")
    if not chain.consent.is_before(chain.token):
        raise MalformedError("consent not before the token")
    if not chain.token.is_before(chain.accept):
        raise MalformedError("token not before the acceptance")


def _open_consent(place: OpenedLeaf, asked: Asked, leaf: ReadLeaf) -> ConsentStatement:
    """Return the consent that opens *leaf* and is signed."""
    give = _opened(place, leaf, ConsentGive)
    check_consent(give, cs=asked.cs, origin=asked.origin, document_keys=asked.document_keys)
    return give.statement


def _check_token(
    message: DisclosureAccept, asked: Asked, chain: Chain, consent: ConsentStatement
) -> None:
    """Refuse a token that is not the one asked about or not within *consent*."""
    token = asked.token
    if chain.token.id != asked.proposal.token:
        raise MalformedError("another token than the proposal's")
    if token.to != asked.me:
        raise MalformedError("token of another receiver")
    link = consent_commitment(_salt(message.salts.consent), LeafId(chain.consent.id))
    if link.hex() != token.consent:
        raise MalformedError("token on another consent")
    allowed = receiver_commitment(_salt(message.salts.receiver), asked.me, message.fields)
    if allowed.hex() not in consent.receivers:
        raise MalformedError("consent does not name the receiver with these fields")
    if not set(token.fields) <= set(message.fields):
        raise MalformedError("token says more than the consent allows")
    if token.purpose not in consent.purposes:
        raise MalformedError("token for a purpose outside the consent")
    if token.not_after > consent.not_after:
        raise MalformedError("token outlives the consent")
    # A token below its consent would let the origin's key say the yes of a person with one.
    if token.level is not consent.level:
        raise MalformedError("token is not of the consent's level")


def _check_key(message: DisclosureAccept, token: TokenEvidence, consent: ConsentStatement) -> None:
    """Refuse a key that the token does not commit to or that did not give the consent."""
    if message.key is not None and message.salts.key is not None:
        salt = _salt(message.salts.key)
        if key_commitment(salt, message.key.alg, message.key.raw).hex() != token.key:
            raise MalformedError("key is not the token's")
    if message.key != consent.key:
        raise MalformedError("key is not the consent's")


def _check_statement(statement: AcceptStatement, asked: Asked) -> None:
    """Refuse a yes to something else than what was *asked*."""
    if statement.cs != asked.cs:
        raise MalformedError("acceptance in another consortium")
    if statement.origin != asked.origin:
        raise MalformedError("acceptance at another origin")
    if statement.to != asked.me:
        raise MalformedError("acceptance for another receiver")
    if statement.token != asked.proposal.token:
        raise MalformedError("acceptance of another token")
    if statement.proposal != asked.proposal_sha256.hex():
        raise MalformedError("acceptance of another proposal")
    if statement.employer != asked.proposal.terms.employer:
        raise MalformedError("acceptance of another employer")
    if statement.not_after != end_of_acceptance(asked.proposal.not_after):
        raise MalformedError("acceptance with another end")
    if statement.level < max(asked.token.level, asked.reveal_level):
        raise MalformedError("acceptance below the level asked for")


def _opened(place: OpenedLeaf, leaf: ReadLeaf, kind: type[_Evidence]) -> _Evidence:
    opening = place.opened
    opening.check(leaf.c)
    return kind.from_json(opening.ev)


def _salt(text: HashHex) -> bytes:
    return hex_decode(text, _SALT_BYTES)


def reveal_info(
    *,
    cs: HashHex,
    token: TokenId,
    acceptance: bytes,
    proposal: bytes,
    fetch: EnvelopeId,
    to: MemberId,
) -> bytes:
    """Return HPKE's `info`: a sealed identity opens for this one reveal only.

    *acceptance* and *proposal* are hashes, *token*, *fetch* and *to* ids.
    """
    return canonical_json.dumps(
        {
            "cs": cs,
            "token": token,
            "acceptance": acceptance.hex(),
            "proposal": proposal.hex(),
            "fetch": fetch,
            "to": to,
        }
    )


class SealedPayload(Value):
    """What is sealed: the nonce of the `payload` and the accepted fields."""

    n: HashHex = Field(repr=False)
    identity: Identity = Field(repr=False)


def check_payload(n: HashHex, identity: Identity, statement: AcceptStatement) -> None:
    """Return if *identity* is what *statement* committed to.

    Raises:
        MalformedError: other fields, or other values.
    """
    if identity.fields != statement.fields:
        raise MalformedError("identity has other fields than the acceptance")
    if payload_commitment(_salt(n), identity.canonical()).hex() != statement.payload:
        raise MalformedError("identity is not the accepted one")


class GiveHead(Value):
    """The receiver's log as the origin knew it when it gave."""

    size: Count
    root: HashHex


class Give(Value):
    """Evidence: the reveal; *silent* did not answer when asked for that log's head."""

    kind: Literal["give"] = "give"
    fetch: Id
    proposal: Id
    acceptance: HashHex
    spend: LeafPlace
    head: GiveHead
    silent: Annotated[tuple[Id, ...], AfterValidator(in_one_order)]


class ReturnReason(StrEnum):
    """Why a receiver took its credit back, or would have."""

    REFUSED = "refused"
    SILENT = "silent"
    BOUNCE = "bounce"
    DUPLICATE = "duplicate"
    ALREADY_APPLIED = "already-applied"
    MISMATCH = "mismatch"


class Returned(Value):
    """Evidence, the receiver's own: why a spend brought nobody; no peer is told."""

    kind: Literal["returned"] = "returned"
    spend: Id
    reason: ReturnReason
