import json
import re
from pathlib import Path
from typing import Any

import pytest

from node.domain.errors import OpeningError
from node.domain.opening import OpeningDraft, from_json_text, from_toml_text
from node.domain.requirement import Requirement
from protocol.terms import Terms
from tests.protocol.agreed_person import TERMS

DOCUMENT: dict[str, Any] = {
    "title": "営業",
    "requirement": {"occupations": ["sales"]},
    "terms": TERMS.to_json(),
    "purpose": "採用選考のため",
    "retention_days": 180,
}
DRAFT = OpeningDraft(
    title="営業",
    requirement=Requirement(occupations=frozenset({"sales"})),
    terms=TERMS,
    purpose="採用選考のため",
    retention_days=180,
)


def test_json_holds_one_opening_or_a_list() -> None:
    assert from_json_text(json.dumps(DOCUMENT)) == (DRAFT,)
    assert from_json_text(json.dumps([DOCUMENT, DOCUMENT])) == (DRAFT, DRAFT)


def test_toml_holds_a_table_an_opening() -> None:
    employer = TERMS.employer
    terms = {name: value for name, value in TERMS.to_json().items() if name != "employer"}
    lines = ["[[openings]]", *_lines({**DOCUMENT, "requirement": None, "terms": None})]
    lines += ["[openings.requirement]", 'occupations = ["sales"]', "[openings.terms]"]
    lines += [*_lines(terms), "[openings.terms.employer]", *_lines(employer.to_json())]
    assert from_toml_text("\n".join(lines)) == (DRAFT,)


def _lines(values: dict[str, Any]) -> list[str]:
    return [
        f"{name} = {json.dumps(value, ensure_ascii=False)}"
        for name, value in values.items()
        if value is not None
    ]


def test_the_example_of_the_documents_is_one_opening_and_names_every_field() -> None:
    page = (Path(__file__).parents[3] / "docs" / "OPENINGS.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (opening,) = from_toml_text(example)
    # A TOML day is read as the text that the terms hold.
    assert opening.terms.confirmed == "2026-11-23"
    fields = {*Requirement.__dataclass_fields__, *Terms.model_fields}
    assert not [name for name in fields if not re.search(rf"\b{name}\b", page)]


def test_opening_without_a_requirement_lets_everyone_pass() -> None:
    document = {name: value for name, value in DOCUMENT.items() if name != "requirement"}
    assert OpeningDraft.from_json(document).requirement == Requirement()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"headline": "営業"}, "headline"),
        ({"title": ""}, "title"),
        ({"title": 1}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"purpose": " "}, "purpose"),
        ({"purpose": "x" * 401}, "purpose"),
        ({"retention_days": 0}, "retention_days"),
        ({"retention_days": 3651}, "retention_days"),
        ({"retention_days": True}, "retention_days"),
        ({"retention_days": "180"}, "retention_days"),
        ({"requirement": {"age": "30"}}, "age: no such field of a requirement"),
        ({"requirement": []}, "requirement: an object"),
        ({"requirement": {"occupations": ["chef"]}}, "chef: unknown occupation"),
        ({"requirement": {"wanted_skills": {"tea": 1}}}, "tea: unknown skill"),
        ({"terms": {}}, "terms"),
        ({"terms": {**TERMS.to_json(), "wage": 1.5}}, "terms"),
        ({"terms": "none"}, "terms"),
    ],
)
def test_wrong_field_is_named(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(OpeningError, match=said):
        from_json_text(json.dumps([DOCUMENT, {**DOCUMENT, **changes}]))


def test_missing_field_is_named() -> None:
    with pytest.raises(OpeningError, match="opening 1: purpose: missing"):
        from_json_text(json.dumps({n: v for n, v in DOCUMENT.items() if n != "purpose"}))


@pytest.mark.parametrize("text", ["", "{", "1", "[1]", '"x"'])
def test_other_json_is_refused(text: str) -> None:
    with pytest.raises(OpeningError):
        from_json_text(text)


@pytest.mark.parametrize("text", ["", "[openings]\n", "x = ", "[[openings]]\n", "openings = 1"])
def test_other_toml_is_refused(text: str) -> None:
    with pytest.raises(OpeningError):
        from_toml_text(text)
