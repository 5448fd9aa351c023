from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.ed25519 import SigningKey
from crypto.encoding import b64_decode, b64_encode
from protocol.errors import MalformedError
from protocol.log.note import (
    COSIGNATURE_V1,
    ED25519,
    MAX_NOTE_BYTES,
    MAX_SIGNATURES,
    Note,
    NoteSignature,
    Verifier,
    encode_signature_lines,
    parse_signature_lines,
)

# c2sp.org/signed-note, the example of its introduction.
SALVATORE = (
    "Ognuno sta solo sul cuor della terra\n"
    "trafitto da un raggio di sole:\n"
    "\n"
    "ed è subito sera.\n"
    "\n"
    "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9o"
    "JKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
).encode()

# golang.org/x/mod/sumdb/note, the example of its package documentation.
NEUMANN_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NEUMANN = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqf"
    "qdngotpRZb6KE6RyyBwJnAM=\n"
).encode()

names = st.text(
    st.characters(exclude_categories=["Cs", "Zs", "Zl", "Zp", "Cc"], exclude_characters="+"),
    min_size=1,
    max_size=12,
)
signatures = st.builds(
    NoteSignature, names, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80)
)
texts = st.text(st.characters(exclude_categories=["Cs"], min_codepoint=32) | st.just("\n")).map(
    lambda text: text + "\n"
)
notes = st.builds(Note, texts, st.lists(signatures, min_size=1, max_size=4).map(tuple))


def signed(text: str, name: str, key: SigningKey) -> Note:
    verifier = Verifier(name, ED25519, key.public.raw)
    return Note(text, (NoteSignature(name, verifier.key_id, key.sign(text.encode())),))


def test_example_of_the_standard_has_a_text_with_a_blank_line() -> None:
    note = Note.parse(SALVATORE)
    assert note.text.endswith("sole:\n\ned è subito sera.\n")
    assert [line.name for line in note.signatures] == ["quasimodo.example/salvatore"]
    assert len(note.signatures[0].blob) == 64
    assert note.encode() == SALVATORE


def test_example_of_the_reference_implementation_verifies() -> None:
    verifier = Verifier.parse(NEUMANN_KEY)
    assert verifier.text == NEUMANN_KEY
    assert verifier.key_id.hex() == "c74f20a3"
    assert Note.parse(NEUMANN).signed_by(verifier).name == "PeterNeumann"


@given(notes)
def test_note_comes_back(note: Note) -> None:
    assert Note.parse(note.encode()) == note


@given(st.binary(max_size=300) | notes.map(lambda note: note.encode()[1:-1] + b"\n"))
def test_parse_takes_only_what_encode_writes(payload: bytes) -> None:
    try:
        note = Note.parse(payload)
    except MalformedError:
        return
    assert note.encode() == payload


@given(st.sampled_from(range(len(NEUMANN))), st.integers(1, 255))
def test_note_with_any_changed_byte_is_refused(position: int, flip: int) -> None:
    changed = bytearray(NEUMANN)
    changed[position] ^= flip
    with pytest.raises(MalformedError):
        Note.parse(bytes(changed)).signed_by(Verifier.parse(NEUMANN_KEY))


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"text\n",
        b"text\n\n",
        "text\n— name AAAAAAA=\n".encode(),
        "text\n\n— name AAAAAAA=".encode(),
        b"text\n\n- name AAAAAAA=\n",
        "text\n\n— AAAAAAA=\n".encode(),
        "text\n\n— name  AAAAAAA=\n".encode(),
        "text\n\n— na+me AAAAAAA=\n".encode(),
        "text\n\n— na\N{NO-BREAK SPACE}me AAAAAAA=\n".encode(),
        "text\n\n—  AAAAAAA=\n".encode(),
        "text\n\n— name AAAAAA==\n".encode(),  # the key id alone
        "text\n\n— name AAAAAAB=\n".encode(),  # stray low bits
        "text\n\n— name AAAAAAA\n".encode(),
        "text\n\n— name AAAAAAA=\r\n".encode(),
        "a\ttext\n\n— name AAAAAAA=\n".encode(),
        "a\0text\n\n— name AAAAAAA=\n".encode(),
        "text\n\n— name AAAAAAA=\n".encode("utf-16"),
        "text\n\n— name AAAAAAA=\n".encode() + b"x" * MAX_NOTE_BYTES,
        b"text\n\n" + "— name AAAAAAA=\n".encode() * (MAX_SIGNATURES + 1),
    ],
)
def test_what_is_no_note_is_refused(payload: bytes) -> None:
    with pytest.raises(MalformedError):
        Note.parse(payload)


