"""Past applicants of this company for a new opening of its own: whom it fits, whom it may ask.

A re-invitation (再案内) stays rare: at least six months apart, at most two, and none when
the person has done nothing here for a year. Age and sex are among no input.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from node.domain.matching import MOST_MATCHES, LiveToken, Match, Reason, ReasonCode, match
from node.domain.requirement import Requirement
from protocol.taxonomy import StageBand

APART_MONTHS: Final = 6
MOST: Final = 2
SINCE_ACT_MONTHS: Final = 12
# What speaks for the person, in words that a letter may carry.
_SPOKEN: Final = {
    ReasonCode.OCCUPATION: "occupation",
    ReasonCode.REQUIRED_SKILL: "skill",
    ReasonCode.WANTED_SKILL: "skill",
}


class Refusal(StrEnum):
    """Why a past applicant is not invited now."""

    OPENING = "opening"  # invited to this opening before
    ENOUGH = "enough"  # invited twice
    TOO_SOON = "too-soon"
    TOO_LATE = "too-late"
    NO_ADDRESS = "no-address"


@dataclass(frozen=True, slots=True)
class History:
    """What the rules look at: the earlier invitations and the person's latest own act."""

    invited_on: Sequence[date]
    last_act_on: date
    has_been_invited_to_it: bool


def refusal(history: History, today: date) -> Refusal | None:
    """Return why nobody invites this person *today*, None where it may be done."""
    if history.has_been_invited_to_it:
        return Refusal.OPENING
    if len(history.invited_on) >= MOST:
        return Refusal.ENOUGH
    if today > months_after(history.last_act_on, SINCE_ACT_MONTHS):
        return Refusal.TOO_LATE
    if any(today < months_after(day, APART_MONTHS) for day in history.invited_on):
        return Refusal.TOO_SOON
    return None


def rank(requirement: Requirement, applicants: Iterable[LiveToken]) -> tuple[Match, ...]:
    """Return the best 50 past applicants, those who came furthest first.

    Among equals the rule of :mod:`node.domain.matching` decides; how far a selection
    went is no wish beside it, since it has the first word already.
    """
    asked = replace(requirement, wanted_stage=None, stage_weight=0)
    everybody = list(applicants)
    best: list[Match] = []
    for band in (*reversed(StageBand), None):
        best += match(asked, [one for one in everybody if one.stage == band])
    return tuple(best[:MOST_MATCHES])


def spoken(reasons: Iterable[Reason]) -> tuple[tuple[str, str], ...]:
    """Return family and code of what a letter may say about why this person."""
    return tuple((_SPOKEN[one.code], one.argument) for one in reasons if one.code in _SPOKEN)


def months_after(day: date, months: int) -> date:
    """Return the same day *months* later, or the last one of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + year, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - first).days))
