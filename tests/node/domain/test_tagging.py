from datetime import date

import pytest

from node.domain.applicant import Application, Identity, Profile, Rating
from node.domain.tagging import TagFamily, age_band, evaluation, facets, tags
from protocol.taxonomy import Region, Route, Stage


def rating(ordinal: int, best: int = 5) -> Rating:
    return Rating(Stage.SCREENING, "A-E", ordinal, best, "佐伯 亮")


def application(**fields: object) -> Application:
    values = {"remote_id": "A-1", "job": "法人営業", "applied_on": date(2026, 4, 1), **fields}
    return Application(**values)  # type: ignore[arg-type]  # a test's own keyword arguments


KNOWN = tags(
    Identity(name="髙﨑 義雄", born_on=date(1988, 4, 2)),
    Profile(region=Region.CHUBU, skills=("excel", "sql")),
    application(route=Route.AGENCY, ratings=(rating(5), rating(4))),
)
UNKNOWN = tags(Identity(name="水島 みなみ"), Profile(), application())


def test_a3_every_family_has_a_value_or_an_explicit_unknown() -> None:
    assert KNOWN.pairs() == (
        (TagFamily.SKILL, "excel"),
        (TagFamily.SKILL, "sql"),
        (TagFamily.AGE, "30s"),
        (TagFamily.EVALUATION, "high"),
        (TagFamily.REGION, "chubu"),
        (TagFamily.ROUTE, "agency"),
    )
    assert UNKNOWN.pairs() == (
        (TagFamily.SKILL, "unknown"),
        (TagFamily.AGE, "unknown"),
        (TagFamily.EVALUATION, "unknown"),
        (TagFamily.REGION, "unknown"),
        (TagFamily.ROUTE, "other"),
    )


def test_a3_facets_equal_the_counts_by_hand() -> None:
    counts = facets([KNOWN, KNOWN, UNKNOWN])
    assert counts[TagFamily.SKILL] == {"excel": 2, "sql": 2, "unknown": 1}
    assert counts[TagFamily.AGE] == {"30s": 2, "unknown": 1}
    assert set(counts) == set(TagFamily)


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(1996, 4, 1), "30s"),
        (date(1996, 4, 2), "20s"),  # thirty tomorrow
        (date(2008, 4, 1), "10s"),
        (date(2018, 4, 1), "10s"),
        (date(1966, 4, 1), "60plus"),
        (date(1940, 1, 1), "60plus"),
        (date(1966, 4, 2), "50s"),
    ],
)
def test_age_is_that_of_the_day_of_application(born: date, band: str) -> None:
    assert age_band(born, date(2026, 4, 1)) == band


@pytest.mark.parametrize(
    ("ordinals", "third"),
    [
        ([1], "low"),
        ([1, 3], "low"),
        ([3], "middle"),
        ([3, 4], "middle"),
        ([4], "high"),
        ([5], "high"),
    ],
)
def test_evaluation_is_a_third_of_its_scale(ordinals: list[int], third: str) -> None:
    assert evaluation(rating(ordinal) for ordinal in ordinals) == third


def test_no_repr_shows_age_or_evaluation() -> None:
    assert "30s" not in repr(KNOWN)
    assert "high" not in repr(KNOWN)
