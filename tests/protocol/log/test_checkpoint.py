import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.ed25519 import SigningKey
from crypto.merkle import EMPTY_ROOT
from protocol.errors import MalformedError
from protocol.identifiers import MAX_INTEGER
from protocol.log.checkpoint import Checkpoint, open_checkpoint, parse_size, sign_checkpoint
from protocol.log.note import ED25519, Note, NoteSignature, Verifier

# c2sp.org/tlog-checkpoint, the example of its introduction.
SOFA = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5"
    "/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
).encode()
ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="

# A log of the test suite of torchwood's witness (its seed b4e385f4…), of the year 2023:
# name, key and signed head are another implementation's.
SIGSUM = "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562"
SIGSUM_KEY = bytes.fromhex("ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f")
SIGSUM_NOTE = (
    f"{SIGSUM}\n5\nQrtXrQZCCvpIgsSmOsah7HdICzMLLyDfxToMql9WTjY=\n\n"
    f"— {SIGSUM} UgIomw/EOJmWi0i1FQsOj+etB7F8IccFam/jgd6wzRns4QPVmyEZtdvl1U2KEmLOZ/ASRcWJi0tW"
    "90dJWAShei7sDww=\n"
).encode()


def test_example_of_the_standard() -> None:
    note = Note.parse(SOFA)
    checkpoint = Checkpoint.parse(note.text)
    assert checkpoint.origin == note.signatures[0].name == "example.com/behind-the-sofa"
    assert checkpoint.size == 20852163
    assert checkpoint.text == note.text
    assert note.encode() == SOFA


def test_head_signed_by_another_implementation() -> None:
    log = Verifier(SIGSUM, ED25519, SIGSUM_KEY)
    checkpoint = open_checkpoint(Note.parse(SIGSUM_NOTE), log)
    assert checkpoint.size == 5
    assert checkpoint.root.hex().startswith("42bb57ad06420afa")


@given(st.integers(1, MAX_INTEGER), st.binary(min_size=32, max_size=32))
def test_checkpoint_comes_back(size: int, root: bytes) -> None:
    checkpoint = Checkpoint("alpha.example.jp/tasuki/v1/log/0001", size, root)
    assert Checkpoint.parse(checkpoint.text) == checkpoint


@given(st.text(max_size=40) | st.from_regex(r"o\n[0-9]{1,3}\n[A-Za-z0-9/+]{43}=\n"))
def test_parse_takes_only_what_text_writes(text: str) -> None:
    try:
        checkpoint = Checkpoint.parse(text)
    except MalformedError:
        return
    assert checkpoint.text == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"o\n1\n{ROOT}",
        f"\n1\n{ROOT}\n",
        f"o\n01\n{ROOT}\n",
        f"o\n+1\n{ROOT}\n",
        f"o\n1 \n{ROOT}\n",
        f"o\n-1\n{ROOT}\n",
        f"o\n1_0\n{ROOT}\n",
        f"o\n\N{FULLWIDTH DIGIT ONE}\n{ROOT}\n",
        f"o\n{MAX_INTEGER + 1}\n{ROOT}\n",
        f"o\n{'9' * 5000}\n{ROOT}\n",
        f"o\n\n{ROOT}\n",
        f"o\n0\n{ROOT}\n",  # a root of the empty tree that is none
        f"o\n1\n{ROOT[4:]}\n",
        f"o\n1\n{ROOT[:-1]}\n",
        f"o\n1\n{ROOT}\nextension\n",
        f"o\n1\n{ROOT}\n\n",
        f"o\n1\n{ROOT}\nx",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        Checkpoint.parse(text)


def test_empty_log_has_a_head(origin: str, log: Verifier, log_key: SigningKey) -> None:
    head = Checkpoint(origin, 0, EMPTY_ROOT)
    assert open_checkpoint(sign_checkpoint(head, log_key), log) == head


@pytest.mark.parametrize("head", [("", 1), ("a\nb", 1), ("a", -1), ("a", MAX_INTEGER + 1)])
def test_impossible_head_is_refused(head: tuple[str, int]) -> None:
    with pytest.raises(MalformedError):
        Checkpoint(*head, b"\0" * 32)


def test_signed_checkpoint_opens_under_the_key_of_its_log(
    origin: str, log: Verifier, log_key: SigningKey, witness: Verifier
) -> None:
    head = Checkpoint(origin, 7, b"\x07" * 32)
    note = Note.parse(sign_checkpoint(head, log_key).encode())
    assert open_checkpoint(note, log) == head
    with pytest.raises(MalformedError):
        open_checkpoint(note, witness)


def test_checkpoint_of_another_log_under_the_same_key_is_refused(
    log: Verifier, log_key: SigningKey
) -> None:
    text = Checkpoint("beta.example.jp/tasuki/v1/log/0001", 1, b"\x07" * 32).text
    line = NoteSignature(log.name, log.key_id, log_key.sign(text.encode()))
    with pytest.raises(MalformedError, match="another log"):
        open_checkpoint(Note(text, (line,)), log)


def test_size_is_written_in_one_way() -> None:
    assert parse_size("0") == 0
    assert parse_size(str(MAX_INTEGER)) == MAX_INTEGER
    with pytest.raises(MalformedError):
        parse_size("00")
