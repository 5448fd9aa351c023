from collections import Counter
from datetime import date

import pytest

from node.demo.applicants import (
    CORPORATE_NUMBER,
    EMPLOYED_AT_BETA,
    REJECTED_TWICE,
    applications_csv,
)
from node.demo.openings import openings, openings_json
from node.domain.applicant import Outcome
from node.domain.blocks import read_corporate_number
from node.domain.matching import LiveToken, match
from node.domain.opening import from_json_text
from node.domain.rows import ParsedRow
from node.domain.vocabulary import Vocabulary
from protocol.taxonomy import CandidateEnd, EndedBy, Stage
from tests.node.reading import opened, rows_of

TODAY = date(2026, 11, 24)
COMPANIES = ("alpha", "beta", "gamma")
K = 5


def parsed(company: str, vocabulary: Vocabulary) -> list[ParsedRow]:
    rows = rows_of(applications_csv(company, today=TODAY), vocabulary)
    good = [row for row in rows if isinstance(row, ParsedRow)]
    assert len(good) == len(rows)
    return good


def rejected(company: str, vocabulary: Vocabulary) -> list[ParsedRow]:
    return [row for row in parsed(company, vocabulary) if row.application.ended_by is EndedBy.ORG]


@pytest.mark.parametrize(
    ("company", "encoding", "rows", "people"),
    [("alpha", "cp932", 300, 299), ("beta", "utf-8-sig", 60, 60), ("gamma", "utf-8", 60, 60)],
)
def test_every_row_of_every_file_is_good(
    vocabulary: Vocabulary, company: str, encoding: str, rows: int, people: int
) -> None:
    assert opened(applications_csv(company, today=TODAY))[0].encoding == encoding
    found = parsed(company, vocabulary)
    assert len(found) == rows
    assert len({row.candidate_id for row in found}) == people


def test_a19_alpha_rejects_285_of_300_and_hires_15(vocabulary: Vocabulary) -> None:
    rows = parsed("alpha", vocabulary)
    ends = Counter(row.application.outcome for row in rows)
    assert ends == {Outcome.ENDED: 285, Outcome.HIRED: 15}
    twice = Counter(row.candidate_id for row in rejected("alpha", vocabulary))
    assert (len(twice), sum(twice.values())) == (284, 285)
    assert [person for person, times in twice.items() if times == 2] == [REJECTED_TWICE]
    assert len({r.application.job for r in rows if r.candidate_id == REJECTED_TWICE}) == 2
    assert sum(row.application.cost_yen or 0 for row in rows) == 15 * 500_000


@pytest.mark.parametrize("company", ["beta", "gamma"])
def test_the_others_reject_45_and_see_every_kind_of_end(
    vocabulary: Vocabulary, company: str
) -> None:
    rows = parsed(company, vocabulary)
    assert len(rejected(company, vocabulary)) == 45
    kinds = {row.application.ended_kind for row in rows}
    assert kinds == {None, *CandidateEnd}
    assert {row.application.outcome for row in rows} == set(Outcome)
    assert EndedBy.NEITHER in {row.application.ended_by for row in rows}


def test_nobody_applies_at_two_companies(vocabulary: Vocabulary) -> None:
    people = [
        {
            (row.identity.name, *row.identity.mails, *row.identity.phones)
            for row in parsed(c, vocabulary)
        }
        for c in COMPANIES
    ]
    assert sum(len(group) for group in people) == 419
    for column in range(3):
        assert len({person[column] for group in people for person in group}) == 419


def test_one_person_is_employed_at_a_member(vocabulary: Vocabulary) -> None:
    (row,) = (r for r in rejected("alpha", vocabulary) if r.candidate_id == EMPLOYED_AT_BETA)
    assert row.identity.employer.corporate_number == CORPORATE_NUMBER["beta"]


@pytest.mark.parametrize("company", COMPANIES)
def test_the_gate_finds_at_least_five_of_each_kind(vocabulary: Vocabulary, company: str) -> None:
    latest = {row.candidate_id: row for row in rejected(company, vocabulary)}
    groups = Counter(
        (p.profile.region, p.profile.occupation, p.profile.years, p.application.stage_band)
        for p in latest.values()
    )
    assert min(groups.values()) >= K


@pytest.mark.parametrize("company", COMPANIES)
def test_stages_days_and_ratings_are_coherent(vocabulary: Vocabulary, company: str) -> None:
    for row in parsed(company, vocabulary):
        application = row.application
        days = [event.on for event in application.events if event.on]
        assert len(days) == len(application.events)
        assert days == sorted(days)
        assert application.applied_on < days[0] <= TODAY
        assert application.ended_on is None or days[-1] < application.ended_on < TODAY
        assert {rating.stage for rating in application.ratings} <= {
            event.stage for event in application.events
        }
        if application.outcome is Outcome.HIRED:
            assert application.furthest is Stage.OFFER


def test_the_same_day_gives_the_same_bytes() -> None:
    for company in COMPANIES:
        content = applications_csv(company, today=TODAY)
        assert content == applications_csv(company, today=TODAY)
        assert content != applications_csv(company, today=date(2027, 1, 4))


@pytest.mark.parametrize("company", COMPANIES)
def test_openings_match_the_rejected_of_each_other_company(
    vocabulary: Vocabulary, company: str
) -> None:
    found = openings(company, today=TODAY)
    for other in set(COMPANIES) - {company}:
        tokens = [
            LiveToken(
                id=row.candidate_id,
                region=row.profile.region,
                occupation=row.profile.occupation,
                years=row.profile.years,
                skills=frozenset(row.profile.skills),
            )
            for row in rejected(other, vocabulary)
        ]
        matched = {one.token for opening in found for one in match(opening.requirement, tokens)}
        assert len(matched) >= 20


@pytest.mark.parametrize("company", COMPANIES)
def test_openings_state_terms_of_their_own_company(company: str) -> None:
    for opening in openings(company, today=TODAY):
        number = read_corporate_number(CORPORATE_NUMBER[company])
        assert opening.terms.employer.corporate_number == number
        assert opening.terms.title == opening.title
        assert opening.terms.confirmed == "2026-11-24"


@pytest.mark.parametrize("company", COMPANIES)
def test_the_openings_file_is_read_back_unchanged(company: str) -> None:
    written = openings_json(company, today=TODAY)
    assert from_json_text(written) == openings(company, today=TODAY)
