"""What a witness is asked and what it checks (c2sp.org/tlog-witness, add-checkpoint).

    old 20852014
    <base64 hash of the consistency proof>, at most 63, one a line
    <blank line>
    <the checkpoint, with its signatures>

The caller checks and stores in one transaction before it answers: two requests
that were checked against one old head must not overwrite each other.

    ProtocolError
    +-- WitnessError
        +-- BadRequestError    form, or the old size is above the new                  400
        +-- UnsignedError      no signature of the log's key holds                     403
        +-- UnknownLogError    a log that this witness does not follow                 404
        +-- StaleRequestError  the old size is not that of the last head, which it has 409
        +-- SplitViewError     another root at the size already cosigned               409
        +-- InconsistentError  the consistency proof does not hold                     422
"""

from dataclasses import dataclass
from typing import ClassVar, Self

from crypto.encoding import b64_decode, b64_encode
from crypto.errors import BadEncodingError, BadProofError
from crypto.hashing import sha256
from crypto.merkle import EMPTY_ROOT, verify_consistency
from protocol.errors import MalformedError, ProtocolError
from protocol.log.checkpoint import Checkpoint, open_checkpoint, parse_size
from protocol.log.note import MAX_NOTE_BYTES, Note, Verifier

MAX_HASHES = 63
MAX_REQUEST_BYTES = MAX_NOTE_BYTES + 4096
SIZE_MEDIA_TYPE = "text/x.tlog.size"

_HASH_BYTES = 32


class WitnessError(ProtocolError):
    """Any refusal of a witness; *status* is its HTTP status."""

    status: ClassVar[int]


class BadRequestError(WitnessError):
    """The request has another form, or its old size is above the new."""

    problem = "malformed"
    status = 400


class UnsignedError(WitnessError):
    """No signature of the log's key holds."""

    problem = "malformed"
    status = 403


class UnknownLogError(WitnessError):
    """The origin is that of a log which this witness does not follow."""

    problem = "malformed"
    status = 404


class StaleRequestError(WitnessError):
    """The old size is not *size*, that of the head last cosigned: the answer's body."""

    problem = "conflict"
    status = 409

    def __init__(self, size: int) -> None:
        super().__init__(f"the last cosigned head has size {size}")
        self.size = size


class SplitViewError(WitnessError):
    """The log's key signed another root at the size already cosigned: evidence of a fork."""

    problem = "fork"
    status = 409

    def __init__(self, size: int) -> None:
        super().__init__(f"another root at size {size}")
        self.size = size


class InconsistentError(WitnessError):
    """The proof does not lead from the old head to the new."""

    problem = "malformed"
    status = 422


@dataclass(frozen=True, slots=True)
class Head:
    """The size and root of a log that a witness or reader verified last."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """The request: the size the witness is thought to have, the proof from there, the note."""

    old_size: int
    proof: tuple[bytes, ...]
    note: Note

    @classmethod
    def parse(cls, payload: bytes) -> Self:
        """Return the request that *payload* spells.

        Raises:
            BadRequestError: it is none.
        """
        head, separator, note = payload.partition(b"\n\n")
        if len(payload) > MAX_REQUEST_BYTES or not separator:
            raise BadRequestError("not a request to add a checkpoint")
        try:
            first, *lines = head.decode("ascii").split("\n")
            proof = tuple(b64_decode(line) for line in lines)
            request = cls(parse_size(first.removeprefix("old ")), proof, Note.parse(note))
        except (UnicodeDecodeError, BadEncodingError, MalformedError) as error:
            raise BadRequestError("not a request to add a checkpoint") from error
        if len(proof) > MAX_HASHES or any(len(line) != _HASH_BYTES for line in proof):
            raise BadRequestError("consistency proof has too many hashes or a wrong one")
        if request.encode() != payload:
            raise BadRequestError("not the one spelling of that request")
        return request

    @property
    def origin(self) -> str:
        """The first line of the note: by it the witness finds the log's key."""
        return self.note.text.partition("\n")[0]

    def encode(self) -> bytes:
        """Return the body of the request."""
        lines = [f"old {self.old_size}", *map(b64_encode, self.proof)]
        return ("\n".join(lines) + "\n\n").encode() + self.note.encode()


def next_head(head: Head | None, request: AddCheckpoint, log: Verifier) -> Head:
    """Return the head to store and to cosign after *head*, the last cosigned one of *log*.

    Raises:
        WitnessError: one of the six of this module, in the standard's order.
    """
    last = head or Head(0, EMPTY_ROOT)
    checkpoint = _open(request, log)
    if request.old_size > checkpoint.size:
        raise BadRequestError("old size is above the size of the checkpoint")
    if request.old_size != last.size:
        raise StaleRequestError(last.size)
    if checkpoint.size == last.size and checkpoint.root != last.root:
        raise SplitViewError(last.size)
    _check_consistency(last, checkpoint, request.proof)
    return Head(checkpoint.size, checkpoint.root)


def origin_digest(origin: str) -> str:
    """Return hex SHA-256 of *origin*, by which a witness serves its head of that log."""
    return sha256(origin.encode()).hex()


def _open(request: AddCheckpoint, log: Verifier) -> Checkpoint:
    if request.origin != log.name:
        raise UnknownLogError("not a log that this witness follows")
    try:
        request.note.signed_by(log)
    except MalformedError as error:
        raise UnsignedError("checkpoint is not signed by the key of its log") from error
    try:
        return open_checkpoint(request.note, log)
    except MalformedError as error:
        raise BadRequestError("not a checkpoint") from error


def _check_consistency(old: Head, new: Checkpoint, proof: tuple[bytes, ...]) -> None:
    # RFC 6962 defines proofs only for 0 < old < new: elsewhere it must be empty.
    if old.size in (0, new.size):
        if proof:
            raise InconsistentError("consistency proof should be empty")
        return
    try:
        verify_consistency(old.size, new.size, list(proof), old.root, new.root)
    except BadProofError as error:
        raise InconsistentError("consistency proof does not hold") from error
