import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Blueprint
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from node.domain.operator import Role
from node.services.duplicates import Duplicates
from node.services.identities import Identities
from node.services.merging import Merging
from node.services.operators import Operators
from node.web.console import duplicates
from node.web.console.app import create_app
from node.web.ui.company import Company
from tests.node.services.intake_world import World, open_world, row

MAIL, PASSWORD = "miura@example.jp", "a long enough password"
PATH = "/applicants/duplicates"
ALIKE = {name: row(1)[name] for name in ("氏名", "フリガナ", "生年月日")}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        world.take(
            [
                row(1),
                row(2, **ALIKE),
                row(3, メールアドレス=row(1)["メールアドレス"], 生年月日=""),
            ]
        )
        yield world


@pytest.fixture
def browser(world: World, company: Company) -> FlaskClient:
    operators = Operators(world.db, world.clock)
    operators.add(mail=MAIL, name="三浦 さやか", role=Role.RECRUITER, password=PASSWORD)
    today = Blueprint("today", __name__)
    today.add_url_rule("/", "show", lambda: "the day's work")
    merging = Merging(world.clock, world.intake.records)
    found = Duplicates(world.db, world.clock, Identities(world.vault), merging)
    pages = [today, duplicates.pages(found)]
    app = create_app(company, operators, pages, secret_key=b"k" * 32, is_behind_tls=False)
    client = app.test_client()
    form = {"mail": MAIL, "password": PASSWORD, "csrf_token": token(client.get("/login").text)}
    assert client.post("/login", data=form).status_code == HTTPStatus.FOUND
    return client


def token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def fields(page: str) -> list[str]:
    return sorted(set(re.findall(r'name="(pair-[0-9a-f]{32}-[0-9a-f]{32})"', page)))


def decide(browser: FlaskClient, **chosen: str) -> TestResponse:
    page = browser.get(PATH).text
    return browser.post(PATH, data={"csrf_token": token(page), **chosen})


def undo(browser: FlaskClient, page: str) -> TestResponse:
    step = re.search(r'name="step" value="([0-9a-f]{32})"', page)
    assert step
    data = {"csrf_token": token(page), "step": step[1]}
    return browser.post(f"{PATH}/undo", data=data)


def test_pairs_are_decided_at_once_and_come_back_when_that_is_undone(browser: FlaskClient) -> None:
    page = browser.get(PATH).text
    first, second = fields(page)
    answer = decide(browser, **{first: "same", second: "apart"})
    assert answer.status_code == HTTPStatus.OK
    assert fields(answer.text) == []
    back = undo(browser, answer.text)
    assert back.status_code == HTTPStatus.OK
    assert fields(back.text) == [first, second]


def test_what_is_put_off_stays_listed(browser: FlaskClient) -> None:
    first, second = fields(browser.get(PATH).text)
    answer = decide(browser, **{first: "later", second: "later", "pair-1-2": "same"})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert fields(answer.text) == [first, second]


def test_pair_that_is_gone_changes_nothing(browser: FlaskClient) -> None:
    (first, second) = fields(browser.get(PATH).text)
    answer = decide(browser, **{first: "same", f"pair-{'0' * 32}-{'1' * 32}": "same"})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert fields(answer.text) == [first, second]


def test_step_that_is_no_more_cannot_be_undone(browser: FlaskClient) -> None:
    first, _ = fields(browser.get(PATH).text)
    page = decide(browser, **{first: "apart"}).text
    assert undo(browser, page).status_code == HTTPStatus.OK
    assert undo(browser, page).status_code == HTTPStatus.NOT_FOUND
