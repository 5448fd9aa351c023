"""A13: from an import or a webhook to the consent page without a hand."""

import re
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from werkzeug.test import Client

from config.settings import LettersSection, Settings
from config.sources import SourceSection
from node.assembly.apps import peer_app, portal_app
from protocol.http_signature import Request, Response
from tests.node.connectors.ats.applicants import applicants
from tests.node.connectors.ats.greenhouse_server import GreenhouseServer
from tests.node.connectors.ats.server import Asked
from tests.node.services.test_letters import text
from tests.scenarios.applicants import applicant, file_of
from tests.scenarios.consortium import Carry, Consortium, Member, founded
from tests.scenarios.test_sources import put_keys

LINK = re.compile(r"https://\S+/c/\S+")
VENDOR = "https://harvest.example.jp"


def take(member: Member, number: int) -> None:
    """Take in one rejected applicant, as a poll or a watched folder does."""
    member.node.people.intake.import_file(
        file_of(applicant(number)), "a.csv", source="csv", progress=lambda _done, _all: None
    )


def assert_opens(member: Member, place: int) -> None:
    """Show that the link of the letter at *place* opens the page of the consent."""
    link = LINK.search(text(member.mail.letters[place]))
    assert link is not None
    answer = Client(portal_app(member.node)).get(urlsplit(link[0]).path)
    assert answer.status_code == HTTPStatus.OK
    assert 'action="/c/consent"' in answer.text


def test_a13_no_hand_is_between_the_import_and_the_consent_page(tmp_path: Path) -> None:
    with founded(tmp_path, ("alpha", "beta")) as consortium:
        alpha = consortium["alpha"]
        people = alpha.node.people
        for number in (1, 2):
            take(alpha, number)
            people.letters.queue_rejections()
            people.letters.confirm(1, operator_id=1)
            consortium.tick(4)
        people.automatic.switch_on("csv", 1)
        consortium.tick()
        before = len(alpha.mail.letters)
        take(alpha, 3)
        consortium.tick(8)
        assert len(alpha.mail.letters) == before + 1
        assert_opens(alpha, before)


def with_greenhouse(configured: Settings) -> Settings:
    """Return settings of alpha with a Greenhouse, whose letters wait for the next working day."""
    if "alpha" not in configured.node.public_url:
        return configured
    source = SourceSection(kind="greenhouse", url=VENDOR, token_url=f"{VENDOR}/token")
    return configured.model_copy(
        update={"sources": {"ats": source}, "letters": LettersSection(hold="next-business-day")}
    )


class Company:
    """One company of a consortium, and its Greenhouse behind the same wire."""

    def __init__(self, consortium: Consortium) -> None:
        self.consortium, self.alpha, self.vendor = (
            consortium,
            consortium["alpha"],
            GreenhouseServer(),
        )
        self.vendor.url, self.vendor.people = VENDOR, applicants(5)
        self.vendor.extra = {"referrer_id": 6}  # a way on which the letter may ask
        put_keys(self.alpha.node.own.settings)
        consortium.wire.through = self.carry

    def carry(self, request: Request, further: Carry) -> Response:
        parts = urlsplit(request.target_uri)
        if f"{parts.scheme}://{parts.netloc}" != VENDOR:
            return further(request)
        query, headers = dict(parse_qsl(parts.query)), dict(request.headers)
        answer = self.vendor.take(Asked(request.method, parts.path, query, headers, request.body))
        found = {name.lower(): value for name, value in answer.headers.items()}
        return Response(answer.status, found, answer.body)

    @property
    def letters(self) -> int:
        return len(self.alpha.mail.letters)

    def reject(self, number: int) -> None:
        """Reject somebody there; its webhook comes seven times, over hours."""
        people = self.vendor.people
        people[number] = people[number].ending("org", self.consortium.clock.now())
        headers, body = self.vendor.hook(
            "reject_candidate", {"application": {"id": number}}, f"event-{number}"
        )
        outside = Client(peer_app(self.alpha.node))
        for _ in range(7):
            answer = outside.post("/hooks/ats", data=body, headers=headers)
            assert answer.status_code == HTTPStatus.OK
            self.consortium.clock.advance(timedelta(hours=2))
            self.alpha.node.reading.sources.poll_due()
        self.consortium.tick()

    def wait_for_a_letter(self) -> timedelta:
        """Let hours pass until a letter goes, and return how many."""
        before, hours = self.letters, 0
        while self.letters == before:
            hours += 1
            assert hours < 24 * 7
            self.consortium.clock.advance(timedelta(hours=1))
            self.alpha.node.people.letters.send_due()
        return timedelta(hours=hours)


def test_a13_no_hand_is_between_the_webhook_and_the_consent_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with founded(tmp_path, ("alpha", "beta"), change=with_greenhouse) as consortium:
        company = Company(consortium)
        people = company.alpha.node.people
        consortium.tick()
        for number in (1, 2):
            company.reject(number)
            people.letters.confirm(1, operator_id=1)
            company.wait_for_a_letter()
        people.automatic.switch_on("ats", 1)
        company.reject(3)
        assert company.letters == 2
        assert company.wait_for_a_letter() >= timedelta(hours=1)
        consortium.tick()
        assert [letter["To"] for letter in company.alpha.mail.letters] == [
            f"hanako{number}@mail.example.jp" for number in (1, 2, 3)
        ]
        assert_opens(company.alpha, 2)
