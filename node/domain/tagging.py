"""The five tag families of an applicant: skills, age band, evaluation, region, route.

They serve this company's own search. Age and evaluation never leave the node, and
nothing of this module is an input of :mod:`node.domain.matching`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from node.domain.applicant import Application, Identity, Profile, Rating

UNKNOWN: Final = "unknown"
_YOUNGEST_BAND, _OLDEST_BAND = 10, 60  # years of age
_THIRDS: Final = ("low", "middle", "high")


class TagFamily(StrEnum):
    """The families, in the order of the pages."""

    SKILL = "skill"
    AGE = "age"
    EVALUATION = "evaluation"
    REGION = "region"
    ROUTE = "route"


@dataclass(frozen=True, slots=True)
class Tags:
    """One value or more of every family; what is not known says so."""

    skills: tuple[str, ...]
    age: str = field(repr=False)
    evaluation: str = field(repr=False)
    region: str
    route: str

    def pairs(self) -> tuple[tuple[TagFamily, str], ...]:
        """Return every tag as (family, value), in the order of the families."""
        return (
            *((TagFamily.SKILL, skill) for skill in self.skills),
            (TagFamily.AGE, self.age),
            (TagFamily.EVALUATION, self.evaluation),
            (TagFamily.REGION, self.region),
            (TagFamily.ROUTE, self.route),
        )


def tags(identity: Identity, profile: Profile, application: Application) -> Tags:
    """Return the tags of one application; the age is that on the day of application."""
    return Tags(
        skills=profile.skills or (UNKNOWN,),
        age=age_band(identity.born_on, application.applied_on),
        evaluation=evaluation(application.ratings),
        region=profile.region or UNKNOWN,
        route=application.route,
    )


def age_band(born_on: date | None, on: date) -> str:
    """Return the decade of age on the day *on*: 10s to 50s, 60plus, or unknown."""
    if born_on is None:
        return UNKNOWN
    age = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
    decade = min(max(age // 10 * 10, _YOUNGEST_BAND), _OLDEST_BAND)
    return "60plus" if decade == _OLDEST_BAND else f"{decade}s"


def evaluation(ratings: Iterable[Rating]) -> str:
    """Return the third of its scale that the mean rating lies in, or unknown."""
    rated = list(ratings)
    if not rated:
        return UNKNOWN
    points = sum(rating.ordinal - 1 for rating in rated)
    most = sum(rating.best - 1 for rating in rated)
    return _THIRDS[min(points * 3 // most, 2)]


def facets(all_tags: Iterable[Tags]) -> dict[TagFamily, Counter[str]]:
    """Return how many applicants bear each tag, by family."""
    counts: dict[TagFamily, Counter[str]] = {family: Counter() for family in TagFamily}
    for one in all_tags:
        for family, value in one.pairs():
            counts[family][value] += 1
    return counts
