"""The candidate's answer to a proposal, as the origin passes it on (PROTOCOL 6, reveal step 2).

Nothing here holds an identity: the acceptance commits to it by a hash.
"""

from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, Field, model_validator

from protocol.body import Opening
from protocol.consent import CandidateKey
from protocol.errors import MalformedError
from protocol.fields import TokenFields
from protocol.identifiers import HashHex
from protocol.leaf_place import LeafPlace
from protocol.value import Value


def _erased(opening: dict[str, Any]) -> dict[str, Any]:
    """Refuse values: those of a consent are the person's block list."""
    try:
        parsed = Opening.from_json(opening)
    except MalformedError as error:
        raise ValueError("not an opening") from error
    if not parsed.is_erased:
        raise ValueError("opening with values")
    return opening


class OpenedLeaf(LeafPlace):
    """A leaf of the origin's log, with its evidence part."""

    opening: Annotated[dict[str, Any], AfterValidator(_erased)]

    @property
    def opened(self) -> Opening:
        """The opening, in its erased form."""
        return Opening.from_json(self.opening)


class Salts(Value):
    """What opens the commitments of the token and the consent; no key, no salt of it."""

    key: HashHex | None = None
    consent: HashHex
    receiver: HashHex


class DisclosureAccept(Value):
    """O tells R that the person said yes, with all that proves it."""

    KIND: ClassVar[str] = "disclosure.accept"

    accept: OpenedLeaf
    consent: OpenedLeaf
    salts: Salts
    fields: Annotated[TokenFields, Field(min_length=1)]  # those that the consent names for R
    key: CandidateKey | None = None  # absent at E0

    @model_validator(mode="after")
    def _salt_goes_with_key(self) -> Self:
        if (self.key is None) != (self.salts.key is None):
            raise ValueError("a key without its salt, or a salt without a key")
        return self


class DisclosureDecline(Value):
    """No, a lapse, a block or an end: all look alike, and none has a reason."""

    KIND: ClassVar[str] = "disclosure.decline"
