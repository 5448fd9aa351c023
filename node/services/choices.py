"""What a candidate chose on the consent page, and the draft that waits for a signature."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

from crypto import canonical_json
from crypto.canonical_json import Json
from crypto.errors import BadEncodingError
from node.services.errors import RefusedChoiceError
from node.storage.tables.person import Profile
from protocol.consent import ConsentStatement
from protocol.errors import MalformedError
from protocol.fields import TokenField
from protocol.taxonomy import Availability, Language, Region, StageBand, Years
from protocol.token import MAX_SKILLS, TokenValues

MONTHS = (6, 3, 1)


@dataclass(frozen=True, slots=True)
class ConsentChoice:
    """The form as the person sent it; *text* is the page's text, whose hash is signed."""

    receivers: frozenset[str]
    fields: frozenset[str]
    language_level: str | None
    availability: str | None
    skills: tuple[str, ...]
    months: int
    blocks: tuple[str, ...]
    language: Literal["ja", "en"]
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement with what it hides, and how many *people* share the values (the risk shown)."""

    statement: ConsentStatement
    receivers: list[dict[str, Json]]
    values: TokenValues
    people: int

    def encode(self) -> bytes:
        """Return the bytes that :meth:`parse` takes back."""
        return canonical_json.dumps(
            {
                "statement": self.statement.to_json(),
                "receivers": [*self.receivers],
                "values": self.values.to_json(),
                "people": self.people,
            }
        )

    @classmethod
    def parse(cls, payload: bytes) -> Self:
        """Return the draft that *payload* holds.

        Raises:
            MalformedError: it holds none.
        """
        try:
            found = canonical_json.loads(payload)
        except BadEncodingError as error:
            raise MalformedError("not a draft") from error
        if not isinstance(found, dict) or not isinstance(found.get("receivers"), list):
            raise MalformedError("not a draft")
        rows, people = found["receivers"], found.get("people")
        if not isinstance(people, int):
            raise MalformedError("not a draft")
        return cls(
            statement=ConsentStatement.from_json(found.get("statement")),
            receivers=[row for row in rows if isinstance(row, dict)]
            if isinstance(rows, list)
            else [],
            values=TokenValues.from_json(found.get("values")),
            people=people,
        )


def check_choice(choice: ConsentChoice, profile: Profile | None, members: set[str]) -> TokenValues:
    """Return the values that would be shown.

    Raises:
        RefusedChoiceError: nobody or nothing was chosen, or what the page does not offer.
    """
    if not choice.receivers:
        raise RefusedChoiceError("to", "no company was chosen")
    if not choice.receivers <= members:
        raise RefusedChoiceError("to", "not a company of the consortium")
    if choice.months not in MONTHS:
        raise RefusedChoiceError("months", "not a period that is offered")
    values = values_of(choice, profile)
    if not values.fields:
        raise RefusedChoiceError("field", "nothing was chosen to be shown")
    return values


def values_of(choice: ConsentChoice, profile: Profile | None) -> TokenValues:
    """Return the values behind the switches that are on.

    Raises:
        RefusedChoiceError: one that the page does not offer.
    """
    found: dict[str, object] = {}
    try:
        for name in choice.fields:
            value = _value(TokenField(name), choice, profile)
            if value is not None:
                found[name] = value
        return TokenValues.model_validate(found)
    except ValueError:
        # Its own text repeats the value.
        raise RefusedChoiceError("field", "not a value that is offered") from None


def _value(name: TokenField, choice: ConsentChoice, profile: Profile | None) -> object:
    """Return the value behind a switch, None where there is none to show."""
    asked: dict[TokenField, object] = {
        TokenField.LANGUAGE: Language(choice.language_level) if choice.language_level else None,
        TokenField.AVAILABILITY: (
            Availability(choice.availability) if choice.availability else None
        ),
    }
    imported: dict[TokenField, object] = {}
    if profile is not None:
        imported = {
            TokenField.SKILLS: _skills(choice, profile),
            TokenField.REGION: Region(profile.region) if profile.region else None,
            TokenField.OCCUPATION: profile.occupation,
            TokenField.YEARS: Years(profile.years) if profile.years else None,
            TokenField.STAGE: StageBand(profile.stage) if profile.stage else None,
        }
    return (asked | imported).get(name)


def _skills(choice: ConsentChoice, profile: Profile) -> tuple[str, ...] | None:
    chosen = tuple(sorted(set(choice.skills) & set(profile.skills.split())))
    if len(chosen) > MAX_SKILLS:
        raise RefusedChoiceError("skill", "more than twelve skills")
    return chosen or None


def months_later(moment: datetime, months: int) -> datetime:
    """Return the same day and time *months* later, or the last day of that month."""
    year, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + year, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
