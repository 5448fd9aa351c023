from dataclasses import replace
from typing import Any

import pytest

from crypto.errors import BadCiphertextError
from crypto.hpke import Kem, PrivateKey, seal
from protocol.body import Opening
from protocol.consent import receiver_commitment
from protocol.errors import ExpiredError, MalformedError
from protocol.fields import TokenField, TokenFields
from protocol.identifiers import EnvelopeId, MemberId, TokenId
from protocol.leaf_place import LeafPlace
from protocol.level import Level
from protocol.messages.disclosure import Salts
from protocol.reveal import (
    Give,
    GiveHead,
    Returned,
    ReturnReason,
    SealedPayload,
    check_acceptance,
    check_payload,
    reveal_info,
)
from protocol.terms import Employer
from tests.protocol.agreed_person import (
    ACCEPT_ID,
    ACCEPTED,
    CONSENT_SALT,
    CS,
    FIELDS,
    IDENTITY,
    KEY_SALT,
    LOG,
    NONCE,
    NOT_AFTER,
    PROPOSAL,
    RECEIVER_SALT,
    STRANGER,
    TOKEN_ID,
    AgreedPerson,
    by_candidate,
    by_origin,
    candidate_key,
)
from tests.protocol.companies import BETA, DAY_S, GAMMA, NOW

HONEST = AgreedPerson()
KEYLESS = AgreedPerson(level=Level.E0)
OTHER_ID = "f" * 32
OTHER_HASH = "f" * 64
SALTS = Salts(key=KEY_SALT.hex(), consent=CONSENT_SALT.hex(), receiver=RECEIVER_SALT.hex())


def salts(**changes: Any) -> dict[str, Any]:
    return {"message_edits": {"salts": SALTS.model_copy(update=changes)}}


def receiving(member: MemberId, fields: TokenFields) -> dict[str, Any]:
    return {
        "consent_edits": {"receivers": (receiver_commitment(RECEIVER_SALT, member, fields).hex(),)}
    }


@pytest.mark.parametrize("person", [HONEST, KEYLESS], ids=["with a key", "without a key"])
def test_receiver_takes_the_yes_of_a_person_who_agreed(person: AgreedPerson) -> None:
    assert check_acceptance(*person.as_received()) == person.yes()


def test_yes_on_the_last_day_of_the_proposal_is_in_time() -> None:
    person = AgreedPerson(leaf_edits={"accept": {"day": "2026-09-28"}})
    assert check_acceptance(*person.as_received()) == HONEST.yes()


def test_chain_may_cross_into_the_next_log_of_the_origin() -> None:
    next_log = LOG.replace("0001", "0002")
    message, asked, chain = HONEST.as_received()
    moved = message.accept.model_copy(update={"log": next_log, "index": 0})
    check_acceptance(
        message.model_copy(update={"accept": moved}),
        asked,
        replace(chain, accept=replace(chain.accept, log=next_log, index=0)),
    )


def test_yes_logged_after_the_proposal_is_refused() -> None:
    person = AgreedPerson(leaf_edits={"accept": {"day": "2026-09-29"}})
    with pytest.raises(ExpiredError, match="after the end of the proposal"):
        check_acceptance(*person.as_received())


