"""The webhooks of systems whose applications come as files: they erase and hold back, no more."""

import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from node.connectors.ats import SOURCES
from node.connectors.ats.source import BadHookError, Event, Happening
from node.services.hooks import Hooks
from node.storage import sources
from tests.node.services.intake_world import open_world

SECRET = "hook-secret"
Sent = tuple[dict[str, str], bytes]


def mac(content: bytes) -> str:
    return hmac.new(SECRET.encode(), content, "sha256").hexdigest()


def ashby(action: str, told: object) -> Sent:
    body = json.dumps({"action": action, "data": told}).encode()
    return {"ashby-signature": f"sha256={mac(body)}"}, body


def workable(event: str, told: object) -> Sent:
    body = json.dumps({"event_type": event, "data": told}).encode()
    return {"x-workable-signature": mac(body)}, body


def smartrecruiters(event: str, told: object, number: str = "e-1") -> Sent:
    body = json.dumps(told).encode()
    signed = b".".join((b"1795482000", body, number.encode(), event.encode(), b"v201910", b""))
    return {
        "smartrecruiters-timestamp": "1795482000",
        "event-id": number,
        "event-name": event,
        "event-version": "v201910",
        "smartrecruiters-signature": f"v1={mac(signed)}",
    }, body


@contextmanager
def hooks_of(folder: Path, kind: str) -> Iterator[tuple[Hooks, list[Event]]]:
    """Give the door for one kind, and what it tells."""
    read, told = SOURCES[kind].read_hook, list[Event]()
    assert read is not None
    with open_world(folder) as world:
        reader = partial(read, {"webhook_secret": SECRET}.__getitem__)
        db, clock, vault = world.db, world.clock, world.vault
        yield (
            Hooks(db, clock, vault, {"ats": reader}, (), lambda _source, one: told.append(one)),
            told,
        )
        with db.read() as tx:
            assert sources.states(tx) == {}  # nothing is polled


ALIVE: Mapping[str, object] = {"id": "a-1", "status": "Active", "candidate": {"name": "架空"}}
OVER: Mapping[str, object] = {"id": "a-1", "status": "Archived"}


@pytest.mark.parametrize(
    ("kind", "sent", "told"),
    [
        (
            "ashby",
            ashby("candidateDelete", {"candidate": {"id": "c-1"}}),
            [Event(Happening.DELETED, candidate_id="c-1")],
        ),
        (
            "ashby",
            ashby("candidateStageChange", {"application": ALIVE}),
            [Event(Happening.UNREJECTED, "a-1")],
        ),
        ("ashby", ashby("candidateStageChange", {"application": OVER}), []),
        ("ashby", ashby("ping", None), []),
        ("workable", workable("candidate_deleted", {"id": "1c"}), [Event(Happening.DELETED, "1c")]),
        (
            "workable",
            workable("candidate_moved", {"id": "1c", "disqualified": False}),
            [Event(Happening.UNREJECTED, "1c")],
        ),
        ("workable", workable("candidate_moved", {"id": "1c", "disqualified": True}), []),
        ("workable", workable("candidate_created", None), []),
        (
            "smartrecruiters",
            smartrecruiters("candidate.deleted", {"candidate_id": "sr-1"}),
            [Event(Happening.DELETED, candidate_id="sr-1")],
        ),
        ("smartrecruiters", smartrecruiters("application.created", {"job_id": "j"}), []),
    ],
)
def test_seven_deliveries_tell_it_once(
    tmp_path: Path, kind: str, sent: Sent, told: list[Event]
) -> None:
    with hooks_of(tmp_path, kind) as (hooks, heard):
        for _ in range(7):
            assert hooks.take("ats", *sent) == {}
        assert heard == told


@pytest.mark.parametrize(
    ("kind", "write", "event", "broken"),
    [
        ("ashby", ashby, "candidateDelete", {"candidate": {"id": None}}),
        ("workable", workable, "candidate_deleted", {"id": ["1c"]}),
        ("smartrecruiters", smartrecruiters, "candidate.deleted", {}),
    ],
)
def test_what_is_not_signed_or_has_no_number_is_refused(
    tmp_path: Path, kind: str, write: Callable[[str, object], Sent], event: str, broken: object
) -> None:
    headers, body = write(event, {"candidate": {"id": "c"}, "id": "1c", "candidate_id": "c"})
    with hooks_of(tmp_path, kind) as (hooks, told):
        for bad in (({}, body), (headers, body + b" "), write(event, broken)):
            with pytest.raises(BadHookError):
                hooks.take("ats", *bad)
        assert told == []


def test_smartrecruiters_signs_the_number_that_tells_repetitions_apart(tmp_path: Path) -> None:
    headers, body = smartrecruiters("candidate.deleted", {"candidate_id": "c"}, number="")
    with hooks_of(tmp_path, "smartrecruiters") as (hooks, told):
        for changed in (headers, headers | {"event-id": "e-2"}):
            with pytest.raises(BadHookError):
                hooks.take("ats", changed, body)
        assert told == []


def test_the_greeting_of_smartrecruiters_is_given_back(tmp_path: Path) -> None:
    with hooks_of(tmp_path, "smartrecruiters") as (hooks, told):
        assert hooks.take("ats", {"x-hook-secret": "abc"}, b"") == {"x-hook-secret": "abc"}
        for bad in ("x" * 201, "漢字", "a\tb"):
            with pytest.raises(BadHookError):
                hooks.take("ats", {"x-hook-secret": bad}, b"")
        assert told == []
