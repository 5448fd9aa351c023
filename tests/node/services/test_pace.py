from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from node.clock import StandingClock
from node.connectors.mail.outgoing import NoSuchAddressError, SlowDownError
from node.services.letter_sending import LetterSending
from node.services.pace import Pace
from tests.node.services.intake_world import World, open_world, row


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as opened:
        yield opened


def go(pace: Pace, clock: StandingClock, length: timedelta) -> int:
    """Return how many letters go in *length*, looking every 5 seconds."""
    gone = 0
    for _ in range(int(length / timedelta(seconds=5))):
        allowed = pace.allowed()
        for _ in range(allowed):
            pace.spend()
        gone += allowed
        clock.advance(timedelta(seconds=5))
    return gone


@pytest.mark.parametrize("a_minute", [1, 7, 20, 300])
def test_so_many_go_a_minute(a_minute: int) -> None:
    clock = StandingClock()
    pace = Pace(clock, a_minute)
    gone = go(pace, clock, timedelta(minutes=10))
    assert a_minute * 10 <= gone + 1
    assert gone <= a_minute * 10 + a_minute / 6 + 1


def test_pause_is_not_made_up_for() -> None:
    clock = StandingClock()
    pace = Pace(clock, 20)
    clock.advance(timedelta(hours=5))
    assert pace.allowed() == 4


def test_complaint_halves_the_pace_and_calm_brings_it_back() -> None:
    clock = StandingClock()
    pace = Pace(clock, 20)
    pace.slow_down()
    assert pace.allowed() == 0
    assert 40 <= go(pace, clock, timedelta(minutes=5)) <= 50
    clock.advance(timedelta(minutes=10))
    pace.allowed()
    assert 95 <= go(pace, clock, timedelta(minutes=5)) <= 104


def test_many_complaints_leave_one_a_minute() -> None:
    clock = StandingClock()
    pace = Pace(clock, 20)
    for _ in range(20):
        pace.slow_down()
    assert go(pace, clock, timedelta(minutes=9)) in {8, 9}


def sending(world: World, pace: Pace) -> LetterSending:
    return LetterSending(
        world.db,
        world.clock,
        world.recipients,
        world.messages,
        world.mail,
        world.hold,
        world.daily_limit,
        pace,
    )


def test_letters_go_at_their_pace(world: World) -> None:
    world.queue([row(number) for number in range(1, 41)])
    world.letters.confirm(40)
    service = sending(world, Pace(world.clock, 20))
    sent = 0
    for _ in range(12):
        sent += service.send_due()
        world.clock.advance(timedelta(seconds=5))
    assert sent in range(20, 25)


def test_server_that_asks_for_less_gets_less(world: World) -> None:
    world.queue([row(number) for number in range(1, 41)])
    world.letters.confirm(40)
    pace = Pace(world.clock, 1200)
    world.mail.faults[:] = [SlowDownError("busy")]
    service = sending(world, pace)
    assert service.send_due() == 0
    assert service.send_due() == 0
    world.clock.advance(timedelta(seconds=5))
    assert service.send_due() == 39
    world.clock.advance(timedelta(minutes=2))
    assert service.send_due() == 1


def test_address_that_the_server_does_not_know_is_given_up(world: World) -> None:
    world.queue([row(1)])
    world.letters.confirm(1)
    world.mail.faults[:] = [NoSuchAddressError("none")]
    world.letters.send_due()
    assert world.queue([row(1, 応募ID="A-2", 求人名="購買")]) == 0