REFUSED: dict[str, AgreedPerson] = {
    # Places.
    "another consent leaf": AgreedPerson(leaf_edits={"consent": {"index": 5}}),
    "another acceptance leaf": AgreedPerson(leaf_edits={"accept": {"id": OTHER_ID}}),
    "consent not before the token": AgreedPerson(leaf_edits={"token": {"index": 4}}),
    "token not before the acceptance": AgreedPerson(leaf_edits={"token": {"index": 12}}),
    # Openings.
    "opening of another leaf": AgreedPerson(leaf_edits={"consent": {"c": OTHER_HASH}}),
    "opening of another leaf ": AgreedPerson(leaf_edits={"accept": {"c": OTHER_HASH}}),
    # The consent.
    "consent in another consortium": AgreedPerson(consent_edits={"cs": OTHER_HASH}),
    "consent to another origin": AgreedPerson(consent_edits={"origin": BETA.id}),
    "signature of the statement does not hold": AgreedPerson(
        consent_signature=by_candidate(HONEST.consent(), STRANGER)
    ),
    "signature is not of the statement's level": AgreedPerson(
        consent_signature=by_origin(HONEST.consent())
    ),
    # The token.
    "another token than the proposal's": AgreedPerson(leaf_edits={"token": {"id": OTHER_ID}}),
    "token of another receiver": AgreedPerson(token_edits={"to": BETA.id}),
    "token on another consent": AgreedPerson(token_edits={"consent": OTHER_HASH}),
    "token on another consent ": AgreedPerson(**salts(consent=OTHER_HASH)),
    "consent does not name the receiver with these fields": AgreedPerson(
        **receiving(BETA.id, FIELDS)
    ),
    "consent does not name the receiver with these fields ": AgreedPerson(
        **receiving(GAMMA.id, FIELDS[:2])
    ),
    "consent does not name the receiver with these fields  ": AgreedPerson(
        **salts(receiver=OTHER_HASH)
    ),
    "token says more than the consent allows": AgreedPerson(
        token_edits={"fields": (*FIELDS, TokenField.YEARS)}
    ),
    "token for a purpose outside the consent": AgreedPerson(token_edits={"purpose": "marketing"}),
    "token outlives the consent": AgreedPerson(token_edits={"not_after": NOW + 181 * DAY_S}),
    "token is not of the consent's level": AgreedPerson(token_edits={"level": Level.E0}),
    # The key.
    "key is not the token's": AgreedPerson(token_edits={"key": OTHER_HASH}),
    "key is not the token's ": AgreedPerson(**salts(key=OTHER_HASH)),
    "key is not the token's  ": AgreedPerson(message_edits={"key": candidate_key(STRANGER)}),
    "key is not the consent's": AgreedPerson(
        consent_edits={"key": candidate_key(STRANGER)},
        consent_signature=by_candidate(
            AgreedPerson(consent_edits={"key": candidate_key(STRANGER)}).consent(), STRANGER
        ),
    ),
    "key is not the consent's ": AgreedPerson(
        message_edits={"key": None, "salts": SALTS.model_copy(update={"key": None})}
    ),
    # The yes.
    "acceptance in another consortium": AgreedPerson(yes_edits={"cs": OTHER_HASH}),
    "acceptance at another origin": AgreedPerson(yes_edits={"origin": BETA.id}),
    "acceptance for another receiver": AgreedPerson(yes_edits={"to": BETA.id}),
    "acceptance of another token": AgreedPerson(yes_edits={"token": OTHER_ID}),
    "acceptance of another proposal": AgreedPerson(yes_edits={"proposal": OTHER_HASH}),
    "acceptance of another employer": AgreedPerson(
        yes_edits={"employer": Employer(corporate_number="0000000000002", name="株式会社beta")}
    ),
    "acceptance with another end": AgreedPerson(yes_edits={"not_after": NOT_AFTER}),
    "acceptance below the level asked for": AgreedPerson(yes_edits={"level": Level.E0}),
    "acceptance below the level asked for ": AgreedPerson(
        level=Level.E0, asked_edits={"reveal_level": Level.E1}
    ),
    "signature of the statement does not hold ": AgreedPerson(
        yes_signature=by_candidate(HONEST.yes(), STRANGER)
    ),
    "signature of the statement does not hold  ": AgreedPerson(
        yes_signature=by_candidate(AgreedPerson(yes_edits={"report": True}).yes())
    ),
    "signature is not of the statement's level ": AgreedPerson(
        yes_signature=by_origin(HONEST.yes())
    ),
    "signed by no document key of the origin": AgreedPerson(
        level=Level.E0, asked_edits={"document_keys": {}}
    ),
}


@pytest.mark.parametrize(("why", "person"), REFUSED.items(), ids=REFUSED.keys())
def test_broken_chain_is_refused(why: str, person: AgreedPerson) -> None:
    with pytest.raises(MalformedError, match=f"^{why.strip()}$"):
        check_acceptance(*person.as_received())


def test_origin_cannot_say_yes_with_its_own_key_for_a_person_with_one() -> None:
    forged = AgreedPerson(yes_edits={"level": Level.E0}).yes()
    person = AgreedPerson(
        yes_edits={"level": Level.E0},
        yes_signature=by_origin(forged),
        token_edits={"level": Level.E0},
    )
    with pytest.raises(MalformedError, match="not of the consent's level"):
        check_acceptance(*person.as_received())


def test_key_made_after_a_keyless_consent_cannot_say_yes() -> None:
    message, asked, chain = AgreedPerson(
        level=Level.E0,
        yes_edits={"level": Level.E1},
        message_edits={"key": candidate_key(), "salts": SALTS},
    ).as_received()
    with pytest.raises(MalformedError, match="key is not the token's"):
        check_acceptance(message, asked, chain)


