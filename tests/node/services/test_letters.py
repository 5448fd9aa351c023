import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from sqlmodel import func, select

from node.connectors.mail.outgoing import (
    MailLoginError,
    NoSuchAddressError,
    PermanentMailError,
    TemporaryMailError,
    UncertainMailError,
)
from node.domain.letter_life import State
from node.domain.letters import Answer, LetterKind
from node.domain.recipients import Plain, Scope, Withheld
from node.services.errors import HeadCountError, NoSuchLinkError, NothingToDoError
from node.services.letter_sending import RETRIES, UNDER_WAY
from node.storage import letters, people
from node.storage.tables.letter import Letter, Link
from node.storage.tables.person import Person
from tests.node.services.intake_world import World, open_world, row

LINK = re.compile(r"https://saiyo\.hiyodori\.example\.jp/c/([A-Za-z0-9_-]{43})")
CODE = re.compile(r"番号：([0-9]{6})")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


class MachineStopsError(BaseException):
    """The power goes."""


def read(message: EmailMessage) -> EmailMessage:
    """Return the mail as its receiver's program reads its bytes."""
    parsed = message_from_bytes(message.as_bytes(), policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def text(message: EmailMessage) -> str:
    content = read(message).get_content()
    assert isinstance(content, str)
    return content


def states(world: World) -> dict[State, int]:
    return dict(world.letters.outbound().counts)


def person_of(world: World, number: int = 1) -> str:
    digest = world.vault.blind("candidate", f"csv\nP-{number}")
    with world.db.read() as tx:
        (person_id,) = people.by_index(tx, [digest])
    return person_id


def test_a12_only_people_whom_the_company_rejected_get_a_letter(world: World) -> None:
    ends = ["不採用", "応募者辞退", "非選考対象", "入社決定", "", "よく分からない"]
    queued = world.queue(row(number, 選考終了理由=end) for number, end in enumerate(ends))
    assert (queued, world.letters.confirm(1), world.letters.send_due()) == (1, 1, 1)
    assert world.mail.receivers == ["hanako0@mail.example.jp"]


def test_nothing_goes_out_before_the_head_count_is_confirmed(world: World) -> None:
    world.queue([row(1), row(2)])
    assert (world.letters.send_due(), world.mail.taken) == (0, [])


def test_letter_is_queued_once_for_each_application(world: World) -> None:
    same = {"候補者ID": "P-1", "氏名": "架空 花子1", "求人名": "経理"}
    assert world.queue([row(1), row(2, **same)]) == 2
    assert world.letters.queue_rejections() == 0
    world.letters.confirm(2)
    world.letters.send_due()
    assert world.letters.queue_rejections() == 0
    assert ["経理" in text(message) for message in world.mail.taken] in (
        [True, False],
        [False, True],
    )


def test_summary_counts_by_job_and_says_who_gets_none(world: World) -> None:
    world.queue(
        [
            *(row(number) for number in range(3)),
            row(3, 求人名="経理"),
            row(4, 応募経路="エージェント"),
            row(5, メールアドレス=""),
            row(6, 生年月日="2009/01/01"),
            row(7),
            row(7, 応募ID="A-70", 選考終了理由="", 終了日="", 求人名="購買"),
            row(8),
            row(8, 応募ID="A-80", 選考終了理由="入社決定", 求人名="購買"),
        ]
    )
    summary = world.letters.summary()
    assert summary.letters == 7
    assert summary.with_offer == 4
    assert summary.jobs == (("法人営業（名古屋）", 6), ("経理", 1))
    assert summary.without_offer == {Plain.MINOR: 1, Plain.RUNNING: 1, Plain.HIRED: 1}
    assert summary.excluded == {Withheld.AGENCY: 1, Withheld.NO_ADDRESS: 1}


def test_who_must_not_be_asked_gets_the_plain_letter(world: World) -> None:
    world.queue([row(1, 生年月日="2009/01/01")])
    world.letters.confirm(1)
    world.letters.send_due()
    (message,) = world.mail.taken
    assert "List-Unsubscribe" not in message
    assert "http" not in text(message)


def test_birthday_decides_who_is_grown_up(world: World) -> None:
    today, tomorrow = "2008/11/24", "2008/11/25"
    world.queue([row(1, 生年月日=today), row(2, 生年月日=tomorrow)])
    assert world.letters.summary().without_offer == {Plain.MINOR: 1}


def test_a12_the_relay_is_one_setting(world: World) -> None:
    plain = World(
        world.db, world.clock, world.mail, world.vault, world.folder, template="rejection"
    )
    plain.queue([row(1)])
    plain.letters.confirm(1)
    plain.letters.send_due()
    assert LINK.search(text(world.mail.taken[0])) is None
    world.queue([row(2)])
    world.letters.confirm(1)
    world.letters.send_due()
    assert LINK.search(text(world.mail.taken[1])) is not None


def test_letter_carries_a_link_with_its_code_and_one_to_stop(world: World) -> None:
    world.queue([row(1, メールアドレス="taro..yamada.@docomo.ne.jp")])
    world.letters.confirm(1)
    world.letters.send_due()
    (message,) = world.mail.taken
    assert b"\r\n" in message.as_bytes()
    mail = read(message)
    assert mail["To"] == "taro..yamada.@docomo.ne.jp"
    assert mail["From"] == "ひよどり製作所株式会社 <saiyo@hiyodori.example.jp>"
    assert mail["Subject"] == "面接の結果のご連絡"
    assert mail["Date"] == "Tue, 24 Nov 2026 10:00:00 +0900"
    assert re.fullmatch(r"<[a-z2-7]{42}@hiyodori\.example\.jp>", mail["Message-ID"])
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    body = text(message)
    assert "架空 花子1 様" in body
    assert "2026年12月24日" in body
    link, code = LINK.search(body), CODE.search(body)
    assert link is not None
    assert code is not None
    visit = world.links.visit(link[1], "consent", code[1])
    assert visit.person_id == person_of(world)
    stop = re.fullmatch(
        r"<https://saiyo\.hiyodori\.example\.jp/u/(\S{43})>", mail["List-Unsubscribe"]
    )
    assert stop is not None
    with world.db.read() as tx:
        assert world.links.look(tx, stop[1], "stop").letter_id == visit.letter_id
        with pytest.raises(NoSuchLinkError):
            world.links.look(tx, stop[1], "consent")


def test_long_address_of_the_portal_stays_one_line(world: World) -> None:
    world.queue([row(1)])
    world.letters.confirm(1)
    world.letters.send_due()
    (line,) = [
        line
        for line in world.mail.taken[0].as_bytes().split(b"\r\n")
        if line.startswith(b"List-Unsubscribe:")
    ]
    assert line.endswith(b">")


def test_confirming_another_head_count_is_refused(world: World) -> None:
    world.queue([row(1), row(2)])
    with pytest.raises(HeadCountError) as caught:
        world.letters.confirm(3)
    assert caught.value.found == 2
    assert states(world) == {State.QUEUED: 2}


def test_group_is_looked_at_again_just_before_it_is_confirmed(world: World) -> None:
    world.queue([row(1), row(2), row(3)])
    assert world.letters.summary().letters == 3
    world.take([row(1, 選考終了理由="入社決定"), row(2, 応募経路="エージェント")])
    with pytest.raises(HeadCountError):
        world.letters.confirm(3)
    assert world.letters.confirm(1) == 1
    world.letters.send_due()
    assert world.mail.receivers == ["hanako3@mail.example.jp"]
    assert states(world) == {State.SENT: 1}


@pytest.mark.parametrize("end", ["", "応募者辞退", "入社決定", "非選考対象", "よく分からない"])
def test_a13_another_outcome_before_the_letter_goes_stops_it(world: World, end: str) -> None:
    world.queue([row(1)])
    world.letters.confirm(1)
    world.take([row(1, 選考終了理由=end, 終了日="")])
    assert world.letters.send_due() == 0
    assert world.mail.taken == []
    world.take([row(1)])
    assert world.letters.queue_rejections() == 1


def test_a27_who_said_never_after_the_confirmation_is_told_and_not_asked(world: World) -> None:
    world.queue([row(1)])
    world.letters.confirm(1)
    with world.db.begin() as tx:
        people.suppress(tx, person_of(world), scope=Scope.ASK, day="2026-11-24")
    assert world.letters.send_due() == 1
    assert LINK.search(text(world.mail.taken[0])) is None


def test_hired_after_the_confirmation_is_not_asked(world: World) -> None:
    world.queue([row(1)])
    world.letters.confirm(1)
    world.take([row(1, 応募ID="A-10", 選考終了理由="入社決定", 求人名="購買")])
    world.letters.send_due()
    assert LINK.search(text(world.mail.taken[0])) is None


def test_a27_who_said_no_is_not_asked_again(world: World) -> None:
    world.queue([row(1)])
    world.letters.confirm(1)
    world.letters.send_due()
    with world.db.begin() as tx:
        letters.set_answer(tx, tx.exec(select(Letter.id)).one(), Answer.DECLINED)
    world.queue([row(1, 応募ID="A-10", 求人名="購買")])
    assert world.letters.summary().without_offer == {Plain.DECLINED: 1}
    world.letters.confirm(1)
    world.letters.send_due()
    assert LINK.search(text(world.mail.taken[1])) is None


def test_cancelled_letters_never_go(world: World) -> None:
    world.queue([row(1), row(2)])
    world.letters.confirm(2)
    world.queue([row(3)])
    assert world.letters.cancel() == 3
    assert (world.letters.send_due(), world.mail.taken) == (0, [])
    assert world.letters.queue_rejections() == 0


@pytest.mark.parametrize("stop", [MachineStopsError(), UncertainMailError()])
def test_a13_stop_while_sending_never_sends_twice(world: World, stop: BaseException) -> None:
    world.queue([row(1)])
    world.letters.confirm(1)
    world.mail.faults.append(stop)
    with suppress(MachineStopsError):
        world.letters.send_due()
    world.clock.advance(timedelta(days=30))
    assert (world.letters.send_due(), world.mail.taken) == (0, [])
    (unknown,) = world.letters.outbound().unknown
    assert (unknown.person_id, unknown.kind) == (person_of(world), "rejection")
    assert (unknown.name, unknown.mail) == ("架空 花子1", "hanako1@mail.example.jp")


def in_doubt(world: World) -> str:
    """Return the id of a letter of which nobody knows whether it went."""
    world.queue([row(1)])
    world.letters.confirm(1)
    world.mail.faults.append(UncertainMailError("no answer"))
    world.letters.send_due()
    (unknown,) = world.letters.outbound().unknown
    return unknown.id


@pytest.mark.parametrize("went", [True, False])
def test_a_hand_settles_what_perhaps_went(world: World, *, went: bool) -> None:
    letter_id = in_doubt(world)
    settle = world.letters.sending.did_go if went else world.letters.sending.did_not_go
    with pytest.raises(NothingToDoError):
        settle(letter_id)  # it may be under way
    world.clock.advance(UNDER_WAY)
    settle(letter_id)
    with pytest.raises(NothingToDoError):
        settle(letter_id)
    assert world.letters.send_due() == (0 if went else 1)
    assert states(world) == {State.SENT: 1}
    with world.db.read() as tx:
        assert len(tx.exec(select(Link)).all()) == 2  # of the one letter that counts


def test_stop_before_the_hand_over_is_noted_sends_nothing(world: World) -> None:
    """The attempt is noted first: what a machine that stops there owes is a listed letter."""
    world.queue([row(1), row(2)])
    world.letters.confirm(2)
    world.mail.faults += [None, MachineStopsError()]
    with pytest.raises(MachineStopsError):
        world.letters.send_due()
    assert states(world) == {State.SENT: 1, State.SENDING: 1}
    assert world.letters.send_due() == 0
    assert len(world.mail.taken) == 1


def test_refused_letter_is_listed_and_not_tried_again(world: World) -> None:
    world.queue([row(1)])
    world.letters.confirm(1)
    world.mail.faults.append(PermanentMailError("refused"))
    assert world.letters.send_due() == 0
    assert world.letters.send_due() == 0
    (failed,) = world.letters.outbound().failed
    assert (failed.fault, world.mail.taken) == ("refused", [])
    with world.db.read() as tx:
        assert tx.exec(select(func.count()).select_from(Link)).one() == 0


def test_letter_waits_for_a_server_that_is_away_and_gets_new_links(world: World) -> None:
    world.queue([row(1), row(2)])
    world.letters.confirm(2)
    world.mail.faults.append(TemporaryMailError("away"))
    assert world.letters.send_due() == 0
    assert states(world) == {State.CONFIRMED: 2}
    with world.db.read() as tx:
        assert tx.exec(select(func.count()).select_from(Link)).one() == 0
    assert world.letters.send_due() == 1
    world.clock.advance(timedelta(minutes=1))
    assert world.letters.send_due() == 1
    assert sorted(world.mail.receivers) == ["hanako1@mail.example.jp", "hanako2@mail.example.jp"]


def test_letter_is_not_given_up_for_a_login_of_ours_that_ended(world: World) -> None:
    world.queue([row(1)])
    world.letters.confirm(1)
    sending = world.letters.sending
    for _ in range(RETRIES + 2):
        world.mail.faults.append(MailLoginError("ended"))
        assert sending.send_due() == 0
        assert sending.pace.is_login_refused
        world.clock.advance(timedelta(minutes=9))
        assert sending.send_due() == 0  # without a look at the server, or it would go
        world.clock.advance(timedelta(minutes=1))
    assert sending.send_due() == 1
    assert not sending.pace.is_login_refused


def test_result_that_did_not_go_waits_for_a_confirmation_again(world: World) -> None:
    with pytest.raises(NothingToDoError):
        world.letters.sending.ask_again()
    world.queue([row(1), row(2)])
    world.letters.confirm(2)
    world.mail.faults += [NoSuchAddressError("typo"), PermanentMailError("refused")]
    assert world.letters.send_due() == 0
    assert world.letters.sending.ask_again() == 2
    assert world.letters.to_confirm() == 1  # the other address is none
    changed = ((1, "a@mail.example.jp"), (2, "b@mail.example.jp"))
    world.take([row(number, メールアドレス=mail) for number, mail in changed])
    world.letters.confirm(2)
    assert world.letters.send_due() == 2
    assert sorted(world.mail.receivers) == ["a@mail.example.jp", "b@mail.example.jp"]


def test_letter_is_given_up_in_the_end(world: World) -> None:
    world.queue([row(1)])
    world.letters.confirm(1)
    for _ in range(RETRIES + 1):
        world.mail.faults.append(TemporaryMailError("away"))
        world.letters.send_due()
        world.clock.advance(timedelta(hours=6))
    (failed,) = world.letters.outbound().failed
    assert failed.fault == "given-up"


def test_letter_about_a_consent_needs_no_confirmation(world: World) -> None:
    world.take([row(1)])
    with world.db.begin() as tx:
        world.letters.put(tx, LetterKind.WITHDRAWN, person_of(world), language="en")
    assert world.letters.send_due() == 1
    message = read(world.mail.taken[0])
    assert message["From"] == '"Hiyodori Works, Inc." <saiyo@hiyodori.example.jp>'
    assert "List-Unsubscribe" in message


def test_letter_without_what_it_tells_is_listed_as_unfit(world: World) -> None:
    world.take([row(1)])
    with world.db.begin() as tx:
        world.letters.ask(tx, person_of(world), "0" * 32, "ja")
    assert world.letters.send_due() == 0
    (failed,) = world.letters.outbound().failed
    assert (failed.fault, failed.kind) == ("unfit", "disclosure")


def test_letter_to_who_has_no_address_is_listed(world: World) -> None:
    world.take([row(1, メールアドレス="")])
    with world.db.begin() as tx:
        world.letters.put(tx, LetterKind.WITHDRAWN, person_of(world))
    world.letters.send_due()
    (failed,) = world.letters.outbound().failed
    assert failed.fault == "no-address"


def test_erased_person_gets_no_letter(world: World) -> None:
    world.queue([row(1), row(2)])
    world.letters.confirm(2)
    with world.db.begin() as tx:
        world.letters.put(tx, LetterKind.WITHDRAWN, person_of(world, 1))
        tx.get_one(Person, person_of(world, 1)).profile_key = None
    world.letters.send_due()
    assert world.mail.receivers == ["hanako2@mail.example.jp"]
    world.queue([row(3)])
    with world.db.begin() as tx:
        tx.get_one(Person, person_of(world, 3)).profile_key = None
    assert world.letters.summary().excluded == {Withheld.ERASED: 2}


def test_answer_stays_with_its_letter(world: World) -> None:
    world.queue([row(1)])
    with world.db.begin() as tx:
        letter_id = tx.exec(select(Letter.id)).one()
        letters.set_answer(tx, letter_id, Answer.AGREED)
    with world.db.read() as tx:
        assert tx.get_one(Letter, letter_id).answer == Answer.AGREED


def test_never_is_undone_within_its_days(world: World) -> None:
    world.take([row(1)])
    with world.db.begin() as tx:
        people.suppress(tx, person_of(world), scope=Scope.ASK, day="2026-11-20")
        assert not people.unsuppress_since(tx, person_of(world), day="2026-11-21")
        assert people.unsuppress_since(tx, person_of(world), day="2026-11-20")
        assert not people.is_suppressed(tx, people.indexes(tx, person_of(world)), Scope.ASK)


def test_database_files_hold_neither_links_nor_codes(world: World) -> None:
    world.queue(row(number) for number in range(20))
    world.letters.confirm(20)
    assert world.letters.send_due() == 20
    stored = b"".join(path.read_bytes() for path in world.folder.glob("node.sqlite3*"))
    for message in world.mail.taken:
        link = LINK.search(text(message))
        assert link is not None
        assert link[1].encode() not in stored
        assert str(message["To"]).encode() not in stored
