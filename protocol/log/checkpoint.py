"""Checkpoints: the signed head of a log (c2sp.org/tlog-checkpoint).

    node.example.jp/tasuki/v1/log/0001
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

Extension lines are not recommended there and do not exist in `tasuki/1`
(PROTOCOL 2): two checkpoints of one size differ in the root or not at all.
"""

from dataclasses import dataclass
from typing import Self

from crypto.ed25519 import SigningKey
from crypto.encoding import b64_decode, b64_encode
from crypto.errors import BadEncodingError
from crypto.merkle import EMPTY_ROOT
from protocol.errors import MalformedError
from protocol.identifiers import MAX_INTEGER
from protocol.log.note import ED25519, Note, NoteSignature, Verifier

_HASH_BYTES = 32
_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The root (32 bytes) of the first *size* leaves of the log named *origin*.

    Raises:
        MalformedError: no origin, a size out of range, a root that cannot be of that size.
    """

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not self.origin or any(character < " " for character in self.origin):
            raise MalformedError("not a log origin")
        if not 0 <= self.size <= MAX_INTEGER:
            raise MalformedError("tree size out of range")
        if len(self.root) != _HASH_BYTES or (self.size == 0 and self.root != EMPTY_ROOT):
            raise MalformedError("not a root hash of that size")

    @property
    def text(self) -> str:
        """The note text: origin, size in decimal, root in base64, each with its newline."""
        return f"{self.origin}\n{self.size}\n{b64_encode(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the checkpoint that the note text spells.

        Raises:
            MalformedError: it is none, or it has extension lines.
        """
        lines = text.split("\n")
        if len(lines) != _LINES + 1:
            raise MalformedError("checkpoint has not three lines")
        try:
            checkpoint = cls(lines[0], parse_size(lines[1]), b64_decode(lines[2]))
        except BadEncodingError as error:
            raise MalformedError("root hash is not base64") from error
        if checkpoint.text != text:
            raise MalformedError("checkpoint does not end in a newline")
        return checkpoint


def parse_size(text: str) -> int:
    """Return the number that *text* spells in ASCII decimal without leading zeroes.

    Raises:
        MalformedError: another spelling, or more than 2^53 - 1.
    """
    # int() would also take signs, spaces, underscores and other scripts' digits.
    if not text.isascii() or not text.isdecimal() or len(text) > len(str(MAX_INTEGER)):
        raise MalformedError("not a decimal number")
    number = int(text)
    if str(number) != text or number > MAX_INTEGER:
        raise MalformedError("not a decimal number in range")
    return number


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> Note:
    """Return the note of *checkpoint* signed by the log's *key* under the origin as its name."""
    verifier = Verifier(checkpoint.origin, ED25519, key.public.raw)
    signature = key.sign(checkpoint.text.encode())
    line = NoteSignature(verifier.name, verifier.key_id, signature)
    return Note(checkpoint.text, (line,))


def open_checkpoint(note: Note, log: Verifier) -> Checkpoint:
    """Return the checkpoint of *note* once it is known to be signed by *log*.

    Raises:
        MalformedError: not signed by that key, no checkpoint, or of another log.
    """
    note.signed_by(log)
    checkpoint = Checkpoint.parse(note.text)
    if checkpoint.origin != log.name:
        raise MalformedError("checkpoint of another log")
    return checkpoint
