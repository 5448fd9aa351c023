"""What holds of every source, against a server that speaks like its vendor."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from node.connectors.ats.source import Happening, Page, SourceError
from tests.node.connectors.ats.applicants import applicants
from tests.node.connectors.ats.server import Answer
from tests.node.connectors.ats.vendors import CASES, Running, running


@pytest.fixture(params=sorted(CASES))
def source(request: pytest.FixtureRequest) -> Iterator[Running]:
    with running(request.param) as found:
        yield found


def read(source: Running, cursor: str = "") -> list[Page]:
    return list(source.connect().pages(cursor))


def numbers(source: Running, pages: list[Page]) -> list[str]:
    key = source.connect().key
    return [row[key] for page in pages for row in page.rows]


def fault(source: Running, cursor: str = "") -> SourceError:
    with pytest.raises(SourceError) as caught:
        read(source, cursor)
    return caught.value


def test_every_application_is_on_one_page(source: Running) -> None:
    count = 2 * source.case.page + 3
    source.vendor.people = applicants(count)
    pages = read(source)
    assert sorted(numbers(source, pages)) == sorted(map(source.case.number, range(1, count + 1)))
    assert [page.is_whole for page in pages] == [False] * (len(pages) - 1) + [True]
    assert len({tuple(row) for page in pages for row in page.rows}) == 1


@pytest.mark.parametrize("count", [0, 1])
def test_a_source_with_next_to_nothing_is_read(source: Running, count: int) -> None:
    source.vendor.people = applicants(count)
    pages = read(source)
    assert len(numbers(source, pages)) == count
    assert pages[-1].is_whole


def test_exactly_one_page_is_no_endless_list(source: Running) -> None:
    source.vendor.people = applicants(source.case.page)
    assert len(numbers(source, read(source))) == source.case.page


def test_what_broke_off_goes_on_behind_the_last_page(source: Running) -> None:
    source.vendor.people = applicants(2 * source.case.page + 3)
    pages = source.connect().pages("")
    first = next(pages)
    source.vendor.faults = [Answer(status=500)]
    with pytest.raises(SourceError, match="broken"):
        next(pages)
    rest = read(source, first.cursor)
    found = numbers(source, [first, *rest])
    assert len(found) == len(set(found)) == len(source.vendor.people)
    assert rest[-1].is_whole


def test_only_what_changed_is_read_again(source: Running) -> None:
    source.vendor.people = applicants(source.case.page + 2)
    last = read(source)[-1]
    source.clock.advance(timedelta(hours=1))
    two = source.vendor.people[2]
    source.vendor.people[2] = two.ending("org", source.clock.now())
    pages = read(source, last.cursor)
    found = numbers(source, pages)
    assert source.case.number(2) in found
    if source.case.is_incremental:
        assert found == [source.case.number(2)]
        assert not pages[-1].is_whole
    else:
        assert pages[-1].is_whole


def test_what_changes_while_it_is_read_is_found_by_the_next_poll(source: Running) -> None:
    source.vendor.people = applicants(source.case.page + 2)
    pages = source.connect().pages("")
    next(pages)
    source.clock.advance(timedelta(seconds=30))
    source.vendor.people[1] = source.vendor.people[1].ending("org", source.clock.now())
    rest = list(pages)
    source.clock.advance(timedelta(minutes=15))
    assert source.case.number(1) in numbers(source, read(source, rest[-1].cursor))


def test_one_application_is_read_alone(source: Running) -> None:
    source.vendor.people = applicants(3)
    page = source.connect().one(source.case.number(2))
    assert numbers(source, [page]) == [source.case.number(2)]
    assert page.events == ()


def test_an_application_that_is_gone_is_said_to_be(source: Running) -> None:
    page = source.connect().one(source.case.number(7))
    assert page.rows == ()
    assert [(one.kind, one.application_id) for one in page.events] == [
        (Happening.DELETED, source.case.number(7))
    ]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(status=500), "broken"),
        (Answer(status=502, raw=b"<html>bad gateway</html>"), "broken"),
        (Answer(status=302, headers={"Location": "https://elsewhere.example/"}), "broken"),
        (Answer(status=404), "broken"),
        (Answer(status=401), "refused"),
        (Answer(status=403), "refused"),
        (Answer(raw=b"{"), "malformed"),
        (Answer(raw=b"[" * 200_000), "malformed"),
        (Answer(raw=b"\xff\xfe"), "malformed"),
        (Answer("a text"), "malformed"),
        (Answer([1]), "malformed"),
        (Answer({"records": [{}], "data": [{}], "candidacies": [{}]}), "malformed"),
        (Answer(status=503), "broken"),
    ],
)
def test_a_fault_has_its_name(source: Running, answer: Answer, code: str) -> None:
    source.vendor.people = applicants(1)
    source.vendor.faults = [answer]
    assert fault(source).code == code


def test_an_answer_that_does_not_come_is_not_waited_for(source: Running) -> None:
    source.access = replace(source.access, timeout=0.2)
    source.vendor.faults = [Answer({}, after=0.8)]
    assert fault(source).code == "unreachable"


def test_a_busy_vendor_that_says_until_when_is_waited_for(source: Running) -> None:
    source.vendor.faults = [Answer(status=503, headers={"Retry-After": "90"})]
    found = fault(source)
    assert (found.code, found.until) == ("limited", source.clock.now() + timedelta(seconds=90))


def test_an_answer_without_an_end_is_not_taken(source: Running) -> None:
    source.vendor.faults = [Answer(raw=b"x" * (8 * 2**20 + 1))]
    assert fault(source).code == "unreachable"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30"}, 30),
        ({"Retry-After": "Tue, 24 Nov 2026 01:02:00 GMT"}, 120),
        ({"x-reset-at": "2026-11-24T10:01:00+09:00"}, 60),
        ({"X-RateLimit-Reset": "1795482010"}, 10),
        ({}, 60),
        ({"Retry-After": "soon"}, 60),
        ({"Retry-After": "0"}, 1),
        ({"Retry-After": "99999999"}, 86400),
        ({"Retry-After": f"Tue, 24 Nov 2026 01:02:00 +{'9' * 20}"}, 60),
    ],
)
def test_a_limit_says_until_when(source: Running, headers: dict[str, str], seconds: int) -> None:
    source.vendor.faults = [Answer(status=429, headers=headers)]
    found = fault(source)
    assert found.code == "limited"
    assert found.until == datetime(2026, 11, 24, 1, 0, tzinfo=UTC) + timedelta(seconds=seconds)


def test_a_key_that_is_missing_or_wrong_is_told(source: Running) -> None:
    source.secrets.update(dict.fromkeys(source.secrets, "wrong"))
    assert fault(source).code == "refused"
    source.secrets.clear()
    assert fault(source).code == "no-credentials"


@pytest.mark.parametrize("key", ["two\nlines", "鍵", "\x7f"])
def test_a_key_that_no_header_can_carry_is_told(source: Running, key: str) -> None:
    source.secrets.update(dict.fromkeys(source.secrets, key))
    assert fault(source).code == "refused"


def test_nothing_is_ever_written(source: Running) -> None:
    source.vendor.people = applicants(source.case.page + 2)
    last = read(source)[-1]
    read(source, last.cursor)
    source.connect().one(source.case.number(1))
    source.connect().one(source.case.number(10_000))
    posts = [asked for asked in source.vendor.came if asked.method != "GET"]
    tokens = [asked for asked in posts if asked.body == b"grant_type=client_credentials"]
    assert posts == tokens
    assert all(asked.path == "/token" for asked in tokens)
    assert all(not asked.body for asked in source.vendor.came if asked.method == "GET")


def test_no_credential_and_no_person_is_in_a_repr(source: Running) -> None:
    source.vendor.people = applicants(1)
    page = read(source)[0]
    shown = f"{source.connect()!r} {page!r} {source.access!r}"
    assert "hanako" not in shown
    assert not any(secret in shown for secret in source.case.secrets.values() if len(secret) > 2)
