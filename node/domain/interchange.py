"""The uniform record as a file: one canonical JSON line an application, versioned.

A file that was written here and read by an empty node is written by it again byte for
byte. Its schema is docs/schema/applications-1.json; another shape is another version.
The first line tells format, version and how many lines follow.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from pydantic import TypeAdapter, ValidationError

from crypto import canonical_json
from crypto.errors import BadEncodingError
from node.domain.errors import InterchangeError
from node.domain.record import Record

FORMAT: Final = "tasuki.applications"
VERSION: Final = 1

_ADAPTER: Final = TypeAdapter(Record)


def schema() -> dict[str, object]:
    """Return the JSON Schema (2020-12) of one line."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{FORMAT} {VERSION}: one application",
        **_ADAPTER.json_schema(mode="serialization"),
    }


def head(lines: int) -> bytes:
    """Return the first line of a file with *lines* applications."""
    return canonical_json.dumps({"format": FORMAT, "lines": lines, "version": VERSION})


def line_of(record: Record) -> bytes:
    """Return the one spelling of *record*."""
    return canonical_json.dumps(_ADAPTER.dump_python(record, mode="json"))


def records_in(lines: Iterable[bytes]) -> Iterator[Record]:
    """Yield every record of a file, in its order.

    Raises:
        InterchangeError: not this format and version, a line that :func:`line_of` would
            not have written, or another number of them.
    """
    rest = iter(lines)
    expected = _expected(next(rest, b"").removesuffix(b"\n"))
    number = 0
    for number, line in enumerate(rest, start=1):
        try:
            said = canonical_json.loads(line.removesuffix(b"\n"))
            record = _ADAPTER.validate_json(line)
        except (BadEncodingError, ValidationError):
            raise InterchangeError(f"line {number + 1} is no record of {FORMAT}") from None
        if line_of(record) != canonical_json.dumps(said):
            raise InterchangeError(f"line {number + 1} is no record of {FORMAT}")
        yield record
    if number != expected:
        raise InterchangeError(f"{expected} lines were promised and {number} are there")


def _expected(first: bytes) -> int:
    try:
        said = canonical_json.loads(first)
    except BadEncodingError:
        said = None
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise InterchangeError(f"not a file of {FORMAT}")
    lines = said.get("lines")
    if said.get("version") != VERSION or not isinstance(lines, int):
        raise InterchangeError(f"only version {VERSION} of {FORMAT} can be read")
    return lines
