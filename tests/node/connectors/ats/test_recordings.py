"""What the recorded answers of a vendor mean, read as a file by the mapping that ships for it."""

import json
from datetime import UTC, date, datetime

import pytest

from node.assembly.words import read_vocabulary
from node.connectors.ats import SOURCES
from node.connectors.files.recorded import is_recorded, open_recorded
from node.connectors.files.table import records, survey
from node.domain.applicant import Outcome
from node.domain.errors import FileRefusedError
from node.domain.mapping import guess
from node.domain.rows import ParsedRow, read_rows
from protocol.taxonomy import EndedBy, Reason, Route, Stage
from tests.node.connectors.ats.applicants import Applicant, End, applicants
from tests.node.connectors.ats.recordings import RECORDINGS, recording
from tests.node.connectors.ats.vendors import CASES
from tests.node.reading import PRESETS

EVENING = datetime(2026, 10, 20, 20, 0, tzinfo=UTC)  # the 21st in Japan
VOCABULARY = read_vocabulary()
KINDS = sorted(RECORDINGS)


def ended(end: End) -> Applicant:
    return applicants(1)[1].ending(end, EVENING)


def read(kind: str, content: bytes) -> list[ParsedRow]:
    """Return the applications of a file, as an import without an operator reads it."""
    assert is_recorded(content)
    sheet = survey(open_recorded(content), 1)
    mapping = guess(sheet.header, PRESETS.values())
    assert mapping.name == SOURCES[kind].preset
    found = list(read_rows(records(open_recorded(content), 1), sheet.header, mapping, VOCABULARY))
    assert all(isinstance(one, ParsedRow) for one in found), found
    return [one for one in found if isinstance(one, ParsedRow)]


def one(kind: str, end: End) -> ParsedRow:
    (found,) = read(kind, recording(kind, [ended(end)]))
    return found


def refused(content: bytes) -> str:
    with pytest.raises(FileRefusedError) as caught:
        open_recorded(content)
    return caught.value.code


def test_every_source_has_a_server_or_a_recording() -> None:
    assert {*CASES, *RECORDINGS} == set(SOURCES)
    assert set(CASES) == {kind for kind, found in SOURCES.items() if found.connect is not None}


@pytest.mark.parametrize("kind", KINDS)
def test_a_person_is_read_whole(kind: str) -> None:
    row = one(kind, "org")
    assert row.identity.name == "架空 花子1"
    assert row.identity.mails == ("hanako1@mail.example.jp",)
    assert row.identity.phones == ("+819012340001",)
    application = row.application
    assert (application.job, application.medium) == ("法人営業", "架空転職ナビ")
    assert (application.route, application.applied_on) == (Route.MEDIA, date(2026, 10, 1))
    assert application.ended_on == date(2026, 10, 21)
    assert application.remote_id


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("end", "outcome", "ended_by"),
    [
        ("", Outcome.RUNNING, None),
        ("org", Outcome.ENDED, EndedBy.ORG),
        ("candidate", Outcome.ENDED, EndedBy.CANDIDATE),
        ("hired", Outcome.HIRED, None),
        ("unknown", Outcome.ENDED, EndedBy.UNKNOWN),
    ],
)
def test_who_ended_it(kind: str, end: End, outcome: Outcome, ended_by: EndedBy | None) -> None:
    application = one(kind, end).application
    assert (application.outcome, application.ended_by) == (outcome, ended_by)


@pytest.mark.parametrize(
    ("kind", "reason", "stage"),
    [
        ("ashby", Reason.COMPETITOR_CHOSEN, None),
        ("workable", Reason.EXPERIENCE_SHORT, Stage.SCREENING),
        ("smartrecruiters", Reason.EXPERIENCE_SHORT, Stage.CASUAL),
    ],
)
def test_the_reason_and_the_stage_are_kept(kind: str, reason: Reason, stage: Stage | None) -> None:
    application = one(kind, "org").application
    assert application.reason is reason
    assert [event.stage for event in application.events] == ([] if stage is None else [stage])


@pytest.mark.parametrize("kind", KINDS)
def test_pages_stand_one_behind_the_other_and_may_be_bare(kind: str) -> None:
    record, listed = RECORDINGS[kind]
    people = list(applicants(4).values())
    pages = [
        recording(kind, people[:1]),
        json.dumps([record(people[1])]).encode(),
        json.dumps({listed: []}).encode(),
        json.dumps(record(people[2]), indent=1).encode(),
        b"\n",
    ]
    assert len(read(kind, b"\n".join(pages))) == 3
    assert len(read(kind, b"\xef\xbb\xbf" + recording(kind, people))) == 4
    assert len(read(kind, recording(kind, people).decode().encode("utf-16"))) == 4


def test_a_candidate_of_two_jobs_is_two_applications_and_a_lead_is_none() -> None:
    record, _ = RECORDINGS["smartrecruiters"]
    person = record(ended("org"))
    first = person["primaryAssignment"]
    assert isinstance(first, dict)
    other = {**first, "job": {"id": "j-2", "title": "経理"}, "status": "INTERVIEW"}
    person["secondaryAssignments"] = [other, {**other, "status": "LEAD"}]
    rows = read("smartrecruiters", json.dumps(person).encode())
    assert [row.application.job for row in rows] == ["法人営業", "経理"]
    assert {row.candidate_id for row in rows} == {"sr-1"}
    lead = {**RECORDINGS["ashby"][0](ended("")), "status": "Lead"}
    assert refused(json.dumps(lead).encode()) == "no-rows"


@pytest.mark.parametrize(
    ("said", "route"),
    [
        ("Agencies", Route.AGENCY),
        ("Recruiters", Route.AGENCY),
        ("Employee referral", Route.REFERRAL),
        ("Sourcing tool", Route.MEDIA_SCOUT),
        ("Career page", Route.OWN_SITE),
        ("自社サイト", Route.OWN_SITE),
        ("Elsewhere", Route.OTHER),
    ],
)
def test_a_route_is_told_by_the_words_of_a_source(said: str, route: Route) -> None:
    person = {**RECORDINGS["workable"][0](ended("org")), "common_source_category": said}
    (row,) = read("workable", json.dumps(person).encode())
    assert row.application.route is route


def test_half_a_character_harms_nobody() -> None:
    person = {**RECORDINGS["workable"][0](ended("org")), "lastname": "架空\ud83d"}
    (row,) = read("workable", json.dumps(person).encode())
    assert row.identity.name.encode().decode() == "架空? 花子1"


def test_whom_a_recruiter_found_came_by_a_scout() -> None:
    person = {**RECORDINGS["workable"][0](ended("org")), "sourced": True}
    (row,) = read("workable", json.dumps(person).encode())
    assert row.application.route is Route.MEDIA_SCOUT


@pytest.mark.parametrize(
    "content", [b"[ID],[\xe5\x90\x8d]\n1,x\n", b"{name},x\n", b"1,{}\n", b"", b"[1, 2]", b" \n"]
)
def test_a_table_is_no_json(content: bytes) -> None:
    assert not is_recorded(content)


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[[1, 2]]",
        b'{"results": [{"name": "x"}]}',
        b'{"candidates": []}',
        b"[" * 500,
        b'{"a": NaN} x',
    ],
)
def test_other_json_is_refused_without_a_word_of_it(content: bytes) -> None:
    assert refused(content) == "other-json"
