import re
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from crypto.encoding import b64url_decode, b64url_encode
from node.domain.vocabulary import Vocabulary
from node.web.portal.app import VISIT, create_app
from node.web.portal.disclosure_pages import DisclosurePages
from node.web.ui.company import Company
from protocol.consent import signed_text
from protocol.disclosure import AcceptStatement, State, payload_commitment
from protocol.level import Level
from tests.node.services.origin_world import OriginWorld
from tests.protocol.agreed_person import CANDIDATE, STRANGER

ENGLISH = {"Accept-Language": "en"}
YES = {"applied": "no", "answer": "accept", "identity": ["name", "mails"]}


class Candidate:
    """A person with a browser, and the letter about one request."""

    def __init__(self, world: OriginWorld, company: Company, words: Vocabulary) -> None:
        self.world = world
        routes = DisclosurePages(world.answers, world.links, words, world.clock).blueprint()
        app = create_app(company, [routes], secret_key=b"k" * 32, is_behind_tls=False)
        self.browser = app.test_client()
        self.request = world.propose()
        self.secret, self.code = world.asked.secrets[self.request]

    def look(self, language: str = "/en") -> TestResponse:
        return self.browser.get(f"/d/{self.secret}{language}", headers=ENGLISH)

    def post(self, path: str, **fields: object) -> TestResponse:
        form = {"secret": self.secret, "lang": "en", **fields}
        return self.browser.post(f"/d/{path}", data=form)

    def enter(self) -> TestResponse:
        return self.post("open", code=self.code)

    def state(self) -> State:
        return self.world.state(self.request)


@pytest.fixture(params=[Level.E0, Level.E1])
def level(request: pytest.FixtureRequest) -> Level:
    found: Level = request.param
    return found


@pytest.fixture
def candidate(
    tmp_path: Path, level: Level, company: Company, vocabulary: Vocabulary
) -> Iterator[Candidate]:
    world = OriginWorld(tmp_path, level)
    yield Candidate(world, company, vocabulary)
    world.close()


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found is not None
    return found.group(1)


def given(html: str, name: str) -> bytes:
    found = re.search(rf'data-{name}="([^"]*)"', html)
    assert found is not None
    return b64url_decode(found.group(1))


def sign(candidate: Candidate, review: str) -> TestResponse:
    """Confirm a review as the page's script does."""
    statement = hidden(review, "statement")
    parsed = AcceptStatement.parse(b64url_decode(statement))
    payload = payload_commitment(given(review, "nonce"), given(review, "identity"))
    assert parsed.payload == payload.hex()
    signature = ""
    if parsed.level is Level.E1:
        signature = b64url_encode(CANDIDATE.sign(signed_text(parsed)))
    return candidate.post("sign", answer="accept", statement=statement, signature=signature)


def test_the_link_alone_shows_nobody(candidate: Candidate) -> None:
    page = candidate.look("")
    assert page.status_code == HTTPStatus.OK
    assert "beta would like to contact you" in page.text
    assert "花子" not in page.text
    assert "hanako" not in page.text


def test_a_wrong_code_is_counted_and_the_fifth_locks(candidate: Candidate) -> None:
    wrong = "000000" if candidate.code != "000000" else "111111"
    for left in (4, 3, 2, 1):
        page = candidate.post("open", code=wrong)
        assert page.status_code == HTTPStatus.FORBIDDEN
        assert f"You can try {left} more time" in page.text
    assert "The link is locked" in candidate.post("open", code=wrong).text
    assert "The link is locked" in candidate.enter().text


def test_the_code_opens_the_question_in_both_languages(candidate: Candidate) -> None:
    assert candidate.enter().status_code == HTTPStatus.SEE_OTHER
    english = candidate.look().text
    for shown in ("架空 花子", "hanako@example.jp", "180 days", "採用選考のため", "2 Jan 1990"):
        assert shown in english
    assert "checked" not in english
    japanese = candidate.look("/ja").text
    assert "株式会社betaが" in japanese
    assert "関東" in japanese


