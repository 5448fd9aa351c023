"""Who gets a letter after a selection, and who gets it without the offer of the relay.

The letter goes only to people whom the company itself rejected. The offer stays away
from people who run or won another selection here, who said no to it before, and from
the young: a consent needs an adult (APPI guideline 2-16).
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from protocol.taxonomy import Route

ADULT_YEARS: Final = 18


class Withheld(StrEnum):
    """Why a rejected application gets no letter at all."""

    AGENCY = "agency"  # the agency tells its people, and its contract forbids to pass them on
    SUPPRESSED = "suppressed"  # erased, or said "never ask"
    ERASED = "erased"
    NO_ADDRESS = "no-address"


class Plain(StrEnum):
    """Why a letter goes out without the offer."""

    MINOR = "minor"
    RUNNING = "running"
    HIRED = "hired"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Addressee:
    """What the rules look at of a person with a rejected application."""

    born_on: date | None = field(repr=False)
    is_running: bool
    is_hired: bool
    has_declined: bool  # to an earlier letter: the page promised not to ask again


def plain_reason(addressee: Addressee, on: date) -> Plain | None:
    """Return why this person must not be asked on the day *on*, None where the person may be."""
    if addressee.is_hired:
        return Plain.HIRED
    if addressee.is_running:
        return Plain.RUNNING
    if addressee.has_declined:
        return Plain.DECLINED
    born = addressee.born_on
    if born is not None and years_old(born, on) < ADULT_YEARS:
        return Plain.MINOR
    return None


def years_old(born_on: date, on: date) -> int:
    """Return the age in full years on the day *on*."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def withheld(route: str, *, is_suppressed: bool) -> Withheld | None:
    """Return why the letter stays away, as far as the application alone tells."""
    if route == Route.AGENCY:
        return Withheld.AGENCY
    return Withheld.SUPPRESSED if is_suppressed else None
