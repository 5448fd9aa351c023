"""The body of a token: what a peer may learn of a person before any acceptance (PROTOCOL 6).

The lists are closed. Never age, gender, scores, reasons, employer, school, free text.
"""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from crypto.hashing import string, tagged
from protocol.body import MAX_TOKEN_BYTES, Opening
from protocol.consent import Purpose
from protocol.descriptor import LegalMode
from protocol.errors import MalformedError
from protocol.fields import TokenField, TokenFields
from protocol.identifiers import HashHex, Id, LeafId, Time
from protocol.level import Level
from protocol.taxonomy import Availability, Language, Region, StageBand, Years
from protocol.value import Value
from protocol.vocabulary import VOCABULARIES, Occupation, Skill

MAX_SKILLS = 12


class Source(StrEnum):
    """How the origin came by the data (経緯, APPI rule 22)."""

    APPLICATION = "application"  # the person applied to the origin


class TokenEvidence(Value):
    """The evidence part: for whom, on which consent, how strong, until when."""

    to: Id
    fields: TokenFields
    vocab: HashHex
    key: HashHex
    consent: HashHex
    level: Level
    source: Source
    mode: LegalMode
    purpose: Purpose
    not_after: Time
    replaces: Id | None = None
    decoy: bool = False
    rekeyed: bool = False

    @model_validator(mode="after")
    def _decoy_says_nothing(self) -> Self:
        if self.decoy == bool(self.fields):
            raise ValueError("a decoy has no fields, and every other token has some")
        return self


Skills = Annotated[tuple[Skill, ...], Field(min_length=1, max_length=MAX_SKILLS)]


class TokenValues(Value):
    """The values, each absent unless it was released to this receiver."""

    region: Region | None = None
    occupation: Occupation | None = None
    years: Years | None = None
    stage: StageBand | None = None
    language: Language | None = None
    availability: Availability | None = None
    skills: Skills | None = None

    @model_validator(mode="after")
    def _skills_have_one_order(self) -> Self:
        if self.skills is not None and self.skills != tuple(sorted(set(self.skills))):
            raise ValueError("skills not sorted, or one twice")
        return self

    @property
    def fields(self) -> TokenFields:
        """The names of the values that are there, sorted."""
        return tuple(sorted(TokenField(name) for name in self.to_json()))

    def only(self, fields: TokenFields) -> Self:
        """Return the values of *fields* alone."""
        return type(self).model_validate(
            {name: getattr(self, name) for name in fields if getattr(self, name) is not None}
        )


def key_commitment(salt: bytes, alg: str, public: bytes) -> bytes:
    """Return what a token shows of the candidate's key, with a *salt* (32 bytes) a receiver."""
    return tagged("tasuki/1 key", salt, string(alg), public)


def consent_commitment(salt: bytes, consent: LeafId) -> bytes:
    """Return what a token shows of its `consent.give` leaf, with a *salt* a receiver."""
    return tagged("tasuki/1 consent-id", salt, bytes.fromhex(consent))


def check_fields(ev: TokenEvidence, pr: TokenValues) -> None:
    """Return if the values are exactly those that the evidence names.

    Raises:
        MalformedError: another set of names, or codes of another vocabulary.
    """
    if pr.fields != ev.fields:
        raise MalformedError("values are not those of the fields")
    if ev.vocab not in VOCABULARIES.values():
        raise MalformedError("codes of another vocabulary")


def open_token(opening: Opening, c: str) -> tuple[TokenEvidence, TokenValues]:
    """Return both parts of the token whose leaf has the commitment *c*.

    Raises:
        TooLargeError: more than 16 KiB.
        MalformedError: it opens another leaf, is erased or a decoy, or its form is wrong.
    """
    opening.check(c, limit_bytes=MAX_TOKEN_BYTES)
    if opening.pr is None:
        raise MalformedError("token without values")
    ev, pr = TokenEvidence.from_json(opening.ev), TokenValues.from_json(opening.pr)
    if ev.decoy:
        raise MalformedError("a decoy is never delivered")
    check_fields(ev, pr)
    return ev, pr
