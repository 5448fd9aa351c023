"""The logs for everybody: this node's own and its mirrors of the peers' (C2SP tlog-tiles)."""

from http import HTTPStatus

from flask import Blueprint, Response, abort

from node.services.publication import Publication
from node.services.witness import Witness
from protocol.errors import MalformedError
from protocol.log.tiles import parse_tile_path

TEXT = "text/plain; charset=utf-8"
_BYTES = "application/octet-stream"
_IMMUTABLE = "public, max-age=31536000, immutable"
_LOG = "0001"


def pages(publication: Publication, witness: Witness) -> Blueprint:
    """Return the endpoints that foreign readers and monitors use."""
    endpoints = Blueprint("log", __name__)

    @endpoints.get(f"/tasuki/v1/log/{_LOG}/checkpoint")
    def checkpoint() -> Response:
        return text(publication.checkpoint(publication.origin))

    @endpoints.get(f"/tasuki/v1/log/{_LOG}/<path:path>")
    def tile(path: str) -> Response:
        return _tile(publication, publication.origin, path)

    @endpoints.get("/tasuki/v1/mirror/<digest>/checkpoint")
    @endpoints.get("/tasuki/v1/witness/<digest>/checkpoint")
    def mirrored_checkpoint(digest: str) -> Response:
        return text(witness.head_of(digest))

    @endpoints.get("/tasuki/v1/mirror/<digest>/<path:path>")
    def mirrored_tile(digest: str, path: str) -> Response:
        origin = publication.mirrored(digest)
        if origin is None:
            abort(HTTPStatus.NOT_FOUND)
        return _tile(publication, origin, path)

    @endpoints.get("/tasuki/v1/proof/<leaf_id>")
    def proof(leaf_id: str) -> Response:
        return text(publication.proof(leaf_id))

    return endpoints


def _tile(publication: Publication, origin: str, path: str) -> Response:
    try:
        found = publication.tile(origin, parse_tile_path(path))
    except MalformedError:
        found = None
    response = Response(found_or_404(found), content_type=_BYTES)
    response.headers["Cache-Control"] = _IMMUTABLE
    return response


def text(found: bytes | None) -> Response:
    """Answer with a note or proof, 404 where there is none."""
    response = Response(found_or_404(found), content_type=TEXT)
    response.headers["Cache-Control"] = "no-cache"
    return response


def found_or_404(found: bytes | None) -> bytes:
    """Return what was found; 404 otherwise."""
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found
