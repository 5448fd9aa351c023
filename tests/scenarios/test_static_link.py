"""From one line in an ATS's letter to a token at another company, without any import (A12)."""

import re
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest

from node.assembly.apps import portal_app
from node.assembly.node import Node
from node.services.static_links import WITHIN
from protocol.vocabulary import OCCUPATIONS
from tests.scenarios.consortium import Consortium, founded
from tests.scenarios.person import Person

PORTAL = "https://portal.alpha.example.jp"


@pytest.fixture
def consortium(tmp_path: Path) -> Iterator[Consortium]:
    with founded(tmp_path) as found:
        found.tick(2)
        yield found


def test_a12_static_link_leads_to_a_token_with_no_integration(consortium: Consortium) -> None:
    alpha = consortium["alpha"]
    links = alpha.node.people.static_links
    code = links.add("お祈りメール 第1版").code
    people = [Person(alpha, f"shizuka{number}@mail.example.jp") for number in range(2)]
    for person in people:
        ask(alpha.node, code, person.mail)
    consortium.clock.advance(WITHIN)
    consortium.tick()
    assert alpha.mail.letters == []
    for waiting in links.waiting()[0]:
        links.confirm(waiting.id)
    consortium.tick()
    for person in people:
        tell(alpha.node, person)
        person.agree(consortium["beta"].id)
    consortium.tick(4)
    tokens = consortium["beta"].node.hiring.search.compared()
    assert tokens == 2
    (line,) = alpha.node.people.letter_report.funnel()
    assert (line.version.link, line.sent, line.opened, line.consented) == (code, 2, 2, 2)


def test_person_decides_once(consortium: Consortium) -> None:
    alpha = consortium["alpha"]
    links = alpha.node.people.static_links
    code = links.add("第1版").code
    person = Person(alpha, "shizuka@mail.example.jp")
    ask(alpha.node, code, person.mail)
    consortium.clock.advance(WITHIN)
    ((waiting,), _) = links.waiting()
    links.confirm(waiting.id)
    consortium.tick()
    tell(alpha.node, person)
    person.agree(consortium["beta"].id)
    consortium.tick()
    before = len(person.letters())
    ask(alpha.node, code, person.mail)
    consortium.clock.advance(timedelta(days=2))
    consortium.tick()
    assert len(person.letters()) == before


def ask(node: Node, code: str, mail: str) -> None:
    browser = portal_app(node).test_client()
    page = browser.get(f"/r/{code}", base_url=PORTAL).text
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    answer = browser.post(
        f"/r/{code}", data={"token": token[1], "mail": mail, "lang": "ja"}, base_url=PORTAL
    )
    assert answer.status_code == HTTPStatus.OK


def tell(node: Node, person: Person) -> None:
    """Open the link, and say what the page asks for."""
    browser = portal_app(node).test_client()
    secret, code = person.link("consent")
    opened = browser.get(f"/c/{secret}", base_url=PORTAL)
    assert opened.location == f"/c/{secret}/about/ja"
    form = {
        "secret": secret,
        "lang": "ja",
        "name": "架空 しずか",
        "occupation": OCCUPATIONS[0],
        "region": "chubu",
        "years": "5-9",
        "adult": "yes",
        "code": code,
    }
    told = browser.post("/c/about", data=form, base_url=PORTAL)
    assert told.location == f"/c/{secret}/ja"
    question = browser.get(told.location, base_url=PORTAL)
    assert question.status_code == HTTPStatus.OK
    assert "だれに" in question.text
