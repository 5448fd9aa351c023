"""Cosignatures of witnesses, type 0x04 (c2sp.org/tlog-cosignature, Ed25519).

The line holds uint64be time || signature; what is signed is

    cosignature/v1
    time 1679315147
    <the checkpoint's text>

and says: at that time this was the largest consistent head I had seen.
"""

from collections.abc import Iterable

from crypto.ed25519 import SigningKey
from protocol.errors import MalformedError
from protocol.log.checkpoint import open_checkpoint
from protocol.log.note import COSIGNATURE_V1, Note, NoteSignature, Verifier

_TIME_BYTES = 8
_SIGNATURE_BYTES = 64
_MAX_TIME = 2**63 - 1


def cosign(checkpoint_text: str, witness_name: str, key: SigningKey, *, now: int) -> NoteSignature:
    """Return the cosignature line of the witness over a checkpoint's text, at *now* (Unix)."""
    verifier = Verifier(witness_name, COSIGNATURE_V1, key.public.raw)
    signature = key.sign(_message(checkpoint_text, now))
    return NoteSignature(
        witness_name, verifier.key_id, now.to_bytes(_TIME_BYTES, "big") + signature
    )


def verify_cosignature(note: Note, witness: Verifier) -> int:
    """Return when (Unix seconds) *witness* cosigned *note*, the last time if several.

    Raises:
        MalformedError: it did not, or a line that claims to be its does not hold.
    """
    if witness.kind != COSIGNATURE_V1:
        raise MalformedError("not a key that cosigns")
    return max(_time(note.text, line, witness) for line in note.lines_of(witness))


def verified(note: Note, log: Verifier, witnesses: Iterable[Verifier]) -> Note:
    """Return *note* with only the lines of *log* and of those *witnesses* that are there.

    What is stored and served again are these: a line of nobody known must not
    travel on as if it had been checked.

    Raises:
        MalformedError: not signed by *log*, or a known key's line does not hold.
    """
    open_checkpoint(note, log)
    keep = [note.signed_by(log)]
    for witness in witnesses:
        if any(line.is_by(witness) for line in note.signatures):
            time = verify_cosignature(note, witness).to_bytes(_TIME_BYTES, "big")
            lines = note.lines_of(witness)
            keep.append(next(line for line in lines if line.blob.startswith(time)))
    return Note(note.text, tuple(keep))


def _time(text: str, line: NoteSignature, witness: Verifier) -> int:
    """Return the time of a line by *witness* once its signature over *text* holds."""
    if len(line.blob) != _TIME_BYTES + _SIGNATURE_BYTES:
        raise MalformedError("cosignature has a wrong length")
    time = int.from_bytes(line.blob[:_TIME_BYTES], "big")
    if time > _MAX_TIME:
        raise MalformedError("cosignature time out of range")
    witness.verify(_message(text, time), line.blob[_TIME_BYTES:])
    return time


def _message(checkpoint_text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{checkpoint_text}".encode()
