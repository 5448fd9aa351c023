"""Refusals as RFC 9457 problems; their words name fields and limits, never a value."""

import json
from http import HTTPStatus

from flask import Response

CONTENT_TYPE = "application/problem+json"


def problem(status: HTTPStatus, detail: str | None) -> Response:
    """Return the answer of *status* with what to do in *detail*."""
    body: dict[str, object] = {"title": status.phrase, "status": int(status)}
    if detail is not None:
        body["detail"] = detail
    return Response(json.dumps(body), status, content_type=CONTENT_TYPE)
