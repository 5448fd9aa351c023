"""The OpenAPI 3.1 description of the JSON API."""

from collections.abc import Collection
from typing import Final

from node.domain.field import MEANINGS, Field

# What every application says, if only by a blank value, and how it may name the person.
NEEDED: Final = (Field.JOB, Field.APPLIED_ON)
NAMES: Final = ((Field.NAME,), (Field.FAMILY_NAME, Field.GIVEN_NAME))

_PROBLEM: Final = {
    "description": "A refusal (RFC 9457); nothing was taken in.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_COUNT: Final = {"type": "integer", "minimum": 0}


def document(sources: Collection[str], most_rows: int, most_characters: int) -> dict[str, object]:
    """Return the description; the limits are those that the endpoint keeps."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tasuki", "version": "1", "license": {"name": "Apache-2.0"}},
        "paths": {
            "/api/v1/applicants": {"post": _take()},
            "/api/v1/openapi.json": {
                "get": {
                    "summary": "This description",
                    "responses": {"200": {"description": "OpenAPI 3.1"}},
                }
            },
        },
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Applicants": _applicants(sources, most_rows, most_characters),
                "Taken": _taken(),
                "Problem": {
                    "type": "object",
                    "required": ["title", "status"],
                    "properties": {
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string"},
                    },
                },
            },
        },
    }


def _take() -> dict[str, object]:
    return {
        "summary": "Take in applications; the same ones again change nothing",
        "security": [{"key": []}],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Applicants"}}
            },
        },
        "responses": {
            "200": {
                "description": "What became of each application.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Taken"}}},
            },
            **dict.fromkeys(("400", "401", "403", "413", "415", "422"), _PROBLEM),
        },
    }


def _applicants(
    sources: Collection[str], most_rows: int, most_characters: int
) -> dict[str, object]:
    text = {"type": "string", "maxLength": most_characters}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["source", "applications"],
        "properties": {
            "source": {"enum": sorted(sources)},
            "applications": {
                "type": "array",
                "minItems": 1,
                "maxItems": most_rows,
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": [*NEEDED],
                    "anyOf": [{"required": [*names]} for names in NAMES],
                    "properties": dict.fromkeys(MEANINGS, text),
                },
            },
        },
    }


def _taken() -> dict[str, object]:
    fault = {
        "type": "object",
        "required": ["row", "problems"],
        "properties": {
            "row": {"type": "integer", "minimum": 1},
            "problems": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["code"],
                    "properties": {"field": {"type": "string"}, "code": {"type": "string"}},
                },
            },
        },
    }
    counts = dict.fromkeys(("added", "updated", "unchanged", "suppressed"), _COUNT)
    return {
        "type": "object",
        "required": ["import", *counts, "errors"],
        "properties": {
            "import": {"type": "string"},
            **counts,
            "errors": {"type": "array", "items": fault},
        },
    }
