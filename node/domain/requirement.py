"""What an opening asks for: filters, required skills, and wishes with their weights."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Self, TypeVar

from crypto.canonical_json import Json
from node.domain.errors import OpeningError
from protocol.taxonomy import Availability, Language, Region, StageBand, Years
from protocol.vocabulary import OCCUPATIONS, SKILLS

MOST_WEIGHT: Final = 5

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Requirement:
    """What an opening asks for; an empty filter lets everyone pass.

    Raises:
        OpeningError: an unknown code, or a weight outside 1 to 5.
    """

    occupations: frozenset[str] = frozenset()
    regions: frozenset[Region] = frozenset()
    least_years: Years | None = None
    least_language: Language | None = None
    latest_availability: Availability | None = None
    required_skills: frozenset[str] = frozenset()
    wanted_skills: Mapping[str, int] = field(default_factory=dict)  # code → weight
    wanted_stage: StageBand | None = None  # or further
    stage_weight: int = 0

    def __post_init__(self) -> None:
        if unknown := sorted(self.occupations - set(OCCUPATIONS)):
            raise OpeningError(f"{unknown[0]}: unknown occupation group")
        if unknown := sorted((self.required_skills | set(self.wanted_skills)) - set(SKILLS)):
            raise OpeningError(f"{unknown[0]}: unknown skill")
        if self.required_skills & set(self.wanted_skills):
            raise OpeningError("a required skill has no weight")
        if bool(self.wanted_stage) != bool(self.stage_weight):
            raise OpeningError("a wanted stage has a weight")
        weights = (*self.wanted_skills.values(), self.stage_weight or 1)
        if not all(1 <= weight <= MOST_WEIGHT for weight in weights):
            raise OpeningError("a weight is 1 to 5")

    def to_json(self) -> dict[str, Json]:
        """Return the object that is stored, what is not asked for left out."""
        found: dict[str, Json] = {
            "occupations": [*sorted(self.occupations)],
            "regions": [*sorted(str(region) for region in self.regions)],
            "required_skills": [*sorted(self.required_skills)],
            "wanted_skills": dict(sorted(self.wanted_skills.items())),
        }
        for name in ("least_years", "least_language", "latest_availability", "wanted_stage"):
            if value := getattr(self, name):
                found[name] = str(value)
        if self.stage_weight:
            found["stage_weight"] = self.stage_weight
        return {name: value for name, value in found.items() if value}

    @classmethod
    def from_json(cls, document: Json) -> Self:
        """Return the requirement that :meth:`to_json` wrote or an operator typed.

        Raises:
            OpeningError: another field, an unknown code, or a weight outside 1 to 5.
        """
        if not isinstance(document, dict):
            raise OpeningError("requirement: an object")
        if unknown := sorted(document.keys() - set(cls.__dataclass_fields__)):
            raise OpeningError(f"{unknown[0]}: no such field of a requirement")
        weights = document.get("wanted_skills", {})
        stage_weight = document.get("stage_weight", 0)
        if not isinstance(weights, dict) or not _is_whole(stage_weight):
            raise OpeningError("weights are whole numbers")
        if not all(_is_whole(weight) for weight in weights.values()):
            raise OpeningError("weights are whole numbers")
        return cls(
            occupations=frozenset(_texts(document, "occupations")),
            regions=frozenset(_code(Region, text) for text in _texts(document, "regions")),
            least_years=_optional(Years, document.get("least_years")),
            least_language=_optional(Language, document.get("least_language")),
            latest_availability=_optional(Availability, document.get("latest_availability")),
            required_skills=frozenset(_texts(document, "required_skills")),
            wanted_skills={code: int(str(weight)) for code, weight in weights.items()},
            wanted_stage=_optional(StageBand, document.get("wanted_stage")),
            stage_weight=int(str(stage_weight)),
        )


def _is_whole(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _texts(document: Mapping[str, Json], name: str) -> list[str]:
    values = document.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise OpeningError(f"{name} is a list of codes")
    return [str(value) for value in values]


def _optional(codes: type[E], value: Json) -> E | None:
    return None if value is None else _code(codes, value)


def _code(codes: type[E], value: Json) -> E:
    try:
        return codes(str(value))
    except ValueError as error:
        raise OpeningError(f"unknown {codes.__name__.lower()}") from error
