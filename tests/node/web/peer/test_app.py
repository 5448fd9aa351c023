from http import HTTPStatus

import pytest
from flask import Blueprint, Response, request
from flask.testing import FlaskClient

from node.web.peer.app import MAX_BODY_BYTES, create_app
from protocol.errors import GoneError
from protocol.problem import CONTENT_TYPE, Problem


@pytest.fixture
def caller() -> FlaskClient:
    inbox = Blueprint("inbox", __name__)

    @inbox.post("/inbox")
    def take() -> Response:
        request.get_data()
        raise GoneError("no such token")

    @inbox.get("/fault")
    def fault() -> Response:
        raise ValueError("a person's words")

    return create_app([inbox]).test_client()


def test_a_refusal_is_a_problem_document(caller: FlaskClient) -> None:
    answer = caller.post("/inbox", data=b"{}")
    assert answer.status_code == HTTPStatus.GONE
    assert answer.content_type == CONTENT_TYPE
    problem = Problem.parse(answer.data)
    assert (problem.kind, problem.detail) == ("gone", "no such token")


def test_a_body_over_the_limit_is_too_large(caller: FlaskClient) -> None:
    answer = caller.post("/inbox", data=b"x" * (MAX_BODY_BYTES + 1))
    assert Problem.parse(answer.data).kind == "too-large"


def test_a_fault_tells_nothing(caller: FlaskClient) -> None:
    answer = caller.get("/fault")
    assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert Problem.parse(answer.data).detail == "the fault is on this side"


def test_another_spelling_of_a_path_is_no_place(caller: FlaskClient) -> None:
    assert caller.post("//inbox").status_code == HTTPStatus.NOT_FOUND
    assert caller.post("/inbox/").status_code == HTTPStatus.NOT_FOUND
    assert "Set-Cookie" not in caller.post("/inbox").headers
