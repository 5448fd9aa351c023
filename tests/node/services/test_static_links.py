"""The static link: what its page keeps, and who gets a mail (DOMAIN A12(b), THREATS T29)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from fractions import Fraction
from pathlib import Path

import pytest
from sqlmodel import select

from node.domain.cost import YenRange
from node.domain.errors import UnreadableError
from node.domain.letters import Answer
from node.domain.recipients import Scope
from node.services.analytics import Analytics
from node.services.errors import NoSuchRecordError, NothingToDoError, RefusedChoiceError
from node.services.links import LIFETIME, Visit
from node.services.self_told import About, SelfTold
from node.services.static_links import KEPT, LISTED, WITHIN, StaticLinks
from node.storage import letters, people
from node.storage.tables.letter import Letter
from node.storage.tables.person import Person
from node.storage.tables.static_link import LinkRequest
from protocol.taxonomy import Region, Years
from protocol.vocabulary import OCCUPATIONS
from tests.node.services.intake_world import HEAD, World, open_world, row, statements

LINK = re.compile(r"/c/([A-Za-z0-9_-]{43})")
CODE = re.compile(r"番号：([0-9]{6})")
RUNNING = {"選考終了理由": "", "終了日": "", "一次結果": ""}
OCCUPATION = OCCUPATIONS[0]
HANAKO = "hanako1@mail.example.jp"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


@pytest.fixture
def told(world: World) -> SelfTold:
    return SelfTold(world.db, world.links, world.intake.records)


@pytest.fixture
def links(world: World, told: SelfTold) -> StaticLinks:
    return static_links(world, told)


def static_links(world: World, told: SelfTold) -> StaticLinks:
    return StaticLinks(
        world.db,
        world.clock,
        world.vault,
        world.recipients,
        world.letters,
        told,
        HEAD.portal_url,
    )


@pytest.fixture
def code(links: StaticLinks) -> str:
    return links.add("書類見送り 第2版").code


def settle(world: World, links: StaticLinks, after: timedelta = WITHIN) -> list[str]:
    """Let time pass, answer what is due, and return who got mail by it."""
    before = len(world.mail.taken)
    world.clock.advance(after)
    links.answer_due()
    world.letters.sending.send_due()
    return world.mail.receivers[before:]


def text(message: EmailMessage) -> str:
    return str(message.get_content())


def visit(world: World) -> Visit:
    """Open the link of the newest mail and type its code."""
    content = text(world.mail.taken[-1])
    link, code = LINK.search(content), CODE.search(content)
    assert link
    assert code
    return world.links.visit(link[1], "consent", code[1])


def test_a12_static_link_gets_a_rejected_applicant_his_one_time_link(
    world: World, links: StaticLinks, code: str
) -> None:
    world.take([row(1)])
    links.ask(code, HANAKO, "", "ja")
    assert settle(world, links, timedelta(0)) in ([], [HANAKO])
    assert world.mail.receivers + settle(world, links) == [HANAKO]
    (message,) = world.mail.taken
    assert message["Subject"] == "お求めのページのご案内"
    assert "架空 花子" not in text(message)
    assert "不採用" not in text(message)
    assert visit(world).letter_id
    assert links.waiting() == ([], 0)


def test_a12_static_link_works_with_no_integration_at_all(
    world: World, links: StaticLinks, told: SelfTold, code: str
) -> None:
    links.ask(code, " Minami@mail.example.jp ", "2026-10 法人営業", "ja")
    assert settle(world, links) == []
    ((waiting,), _) = links.waiting()
    assert (waiting.mail, waiting.statement) == ("Minami@mail.example.jp", "2026-10 法人営業")
    assert waiting.link == "書類見送り 第2版"
    links.confirm(waiting.id)
    assert settle(world, links) == ["Minami@mail.example.jp"]
    assert links.waiting() == ([], 0)
    opened = visit(world)
    secret = LINK.search(text(world.mail.taken[-1]))
    assert secret
    assert told.is_silent(secret[1])
    told.tell(opened, About("水島 みなみ", OCCUPATION, Region.CHUBU, Years.UP_TO_9))
    assert not told.is_silent(secret[1])
    with world.db.read() as tx:
        profile = people.profile(tx, opened.person_id)
        (registered,) = people.registered(tx, today="2026-11-23")
    assert profile is not None
    assert (profile.occupation, profile.region, profile.years) == (
        OCCUPATION,
        Region.CHUBU,
        Years.UP_TO_9,
    )
    assert registered.person_id == opened.person_id
    assert profile.stage is None


def test_t29_the_request_looks_nothing_up_about_anybody(
    world: World, links: StaticLinks, code: str
) -> None:
    world.take([row(1)])
    shapes = []
    for mail in (HANAKO, "nobody@mail.example.jp"):
        with statements(world) as said:
            links.ask(code, mail, "法人営業", "ja")
        shapes.append(said)
        tables = set(re.findall(r"(?:FROM|INTO|UPDATE|JOIN) (\w+)", " ".join(said)))
        assert tables == {"static_link", "link_request"}
    assert shapes[0] == shapes[1]


def test_t29_the_mail_goes_at_a_random_time_within_ten_minutes(
    world: World, links: StaticLinks, code: str
) -> None:
    for number in range(40):
        links.ask(code, f"n{number}@mail.example.jp", "", "ja")
    with world.db.read() as tx:
        waits = [one.due - one.asked_at for one in tx.exec(select(LinkRequest))]
    assert all(0 <= wait <= WITHIN.total_seconds() for wait in waits)
    assert len(set(waits)) > 10


def test_t29_one_mail_a_person_a_day(world: World, links: StaticLinks, code: str) -> None:
    world.take([row(1)])
    for _ in range(3):
        links.ask(code, HANAKO.upper().replace("MAIL.EXAMPLE.JP", "mail.example.jp"), "", "ja")
    assert settle(world, links) == [HANAKO]
    links.ask(code, HANAKO, "", "ja")
    assert settle(world, links) == []
    links.ask(code, HANAKO, "", "ja")
    assert settle(world, links, timedelta(days=1)) == [HANAKO]


@pytest.mark.parametrize(
    "changed",
    [
        {"選考終了理由": "入社決定"},
        {"生年月日": "2010/01/01"},
        {"応募経路": "エージェント"},
    ],
)
def test_t29_only_people_whom_the_company_may_ask_get_mail(
    world: World, links: StaticLinks, code: str, changed: dict[str, str]
) -> None:
    world.take([row(1, **changed)])
    links.ask(code, HANAKO, "", "ja")
    assert settle(world, links) == []
    assert settle(world, links, timedelta(days=29)) == []


@pytest.mark.parametrize("answer", [Answer.AGREED, Answer.DECLINED])
def test_t29_who_decided_is_left_alone(
    world: World, links: StaticLinks, code: str, answer: Answer
) -> None:
    world.take([row(1)])
    links.ask(code, HANAKO, "", "ja")
    settle(world, links)
    with world.db.begin() as tx:
        letters.set_answer(tx, tx.exec(select(Letter.id)).one(), answer)
    links.ask(code, HANAKO, "", "ja")
    assert settle(world, links, timedelta(days=2)) == []


def test_t29_who_asked_never_to_be_asked_gets_none(
    world: World, links: StaticLinks, code: str
) -> None:
    world.take([row(1)])
    with world.db.begin() as tx:
        person_id = tx.exec(select(Person.id)).one()
        people.suppress(tx, person_id, scope=Scope.ASK, day="2026-11-01")
    links.ask(code, HANAKO, "", "ja")
    assert settle(world, links) == []
    assert links.waiting() == ([], 0)


def test_letter_of_the_ats_may_be_quicker_than_the_import(
    world: World, links: StaticLinks, code: str
) -> None:
    world.take([row(1, **RUNNING)])
    links.ask(code, HANAKO, "", "ja")
    assert settle(world, links) == []
    assert links.waiting() == ([], 0)
    world.take([row(1)])
    assert settle(world, links, timedelta(hours=1)) == [HANAKO]


def test_address_leaves_by_the_next_import_that_holds_it(
    world: World, links: StaticLinks, code: str
) -> None:
    links.ask(code, HANAKO, "", "ja")
    settle(world, links)
    assert links.waiting()[1] == 1
    world.take([row(1)])
    assert settle(world, links) == [HANAKO]
    assert links.waiting() == ([], 0)


def test_address_is_encrypted_and_forgotten_after_thirty_days(
    world: World, links: StaticLinks, code: str
) -> None:
    links.ask(code, HANAKO, "", "ja")
    with world.db.read() as tx:
        (kept,) = tx.exec(select(LinkRequest)).all()
    assert b"hanako1" not in kept.sealed
    assert settle(world, links, KEPT - timedelta(seconds=1)) == []
    assert links.waiting()[1] == 1
    settle(world, links, timedelta(seconds=2))
    assert links.waiting() == ([], 0)
    world.take([row(1)])
    assert settle(world, links) == []


def test_no_more_than_a_cap_is_kept_in_an_hour(world: World, links: StaticLinks, code: str) -> None:
    capped = replace(links, hourly=3)
    for number in range(5):
        capped.ask(code, f"n{number}@mail.example.jp", "", "ja")
    settle(world, capped)
    assert capped.waiting()[1] == 3
    world.clock.advance(timedelta(hours=1))
    capped.ask(code, "late@mail.example.jp", "", "ja")
    settle(world, capped)
    assert capped.waiting()[1] == 4


def test_t29_a_flood_of_addresses_fills_no_page(
    world: World, links: StaticLinks, code: str
) -> None:
    for number in range(LISTED + 2):
        links.ask(code, f"n{number}@mail.example.jp", "", "ja")
        world.clock.advance(timedelta(seconds=1))
        links.ask(code, "again@mail.example.jp", str(number), "ja")
    settle(world, links)
    waiting, count = links.waiting()
    assert (len(waiting), count) == (LISTED, LISTED + 3)
    assert [one.statement for one in waiting[:2]] == [str(LISTED + 1), ""]
    assert len({one.mail for one in waiting}) == LISTED
    links.discard(waiting[0].id)
    assert links.waiting()[1] == LISTED + 2


def test_recruiter_may_say_that_an_address_is_no_applicants(
    world: World, links: StaticLinks, code: str
) -> None:
    links.ask(code, "a@mail.example.jp", "", "ja")
    links.ask(code, "a@mail.example.jp", "again", "ja")
    settle(world, links)
    ((waiting,), _) = links.waiting()
    links.discard(waiting.id)
    assert links.waiting() == ([], 0)
    for act in (links.discard, links.confirm):
        with pytest.raises(NoSuchRecordError):
            act(waiting.id)


def test_person_who_told_himself_joins_the_import_and_counts_nowhere_before(
    world: World, links: StaticLinks, told: SelfTold, code: str
) -> None:
    links.ask(code, HANAKO, "", "ja")
    settle(world, links)
    links.confirm(links.waiting()[0][0].id)
    settle(world, links)
    opened = visit(world)
    told.tell(opened, About("架空　花子1", OCCUPATION, None, None))
    assert world.letters.queue_rejections() == 0
    summary = world.letters.summary()
    assert (summary.invitable, summary.excluded) == (0, {})
    assert world.applicants.listed(tag=None, page=1) == ([], 0)
    assert world.applicants.facets() == []
    assert world.intake.history() == []
    report = Analytics(world.db, world.clock, YenRange(Fraction(1), Fraction(1))).report()
    assert (report.rejection.total, report.declines_by_job) == (0, ())
    world.take([row(1)])
    listed, number = world.applicants.listed(tag=None, page=1)
    assert ([one.id for one in listed], number) == ([opened.person_id], 1)
    with pytest.raises(NothingToDoError):
        told.tell(opened, About("別の 名前", None, None, None))


def test_who_told_himself_gets_a_new_link_where_he_asks_again(
    world: World, links: StaticLinks, code: str
) -> None:
    links.ask(code, HANAKO, "", "ja")
    settle(world, links)
    links.confirm(links.waiting()[0][0].id)
    assert settle(world, links) == [HANAKO]
    links.ask(code, HANAKO, "", "ja")
    assert settle(world, links, timedelta(days=1)) == [HANAKO]
    world.take([row(1, 応募経路="エージェント")])
    links.ask(code, HANAKO, "", "ja")
    assert settle(world, links, timedelta(days=1)) == []


def test_who_never_answered_is_forgotten_when_the_links_are_dead(
    world: World, links: StaticLinks, told: SelfTold, code: str
) -> None:
    for number, mail in enumerate((HANAKO, "b@mail.example.jp", "c@mail.example.jp")):
        links.ask(code, mail, "", "ja")
        settle(world, links)
        links.confirm(links.waiting()[0][0].id)
        settle(world, links)
        if number == 1:
            with world.db.begin() as tx:
                letters.set_answer(tx, visit(world).letter_id, Answer.DECLINED)
        if number == 2:
            told.tell(visit(world), About("水島 みなみ", OCCUPATION, None, None))
    assert told.forget_due() == 0
    world.take([row(7, メールアドレス="c@mail.example.jp", 氏名="水島 みなみ", フリガナ="")])
    world.clock.advance(LIFETIME - timedelta(days=1))
    assert told.forget_due() == 0
    world.clock.advance(timedelta(days=2))
    assert told.forget_due() == 1
    assert told.forget_due() == 0
    with world.db.read() as tx:
        digest = world.vault.blind("mail", HANAKO)
        assert people.by_index(tx, [digest]) == []
        assert tx.exec(select(Letter)).all()  # what was sent still counts
    links.ask(code, HANAKO, "", "ja")
    settle(world, links)
    assert [one.mail for one in links.waiting()[0]] == [HANAKO]


@pytest.mark.parametrize(
    "about",
    [
        About("", None, None, None),
        About("長" * 101, None, None, None),
        About("a\x1bb", None, None, None),
        About("架空 花子", "astronaut", None, None),
    ],
)
def test_what_the_page_does_not_offer_is_refused(
    world: World, links: StaticLinks, told: SelfTold, code: str, about: About
) -> None:
    links.ask(code, HANAKO, "", "ja")
    settle(world, links)
    links.confirm(links.waiting()[0][0].id)
    settle(world, links)
    with pytest.raises(RefusedChoiceError):
        told.tell(visit(world), about)


def test_nobody_erased_comes_back_by_a_click(world: World, links: StaticLinks, code: str) -> None:
    links.ask(code, HANAKO, "", "ja")
    settle(world, links)
    ((waiting,), _) = links.waiting()
    with world.db.begin() as tx:
        digest = world.vault.blind("mail", HANAKO)
        people.suppress_index(tx, digest, scope=Scope.ERASED, day="2026-11-01")
    with pytest.raises(NoSuchRecordError):
        links.confirm(waiting.id)
    assert links.waiting() == ([], 0)
    settle(world, links)
    with world.db.read() as tx:
        assert tx.exec(select(LinkRequest)).all() == []


def test_two_people_of_one_address_each_get_an_own_mail(
    world: World, links: StaticLinks, code: str
) -> None:
    other = {"氏名": "架空 太郎", "フリガナ": "カクウ タロウ", "メールアドレス": HANAKO}
    world.take([row(1), row(2, **other, 生年月日="1970/05/05")])
    links.ask(code, HANAKO, "", "ja")
    assert settle(world, links) == [HANAKO, HANAKO]
    with world.db.read() as tx:
        assert len(set(tx.exec(select(Letter.person_id)))) == 2


def test_link_is_four_letters_and_bears_its_name(links: StaticLinks) -> None:
    lines = [links.add(f"版{number}") for number in range(3)]
    assert {line.code for line in links.every()} == {line.code for line in lines}
    for line in lines:
        assert re.fullmatch(r"[a-hjkmnp-z]{4}", line.code)
        assert line.url == f"{HEAD.portal_url}/r/{line.code}"
        assert links.is_known(line.code)
    assert not links.is_known("0000")


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\nb"])
def test_link_without_a_name_is_refused(links: StaticLinks, name: str) -> None:
    with pytest.raises(RefusedChoiceError):
        links.add(name)


@pytest.mark.parametrize("mail", ["", "no address", "a@b", "a@mail.example.jp, b@mail.example.jp"])
def test_what_is_not_one_address_is_refused(links: StaticLinks, code: str, mail: str) -> None:
    with pytest.raises(UnreadableError):
        links.ask(code, mail, "", "ja")


def test_unknown_link_keeps_nothing(world: World, links: StaticLinks) -> None:
    with pytest.raises(NoSuchRecordError):
        links.ask("zzzz", HANAKO, "", "ja")
    with world.db.read() as tx:
        assert tx.exec(select(LinkRequest)).all() == []


def test_recruiters_of_a_company_without_the_relay_may_answer_too(
    world: World, told: SelfTold
) -> None:
    plain = replace(world, template="rejection")
    links = static_links(plain, told)
    plain.take([row(1)])
    links.ask(links.add("版").code, HANAKO, "", "en")
    assert settle(plain, links) == [HANAKO]
    assert plain.mail.taken[0]["Subject"] == "The page that you asked for"
