"""A recruiter's way: a static link, who was not told, and past applicants for an opening."""

import re
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from sqlmodel import select
from werkzeug.test import TestResponse

from crypto import canonical_json
from node.clock import seconds
from node.domain.operator import Role
from node.domain.requirement import Requirement
from node.services.complaints import Complaints
from node.services.letter_report import LetterReport
from node.services.openings import Openings
from node.services.operators import Operators
from node.services.self_told import SelfTold
from node.services.static_links import WITHIN, StaticLinks
from node.storage import openings
from node.storage.members import Members
from node.storage.tables.opening import Opening
from node.storage.tables.person import Person
from node.web.console import letter_report, static_links
from node.web.console.app import create_app
from node.web.console.own_pool import OwnPoolPages
from node.web.ui.company import Company
from tests.node.services.intake_world import HEAD, VOCABULARY, World, open_world, row
from tests.protocol.agreed_person import TERMS
from tests.protocol.companies import ALPHA

MAIL, PASSWORD = "miura@example.jp", "a long enough password"
OPENING = "34" * 16


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


@pytest.fixture
def links(world: World) -> StaticLinks:
    told = SelfTold(world.db, world.links, world.intake.records)
    return StaticLinks(
        world.db,
        world.clock,
        world.vault,
        world.recipients,
        world.letters,
        told,
        HEAD.portal_url,
    )


@pytest.fixture
def app(world: World, links: StaticLinks, company: Company) -> Flask:
    operators = Operators(world.db, world.clock)
    operators.add(mail=MAIL, name="三浦 さやか", role=Role.RECRUITER, password=PASSWORD)
    today = Blueprint("today", __name__)
    today.add_url_rule("/", "show", lambda: "")
    report = LetterReport(
        world.db, world.clock, world.recipients.identities, world.recipients.sources
    )
    own = Openings(world.db, world.clock, Members(), ALPHA.id)
    pages = [
        today,
        static_links.pages(links),
        letter_report.pages(report, Complaints(world.db, world.clock, world.vault)),
        OwnPoolPages(world.clock, own, world.pool, VOCABULARY).blueprint(),
    ]
    return create_app(company, operators, pages, secret_key=b"k" * 32, is_behind_tls=False)


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    client = app.test_client()
    form = {"mail": MAIL, "password": PASSWORD, "csrf_token": token(client, "/login")}
    assert client.post("/login", data=form).status_code == HTTPStatus.FOUND
    client.set_cookie("lang", "en")
    return client


