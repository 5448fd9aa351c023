"""Who this node is and belongs to: its descriptor, the consortium's versions, joining."""

from http import HTTPStatus

from flask import Blueprint, Response, request

from crypto import canonical_json
from node.services.admissions import Admissions
from node.services.publication import Publication
from node.web.peer.log import found_or_404
from protocol.document import Signed
from protocol.identifiers import MAX_INTEGER

_JSON = "application/json"
# A larger one fits into no database: it would be this node's fault, not a missing page.
_NUMBER = f"int(max={MAX_INTEGER})"


def pages(publication: Publication, admissions: Admissions) -> Blueprint:
    """Return the endpoints of the membership."""
    endpoints = Blueprint("membership", __name__)

    @endpoints.get("/.well-known/tasuki-node")
    def node() -> Response:
        found = found_or_404(publication.descriptor(publication.me))
        document: dict[str, canonical_json.Json] = {
            "versions": [1],
            "descriptor": Signed.parse(found).to_json(),
        }
        return Response(canonical_json.dumps(document), content_type=_JSON)

    @endpoints.get(f"/tasuki/v1/membership/<{_NUMBER}:version>")
    def membership(version: int) -> Response:
        return _json(publication.membership(version))

    @endpoints.get(f"/tasuki/v1/descriptor/<member>/<{_NUMBER}:number>")
    def descriptor(member: str, number: int) -> Response:
        return _json(publication.descriptor(member, number))

    @endpoints.post("/tasuki/v1/admission")
    def admission() -> Response:
        admissions.ask_to_join(request.get_data())
        return Response(status=HTTPStatus.ACCEPTED)

    return endpoints


def _json(found: bytes | None) -> Response:
    return Response(found_or_404(found), content_type=_JSON)
