from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.hashing import sha256
from protocol.body import MAX_TOKEN_BYTES, Opening
from protocol.errors import MalformedError, TooLargeError
from protocol.fields import TokenField
from protocol.identifiers import LeafId
from protocol.taxonomy import Availability, Language, Region, StageBand, Years
from protocol.token import (
    MAX_SKILLS,
    TokenEvidence,
    TokenValues,
    check_fields,
    consent_commitment,
    key_commitment,
    open_token,
)
from protocol.vocabulary import OCCUPATIONS, SKILLS, VOCABULARIES
from tests.protocol.agreed_person import AgreedPerson, candidate_key
from tests.protocol.companies import edited

EVIDENCE = AgreedPerson().token()
VALUES = TokenValues(region=Region.KANTO, occupation="sales")
DECOY = EVIDENCE.model_copy(update={"fields": (), "decoy": True})
skills = st.lists(st.sampled_from(SKILLS), min_size=1, max_size=MAX_SKILLS, unique=True)
values = st.builds(
    TokenValues,
    region=st.none() | st.sampled_from(Region),
    occupation=st.none() | st.sampled_from(OCCUPATIONS),
    years=st.none() | st.sampled_from(Years),
    stage=st.none() | st.sampled_from(StageBand),
    language=st.none() | st.sampled_from(Language),
    availability=st.none() | st.sampled_from(Availability),
    skills=st.none() | skills.map(lambda codes: tuple(sorted(codes))),
)


@given(values)
def test_values_come_back_and_name_their_fields(chosen: TokenValues) -> None:
    assert TokenValues.parse(chosen.canonical()) == chosen
    assert set(chosen.fields) == set(chosen.to_json())
    assert chosen.only(chosen.fields) == chosen


def test_values_of_some_fields_are_those_alone() -> None:
    assert VALUES.only((TokenField.REGION, TokenField.YEARS)) == TokenValues(region=Region.KANTO)


@pytest.mark.parametrize("evidence", [EVIDENCE, DECOY], ids=["token", "decoy"])
def test_evidence_comes_back(evidence: TokenEvidence) -> None:
    assert TokenEvidence.parse(evidence.canonical()) == evidence
    assert evidence.to_json()["decoy"] is evidence.decoy


def test_evidence_may_name_the_token_that_it_replaces() -> None:
    evidence = EVIDENCE.model_copy(update={"replaces": "ab" * 16})
    assert TokenEvidence.parse(evidence.canonical()) == evidence


@pytest.mark.parametrize(
    "change",
    [
        {"fields": []},
        {"decoy": True},
        {"fields": ["region", "occupation"]},
        {"fields": ["region", "region"]},
        {"fields": ["age"]},
        {"source": "purchase"},
        {"mode": "broker"},
        {"purpose": "marketing"},
        {"level": "E4"},
        {"decoy": None},
        {"score": 5},
    ],
    ids=str,
)
def test_another_form_is_no_evidence(change: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        TokenEvidence.parse(edited(EVIDENCE, **change))


@pytest.mark.parametrize(
    "change",
    [
        {"region": "tokyo"},
        {"occupation": "astrology"},
        {"years": "3"},
        {"stage": "iv1"},
        {"skills": []},
        {"skills": ["sql", "python"]},
        {"skills": ["sql", "sql"]},
        {"skills": ["astrology"]},
        {"skills": list(SKILLS[: MAX_SKILLS + 1])},
        {"age": 36},
        {"gender": "x"},
        {"employer": "架空商事"},
        {"school": "架空大学"},
    ],
    ids=str,
)
def test_another_form_is_no_values(change: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        TokenValues.parse(edited(VALUES, **change))


def test_key_commitment_is_made_as_the_protocol_writes_it() -> None:
    key, salt = candidate_key(), b"\x05" * 32
    expected = sha256(b"tasuki/1 key\n" + salt + b"\x00\x07ed25519" + key.raw)
    assert key_commitment(salt, key.alg, key.raw) == expected


def test_consent_commitment_is_made_as_the_protocol_writes_it() -> None:
    salt = b"\x05" * 32
    expected = sha256(b"tasuki/1 consent-id\n" + salt + b"\xab" * 16)
    assert consent_commitment(salt, LeafId("ab" * 16)) == expected


def opened(evidence: TokenEvidence, chosen: TokenValues) -> tuple[TokenEvidence, TokenValues]:
    opening = Opening.make(evidence.to_json(), chosen.to_json())
    return open_token(opening, opening.commitment().hex())


def test_token_opens() -> None:
    assert opened(EVIDENCE, VALUES) == (EVIDENCE, VALUES)


@pytest.mark.parametrize(
    "chosen", [TokenValues(region=Region.KANTO), VALUES.model_copy(update={"years": Years.FROM_10})]
)
def test_values_must_be_exactly_those_that_are_named(chosen: TokenValues) -> None:
    with pytest.raises(MalformedError, match="not those of the fields"):
        opened(EVIDENCE, chosen)


def test_decoy_has_no_values_and_is_not_delivered() -> None:
    check_fields(DECOY, TokenValues())
    with pytest.raises(MalformedError, match="never delivered"):
        opened(DECOY, TokenValues())


def test_codes_of_another_vocabulary_are_refused() -> None:
    with pytest.raises(MalformedError, match="another vocabulary"):
        opened(EVIDENCE.model_copy(update={"vocab": "0" * 64}), VALUES)


def test_codes_of_an_older_vocabulary_hold() -> None:
    older = EVIDENCE.model_copy(update={"vocab": VOCABULARIES[1]})
    assert opened(older, VALUES) == (older, VALUES)


def test_erased_token_does_not_open() -> None:
    opening = Opening.make(EVIDENCE.to_json(), VALUES.to_json()).erased()
    with pytest.raises(MalformedError, match="without values"):
        open_token(opening, opening.commitment().hex())


def test_token_of_another_leaf_does_not_open() -> None:
    with pytest.raises(MalformedError, match="another leaf"):
        open_token(Opening.make(EVIDENCE.to_json(), VALUES.to_json()), "0" * 64)


def test_token_over_16_kib_does_not_open() -> None:
    opening = Opening.make(EVIDENCE.to_json(), {"region": "x" * MAX_TOKEN_BYTES})
    with pytest.raises(TooLargeError):
        open_token(opening, opening.commitment().hex())