def test_leaf_of_another_kind_is_no_acceptance() -> None:
    opening = Opening.make({"kind": "undo", "accept": ACCEPT_ID}, {})
    message, asked, chain = HONEST.as_received()
    accept = message.accept.model_copy(update={"opening": opening.erased().to_json()})
    with pytest.raises(MalformedError, match="not a Accept"):
        check_acceptance(
            message.model_copy(update={"accept": accept}),
            asked,
            replace(chain, accept=replace(chain.accept, c=opening.commitment().hex())),
        )


def info(**changes: Any) -> bytes:
    place: dict[str, Any] = {
        "cs": CS,
        "token": TokenId(TOKEN_ID),
        "acceptance": b"\x01" * 32,
        "proposal": b"\x02" * 32,
        "fetch": EnvelopeId("0" * 31 + "3"),
        "to": GAMMA.id,
    }
    return reveal_info(**{**place, **changes})


def test_info_is_canonical_and_names_all_six() -> None:
    assert info() == (
        b'{"acceptance":"' + b"01" * 32 + b'","cs":"' + CS.encode() + b'","fetch":"'
        b'00000000000000000000000000000003","proposal":"' + b"02" * 32 + b'","to":"'
        + GAMMA.id.encode() + b'","token":"' + TOKEN_ID.encode() + b'"}'
    )  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"cs": OTHER_HASH},
        {"token": TokenId(OTHER_ID)},
        {"acceptance": b"\x09" * 32},
        {"proposal": b"\x09" * 32},
        {"fetch": EnvelopeId(OTHER_ID)},
        {"to": BETA.id},
    ],
    ids=lambda change: next(iter(change)),
)
def test_sealed_identity_opens_for_its_own_reveal_only(change: dict[str, Any]) -> None:
    key = PrivateKey.generate(Kem.X25519)
    payload = SealedPayload(n=NONCE.hex(), identity=IDENTITY.only(ACCEPTED))
    sealed = seal(Kem.X25519, key.public, payload.canonical(), info())
    assert SealedPayload.parse(key.open(sealed, info())) == payload
    with pytest.raises(BadCiphertextError):
        key.open(sealed, info(**change))


def test_payload_is_the_accepted_identity() -> None:
    check_payload(NONCE.hex(), IDENTITY.only(ACCEPTED), HONEST.yes())


def test_identity_with_other_fields_is_a_mismatch() -> None:
    with pytest.raises(MalformedError, match="other fields"):
        check_payload(NONCE.hex(), IDENTITY, HONEST.yes())


def test_identity_with_other_values_is_a_mismatch() -> None:
    other = IDENTITY.model_copy(update={"name": "架空 月子"}).only(ACCEPTED)
    with pytest.raises(MalformedError, match="not the accepted one"):
        check_payload(NONCE.hex(), other, HONEST.yes())


def test_payload_with_another_nonce_is_a_mismatch() -> None:
    with pytest.raises(MalformedError, match="not the accepted one"):
        check_payload(OTHER_HASH, IDENTITY.only(ACCEPTED), HONEST.yes())


def test_sealed_payload_hides_itself_in_a_repr() -> None:
    payload = SealedPayload(n=NONCE.hex(), identity=IDENTITY)
    assert repr(payload) == "SealedPayload()"


GIVE = Give(
    fetch=OTHER_ID,
    proposal=TOKEN_ID,
    acceptance=OTHER_HASH,
    spend=LeafPlace(log=PROPOSAL.hold.log, index=9, id=ACCEPT_ID),
    head=GiveHead(size=10, root=OTHER_HASH),
    silent=(BETA.id,),
)


def test_give_comes_back() -> None:
    assert Give.parse(GIVE.canonical()) == GIVE
    assert GIVE.to_json()["kind"] == "give"


def test_give_names_each_silent_member_once_and_sorted() -> None:
    plain = GIVE.model_copy(update={"silent": (OTHER_ID, TOKEN_ID)})
    with pytest.raises(MalformedError, match="silent"):
        Give.parse(plain.canonical())


@pytest.mark.parametrize("reason", ReturnReason)
def test_return_comes_back(reason: ReturnReason) -> None:
    returned = Returned(spend=OTHER_ID, reason=reason)
    assert Returned.parse(returned.canonical()) == returned
