"""The pages behind the link of a rejection letter, from the question to the receipt."""

import re
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from itertools import count
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crypto.ed25519 import SigningKey
from crypto.encoding import b64url_decode, b64url_encode
from crypto.hashing import sha256
from node.assembly.apps import portal_app
from node.services.links import LIFETIME
from node.storage import consents
from node.web.portal.consent_text import consent_text
from protocol.consent import ConsentStatement, signed_text
from protocol.consent_life import State
from protocol.fields import TokenField
from protocol.level import Level
from protocol.receipt_verdict import verify_receipt
from protocol.token import TokenValues
from tests.scenarios.applicants import applicant, file_of
from tests.scenarios.consortium import Consortium, Member, founded
from tests.scenarios.person import Person

PORTAL = "https://portal.alpha.example.jp"
ALL = ["occupation", "stage", "region", "years"]
numbers = count(1)


@pytest.fixture(scope="module")
def consortium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Consortium]:
    with founded(tmp_path_factory.mktemp("consent")) as found:
        found.tick(2)
        yield found


class Candidate(Person):
    """A person with a browser, and with no key but the one that a test gives."""

    browser: FlaskClient

    def __init__(self, consortium: Consortium, **said: str) -> None:
        row = applicant(next(numbers), **said)
        super().__init__(consortium["alpha"], row["メールアドレス"], None)
        people = self.member.node.people
        people.intake.import_file(
            file_of(row), "a.csv", source="csv", progress=lambda _done, _all: None
        )
        people.letters.queue_rejections()
        people.letters.confirm(1)
        people.letters.send_due()
        self.browser = portal_app(self.member.node).test_client()
        self.secret, self.code = self.link("consent")

    def look(self, language: str = "en") -> str:
        answer = self.browser.get(f"/c/{self.secret}/{language}", base_url=PORTAL)
        assert answer.status_code == HTTPStatus.OK
        return answer.text

    def post(self, place: str, **fields: object) -> TestResponse:
        form = {"secret": self.secret, "lang": "en", **fields}
        return self.browser.post(f"/c/{place}", data=form, base_url=PORTAL)

    def answer(self, *receivers: Member, **fields: object) -> TestResponse:
        said = {"to": [one.id for one in receivers], "field": ALL, "code": self.code}
        return self.post("consent", answer="agree", **{**said, **fields})

    def confirm(self, review: str, key: SigningKey | None = None) -> TestResponse:
        statement = hidden(review, "statement")
        signature = ""
        if key is not None:
            text = signed_text(ConsentStatement.parse(b64url_decode(statement)))
            signature = b64url_encode(key.sign(text))
        return self.post("sign", answer="agree", statement=statement, signature=signature)

    def consents(self) -> list[str]:
        with self.member.node.own.db.read() as tx:
            rows = consents.all_consents(tx)
            person_id = self.visit("consent").person_id
            return [row.state for row in rows if row.person_id == person_id]


@pytest.fixture
def candidate(consortium: Consortium) -> Candidate:
    return Candidate(consortium)


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found is not None
    return found[1]


def ticked(html: str) -> list[str]:
    """Return the companies that can be ticked."""
    return re.findall(r'name="to" value="([0-9a-f]{32})"', html)


def test_the_page_shows_what_would_go_to_whom_for_how_long(
    consortium: Consortium, candidate: Candidate
) -> None:
    page = candidate.look()
    assert set(ticked(page)) == {consortium[name].id for name in ("beta", "gamma")}
    for words in ("Beta, Inc.", "Gamma, Inc.", "Already has your data"):
        assert words in page
    for value in ("Chubu", "Sales", "5 to 9 years", ">interview<"):
        assert value in page
    now = consortium.clock.now()
    assert f"6 months (until {now.day} May {now.year + 1})" in page
    # Nothing is chosen for the person.
    assert " checked" not in page


def test_the_page_speaks_both_languages(candidate: Candidate) -> None:
    japanese = re.sub(r"<rt>.*?</rt>|<[^>]+>", "", candidate.look("ja"))
    assert "同意しない" in japanese
    assert "架空beta株式会社" in japanese
    assert "I do not agree" in candidate.look("en")


