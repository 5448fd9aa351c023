from dataclasses import replace
from datetime import date

import pytest

from node.domain.recipients import (
    Addressee,
    AskRules,
    Future,
    Plain,
    Told,
    Withheld,
    is_student,
    plain_reason,
    told,
    withheld,
    years_old,
)
from node.domain.source import Source
from protocol.taxonomy import Route

TODAY = date(2026, 11, 24)
RULES = AskRules(frozenset({Route.OWN_SITE, Route.HELLOWORK, Route.EVENT, Route.REFERRAL}))
CHOSEN = replace(RULES, only_recommended=True)
NOBODY = Addressee(
    route=Route.OWN_SITE,
    medium=None,
    job="法人営業",
    is_medium_checked=False,
    born_on=date(1990, 2, 1),
    is_running=False,
    is_hired=False,
    has_declined=False,
    is_never_asked=False,
    was_asked=False,
)
MEDIUM = replace(NOBODY, route=Route.MEDIA, medium="架空転職ナビ")
CSV = Source("csv")


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
        (replace(NOBODY, is_never_asked=True), Plain.NEVER),
        (replace(NOBODY, was_asked=True), Plain.ASKED),
        (replace(NOBODY, route=Route.OTHER), Plain.ROUTE),
        (replace(NOBODY, route=Route.RELAY), Plain.ROUTE),
        (MEDIUM, Plain.MEDIUM),
        (replace(MEDIUM, route=Route.MEDIA_SCOUT), Plain.MEDIUM),
        (replace(MEDIUM, is_medium_checked=True), None),
        (replace(NOBODY, job="製造（2027年高卒）"), Plain.STUDENT),
        (replace(NOBODY, future=Future.NEITHER), None),
    ],
)
def test_who_is_not_asked(addressee: Addressee, reason: Plain | None) -> None:
    assert plain_reason(addressee, RULES, TODAY) is reason


def test_only_where_the_licence_allows_it_a_choice_filters() -> None:
    assert plain_reason(NOBODY, CHOSEN, TODAY) is Plain.UNCHOSEN
    assert plain_reason(replace(NOBODY, future=Future.WELCOME), CHOSEN, TODAY) is Plain.UNCHOSEN
    assert plain_reason(replace(NOBODY, future=Future.RECOMMEND), CHOSEN, TODAY) is None
    minor = replace(NOBODY, future=Future.RECOMMEND, born_on=date(2010, 1, 1))
    assert plain_reason(minor, CHOSEN, TODAY) is Plain.MINOR


@pytest.mark.parametrize("job", ["高卒", "2027卒 高校新卒", "事務（高校生）", "学校斡旋"])
def test_pupils_are_known_by_the_name_of_the_job_or_the_medium(job: str) -> None:
    assert is_student(job=job, medium=None)
    assert is_student(job="事務", medium=job)


@pytest.mark.parametrize("job", ["高卒以上の営業", "営業（高卒可）", "高卒程度", "高等学校の事務"])
def test_a_job_that_is_open_to_everybody_is_not_for_pupils(job: str) -> None:
    assert not is_student(job=job, medium=None)


@pytest.mark.parametrize(
    ("born_on", "age"), [(date(2008, 2, 29), 18), (date(2008, 11, 24), 18), (date(2008, 12, 1), 17)]
)
def test_age_changes_on_the_birthday(born_on: date, age: int) -> None:
    assert years_old(born_on, TODAY) == age


@pytest.mark.parametrize(
    ("route", "source", "who", "may_mail", "reason"),
    [
        (Route.MEDIA, CSV, "here", True, None),
        (Route.MEDIA, CSV, None, True, None),
        (Route.MEDIA, CSV, "elsewhere", True, Withheld.TOLD),
        (Route.AGENCY, CSV, "here", True, Withheld.AGENCY),
        (Route.MEDIA, Source("herp", "ats"), "here", True, Withheld.ATS),
        (Route.MEDIA, Source("herp", "off"), "here", True, Withheld.OFF),
        (Route.MEDIA, CSV, "here", False, Withheld.NO_MAIL),
    ],
)
def test_who_gets_no_letter(
    route: Route, source: Source, who: str | None, reason: Withheld | None, *, may_mail: bool
) -> None:
    assert withheld(route, source, who, may_mail=may_mail) is reason


@pytest.mark.parametrize(
    ("ended_on", "who"),
    [
        (date(2026, 11, 24), Told.HERE),
        (date(2026, 10, 25), Told.HERE),
        (date(2026, 10, 24), Told.ELSEWHERE),
        (date(2021, 11, 24), Told.ELSEWHERE),
    ],
)
def test_a_rejection_of_more_than_thirty_days_was_told_elsewhere(ended_on: date, who: Told) -> None:
    last = date(2020, 1, 1)
    assert told(CSV, ended_on=ended_on, last_seen_on=last, was_open=True, on=TODAY) is who


def test_a_rejection_before_the_first_day_of_its_source_was_told_elsewhere() -> None:
    source = Source("csv", go_live=date(2026, 11, 20))
    for day, who in ((19, Told.ELSEWHERE), (20, Told.HERE)):
        ended = date(2026, 11, day)
        assert told(source, ended_on=ended, last_seen_on=ended, was_open=False, on=TODAY) is who


def test_without_the_day_of_the_end_the_last_day_counts_unless_it_was_seen_open() -> None:
    old = date(2026, 9, 1)
    for was_open, who in ((False, Told.ELSEWHERE), (True, Told.HERE)):
        assert told(CSV, ended_on=None, last_seen_on=old, was_open=was_open, on=TODAY) is who


def test_version_changes_with_the_conditions_alone() -> None:
    same = AskRules(frozenset(sorted(RULES.routes, reverse=True)))
    fewer = AskRules(frozenset({Route.OWN_SITE}))
    assert same.version == RULES.version
    assert len({RULES.version, CHOSEN.version, fewer.version}) == 3
