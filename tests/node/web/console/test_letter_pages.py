"""What an operator settles about letters, on the pages."""

import re
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest

from node.connectors.mail.outgoing import PermanentMailError, UncertainMailError
from node.domain.letter_life import State
from node.web.ui.company import Company
from tests.node.services.intake_world import World, open_world, row
from tests.node.web.console.desk import Desk, open_desk

COUNT = '<input class="input" id="count" name="count"'
OLD = {"終了日": "2026/10/20", "一次実施日": ""}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


@pytest.fixture
def desk(world: World, company: Company) -> Desk:
    return open_desk(world, company)


@pytest.mark.parametrize(("letters", "is_typed"), [(20, False), (21, True)])
def test_one_button_lets_twenty_go_and_above_the_number_is_typed(
    desk: Desk, world: World, letters: int, *, is_typed: bool
) -> None:
    world.queue(row(number) for number in range(letters))
    page = desk.browser.get("/letters").text
    assert (COUNT in page) is is_typed
    assert (f'<input type="hidden" name="count" value="{letters}">' in page) is not is_typed
    assert "2026年11月24日(火) 10:00" in page
    assert re.search(r"架空 花子\d+ 様", page)
    assert desk.post("/letters/confirm", count=str(letters)).status_code == HTTPStatus.OK
    assert world.letters.send_due() == letters


def test_history_is_counted_with_its_reason_where_no_letter_waits(desk: Desk, world: World) -> None:
    world.queue([row(number, **OLD) for number in range(3)])
    page = desk.browser.get("/letters").text
    assert "利用開始より前、または31日以上前の不採用）：3人" in page
    assert desk.post("/letters/invite", count="2").status_code == HTTPStatus.CONFLICT
    assert desk.post("/letters/invite", count="3").status_code == HTTPStatus.OK
    assert world.letters.send_due() == 3


def test_tick_of_a_medium_is_kept_with_name_and_day(desk: Desk, world: World) -> None:
    world.queue([row(1, 媒体名="みほん求人")])
    page = desk.browser.get("/letters").text
    assert "媒体の規約を確認した" in page
    assert world.letters.summary().with_offer == 0
    form = {"name": "みほん求人", "answer": "check"}
    assert desk.post("/letters/medium", **form).status_code == HTTPStatus.SEE_OTHER
    assert world.letters.summary().with_offer == 1
    assert "三浦 さやかが規約を確認しました" in desk.browser.get("/letters").text
    form["answer"] = "uncheck"
    assert desk.post("/letters/medium", **form).status_code == HTTPStatus.SEE_OTHER
    assert desk.post("/letters/medium", **form).status_code == HTTPStatus.CONFLICT
    assert world.letters.summary().with_offer == 0


def test_letters_go_without_a_hand_once_that_was_earned(desk: Desk, world: World) -> None:
    form = {"source": "csv", "answer": "on"}
    assert desk.post("/letters/automatic", **form).status_code == HTTPStatus.CONFLICT
    for number in (1, 2):
        world.queue([row(number)])
        desk.post("/letters/confirm", count="1")
        world.letters.send_due()
    assert "これからは自動で送る" in desk.browser.get("/letters").text
    assert desk.post("/letters/automatic", **form).status_code == HTTPStatus.SEE_OTHER
    form["answer"] = "off"
    assert "これからは手動で送る" in desk.browser.get("/letters").text
    assert desk.post("/letters/automatic", **form).status_code == HTTPStatus.SEE_OTHER
    assert "担当者が止めました" in desk.browser.get("/letters").text


def test_stop_and_its_undo_are_one_button_each(desk: Desk, world: World) -> None:
    world.queue([row(1)])
    desk.post("/letters/confirm", count="1")
    desk.post("/letters/cancel")
    assert "確認待ちに戻す" in desk.browser.get("/letters").text
    assert desk.post("/letters/restore").status_code == HTTPStatus.OK
    assert world.letters.outbound().counts == {State.QUEUED: 1}
    assert desk.post("/letters/restore").status_code == HTTPStatus.CONFLICT


