"""``POST /api/v1/applicants``: applications in the record's own words (docs/API.md)."""

import json
from collections.abc import Callable, Collection, Mapping
from http import HTTPStatus
from typing import Annotated

from flask import Blueprint, Response, request
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from node.domain.field import MEANINGS
from node.domain.own_words import own_words
from node.domain.sheet import well_formed
from node.services.api_keys import ApiKeys, Scope
from node.services.row_intake import RowIntake
from node.web.api.app import check_key
from node.web.api.openapi import NAMES, NEEDED, document
from node.web.api.problem import problem

MOST_ROWS = 500  # applications a call
MOST_CHARACTERS = 10_000  # of one value

Value = Annotated[str, StringConstraints(max_length=MOST_CHARACTERS), AfterValidator(well_formed)]


class ApplicantsBody(BaseModel):
    """What the call takes: the source, and one object of texts an application."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    source: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
    applications: Annotated[list[dict[str, Value]], Field(min_length=1, max_length=MOST_ROWS)]


def pages(
    keys: ApiKeys,
    intake: RowIntake,
    sources: Collection[str],
    queue_letters: Callable[[], object],
) -> Blueprint:
    """Return the endpoint and its description."""
    blueprint = Blueprint("applicants", __name__)

    @blueprint.post("/api/v1/applicants")
    def take() -> Response:
        check_key(keys, Scope.APPLICANTS_WRITE)
        if request.mimetype != "application/json":
            return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send application/json")
        try:
            body = ApplicantsBody.model_validate_json(request.get_data())
        except ValidationError as error:
            return problem(HTTPStatus.UNPROCESSABLE_ENTITY, _where(error))
        if body.source not in sources:
            return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "no such source in the settings")
        rows = body.applications
        if any(set(row) - set(MEANINGS) for row in rows):
            known = "no such field in row; see openapi.json for those that are known"
            return problem(HTTPStatus.UNPROCESSABLE_ENTITY, known)
        lacking = next((place for place, row in enumerate(rows) if not _is_whole(row)), None)
        if lacking is not None:
            needed = "needs job, applied_on, and name or family_name and given_name"
            return problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"applications.{lacking}: {needed}")
        # Which fields a call leaves out is no change of the source's columns.
        whole = [dict.fromkeys(MEANINGS, "") | row for row in rows]
        done = intake.take(body.source, whole, own_words())
        queue_letters()
        faults = [
            {
                "row": error.line,
                "problems": [
                    {"field": name, "code": code} if name else {"code": code}
                    for name, code in error.problems
                ],
            }
            for error in intake.intake.errors(done.id)
        ]
        answer = {
            "import": done.id,
            "added": done.added,
            "updated": done.updated,
            "unchanged": done.unchanged,
            "suppressed": done.suppressed,
            "errors": faults,
        }
        return Response(json.dumps(answer), content_type="application/json")

    @blueprint.get("/api/v1/openapi.json")
    def describe() -> Response:
        described = json.dumps(document(sources, MOST_ROWS, MOST_CHARACTERS))
        return Response(described, content_type="application/json")

    return blueprint


def _is_whole(row: Mapping[str, str]) -> bool:
    """Tell whether an application has the fields that each needs."""
    return set(NEEDED) <= set(row) and any(set(names) <= set(row) for names in NAMES)


def _where(error: ValidationError) -> str:
    """Return the places of the first faults, without a value."""
    places = (
        ".".join(str(part) for part in one["loc"]) or "body"
        for one in error.errors(include_url=False, include_context=False, include_input=False)
    )
    return "cannot be read: " + ", ".join(sorted(set(places))[:5])
