"""Offline proofs that an entry is in a log (c2sp.org/tlog-proof, ``.tlog-proof``).

c2sp.org/tlog-proof@v1
extra <base64>                     only where there is extra data
index 73894
<base64 hash, leaf's sibling first>, one a line
<blank line>
<the checkpoint, with its signatures>
"""

from dataclasses import dataclass
from typing import Self

from crypto.encoding import b64_decode, b64_encode
from crypto.errors import BadEncodingError, BadProofError
from crypto.merkle import leaf_hash, verify_inclusion
from protocol.errors import MalformedError
from protocol.log.checkpoint import Checkpoint, open_checkpoint, parse_size
from protocol.log.note import MAX_NOTE_BYTES, Note, Verifier

MAX_HASHES = 63
MAX_PROOF_BYTES = MAX_NOTE_BYTES + 64 * 1024

_HEADER = "c2sp.org/tlog-proof@v1"
_HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """Where an entry stands, the hashes that lead to the root, and the signed root.

    *extra* is not authenticated by anything; empty means that there is none.

    Raises:
        MalformedError: more than 63 hashes, one of a wrong length, or *note* is no note.
    """

    index: int
    hashes: tuple[bytes, ...]
    note: bytes
    extra: bytes = b""

    def __post_init__(self) -> None:
        if len(self.hashes) > MAX_HASHES or any(len(h) != _HASH_BYTES for h in self.hashes):
            raise MalformedError("inclusion proof has too many hashes or a wrong one")
        Note.parse(self.note)

    @classmethod
    def parse(cls, payload: bytes) -> Self:
        """Return the proof that *payload* spells.

        Raises:
            MalformedError: it is none, or one of more than ``MAX_PROOF_BYTES``.
        """
        head, separator, note = payload.partition(b"\n\n")
        if len(payload) > MAX_PROOF_BYTES or not separator:
            raise MalformedError("not an inclusion proof")
        try:
            _, *lines = head.decode("ascii").split("\n")
            extra = b""
            if lines and lines[0].startswith("extra "):
                extra = b64_decode(lines.pop(0).removeprefix("extra "))
            index, *encoded = lines or [""]
            hashes = tuple(b64_decode(line) for line in encoded)
        except (UnicodeDecodeError, BadEncodingError) as error:
            raise MalformedError("inclusion proof is not base64") from error
        proof = cls(parse_size(index.removeprefix("index ")), hashes, note, extra)
        if proof.encode() != payload:
            raise MalformedError("not the one spelling of that inclusion proof")
        return proof

    def encode(self) -> bytes:
        """Return the text of the ``.tlog-proof`` file."""
        extra = [f"extra {b64_encode(self.extra)}"] if self.extra else []
        lines = [_HEADER, *extra, f"index {self.index}", *map(b64_encode, self.hashes)]
        return ("\n".join(lines) + "\n\n").encode() + self.note

    def verify(self, entry: bytes, log: Verifier) -> Checkpoint:
        """Return the checkpoint signed by *log* whose tree holds *entry* at the index.

        Raises:
            MalformedError: the note is not signed by *log*, or the hashes do not lead to its root.
        """
        checkpoint = open_checkpoint(Note.parse(self.note), log)
        leaf = leaf_hash(entry)
        try:
            verify_inclusion(leaf, self.index, checkpoint.size, list(self.hashes), checkpoint.root)
        except BadProofError as error:
            raise MalformedError("entry is not in the log at that index") from error
        return checkpoint