def test_agencies_get_a_list_to_copy(desk: Desk, world: World) -> None:
    world.queue([row(1, 応募経路="エージェント", 媒体名="架空エージェント")])
    assert "/letters/agencies" in desk.browser.get("/letters").text
    page = desk.browser.get("/letters/agencies").text
    assert "架空エージェント" in page
    assert "架空 花子1\t法人営業（名古屋）\t2026-11-12" in page
    (application,) = re.findall(r'name="application" value="([0-9a-f]{32})"', page)
    answer = desk.post("/letters/agencies", application=application)
    assert answer.headers["Location"] == "/letters/agencies"
    assert "架空 花子1" not in desk.browser.get("/letters/agencies").text


def test_what_perhaps_went_is_settled_by_a_button(desk: Desk, world: World) -> None:
    world.queue([row(1), row(2)])
    world.letters.confirm(2)
    world.mail.faults += [UncertainMailError("no answer")] * 2
    world.letters.send_due()
    world.clock.advance(timedelta(hours=1))
    page = desk.browser.get("/letters").text
    assert "hanako1@mail.example.jp" in page
    for letter, answer in zip(
        re.findall(r'name="letter" value="([0-9a-f]{32})"', page), ("went", "not"), strict=True
    ):
        form = {"letter": letter, "answer": answer}
        assert desk.post("/letters/unsure", **form).status_code == HTTPStatus.SEE_OTHER
        assert desk.post("/letters/unsure", **form).status_code == HTTPStatus.CONFLICT
    assert world.letters.send_due() == 1


def test_at_the_rejection_each_is_one_click_away_and_leaves_the_list(
    desk: Desk, world: World
) -> None:
    old = {"応募日": "2026/08/01", "終了日": "2026/08/20", "書類実施日": "", "一次実施日": ""}
    world.queue([row(1), row(2), row(3, 選考終了理由="応募者辞退"), row(4, **old)])
    assert 'href="/applicants/rejected"' in desk.browser.get("/letters").text
    page = desk.browser.get("/applicants/rejected?page=9").text
    assert sorted(re.findall(r"架空 花子\d", page)) == ["架空 花子1", "架空 花子2"]
    address, _ = re.findall(r'action="(/applicants/[0-9a-f]{32}/future)"', page)
    answer = desk.post(address, future="neither", back="rejected", page="1")
    assert answer.headers["Location"] == "/applicants/rejected?page=1"
    assert desk.browser.get("/applicants/rejected").text.count("架空 花子") == 1


def test_results_that_did_not_go_are_put_back_by_a_button(desk: Desk, world: World) -> None:
    assert desk.post("/letters/failed").status_code == HTTPStatus.CONFLICT
    world.queue([row(1)])
    world.letters.confirm(1)
    world.mail.faults.append(PermanentMailError("refused"))
    world.letters.send_due()
    assert "架空 花子1" in desk.browser.get("/letters").text
    assert desk.post("/letters/failed").headers["Location"] == "/letters"
    assert world.letters.to_confirm() == 1


def test_a_rejected_person_gets_one_click_and_no_recommendation(desk: Desk, world: World) -> None:
    world.take([row(1), row(2, 選考終了理由="", 終了日="")])
    page = desk.browser.get("/applicants").text
    (address,) = re.findall(r'action="(/applicants/[0-9a-f]{32}/future)"', page)
    assert "再応募歓迎" in page
    assert "他社に推薦できる" not in page
    answer = desk.post(address, future="welcome", page="1")
    assert answer.headers["Location"] == "/applicants?page=1"
    assert 'value="welcome" aria-pressed="true"' in desk.browser.get("/applicants").text
    assert desk.post(address, future="recommend").status_code == HTTPStatus.FORBIDDEN
    assert desk.post(address, future="x").status_code == HTTPStatus.BAD_REQUEST
    nobody = f"/applicants/{'0' * 32}/future"
    assert desk.post(nobody, future="welcome").status_code == HTTPStatus.NOT_FOUND
