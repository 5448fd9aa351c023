"""The poll of the sources: nothing twice, nothing lost, nobody deleted by mistake."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from node.connectors.ats.source import Event, Happening
from node.services.reviews import Reviews
from node.services.sources import RELIST, NoSuchSourceError
from node.storage import batches
from protocol.taxonomy import EndedBy
from tests.node.connectors.ats.herp_server import HerpServer
from tests.node.connectors.ats.server import Answer, Asked
from tests.node.connectors.ats.vendors import CASES
from tests.node.services.intake_world import PRESETS
from tests.node.services.source_world import EVERY, SourceWorld, open_source, without


def is_second_page(asked: Asked) -> bool:
    """Tell whether a request asks for more applications than the first page had."""
    is_list = asked.path.endswith(("candidacies", "records.json", "applications", "opportunities"))
    begin = asked.query.get("query", "")
    return is_list and (
        asked.query.get("page") == "2"
        or begin.startswith("$id > 500")
        or not asked.query.keys().isdisjoint({"cursor", "offset"})
    )


@pytest.fixture(params=sorted(CASES))
def ats(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SourceWorld]:
    with open_source(tmp_path, request.param) as found:
        yield found


@pytest.fixture
def herp(tmp_path: Path) -> Iterator[SourceWorld]:
    with open_source(tmp_path, "herp") as found:
        yield found


@pytest.fixture
def kintone(tmp_path: Path) -> Iterator[SourceWorld]:
    with open_source(tmp_path, "kintone") as found:
        yield found


def test_everybody_is_taken_in_once(ats: SourceWorld) -> None:
    ats.staff(ats.running.case.page + 3)
    assert ats.poll() == 1
    assert ats.standing.rows == ats.standing.known == ats.running.case.page + 3
    (done,) = ats.world.intake.history()
    assert (done.added, done.errors, done.format) == (ats.running.case.page + 3, 0, "api")
    for _ in range(3):
        assert ats.later() == 1
    assert (ats.standing.rows, ats.batches) == (0, 1)


def test_a_rejection_is_one_letter_however_often_it_is_read(ats: SourceWorld) -> None:
    ats.staff(5)
    ats.poll()
    assert ats.waiting == 0
    ats.reject(2)
    for _ in range(4):
        ats.later()
    assert ats.waiting == 1
    ats.later(RELIST)
    assert (ats.waiting, ats.batches) == (1, 2)


def test_whoever_is_back_in_the_selection_gets_no_letter(ats: SourceWorld) -> None:
    ats.staff(5)
    ats.poll()
    ats.reject(2)
    ats.later()
    assert ats.waiting == 1
    ats.unreject(2)
    ats.later()
    assert ats.waiting == 0


def test_what_was_read_before_a_fault_counts(ats: SourceWorld) -> None:
    page = ats.running.case.page
    ats.staff(page + 3)
    vendor = ats.running.vendor

    def fail_late() -> None:
        if is_second_page(vendor.came[-1]):
            vendor.faults.insert(0, Answer(status=500))
            vendor.each = list

    ats.running.vendor.each = fail_late
    ats.poll()
    assert ats.fault() == "broken"
    assert ats.standing.rows == page
    ats.later()
    assert ats.fault() is None
    assert (ats.standing.known, ats.standing.rows) == (page + 3, 3)


def test_a_poll_comes_when_its_time_has_come(ats: SourceWorld) -> None:
    ats.staff(1)
    assert ats.poll() == 1
    assert ats.poll() == 0
    assert ats.later(EVERY - timedelta(seconds=1)) == 0
    assert ats.later(timedelta(seconds=1)) == 1
    assert ats.standing.next_try == ats.world.clock.now() + EVERY


def test_a_limit_is_waited_for(ats: SourceWorld) -> None:
    ats.staff(1)
    ats.running.vendor.faults = [Answer(status=429, headers={"Retry-After": "120"})]
    ats.poll()
    assert ats.fault() == "limited"
    asked = len(ats.running.vendor.came)
    assert ats.later(timedelta(seconds=119)) == 0
    assert len(ats.running.vendor.came) == asked
    assert ats.later(timedelta(seconds=2)) == 1
    assert ats.fault() is None
    assert ats.standing.known == 1


def test_a_fault_is_tried_again_ever_more_seldom(ats: SourceWorld) -> None:
    waits = []
    for _ in range(6):
        ats.running.vendor.faults = [Answer(status=500)]
        assert ats.poll() == 1
        now, again = ats.world.clock.now(), ats.standing.next_try
        assert again is not None
        waits.append(again - now)
        ats.world.clock.advance(again - now)
    assert [wait.total_seconds() / 60 for wait in waits] == [1, 2, 4, 8, 15, 15]
    assert ats.standing.failures == 6
    ats.poll()
    assert (ats.standing.failures, ats.fault()) == (0, None)


def test_a_missing_key_is_said_and_stops_nothing_else(ats: SourceWorld) -> None:
    ats.running.secrets.clear()
    ats.poll()
    assert ats.fault() == "no-credentials"
    assert ats.running.vendor.came == []


def test_a_missing_column_is_said(ats: SourceWorld) -> None:
    job = next(name for name, meaning in ats.mapping.columns.items() if meaning == "job")
    ats.mapping = without(ats.mapping, job)
    ats.mapping = without(ats.mapping, "求人名")
    ats.staff(1)
    ats.poll()
    assert (ats.fault(), ats.batches) == ("mapping", 0)


def test_a_word_that_somebody_explained_needs_no_answer_again(herp: SourceWorld) -> None:
    world = herp.world
    reviews = Reviews(world.db, world.clock, world.intake.records)

    def end_oddly(number: int) -> None:
        people = herp.running.vendor.people
        people[number] = people[number].ending("unknown", world.clock.now())
        herp.later()

    herp.staff(5)
    herp.poll()
    end_oddly(1)
    (group,) = reviews.listed()
    reviews.answer_always([one.id for one in group.applications], EndedBy.ORG)
    assert world.letters.queue_rejections() == 1
    end_oddly(2)
    end_oddly(3)
    assert (reviews.count(), herp.waiting) == (0, 3)


def test_whoever_was_deleted_there_is_told(ats: SourceWorld) -> None:
    ats.staff(3)
    ats.poll()
    del ats.running.vendor.people[2]
    ats.later(RELIST)
    assert ats.told == [Event(Happening.DELETED, ats.running.case.number(2))]
    assert ats.standing.known == 2
    ats.later(RELIST)
    assert len(ats.told) == 1


def test_one_of_whom_nothing_is_told_holds_up_no_deletion(herp: SourceWorld) -> None:
    herp.staff(3)
    herp.poll()
    vendor = herp.running.vendor
    del vendor.people[1], vendor.people[2]

    def refuse() -> None:
        if vendor.came[-1].path.endswith(herp.running.case.number(1)):
            vendor.faults.insert(0, Answer(status=403))

    vendor.each = refuse
    herp.later()
    assert herp.told == [Event(Happening.DELETED, herp.running.case.number(2))]
    assert herp.fault() is None


def test_a_row_that_a_page_hid_is_no_deletion(herp: SourceWorld) -> None:
    herp.staff(150)
    herp.poll()
    vendor = herp.running.vendor
    hidden = vendor.people.pop(120)
    asked = 0

    def show_again() -> None:
        nonlocal asked
        if vendor.came[-1].path.endswith(herp.running.case.number(120)):
            vendor.people[120] = hidden
            asked += 1

    vendor.each = show_again
    herp.later()
    assert (asked, herp.told, herp.standing.known) == (1, [], 150)


def test_many_that_vanish_at_once_are_not_believed(ats: SourceWorld) -> None:
    ats.staff(60)
    ats.poll()
    for number in range(1, 41):
        del ats.running.vendor.people[number]
    ats.later(RELIST)
    assert (ats.told, ats.fault(), ats.standing.known) == ([], "vanished", 60)
    for _ in range(4):
        ats.later()
    assert (ats.told, ats.fault()) == ([], "vanished")


def test_many_that_an_operator_confirms_are_asked_for_and_told(ats: SourceWorld) -> None:
    ats.staff(160)
    if isinstance(ats.running.vendor, HerpServer):
        ats.running.vendor.left = 10_000
    ats.poll()
    for number in range(1, 121):
        if number != 7:
            del ats.running.vendor.people[number]
    ats.later(RELIST)
    assert (ats.told, ats.fault()) == ([], "vanished")
    ats.sources.believe("ats")
    for _ in range(5):
        ats.poll()
    assert {event.kind for event in ats.told} == {Happening.DELETED}
    assert (len(ats.told), ats.fault(), ats.standing.known) == (119, None, 41)
    # What was believed once is not believed again.
    for number in range(121, 151):
        del ats.running.vendor.people[number]
    ats.later(RELIST)
    assert (len(ats.told), ats.fault()) == (119, "vanished")


def test_nothing_is_believed_that_did_not_vanish(ats: SourceWorld) -> None:
    ats.staff(3)
    ats.poll()
    ats.sources.believe("ats")
    assert ats.poll() == 0
    with pytest.raises(NoSuchSourceError):
        ats.sources.believe("other")


def test_herp_leaves_calls_of_a_minute_to_others(herp: SourceWorld) -> None:
    vendor = herp.running.vendor
    assert isinstance(vendor, HerpServer)
    herp.staff(550)
    vendor.left = 15  # two for the jobs, three pages
    herp.poll()
    assert vendor.left == 10
    assert (herp.fault(), herp.standing.known) == ("limited", 300)
    assert herp.later(timedelta(seconds=59)) == 0
    vendor.left, vendor.reset = 100, vendor.reset + timedelta(minutes=1)
    herp.later(timedelta(seconds=3))
    assert herp.fault() is None
    assert herp.standing.known == 550


def test_a_slow_vendor_holds_up_the_others_for_minutes_only(ats: SourceWorld) -> None:
    ats.staff(2 * ats.running.case.page + 1)
    ats.running.vendor.each = lambda: ats.world.clock.advance(timedelta(minutes=6))
    ats.poll()
    assert 0 < ats.standing.known < 2 * ats.running.case.page
    assert ats.standing.next_try is not None
    assert ats.standing.next_try <= ats.world.clock.now()
    for _ in range(6):
        ats.poll()
    assert ats.standing.known == 2 * ats.running.case.page + 1


def test_kintone_is_asked_about_a_hundred_times_a_day(kintone: SourceWorld) -> None:
    kintone.staff(3)
    kintone.poll()
    for _ in range(24):  # a quarter of a day
        kintone.later()
    assert len(kintone.running.vendor.came) < 30


def test_what_may_not_be_collected_is_dropped(kintone: SourceWorld) -> None:
    kintone.staff(2)
    kintone.poll()
    (done,) = kintone.world.intake.history()
    assert sum(count for _, count in done.dropped) == 2
    with kintone.world.db.read() as tx:
        batch = batches.of(tx, done.id)
        assert batch is not None
        assert "氏名" in batch.header.encode().decode("unicode_escape")
        assert "家族" not in batch.header.encode().decode("unicode_escape")


def test_of_two_fields_of_one_meaning_the_first_of_the_mapping_is_read(
    kintone: SourceWorld,
) -> None:
    kintone.running.vendor.extra = {"求人名": {"type": "SINGLE_LINE_TEXT", "value": "経理"}}
    kintone.staff(1)
    kintone.poll()
    assert kintone.fault() is None
    people, _ = kintone.world.applicants.listed(tag=None, page=1)
    assert [person.job for person in people] == ["法人営業"]
    (done,) = kintone.world.intake.history()
    with kintone.world.db.read() as tx:
        batch = batches.of(tx, done.id)
        assert batch is not None
        # Whatever the order of the source, so that no letter stops for it.
        assert json.loads(batch.header) == sorted(json.loads(batch.header))


def test_a_changed_mapping_reads_everything_anew(kintone: SourceWorld) -> None:
    kintone.staff(2)
    kintone.reject(1)
    kintone.mapping = without(kintone.mapping, "選考結果")
    kintone.poll()
    assert kintone.waiting == 0
    kintone.mapping = PRESETS["kintone"]
    kintone.later(RELIST)
    assert (kintone.standing.rows, kintone.waiting) == (2, 1)
