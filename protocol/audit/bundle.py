"""An audit bundle as bytes: canonical JSON lines, the last one signed (PROTOCOL 8).

Every line is re-encoded on reading. What cannot be read is set aside with its line
number; it is never skipped in silence.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from crypto import canonical_json
from crypto.ed25519 import SigningKey
from crypto.encoding import b64url_encode
from crypto.errors import BadEncodingError
from crypto.hashing import sha256
from protocol.audit.finding import ReadProblem, Unreadable
from protocol.audit.records import KINDS, ORDER, EndRecord, Record
from protocol.errors import MalformedError
from protocol.identifiers import key_id
from protocol.value import Value

_LABEL = b"tasuki/1 bundle\n"

_Kind = TypeVar("_Kind", bound=Value)


@dataclass(frozen=True, slots=True)
class Bundle:
    """The records in the order of the file, and what could not be read."""

    records: tuple[Record, ...] = field(repr=False)
    unreadable: tuple[Unreadable, ...]
    sha256: bytes  # of all lines before the last

    def of(self, kind: type[_Kind]) -> tuple[_Kind, ...]:
        """Return the records of one *kind*."""
        return tuple(record for record in self.records if isinstance(record, kind))


def signed_text(digest: bytes) -> bytes:
    """Return what the last line's signature is over: the label and SHA-256 of all before."""
    return _LABEL + digest


def write_line(record: Record) -> bytes:
    """Return the line of *record*, its newline included."""
    return record.canonical() + b"\n"


def write(records: Iterable[Record], key: SigningKey) -> bytes:
    """Return the bundle of *records*, which stand in their order, signed by a document *key*."""
    body = b"".join(write_line(record) for record in records)
    return body + write_line(end(sha256(body), key))


def end(digest: bytes, key: SigningKey) -> EndRecord:
    """Return the last line after lines whose SHA-256 is *digest*, signed by a document *key*."""
    return EndRecord(
        sha256=digest.hex(),
        key=key_id("document", key.public.raw),
        sig=b64url_encode(key.sign(signed_text(digest))),
    )


def read(payload: bytes) -> Bundle:
    """Return what *payload* holds; nothing is verified yet."""
    # Only the line feed ends a line: splitlines() would also split inside texts.
    *lines, rest = payload.split(b"\n")
    unreadable: list[Unreadable] = []
    if rest:
        unreadable.append(Unreadable(ReadProblem.NOT_CANONICAL, str(len(lines) + 1)))
    records: list[Record] = []
    place = 0
    for number, line in enumerate(lines, 1):
        try:
            record = _record(line)
        except _UnreadableLineError as error:
            unreadable.append(Unreadable(error.problem, str(number)))
            continue
        if ORDER[record.t] < place:
            unreadable.append(Unreadable(ReadProblem.ORDER, str(number)))
        place = max(place, ORDER[record.t])
        records.append(record)
    before = b"".join(line + b"\n" for line in lines[:-1])
    return Bundle(tuple(records), tuple(unreadable), sha256(before))


class _UnreadableLineError(Exception):
    def __init__(self, problem: ReadProblem) -> None:
        super().__init__(problem)
        self.problem = problem


def _record(line: bytes) -> Record:
    try:
        document = canonical_json.loads(line)
    except BadEncodingError as error:
        raise _UnreadableLineError(ReadProblem.NOT_CANONICAL) from error
    name = document.get("t") if isinstance(document, dict) else None
    if not isinstance(name, str) or name not in KINDS:
        raise _UnreadableLineError(ReadProblem.UNKNOWN_RECORD)
    try:
        return KINDS[name].parse(line)
    except MalformedError as error:
        raise _UnreadableLineError(ReadProblem.UNKNOWN_FORM) from error
