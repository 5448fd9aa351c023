from collections.abc import Iterator
from datetime import date
from http import HTTPStatus
from pathlib import Path

import pytest

from node.domain.source import Source
from node.web.ui.company import Company
from tests.node.services.intake_world import World, file_of, open_world, row
from tests.node.web.console.desk import Desk, open_desk


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


@pytest.fixture
def desk(world: World, company: Company) -> Desk:
    return open_desk(world, company)


def test_nobody_without_a_login_sees_people(desk: Desk) -> None:
    for path in ("/imports", "/reviews", "/letters", "/applicants"):
        assert desk.app.test_client().get(path).headers["Location"] == "/login"


def test_a12_letters_go_out_once_their_number_was_typed(desk: Desk, world: World) -> None:
    desk.take(file_of([row(1), row(2), row(3, 応募経路="エージェント")]))
    assert desk.post("/letters/confirm", count="3").status_code == HTTPStatus.CONFLICT
    assert world.letters.send_due() == 0
    assert desk.post("/letters/confirm", count="2").status_code == HTTPStatus.OK
    assert world.letters.send_due() == 2


@pytest.mark.parametrize("typed", ["", "two", "２", "-1", "12345678"])
def test_number_that_is_none_is_refused(desk: Desk, typed: str) -> None:
    assert desk.post("/letters/confirm", count=typed).status_code == HTTPStatus.BAD_REQUEST


def test_cancelled_letters_stay(desk: Desk, world: World) -> None:
    desk.take(file_of([row(1)]))
    assert desk.post("/letters/cancel").status_code == HTTPStatus.OK
    assert world.letters.summary().letters == 0


def test_applicants_are_found_by_tag_and_shown_without_age(desk: Desk) -> None:
    desk.take(file_of([row(1), row(2, 都道府県="東京都")]))
    everyone = desk.browser.get("/applicants").text
    assert "架空 花子1" in everyone
    assert "架空 花子2" in everyone
    assert "40s" not in everyone
    kanto = desk.browser.get("/applicants?tag=region:kanto").text
    assert "架空 花子1" not in kanto
    assert "架空 花子2" in kanto
    for strange in ("age:40s", "region", "x:y"):
        assert "架空 花子1" in desk.browser.get(f"/applicants?tag={strange}&page=0x").text


def test_who_applied_before_the_notice_is_marked_and_html_stays_text(
    desk: Desk, world: World
) -> None:
    world.sources["csv"] = Source("csv", notice_from=date(2026, 10, 1))
    tricky = {"求人名": "<b>営業</b><script>alert(1)</script>"}
    desk.take(file_of([row(1, 応募日="2026/09/30", **tricky), row(2)]))
    html = desk.browser.get("/applicants").text
    assert html.count("提供不可（要同意）") == 1
    assert "2026年10月1日" in html
    assert "<script>alert" not in html
    assert "&lt;b&gt;営業&lt;/b&gt;&lt;script&gt;alert(1)" in html


def test_pages_speak_english_too(desk: Desk) -> None:
    desk.take(file_of([row(1)]))
    desk.browser.set_cookie("lang", "en")
    assert "1 letter waits for your confirmation" in desk.browser.get("/letters").text
    assert "Kanto" not in desk.browser.get("/applicants").text
