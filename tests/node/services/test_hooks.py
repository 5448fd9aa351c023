"""The webhooks of the sources: forged, repeated, late, and what each lets happen."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from node.connectors.ats.source import BadHookError, Event, Happening
from node.services.sources import NoSuchSourceError
from tests.node.connectors.ats.greenhouse_server import GreenhouseServer
from tests.node.connectors.ats.lever_server import LeverServer
from tests.node.connectors.ats.server import Answer
from tests.node.services.source_world import SourceWorld, open_source

KINTONE = b'{"id": "x", "type": "UPDATE_RECORD", "app": {"id": "12"}, "record": {}}'


@pytest.fixture
def greenhouse(tmp_path: Path) -> Iterator[SourceWorld]:
    with open_source(tmp_path, "greenhouse") as found:
        found.staff(5)
        found.poll()
        yield found


@pytest.fixture
def lever(tmp_path: Path) -> Iterator[SourceWorld]:
    with open_source(tmp_path, "lever") as found:
        found.staff(5)
        found.poll()
        yield found


@pytest.fixture
def kintone(tmp_path: Path) -> Iterator[SourceWorld]:
    with open_source(tmp_path, "kintone") as found:
        found.staff(5)
        found.poll()
        yield found


def knock(ats: SourceWorld, action: str, payload: object, event: str = "event-1") -> None:
    """Send a signed webhook of Greenhouse."""
    vendor = ats.running.vendor
    assert isinstance(vendor, GreenhouseServer)
    headers, body = vendor.hook(action, payload, event)
    ats.hooks.take("ats", {name.lower(): value for name, value in headers.items()}, body)


def rejected(number: int) -> dict[str, object]:
    return {"application": {"id": number, "status": "rejected", "candidate": {"name": "架空"}}}


def lever_hook(ats: SourceWorld, event: str, number: int, once: str = "t-1") -> bytes:
    vendor = ats.running.vendor
    assert isinstance(vendor, LeverServer)
    return vendor.hook(event, ats.running.case.number(number), once)


def test_seven_rejections_of_one_person_are_one_letter(greenhouse: SourceWorld) -> None:
    greenhouse.reject(2)
    for _ in range(7):
        knock(greenhouse, "reject_candidate", rejected(2))
        greenhouse.later(timedelta(minutes=2))
    assert (greenhouse.waiting, greenhouse.batches) == (1, 2)


def test_a_rejection_is_read_within_a_tick(greenhouse: SourceWorld) -> None:
    greenhouse.reject(2)
    knock(greenhouse, "reject_candidate", rejected(2))
    assert greenhouse.later(timedelta(seconds=5)) == 1
    assert greenhouse.waiting == 1


def test_one_who_is_unrejected_before_the_letter_goes_gets_none(greenhouse: SourceWorld) -> None:
    greenhouse.reject(2)
    knock(greenhouse, "reject_candidate", rejected(2), "event-1")
    greenhouse.later(timedelta(seconds=5))
    greenhouse.unreject(2)
    knock(greenhouse, "unreject_candidate", rejected(2), "event-2")
    assert greenhouse.told == [Event(Happening.UNREJECTED, "2")]
    greenhouse.later(timedelta(seconds=5))
    assert greenhouse.waiting == 0
    # A late repetition of the first says nothing of how it stands now.
    knock(greenhouse, "reject_candidate", rejected(2), "event-3")
    greenhouse.later(timedelta(seconds=5))
    assert greenhouse.waiting == 0


@pytest.mark.parametrize(
    ("action", "payload", "event"),
    [
        (
            "delete_candidate",
            {"person": {"id": 9002, "first_name": "x"}},
            Event(Happening.DELETED, candidate_id="9002"),
        ),
        (
            "merge_candidate",
            {"person": {"id": 9002, "new_candidate_id": 9003}},
            Event(Happening.MERGED, candidate_id="9002", into="9003"),
        ),
        (
            "candidate_anonymized",
            {"candidate_id": 9002, "anonymized_fields": ["full_name", "current_title"]},
            Event(Happening.ANONYMISED, candidate_id="9002"),
        ),
        (
            "delete_application",
            {"application": {"id": 2}},
            Event(Happening.DELETED, "2"),
        ),
    ],
)
def test_what_only_a_webhook_tells_is_told_once(
    greenhouse: SourceWorld, action: str, payload: object, event: Event
) -> None:
    for _ in range(7):
        knock(greenhouse, action, payload)
    assert greenhouse.told == [event]


def test_a_field_that_names_nobody_is_no_anonymisation(greenhouse: SourceWorld) -> None:
    payload = {"candidate_id": 9002, "anonymized_fields": ["current_title"]}
    knock(greenhouse, "candidate_anonymized", payload)
    assert greenhouse.told == []


def test_a_webhook_that_was_heard_is_not_heard_under_another_number(
    greenhouse: SourceWorld,
) -> None:
    for number in range(3):
        knock(greenhouse, "delete_candidate", {"person": {"id": 9002}}, f"event-{number}")
    assert greenhouse.told == [Event(Happening.DELETED, candidate_id="9002")]


def test_a_ping_is_answered(greenhouse: SourceWorld) -> None:
    knock(greenhouse, "ping", {"web_hook_id": 1})
    assert greenhouse.told == []


@pytest.mark.parametrize(
    "change",
    [
        {"signature": "sha256 " + "0" * 64},
        {"signature": ""},
        {"signature": "md5 abc"},
        {"greenhouse-event-id": ""},
    ],
)
def test_a_forged_webhook_of_greenhouse_is_refused(
    greenhouse: SourceWorld, change: dict[str, str]
) -> None:
    vendor = greenhouse.running.vendor
    assert isinstance(vendor, GreenhouseServer)
    headers, body = vendor.hook("delete_candidate", {"person": {"id": 9002}}, "event-1")
    lower = {name.lower(): value for name, value in headers.items()}
    with pytest.raises(BadHookError):
        greenhouse.hooks.take("ats", lower | change, body)
    assert greenhouse.told == []


def test_the_signature_is_over_the_bytes_that_came(greenhouse: SourceWorld) -> None:
    vendor = greenhouse.running.vendor
    assert isinstance(vendor, GreenhouseServer)
    headers, body = vendor.hook("ping", {"name": "架空"}, "event-1")
    assert b"\\u67b6" in body
    again = json.dumps(json.loads(body), ensure_ascii=False).encode()
    lower = {name.lower(): value for name, value in headers.items()}
    with pytest.raises(BadHookError):
        greenhouse.hooks.take("ats", lower, again)


def test_the_body_of_lever_is_not_believed(lever: SourceWorld) -> None:
    body = json.loads(lever_hook(lever, "candidateArchiveChange", 2))
    body["data"]["toArchived"] = {"reason": "r-1", "archivedAt": 1}
    for _ in range(7):
        lever.hooks.take("ats", {}, json.dumps(body).encode())
        lever.later(timedelta(seconds=5))
    assert (lever.waiting, lever.told) == (0, [])


def test_a_rejection_at_lever_is_one_letter(lever: SourceWorld) -> None:
    lever.reject(2)
    for _ in range(7):
        lever.hooks.take("ats", {}, lever_hook(lever, "candidateArchiveChange", 2))
        lever.later(timedelta(seconds=5))
    assert lever.waiting == 1


@pytest.mark.parametrize("status", [403, 422, 500])
def test_one_that_the_key_may_not_see_holds_up_nobody(lever: SourceWorld, status: int) -> None:
    lever.reject(2)
    lever.hooks.take("ats", {}, lever_hook(lever, "candidateStageChange", 3))
    lever.running.vendor.faults = [Answer(status=status)]
    lever.later(timedelta(seconds=5))
    assert (lever.fault(), lever.waiting, lever.told) == (None, 1, [])


def test_a_pause_that_is_asked_for_is_kept_and_the_webhook_with_it(lever: SourceWorld) -> None:
    lever.reject(2)
    lever.hooks.take("ats", {}, lever_hook(lever, "candidateArchiveChange", 2))
    lever.running.vendor.faults = [Answer(status=429, headers={"Retry-After": "60"})]
    lever.later(timedelta(seconds=5))
    assert (lever.fault(), lever.waiting) == ("limited", 0)
    lever.later(timedelta(seconds=62))
    assert (lever.fault(), lever.waiting) == (None, 1)


def test_a_deletion_at_lever_is_believed_when_it_is_gone(lever: SourceWorld) -> None:
    lever.hooks.take("ats", {}, lever_hook(lever, "candidateDeleted", 2))
    lever.later(timedelta(seconds=5))
    assert lever.told == []
    del lever.running.vendor.people[2]
    lever.hooks.take("ats", {}, lever_hook(lever, "candidateDeleted", 2, "t-2"))
    lever.later(timedelta(seconds=5))
    assert lever.told == [Event(Happening.DELETED, lever.running.case.number(2))]


def test_a_webhook_of_lever_that_was_heard_cannot_be_used_again(lever: SourceWorld) -> None:
    lever.hooks.take("ats", {}, lever_hook(lever, "candidateStageChange", 2))
    lever.poll()
    asked = len(lever.running.vendor.came)
    other = json.loads(lever_hook(lever, "candidateDeleted", 3))
    lever.hooks.take("ats", {}, json.dumps(other).encode())
    assert lever.poll() == 0
    assert len(lever.running.vendor.came) == asked


@pytest.mark.parametrize(
    "change",
    [
        {"signature": "0" * 64},
        {"signature": None},
        {"token": "other"},
        {"triggeredAt": 1},
        {"token": None},
        {"data": {"opportunityId": "../postings"}},
    ],
)
def test_a_forged_webhook_of_lever_is_refused(
    lever: SourceWorld, change: dict[str, object]
) -> None:
    body = json.loads(lever_hook(lever, "candidateDeleted", 2)) | change
    with pytest.raises(BadHookError):
        lever.hooks.take("ats", {}, json.dumps(body).encode())


def test_an_unsigned_webhook_only_wakes_the_poll_and_not_more_than_once_a_minute(
    kintone: SourceWorld,
) -> None:
    kintone.reject(2)
    for _ in range(7):
        kintone.hooks.take("ats", {}, KINTONE)
    assert kintone.later(timedelta(seconds=59)) == 0
    assert kintone.later(timedelta(seconds=1)) == 1
    assert kintone.waiting == 1
    kintone.hooks.take("ats", {}, KINTONE)
    assert kintone.later(timedelta(seconds=59)) == 0


def test_t33_who_knocks_unsigned_cannot_make_a_refused_key_be_tried_each_minute(
    kintone: SourceWorld,
) -> None:
    kintone.running.vendor.faults = [Answer(status=401)] * 9
    kintone.later()
    kintone.later(timedelta(minutes=1, seconds=1))
    assert (kintone.fault(), kintone.standing.failures) == ("refused", 2)
    tries = 0
    for _ in range(20):
        kintone.hooks.take("ats", {}, KINTONE)
        tries += kintone.later(timedelta(minutes=1))
    assert tries == 3


def test_a_webhook_does_not_shorten_a_pause_that_the_vendor_asked_for(
    greenhouse: SourceWorld,
) -> None:
    greenhouse.running.vendor.faults = [
        None,
        Answer(status=429, headers={"Retry-After": "600"}),
    ]
    greenhouse.later()
    assert greenhouse.fault() == "limited"
    knock(greenhouse, "reject_candidate", rejected(2))
    assert greenhouse.later(timedelta(seconds=599)) == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"[" * 200_000, b'{"type": 1}', b"\xff"])
def test_what_is_no_webhook_is_refused(kintone: SourceWorld, body: bytes) -> None:
    with pytest.raises(BadHookError):
        kintone.hooks.take("ats", {}, body)


def test_a_webhook_that_comes_during_a_poll_is_not_lost(kintone: SourceWorld) -> None:
    vendor = kintone.running.vendor

    def knock_late() -> None:
        vendor.each = list
        kintone.hooks.take("ats", {}, KINTONE)

    vendor.each = knock_late
    kintone.later()
    assert kintone.later(timedelta(minutes=1)) == 1


def test_a_source_without_webhooks_takes_none(tmp_path: Path) -> None:
    with open_source(tmp_path, "herp") as herp, pytest.raises(NoSuchSourceError):
        herp.hooks.take("ats", {}, KINTONE)
    (tmp_path / "other").mkdir()
    with open_source(tmp_path / "other", "kintone") as found, pytest.raises(NoSuchSourceError):
        found.hooks.take("other", {}, KINTONE)
