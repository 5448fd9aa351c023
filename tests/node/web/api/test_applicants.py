import json
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from node.services.api_keys import PREFIX, ApiKeys, Scope
from node.services.row_intake import RowIntake
from node.storage import api_keys, dispatches
from node.web.api import applicants
from node.web.api.app import MAX_BODY_BYTES, create_app
from node.web.api.applicants import MOST_ROWS
from tests.node.services.intake_world import World, open_world

PLACE = "/api/v1/applicants"
ONE = {
    "application_id": "A-1",
    "candidate_id": "P-1",
    "name": "架空 花子",
    "mail": "hanako@mail.example.jp",
    "job": "法人営業",
    "applied_on": "2026-10-01",
    "iv1.on": "2026-10-10",
    "iv1.result": "failed",
    "end": "org:experience_short",
    "ended_on": "2026-10-12",
    "notes": "営業を7年。Excelが得意",
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


@pytest.fixture
def keys(world: World) -> ApiKeys:
    return ApiKeys(world.db, world.clock)


@pytest.fixture
def queued() -> list[str]:
    return []


@pytest.fixture
def client(world: World, keys: ApiKeys, queued: list[str]) -> FlaskClient:
    pages = applicants.pages(
        keys, RowIntake(world.intake), {"csv"}, lambda: queued.append("queued")
    )
    return create_app([pages]).test_client()


@pytest.fixture
def secret(keys: ApiKeys) -> str:
    return keys.add("人事システム", frozenset(Scope))


def send(client: FlaskClient, secret: str, body: object) -> TestResponse:
    return client.post(
        PLACE,
        data=json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )


def body(*rows: dict[str, str], source: str = "csv") -> dict[str, object]:
    return {"source": source, "applications": list(rows)}


def test_applications_are_taken_in_once_and_their_letters_queued(
    client: FlaskClient, secret: str, world: World, queued: list[str]
) -> None:
    first = send(client, secret, body(ONE))
    assert first.status_code == HTTPStatus.OK
    assert first.json is not None
    assert (first.json["added"], first.json["errors"]) == (1, [])
    again = send(client, secret, body(ONE)).json
    assert again is not None
    assert (again["added"], again["unchanged"]) == (0, 1)
    assert queued == ["queued", "queued"]
    (past,) = world.intake.history(limit=1)
    assert past.format == "api"


def test_a_row_that_cannot_be_read_is_named_by_field_and_code_and_the_others_are_in(
    client: FlaskClient, secret: str
) -> None:
    bad = ONE | {"application_id": "A-2", "candidate_id": "P-2", "applied_on": "春ごろ"}
    answer = send(client, secret, body(bad, ONE))
    assert answer.json is not None
    assert answer.json["added"] == 1
    assert answer.json["errors"] == [
        {"row": 1, "problems": [{"field": "applied_on", "code": "bad-date"}]}
    ]
    assert "春ごろ" not in answer.text


def test_a_row_that_nothing_tells_again_names_no_field(client: FlaskClient, secret: str) -> None:
    answer = send(client, secret, body({key: ONE[key] for key in ("name", "job", "applied_on")}))
    assert answer.json is not None
    assert answer.json["errors"] == [{"row": 1, "problems": [{"code": "no-key"}]}]


def test_what_one_application_leaves_out_the_others_may_say(
    client: FlaskClient, secret: str, world: World
) -> None:
    bare = {"name": "海野 玲奈", "job": "経理", "applied_on": "2026-10-02", "mail": "u@example.jp"}
    nameless = {"name": "", "job": "経理", "applied_on": "2026-10-02", "mail": "n@example.jp"}
    answer = send(client, secret, body(ONE, bare, nameless)).json
    assert answer is not None
    assert answer["added"] == 2
    assert answer["errors"] == [{"row": 3, "problems": [{"field": "name", "code": "missing"}]}]
    again = send(client, secret, body(bare)).json
    assert again is not None
    assert (again["added"], again["unchanged"]) == (0, 1)
    with world.db.read() as tx:
        # So letters that go without a hand are not held up by it.
        assert len({one.header for one in dispatches.batches_since(tx, "csv", 0)}) == 1


def test_signs_that_no_database_takes_are_left_out(
    client: FlaskClient, secret: str, world: World
) -> None:
    answer = send(client, secret, body(ONE | {"job": "法人\0営業"}))
    assert answer.json is not None
    assert (answer.json["added"], answer.json["errors"]) == (1, [])
    people, _ = world.applicants.listed(tag=None, page=1)
    assert [person.job for person in people] == ["法人営業"]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ([], "body"),
        ({"source": "csv"}, "applications"),
        (body(), "applications"),
        (body(ONE, source="CSV"), "source"),
        (body(ONE, source="other"), "no such source"),
        (body(ONE | {"nationality": "x"}), "no such field"),
        (body(ONE | {"name": "x" * 10_001}), "name"),
        (body({"name": "架空 花子"}), "job, applied_on"),
        ({**body(ONE), "mode": "x"}, "mode"),
        ({"source": "csv", "applications": [{"name": 3}]}, "name"),
        (body(*[ONE] * (MOST_ROWS + 1)), "applications"),
    ],
)
def test_what_cannot_be_read_is_refused_whole_and_without_a_value(
    client: FlaskClient, secret: str, world: World, sent: object, said: str
) -> None:
    answer = send(client, secret, sent)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert said in answer.json["detail"]
    assert "花子" not in answer.text
    assert world.intake.history() == []


