"""The page of the connected systems, as a recruiter and an administrator see it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Blueprint
from flask.testing import FlaskClient

from node.domain.operator import Role
from node.services.operators import Operators
from node.services.sources import RELIST
from node.web.console import sources
from node.web.console.app import create_app
from node.web.ui.company import Company
from tests.node.connectors.ats.server import Answer
from tests.node.services.source_world import SourceWorld, open_source

PASSWORD = "a long enough password"
BUTTON = "They were deleted there"


@pytest.fixture
def ats(tmp_path: Path) -> Iterator[SourceWorld]:
    with open_source(tmp_path, "kintone") as found:
        found.staff(60)
        yield found


def logged_in(ats: SourceWorld, company: Company, role: Role) -> FlaskClient:
    """Return the browser of an operator."""
    operators, mail = Operators(ats.world.db, ats.world.clock), f"{role}@example.jp"
    operators.add(mail=mail, name="三浦 さやか", role=role, password=PASSWORD)
    today = Blueprint("today", __name__)
    today.add_url_rule("/", "show", lambda: "the day's work")
    app = create_app(
        company,
        operators,
        [today, sources.pages(ats.sources)],
        secret_key=b"k" * 32,
        is_behind_tls=False,
    )
    browser = app.test_client()
    form = {"mail": mail, "password": PASSWORD, "csrf_token": token(browser, "/login")}
    assert browser.post("/login", data=form).status_code == HTTPStatus.FOUND
    return browser


def token(browser: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(path).text)
    assert found
    return found[1]


def page(browser: FlaskClient) -> str:
    html = browser.get("/sources", headers={"Accept-Language": "en"}).text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_system_is_shown_with_its_last_success(ats: SourceWorld, company: Company) -> None:
    browser = logged_in(ats, company, Role.RECRUITER)
    assert "ats kintone not read yet — —" in page(browser)
    ats.poll()
    assert re.search(r"ats kintone in order .* 60 60 ", page(browser))


def test_what_holds_a_system_up_is_said(ats: SourceWorld, company: Company) -> None:
    browser = logged_in(ats, company, Role.RECRUITER)
    for _ in range(2):
        ats.running.vendor.faults = [Answer(status=401)]
        ats.later(timedelta(hours=1))
    assert "It refuses the key" in page(browser)
    assert "(2 tries)" in page(browser)


def test_only_an_administrator_says_that_many_were_deleted(
    ats: SourceWorld, company: Company
) -> None:
    ats.poll()
    for number in range(1, 31):
        del ats.running.vendor.people[number]
    ats.later(RELIST)
    recruiter = logged_in(ats, company, Role.RECRUITER)
    assert BUTTON not in page(recruiter)
    form = {"csrf_token": token(recruiter, "/sources")}
    answer = recruiter.post("/sources/ats/believe", data=form)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    administrator = logged_in(ats, company, Role.ADMINISTRATOR)
    assert BUTTON in page(administrator)
    form = {"csrf_token": token(administrator, "/sources")}
    assert administrator.post("/sources/ats/believe", data=form).status_code == HTTPStatus.OK
    assert administrator.post("/sources/x/believe", data=form).status_code == HTTPStatus.NOT_FOUND
    ats.poll()
    assert len(ats.told) == 30
    assert BUTTON not in page(administrator)
