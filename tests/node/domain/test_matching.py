import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.domain.errors import OpeningError
from node.domain.matching import LiveToken, Match, Reason, ReasonCode, TokenIndex, match, reasons
from node.domain.requirement import Requirement
from protocol.taxonomy import Availability, Language, Region, StageBand, Years
from protocol.vocabulary import OCCUPATIONS, SKILLS

SOME_SKILLS = SKILLS[:8]


def maybe(codes: object) -> st.SearchStrategy[str | None]:
    return st.sampled_from([None, *(str(code) for code in codes)])  # type: ignore[attr-defined]  # an enum


LIVE = st.builds(
    LiveToken,
    id=st.from_regex(r"\A[0-9a-f]{4}\Z"),
    region=maybe(list(Region)[:3]),
    occupation=maybe(OCCUPATIONS[:3]),
    years=maybe(Years),
    stage=maybe(StageBand),
    language=maybe(Language),
    availability=maybe(Availability),
    skills=st.frozensets(st.sampled_from(SOME_SKILLS), max_size=6),
)
TOKENS = st.lists(LIVE, max_size=120, unique_by=lambda token: token.id)


@st.composite
def requirements(draw: st.DrawFn) -> Requirement:
    required = draw(st.frozensets(st.sampled_from(SOME_SKILLS[:3]), max_size=1))
    wanted = draw(st.dictionaries(st.sampled_from(SOME_SKILLS[3:]), st.integers(1, 5)))
    stage = draw(st.sampled_from([None, *StageBand]))
    return Requirement(
        occupations=draw(st.frozensets(st.sampled_from(OCCUPATIONS[:3]), max_size=2)),
        regions=draw(st.frozensets(st.sampled_from(list(Region)[:3]), max_size=2)),
        least_years=draw(st.sampled_from([None, *Years])),
        least_language=draw(st.sampled_from([None, *Language])),
        latest_availability=draw(st.sampled_from([None, *Availability])),
        required_skills=required,
        wanted_skills=wanted,
        wanted_stage=stage,
        stage_weight=draw(st.integers(1, 5)) if stage else 0,
    )


def passes(requirement: Requirement, token: LiveToken) -> bool:
    """The rule read aloud, one token at a time."""
    years, languages, times = list(Years), list(Language), list(Availability)
    return (
        requirement.required_skills <= token.skills
        and (
            not requirement.occupations
            or token.occupation is None
            or token.occupation in requirement.occupations
        )
        and (not requirement.regions or token.region is None or token.region in requirement.regions)
        and (
            requirement.least_years is None
            or token.years is None
            or years.index(Years(token.years)) >= years.index(requirement.least_years)
        )
        and (
            requirement.least_language is None
            or token.language is None
            or languages.index(Language(token.language))
            >= languages.index(requirement.least_language)
        )
        and (
            requirement.latest_availability is None
            or token.availability is None
            or times.index(Availability(token.availability))
            <= times.index(requirement.latest_availability)
        )
    )


def score(requirement: Requirement, token: LiveToken) -> int:
    bands = list(StageBand)
    met = sum(
        weight for skill, weight in requirement.wanted_skills.items() if skill in token.skills
    )
    if (
        requirement.wanted_stage
        and token.stage
        and bands.index(StageBand(token.stage)) >= bands.index(requirement.wanted_stage)
    ):
        met += requirement.stage_weight
    return met


@given(requirements(), TOKENS)
def test_the_search_equals_the_rule_read_aloud(
    requirement: Requirement, tokens: list[LiveToken]
) -> None:
    expected = sorted(
        (-score(requirement, token), token.id) for token in tokens if passes(requirement, token)
    )[:50]
    found = match(requirement, tokens)
    assert [(-one.score, one.token) for one in found] == expected
    by_id = {token.id: token for token in tokens}
    assert all(one.reasons == reasons(requirement, by_id[one.token]) for one in found)


