"""The match of one opening against live tokens: filters, required skills, weights met.

A search over plain integers used as bit sets: bit i stands for the i-th token in
ascending order of ids. Scores are summed in binary digits, one integer a digit, so that
the work depends on the number of wishes and not on what the tokens hold. The result is
a function of its inputs alone; age and sex are not among them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from node.domain.requirement import Requirement
from protocol.taxonomy import Availability, Language, StageBand, Years

MOST_MATCHES: Final = 50
MOST_REASONS: Final = 6
RULE_VERSION: Final = 1  # printed beside every match

T = TypeVar("T")


class ReasonCode(StrEnum):
    """What a reason says; its argument is a code of the taxonomy."""

    UNANSWERED = "unanswered"  # argument: the field that the person left out
    OCCUPATION = "occupation"
    REGION = "region"
    YEARS = "years"
    LANGUAGE = "language"
    AVAILABILITY = "availability"
    REQUIRED_SKILL = "required_skill"
    WANTED_SKILL = "wanted_skill"
    WANTED_STAGE = "wanted_stage"
    MISSING_SKILL = "missing_skill"
    MISSING_STAGE = "missing_stage"  # argument: the stage reached, or "unanswered"


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of a match card, translated where it is shown; 0 is no weight."""

    code: ReasonCode
    argument: str
    weight: int = 0


@dataclass(frozen=True, slots=True)
class LiveToken:
    """One live token of a peer with its released values; None is not released."""

    id: str
    region: str | None = None
    occupation: str | None = None
    years: str | None = None
    stage: str | None = None
    language: str | None = None
    availability: str | None = None
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """One token that passes, its score and at most six reasons."""

    token: str
    score: int
    reasons: tuple[Reason, ...]


def match(requirement: Requirement, tokens: Iterable[LiveToken]) -> tuple[Match, ...]:
    """Return the best 50, by score descending, then token id ascending."""
    return TokenIndex(tokens).match(requirement)