def test_only_json_within_the_limit_is_read(client: FlaskClient, secret: str) -> None:
    bearer = {"Authorization": f"Bearer {secret}"}
    plain = client.post(PLACE, data="x", content_type="text/plain", headers=bearer)
    assert plain.status_code == HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    flood = client.post(PLACE, data=b" " * (MAX_BODY_BYTES + 1), headers=bearer)
    assert flood.status_code in {
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    }
    large = client.post(
        PLACE,
        data=b" " * (MAX_BODY_BYTES + 1),
        content_type="application/json",
        headers=bearer,
    )
    assert large.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@pytest.mark.parametrize("given", ["", "Basic x", "Bearer ", "Bearer tasuki_none", "bearer x"])
def test_nobody_without_a_key_is_heard(client: FlaskClient, given: str) -> None:
    answer = client.post(PLACE, json=body(ONE), headers={"Authorization": given})
    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "Set-Cookie" not in answer.headers


def test_a_key_for_something_else_is_forbidden(
    client: FlaskClient, secret: str, keys: ApiKeys, world: World
) -> None:
    (listed,) = keys.listed()
    with world.db.begin() as tx:
        key = api_keys.by_id(tx, listed.id)
        assert key is not None
        key.scopes = "applicants:read"
    answer = send(client, secret, body(ONE))
    assert (answer.status_code, answer.mimetype) == (
        HTTPStatus.FORBIDDEN,
        "application/problem+json",
    )
    assert world.intake.history() == []


def test_a_revoked_key_opens_nothing(client: FlaskClient, secret: str, keys: ApiKeys) -> None:
    assert send(client, secret, body(ONE)).status_code == HTTPStatus.OK
    (listed,) = keys.listed()
    assert listed.used is not None
    keys.revoke(listed.id)
    assert send(client, secret, body(ONE)).status_code == HTTPStatus.UNAUTHORIZED


def test_a_key_is_shown_once_and_kept_as_a_digest(world: World, secret: str) -> None:
    assert secret.startswith(PREFIX)
    stored = b"".join(path.read_bytes() for path in world.folder.glob("node.sqlite3*"))
    assert secret.encode() not in stored
    assert secret.removeprefix(PREFIX).encode() not in stored


def test_every_field_of_the_description_is_taken(client: FlaskClient, secret: str) -> None:
    described = client.get("/api/v1/openapi.json").json
    assert described is not None
    fields = described["components"]["schemas"]["Applicants"]["properties"]["applications"]
    known = fields["items"]["properties"]
    assert set(ONE) <= set(known)
    row = dict.fromkeys(known, "") | ONE
    answer = send(client, secret, body(row))
    assert answer.status_code == HTTPStatus.OK, answer.text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from([*ONE, "source", "applications"]) | st.text(), inner)
        ),
        max_leaves=8,
    )
)
def test_any_json_is_answered_by_the_rules(client: FlaskClient, secret: str, sent: object) -> None:
    answer = send(client, secret, sent)
    assert answer.status_code in {HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY}
    json.loads(answer.data)
