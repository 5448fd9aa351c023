"""An opening and the people who fit it, in words: what is asked, cards, marks."""

from collections.abc import Iterable
from typing import Final

from node.domain.matching import Reason, ReasonCode
from node.domain.requirement import Requirement
from node.domain.vocabulary import Vocabulary
from node.i18n import from_seconds, local_day, message
from node.services.search import MatchRow
from node.web.console.openings import MatchCard
from node.web.ui.language import current_language, gettext
from node.web.ui.parts import Mark, Pair

# Field of a token: its message and its family of the vocabulary.
_FIELDS: Final = {
    "occupation": (message("Occupation group"), "occupation"),
    "region": (message("Home region"), "region"),
    "years": (message("Years of experience"), "years"),
    "language": (message("Level of Japanese"), "language"),
    "availability": (message("Can start"), "availability"),
}
_OCCUPATION: Final = message("Occupation group")
_REGION: Final = message("Home region")
_YEARS: Final = message("Experience, at least")
_LANGUAGE: Final = message("Japanese, at least")
_AVAILABILITY: Final = message("Available by")
_REQUIRED: Final = message("Required skills")
_WANTED: Final = message("Wished skills")
_STAGE: Final = message("Reached this stage elsewhere")
_SKILL: Final = message("Skill")
_REACHED: Final = message("Stage elsewhere")


def asked(requirement: Requirement, vocabulary: Vocabulary) -> tuple[Pair, ...]:
    """Return what an opening asks for, one line a condition or wish."""

    def said(family: str, codes: list[str]) -> str:
        return gettext(", ").join(_label(vocabulary, family, code) for code in codes)

    wanted = [
        _weighted(_label(vocabulary, "skill", code), weight)
        for code, weight in sorted(requirement.wanted_skills.items(), key=lambda one: -one[1])
    ]
    stage = requirement.wanted_stage
    lines = (
        (_OCCUPATION, said("occupation", sorted(requirement.occupations))),
        (_REGION, said("region", sorted(requirement.regions))),
        (_YEARS, said("years", _one(requirement.least_years))),
        (_LANGUAGE, said("language", _one(requirement.least_language))),
        (_AVAILABILITY, said("availability", _one(requirement.latest_availability))),
        (_REQUIRED, said("skill", sorted(requirement.required_skills))),
        (_WANTED, gettext(", ").join(wanted)),
        (
            _STAGE,
            _weighted(_label(vocabulary, "stage_band", stage), requirement.stage_weight)
            if stage
            else "",
        ),
    )
    return tuple(Pair(label, text or gettext("Any")) for label, text in lines)


def card(row: MatchRow, requirement: Requirement, vocabulary: Vocabulary) -> MatchCard:
    """Return one fitting token as a card."""
    stage = row.values.stage
    return MatchCard(
        origin=row.member,
        token=row.token_id,
        company=row.company,
        stage=None if stage is None else _label(vocabulary, "stage_band", stage),
        arrived=local_day(from_seconds(row.taken_at)),
        until=local_day(from_seconds(row.not_after)),
        score=row.score,
        most=sum(requirement.wanted_skills.values()) + requirement.stage_weight,
        marks=marks(row.reasons, vocabulary),
    )


def marks(reasons: Iterable[Reason], vocabulary: Vocabulary) -> tuple[Mark, ...]:
    """Return why somebody fits, one line a reason."""
    return tuple(_mark(reason, vocabulary) for reason in reasons)


def _mark(reason: Reason, vocabulary: Vocabulary) -> Mark:
    weight = gettext("Wished, weight %(weight)s") % {"weight": reason.weight}
    match reason.code:
        case ReasonCode.UNANSWERED:
            label, _ = _FIELDS[reason.argument]
            return Mark(gettext(label), gettext("Not answered; it passes"), None)
        case ReasonCode.REQUIRED_SKILL:
            what = _pair(_SKILL, _label(vocabulary, "skill", reason.argument))
            return Mark(what, gettext("Required"), fits=True)
        case ReasonCode.WANTED_SKILL | ReasonCode.MISSING_SKILL:
            what = _pair(_SKILL, _label(vocabulary, "skill", reason.argument))
            return Mark(what, weight, reason.code is ReasonCode.WANTED_SKILL)
        case ReasonCode.WANTED_STAGE | ReasonCode.MISSING_STAGE:
            return _stage_mark(reason, weight, vocabulary)
        case _:
            label, family = _FIELDS[reason.code]
            what = _pair(label, _label(vocabulary, family, reason.argument))
            return Mark(what, gettext("Required"), fits=True)


def _stage_mark(reason: Reason, weight: str, vocabulary: Vocabulary) -> Mark:
    if reason.argument == ReasonCode.UNANSWERED:
        return Mark(gettext(_REACHED), weight, None)
    what = _pair(_REACHED, _label(vocabulary, "stage_band", reason.argument))
    return Mark(what, weight, reason.code is ReasonCode.WANTED_STAGE)


def _pair(label: str, value: str) -> str:
    return gettext("%(label)s: %(value)s") % {"label": gettext(label), "value": value}


def _weighted(text: str, weight: int) -> str:
    return gettext("%(text)s (weight %(weight)s)") % {"text": text, "weight": weight}


def _label(vocabulary: Vocabulary, family: str, code: str) -> str:
    return vocabulary.label(family, code, current_language())


def _one(code: str | None) -> list[str]:
    return [] if code is None else [code]
