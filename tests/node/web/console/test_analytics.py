import re
from collections.abc import Iterator
from fractions import Fraction
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient

from node.domain.cost import YenRange
from node.domain.operator import Role
from node.services.analytics import Analytics
from node.services.interviewers import Interviewers
from node.services.operators import Operators
from node.web.console import analytics
from node.web.console.app import create_app
from node.web.ui.company import Company
from tests.node.services.intake_world import VOCABULARY, World, open_world, row
from tests.node.web.reading import Reader

PASSWORD = "a long enough password"
MAILS = {Role.RECRUITER: "miura@example.jp", Role.ADMINISTRATOR: "saeki@example.jp"}
INTERVIEWERS = ("佐伯 亮", "三浦 さやか")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


@pytest.fixture
def app(world: World, company: Company) -> Flask:
    operators = Operators(world.db, world.clock)
    for role, mail in MAILS.items():
        operators.add(mail=mail, name="架空 操作子", role=role, password=PASSWORD)
    today = Blueprint("today", __name__)

    @today.get("/")
    def show() -> str:
        return "the day's work"

    assumed = YenRange(Fraction(400_000), Fraction(600_000))
    report = Analytics(world.db, world.clock, assumed)
    names = Interviewers(world.db, world.vault)
    pages = [today, analytics.pages(report, names, VOCABULARY)]
    return create_app(company, operators, pages, secret_key=b"k" * 32, is_behind_tls=False)


def browser(app: Flask, role: Role) -> FlaskClient:
    client = app.test_client()
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)
    assert found
    form = {"mail": MAILS[role], "password": PASSWORD, "csrf_token": found[1]}
    assert client.post("/login", data=form).status_code == HTTPStatus.FOUND
    return client


def shown(app: Flask, role: Role = Role.RECRUITER, language: str = "ja") -> str:
    answer = browser(app, role).get("/analytics", headers={"Accept-Language": language})
    assert answer.status_code == HTTPStatus.OK
    Reader(answer.text).check()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def some(world: World) -> None:
    rejected = [row(number, 費用="") for number in range(57)]
    hired = [
        row(number, 一次結果="合格", 内定結果="承諾", 選考終了理由="入社決定", 費用="")
        for number in range(57, 60)
    ]
    world.take([*rejected, *hired])


def test_without_applications_the_page_says_what_to_do(app: Flask) -> None:
    text = shown(app)
    assert "件数不足" not in text
    assert "応募データを取り込む" in text


def test_a2_a5_rates_stand_with_their_counts_and_definitions(app: Flask, world: World) -> None:
    some(world)
    text = shown(app)
    assert "すべて 95.0% 86.3〜98.3% 57 応募：60" in text
    assert "書類選考 100.0% 94.0〜100.0% 60 60 0" in text
    assert "内定 件数不足 — 3 3 0" in text
    assert "通過率＝進んだ人÷（進んだ人＋当社が見送った人）。" in text
    assert "幅の半分が15ポイントを超えると「件数不足」" in text


def test_a6_declines_stand_with_their_denominators(app: Flask, world: World) -> None:
    some(world)
    text = shown(app)
    assert "選考辞退率" in text
    assert "すべて 0.0% 0.0〜6.0% 0 応募した人：60" in text
    assert "すべて 件数不足 — 0 内定を出した人：3" in text
    assert "求人媒体 件数不足 — 0 内定を承諾した人：3" in text


def test_a1_an_assumed_cost_is_called_one(app: Flask, world: World) -> None:
    some(world)
    assert "400,000〜600,000円 前提値" in shown(app)
    assert "JPY 400,000–600,000 assumed" in shown(app, language="en")


def test_a7_only_an_administrator_reads_the_interviewers_names(app: Flask, world: World) -> None:
    some(world)
    for_recruiter, for_administrator = shown(app), shown(app, Role.ADMINISTRATOR)
    for name in INTERVIEWERS:
        assert name not in for_recruiter
        assert name in for_administrator
    assert re.search(r" [0-9a-f]{6} A-E [+-]0\.\d\d ", for_recruiter)


def test_nobody_reads_the_analytics_without_a_login(app: Flask) -> None:
    answer = app.test_client().get("/analytics")
    assert (answer.status_code, answer.location) == (HTTPStatus.FOUND, "/login")
