"""The webhooks of the systems that applicants come from: a signed knock, never a word kept.

They stand on the peer app since it is the one that programs outside call: it has no
session and no cookie, and believes nothing without a signature.
"""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, abort, request

from node.connectors.ats.source import BadHookError
from node.services.hooks import Hooks
from node.services.sources import NoSuchSourceError

MAX_HOOK_BYTES: Final = 1024 * 1024


def pages(hooks: Hooks) -> Blueprint:
    """Return the endpoint of the webhooks."""
    endpoints = Blueprint("hooks", __name__)

    @endpoints.post("/hooks/<source>")
    def take(source: str) -> Response:
        request.max_content_length = MAX_HOOK_BYTES
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            reply = hooks.take(source, headers, request.get_data())
        except NoSuchSourceError:
            abort(HTTPStatus.NOT_FOUND)
        except BadHookError:
            abort(HTTPStatus.UNAUTHORIZED)
        # A ping and a repetition are answered like any other, so that nobody tries again.
        return Response(status=HTTPStatus.OK, headers=dict(reply))

    return endpoints
