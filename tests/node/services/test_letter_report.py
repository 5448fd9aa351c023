"""What letters came to, and who was left without one (DOMAIN A17)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from node.domain.errors import UnreadableError
from node.domain.letters import Answer
from node.domain.recipients import Plain
from node.domain.source import Source
from node.services.complaints import Complaints
from node.services.errors import NoSuchRecordError
from node.services.letter_report import LetterReport
from node.services.links import Visit
from node.storage import letters
from node.storage.tables.bounce import Bounce
from node.storage.tables.letter import Letter
from tests.node.services.intake_world import World, open_world, row

LINK = re.compile(r"/c/([A-Za-z0-9_-]{43})")
CODE = re.compile(r"番号：([0-9]{6})")
ENDED = {"終了日": "2026/11/05"}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


def report(world: World) -> LetterReport:
    return LetterReport(
        world.db, world.clock, world.recipients.identities, world.recipients.sources
    )


def send(world: World) -> None:
    world.letters.confirm(world.letters.summary().letters)
    world.letters.sending.send_due()


def visit(world: World, number: int) -> Visit:
    content = str(world.mail.taken[number].get_content())
    link, code = LINK.search(content), CODE.search(content)
    assert link
    assert code
    return world.links.visit(link[1], "consent", code[1])


def test_a17_list_is_empty_after_the_run(world: World) -> None:
    world.queue([row(number, **ENDED) for number in range(3)])
    world.clock.advance(timedelta(days=20))
    found = report(world).silent()
    assert {one.name for one in found} == {"架空 花子0", "架空 花子1", "架空 花子2"}
    assert {one.job for one in found} == {"法人営業（名古屋）"}
    assert {(one.ended_on, one.due_on) for one in found} == {
        (date(2026, 11, 5), date(2026, 11, 19))
    }
    assert {one.letter for one in found} == {"queued"}
    send(world)
    assert report(world).silent() == []


def test_a17_nobody_is_late_before_ten_working_days(world: World) -> None:
    world.queue([row(1, 終了日="2026/11/20")])
    world.clock.advance(timedelta(days=10))
    assert report(world).silent() == []


def test_a17_who_cannot_be_written_to_is_on_the_list(world: World) -> None:
    world.queue([row(1, **ENDED, メールアドレス="")])
    world.clock.advance(timedelta(days=20))
    (found,) = report(world).silent()
    assert found.letter is None


def test_a17_whose_letter_came_back_is_on_the_list(world: World) -> None:
    world.queue([row(number, **ENDED) for number in range(2)])
    send(world)
    with world.db.begin() as tx:
        letter = tx.exec(select(Letter)).first()
        assert letter is not None
        tx.add(Bounce.new(letter_id=letter.id, is_hard=False, status="5.7.1", came_at=0))
    world.clock.advance(timedelta(days=20))
    (found,) = report(world).silent()
    assert found.letter == "sent"
    (line,) = report(world).funnel()
    assert (line.sent, line.bounced) == (2, 1)


@pytest.mark.parametrize(
    "changed",
    [
        {"応募経路": "エージェント"},
        {"選考終了理由": "応募者辞退"},
        {"終了日": "2025/11/05", "応募日": "2025/10/01"},
    ],
)
def test_a17_only_those_whom_this_company_tells_are_on_the_list(
    world: World, changed: dict[str, str]
) -> None:
    world.queue([row(1, **(ENDED | changed))])
    world.clock.advance(timedelta(days=20))
    assert report(world).silent() == []


def test_a17_letters_of_the_ats_are_its_own(world: World) -> None:
    other = replace(world, sources={"csv": Source("csv", mail_owner="ats")})
    other.queue([row(1, **ENDED)])
    other.clock.advance(timedelta(days=20))
    assert report(other).silent() == []


def test_a17_rejection_without_a_day_counts_from_its_import(world: World) -> None:
    days = {"応募日": "2026/11/10", "書類実施日": "2026/11/12", "一次実施日": "2026/11/18"}
    world.queue([row(1, **days, 終了日="")])
    world.clock.advance(timedelta(days=30))
    (found,) = report(world).silent()
    assert found.ended_on == date(2026, 11, 24)


def test_funnel_counts_what_people_did(world: World) -> None:
    world.queue([row(number) for number in range(4)])
    assert report(world).funnel() == ()
    send(world)
    declined = visit(world, 0)
    visit(world, 1)
    visit(world, 1)
    with world.db.begin() as tx:
        letters.set_answer(tx, declined.letter_id, Answer.DECLINED)
    (line,) = report(world).funnel()
    assert (line.version.template, line.version.language) == ("relay", "ja")
    assert (line.sent, line.opened, line.declined, line.consented) == (4, 2, 1, 0)


def test_complaint_to_the_desk_counts_for_the_last_letter_and_ends_the_questions(
    world: World,
) -> None:
    complaints = Complaints(world.db, world.clock, world.vault)
    world.queue([row(number) for number in range(2)])
    with pytest.raises(NoSuchRecordError):
        complaints.note("hanako1@mail.example.jp")
    send(world)
    for _ in range(2):
        complaints.note(" Hanako1@mail.example.jp")
    (line,) = report(world).funnel()
    assert (line.sent, line.complained) == (2, 1)
    again = {"応募ID": "A-9", "求人名": "経理", "候補者ID": "P-1"}
    world.queue([row(1, **again)])
    assert world.letters.summary().without_offer == {Plain.NEVER: 1}
    with pytest.raises(UnreadableError):
        complaints.note("hanako1")


def test_names_of_static_links_are_at_hand(world: World) -> None:
    assert report(world).links() == {}
