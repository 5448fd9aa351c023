"""A person of alpha's, as gamma never sees her, and a count that beta receipted."""

from dataclasses import dataclass, field
from typing import Self

from crypto.ed25519 import SigningKey
from crypto.encoding import b64url_encode
from crypto.merkle import leaf_hash
from crypto.randomness import random_bytes
from protocol.body import Opening
from protocol.consent import (
    CandidateKey,
    ConsentGive,
    ConsentStatement,
    KeyAlgorithm,
    KeySignature,
    Purpose,
    Statement,
    receiver_commitment,
    signed_text,
)
from protocol.identifiers import LeafId, TokenId, new_id
from protocol.ledger import Counted, QuotedLeaf, Receipt, nullifier_commitment
from protocol.level import Level
from protocol.log import leaf as leaves
from protocol.log.checkpoint import Checkpoint, sign_checkpoint
from protocol.log.cosignature import cosign
from protocol.log.proof import InclusionProof
from protocol.messages.disclosure import Salts
from protocol.token import (
    Source,
    TokenEvidence,
    TokenValues,
    consent_commitment,
    key_commitment,
)
from protocol.vocabulary import VOCABULARY_HASH
from tests.protocol.companies import ALPHA, BETA, DAY_S, GAMMA, NOW

DAY = "2026-09-21"  # of NOW


@dataclass(slots=True)
class Person:
    """Behind one token of alpha's: her key and her salts."""

    key: SigningKey = field(repr=False)
    salts: Salts
    token_id: TokenId = field(init=False)

    @classmethod
    def new(cls) -> Self:
        """Return somebody whom nobody knows yet."""
        key, consent, receiver = (random_bytes(32).hex() for _ in range(3))
        return cls(SigningKey.generate(), Salts(key=key, consent=consent, receiver=receiver))

    @property
    def public(self) -> CandidateKey:
        return CandidateKey(alg=KeyAlgorithm.ED25519, key=b64url_encode(self.key.public.raw))

    def sign(self, statement: Statement) -> KeySignature:
        return KeySignature(sig=b64url_encode(self.key.sign(signed_text(statement))))

    def consent(self, cs: str, values: TokenValues) -> ConsentGive:
        """Return her consent that gamma sees *values*."""
        salt = bytes.fromhex(self.salts.receiver)
        statement = ConsentStatement(
            level=Level.E1,
            cs=cs,
            origin=ALPHA.id,
            record=new_id(),
            text_sha256="0d" * 32,
            lang="ja",
            purposes=(Purpose.RECRUITMENT,),
            receivers=(receiver_commitment(salt, GAMMA.id, values.fields).hex(),),
            not_after=NOW + 180 * DAY_S,
            withdrawal="https://alpha.example.jp/c",
            key=self.public,
        )
        return ConsentGive(statement=statement, signature=self.sign(statement))

    def evidence(
        self, consent_id: str, values: TokenValues, level: Level, not_after: int
    ) -> TokenEvidence:
        """Return the evidence of her token for gamma."""
        key_salt, consent_salt = self.salts.key or "", self.salts.consent
        return TokenEvidence(
            to=GAMMA.id,
            fields=values.fields,
            vocab=VOCABULARY_HASH,
            key=key_commitment(bytes.fromhex(key_salt), self.public.alg, self.public.raw).hex(),
            consent=consent_commitment(bytes.fromhex(consent_salt), LeafId(consent_id)).hex(),
            level=level,
            source=Source.APPLICATION,
            mode="sandbox",
            purpose=Purpose.RECRUITMENT,
            not_after=not_after,
        )


def count() -> Counted:
    """Return the count of a new person, receipted in a log of beta's."""
    nullifier, salt = random_bytes(32), random_bytes(32)
    receipt = Receipt(
        origin=GAMMA.id,
        nullifier_c=nullifier_commitment(salt, nullifier).hex(),
        token_c="0c" * 32,
        level=Level.E1,
        mode="sandbox",
    )
    opening = Opening.make(receipt.to_json(), {})
    entry = leaves.ledger(new_id(), opening.commitment().hex(), DAY, 1).canonical()
    beta, gamma = BETA.descriptor("0" * 64), GAMMA.descriptor("0" * 64)
    head = Checkpoint(beta.origin, 1, leaf_hash(entry))
    note = sign_checkpoint(head, BETA.key("log"))
    line = cosign(head.text, gamma.witness_name, GAMMA.key("witness"), now=NOW)
    proof = InclusionProof(0, (), note.with_signature(line).encode()).encode()
    quoted = QuotedLeaf.of(entry, opening, proof)
    return Counted(nullifier=nullifier.hex(), salt=salt.hex(), receipt=quoted)
