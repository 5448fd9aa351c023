import pytest

from protocol.errors import MalformedError
from protocol.terms import FixedOvertime, Terms
from tests.protocol.agreed_person import TERMS
from tests.protocol.companies import edited

WITH_EVERYTHING = TERMS.model_copy(
    update={"renewal": "更新上限5年", "fixed_overtime": FixedOvertime(hours=20, jpy=40_000)}
)


@pytest.mark.parametrize("terms", [TERMS, WITH_EVERYTHING], ids=["least", "most"])
def test_terms_come_back(terms: Terms) -> None:
    assert Terms.parse(terms.canonical()) == terms


@pytest.mark.parametrize("name", sorted(TERMS.to_json()))
def test_every_item_of_the_law_must_be_stated(name: str) -> None:
    with pytest.raises(MalformedError, match=name):
        Terms.parse(edited(TERMS, **{name: None}))


@pytest.mark.parametrize(
    "change",
    [
        {"duties": ""},
        {"wage": "x" * 2001},
        {"dispatch": "no"},
        {"confirmed": "yesterday"},
        {"employer": {"corporate_number": "3", "name": "株式会社gamma"}},
        {"fixed_overtime": {"hours": -1, "jpy": 0}},
        {"age_limit": 35},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_form_is_no_terms(change: dict[str, object]) -> None:
    with pytest.raises(MalformedError):
        Terms.parse(edited(TERMS, **change))
