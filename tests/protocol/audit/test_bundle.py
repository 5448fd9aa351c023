"""The lines of a bundle: one spelling, one order, the last one signed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.ed25519 import SigningKey
from crypto.encoding import b64url_decode
from crypto.hashing import sha256
from protocol.audit.bundle import end, read, signed_text, write, write_line
from protocol.audit.finding import ReadProblem, Unreadable
from protocol.audit.records import EndRecord, EntryRecord, HeaderRecord, NoteRecord

KEY = SigningKey(b"\x05" * 32)
HEADER = HeaderRecord(exported=7, node="00" * 16, trust="11" * 32)
NOTE = NoteRecord(note="one\ntwo\n")
ENTRY = EntryRecord(e="AAAA")


def test_bundle_is_read_back() -> None:
    bundle = read(write([HEADER, ENTRY, NOTE], KEY))
    assert bundle.records[:3] == (HEADER, ENTRY, NOTE)
    assert bundle.unreadable == ()
    assert bundle.of(NoteRecord) == (NOTE,)


def test_last_line_signs_all_lines_before() -> None:
    body = write_line(HEADER) + write_line(ENTRY)
    payload = write([HEADER, ENTRY], KEY)
    assert payload.startswith(body)
    last = read(payload).of(EndRecord)[0]
    assert last == end(sha256(body), KEY)
    assert read(payload).sha256 == sha256(body) == bytes.fromhex(last.sha256)
    # PROTOCOL 8: over the label and the hash.
    assert signed_text(sha256(body)) == b"tasuki/1 bundle\n" + sha256(body)
    KEY.public.verify(signed_text(sha256(body)), b64url_decode(last.sig))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b'{"t": "entry","e":"AAAA"}', ReadProblem.NOT_CANONICAL),
        (b'{"t":"entry","e":"AAAA"}', ReadProblem.NOT_CANONICAL),
        (b'{"e":"AAAA","e":"AAAA","t":"entry"}', ReadProblem.NOT_CANONICAL),
        (b'{"e":"AAAA","t":"entry"}\r', ReadProblem.NOT_CANONICAL),
        (b"", ReadProblem.NOT_CANONICAL),
        (b"\xff", ReadProblem.NOT_CANONICAL),
        (b"[]", ReadProblem.UNKNOWN_RECORD),
        (b'{"e":"AAAA"}', ReadProblem.UNKNOWN_RECORD),
        (b'{"e":"AAAA","t":["entry"]}', ReadProblem.UNKNOWN_RECORD),
        (b'{"e":"AAAA","t":"wish"}', ReadProblem.UNKNOWN_RECORD),
        (b'{"e":"AAAA","t":"entry","x":1}', ReadProblem.UNKNOWN_FORM),
        (b'{"e":"A","t":"entry"}', ReadProblem.UNKNOWN_FORM),
        (b'{"e":null,"t":"entry"}', ReadProblem.UNKNOWN_FORM),
    ],
)
def test_other_lines_are_set_aside(line: bytes, problem: ReadProblem) -> None:
    bundle = read(write_line(HEADER) + line + b"\n" + write_line(ENTRY))
    assert bundle.records == (HEADER, ENTRY)
    assert bundle.unreadable == (Unreadable(problem, "2"),)


def test_last_line_without_a_newline_is_set_aside() -> None:
    bundle = read(write_line(HEADER) + write_line(ENTRY)[:-1])
    assert bundle.records == (HEADER,)
    assert bundle.unreadable == (Unreadable(ReadProblem.NOT_CANONICAL, "2"),)


def test_kinds_stand_in_their_order() -> None:
    bundle = read(write_line(NOTE) + write_line(ENTRY) + write_line(HEADER))
    assert [item.where for item in bundle.unreadable] == ["2", "3"]
    assert {item.problem for item in bundle.unreadable} == {ReadProblem.ORDER}
    # What stands in the wrong place is still read: its absence would be another fault.
    assert len(bundle.records) == 3


@given(st.binary(max_size=200))
def test_whatever_is_read_is_told_or_written_back(payload: bytes) -> None:
    bundle = read(payload)
    if not bundle.unreadable:
        assert b"".join(map(write_line, bundle.records)) == payload
