from typing import Final

import pytest
from pydantic import TypeAdapter, ValidationError

from crypto.hashing import sha256
from protocol.vocabulary import (
    OCCUPATIONS,
    SKILLS,
    VOCABULARIES,
    VOCABULARY_HASH,
    VOCABULARY_VERSION,
    Occupation,
    Skill,
)

# The codes of version 1, as tokens of that version use them.
OCCUPATIONS_1: Final = [
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
]
SKILLS_1: Final = [
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
]


def hash_of(occupations: list[str] | tuple[str, ...], skills: list[str] | tuple[str, ...]) -> str:
    lines = [f"occupation:{code}" for code in occupations] + [f"skill:{code}" for code in skills]
    return sha256(("[" + ",".join(f'"{line}"' for line in lines) + "]").encode()).hex()


def test_the_codes_are_words_in_one_order() -> None:
    assert (len(OCCUPATIONS), len(SKILLS)) == (43, 336)
    for codes in (OCCUPATIONS, SKILLS):
        assert list(codes) == sorted(set(codes))
        assert all(code.isidentifier() and code.isascii() and code.islower() for code in codes)


def test_the_hash_covers_every_code_and_its_kind() -> None:
    assert hash_of(OCCUPATIONS, SKILLS) == VOCABULARY_HASH == VOCABULARIES[VOCABULARY_VERSION]


def test_another_list_is_another_version() -> None:
    assert VOCABULARIES == {
        1: "a81d85914a64ea51b452e89992e418afa8aaa33e62fde160ac67f62ecdc07050",
        2: "05348babd41f4a44dd6a9110309a34016c50f4a23e85f2e004b263fa3841a6d4",
    }


def test_every_code_of_version_1_can_still_be_read() -> None:
    assert hash_of(OCCUPATIONS_1, SKILLS_1) == VOCABULARIES[1]
    assert set(OCCUPATIONS_1) <= set(OCCUPATIONS)
    assert set(SKILLS_1) <= set(SKILLS)


def test_a_code_of_another_vocabulary_is_refused() -> None:
    assert TypeAdapter[str](Occupation).validate_python("sales") == "sales"
    assert TypeAdapter[str](Skill).validate_python("python") == "python"
    for kind in (Occupation, Skill):
        with pytest.raises(ValidationError):
            TypeAdapter[str](kind).validate_python("astrology")
