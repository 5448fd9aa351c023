"""Letters without a hand: offered, let go, digested, and ended by themselves."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from node.connectors.mail.outgoing import PermanentMailError, TemporaryMailError
from node.domain.automatic import Ended
from node.domain.letter_life import State
from node.domain.operator import Role
from node.services.automatic import SourceMode
from node.services.digests import Digests
from node.services.errors import NoSuchLinkError, NothingToDoError
from node.services.folder_report import FolderReport
from node.services.letter_texts import Draft, place_of
from node.services.operators import Operators
from node.storage.tables.bounce import Bounce
from node.storage.tables.letter import Letter
from tests.node.services.intake_world import World, open_world, row, statements
from tests.node.services.test_letters import LINK, MachineStopsError, text

STOP = re.compile(r"https://saiyo\.hiyodori\.example\.jp/s/([A-Za-z0-9_-]{43})")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


@pytest.fixture
def proven(world: World) -> World:
    """Return a world in which two groups went by hand without a stop."""
    for number in (901, 902):
        world.queue([row(number)])
        world.letters.confirm(1, operator_id=1)
        world.letters.send_due()
    world.clock.advance(timedelta(seconds=1))
    return world


@pytest.fixture
def running(proven: World) -> World:
    """Return a world whose letters go without a hand after their hold."""
    patient = replace(proven, hold="next-business-day")
    patient.automatic.switch_on("csv", 1)
    patient.clock.advance(timedelta(seconds=1))
    patient.mail.taken.clear()
    return patient


def mode(world: World) -> SourceMode:
    (found,) = world.automatic.modes()
    return found


def digests(world: World) -> Digests:
    folders = FolderReport(world.db, {})
    return Digests(world.db, world.clock, world.letters, world.messages, folders, world.mail)


def waiting(world: World) -> tuple[int, int]:
    counts = world.letters.outbound().counts
    return counts.get(State.QUEUED, 0), counts.get(State.CONFIRMED, 0)


def test_it_is_offered_after_two_groups_by_hand_without_a_stop(world: World) -> None:
    assert world.automatic.modes() == []
    for number, is_offered in ((1, False), (2, True)):
        world.queue([row(number)])
        world.letters.confirm(1, operator_id=1)
        world.letters.send_due()
        assert mode(world) == SourceMode(
            "csv", is_automatic=False, is_offered=is_offered, ended=None
        )


def test_a_stopped_group_earns_nothing(world: World) -> None:
    for number in (1, 2):
        world.queue([row(number)])
        world.letters.confirm(1, operator_id=1)
        world.letters.cancel()
    assert not mode(world).is_offered
    with pytest.raises(NothingToDoError):
        world.automatic.switch_on("csv", 1)


def test_a_new_text_is_proven_by_hand_again(proven: World) -> None:
    assert mode(proven).is_offered
    draft = proven.texts.edited(place_of("rejection.doc"), "")[0].draft
    proven.texts.save(
        place_of("rejection.doc"), "", {"ja": Draft(draft.subject, f"{draft.body}\n追伸")}, 1
    )
    assert not mode(proven).is_offered


def test_a13_no_hand_is_needed_between_import_and_letter(running: World) -> None:
    running.take([row(1)])
    assert running.automatic.let_go_due() == 1
    assert running.automatic.let_go_due() == 0
    assert running.letters.send_due() == 0
    running.clock.advance(timedelta(days=1))
    assert running.letters.send_due() == 1
    link = LINK.search(text(running.mail.taken[0]))
    assert link is not None
    with running.db.read() as tx:
        assert running.links.look(tx, link[1], "consent").person_id


def test_a_tick_without_work_only_reads(running: World) -> None:
    running.take([row(1)])
    assert running.automatic.let_go_due() == 1
    with statements(running) as said:
        assert running.automatic.let_go_due() == 0
    assert all(sql == "BEGIN" or sql.startswith("SELECT") for sql in said)
    running.automatic.switch_off("csv")
    with statements(running) as said:
        assert running.automatic.let_go_due() == 0
    assert len([sql for sql in said if sql != "BEGIN"]) == 2


def test_who_is_unrejected_meanwhile_gets_none(running: World) -> None:
    running.take([row(1)])
    running.automatic.let_go_due()
    running.take([row(1, 選考終了理由="", 終了日="")])
    running.clock.advance(timedelta(days=1))
    assert (running.letters.send_due(), running.mail.taken) == (0, [])


def test_a_hand_turns_it_off_and_is_asked_about_what_waits(running: World) -> None:
    running.take([row(1)])
    running.automatic.let_go_due()
    running.automatic.switch_off("csv")
    assert waiting(running) == (1, 0)
    assert mode(running).ended is Ended.STOPPED
    assert mode(running).is_offered
    with pytest.raises(NothingToDoError):
        running.automatic.switch_off("csv")


def test_a_stop_of_all_ends_it(running: World) -> None:
    running.take([row(1)])
    running.automatic.let_go_due()
    assert running.letters.cancel() == 1
    assert mode(running).ended is Ended.STOPPED
    running.take([row(2)])
    assert running.automatic.let_go_due() == 0
    assert waiting(running) == (1, 0)


def test_a_crowd_ends_it_and_all_of_that_day_are_asked_about(running: World) -> None:
    running.take(row(number) for number in range(15))
    assert running.automatic.let_go_due() == 15
    running.take(row(number) for number in range(20, 26))
    assert running.automatic.let_go_due() == 0
    assert mode(running).ended is Ended.CROWD
    assert waiting(running) == (21, 0)


def test_three_times_the_usual_day_is_no_crowd(running: World) -> None:
    busy = replace(running, hold="none")
    for day in range(3):
        busy.queue(row(100 * day + number) for number in range(10, 20))
        busy.letters.confirm(10, operator_id=1)
        busy.letters.send_due()
        busy.clock.advance(timedelta(days=1))
    running.take(row(number) for number in range(500, 527))
    assert running.automatic.let_go_due() == 27


def test_bounces_end_it(running: World) -> None:
    quick = replace(running, hold="none")
    quick.queue(row(number) for number in range(10))
    quick.letters.confirm(10, operator_id=1)
    quick.mail.faults += [PermanentMailError("refused")] * 3
    assert quick.letters.send_due() == 7
    quick.automatic.let_go_due()
    assert mode(running).is_automatic
    with running.db.begin() as tx:
        sent = tx.exec(select(Letter).where(Letter.state == "sent")).all()
        # Where our own domain is refused no mailbox is at fault, and letters must stop.
        for letter, status in zip(sent, ("5.1.1", "5.7.26", "5.7.1"), strict=False):
            is_hard = status == "5.1.1"
            tx.add(Bounce.new(letter_id=letter.id, is_hard=is_hard, status=status, came_at=0))
    running.take([row(50)])
    assert running.automatic.let_go_due() == 0
    assert mode(running).ended is Ended.BOUNCES


def test_other_columns_end_it(running: World) -> None:
    running.take([row(1)])
    running.clock.advance(timedelta(seconds=1))
    content = "応募ID,氏名,求人名,応募日,選考終了理由\nA-9,架空 太郎,経理,2026/11/01,\n"
    running.intake.import_file(
        content.encode(), "b.csv", source="csv", progress=lambda _done, _all: None
    )
    assert running.automatic.let_go_due() == 0
    assert mode(running).ended is Ended.LAYOUT
    assert waiting(running) == (1, 0)


def test_an_end_that_the_mapping_does_not_know_ends_it(running: World) -> None:
    running.take([row(1), row(2, 選考終了理由="よく分からない")])
    assert running.automatic.let_go_due() == 0
    assert mode(running).ended is Ended.REASONS


def test_the_earlier_of_two_imports_ends_it_too(running: World) -> None:
    running.take([row(1), row(2, 選考終了理由="よく分からない")])
    running.clock.advance(timedelta(seconds=1))
    running.take([row(3)])
    assert running.automatic.let_go_due() == 0
    assert mode(running).ended is Ended.REASONS


def test_another_text_ends_it(running: World) -> None:
    running.take([row(1)])
    running.automatic.let_go_due()
    draft = running.texts.edited(place_of("relay.final"), "")[0].draft
    running.texts.save(
        place_of("relay.final"), "", {"ja": Draft(draft.subject, f"{draft.body}\n追伸")}, 1
    )
    running.automatic.let_go_due()
    assert mode(running).ended is Ended.TEXTS
    assert waiting(running) == (1, 0)


def test_digest_says_the_evening_before_how_many_go_and_stops_them(running: World) -> None:
    operators = Operators(running.db, running.clock)
    for mail in ("a@example.jp", "b@example.jp"):
        operators.add(mail=mail, name="三浦", role=Role.RECRUITER, password="long enough word")
    running.take([row(1), row(2)])
    running.automatic.let_go_due()
    assert digests(running).send_due() == 0
    running.clock.advance(timedelta(hours=7))
    assert digests(running).send_due() == 2
    assert digests(running).send_due() == 0
    assert running.mail.receivers == ["a@example.jp", "b@example.jp"]
    said = text(running.mail.taken[0])
    assert "2通" in said
    assert "2026年11月25日" in said
    assert "25 Nov 2026" in said
    link = STOP.search(said)
    assert link is not None
    assert digests(running).look(link[1]) == (date(2026, 11, 25), 2)
    assert waiting(running) == (0, 2)
    assert digests(running).stop(link[1]) == 2
    assert mode(running).ended is Ended.STOPPED
    running.clock.advance(timedelta(days=1))
    assert (running.letters.send_due(), len(running.mail.taken)) == (0, 2)
    running.clock.advance(timedelta(days=1))
    with pytest.raises(NoSuchLinkError):
        digests(running).stop(link[1])


def test_digest_counts_what_the_day_lets_go(running: World) -> None:
    Operators(running.db, running.clock).add(
        mail="a@example.jp", name="三浦", role=Role.RECRUITER, password="long enough word"
    )
    running.take(row(number) for number in range(3))
    running.automatic.let_go_due()
    running.clock.advance(timedelta(hours=7))
    assert digests(replace(running, daily_limit=2)).send_due() == 1
    assert "2通" in text(running.mail.taken[0])


@pytest.mark.parametrize("stop", [TemporaryMailError("away"), MachineStopsError()])
def test_a_digest_that_did_not_leave_is_tried_again(running: World, stop: BaseException) -> None:
    Operators(running.db, running.clock).add(
        mail="a@example.jp", name="三浦", role=Role.RECRUITER, password="long enough word"
    )
    running.take([row(1)])
    running.automatic.let_go_due()
    running.clock.advance(timedelta(hours=7))
    running.mail.faults.append(stop)
    with suppress(MachineStopsError):
        assert digests(running).send_due() == 0
    assert digests(running).send_due() == 1


def test_nobody_is_bothered_where_nothing_waits(running: World) -> None:
    Operators(running.db, running.clock).add(
        mail="a@example.jp", name="三浦", role=Role.RECRUITER, password="long enough word"
    )
    running.clock.advance(timedelta(hours=7))
    assert digests(running).send_due() == 0


@pytest.mark.parametrize("secret", ["x", "A" * 43])
def test_another_link_stops_nothing(running: World, secret: str) -> None:
    with pytest.raises(NoSuchLinkError):
        digests(running).stop(secret)
