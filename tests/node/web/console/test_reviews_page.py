from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

from node.web.ui.company import Company
from tests.node.services.intake_world import World, file_of, open_world, row
from tests.node.web.console.desk import Desk, open_desk
from tests.node.web.reading import Reader


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


@pytest.fixture
def desk(world: World, company: Company) -> Desk:
    desk = open_desk(world, company)
    desk.take(file_of([row(1, 選考終了理由="ご縁なし"), row(2, 選考終了理由="ご縁なし")]))
    return desk


def ticked(desk: Desk) -> list[str]:
    page = Reader(desk.browser.get("/reviews").text)
    return [
        str(attributes["value"])
        for tag, attributes in page.tags
        if tag == "input" and attributes.get("name") == "application"
    ]


def test_list_shows_the_original_text_and_is_linked_from_the_imports(desk: Desk) -> None:
    page = desk.browser.get("/reviews").text
    assert "「ご縁なし」" in page
    assert "架空 花子1" in page
    assert 'href="/reviews"' in desk.browser.get("/imports").text
    assert len(ticked(desk)) == 2


def test_answer_queues_the_letters_and_stands_among_the_imports(desk: Desk, world: World) -> None:
    assert world.letters.summary().letters == 0
    form = {"application": ticked(desk), "who": "org", "always": "1", "csrf_token": desk.token()}
    answer = desk.browser.post("/reviews", data=form)
    assert answer.status_code == HTTPStatus.OK
    assert "2件を記録しました" in answer.text
    Reader(answer.text).check()
    assert world.letters.summary().letters == 2
    review = next(one for one in desk.intake.history() if one.format == "review")
    assert "「確認が必要」への答え" in desk.browser.get(f"/imports/{review.id}").text
    assert desk.post(f"/imports/{review.id}/undo").status_code == HTTPStatus.SEE_OTHER
    assert len(ticked(desk)) == 2
    assert world.letters.summary().letters == 0


def test_answer_for_one_leaves_the_other(desk: Desk) -> None:
    first, second = ticked(desk)
    assert desk.post("/reviews", application=first, who="candidate").status_code == HTTPStatus.OK
    assert ticked(desk) == [second]


@pytest.mark.parametrize(
    ("language", "text"), [("ja", "まだ選考中"), ("en", "Still in the selection")]
)
def test_who_is_still_in_the_selection_gets_no_letter(
    desk: Desk, world: World, language: str, text: str
) -> None:
    page = desk.browser.get("/reviews", headers={"Accept-Language": language}).text
    assert f'value="running">{text}</button>' in page
    form = {
        "application": ticked(desk),
        "who": "running",
        "always": "1",
        "csrf_token": desk.token(),
    }
    answer = desk.browser.post("/reviews", data=form)
    assert "2件を記録しました" in answer.text
    assert "/applicants/rejected" not in answer.text
    assert (ticked(desk), world.letters.summary().letters) == ([], 0)
    desk.take(file_of([row(3, 選考終了理由="ご縁なし")]))
    assert (ticked(desk), world.letters.summary().letters) == ([], 0)


def test_form_without_a_tick_or_an_answer_changes_nothing(desk: Desk) -> None:
    untouched = ticked(desk)
    answer = desk.post("/reviews", who="org")
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "1件以上" in answer.text
    for who in ("unknown", "", "me"):
        form = {"application": untouched[0], "who": who}
        assert desk.post("/reviews", **form).status_code == HTTPStatus.BAD_REQUEST
    assert ticked(desk) == untouched
