"""Past applicants for a new opening, and their invitation (DOMAIN A4, A27)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from crypto import canonical_json
from node.clock import seconds
from node.domain.letter_life import State
from node.domain.letters import LetterKind
from node.domain.matching import ReasonCode
from node.domain.own_pool import Refusal
from node.domain.recipients import Future, Scope
from node.domain.requirement import Requirement
from node.services.duplicates import Duplicates
from node.services.errors import HeadCountError, NoSuchRecordError, NothingToDoError
from node.services.identities import Identities
from node.services.merging import Merging
from node.services.own_pool import OwnPool
from node.storage import openings, people
from node.storage.tables.application import Application
from node.storage.tables.letter import Letter
from node.storage.tables.opening import Opening
from node.storage.tables.person import Person
from node.storage.tables.reinvitation import Reinvitation
from protocol.identifiers import new_id
from protocol.taxonomy import Route, Stage
from tests.node.services.intake_world import VOCABULARY, World, open_world, row
from tests.protocol.agreed_person import TERMS

FINAL = {"最終実施日": "2026/11/01", "最終結果": "不合格", "一次結果": "合格"}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


@pytest.fixture
def pool(world: World) -> OwnPool:
    return world.pool


def opening(world: World, requirement: Requirement | None = None, title: str = "購買") -> str:
    """Return the id of a new opening."""
    new = Opening.new(
        id=new_id(),
        title=title,
        requirement=canonical_json.dumps((requirement or Requirement()).to_json()),
        terms=TERMS.canonical(),
        purpose="採用選考のため",
        retention_days=180,
        created_at=seconds(world.clock.now()),
    )
    with world.db.begin() as tx:
        openings.put(tx, new)
    return new.id


def names(pool: OwnPool, opening_id: str) -> list[str]:
    return [one.name for one in pool.best(opening_id)]


def person(world: World) -> str:
    with world.db.read() as tx:
        return tx.exec(select(Person.id)).one()


def send(world: World) -> list[str]:
    before = len(world.mail.taken)
    world.letters.sending.send_due()
    return world.mail.receivers[before:]


def test_a4_own_finalists_are_listed_first_with_their_reasons(world: World, pool: OwnPool) -> None:
    world.take([row(1), row(2, **FINAL), row(3, 選考終了理由="応募者辞退")])
    (skill, *_) = sorted(VOCABULARY.families["skill"])
    with world.db.begin() as tx:
        for profile in people.registered(tx, today="2026-11-23"):
            profile.skills = skill
    wanted = opening(world, Requirement(required_skills=frozenset({skill})))
    first, second = pool.best(wanted)
    assert (first.name, second.name) == ("架空 花子2", "架空 花子1")
    assert (first.past.furthest, second.past.furthest) == (Stage.FINAL, Stage.INTERVIEW_1)
    assert first.past.job == "法人営業（名古屋）"
    assert [one.code for one in first.match.reasons] == [ReasonCode.REQUIRED_SKILL]


def test_a4_who_is_kept_no_more_is_absent(world: World, pool: OwnPool) -> None:
    world.take([row(1)])
    wanted = opening(world)
    assert names(pool, wanted) == ["架空 花子1"]
    world.clock.advance(timedelta(days=731))
    assert names(pool, wanted) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"選考終了理由": "入社決定"},
        {"選考終了理由": "", "終了日": ""},
        {"応募経路": "エージェント"},
        {"求人名": "製造（2027年高卒）"},
    ],
)
def test_a4_who_must_not_be_contacted_is_absent(
    world: World, pool: OwnPool, changed: dict[str, str]
) -> None:
    world.take([row(1, **changed)])
    assert names(pool, opening(world)) == []


@pytest.mark.parametrize("scope", [Scope.ASK, Scope.ERASED])
def test_a4_who_asked_never_to_be_asked_is_absent(
    world: World, pool: OwnPool, scope: Scope
) -> None:
    world.take([row(1)])
    with world.db.begin() as tx:
        people.suppress(tx, person(world), scope=scope, day="2026-11-01")
    assert names(pool, opening(world)) == []


def test_a4_recruiters_word_of_a_welcome_stands_beside_the_name(
    world: World, pool: OwnPool
) -> None:
    world.take([row(1)])
    with world.db.begin() as tx:
        tx.exec(select(Application)).one().future = Future.WELCOME
    assert pool.best(opening(world))[0].past.future == Future.WELCOME


def test_a27_invitation_names_the_application_the_opening_and_why(
    world: World, pool: OwnPool
) -> None:
    world.take([row(1, **FINAL)])
    wanted = opening(world)
    assert pool.invite(wanted, [person(world)], 1) == 1
    assert send(world) == ["hanako1@mail.example.jp"]
    (message,) = world.mail.taken
    content = str(message.get_content())
    assert "「法人営業（名古屋）」へご応募" in content
    assert "「購買」の募集" in content
    assert "前回は「最終" in content
    assert re.search(r"https://saiyo\.hiyodori\.example\.jp/u/[A-Za-z0-9_-]{43}", content)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert pool.best(wanted)[0].refusal is Refusal.OPENING


def test_a27_head_count_is_confirmed(world: World, pool: OwnPool) -> None:
    world.take([row(1), row(2)])
    wanted = opening(world)
    everybody = [one.past.person_id for one in pool.best(wanted)]
    for chosen, count in ((everybody, 1), (everybody[:1], 2), (everybody, -1)):
        with pytest.raises(HeadCountError) as caught:
            pool.invite(wanted, chosen, count)
        assert caught.value.found == len(chosen)
    with world.db.read() as tx:
        assert tx.exec(select(Letter)).all() == []
    assert pool.invite(wanted, everybody, 2) == 2
    with pytest.raises(HeadCountError):
        pool.invite(wanted, everybody, 2)


def test_a27_letters_keep_hours_and_are_checked_once_more(world: World) -> None:
    held = replace(world, hold="next-business-day")
    pool = held.pool
    held.take([row(1), row(2)])
    wanted = opening(held)
    people_here = [one.past.person_id for one in pool.best(wanted)]
    pool.invite(wanted, people_here, 2)
    assert send(held) == []
    with held.db.begin() as tx:
        people.suppress(tx, people_here[0], scope=Scope.ASK, day="2026-11-24")
    held.clock.advance(datetime(2026, 11, 25, 1, 0, tzinfo=UTC) - held.clock.now())
    assert len(send(held)) == 1
    with held.db.read() as tx:
        (left,) = tx.exec(select(Reinvitation)).all()
    assert left.person_id == people_here[1]


def test_a27_one_button_stops_what_has_not_left(world: World, pool: OwnPool) -> None:
    world.take([row(1)])
    wanted = opening(world)
    pool.invite(wanted, [person(world)], 1)
    assert world.letters.cancel() == 1
    assert send(world) == []
    assert pool.best(wanted)[0].refusal is None


def test_a27_invitation_names_no_application_of_somebody_else(world: World) -> None:
    held = replace(world, hold="next-business-day")
    alike = {name: row(1)[name] for name in ("氏名", "フリガナ", "生年月日")}
    held.take([row(1, 応募日="2026/09/20")])
    held.clock.advance(timedelta(days=1))
    held.take([row(2, **alike)])
    merging = Merging(held.clock, held.intake.records)
    duplicates = Duplicates(held.db, held.clock, Identities(held.vault), merging)
    (pair,) = duplicates.listed()
    step = duplicates.decide([(pair.one.person_id, pair.other.person_id)], []).step
    (one,) = held.pool.best(opening(held))
    held.pool.invite(opening(held), [one.past.person_id], 1)
    duplicates.undo(step)
    held.clock.advance(timedelta(days=4))
    assert send(held) == []


def test_a27_closed_opening_invites_nobody(world: World, pool: OwnPool) -> None:
    world.take([row(1)])
    wanted = opening(world)
    pool.invite(wanted, [person(world)], 1)
    with world.db.begin() as tx:
        tx.get_one(Opening, wanted).is_open = False
    assert send(world) == []
    with pytest.raises(NothingToDoError):
        pool.invite(wanted, [person(world)], 1)
    with pytest.raises(NoSuchRecordError):
        pool.invite("0" * 32, [], 0)


def test_a27_six_months_apart_twice_and_within_a_year(world: World, pool: OwnPool) -> None:
    world.take([row(1, 応募日="2026/11/20", 終了日="2026/11/22")])
    here = [person(world)]
    seen: list[Refusal | None] = []
    for month in range(14):
        wanted = opening(world, title=f"求人{month}")
        refused = pool.best(wanted)[0].refusal
        seen.append(refused)
        if refused is None:
            pool.invite(wanted, here, 1)
            send(world)
        world.clock.advance(timedelta(days=31))
    assert seen == [None, *[Refusal.TOO_SOON] * 5, None, *[Refusal.ENOUGH] * 7]


def test_a27_nobody_is_invited_a_year_after_the_own_last_act(world: World, pool: OwnPool) -> None:
    world.take([row(1, 応募日="2025/11/01")])
    wanted = opening(world)
    assert pool.best(wanted)[0].refusal is Refusal.TOO_LATE
    with world.db.begin() as tx:
        letter_id = world.letters.put(tx, LetterKind.WITHDRAWN, person(world))
        tx.get_one(Letter, letter_id).opened_at = seconds(world.clock.now())
    assert pool.best(wanted)[0].refusal is None


def test_a27_later_application_that_the_person_ended_is_an_own_act(
    world: World, pool: OwnPool
) -> None:
    again = row(1, 応募ID="A-9", 求人名="経理", 選考終了理由="応募者辞退")
    world.take([row(1, 応募日="2025/11/01", 終了日="2025/11/12"), again])
    (found,) = pool.best(opening(world))
    assert (found.past.applied_on, found.refusal) == ("2025-11-01", None)


def test_a27_bounced_address_is_no_address(world: World, pool: OwnPool) -> None:
    world.take([row(1)])
    with world.db.begin() as tx:
        digest = world.vault.blind("mail", "hanako1@mail.example.jp")
        people.suppress_index(tx, digest, scope=Scope.ADDRESS, day="2026-11-01")
    assert pool.best(opening(world))[0].refusal is Refusal.NO_ADDRESS


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["invite", "send", "stop", "wait", "import", "cancel"]), st.integers(0, 2)
    ),
    max_size=10,
)


@settings(max_examples=30, deadline=None)
@given(acts=ACTS)
def test_a27_who_opted_out_is_never_mailed(acts: list[tuple[str, int]]) -> None:
    with TemporaryDirectory() as folder, open_world(Path(folder)) as world:
        pool = world.pool
        world.take([row(number, 応募日="2026/11/01") for number in range(3)])
        with world.db.read() as tx:
            everybody = sorted(tx.exec(select(Person.id)))
        stopped: dict[str, int] = {}  # address: mails before it
        for step, (act, number) in enumerate([*acts, ("invite", 0), ("send", 0)]):
            chosen = everybody[number]
            if act == "invite":
                wanted = opening(world, title=f"求人{step}")
                found = [
                    one.past.person_id
                    for one in pool.best(wanted)
                    if one.refusal is None and one.past.person_id >= chosen
                ]
                pool.invite(wanted, found, len(found))
            elif act == "send":
                world.letters.sending.send_due()
            elif act == "wait":
                world.clock.advance(timedelta(days=70 * (number + 1)))
            elif act == "import":
                world.take([row(number, 応募日="2026/11/01", 費用="30000")])
            elif act == "cancel":
                world.letters.cancel()
            else:
                with world.db.begin() as tx:
                    mail = world.recipients.usable(tx, chosen).mails[0]
                    people.suppress(tx, chosen, scope=Scope.ASK, day="2026-11-24")
                stopped.setdefault(mail, world.mail.receivers.count(mail))
        for mail, before in stopped.items():
            assert world.mail.receivers.count(mail) == before


def test_application_after_an_invitation_came_by_the_own_pool(world: World, pool: OwnPool) -> None:
    world.take([row(1)])
    pool.invite(opening(world), [person(world)], 1)
    send(world)
    assert pool.attribute() == 0
    same = {"候補者ID": "P-1", "氏名": "架空 花子1", "選考終了理由": "", "終了日": ""}
    world.take([row(9, **same, 応募日="2026/12/01", 求人名="購買")])
    assert (pool.attribute(), pool.attribute()) == (1, 0)
    with world.db.read() as tx:
        routes = {one.applied_on: one.route for one in tx.exec(select(Application))}
        (state,) = set(tx.exec(select(Letter.state)))
    assert routes == {"2026-10-01": Route.MEDIA, "2026-12-01": Route.OWN_POOL}
    assert state == State.SENT


def test_application_long_after_or_by_an_agency_is_not_of_the_pool(
    world: World, pool: OwnPool
) -> None:
    world.take([row(1)])
    pool.invite(opening(world), [person(world)], 1)
    send(world)
    same = {"候補者ID": "P-1", "氏名": "架空 花子1", "選考終了理由": "", "終了日": ""}
    world.take(
        [
            row(8, **same, 応募日="2026/12/01", 応募経路="エージェント"),
            row(9, **same, 応募日="2027/12/01"),
        ]
    )
    assert pool.attribute() == 0
