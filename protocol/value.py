"""The base of everything that is signed or hashed: strict, frozen, of one spelling.

pydantic alone accepts duplicate keys and surrounding white space; :meth:`parse`
therefore takes the bytes through the canonical reader first (RFC 8785).
"""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from crypto import canonical_json
from crypto.canonical_json import Json
from crypto.errors import BadEncodingError
from crypto.hashing import sha256
from protocol.errors import MalformedError


class Value(BaseModel):
    """A closed set of fields; what has no value is absent, never null."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", hide_input_in_errors=True, serialize_by_alias=True
    )

    @classmethod
    def parse(cls, payload: bytes) -> Self:
        """Return the value that *payload* spells canonically.

        Raises:
            MalformedError: another spelling, other fields, or a value out of range.
        """
        try:
            document = canonical_json.loads(payload)
            value = cls.model_validate_json(payload)
        except BadEncodingError as error:
            raise MalformedError("not canonical JSON") from error
        except ValidationError as error:
            # The cause is dropped: pydantic's error carries the refused input.
            raise MalformedError(f"not a {cls.__name__}: {_first(error)}") from None
        # An explicit null or default would be accepted and vanish on writing.
        if value.to_json() != document:
            raise MalformedError(f"not a {cls.__name__}: null or default written out")
        return value

    @classmethod
    def from_json(cls, document: Json) -> Self:
        """Return the value of a part of an already parsed *document*.

        Raises:
            MalformedError: other fields, or a value out of range.
        """
        return cls.parse(canonical_json.dumps(document))

    def to_json(self) -> dict[str, Any]:
        """Return the plain object that is hashed and sent."""
        return self.model_dump(mode="json", exclude_none=True, by_alias=True)

    def canonical(self) -> bytes:
        """Return the one byte string of this value (RFC 8785)."""
        return canonical_json.dumps(self.to_json())

    def digest(self) -> bytes:
        """Return SHA-256 of the canonical bytes."""
        return sha256(self.canonical())


def _first(error: ValidationError) -> str:
    """Return place and type of the first complaint, without the refused value."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])} {first['type']}"