SALES = Requirement(
    occupations=frozenset({"sales"}),
    least_years=Years.UP_TO_4,
    least_language=Language.BUSINESS,
    required_skills=frozenset({"excel"}),
    wanted_skills={"sales_b2b": 5, "english": 3, "sql": 2},
    wanted_stage=StageBand.INTERVIEW,
    stage_weight=4,
)
PERSON = LiveToken(
    id="a1",
    region="chubu",
    occupation="sales",
    years="5-9",
    stage="final",
    language=None,
    skills=frozenset({"excel", "english", "sales_b2b"}),
)


def test_a16_a_match_has_at_most_six_reasons_unanswered_and_met_ones_first() -> None:
    assert match(SALES, [PERSON]) == (
        Match(
            token="a1",
            score=12,
            reasons=(
                Reason(ReasonCode.UNANSWERED, "language"),
                Reason(ReasonCode.WANTED_SKILL, "sales_b2b", 5),
                Reason(ReasonCode.WANTED_STAGE, "final", 4),
                Reason(ReasonCode.WANTED_SKILL, "english", 3),
                Reason(ReasonCode.REQUIRED_SKILL, "excel"),
                Reason(ReasonCode.OCCUPATION, "sales"),
            ),
        ),
    )


def test_a16_what_is_missing_is_said_too() -> None:
    wants = Requirement(wanted_skills={"sql": 2}, wanted_stage=StageBand.FINAL, stage_weight=4)
    for stage, said in (("doc", "doc"), (None, "unanswered")):
        token = dataclasses.replace(PERSON, stage=stage)
        assert match(wants, [token])[0].reasons == (
            Reason(ReasonCode.MISSING_STAGE, said, 4),
            Reason(ReasonCode.MISSING_SKILL, "sql", 2),
        )


def test_a16_same_inputs_in_any_order_give_the_same_matches() -> None:
    tokens = [dataclasses.replace(PERSON, id=f"{number:04x}") for number in range(120)]
    found = match(SALES, tokens)
    assert [one.token for one in found] == [f"{number:04x}" for number in range(50)]
    assert match(SALES, tokens[::-1]) == found == TokenIndex(tokens).match(SALES)


def test_a_required_skill_must_be_there_while_an_absent_field_passes() -> None:
    silent = LiveToken(id="b2", skills=frozenset({"excel"}))
    (found,) = match(SALES, [silent, LiveToken(id="b3")])
    assert (found.token, found.score) == ("b2", 0)
    assert [reason.argument for reason in found.reasons[:3]] == ["occupation", "years", "language"]
    assert {reason.code for reason in found.reasons[:3]} == {ReasonCode.UNANSWERED}


def test_nobody_matches_nothing() -> None:
    assert match(SALES, []) == ()
    assert match(Requirement(required_skills=frozenset({"sql"})), [LiveToken(id="a")]) == ()


def test_age_and_sex_are_no_input() -> None:
    for kind in (Requirement, LiveToken):
        names = {field.name for field in dataclasses.fields(kind)}
        assert not names & {"age", "age_band", "born_on", "birth", "sex", "gender", "evaluation"}
    words = {code.value for code in ReasonCode}
    assert not words & {"age", "sex", "gender"}


@given(requirements())
def test_a_requirement_survives_storage(requirement: Requirement) -> None:
    assert Requirement.from_json(requirement.to_json()) == requirement


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"least_age": 30},
        {"occupations": "sales"},
        {"occupations": [1]},
        {"occupations": ["astronaut"]},
        {"regions": ["atlantis"]},
        {"least_years": "3"},
        {"least_years": 3},
        {"required_skills": ["juggling"]},
        {"wanted_skills": ["excel"]},
        {"wanted_skills": {"juggling": 1}},
        {"wanted_skills": {"excel": 0}},
        {"wanted_skills": {"excel": 6}},
        {"wanted_skills": {"excel": True}},
        {"wanted_skills": {"excel": "5"}},
        {"required_skills": ["excel"], "wanted_skills": {"excel": 1}},
        {"wanted_stage": "doc"},
        {"stage_weight": 3},
        {"wanted_stage": "doc", "stage_weight": 6},
        {"wanted_stage": "doc", "stage_weight": "x"},
    ],
)
def test_other_requirements_are_refused(document: object) -> None:
    with pytest.raises(OpeningError):
        Requirement.from_json(document)  # type: ignore[arg-type]  # what is refused
