"""An invented candidate's consent, token and yes: gamma asks alpha for her, and she agrees.

Each ``…_edits`` changes fields before anything is signed or opened, so that what a
dishonest origin signs itself can be told from what it cannot.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crypto.ed25519 import SigningKey
from crypto.encoding import b64url_encode
from crypto.hashing import sha256
from protocol.body import Opening
from protocol.consent import (
    CandidateKey,
    ConsentGive,
    ConsentStatement,
    KeyAlgorithm,
    KeySignature,
    OriginSignature,
    Purpose,
    Signature,
    Statement,
    receiver_commitment,
    signed_text,
)
from protocol.disclosure import Accept, AcceptStatement, end_of_acceptance, payload_commitment
from protocol.fields import IdentityField, TokenField, TokenFields
from protocol.identifiers import LeafId
from protocol.identity import Identity
from protocol.leaf_place import ReadLeaf
from protocol.level import Level
from protocol.messages.disclosure import DisclosureAccept, OpenedLeaf, Salts
from protocol.messages.match import HoldPlace, MatchPropose
from protocol.reveal import Asked, Chain
from protocol.terms import Employer, Terms
from protocol.token import Source, TokenEvidence, consent_commitment, key_commitment
from protocol.vocabulary import VOCABULARY_HASH
from tests.protocol.companies import ALPHA, BETA, DAY_S, GAMMA, NOW

CS = "c5" * 32
LOG = "alpha.example.jp/tasuki/v1/log/0001"
DAY = "2026-09-21"  # of NOW
NOT_AFTER = NOW + 7 * DAY_S
FIELDS: TokenFields = (TokenField.OCCUPATION, TokenField.REGION, TokenField.SKILLS)
KEY_SALT, CONSENT_SALT, RECEIVER_SALT, NONCE = (bytes([i]) * 32 for i in range(1, 5))
CONSENT_ID, TOKEN_ID, ACCEPT_ID, HOLD_ID = (f"{i:032x}" for i in range(1, 5))

IDENTITY = Identity(
    name="架空 花子",
    kana="カクウ ハナコ",
    birth="1990-01-02",
    mails=("hanako@example.jp",),
    phones=("+81312345678",),
    postal="100-0001",
    prefecture="13",
    address="東京都千代田区架空1-2-3",
    summary="架空の要約",
    pdf=b64url_encode(b"%PDF-1.7"),
)
ACCEPTED = (IdentityField.MAILS, IdentityField.NAME)

TERMS = Terms(
    title="営業",
    duties="法人営業",
    duties_scope="会社の定める業務",
    contract="期間の定めなし",
    probation="3か月",
    place="東京都千代田区",
    place_scope="会社の定める場所",
    hours="9:00-18:00",
    overtime="月20時間程度",
    breaks="60分",
    holidays="土日祝日",
    wage="月給300,000円",
    insurance="健康、厚生年金、雇用、労災",
    employer=Employer(corporate_number="0000000000003", name="株式会社gamma"),
    dispatch=False,
    smoking="屋内禁煙",
    confirmed=DAY,
)

PROPOSAL = MatchPropose(
    token=TOKEN_ID,
    job="0b" * 32,
    terms=TERMS,
    purpose="採用選考のため",
    retention=180,
    not_after=NOT_AFTER,
    hold=HoldPlace(log=LOG.replace("alpha", "gamma"), index=3, id=HOLD_ID, salt="0e" * 32),
)
PROPOSAL_SHA256 = sha256(b"the envelope of the proposal")

CANDIDATE = SigningKey(b"\x07" * 32)
STRANGER = SigningKey(b"\x08" * 32)


def candidate_key(key: SigningKey = CANDIDATE) -> CandidateKey:
    return CandidateKey(alg=KeyAlgorithm.ED25519, key=b64url_encode(key.public.raw))


def by_candidate(statement: Statement, key: SigningKey = CANDIDATE) -> KeySignature:
    return KeySignature(sig=b64url_encode(key.sign(signed_text(statement))))


def by_origin(statement: Statement) -> OriginSignature:
    sig = b64url_encode(ALPHA.key("document").sign(signed_text(statement)))
    return OriginSignature(key=ALPHA.key_id("document"), sig=sig)


def signed_by_level(statement: Statement) -> Signature:
    return by_origin(statement) if statement.level is Level.E0 else by_candidate(statement)


@dataclass(frozen=True, slots=True)
class AgreedPerson:
    """What gamma gets to see when she has said yes, by default with a key of her own."""

    level: Level = Level.E1
    consent_edits: Mapping[str, Any] = field(default_factory=dict)
    token_edits: Mapping[str, Any] = field(default_factory=dict)
    yes_edits: Mapping[str, Any] = field(default_factory=dict)
    message_edits: Mapping[str, Any] = field(default_factory=dict)
    asked_edits: Mapping[str, Any] = field(default_factory=dict)
    leaf_edits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    consent_signature: Signature | None = None
    yes_signature: Signature | None = None

    @property
    def key(self) -> CandidateKey | None:
        return None if self.level is Level.E0 else candidate_key()

    def consent(self) -> ConsentStatement:
        receiver = receiver_commitment(RECEIVER_SALT, GAMMA.id, FIELDS).hex()
        statement = ConsentStatement(
            level=self.level,
            cs=CS,
            origin=ALPHA.id,
            record="0f" * 16,
            text_sha256="0d" * 32,
            lang="ja",
            purposes=(Purpose.RECRUITMENT,),
            receivers=tuple(sorted([receiver, "0a" * 32])),
            not_after=NOW + 180 * DAY_S,
            withdrawal="https://alpha.example.jp/c",
            key=self.key,
        )
        return statement.model_copy(update=dict(self.consent_edits))

    def token(self) -> TokenEvidence:
        key = candidate_key()
        token = TokenEvidence(
            to=GAMMA.id,
            fields=FIELDS[:2],
            vocab=VOCABULARY_HASH,
            key=key_commitment(KEY_SALT, key.alg, key.raw).hex() if self.key else "0c" * 32,
            consent=consent_commitment(CONSENT_SALT, LeafId(CONSENT_ID)).hex(),
            level=self.level,
            source=Source.APPLICATION,
            mode="sandbox",
            purpose=Purpose.RECRUITMENT,
            not_after=NOW + 90 * DAY_S,
        )
        return token.model_copy(update=dict(self.token_edits))

    def yes(self) -> AcceptStatement:
        payload = payload_commitment(NONCE, IDENTITY.only(ACCEPTED).canonical())
        statement = AcceptStatement(
            level=self.level,
            cs=CS,
            origin=ALPHA.id,
            to=GAMMA.id,
            employer=TERMS.employer,
            token=TOKEN_ID,
            proposal=PROPOSAL_SHA256.hex(),
            fields=ACCEPTED,
            report=False,
            payload=payload.hex(),
            not_after=end_of_acceptance(NOT_AFTER),
        )
        return statement.model_copy(update=dict(self.yes_edits))

    def message(self, consent: Opening, accept: Opening) -> DisclosureAccept:
        message = DisclosureAccept(
            accept=OpenedLeaf(log=LOG, index=12, id=ACCEPT_ID, opening=accept.erased().to_json()),
            consent=OpenedLeaf(log=LOG, index=4, id=CONSENT_ID, opening=consent.erased().to_json()),
            salts=Salts(
                key=KEY_SALT.hex() if self.key else None,
                consent=CONSENT_SALT.hex(),
                receiver=RECEIVER_SALT.hex(),
            ),
            fields=FIELDS,
            key=self.key,
        )
        return message.model_copy(update=dict(self.message_edits))

    def asked(self) -> dict[str, Any]:
        return {
            "cs": CS,
            "origin": ALPHA.id,
            "me": GAMMA.id,
            "proposal": PROPOSAL,
            "proposal_sha256": PROPOSAL_SHA256,
            "token": self.token(),
            "reveal_level": Level.E0,
            "document_keys": {ALPHA.key_id("document"): ALPHA.key("document").public},
            **self.asked_edits,
        }

    def as_received(self) -> tuple[DisclosureAccept, Asked, Chain]:
        """Return the three arguments of ``check_acceptance``."""
        give = ConsentGive(
            statement=self.consent(),
            signature=self.consent_signature or signed_by_level(self.consent()),
        )
        accept = Accept(
            statement=self.yes(), signature=self.yes_signature or signed_by_level(self.yes())
        )
        consent_opening = Opening.make(give.to_json(), {"blocks": [{"name": BETA.name}]})
        accept_opening = Opening.make(accept.to_json(), {})
        leaves: dict[str, dict[str, Any]] = {
            "consent": {"index": 4, "id": CONSENT_ID, "c": consent_opening.commitment().hex()},
            "token": {"index": 7, "id": TOKEN_ID, "c": "0b" * 32},
            "accept": {"index": 12, "id": ACCEPT_ID, "c": accept_opening.commitment().hex()},
        }
        chain = Chain(
            **{
                name: ReadLeaf(**{"log": LOG, "day": DAY, **parts, **self.leaf_edits.get(name, {})})
                for name, parts in leaves.items()
            }
        )
        return self.message(consent_opening, accept_opening), Asked(**self.asked()), chain
