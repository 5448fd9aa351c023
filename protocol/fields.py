"""The names of what a token may hold, and of what an identity may hold (PROTOCOL 0 and 6)."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field


class TokenField(StrEnum):
    """What a candidate may let one receiver see before any acceptance."""

    AVAILABILITY = "availability"
    LANGUAGE = "language"
    OCCUPATION = "occupation"
    REGION = "region"
    SKILLS = "skills"
    STAGE = "stage"
    YEARS = "years"


class IdentityField(StrEnum):
    """What a candidate may let one receiver have with an acceptance."""

    ADDRESS = "address"
    BIRTH = "birth"
    KANA = "kana"
    MAILS = "mails"
    NAME = "name"
    PDF = "pdf"
    PHONES = "phones"
    POSTAL = "postal"
    PREFECTURE = "prefecture"
    SUMMARY = "summary"


_Text = TypeVar("_Text", bound=str)


def in_one_order(texts: tuple[_Text, ...]) -> tuple[_Text, ...]:
    """Return *texts* if they are sorted and none stands twice; ValueError otherwise.

    A set on the wire is a sorted list, so that it has one spelling to hash.
    """
    if texts != tuple(sorted(set(texts))):
        raise ValueError("not sorted, or one twice")
    return texts


def sorted_fields(fields: Iterable[_Text]) -> tuple[_Text, ...]:
    """Return *fields* in the order of the wire."""
    return tuple(sorted(set(fields)))


TokenFields = Annotated[tuple[TokenField, ...], AfterValidator(in_one_order)]
IdentityFields = Annotated[
    tuple[IdentityField, ...], Field(min_length=1), AfterValidator(in_one_order)
]
