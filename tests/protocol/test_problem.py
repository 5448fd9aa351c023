import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import canonical_json
from protocol import errors
from protocol.document import Signed
from protocol.envelope import At, Envelope
from protocol.errors import GoneError, MalformedError
from protocol.problem import (
    FINAL,
    MAX_PROBLEM_BYTES,
    STATUS_OF,
    Problem,
    Refusal,
    open_refusal,
    refusal,
)
from tests.protocol.companies import ALPHA, BETA, NOW, edited

CS = "0" * 64
SENDER = ALPHA.descriptor(CS)
REFUSER = BETA.descriptor(CS)
ENVELOPE = Envelope(
    v=1,
    cs=CS,
    kind="match.propose",
    id="1" * 32,
    sender=ALPHA.id,
    to=BETA.id,
    mv=1,
    iat=NOW,
    exp=NOW + 60,
    at=At(log=SENDER.origin, size=7),
    body={},
)
SENT = ALPHA.signed("document", ENVELOPE.canonical())


def refused(kind: str, document: bytes | None = None) -> Problem:
    text = refusal(kind, ENVELOPE).canonical() if document is None else document
    return Problem(kind, "", BETA.signed("document", text))


@given(st.sampled_from(sorted(STATUS_OF)), st.text(st.characters(codec="utf-8"), max_size=100))
def test_round_trip(kind: str, detail: str) -> None:
    for problem in (Problem(kind, detail), refused(kind)):
        assert Problem.parse(problem.encode()) == problem


def test_every_error_of_the_room_has_a_status() -> None:
    classes = [found for found in vars(errors).values() if isinstance(found, type)]
    kinds = {found.problem for found in classes if issubclass(found, errors.ProtocolError)}
    assert kinds == set(STATUS_OF)


def test_final_problems_are_those_of_the_protocol() -> None:
    assert {kind for kind in STATUS_OF if Problem(kind, "").is_final} == FINAL
    assert {
        "malformed", "too-large", "conflict", "unknown-kind", "out-of-state", "expired", "gone"
    } == FINAL  # fmt: skip


def test_problem_names_its_error() -> None:
    problem = Problem.of(GoneError("no such token"))
    assert canonical_json.loads(problem.encode()) == {
        "type": "urn:tasuki:problem:gone",
        "status": 410,
        "detail": "no such token",
    }


@pytest.mark.parametrize(
    "payload",
    [
        b"<html>bad gateway</html>",
        b'{"detail":"","status":410,"type":"about:blank"}',
        b'{"detail":"","status":410,"type":"urn:tasuki:problem:lost"}',
        b'{"detail":"","status":409,"type":"urn:tasuki:problem:gone"}',
        b'{"detail":"","signed":{},"status":410,"type":"urn:tasuki:problem:gone"}',
        b'{"detail":"' + b"x" * MAX_PROBLEM_BYTES + b'","status":410}',
    ],
    ids=["html", "blank", "unknown", "status", "signed", "large"],
)
def test_other_problems_are_refused(payload: bytes) -> None:
    with pytest.raises(MalformedError):
        Problem.parse(payload)


def test_final_refusal_of_an_envelope_is_signed() -> None:
    found = open_refusal(Problem.parse(refused("gone").encode()), SENT, REFUSER)
    assert found == Refusal(
        type="urn:tasuki:problem:gone", id=ENVELOPE.id, sha256=SENT.digest.hex()
    )


def signed_by_sender() -> Signed:
    return ALPHA.signed("document", refusal("gone", ENVELOPE).canonical())


@pytest.mark.parametrize(
    "problem",
    [
        Problem("gone", ""),
        Problem("gone", "", signed_by_sender()),
        refused("log-behind"),
        refused("gone", refusal("expired", ENVELOPE).canonical()),
        refused("gone", edited(refusal("gone", ENVELOPE), id="2" * 32)),
        refused("gone", edited(refusal("gone", ENVELOPE), sha256="f" * 64)),
        refused("gone", b"{}"),
    ],
    ids=["unsigned", "by another", "not final", "other kind", "other id", "other hash", "form"],
)
def test_refusal_that_settles_nothing_is_refused(problem: Problem) -> None:
    with pytest.raises(MalformedError):
        open_refusal(problem, SENT, REFUSER)
