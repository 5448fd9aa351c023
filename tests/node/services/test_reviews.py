from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from node.domain.recipients import Plain
from node.domain.record import NOBODY
from node.services.errors import UndoRefusedError
from node.services.reviews import Reviews
from node.services.undo import Undo
from node.storage.tables.application import Application
from protocol.taxonomy import EndedBy
from tests.node.services.intake_world import Row, World, file_of, open_world, row

GOSHIEN = "ご縁がなかったため"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


@pytest.fixture
def reviews(world: World) -> Reviews:
    return Reviews(world.db, world.clock, world.intake.records)


def unclear(number: int, **changed: str) -> Row:
    return row(number, 選考終了理由=GOSHIEN, 一次結果="選考中", **changed)


def ids(reviews: Reviews) -> list[str]:
    return [one.id for group in reviews.listed() for one in group.applications]


def later(world: World) -> None:
    world.clock.advance(timedelta(minutes=1))


def test_applications_stand_together_by_their_text(world: World, reviews: Reviews) -> None:
    world.take([row(1), unclear(2), row(3, 選考終了理由="クローズ"), unclear(4)])
    found = {
        group.text: sorted(one.name for one in group.applications) for group in reviews.listed()
    }
    assert found == {GOSHIEN: ["架空 花子2", "架空 花子4"], "クローズ": ["架空 花子3"]}
    assert reviews.count() == 3
    assert world.letters.queue_rejections() == 1


@pytest.mark.parametrize(
    ("who", "letters"),
    [(EndedBy.ORG, 1), (EndedBy.CANDIDATE, 0), (EndedBy.NEITHER, 0), (NOBODY, 0)],
)
def test_only_whom_the_company_ended_gets_a_letter(
    world: World, reviews: Reviews, who: EndedBy, letters: int
) -> None:
    world.take([unclear(1)])
    assert world.letters.queue_rejections() == 0
    assert reviews.answer(ids(reviews), who) == 1
    assert reviews.count() == 0
    assert world.letters.queue_rejections() == letters


def test_answer_stands_when_the_same_file_comes_again(world: World, reviews: Reviews) -> None:
    world.take([unclear(1), unclear(2)])
    later(world)
    reviews.answer(ids(reviews)[:1], EndedBy.ORG)
    again = world.take([unclear(1), unclear(2)])
    assert (again.unchanged, again.updated) == (2, 0)
    assert reviews.count() == 1


def test_word_that_was_answered_always_needs_no_answer_again(
    world: World, reviews: Reviews
) -> None:
    world.take([unclear(1)])
    later(world)
    reviews.answer_always(ids(reviews), EndedBy.CANDIDATE)
    later(world)
    world.take([unclear(2)])
    assert reviews.count() == 0
    assert world.letters.queue_rejections() == 0


def test_word_that_was_answered_for_one_is_asked_again(world: World, reviews: Reviews) -> None:
    world.take([unclear(1)])
    later(world)
    reviews.answer(ids(reviews), EndedBy.CANDIDATE)
    later(world)
    world.take([unclear(2)])
    assert reviews.count() == 1


def test_file_that_says_it_itself_wins_over_the_answer(world: World, reviews: Reviews) -> None:
    world.take([unclear(1)])
    reviews.answer(ids(reviews), EndedBy.ORG)
    later(world)
    world.take([row(1, 選考終了理由="応募者辞退")])
    assert world.letters.queue_rejections() == 0


def test_answer_is_undone_with_what_it_remembered(world: World, reviews: Reviews) -> None:
    world.take([unclear(1)])
    later(world)
    reviews.answer_always(ids(reviews), EndedBy.ORG)
    assert world.letters.queue_rejections() == 1
    review = world.intake.history()[0]
    assert (review.format, review.updated) == ("review", 1)
    intake = world.intake
    Undo(world.db, intake.records, intake.staging.files).undo(review.id)
    assert reviews.count() == 1
    assert world.letters.summary().letters == 0
    later(world)
    world.take([unclear(2)])
    assert reviews.count() == 2


