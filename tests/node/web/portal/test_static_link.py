"""The page of a static link: one answer for everybody, in bytes and in time (THREATS T29)."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from http import HTTPStatus
from math import exp, sqrt
from pathlib import Path
from time import perf_counter

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select
from werkzeug.test import TestResponse

from crypto.randomness import shuffled
from node.services.self_told import SelfTold
from node.services.static_links import WITHIN, StaticLinks
from node.storage.tables.static_link import LinkRequest
from node.web.portal.about_pages import AboutPages
from node.web.portal.app import create_app
from node.web.portal.static_link_pages import StaticLinkPages
from node.web.ui.company import Company
from protocol.vocabulary import OCCUPATIONS
from tests.node.services.intake_world import HEAD, VOCABULARY, World, open_world, row

BASE = "https://portal.alpha.example.jp"
ROUNDS = 200  # of each kind


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
    about = AboutPages(world.clock, world.links, links.self_told, VOCABULARY)
    pages = [StaticLinkPages(links).blueprint(), about.blueprint()]
    return create_app(company, pages, secret_key=b"k" * 32, is_behind_tls=False)


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def code(links: StaticLinks) -> str:
    return links.add("書類見送り 第2版").code


def token(browser: FlaskClient, code: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', browser.get(f"/r/{code}").text)
    assert found
    return found[1]


def ask(browser: FlaskClient, code: str, **form: str) -> TestResponse:
    fields = {"token": token(browser, code), "lang": "ja", **form}
    return browser.post(f"/r/{code}", data=fields)


def kept(world: World) -> int:
    with world.db.read() as tx:
        return len(tx.exec(select(LinkRequest)).all())


def test_a12_answer_is_the_same_for_everybody(
    world: World, browser: FlaskClient, code: str
) -> None:
    world.take([row(1), row(2, 選考終了理由="入社決定")])
    answers = [
        ask(browser, code, mail=mail, statement="法人営業", month="2026-10")
        for mail in ("hanako1@mail.example.jp", "hanako2@mail.example.jp", "no@mail.example.jp")
    ]
    assert {answer.status_code for answer in answers} == {HTTPStatus.OK}
    assert len({answer.data for answer in answers}) == 1
    assert len({str(answer.headers) for answer in answers}) == 1
    assert "応募の確認がとれしだい、数日以内に送ります" in answers[0].text
    assert kept(world) == 3


def test_t29_time_of_the_answer_tells_nothing(
    world: World, browser: FlaskClient, code: str
) -> None:
    world.take([row(number) for number in range(20)])
    own = token(browser, code)

    def timed(mail: str) -> float:
        begun = perf_counter()
        browser.post(f"/r/{code}", data={"token": own, "lang": "ja", "mail": mail})
        return perf_counter() - begun

    def chance() -> float:
        plan = [(is_known, n) for is_known in (True, False) for n in range(ROUNDS)]
        times: dict[bool, list[float]] = {True: [], False: []}
        for place, (is_known, number) in enumerate(shuffled(plan)):
            if place % 250 == 0:
                world.clock.advance(timedelta(hours=1))
            name = f"hanako{number % 20}" if is_known else f"nobody{number % 20}"
            times[is_known].append(timed(f"{name}@mail.example.jp"))
        return same(times[True], times[False])

    # By chance alone one comparison in a hundred falls below; three in a row never do.
    assert any(chance() > 0.01 for _ in range(3))
    assert kept(world) >= 2 * ROUNDS


def same(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the chance of so large a difference of one distribution (Kolmogorov-Smirnov)."""
    marks = sorted({*one, *other})
    farthest = max(
        abs(sum(x <= mark for x in one) / len(one) - sum(x <= mark for x in other) / len(other))
        for mark in marks[:: max(1, len(marks) // 200)]
    )
    scaled = farthest * sqrt(len(one) * len(other) / (len(one) + len(other)))
    signs = (1.0 if n % 2 else -1.0 for n in range(1, 101))
    return 2 * sum(sign * exp(-2 * (n * scaled) ** 2) for n, sign in enumerate(signs, start=1))


def test_form_of_another_site_keeps_nothing(world: World, browser: FlaskClient, code: str) -> None:
    for forged in ("", "guessed"):
        token(browser, code)
        answer = browser.post(
            f"/r/{code}", data={"token": forged, "mail": "a@mail.example.jp", "lang": "en"}
        )
        assert answer.status_code == HTTPStatus.BAD_REQUEST
        assert "Please press the button once more" in answer.text
        assert 'value="a@mail.example.jp"' in answer.text
    without_cookie = browser.application.test_client().post(
        f"/r/{code}", data={"token": "", "mail": "a@mail.example.jp"}
    )
    assert without_cookie.status_code == HTTPStatus.BAD_REQUEST
    assert kept(world) == 0


def test_what_is_no_address_comes_back(world: World, browser: FlaskClient, code: str) -> None:
    answer = ask(browser, code, mail="hanako", lang="en")
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "This is not a mail address" in answer.text
    assert kept(world) == 0


def test_page_warns_of_work_mail_and_stays_out_of_search_engines(
    browser: FlaskClient, code: str
) -> None:
    answer = browser.get(f"/r/{code}/en")
    assert "Not your work mail" in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "勤務先のメールは避けてください" in browser.get(f"/r/{code}/ja").text


def test_unknown_code_is_no_page(browser: FlaskClient) -> None:
    assert browser.get("/r/zzzz").status_code == HTTPStatus.NOT_FOUND
    assert browser.post("/r/zzzz", data={}).status_code == HTTPStatus.NOT_FOUND


def about(world: World, links: StaticLinks, code: str) -> tuple[str, str]:
    """Return link and code of a person who is on file by an address alone."""
    links.ask(code, "minami@mail.example.jp", "", "ja")
    world.clock.advance(WITHIN)
    links.answer_due()
    links.confirm(links.waiting()[0][0].id)
    world.letters.sending.send_due()
    content = str(world.mail.taken[-1].get_content())
    secret = re.search(r"/c/([A-Za-z0-9_-]{43})", content)
    digits = re.search(r"番号：([0-9]{6})", content)
    assert secret
    assert digits
    return secret[1], digits[1]


def test_person_on_file_by_an_address_alone_is_asked_about_himself(
    world: World, links: StaticLinks, browser: FlaskClient, code: str
) -> None:
    secret, digits = about(world, links, code)
    page = browser.get(f"/c/{secret}/about/en")
    assert "We have nothing but your mail address here" in page.text
    form = {
        "secret": secret,
        "lang": "en",
        "name": "水島 みなみ",
        "occupation": OCCUPATIONS[0],
        "region": "nowhere",
        "years": "5-9",
        "adult": "yes",
    }
    assert browser.post("/c/about", data={**form, "name": " "}).status_code == 400
    young = browser.post("/c/about", data={**form, "adult": ""})
    assert "Only for people of 18 years or older" in young.text
    wrong = browser.post("/c/about", data={**form, "code": "0" * 6})
    assert wrong.status_code == HTTPStatus.FORBIDDEN or digits == "0" * 6
    assert 'value="水島 みなみ"' in wrong.text
    done = browser.post("/c/about", data={**form, "code": digits})
    assert (done.status_code, done.location) == (HTTPStatus.SEE_OTHER, f"/c/{secret}/en")
    again = browser.get(f"/c/{secret}/about")
    assert (again.status_code, again.location) == (HTTPStatus.SEE_OTHER, f"/c/{secret}")
    changed = browser.post("/c/about", data={**form, "name": "水島 南"})
    assert changed.status_code == HTTPStatus.SEE_OTHER


def test_about_page_without_a_link_is_no_page(browser: FlaskClient) -> None:
    assert browser.get("/c/unknown/about").status_code == HTTPStatus.NOT_FOUND
