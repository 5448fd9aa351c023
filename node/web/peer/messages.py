"""The signed endpoints: envelopes, bodies, status; every answer is signed (PROTOCOL 4 and 5)."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, Response, request

from node.services.callers import Callers
from node.services.deliveries import Deliveries
from node.services.inbox import Inbox
from node.services.leases import Leases
from node.services.outbox import Outbox
from node.services.pokes import Pokes
from protocol import http_signature as http
from protocol.errors import ProtocolError
from protocol.identifiers import MemberId
from protocol.messages.poke import Poke
from protocol.problem import CONTENT_TYPE, Problem

_JSON = "application/json"
Answer = Callable[[MemberId, bytes], http.Response]


def pages(
    base_url: str,
    callers: Callers,
    inbox: Inbox,
    deliveries: Deliveries,
    leases: Leases,
    outbox: Outbox,
    pokes: Pokes,
) -> Blueprint:
    """Return the signed endpoints of a node whose public base URL is *base_url*."""
    messages = Blueprint("messages", __name__)

    def answered(answer: Answer) -> Response:
        """Identify the caller, answer, sign; a refusal of a known caller is signed too."""
        asked = http.Request(
            method=request.method,
            target_uri=base_url + request.path,
            headers={name.lower(): value for name, value in request.headers.items()},
            body=request.get_data(),
        )
        caller = callers.identify(asked)
        try:
            found = answer(caller, asked.body)
        except ProtocolError as error:
            found = _refused(Problem.of(error))
        signed = callers.sign(found, asked)
        return Response(signed.body, signed.status, headers=dict(signed.headers))

    @messages.post("/tasuki/v1/inbox")
    def receive() -> Response:
        return answered(lambda caller, payload: _receive(inbox, outbox, pokes, caller, payload))

    @messages.post("/tasuki/v1/bodies")
    def bodies() -> Response:
        return answered(lambda caller, body: _ok(deliveries.answer(caller, body)))

    @messages.get("/tasuki/v1/status")
    def status() -> Response:
        return answered(lambda _caller, _body: _ok(leases.issue().encode()))

    return messages


def _receive(
    inbox: Inbox, outbox: Outbox, pokes: Pokes, caller: MemberId, payload: bytes
) -> http.Response:
    """Apply an envelope; a refusal for good is signed as a document, too."""
    envelope, parcel = inbox.open(caller, payload)
    if envelope.kind == Poke.KIND:
        pokes.take(caller)
        return _ok(b"{}")
    try:
        return _ok(inbox.receive(envelope, parcel).encode())
    except ProtocolError as error:
        problem = Problem.of(error)
        if not problem.is_final:
            raise
        settled = outbox.refuse(problem.kind, envelope)
        return _refused(Problem(problem.kind, problem.detail, settled))


def _ok(body: bytes) -> http.Response:
    return http.Response(HTTPStatus.OK, {"content-type": _JSON}, body)


def _refused(problem: Problem) -> http.Response:
    return http.Response(problem.status, {"content-type": CONTENT_TYPE}, problem.encode())