def test_looking_changes_nothing(candidate: Candidate) -> None:
    candidate.enter()
    before = candidate.world.row(candidate.request).model_dump()
    for _ in range(2):
        candidate.look()
        candidate.browser.head(f"/d/{candidate.secret}")
    assert candidate.world.row(candidate.request).model_dump() == before


def test_no_act_without_the_code(candidate: Candidate) -> None:
    for path in ("answer", "sign", "undo"):
        for answer in ("accept", "decline", "block", "undo"):
            page = candidate.post(path, answer=answer, applied="no")
            assert page.status_code == HTTPStatus.FORBIDDEN
    assert candidate.state() is State.ASKED


def test_a_yes_is_reviewed_and_then_held(candidate: Candidate, level: Level) -> None:
    candidate.enter()
    review = candidate.post("answer", **YES)
    assert review.status_code == HTTPStatus.OK
    assert candidate.state() is State.ASKED
    assert "hanako@example.jp" in review.text
    assert "+81312345678" not in review.text
    assert "script-src" in review.headers["Content-Security-Policy"]
    answered = sign(candidate, review.text)
    assert answered.status_code == HTTPStatus.OK
    assert "Your yes is recorded" in answered.text
    assert candidate.state() is State.HELD
    statement = AcceptStatement.parse(candidate.world.row(candidate.request).statement or b"")
    assert statement.level is level
    assert not statement.report


def test_a_yes_counts_once(candidate: Candidate) -> None:
    candidate.enter()
    review = candidate.post("answer", **YES)
    sign(candidate, review.text)
    assert sign(candidate, review.text).status_code in {HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND}
    assert candidate.post("answer", **YES).status_code == HTTPStatus.CONFLICT


def test_the_signature_of_another_key_changes_nothing(candidate: Candidate) -> None:
    candidate.enter()
    review = candidate.post("answer", **YES).text
    statement = hidden(review, "statement")
    text = signed_text(AcceptStatement.parse(b64url_decode(statement)))
    for signature in (b64url_encode(STRANGER.sign(text)), "x", "ä"):
        page = candidate.post("sign", answer="accept", statement=statement, signature=signature)
        assert page.status_code == HTTPStatus.BAD_REQUEST
    page = candidate.post("sign", answer="accept", statement="?")
    assert page.status_code == HTTPStatus.BAD_REQUEST
    assert candidate.state() is State.ASKED


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"applied": None}, "Say whether you have applied"),
        ({"identity": ["mails"]}, "Switch on your name"),
        ({"identity": ["name"]}, "Switch on a mail address or a phone number"),
    ],
)
def test_what_is_missing_is_said_and_the_rest_is_kept(
    candidate: Candidate, fields: dict[str, object], says: str
) -> None:
    candidate.enter()
    form = {**YES, "summary": "営業を5年", "report": "yes", **fields}
    page = candidate.post("answer", **{name: value for name, value in form.items() if value})
    assert page.status_code == HTTPStatus.BAD_REQUEST
    assert says in page.text
    assert "営業を5年" in page.text
    assert candidate.state() is State.ASKED


def test_a_field_that_was_not_offered_is_refused(candidate: Candidate) -> None:
    candidate.enter()
    page = candidate.post("answer", **{**YES, "identity": ["name", "mails", "salary"]})
    assert page.status_code == HTTPStatus.BAD_REQUEST
    assert candidate.state() is State.ASKED


@pytest.mark.parametrize(
    ("answer", "says", "state"),
    [
        ("decline", "Your no is recorded", State.DECLINED),
        ("block", "is blocked", State.DECLINED),
        ("later", "Nothing is decided", State.ASKED),
        ("applied", "The request is closed", State.DECLINED),
    ],
)
def test_the_other_answers_say_what_they_did(
    candidate: Candidate, answer: str, says: str, state: State
) -> None:
    candidate.enter()
    page = candidate.post("answer", answer=answer, applied="no")
    assert page.status_code == HTTPStatus.OK
    assert says in page.text
    assert candidate.state() is state


