import re
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from node.domain.operator import Role
from node.domain.requirement import Requirement
from node.domain.vocabulary import Vocabulary
from node.i18n import LANGUAGES
from node.services.operators import Operators
from node.storage.database import Database
from node.storage.vault import Vault
from node.web.console import introduction_pages, proposal_pages
from node.web.console.app import create_app
from node.web.console.opening_pages import OpeningPages
from node.web.ui.company import Company
from node.web.ui.terms import CLAUSES
from protocol.introduction_life import State as Marked
from protocol.match_life import State
from protocol.messages.outcome import OutcomeReport
from protocol.reveal import SealedPayload
from protocol.taxonomy import Language, Region, StageBand, Years
from protocol.vocabulary import OCCUPATIONS, SKILLS
from tests.node.services.intake_world import KeptMail, World
from tests.node.services.receiver import PERSON, Receiver, draft
from tests.protocol.companies import ALPHA

MAIL, PASSWORD = "miura@example.jp", "a long enough password"
TYPED = {
    "title": "法人営業",
    "purpose": "採用選考のため",
    "retention": "180",
    "occupation": ["sales"],
    "region": ["chubu"],
    "years": "2-4",
    "language": "business",
    "availability": "",
    "required": ["excel"],
    "weight-excel": "3",
    "weight-english": "4",
    "stage": "interview",
    "stage_weight": "2",
    "dispatch": "no",
    "fixed_hours": "20",
    "fixed_jpy": "45000",
    "confirmed": "2026-09-21",
    **{name: f"{name}の条件" for name in CLAUSES if name != "renewal"},
}


@pytest.fixture
def receiver(tmp_path: Path, db: Database) -> Receiver:
    receiver = Receiver(tmp_path, db)
    receiver.found()
    return receiver


@pytest.fixture
def app(receiver: Receiver, company: Company, vocabulary: Vocabulary, tmp_path: Path) -> Flask:
    operators = Operators(receiver.db, receiver.clock)
    operators.add(mail=MAIL, name="三浦 さやか", role=Role.RECRUITER, password=PASSWORD)
    today = Blueprint("today", __name__)
    today.add_url_rule("/", "show", lambda: "")
    past = World(receiver.db, receiver.clock, KeptMail(), Vault(b"m" * 32, b"i" * 32), tmp_path)
    openings = OpeningPages(
        receiver.clock,
        receiver.openings,
        receiver.search,
        receiver.proposals,
        past.pool,
        vocabulary,
        answer_within=timedelta(days=7),
    )
    return create_app(
        company,
        operators,
        [
            today,
            openings.blueprint(),
            proposal_pages.pages(receiver.proposals),
            introduction_pages.pages(receiver.introductions),
        ],
        secret_key=b"k" * 32,
        is_behind_tls=False,
    )


