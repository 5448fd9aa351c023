"""A13: from an applicant system's webhook to the consent page without a hand."""

import re
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from werkzeug.test import Client

from config.settings import LettersSection, Settings
from config.sources import SourceSection
from node.assembly.apps import portal_app
from node.transport import HttpTransport
from protocol.http_signature import Request, Response
from tests.node.connectors.ats.applicants import applicants
from tests.node.connectors.ats.greenhouse_server import GreenhouseServer
from tests.node.connectors.ats.server import serving
from tests.node.services.test_letters import text
from tests.scenarios.consortium import Carry, Consortium, founded

LINK = re.compile(r"https://\S+/c/\S+")


@pytest.fixture
def vendor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GreenhouseServer:
    """Return an applicant system whose keys lie where the node finds them."""
    keys = tmp_path / "keys"
    keys.mkdir()
    for name, key in (
        ("client_id", "client-id"),
        ("client_secret", GreenhouseServer.key),
        ("webhook_secret", GreenhouseServer.hook_key),
    ):
        (keys / f"ats.{name}").write_text(key, encoding="utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(keys))
    found = GreenhouseServer()
    found.people = applicants(3)
    return found


def reject(consortium: Consortium, vendor: GreenhouseServer, number: int) -> None:
    """Let a recruiter reject somebody in the applicant system, which says so seven times."""
    vendor.people[number] = vendor.people[number].ending("org", consortium.clock.now())
    payload = {"application": {"id": number}}
    headers, body = vendor.hook("reject_candidate", payload, f"event-{number}")
    peer = Client(consortium.wire.apps["alpha.example.jp"])
    sources = consortium["alpha"].node.reading.sources
    for _ in range(7):  # over fourteen hours
        assert peer.post("/hooks/ats", data=body, headers=headers).status_code == HTTPStatus.OK
        sources.poll_due()
        consortium.clock.advance(timedelta(hours=2))
    consortium.tick()


def hold(consortium: Consortium) -> timedelta:
    """Let hours pass until a letter goes, and return how many."""
    alpha, hours = consortium["alpha"], 0
    before = len(alpha.mail.letters)
    while len(alpha.mail.letters) == before:
        hours += 1
        assert hours < 24 * 7
        consortium.clock.advance(timedelta(hours=1))
        alpha.node.people.letters.send_due()
    return timedelta(hours=hours)


def test_a13_no_hand_is_between_the_webhook_and_the_consent_page(
    tmp_path: Path, vendor: GreenhouseServer
) -> None:
    internet = HttpTransport(allow_private=True)

    def through(request: Request, carry: Carry) -> Response:
        to_vendor = request.target_uri.startswith(vendor.url)
        return internet.send(request, timeout=5) if to_vendor else carry(request)

    def change(own: Settings) -> Settings:
        if "alpha" not in own.node.public_url:
            return own
        source = SourceSection(kind="greenhouse", url=vendor.url, token_url=f"{vendor.url}/token")
        letters = LettersSection(hold="next-business-day")
        return own.model_copy(update={"sources": {"ats": source}, "letters": letters})

    with (
        serving(vendor.take) as vendor.url,
        founded(tmp_path, ("alpha", "beta"), change=change) as consortium,
    ):
        consortium.wire.through = through
        alpha = consortium["alpha"]
        people = alpha.node.people
        for number in (1, 2):
            reject(consortium, vendor, number)
            people.letters.confirm(1, operator_id=1)
            hold(consortium)
        people.media.check("架空転職ナビ", 1)
        people.automatic.switch_on("ats", 1)
        consortium.tick()
        reject(consortium, vendor, 3)
        assert len(alpha.mail.letters) == 2
        assert hold(consortium) > timedelta(hours=1)
        consortium.tick()
        *_, letter = alpha.mail.letters
        assert [one["To"] for one in alpha.mail.letters] == [
            f"hanako{number}@mail.example.jp" for number in (1, 2, 3)
        ]
        link = LINK.search(text(letter))
        assert link is not None
        answer = Client(portal_app(alpha.node)).get(urlsplit(link[0]).path)
        assert answer.status_code == HTTPStatus.OK
        assert 'action="/c/consent"' in answer.text
    for pool in internet._pools.values():
        pool.close()
