"""Past applicants for an opening of the same company (DOMAIN A4, A27)."""

from dataclasses import fields
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.domain.matching import LiveToken, Reason, ReasonCode
from node.domain.own_pool import (
    MOST,
    History,
    Refusal,
    months_after,
    rank,
    refusal,
    spoken,
)
from node.domain.requirement import Requirement
from protocol.taxonomy import StageBand
from protocol.vocabulary import OCCUPATIONS, SKILLS

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def history(*invited: date, act: date = date(2026, 6, 1), to_it: bool = False) -> History:
    return History(invited, act, has_been_invited_to_it=to_it)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (history(), None),
        (history(act=date(2025, 11, 23)), None),
        (history(act=date(2025, 11, 22)), Refusal.TOO_LATE),
        (history(date(2026, 5, 23)), None),
        (history(date(2026, 5, 24)), Refusal.TOO_SOON),
        (history(date(2025, 12, 1), date(2026, 5, 1)), Refusal.ENOUGH),
        (history(date(2025, 12, 1), to_it=True), Refusal.OPENING),
    ],
)
def test_a27_invitations_stay_rare(known: History, expected: Refusal | None) -> None:
    assert refusal(known, TODAY) is expected


@given(act=DAYS, days=st.lists(st.integers(0, 3000), max_size=60))
def test_a27_no_series_of_days_breaks_the_rule(act: date, days: list[int]) -> None:
    invited: list[date] = []
    for day in sorted(act + timedelta(days=number) for number in days):
        if refusal(history(*invited, act=act), day) is None:
            invited.append(day)
    assert len(invited) <= MOST
    assert all(day <= months_after(act, 12) for day in invited)
    for one, other in pairwise(invited):
        assert other >= months_after(one, 6)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2026, 6, 15), 6, date(2026, 12, 15)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)
def test_months_end_where_the_calendar_ends_them(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later


def test_a4_who_came_furthest_stands_first() -> None:
    wanted = Requirement(wanted_skills={SKILLS[0]: 5})
    early = LiveToken("a", stage=StageBand.DOC, skills=frozenset({SKILLS[0]}))
    middle = LiveToken("b", stage=StageBand.INTERVIEW)
    final = LiveToken("c", stage=StageBand.FINAL)
    able = LiveToken("d", stage=StageBand.FINAL, skills=frozenset({SKILLS[0]}))
    unknown = LiveToken("e")
    ranked = rank(wanted, [early, middle, final, able, unknown])
    assert [one.token for one in ranked] == ["d", "c", "b", "a", "e"]


def test_a4_what_is_required_still_decides() -> None:
    asked = Requirement(occupations=frozenset({OCCUPATIONS[0]}))
    other = LiveToken("a", stage=StageBand.FINAL, occupation=OCCUPATIONS[1])
    fitting = LiveToken("b", stage=StageBand.DOC, occupation=OCCUPATIONS[0])
    assert [one.token for one in rank(asked, [other, fitting])] == ["b"]


def test_a4_the_stage_is_no_wish_beside_the_order() -> None:
    asked = Requirement(wanted_stage=StageBand.FINAL, stage_weight=5)
    (found,) = rank(asked, [LiveToken("a", stage=StageBand.FINAL)])
    assert (found.score, found.reasons) == (0, ())


def test_neither_age_nor_sex_is_among_what_is_compared() -> None:
    names = {one.name for one in fields(LiveToken)}
    assert names.isdisjoint({"age", "age_band", "born_on", "sex", "gender"})


def test_only_what_speaks_for_a_person_is_spoken() -> None:
    reasons = [
        Reason(ReasonCode.UNANSWERED, "language"),
        Reason(ReasonCode.OCCUPATION, OCCUPATIONS[0]),
        Reason(ReasonCode.WANTED_SKILL, SKILLS[0], 3),
        Reason(ReasonCode.MISSING_SKILL, SKILLS[1], 2),
    ]
    assert spoken(reasons) == (("occupation", OCCUPATIONS[0]), ("skill", SKILLS[0]))
