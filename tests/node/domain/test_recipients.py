from dataclasses import replace
from datetime import date

import pytest

from node.domain.recipients import (
    Addressee,
    Plain,
    Withheld,
    plain_reason,
    withheld,
    years_old,
)
from protocol.taxonomy import Route

TODAY = date(2026, 11, 24)
NOBODY = Addressee(date(1990, 2, 1), is_running=False, is_hired=False, has_declined=False)


@pytest.mark.parametrize(
    ("addressee", "reason"),
    [
        (NOBODY, None),
        (replace(NOBODY, born_on=None), None),
        (replace(NOBODY, born_on=date(2008, 11, 24)), None),
        (replace(NOBODY, born_on=date(2008, 11, 25)), Plain.MINOR),
        (replace(NOBODY, is_running=True), Plain.RUNNING),
        (replace(NOBODY, is_running=True, is_hired=True), Plain.HIRED),
        (replace(NOBODY, has_declined=True), Plain.DECLINED),
    ],
)
def test_who_is_not_asked(addressee: Addressee, reason: Plain | None) -> None:
    assert plain_reason(addressee, TODAY) is reason


@pytest.mark.parametrize(
    ("born_on", "age"), [(date(2008, 2, 29), 18), (date(2008, 11, 24), 18), (date(2008, 12, 1), 17)]
)
def test_age_changes_on_the_birthday(born_on: date, age: int) -> None:
    assert years_old(born_on, TODAY) == age


def test_agency_and_never_keep_the_letter_back() -> None:
    assert withheld(Route.MEDIA, is_suppressed=False) is None
    assert withheld(Route.MEDIA, is_suppressed=True) is Withheld.SUPPRESSED
    assert withheld(Route.AGENCY, is_suppressed=True) is Withheld.AGENCY
