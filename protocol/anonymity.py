"""The k-anonymity gate before a token is published (PROTOCOL 6, gate).

It stands over region, occupation, years and stage. A token goes out with the most
specific values that at least k people of the origin's register share; language,
availability and skills lie outside it and are never called k-anonymous.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from protocol.fields import TokenField, TokenFields, sorted_fields
from protocol.taxonomy import Region, StageBand, Years


@dataclass(frozen=True, slots=True)
class GateRow:
    """The four values of one person under the gate; None is unknown or not released."""

    region: Region | None = None
    occupation: str | None = None
    years: Years | None = None
    stage: StageBand | None = None

    @property
    def fields(self) -> TokenFields:
        """The names of the values that are there, sorted."""
        return tuple(name for name in GATE_FIELDS if getattr(self, name) is not None)

    def only(self, fields: Iterable[TokenField]) -> "GateRow":
        """Return the values of *fields* alone."""
        return replace(self, **{name: None for name in GATE_FIELDS if name not in set(fields)})

    def shares(self, other: "GateRow") -> bool:
        """Tell whether *other* has every value that is here."""
        return all(getattr(self, name) == getattr(other, name) for name in self.fields)


GATE_FIELDS: Final = sorted_fields(
    [TokenField.REGION, TokenField.OCCUPATION, TokenField.YEARS, TokenField.STAGE]
)

# What each further rung of the ladder no longer says.
_DROPPED: Final = (TokenField.YEARS, TokenField.REGION, TokenField.STAGE, TokenField.OCCUPATION)


def release(values: GateRow, register: Iterable[GateRow], k: int) -> GateRow | None:
    """Return the most specific part of *values* that *k* people share, or None for no token.

    *register* holds each person that the company itself rejected and still keeps,
    asked or not, once, the person of *values* among them.
    """
    people = Counter(register)
    for rung in range(len(_DROPPED) + 1):
        kept = values.only(set(GATE_FIELDS) - set(_DROPPED[:rung]))
        if _sharing(kept, people) >= k:
            return kept
    return None


def counts(values: GateRow, register: Iterable[GateRow]) -> dict[TokenFields, int]:
    """Return for each selection of the fields that are there how many people share it.

    With all four there are 15; the consent page shows the one that is chosen.
    """
    people = Counter(register)
    sharing: dict[TokenFields, int] = {}
    for size in range(1, len(values.fields) + 1):
        for selection in combinations(values.fields, size):
            sharing[selection] = _sharing(values.only(selection), people)
    return sharing


def _sharing(values: GateRow, people: Counter[GateRow]) -> int:
    """Return how many people have *values*; equal rows are looked at once."""
    return sum(number for row, number in people.items() if values.shares(row))
