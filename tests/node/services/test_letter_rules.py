"""Who is told, who is asked, when letters go, and how they are stopped."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from node.connectors.mail.outgoing import TemporaryMailError, UncertainMailError
from node.domain.letter_life import State
from node.domain.letters import LetterKind
from node.domain.recipients import Future, Plain, Scope, Withheld
from node.domain.source import Source
from node.services.errors import (
    HeadCountError,
    NoSuchRecordError,
    NothingToDoError,
    RefusedChoiceError,
)
from node.services.futures import Act, Futures
from node.services.media import Media
from node.storage import people
from node.storage.tables.application import Application
from node.storage.tables.letter import Letter
from node.storage.tables.operator import Operator
from protocol.taxonomy import Route
from tests.node.services.intake_world import (
    MEDIUM,
    RULES,
    World,
    erase,
    open_world,
    row,
    statements,
)
from tests.node.services.test_letters import CODE, LINK, person_of, text

OLD = {"終了日": "2026/10/20", "一次実施日": ""}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


def states(world: World) -> dict[State, int]:
    return dict(world.letters.outbound().counts)


def test_five_years_of_history_queue_no_letter_and_the_page_says_why(world: World) -> None:
    first = date(2021, 11, 1)
    history = []
    for number in range(3_000):
        ended = first + timedelta(days=number % 1_790)
        applied = ended - timedelta(days=20)
        history.append(
            row(
                number,
                フリガナ="",
                応募日=f"{applied:%Y/%m/%d}",
                書類実施日="",
                一次実施日="",
                終了日=f"{ended:%Y/%m/%d}",
            )
        )
    assert world.queue(history) == 0
    summary = world.letters.summary()
    assert (summary.letters, summary.excluded) == (0, {Withheld.TOLD: 3_000})
    assert summary.invitable == 3_000


def test_who_was_told_elsewhere_is_asked_once_and_by_hand_alone(world: World) -> None:
    world.queue([row(1, **OLD), row(1, 応募ID="A-2", 求人名="経理", **OLD)])
    world.automatic.let_go_due()
    assert states(world) == {}
    with pytest.raises(HeadCountError):
        world.letters.invite(2)
    assert world.letters.invite(1) == 1
    assert world.letters.send_due() == 1
    (message,) = world.mail.taken
    assert LINK.search(text(message)) is not None
    assert "残念" not in text(message)
    assert "結果" not in str(message["Subject"])
    assert world.letters.summary().invitable == 0
    with pytest.raises(HeadCountError):
        world.letters.invite(1)


def test_invitation_is_looked_at_again_just_before_it_goes(world: World) -> None:
    world.queue([row(1, **OLD), row(2, **OLD)])
    world.letters.invite(2)
    world.take([row(1, 応募ID="A-9", 求人名="購買", 選考終了理由="", 終了日="")])
    assert world.letters.send_due() == 1
    assert world.mail.receivers == ["hanako2@mail.example.jp"]


def test_stopped_invitation_can_be_sent_anew(world: World) -> None:
    world.queue([row(1, **OLD)])
    world.letters.invite(1)
    assert world.letters.cancel() == 1
    assert world.letters.summary().invitable == 1
    with pytest.raises(NothingToDoError):
        world.letters.restore()


def test_rejection_that_is_taken_back_and_made_again_is_new(world: World) -> None:
    assert world.queue([row(1, **OLD)]) == 0
    world.queue([row(1, 選考終了理由="", 終了日="")])
    assert world.queue([row(1, 終了日="2026/11/23")]) == 1


def test_rejection_before_the_first_day_of_its_source_gets_no_letter(world: World) -> None:
    world.sources["csv"] = Source("csv", go_live=date(2026, 11, 13))
    assert world.queue([row(1), row(2, 終了日="2026/11/13")]) == 1
    assert world.letters.summary().excluded == {Withheld.TOLD: 1}


def test_a_first_day_that_is_set_too_late_takes_letters_back(world: World) -> None:
    assert world.queue([row(1), row(2, 終了日="2026/11/13")]) == 2
    world.sources["csv"] = Source("csv", go_live=date(2026, 11, 13))
    assert world.letters.summary().excluded == {Withheld.TOLD: 1}
    assert world.letters.confirm(1) == 1
    assert world.letters.send_due() == 1
    assert world.mail.receivers == ["hanako2@mail.example.jp"]


def test_letters_of_another_writer_are_not_sent_again_when_the_writer_changes(
    world: World,
) -> None:
    world.sources["csv"] = Source("csv", mail_owner="ats")
    assert world.queue([row(1)]) == 0
    world.clock.advance(timedelta(days=30))
    world.sources["csv"] = Source("csv")
    assert world.queue([row(2, 終了日="2026/12/20")]) == 1
    assert world.letters.summary().excluded == {Withheld.TOLD: 1}


@pytest.mark.parametrize(("owner", "why"), [("ats", Withheld.ATS), ("off", Withheld.OFF)])
def test_a_source_with_another_writer_gets_no_letter_from_here(
    world: World, owner: str, why: Withheld
) -> None:
    world.sources["csv"] = Source("csv", mail_owner="ats" if owner == "ats" else "off")
    assert world.queue([row(1)]) == 0
    assert world.letters.summary().excluded == {why: 1}


def test_writer_that_changed_after_the_confirmation_sends_no_second_letter(world: World) -> None:
    world.queue([row(1)])
    world.letters.confirm(1)
    world.sources["csv"] = Source("csv", mail_owner="ats")
    assert (world.letters.send_due(), world.mail.taken) == (0, [])


def test_applicants_of_a_medium_are_asked_once_its_terms_were_read(world: World) -> None:
    media = Media(world.db, world.clock)
    world.queue([row(1), row(2, 媒体名="みほん求人"), row(3, 媒体名="", 応募経路="自社サイト")])
    assert world.letters.summary().without_offer == {Plain.MEDIUM: 1}
    media.check("みほん求人", 1)
    media.check("みほん求人", 2)
    assert world.letters.summary().without_offer == {}
    found = {one.name: one for one in media.every()}
    assert found["みほん求人"].checked_on == date(2026, 11, 24)
    assert (found[MEDIUM].rejections, found["みほん求人"].rejections) == (1, 1)
    media.uncheck("みほん求人")
    assert world.letters.summary().without_offer == {Plain.MEDIUM: 1}
    with pytest.raises(NoSuchRecordError):
        media.check("どこにもない", 1)
    with pytest.raises(NoSuchRecordError):
        media.uncheck("みほん求人")


def test_person_is_asked_once_in_six_months(world: World) -> None:
    same = {"求人名": "経理", "応募ID": "A-9"}
    world.queue([row(1), row(1, **same)])
    summary = world.letters.summary()
    assert (summary.letters, summary.with_offer) == (2, 1)
    assert summary.without_offer == {Plain.ASKED: 1}
    world.letters.confirm(2)
    assert world.letters.send_due() == 2
    assert sum(LINK.search(text(one)) is not None for one in world.mail.taken) == 1
    world.clock.advance(timedelta(days=180))
    later = {"応募日": "2027/05/01", "終了日": "2027/05/20", "書類実施日": "", "一次実施日": ""}
    world.queue([row(1, 応募ID="A-10", 求人名="購買", **later)])
    assert world.letters.summary().without_offer == {Plain.ASKED: 1}
    world.clock.advance(timedelta(days=4))
    assert world.letters.summary().without_offer == {}


def test_agencies_are_told_by_a_list(world: World) -> None:
    agency = {"応募経路": "エージェント", "媒体名": "架空エージェント"}
    world.queue([row(1, **agency), row(2, **agency, **OLD), row(3)])
    (line,) = world.agencies.to_tell()
    assert (line.agency, line.name, line.job) == (
        "架空エージェント",
        "架空 花子1",
        "法人営業（名古屋）",
    )
    assert line.ended_on == date(2026, 11, 12)
    assert world.agencies.waiting() == 1
    world.queue([row(4, **agency)])
    world.agencies.told([line.application_id, "0" * 32])
    assert [one.name for one in world.agencies.to_tell()] == ["架空 花子4"]
    world.queue([row(1, **agency, 選考終了理由="")])
    world.queue([row(1, **agency)])
    assert world.agencies.waiting() == 2
    erase(world, person_of(world, 4))
    assert world.agencies.waiting() == len(world.agencies.to_tell()) == 1


def test_letters_wait_for_ten_on_the_next_working_day(world: World) -> None:
    patient = replace(world, hold="next-business-day")
    patient.queue([row(1)])
    assert patient.letters.confirm(1) == 1
    for hours, sent in ((23, 0), (1, 1)):
        patient.clock.advance(timedelta(hours=hours))
        assert patient.letters.send_due() == sent


def test_letter_that_the_server_kept_waiting_does_not_go_by_night(world: World) -> None:
    patient = replace(world, hold="next-business-day")
    patient.queue([row(1)])
    patient.letters.confirm(1)
    patient.clock.advance(timedelta(days=1, hours=7, minutes=59))
    patient.mail.faults.append(TemporaryMailError("away"))
    assert patient.letters.send_due() == 0
    patient.clock.advance(timedelta(minutes=1))
    assert patient.letters.send_due() == 0
    patient.clock.advance(timedelta(hours=16))
    assert patient.letters.send_due() == 1


def test_what_answers_an_act_waits_for_no_working_day(world: World) -> None:
    patient = replace(world, hold="next-business-day")
    patient.take([row(1)])
    patient.clock.advance(timedelta(hours=12))
    with patient.db.begin() as tx:
        patient.letters.put(tx, LetterKind.WITHDRAWN, person_of(patient))
    assert patient.letters.send_due() == 1


def test_so_many_letters_a_day_and_the_rest_on_the_next(world: World) -> None:
    slow = replace(world, daily_limit=2)
    slow.queue(row(number) for number in range(5))
    slow.letters.confirm(5)
    assert [slow.letters.send_due(), slow.letters.send_due()] == [2, 0]
    with slow.db.begin() as tx:
        slow.letters.put(tx, LetterKind.WITHDRAWN, person_of(slow))
    assert slow.letters.send_due() == 1
    slow.clock.advance(timedelta(days=1))
    assert slow.letters.send_due() == 2


def test_letters_that_perhaps_went_count_on_their_day(world: World) -> None:
    slow = replace(world, daily_limit=2)
    slow.queue(row(number) for number in range(4))
    slow.letters.confirm(4)
    slow.mail.faults.append(UncertainMailError("no answer"))
    assert [slow.letters.send_due(), slow.letters.send_due()] == [1, 0]
    slow.clock.advance(timedelta(days=1))
    assert slow.letters.send_due() == 2


def test_stop_is_undone_within_a_day_and_asks_again(world: World) -> None:
    world.queue([row(1), row(2)])
    world.letters.confirm(2)
    assert world.letters.cancel() == 2
    assert world.letters.summary().restorable == 2
    assert world.letters.restore() == 2
    assert (world.letters.send_due(), states(world)) == (0, {State.QUEUED: 2})
    world.letters.confirm(2)
    assert world.letters.send_due() == 2
    with pytest.raises(NothingToDoError):
        world.letters.restore()


def test_stop_stands_after_a_day(world: World) -> None:
    world.queue([row(1)])
    world.letters.cancel()
    world.clock.advance(timedelta(days=1))
    with pytest.raises(NothingToDoError):
        world.letters.restore()


def test_a_sample_is_shown_and_makes_no_link(world: World) -> None:
    world.queue([row(1, 生年月日="2009/01/01"), row(2)])
    sample = world.letters.summary().sample
    assert sample is not None
    assert "架空 花子2 様" in sample.body
    assert LINK.search(sample.body) is None
    assert CODE.search(sample.body) is not None
    world.letters.cancel()
    assert world.letters.summary().sample is None


def test_bounced_address_gets_nothing_and_another_is_used(world: World) -> None:
    world.queue([row(1), row(2, メールアドレス="b@mail.example.jp;hanako2@mail.example.jp")])
    world.letters.confirm(2)
    with world.db.begin() as tx:
        for mail in ("hanako1@mail.example.jp", "b@mail.example.jp"):
            digest = world.vault.blind("mail", mail)
            people.suppress_index(tx, digest, scope=Scope.ADDRESS, day="2026-11-24")
    assert world.letters.send_due() == 1
    assert world.mail.receivers == ["hanako2@mail.example.jp"]
    assert world.letters.summary().excluded == {Withheld.BOUNCED: 1}
    # Who applies with it afterwards reads it again.
    again = {"応募ID": "A-9", "応募日": "2026/11/25", "書類実施日": "", "一次実施日": ""}
    world.queue([row(1, **again, 終了日="2026/11/25")])
    assert world.letters.summary().excluded == {}


def test_many_people_are_looked_at_in_few_statements(world: World) -> None:
    said_of = []
    for people_of in (range(2), range(2, 40)):
        world.queue(row(number) for number in people_of)
        with statements(world) as said:
            world.letters.summary()
            world.letters.to_confirm()
            world.applicants.listed(tag=None, page=1)
        said_of.append(len(said))
    assert said_of[0] == said_of[1]


def test_source_that_forbids_mail_is_obeyed(world: World) -> None:
    world.queue([row(1)])
    with world.db.begin() as tx:
        tx.exec(select(Application)).one().may_mail = False
    assert world.letters.summary().excluded == {Withheld.NO_MAIL: 1}


def test_click_of_the_recruiter_is_kept_and_only_a_licence_may_recommend(world: World) -> None:
    world.queue([row(1)])
    with world.db.read() as tx:
        application = tx.exec(select(Application.id)).one()
    plain = Futures(world.db, world.clock, "info-provision")
    assert plain.choices == (Future.WELCOME, Future.NEITHER)
    plain.choose(application, Future.WELCOME, 1)
    with pytest.raises(RefusedChoiceError):
        plain.choose(application, Future.RECOMMEND, 1)
    licensed = Futures(world.db, world.clock, "agency")
    licensed.choose(application, Future.RECOMMEND, _operator(world))
    world.clock.advance(timedelta(minutes=1))
    licensed.choose(application, Future.NEITHER, 8)
    with world.db.read() as tx:
        assert tx.exec(select(Application.future)).one() == Future.NEITHER
    now = world.clock.now()
    assert licensed.acts() == [
        Act(application, "miura@example.jp", now - timedelta(minutes=1), Future.RECOMMEND),
        Act(application, None, now, Future.NEITHER),
    ]
    with pytest.raises(NoSuchRecordError):
        licensed.choose("0" * 32, Future.WELCOME, 1)


def _operator(world: World) -> int:
    values = dict.fromkeys(("name", "role", "password", "fs_uniquifier"), "x")
    with world.db.begin() as tx:
        added = Operator(email="miura@example.jp", created_at=0, **values)
        tx.add(added)
        tx.flush()
        return added.id


def test_under_a_licence_only_the_recommended_are_asked(world: World) -> None:
    choosing = replace(world, rules=replace(RULES, only_recommended=True))
    choosing.queue([row(1), row(2)])
    with choosing.db.begin() as tx:
        query = select(Application).where(Application.person_id == person_of(choosing))
        tx.exec(query).one().future = Future.RECOMMEND
    summary = choosing.letters.summary()
    assert (summary.letters, summary.with_offer) == (2, 1)
    assert summary.without_offer == {Plain.UNCHOSEN: 1}


def test_routes_of_the_settings_decide(world: World) -> None:
    narrow = replace(world, rules=replace(RULES, routes=frozenset({Route.REFERRAL})))
    narrow.queue([row(1, 応募経路="自社サイト"), row(2, 応募経路="社員紹介")])
    assert narrow.letters.summary().without_offer == {Plain.ROUTE: 1}


def test_letter_names_its_group(world: World) -> None:
    world.queue([row(1)])
    world.letters.confirm(1, operator_id=5)
    with world.db.read() as tx:
        letter = tx.exec(select(Letter)).one()
    assert letter.dispatch_id is not None
    assert re.fullmatch(r"[0-9a-f]{16}", world_version(world))


def world_version(world: World) -> str:
    with world.db.read() as tx:
        return world.letters.version(tx)
