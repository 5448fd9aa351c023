from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.ed25519 import SigningKey
from protocol.errors import MalformedError
from protocol.log.checkpoint import Checkpoint, sign_checkpoint
from protocol.log.cosignature import cosign, verified, verify_cosignature
from protocol.log.note import COSIGNATURE_V1, Note, NoteSignature, Verifier

# c2sp.org/tlog-cosignature, the example of its introduction; its message says when.
SOFA = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5"
    "/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJs"
    "X3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
).encode()
NOW = 1_679_315_147


@pytest.fixture
def note(origin: str, log_key: SigningKey) -> Note:
    return sign_checkpoint(Checkpoint(origin, 3, b"\x03" * 32), log_key)


@pytest.fixture
def cosigned(note: Note, witness: Verifier, witness_key: SigningKey) -> Note:
    return note.with_signature(cosign(note.text, witness.name, witness_key, now=NOW))


def test_example_of_the_standard_has_its_time_before_the_signature() -> None:
    line = Note.parse(SOFA).signatures[1]
    assert line.name == "witness.example.com/w1"
    assert len(line.blob) == 8 + 64
    assert int.from_bytes(line.blob[:8], "big") == NOW


def test_signed_message_is_that_of_the_standard(witness_key: SigningKey) -> None:
    text = Note.parse(SOFA).text
    line = cosign(text, "witness.example.com/w1", witness_key, now=NOW)
    message = (
        b"cosignature/v1\n"
        b"time 1679315147\n"
        b"example.com/behind-the-sofa\n"
        b"20852163\n"
        b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )
    witness_key.public.verify(message, line.blob[8:])


def test_cosignature_gives_its_time(cosigned: Note, witness: Verifier) -> None:
    assert verify_cosignature(Note.parse(cosigned.encode()), witness) == NOW


@given(st.integers(0, 2**63 - 1))
def test_every_time_of_the_standard_comes_back(time: int) -> None:
    key = SigningKey(b"\x02" * 32)
    line = cosign("o\n1\n…\n", "w.example.jp", key, now=time)
    witness = Verifier("w.example.jp", COSIGNATURE_V1, key.public.raw)
    assert verify_cosignature(Note("o\n1\n…\n", (line,)), witness) == time


def test_time_of_the_last_of_several_counts(
    cosigned: Note, witness: Verifier, witness_key: SigningKey, log: Verifier
) -> None:
    for time in (NOW - 5, NOW + 5):
        line = cosign(cosigned.text, witness.name, witness_key, now=time)
        twice = replace(cosigned, signatures=(*cosigned.signatures, line))
        assert verify_cosignature(twice, witness) == max(time, NOW)
        assert verify_cosignature(verified(twice, log, [witness]), witness) == max(time, NOW)


def test_cosignature_of_another_head_is_refused(cosigned: Note, witness: Verifier) -> None:
    other = Checkpoint(witness.name, 4, b"\x04" * 32).text
    with pytest.raises(MalformedError):
        verify_cosignature(Note(other, cosigned.signatures), witness)


def test_changed_time_is_refused(cosigned: Note, witness: Verifier) -> None:
    line = cosigned.signatures[1]
    later = replace(line, blob=(NOW + 1).to_bytes(8, "big") + line.blob[8:])
    with pytest.raises(MalformedError):
        verify_cosignature(cosigned.with_signature(later), witness)


def test_time_beyond_the_standard_is_refused(
    note: Note, witness: Verifier, witness_key: SigningKey
) -> None:
    line = cosign(note.text, witness.name, witness_key, now=2**63)
    with pytest.raises(MalformedError, match="time"):
        verify_cosignature(note.with_signature(line), witness)


@pytest.mark.parametrize("length", [1, 8, 64, 71, 73])
def test_line_of_another_length_is_refused(note: Note, witness: Verifier, length: int) -> None:
    line = NoteSignature(witness.name, witness.key_id, b"\0" * length)
    with pytest.raises(MalformedError, match="length"):
        verify_cosignature(note.with_signature(line), witness)


def test_head_without_the_witness_is_refused(note: Note, witness: Verifier) -> None:
    with pytest.raises(MalformedError):
        verify_cosignature(note, witness)


def test_log_key_does_not_cosign(note: Note, log: Verifier) -> None:
    with pytest.raises(MalformedError, match="cosigns"):
        verify_cosignature(note, log)


def test_only_verified_lines_are_kept(cosigned: Note, log: Verifier, witness: Verifier) -> None:
    stranger = NoteSignature("gamma.example.jp/tasuki/v1/witness", b"0000", b"\0" * 72)
    absent = Verifier("delta.example.jp/tasuki/v1/witness", COSIGNATURE_V1, witness.key)
    kept = verified(cosigned.with_signature(stranger), log, [absent, witness])
    assert kept == cosigned


def test_forged_witness_line_refuses_the_note(note: Note, log: Verifier, witness: Verifier) -> None:
    forged = NoteSignature(witness.name, witness.key_id, b"\0" * 72)
    with pytest.raises(MalformedError):
        verified(note.with_signature(forged), log, [witness])


def test_nothing_is_kept_of_a_head_that_the_log_did_not_sign(
    cosigned: Note, log: Verifier, witness: Verifier
) -> None:
    with pytest.raises(MalformedError):
        verified(replace(cosigned, signatures=cosigned.signatures[1:]), log, [witness])