def token(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def post(browser: FlaskClient, path: str, **form: object) -> TestResponse:
    return browser.post(path, data={"csrf_token": token(browser, "/letters/links"), **form})


def add_opening(world: World, *, is_open: bool = True) -> None:
    with world.db.begin() as tx:
        openings.put(
            tx,
            Opening.new(
                id=OPENING,
                title="購買",
                requirement=canonical_json.dumps(Requirement().to_json()),
                terms=TERMS.canonical(),
                purpose="採用選考のため",
                retention_days=180,
                created_at=seconds(world.clock.now()),
                is_open=is_open,
            ),
        )


def people(world: World) -> list[str]:
    with world.db.read() as tx:
        return sorted(tx.exec(select(Person.id)))


def test_a12_page_shows_the_line_to_copy_in_both_languages(
    browser: FlaskClient, links: StaticLinks
) -> None:
    assert "No link yet" in browser.get("/letters/links").text
    assert post(browser, "/letters/links", name="").status_code == HTTPStatus.BAD_REQUEST
    assert post(browser, "/letters/links", name="書類 v2").status_code == HTTPStatus.SEE_OTHER
    (line,) = links.every()
    shown = browser.get("/letters/links").text
    assert f"{line.url}/ja" in shown
    assert f"{line.url}/en" in shown
    assert "お名前を出さずに" in shown
    assert "introduce you to other companies" in shown


def test_a12_one_click_lets_the_link_go(
    world: World, browser: FlaskClient, links: StaticLinks
) -> None:
    code = links.add("v1").code
    for name in ("minami", "akari"):
        links.ask(code, f"{name}@mail.example.jp", "2026-10 Sales", "en")
    world.clock.advance(WITHIN)
    shown = browser.get("/letters/links").text
    assert "minami@mail.example.jp" in shown
    assert "2026-10 Sales" in shown
    ids = {one.mail: one.id for one in links.waiting()[0]}
    yes = f"/letters/links/{ids['minami@mail.example.jp']}/confirm"
    no = f"/letters/links/{ids['akari@mail.example.jp']}/discard"
    assert post(browser, yes).status_code == HTTPStatus.SEE_OTHER
    assert post(browser, no).status_code == HTTPStatus.SEE_OTHER
    assert post(browser, yes).status_code == HTTPStatus.NOT_FOUND
    world.letters.sending.send_due()
    assert world.mail.receivers == ["minami@mail.example.jp"]


def test_a17_report_names_who_was_not_told(world: World, browser: FlaskClient) -> None:
    assert "No letter was sent yet" in browser.get("/letters/report").text
    world.queue([row(1, 終了日="2026/11/05"), row(2)])
    world.clock.advance(timedelta(days=2))
    shown = browser.get("/letters/report").text
    assert "1 person was not told in time" in shown
    assert "架空 花子1" in shown
    assert "waits for a confirmation" in shown
    world.letters.confirm(2)
    world.letters.sending.send_due()
    shown = browser.get("/letters/report").text
    assert "0 people were not told in time" in shown
    assert "Result with the question of the relay" in shown


def test_complaint_to_the_desk_is_noted_by_the_address(world: World, browser: FlaskClient) -> None:
    page = "/letters/report"
    refused = post(browser, page, mail="hanako1@mail.example.jp")
    assert refused.status_code == HTTPStatus.BAD_REQUEST
    assert "No letter went to this address" in refused.text
    assert 'value="hanako1@mail.example.jp"' in refused.text
    world.queue([row(1)])
    world.letters.confirm(1)
    world.letters.sending.send_due()
    noted = post(browser, page, mail="hanako1@mail.example.jp")
    assert noted.headers["Location"] == f"{page}?noted=1#complaint"
    shown = browser.get(noted.headers["Location"]).text
    assert "The complaint is counted" in shown
    assert 'data-label="Complaints">1<' in shown


def test_a4_recruiter_sees_names_and_invites_with_the_number_confirmed(
    world: World, browser: FlaskClient
) -> None:
    world.take([row(1), row(2)])
    add_opening(world)
    shown = browser.get(f"/openings/{OPENING}/own").text
    assert "架空 花子1" in shown
    assert "Interview" in shown or "interview" in shown
    assert not re.search(r"1981|1982", shown)
    chosen = people(world)
    asked = post(browser, f"/openings/{OPENING}/own", person=chosen).text
    assert "2 people are invited" in asked
    assert "前回は「" in asked
    wrong = post(browser, f"/openings/{OPENING}/own/invite", person=chosen, count="3")
    assert wrong.status_code == HTTPStatus.CONFLICT
    assert "The group has 2 letters now" in wrong.text
    none = post(browser, f"/openings/{OPENING}/own/invite", person=chosen, count="two")
    assert none.status_code == HTTPStatus.CONFLICT
    done = post(browser, f"/openings/{OPENING}/own/invite", person=chosen, count="2")
    assert "2 invitations go out" in done.text
    assert "was invited to this opening" in done.text
    world.letters.sending.send_due()
    assert len(world.mail.taken) == 2


def test_a4_nobody_chosen_is_nobody_asked(world: World, browser: FlaskClient) -> None:
    add_opening(world)
    shown = post(browser, f"/openings/{OPENING}/own").text
    assert "Nobody of your past applicants fits" in shown
    assert browser.get("/openings/unknown/own").status_code == HTTPStatus.NOT_FOUND


def test_a4_many_invitations_ask_for_the_number(world: World, browser: FlaskClient) -> None:
    world.take([row(number) for number in range(21)])
    add_opening(world)
    asked = post(browser, f"/openings/{OPENING}/own", person=people(world)).text
    assert "How many letters go out?" in asked


def test_closed_opening_invites_nobody(world: World, browser: FlaskClient) -> None:
    world.take([row(1)])
    add_opening(world, is_open=False)
    refused = post(browser, f"/openings/{OPENING}/own/invite", person=people(world), count="1")
    assert refused.status_code == HTTPStatus.CONFLICT
    assert world.mail.taken == []
