"""The closed lists of codes that records and tokens use; their words live in config/vocabulary.

They belong to `tasuki/1` itself; occupation groups and skills have a version of their own
(protocol/vocabulary.py). Prefectures are JIS X 0401.
"""

from enum import StrEnum
from typing import Final


class Region(StrEnum):
    """The eight blocks of prefectures."""

    HOKKAIDO = "hokkaido"
    TOHOKU = "tohoku"
    KANTO = "kanto"
    CHUBU = "chubu"
    KINKI = "kinki"
    CHUGOKU = "chugoku"
    SHIKOKU = "shikoku"
    KYUSHU = "kyushu"


# First and last prefecture of each block (JIS X 0401); Okinawa stands with Kyushu.
_BLOCKS: Final = {
    Region.HOKKAIDO: (1, 1),
    Region.TOHOKU: (2, 7),
    Region.KANTO: (8, 14),
    Region.CHUBU: (15, 23),
    Region.KINKI: (24, 30),
    Region.CHUGOKU: (31, 35),
    Region.SHIKOKU: (36, 39),
    Region.KYUSHU: (40, 47),
}

REGION_OF: Final[dict[str, Region]] = {
    f"{number:02}": region
    for region, (first, last) in _BLOCKS.items()
    for number in range(first, last + 1)
}
PREFECTURES: Final = tuple(REGION_OF)


class Years(StrEnum):
    """Bands of years of experience."""

    UP_TO_1 = "0-1"
    UP_TO_4 = "2-4"
    UP_TO_9 = "5-9"
    FROM_10 = "10+"


_LAST_YEAR_OF: Final = {Years.UP_TO_1: 1, Years.UP_TO_4: 4, Years.UP_TO_9: 9}


def years_band(years: int) -> Years:
    """Return the band of *years* of experience, counted in full years from 0."""
    for band, last in _LAST_YEAR_OF.items():
        if years <= last:
            return band
    return Years.FROM_10


class StageBand(StrEnum):
    """How far a selection went, as a token may say it."""

    DOC = "doc"
    INTERVIEW = "interview"
    FINAL = "final"


class Language(StrEnum):
    """Level of Japanese."""

    NONE = "none"
    BASIC = "basic"
    BUSINESS = "business"
    NATIVE = "native"


class Availability(StrEnum):
    """From when the person could start."""

    NOW = "now"
    MONTHS_3 = "3m"
    MONTHS_6 = "6m"
    OPEN = "open"


class Stage(StrEnum):
    """Steps of a selection in the uniform record."""

    ENTRY = "entry"
    CASUAL = "casual"
    SCREENING = "screening"
    TEST = "test"
    INTERVIEW_1 = "iv1"
    INTERVIEW_2 = "iv2"
    INTERVIEW_3PLUS = "iv3plus"
    FINAL = "final"
    OFFER = "offer"
    ACCEPTED = "accepted"
    JOINED = "joined"


STAGE_BAND_OF: Final[dict[Stage, StageBand]] = {
    Stage.ENTRY: StageBand.DOC,
    Stage.CASUAL: StageBand.DOC,
    Stage.SCREENING: StageBand.DOC,
    Stage.TEST: StageBand.DOC,
    Stage.INTERVIEW_1: StageBand.INTERVIEW,
    Stage.INTERVIEW_2: StageBand.INTERVIEW,
    Stage.INTERVIEW_3PLUS: StageBand.INTERVIEW,
    Stage.FINAL: StageBand.FINAL,
    Stage.OFFER: StageBand.FINAL,
    Stage.ACCEPTED: StageBand.FINAL,
    Stage.JOINED: StageBand.FINAL,
}


class EndedBy(StrEnum):
    """Who ended a selection; only `org` makes a person relayable."""

    ORG = "org"
    CANDIDATE = "candidate"
    NEITHER = "neither"
    UNKNOWN = "unknown"


class CandidateEnd(StrEnum):
    """When a candidate ended a selection."""

    BEFORE_OFFER = "before_offer"
    OFFER_DECLINED = "offer_declined"
    AFTER_ACCEPTANCE = "after_acceptance"


class Reason(StrEnum):
    """Why the company ended a selection; never leaves the node."""

    SKILL_GAP = "skill_gap"
    EXPERIENCE_SHORT = "experience_short"
    OVER_SPEC = "over_spec"
    CONDITIONS = "conditions"
    CULTURE = "culture"
    LANGUAGE = "language"
    COMPETITOR_CHOSEN = "competitor_chosen"
    POSITION_CLOSED = "position_closed"
    INCOMPLETE = "incomplete"
    DUPLICATE = "duplicate"
    CONDUCT = "conduct"
    OTHER = "other"


class Route(StrEnum):
    """How an application reached the company."""

    MEDIA = "media"
    MEDIA_SCOUT = "media_scout"
    AGENCY = "agency"
    REFERRAL = "referral"
    OWN_SITE = "own_site"
    EVENT = "event"
    HELLOWORK = "hellowork"
    RELAY = "relay"
    OWN_POOL = "own_pool"
    OTHER = "other"
