"""The webhooks of the sources as a vendor sends them to the node."""

from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from node.web.peer import hooks
from node.web.peer.app import create_app
from tests.node.connectors.ats.greenhouse_server import GreenhouseServer
from tests.node.services.source_world import SourceWorld, open_source


@pytest.fixture
def ats(tmp_path: Path) -> Iterator[SourceWorld]:
    with open_source(tmp_path, "greenhouse") as found:
        found.staff(3)
        found.poll()
        yield found


@pytest.fixture
def vendor(ats: SourceWorld) -> GreenhouseServer:
    assert isinstance(ats.running.vendor, GreenhouseServer)
    return ats.running.vendor


@pytest.fixture
def outside(ats: SourceWorld) -> FlaskClient:
    return create_app([hooks.pages(ats.hooks)]).test_client()


def test_seven_deliveries_of_one_rejection_are_one_letter(
    ats: SourceWorld, vendor: GreenhouseServer, outside: FlaskClient
) -> None:
    ats.reject(2)
    headers, body = vendor.hook("reject_candidate", {"application": {"id": 2}}, "event-1")
    for _ in range(7):
        answer = outside.post("/hooks/ats", data=body, headers=headers)
        assert (answer.status_code, answer.data) == (HTTPStatus.OK, b"")
        ats.later(timedelta(hours=2))
    assert ats.waiting == 1


def test_a_ping_is_answered_with_200(vendor: GreenhouseServer, outside: FlaskClient) -> None:
    headers, body = vendor.hook("ping", {"web_hook_id": 7}, "event-1")
    assert outside.post("/hooks/ats", data=body, headers=headers).status_code == HTTPStatus.OK


def test_what_is_not_signed_is_refused(vendor: GreenhouseServer, outside: FlaskClient) -> None:
    headers, body = vendor.hook("ping", {}, "event-1")
    answer = outside.post("/hooks/ats", data=body + b" ", headers=headers)
    assert answer.status_code == HTTPStatus.UNAUTHORIZED


def test_no_other_source_is_there(vendor: GreenhouseServer, outside: FlaskClient) -> None:
    headers, body = vendor.hook("ping", {}, "event-1")
    answer = outside.post("/hooks/other", data=body, headers=headers)
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert outside.get("/hooks/ats").status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_a_body_beyond_the_cap_is_not_read(vendor: GreenhouseServer, outside: FlaskClient) -> None:
    payload = {"filler": "x" * hooks.MAX_HOOK_BYTES}
    headers, body = vendor.hook("ping", payload, "event-1")
    answer = outside.post("/hooks/ats", data=body, headers=headers)
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