class Browser:
    """A recruiter's browser, logged in."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        assert self.post("/login", mail=MAIL, password=PASSWORD).status_code == HTTPStatus.FOUND

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, **fields: object) -> TestResponse:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/login").text)
        assert found
        return self.client.post(path, data={**fields, "csrf_token": found[1]})


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client())


@pytest.mark.parametrize(
    "path", ["/openings", "/openings/new", "/openings/x", "/proposals", "/introductions"]
)
def test_nobody_sees_a_page_without_a_login(app: Flask, path: str) -> None:
    answer = app.test_client().get(path)
    assert (answer.status_code, answer.location) == (HTTPStatus.FOUND, "/login")


def test_opening_is_stored_as_typed(browser: Browser, receiver: Receiver) -> None:
    assert browser.post("/openings/new", **TYPED).status_code == HTTPStatus.SEE_OTHER
    (view,) = receiver.openings.every()
    assert view.draft.requirement == Requirement(
        occupations=frozenset({"sales"}),
        regions=frozenset({Region.CHUBU}),
        least_years=Years.UP_TO_4,
        least_language=Language.BUSINESS,
        required_skills=frozenset({"excel"}),
        wanted_skills={"english": 4},
        wanted_stage=StageBand.INTERVIEW,
        stage_weight=2,
    )
    terms = view.draft.terms
    assert (terms.title, terms.renewal, terms.wage) == ("法人営業", None, "wageの条件")
    assert terms.employer == receiver.openings.employer()
    assert terms.fixed_overtime is not None
    page = browser.get(f"/openings/{view.id}").text
    assert "wageの条件" in page
    assert "法人営業" in browser.get("/openings").text


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("title", ""),
        ("purpose", "x" * 401),
        ("retention", "0"),
        ("retention", "１８０"),
        ("dispatch", ""),
        ("duties", ""),
        ("wage", "x" * 2001),
        ("fixed_jpy", ""),
        ("confirmed", "2026-02-30"),
        ("occupation", "unknown"),
        ("years", "unknown"),
        ("weight-english", "9"),
    ],
)
def test_wrong_form_comes_back_with_what_was_typed(
    browser: Browser, receiver: Receiver, field: str, typed: str
) -> None:
    answer = browser.post("/openings/new", **{**TYPED, field: typed})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert 'role="alert"' in answer.text
    assert "placeの条件" in answer.text
    assert receiver.openings.every() == []


def test_form_of_an_opening_is_shown(browser: Browser, receiver: Receiver) -> None:
    page = browser.get("/openings/new").text
    assert receiver.openings.employer().name in page
    assert all(f'name="weight-{code}"' in page for code in SKILLS)
    assert all(f'name="occupation" value="{code}"' in page for code in OCCUPATIONS)
    assert "<details open>" not in page


def test_the_headings_of_chosen_skills_come_back_open(browser: Browser) -> None:
    page = browser.post("/openings/new", **{**TYPED, "title": ""}).text
    summaries = re.findall(r'<details open>\s*<summary id="area-(\w+)">[^<]*?(\d+)</summary>', page)
    assert summaries == [("languages", "1"), ("office", "1")]


def test_match_is_asked_for_contact(browser: Browser, receiver: Receiver) -> None:
    receiver.earn()
    person = receiver.person()
    opening = receiver.openings.add([draft(WISHES)])[0]
    path = f"/openings/{opening}/matches/{ALPHA.id}/{person.token_id}"
    page = browser.get(path).text
    assert page.count('class="mark ') == page.count("<use")
    answer = browser.post(path)
    assert (answer.status_code, answer.location) == (HTTPStatus.SEE_OTHER, "/proposals?made=1")
    (view,) = receiver.proposals.every()
    assert view.not_after == receiver.clock.now() + timedelta(days=7)
    assert "営業" in browser.get("/proposals?made=1").text


WISHES = Requirement(
    occupations=frozenset({"sales"}),
    least_language=Language.BASIC,
    wanted_skills={"english": 4},
    wanted_stage=StageBand.INTERVIEW,
    stage_weight=2,
)


def test_without_a_credit_nothing_is_sent(browser: Browser, receiver: Receiver) -> None:
    person = receiver.person()
    opening = receiver.opening()
    answer = browser.post(f"/openings/{opening}/matches/{ALPHA.id}/{person.token_id}")
    assert answer.status_code == HTTPStatus.CONFLICT
    assert 'role="alert"' in answer.text
    assert receiver.proposals.every() == []


def test_person_who_is_gone_is_not_asked(browser: Browser, receiver: Receiver) -> None:
    receiver.earn()
    opening = receiver.opening()
    answer = browser.post(f"/openings/{opening}/matches/{ALPHA.id}/{'0' * 32}")
    assert answer.status_code == HTTPStatus.CONFLICT


def test_closed_opening_shows_no_matches(browser: Browser, receiver: Receiver) -> None:
    receiver.person()
    opening = receiver.opening()
    assert browser.post(f"/openings/{opening}/close").status_code == HTTPStatus.SEE_OTHER
    assert 'class="cards"' not in browser.get(f"/openings/{opening}").text


def test_proposal_is_taken_back_once(browser: Browser, receiver: Receiver) -> None:
    receiver.earn()
    proposal = receiver.propose(receiver.person())
    path = f"/proposals/{proposal}/cancel"
    assert path in browser.get("/proposals").text
    assert browser.post(path).status_code == HTTPStatus.SEE_OTHER
    assert receiver.state(proposal) is State.CANCELLED
    assert browser.post(path).status_code == HTTPStatus.CONFLICT
    assert path not in browser.get("/proposals?tab=ended").text


def test_person_is_shown_and_marked(browser: Browser, receiver: Receiver) -> None:
    receiver.earn()
    introduction = receiver.fetched(receiver.person())
    payload = SealedPayload(n="05" * 32, identity=PERSON).canonical()
    receiver.give(introduction, receiver.sealed(introduction, payload))
    path = f"/introductions/{introduction}"
    assert path in browser.get("/introductions").text
    assert str(PERSON.name) not in browser.get("/introductions").text
    page = browser.get(path).text
    assert str(PERSON.name) in page
    assert "hanako@example.jp" in page
    assert browser.post(path, outcome="hired").status_code == HTTPStatus.SEE_OTHER
    assert receiver.introductions.get(introduction).view.state is Marked.HIRED
    assert len(receiver.sent(OutcomeReport.KIND)) == 1
    assert browser.post(path, outcome="declined").status_code == HTTPStatus.CONFLICT
    assert browser.post(path, outcome="else").status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize(
    "path",
    [
        "/openings/" + "0" * 32,
        "/openings/" + "0" * 32 + "/matches/" + "0" * 32 + "/" + "0" * 32,
        "/introductions/" + "0" * 32,
        "/proposals?tab=else",
    ],
)
def test_unknown_record_is_not_found(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == HTTPStatus.NOT_FOUND


def test_unknown_record_cannot_be_changed(browser: Browser) -> None:
    nobody = "0" * 32
    for path in (f"/openings/{nobody}/close", f"/proposals/{nobody}/cancel"):
        assert browser.post(path).status_code == HTTPStatus.NOT_FOUND
    answer = browser.post(f"/introductions/{nobody}", outcome="hired")
    assert answer.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_in_both_languages(
    browser: Browser, receiver: Receiver, language: str
) -> None:
    receiver.earn()
    person = receiver.person()
    opening = receiver.openings.add([draft(WISHES)])[0]
    browser.client.set_cookie("lang", language)
    for path in (
        "/openings",
        "/openings/new",
        f"/openings/{opening}/matches/{ALPHA.id}/{person.token_id}",
    ):
        html = browser.get(path).text
        assert f'<html lang="{language}">' in html
        shown = re.sub(r"<[^>]+>", "", html)
        # No reading in brackets and no place of a message is left over.
        assert not {"[", "%("} & set(re.findall(r"\[|%\(", shown))