def test_note_of_sixteen_post_quantum_signatures_is_taken() -> None:
    lines = tuple(NoteSignature(f"w{number}", b"0000", b"x" * 5000) for number in range(16))
    assert len(Note.parse(Note("text\n", lines).encode()).signatures) == 16


def test_text_without_final_newline_cannot_be_a_note() -> None:
    with pytest.raises(MalformedError):
        Note("text", (NoteSignature("name", b"0000", b"x"),))


def test_signature_lines_need_their_newline() -> None:
    lines = parse_signature_lines("— a AAAAAAA=\n— b AAAAAAA=\n")
    assert [line.name for line in lines] == ["a", "b"]
    assert parse_signature_lines(encode_signature_lines(lines)) == lines
    with pytest.raises(MalformedError):
        parse_signature_lines("— a AAAAAAA=")
    with pytest.raises(MalformedError):
        parse_signature_lines("")


def test_unknown_keys_are_ignored_even_under_a_known_name_or_id(
    log: Verifier, log_key: SigningKey
) -> None:
    note = signed("text\n", log.name, log_key)
    other_id = NoteSignature(log.name, b"\0\0\0\0", b"x" * 64)
    other_name = NoteSignature("elsewhere.example.jp", log.key_id, b"x" * 64)
    note = replace(note, signatures=(other_id, other_name, *note.signatures))
    assert note.signed_by(log) == note.signatures[2]


def test_forged_line_of_a_known_key_refuses_the_note(log: Verifier, log_key: SigningKey) -> None:
    note = signed("text\n", log.name, log_key)
    forged = NoteSignature(log.name, log.key_id, b"x" * 64)
    with pytest.raises(MalformedError):
        replace(note, signatures=(*note.signatures, forged)).signed_by(log)


def test_note_without_the_expected_key_is_refused(log: Verifier, witness_key: SigningKey) -> None:
    with pytest.raises(MalformedError):
        signed("text\n", log.name, witness_key).signed_by(log)


def test_cosigning_key_signs_no_notes(witness: Verifier, witness_key: SigningKey) -> None:
    line = NoteSignature(witness.name, witness.key_id, witness_key.sign(b"text\n"))
    with pytest.raises(MalformedError):
        Note("text\n", (line,)).signed_by(witness)


def test_new_signature_takes_the_place_of_the_same_key(log: Verifier, log_key: SigningKey) -> None:
    note = signed("text\n", log.name, log_key)
    old = NoteSignature("w", b"0000", b"old")
    new = NoteSignature("w", b"0000", b"new")
    both = note.with_signature(old).with_signature(new)
    assert both.signatures == (*note.signatures, new)


@given(names, st.sampled_from([ED25519, COSIGNATURE_V1]), st.binary(min_size=32, max_size=32))
def test_verifier_key_comes_back(name: str, kind: int, seed: bytes) -> None:
    verifier = Verifier(name, kind, SigningKey(seed).public.raw)
    assert Verifier.parse(verifier.text) == verifier


def test_type_is_part_of_the_key_id(log: Verifier) -> None:
    assert replace(log, kind=COSIGNATURE_V1).key_id != log.key_id


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  # another id
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  # upper case
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",  # no base64
        "PeterNeumann+c74f20a3+",
        "PeterNeumann+c74f20a3+" + b64_encode(b"\x06" + b"x" * 1312),  # ML-DSA-44
        "PeterNeumann+c74f20a3+" + b64_encode(b"\x01" + b"x" * 31),
        "PeterNeumann+c74f20a3+" + b64_encode(b"\x01" + b"\0" * 32),  # small order
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        Verifier.parse(text)


def test_verifier_key_holds_the_type_and_the_key() -> None:
    material = b64_decode(NEUMANN_KEY.split("+", 2)[2])
    assert Verifier.parse(NEUMANN_KEY).kind == material[0] == ED25519
    assert Verifier.parse(NEUMANN_KEY).key == material[1:]
