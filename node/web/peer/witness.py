"""The witness: cosigns what is consistent with what it cosigned before (C2SP tlog-witness)."""

from http import HTTPStatus

from flask import Blueprint, Response, abort, request

from node.services.witness import Witness
from node.web.peer.log import TEXT
from protocol.log.witness import (
    MAX_REQUEST_BYTES,
    SIZE_MEDIA_TYPE,
    SplitViewError,
    StaleRequestError,
    WitnessError,
)


def pages(witness: Witness) -> Blueprint:
    """Return the endpoint that takes a checkpoint."""
    endpoints = Blueprint("witness", __name__)

    @endpoints.post("/tasuki/v1/witness/add-checkpoint")
    def add_checkpoint() -> Response:
        payload = request.get_data()
        if len(payload) > MAX_REQUEST_BYTES:
            abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            return Response(witness.add_checkpoint(payload), content_type=TEXT)
        except (StaleRequestError, SplitViewError) as error:
            return Response(f"{error.size}\n", error.status, content_type=SIZE_MEDIA_TYPE)
        except WitnessError as error:
            return Response(f"{error}\n", error.status, content_type=TEXT)

    return endpoints
