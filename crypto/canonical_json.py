"""The JSON Canonicalization Scheme (RFC 8785) over a closed part of I-JSON (RFC 7493).

There are no floats, integers stay within ±(2^53-1), keys are ASCII, nesting is at
most :data:`MAX_DEPTH`. In this class the standard encoder with sorted keys writes
what RFC 8785 asks for: code points and UTF-16 units sort ASCII alike, and both
escape only the quotation mark, the backslash and the control characters.
"""

import json
from typing import TypeAlias

from crypto.errors import BadEncodingError

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

MAX_DEPTH = 16  # lists and objects inside one another
MAX_INTEGER = 2**53 - 1

# `_check` bounds the depth first, which also ends every cycle.
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")
)


def dumps(value: Json) -> bytes:
    """Return the one byte string of *value*.

    Raises:
        BadEncodingError: *value* is outside the class.
    """
    _check(value, MAX_DEPTH)
    try:
        return _ENCODER.encode(value).encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadEncodingError("lone surrogate") from error


def loads(payload: bytes) -> Json:
    """Return the value whose one byte string is *payload*.

    Raises:
        BadEncodingError: :func:`dumps` would not have written *payload*.
    """
    try:
        value: Json = json.loads(payload.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadEncodingError("not JSON") from error
    # Only this comparison sees duplicate keys, white space, other escapes and -0.
    if dumps(value) != payload:
        raise BadEncodingError("not canonical JSON")
    return value


def _check(value: object, depth: int) -> None:
    """Refuse what the standard encoder would write although the class excludes it."""
    if value is None or isinstance(value, (str, bool)):
        return
    if isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise BadEncodingError("integer beyond 2^53-1")
        return
    if not isinstance(value, (dict, list)):
        raise BadEncodingError(f"{type(value).__name__} has no canonical form")
    if depth == 0:
        raise BadEncodingError(f"more than {MAX_DEPTH} levels")
    # The encoder would turn the keys 1, True and None into strings.
    if isinstance(value, dict) and not all(isinstance(k, str) and k.isascii() for k in value):
        raise BadEncodingError("key is not an ASCII string")
    for member in value.values() if isinstance(value, dict) else value:
        _check(member, depth - 1)