def test_answer_whose_letter_left_stays(world: World, reviews: Reviews) -> None:
    world.take([unclear(1)])
    later(world)
    reviews.answer(ids(reviews), EndedBy.ORG)
    world.letters.queue_rejections()
    world.letters.confirm(1)
    assert world.letters.send_due() == 1
    intake = world.intake
    with pytest.raises(UndoRefusedError):
        Undo(world.db, intake.records, intake.staging.files).undo(world.intake.history()[0].id)


def test_answers_of_two_sources_are_undone_apart(world: World, reviews: Reviews) -> None:
    world.take([unclear(1)])
    world.intake.import_file(
        file_of([unclear(2)]), "b.csv", source="herp", progress=lambda _done, _all: None
    )
    later(world)
    assert reviews.answer_always(ids(reviews), EndedBy.NEITHER) == 2
    made = [one.source for one in world.intake.history() if one.format == "review"]
    assert sorted(made) == ["csv", "herp"]


def test_what_was_answered_meanwhile_is_not_answered_twice(world: World, reviews: Reviews) -> None:
    world.take([unclear(1)])
    found = ids(reviews)
    assert reviews.answer(found, EndedBy.ORG) == 1
    assert reviews.answer(found, EndedBy.CANDIDATE) == 0


def running(world: World) -> int:
    """Return how many applications are running."""
    with world.db.read() as tx:
        query = select(Application).where(col(Application.ended_by).is_(None))
        return sum(not one.hired for one in tx.exec(query))


def test_who_is_still_in_the_selection_runs_on(world: World, reviews: Reviews) -> None:
    stage = row(1, 選考終了理由="社長面接待ち", 一次結果="選考中")
    world.take([stage])
    later(world)
    assert running(world) == 0
    assert reviews.answer_always(ids(reviews), NOBODY) == 1
    assert (reviews.count(), running(world)) == (0, 1)
    later(world)
    world.take([stage, row(2, 選考終了理由="社長面接待ち")])
    assert (reviews.count(), running(world)) == (0, 2)
    with world.db.read() as tx:
        said = tx.exec(select(Application)).all()
        assert {(one.ended_on, one.reason) for one in said} == {(None, None)}
    assert world.letters.queue_rejections() == 0
    later(world)
    world.take([row(1)])
    assert running(world) == 1
    assert world.letters.queue_rejections() == 1


def test_that_somebody_runs_on_stands_and_is_undone(world: World, reviews: Reviews) -> None:
    world.take([unclear(1)])
    later(world)
    reviews.answer(ids(reviews), NOBODY)
    review = world.intake.history()[0]
    world.take([unclear(1)])
    assert (reviews.count(), running(world)) == (0, 1)
    intake = world.intake
    Undo(world.db, intake.records, intake.staging.files).undo(review.id)
    assert (reviews.count(), running(world)) == (1, 0)


def test_who_runs_on_is_not_asked_about_the_relay(world: World, reviews: Reviews) -> None:
    twice = {"候補者ID": "P-1", "応募ID": "A-9", "求人名": "経理"}
    world.take([row(1, 応募経路="自社サイト"), unclear(1, **twice)])
    later(world)
    reviews.answer(ids(reviews), NOBODY)
    assert world.letters.queue_rejections() == 1
    assert world.letters.summary().without_offer == {Plain.RUNNING: 1}


def test_a_step_is_not_learnt_as_an_end(world: World, reviews: Reviews) -> None:
    """Nobody is told a rejection for standing where somebody else was rejected."""

    def take(number: int, reason: str) -> None:
        here = row(number)
        cells = {
            "応募ID": here["応募ID"],
            "名前": here["氏名"],
            "メールアドレス": here["メールアドレス"],
            "募集職種": here["求人名"],
            "応募時刻": here["応募日"],
            "選考ステップ": "一次面接",
            "選考終了理由": "",
            "不採用理由": reason,
        }
        world.intake.import_file(
            "\n".join((",".join(cells), ",".join(cells.values()))).encode(),
            "herp.csv",
            source="herp",
            progress=lambda _done, _all: None,
        )
        later(world)

    take(1, "スキル不足")
    (group,) = reviews.listed()
    assert (group.text, group.is_end) == ("一次面接", False)
    reviews.answer_always(ids(reviews), EndedBy.ORG)
    later(world)
    take(2, "")
    assert (reviews.count(), running(world)) == (0, 1)
