"""The closed lists of codes that records and tokens use; their words live in config/vocabulary.

Occupation groups and skills are one versioned vocabulary: its hash stands in every
token, so that two nodes never read one code in two ways. Everything else belongs to
`tasuki/1` itself. Prefectures are JIS X 0401.
"""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator

from crypto import canonical_json
from crypto.canonical_json import Json
from crypto.hashing import sha256

OCCUPATIONS: Final = (
    "administration",
    "creative",
    "customer_service",
    "engineering",
    "finance",
    "hr",
    "infrastructure",
    "logistics",
    "marketing",
    "planning",
    "sales",
    "software",
)

# No skill belongs to one group: a salesperson may know SQL.
SKILLS: Final = (
    "account_management",
    "advertising",
    "aws",
    "azure",
    "bookkeeping",
    "business_planning",
    "chinese",
    "contract_law",
    "cpp",
    "csharp",
    "customer_success",
    "customer_support",
    "data_analysis",
    "driving_licence",
    "electrical_design",
    "embedded_software",
    "english",
    "event_planning",
    "excel",
    "financial_closing",
    "gcp",
    "general_affairs",
    "go",
    "graphic_design",
    "information_security",
    "inside_sales",
    "internal_audit",
    "inventory_management",
    "java",
    "javascript",
    "labour_management",
    "linux",
    "machine_learning",
    "management_accounting",
    "market_research",
    "mechanical_design",
    "mobile_apps",
    "networking",
    "office_work",
    "partner_sales",
    "payroll",
    "people_management",
    "php",
    "procurement",
    "product_management",
    "production_engineering",
    "project_management",
    "public_relations",
    "python",
    "quality_control",
    "recruiting",
    "ruby",
    "sales_b2b",
    "sales_b2c",
    "seo",
    "sql",
    "tax",
    "trade_operations",
    "typescript",
    "ui_design",
)

# The kind is part of each line: a code may name a group and a skill.
_CODES: Final[list[Json]] = [
    *(f"occupation:{code}" for code in OCCUPATIONS),
    *(f"skill:{code}" for code in SKILLS),
]
VOCABULARY_HASH: Final = sha256(canonical_json.dumps(_CODES)).hex()


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


def _occupation(code: str) -> str:
    if code not in OCCUPATIONS:
        raise ValueError("not an occupation group of this vocabulary")
    return code


def _skill(code: str) -> str:
    if code not in SKILLS:
        raise ValueError("not a skill of this vocabulary")
    return code


Occupation = Annotated[str, AfterValidator(_occupation)]
Skill = Annotated[str, AfterValidator(_skill)]