def test_the_page_prints_whom_the_company_asks_and_the_consent_signs_their_version(
    consortium: Consortium, candidate: Candidate
) -> None:
    rules = candidate.member.node.people.letters.recipients.rules
    page = candidate.look("ja")
    assert "前もって決めた次の条件に合う方、全員です" in page
    assert "自社サイト、" in page
    assert f"条件の版：{rules.version}" in page
    review = candidate.answer(consortium["beta"]).text
    statement = ConsentStatement.parse(b64url_decode(hidden(review, "statement")))
    text = consent_text("en", rules.version)
    assert text.endswith(f"\n{rules.version}\n")
    assert statement.text_sha256 == sha256(text.encode()).hex()


def test_the_present_employer_is_struck_out_before_anything_is_chosen(
    consortium: Consortium,
) -> None:
    employed = Candidate(consortium, 現在の勤務先="架空ｂｅｔａ（株）")
    page = employed.look()
    assert ticked(page) == [consortium["gamma"].id]
    assert "<s>Beta, Inc.</s>" in page
    assert "Your employer: not shown" in page
    # A form that names it all the same reaches the other company alone.
    review = employed.answer(consortium["beta"], consortium["gamma"]).text
    who = review[review.index('id="who"') : review.index('id="what"')]
    assert "Gamma, Inc." in who
    assert "Beta, Inc." not in who


def test_a_company_is_blocked_by_name_or_number_and_leaves_the_list(
    consortium: Consortium, candidate: Candidate
) -> None:
    beta, gamma = consortium["beta"], consortium["gamma"]
    page = candidate.post("consent", step="block", to=[gamma.id], block=["架空beta株式会社"]).text
    assert ticked(page) == [gamma.id]
    assert hidden(page, "block") == "架空beta株式会社"
    other = candidate.post("consent", step="block", block=["もず建設"]).text
    assert "もず建設 (not a member)" in other
    # Whoever takes the tick away again has the company back.
    assert beta.id in ticked(candidate.post("consent", step="block").text)
    review = candidate.answer(beta, gamma, block=["架空beta株式会社"]).text
    assert "Beta, Inc." not in review[review.index('id="who"') : review.index('id="what"')]


def test_a_mistyped_number_comes_back_to_its_field(
    consortium: Consortium, candidate: Candidate
) -> None:
    page = candidate.post("consent", step="block", block=["もず建設", "12345"])
    assert page.status_code == HTTPStatus.BAD_REQUEST
    assert "does not have 13 digits" in page.text
    assert re.findall(r'type="checkbox" name="block" value="([^"]*)"', page.text) == ["もず建設"]
    assert re.search(r'id="block" name="block"[^>]* value="12345"', page.text)
    # With the field emptied the same form is taken.
    review = candidate.answer(consortium["beta"], block=["もず建設", ""])
    assert review.status_code == HTTPStatus.OK


def test_without_a_script_the_origin_signs_and_the_receipt_holds_offline(
    consortium: Consortium, candidate: Candidate
) -> None:
    beta = consortium["beta"]
    review = candidate.answer(beta, field=["region"], months="3").text
    assert "it is our word that you agreed" in review
    assert "Chubu" in review
    assert "5 to 9 years" not in review
    assert candidate.consents() == []
    assert "Your consent is recorded" in candidate.confirm(review).text
    consortium.tick(3)
    verdict = verify_receipt(candidate.post("receipt").data, consortium.trust)
    assert verdict.exit_status == 0
    assert verdict.receipt is not None
    summary = verdict.receipt.summary
    assert summary.level is Level.E0
    [receiver] = summary.receivers
    assert (receiver.party.member, receiver.opening.fields) == (beta.id, (TokenField.REGION,))
    # The risk is the one that was shown.
    shared = re.search(r"([0-9]+) (?:person shares|people share) these details", review)
    assert shared is not None
    assert int(shared[1]) == summary.people
    # What the person signed as the way to withdraw leads somewhere.
    assert summary.withdrawal.startswith(PORTAL)
    place = summary.withdrawal.removeprefix(PORTAL)
    assert candidate.browser.get(place, base_url=PORTAL).status_code == HTTPStatus.OK


def test_a_key_signs_what_the_review_shows(consortium: Consortium, candidate: Candidate) -> None:
    candidate.key = SigningKey.generate()
    key = {"key_alg": "ed25519", "key": candidate.public.key}
    review = candidate.answer(consortium["beta"], **key).text
    assert "Your browser signs exactly this with its key." in review
    assert candidate.confirm(review, SigningKey.generate()).status_code == HTTPStatus.BAD_REQUEST
    assert candidate.consents() == []
    review = candidate.answer(consortium["beta"], **key).text
    assert "Your consent is recorded" in candidate.confirm(review, candidate.key).text
    assert candidate.consents() == [State.GIVEN]
    consortium.tick(3)
    verdict = verify_receipt(candidate.post("receipt").data, consortium.trust)
    assert verdict.receipt is not None
    assert (verdict.exit_status, verdict.receipt.summary.level) == (0, Level.E1)