def test_who_applied_there_is_not_introduced(candidate: Candidate) -> None:
    candidate.enter()
    page = candidate.post("answer", **{**YES, "applied": "yes"})
    assert "The request is closed" in page.text
    assert candidate.state() is State.DECLINED


def test_a_review_can_still_be_declined(candidate: Candidate) -> None:
    candidate.enter()
    candidate.post("answer", **YES)
    assert "Your no is recorded" in candidate.post("sign", answer="decline").text
    assert candidate.state() is State.DECLINED
    assert "Your no is recorded" in candidate.look().text


def test_the_harmless_first_button_of_each_form_changes_nothing(candidate: Candidate) -> None:
    candidate.enter()
    for path in ("answer", "sign", "undo"):
        page = candidate.post(path, step="stay")
        assert page.status_code == HTTPStatus.SEE_OTHER
        assert page.location == f"/d/{candidate.secret}/en"
    assert candidate.state() is State.ASKED


def test_a_yes_is_undone_and_can_be_said_again(candidate: Candidate) -> None:
    candidate.enter()
    sign(candidate, candidate.post("answer", **YES).text)
    assert "Undo my yes" in candidate.look().text
    page = candidate.post("undo", answer="undo")
    assert "Your yes is undone" in page.text
    assert candidate.state() is State.ASKED
    sign(candidate, candidate.post("answer", **YES).text)
    assert candidate.state() is State.HELD


def test_the_page_follows_the_request(candidate: Candidate) -> None:
    world = candidate.world
    world.accept(candidate.request)
    world.pass_time(timedelta(minutes=30))
    world.answers.release_due()
    candidate.enter()
    assert "Your yes is recorded" in candidate.look().text
    world.fetch(candidate.request, world.spend(candidate.request))
    world.reveals.give_due()
    page = candidate.look().text
    assert "Your details were sent to beta" in page
    assert "Undo" not in page
    assert candidate.post("undo", answer="undo").status_code == HTTPStatus.CONFLICT


def test_past_its_end_the_request_says_so(candidate: Candidate) -> None:
    candidate.world.pass_time(timedelta(days=5))
    candidate.enter()
    assert "The time for an answer is over" in candidate.look().text
    candidate.world.disclosures.expire_due()
    assert "The time for an answer is over" in candidate.look().text
    assert candidate.post("answer", **YES).status_code in {HTTPStatus.CONFLICT, HTTPStatus.GONE}


def test_a_yes_that_nobody_took_up_has_ended(candidate: Candidate) -> None:
    candidate.world.accept(candidate.request)
    candidate.world.pass_time(timedelta(hours=1))
    candidate.world.answers.release_due()
    candidate.enter()
    with candidate.world.db.begin() as tx:
        row, _ = candidate.world.last("disclosure.accept")
        candidate.world.disclosures.on_problem(tx, row, "expired")
    assert "The request has ended" in candidate.look().text


def test_a_visit_ends(candidate: Candidate) -> None:
    candidate.enter()
    candidate.world.pass_time(VISIT + timedelta(seconds=1))
    assert "花子" not in candidate.look().text
    late = candidate.post("answer", answer="decline")
    assert late.status_code == HTTPStatus.FORBIDDEN
    assert "Nothing has been recorded yet" in late.text
    assert "we ask for the code again" in late.text
    assert candidate.state() is State.ASKED


def test_links_that_open_nothing_are_pages_in_words(candidate: Candidate) -> None:
    unknown = candidate.browser.get("/d/AAAA", headers=ENGLISH)
    assert unknown.status_code == HTTPStatus.NOT_FOUND
    assert "The link is not known" in unknown.text
    candidate.world.pass_time(timedelta(days=8))
    over = candidate.look()
    assert over.status_code == HTTPStatus.GONE
    assert "Get a new link" not in over.text
