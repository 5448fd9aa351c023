"""A node whose applicants come as the JSON of Ashby, and whose webhooks tell the rest."""

import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from werkzeug.test import Client

from config.sources import SourceSection
from node.assembly.apps import peer_app
from node.assembly.reading import secret_faults
from tests.node.connectors.ats.applicants import Applicant, applicants
from tests.node.connectors.ats.greenhouse_server import GreenhouseServer
from tests.node.connectors.ats.recordings import ashby, recording
from tests.scenarios.consortium import settings
from tests.scenarios.test_sources import Company, opened

SECRET = "hook-secret"


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "ats.webhook_secret").write_text(SECRET, encoding="utf-8")
    plain = settings(tmp_path, "alpha")
    plain.node.data_folder.mkdir(parents=True)
    configured = plain.model_copy(update={"sources": {"ats": SourceSection(kind="ashby")}})
    assert secret_faults(configured) == ([], [])
    with opened(configured, GreenhouseServer()) as found:
        yield found


def hand_in(company: Company, people: list[Applicant]) -> None:
    company.node.people.intake.import_file(
        recording("ashby", people), "ashby.json", source="ats", progress=lambda _done, _all: None
    )
    company.node.people.letters.queue_rejections()


def knock(company: Company, action: str, told: object) -> None:
    body = json.dumps({"action": action, "data": told}).encode()
    signed = hmac.new(SECRET.encode(), body, "sha256").hexdigest()
    answer = Client(peer_app(company.node)).post(
        "/hooks/ats", data=body, headers={"Ashby-Signature": f"sha256={signed}"}
    )
    assert answer.status_code == HTTPStatus.OK


def test_a_rejection_in_the_file_is_one_letter_unless_a_webhook_takes_it_back(
    company: Company,
) -> None:
    now = company.clock.now()
    rejected = [one.ending("org", now) for one in applicants(3).values()]
    hand_in(company, rejected)
    letters = company.node.people.letters
    letters.confirm(3)
    for _ in range(7):
        knock(company, "candidateStageChange", {"application": ashby(applicants(1)[1])})
        knock(company, "candidateDelete", {"candidate": {"id": "c-2"}})
    company.clock.advance(timedelta(seconds=5))
    company.tick()
    hand_in(company, rejected[2:])
    company.tick()
    assert [letter["To"] for letter in company.mail.letters] == ["hanako3@mail.example.jp"]
    # There is nothing to be polled, so nothing of it stands on the page of the systems.
    assert company.node.reading.sources.standings() == []