def test_a24_field_by_field_nothing_leaves_that_was_not_switched_on(
    consortium: Consortium, candidate: Candidate
) -> None:
    beta = consortium["beta"]
    fields = ["region", "skills", "availability"]
    chosen = {"skill": ["sales_b2b"], "availability": "3m", "language": "native"}
    candidate.confirm(candidate.answer(beta, field=fields, **chosen).text)
    standing = candidate.member.node.people.offers.standing(candidate.visit("consent"))
    assert standing is not None
    assert standing.values == TokenValues.from_json(
        {"region": "chubu", "skills": ["sales_b2b"], "availability": "3m"}
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"to": []}, "Choose at least one company"),
        ({"field": []}, "Switch on at least one item"),
        ({"field": ["language"]}, "Choose your level of Japanese"),
        ({"field": ["availability"], "availability": "soon"}, "Choose when you could start"),
        ({"field": ["skills"]}, "Choose 1 to 12 skills"),
        ({"field": ["name"]}, "Switch on at least one item"),
        ({"to": ["0" * 32]}, "Switch on at least one item"),
        ({"block": ["12345"]}, "does not have 13 digits"),
        ({"key_alg": "rsa", "key": "AAAA"}, "could not be read"),
        ({"key_alg": "ed25519", "key": "AAAA"}, "could not be read"),
    ],
)
def test_a_bad_form_is_refused_in_words_and_changes_nothing(
    consortium: Consortium, candidate: Candidate, changes: dict[str, object], said: str
) -> None:
    form: dict[str, object] = {"to": [consortium["beta"].id], **changes}
    answer = candidate.answer(**form)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert said in answer.text
    assert candidate.consents() == []


def test_five_wrong_codes_lock_the_link_and_a_new_one_is_offered(
    consortium: Consortium, candidate: Candidate
) -> None:
    wrong = f"{(int(candidate.code) + 1) % 10**6:06}"
    for left in (4, 3, 2, 1):
        answer = candidate.answer(consortium["beta"], code=wrong)
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert f"{left}" in re.sub(r"<[^>]+>", "", answer.text)
    for code in (wrong, candidate.code):
        answer = candidate.answer(consortium["beta"], code=code)
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert "The link is locked" in answer.text
    secret, letters = candidate.secret, len(candidate.letters())
    assert "A new link is on its way" in candidate.post("renew").text
    candidate.member.node.people.letters.send_due()
    assert len(candidate.letters()) == letters + 1
    assert candidate.link("consent")[0] != secret


def test_the_code_is_asked_for_before_a_no_is_recorded(candidate: Candidate) -> None:
    offers = candidate.member.node.people.offers
    refused = candidate.post("consent", answer="decline", code="")
    assert refused.status_code == HTTPStatus.FORBIDDEN
    assert offers.offer(candidate.secret).answer is None
    said = candidate.post("consent", answer="decline", code=candidate.code)
    assert "Your no is recorded" in said.text
    assert offers.offer(candidate.secret).answer == "declined"


def test_a_confirmation_without_its_review_changes_nothing(candidate: Candidate) -> None:
    form = {"answer": "agree", "statement": b64url_encode(b"{}"), "signature": ""}
    assert candidate.post("sign", **form).status_code == HTTPStatus.BAD_REQUEST
    candidate.post("consent", answer="agree", code=candidate.code)
    assert candidate.consents() == []


def test_a_link_opens_nothing_after_its_thirty_days(tmp_path: Path) -> None:
    with founded(tmp_path) as alone:
        late = Candidate(alone)
        alone.clock.advance(LIFETIME - timedelta(minutes=1))
        assert "Your answer" in late.look()
        alone.clock.advance(timedelta(minutes=1))
        for answer in (
            late.browser.get(f"/c/{late.secret}/en", base_url=PORTAL),
            late.answer(alone["beta"]),
        ):
            assert answer.status_code == HTTPStatus.GONE
            assert "The link has expired" in answer.text