class TokenIndex:
    """Live tokens as bit sets; a withdrawal means building it anew."""

    def __init__(self, tokens: Iterable[LiveToken]) -> None:
        """Index *tokens*, whose ids differ."""
        self._tokens = sorted(tokens, key=lambda token: token.id)
        self._all = (1 << len(self._tokens)) - 1
        rows: dict[tuple[str, str | None], bytearray] = {}
        for place, token in enumerate(self._tokens):
            for key in _keys(token):
                bits = rows.setdefault(key, bytearray(len(self._tokens) // 8 + 1))
                bits[place >> 3] |= 1 << (place & 7)
        self._bits = {key: int.from_bytes(bits, "little") for key, bits in rows.items()}

    def match(self, requirement: Requirement) -> tuple[Match, ...]:
        """Return the best 50 for *requirement*, with their reasons."""
        passing = self._passing(requirement)
        wishes = self._wishes(requirement)
        digits = _summed([(bits & passing, weight) for bits, weight in wishes])
        best = _top(passing, digits, MOST_MATCHES)
        scored = [(-_score(digits, place), place) for place in _places(best)]
        return tuple(
            Match(token.id, -negative, reasons(requirement, token))
            for negative, place in sorted(scored)[:MOST_MATCHES]
            for token in [self._tokens[place]]
        )

    def _passing(self, requirement: Requirement) -> int:
        """Return the tokens that pass every filter and have every required skill."""
        found = self._all
        for field, accepted in _filters(requirement):
            found &= self._any(field, (*accepted, None))
        for skill in requirement.required_skills:
            found &= self._bits.get(("skill", skill), 0)
        return found

    def _wishes(self, requirement: Requirement) -> list[tuple[int, int]]:
        """Return each wish as (the tokens that meet it, its weight)."""
        wishes = [
            (self._bits.get(("skill", skill), 0), weight)
            for skill, weight in requirement.wanted_skills.items()
        ]
        if requirement.wanted_stage:
            reached = _from(StageBand, requirement.wanted_stage)
            wishes.append((self._any("stage", reached), requirement.stage_weight))
        return wishes

    def _any(self, field: str, values: Iterable[str | None]) -> int:
        found = 0
        for value in values:
            found |= self._bits.get((field, value), 0)
        return found


def reasons(requirement: Requirement, token: LiveToken) -> tuple[Reason, ...]:
    """Return why *token* passes, at most six: what is unanswered and what was met first."""
    unanswered: list[Reason] = []
    passed: list[Reason] = []
    for field, _ in _filters(requirement):
        value = getattr(token, field)
        if value is None:
            unanswered.append(Reason(ReasonCode.UNANSWERED, field))
        else:
            passed.append(Reason(ReasonCode(field), str(value)))
    met, missing = _wished(requirement, token)
    required = [
        Reason(ReasonCode.REQUIRED_SKILL, skill) for skill in sorted(requirement.required_skills)
    ]
    return (*unanswered, *met, *required, *passed, *missing)[:MOST_REASONS]


def _wished(requirement: Requirement, token: LiveToken) -> tuple[list[Reason], list[Reason]]:
    """Return the wishes that are met and those that are not, heaviest first."""
    met: list[Reason] = []
    missing: list[Reason] = []
    for skill, weight in requirement.wanted_skills.items():
        if skill in token.skills:
            met.append(Reason(ReasonCode.WANTED_SKILL, skill, weight))
        else:
            missing.append(Reason(ReasonCode.MISSING_SKILL, skill, weight))
    if requirement.wanted_stage:
        weight = requirement.stage_weight
        if token.stage in _from(StageBand, requirement.wanted_stage):
            met.append(Reason(ReasonCode.WANTED_STAGE, str(token.stage), weight))
        else:
            reached = str(token.stage or ReasonCode.UNANSWERED)
            missing.append(Reason(ReasonCode.MISSING_STAGE, reached, weight))
    for found in (met, missing):
        found.sort(key=lambda reason: (-reason.weight, reason.code, reason.argument))
    return met, missing


def _filters(requirement: Requirement) -> list[tuple[str, tuple[str, ...]]]:
    """Return the filters that are set, as (field of the token, values that pass)."""
    found: list[tuple[str, tuple[str, ...]]] = []
    if requirement.occupations:
        found.append(("occupation", tuple(requirement.occupations)))
    if requirement.regions:
        found.append(("region", tuple(requirement.regions)))
    if requirement.least_years:
        found.append(("years", _from(Years, requirement.least_years)))
    if requirement.least_language:
        found.append(("language", _from(Language, requirement.least_language)))
    if requirement.latest_availability:
        order = tuple(Availability)
        latest = order.index(requirement.latest_availability)
        found.append(("availability", order[: latest + 1]))
    return found


def _from(codes: Iterable[T], least: T) -> tuple[T, ...]:
    """Return *least* and the codes after it, in the order of the taxonomy."""
    order = tuple(codes)
    return order[order.index(least) :]


def _keys(token: LiveToken) -> Iterable[tuple[str, str | None]]:
    for field in ("region", "occupation", "years", "stage", "language", "availability"):
        yield field, getattr(token, field)
    for skill in token.skills:
        yield "skill", skill


def _summed(wishes: Sequence[tuple[int, int]]) -> list[int]:
    """Return every token's score: element n holds binary digit n of all of them."""
    digits: list[int] = []
    for bits, weight in wishes:
        for place in range(weight.bit_length()):
            if weight >> place & 1:
                _add(digits, bits, place)
    return digits


def _add(digits: list[int], carry: int, place: int) -> None:
    while carry:
        while len(digits) <= place:
            digits.append(0)
        digits[place], carry = digits[place] ^ carry, digits[place] & carry
        place += 1


def _top(found: int, digits: Sequence[int], most: int) -> int:
    """Return the *most* tokens of highest score; of equal scores those of lowest id."""
    best = 0
    for digit in reversed(digits):
        higher = found & digit
        if best.bit_count() + higher.bit_count() <= most:
            best |= higher
            found &= ~digit
        else:
            found = higher
    for place in _places(found):
        if best.bit_count() >= most:
            break
        best |= 1 << place
    return best


def _places(bits: int) -> Iterable[int]:
    """Yield the places of the set bits, lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _score(digits: Sequence[int], place: int) -> int:
    return sum((digit >> place & 1) << number for number, digit in enumerate(digits))
