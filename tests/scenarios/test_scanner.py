"""A machine between the mail and the person, which opens and submits all it finds (T5)."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import Client

from node.assembly.apps import portal_app
from node.services.errors import LinkLockedError, WrongCodeError
from node.services.links import TRIES
from tests.scenarios.consortium import Consortium, founded
from tests.scenarios.person import Person
from tests.scenarios.relay import rejected

PORTAL = "https://portal.alpha.example.jp"
HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')
BUTTON = re.compile(r'<button[^>]*name="([a-z]+)" value="([a-z-]+)"')


@pytest.fixture
def consortium(tmp_path: Path) -> Iterator[Consortium]:
    with founded(tmp_path) as found:
        found.tick(2)
        yield found


@pytest.fixture
def person(consortium: Consortium) -> Person:
    return rejected(consortium, "alpha", 2)[0]


def submit_all(app: Flask, secret: str) -> None:
    """Open the page by every method and press every button of it, with its fields as they are."""
    client = Client(app)
    for method in ("GET", "HEAD", "OPTIONS"):
        client.open(f"/c/{secret}", method=method, base_url=PORTAL)
    page = client.get(f"/c/{secret}", base_url=PORTAL).text
    hidden = dict(HIDDEN.findall(page))
    assert hidden["secret"] == secret
    buttons = BUTTON.findall(page)
    assert ("answer", "agree") in buttons
    for path in re.findall(r'action="(/c/[a-z]+)"', page):
        for name, value in buttons:
            client.post(path, data={**hidden, name: value, "code": ""}, base_url=PORTAL)


def test_a_scanner_agrees_to_nothing_and_locks_nobody_out(
    consortium: Consortium, person: Person
) -> None:
    alpha = consortium["alpha"].node
    secret, code = person.link("consent")
    app = portal_app(alpha)
    for _ in range(TRIES):
        submit_all(app, secret)
    assert alpha.counters().get("tokens_live", 0) == 0
    visit = alpha.people.links.visit(secret, "consent", code)
    with alpha.own.db.read() as tx:
        assert alpha.people.links.look(tx, secret, "consent").wrong == 0
    assert visit.person_id


def test_the_one_click_of_a_mail_program_withdraws_and_looking_does_not(
    consortium: Consortium, person: Person
) -> None:
    """RFC 8058: a POST with one field, without cookies, to an address that takes GET as well."""
    alpha = consortium["alpha"].node
    person.agree(consortium["beta"].id)
    consortium.tick(3)
    stop = re.search(r"(/u/[A-Za-z0-9_-]+)", str(person.letters()[0]["List-Unsubscribe"]))
    assert stop
    client = Client(portal_app(alpha), use_cookies=False)
    for method in ("GET", "HEAD", "OPTIONS"):
        client.open(stop[1], method=method, base_url=PORTAL)
    assert alpha.counters()["tokens_live"] == 1
    answer = client.post(stop[1], data={"List-Unsubscribe": "One-Click"}, base_url=PORTAL)
    assert answer.status_code == HTTPStatus.OK
    assert alpha.counters().get("tokens_live", 0) == 0
    consortium.tick(3)
    assert [str(row.state) for row in alpha.people.withdrawals.matrix()] == ["deleted"]


def test_the_thief_of_a_link_has_five_guesses(person: Person) -> None:
    links = person.member.node.people.links
    secret, code = person.link("consent")
    guesses = [f"{(int(code) + number) % 10**6:06}" for number in range(1, TRIES + 1)]
    for left, guess in zip(range(TRIES - 1, 0, -1), guesses, strict=False):
        with pytest.raises(WrongCodeError) as wrong:
            links.visit(secret, "consent", guess)
        assert wrong.value.left == left
    for last in (guesses[-1], code):
        with pytest.raises(LinkLockedError):
            links.visit(secret, "consent", last)
