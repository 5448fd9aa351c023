"""The webhook of the company's own, as a whole node calls it."""

import json
from dataclasses import replace
from pathlib import Path

from config.webhook import WebhookSection
from node.assembly.notices import notices_of
from node.clock import seconds
from protocol.http_signature import Request, verify_request
from tests.node.connectors.ats.greenhouse_server import GreenhouseServer
from tests.node.connectors.ats.server import Answer, Asked, serving
from tests.scenarios.applicants import applicant, file_of
from tests.scenarios.consortium import settings
from tests.scenarios.test_sources import opened


def test_it_hears_how_much_waits_and_of_nobody(tmp_path: Path) -> None:
    heard: list[Asked] = []

    def take(asked: Asked) -> Answer:
        heard.append(asked)
        return Answer({})

    plain = settings(tmp_path, "alpha")
    plain.node.data_folder.mkdir(parents=True)
    with opened(plain, GreenhouseServer()) as company, serving(take) as url:
        people, own = company.node.people, company.node.own
        assert notices_of(company.node) is None
        people.intake.import_file(
            file_of(applicant(1)), "a.csv", source="csv", progress=lambda _done, _all: None
        )
        people.letters.queue_rejections()
        section = WebhookSection.model_validate(
            {"url": f"{url}/services/secret", "console_url": "https://console.example.jp"}
        )
        configured = own.settings.model_copy(update={"webhook": section})
        notices = notices_of(replace(company.node, own=replace(own, settings=configured)))
        assert notices is not None
        assert notices.tell_due()
        now = seconds(company.clock.now())
    (call,) = heard
    said = json.loads(call.body)
    assert said["counts"]["letters_to_confirm"] == 1
    assert said["links"] == {"letters_to_confirm": "https://console.example.jp/letters"}
    assert b"@" not in call.body
    assert applicant(1)["氏名"] not in call.body.decode()
    request = Request(call.method, url + call.path, call.headers, call.body)
    verify_request(request, me=own.me, keys=lambda _: own.keys.http.public, now=now)
