"""The witness over HTTP: each refusal of the standard (C2SP tlog-witness), and the collector."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crypto.ed25519 import SigningKey
from crypto.hashing import sha256
from crypto.merkle import consistency_proof
from node.peers.client import PREFIX
from node.storage import trees
from node.storage.tables.tree import Head
from protocol.errors import MalformedError
from protocol.http_signature import Request, Response
from protocol.log.checkpoint import Checkpoint, sign_checkpoint
from protocol.log.cosignature import verify_cosignature
from protocol.log.note import Note, parse_signature_lines
from protocol.log.witness import MAX_REQUEST_BYTES, SIZE_MEDIA_TYPE, AddCheckpoint
from tests.node.services.by_hand import deletion, queued
from tests.scenarios.consortium import Carry, Consortium, Member, founded


@pytest.fixture
def consortium(tmp_path: Path) -> Iterator[Consortium]:
    with founded(tmp_path) as found:
        found.tick(2)
        yield found


@pytest.fixture
def alpha(consortium: Consortium) -> Member:
    return consortium["alpha"]


@pytest.fixture
def beta(consortium: Consortium) -> Member:
    return consortium["beta"]


def ask(consortium: Consortium, payload: bytes, of: str = "beta") -> Response:
    url = f"https://{of}.example.jp{PREFIX}/witness/add-checkpoint"
    return consortium.wire.carry(Request("POST", url, {"content-type": "text/plain"}, payload))


def head(member: Member, of: Member) -> Head:
    with member.node.own.db.read() as tx:
        found = trees.head(tx, of.node.own.origin)
    assert found is not None
    return found


def grow(alpha: Member, beta: Member) -> None:
    """Let alpha publish more than beta has cosigned."""
    for _ in range(3):
        queued(alpha, beta, deletion())


def request(alpha: Member, old: int, checkpoint: Checkpoint | None = None) -> AddCheckpoint:
    """Return alpha's request to cosign its newest head, with the proof from *old*."""
    node = alpha.node
    with node.own.db.read() as tx:
        newest = trees.head(tx, node.own.origin)
        assert newest is not None
        proof = (
            consistency_proof(old, newest.size, trees.reader(tx, node.own.origin))
            if 0 < old < newest.size
            else []
        )
    shown = checkpoint or Checkpoint(node.own.origin, newest.size, newest.root)
    return AddCheckpoint(old, tuple(proof), sign_checkpoint(shown, node.network.log.key))


def test_a_consistent_head_is_cosigned(consortium: Consortium, alpha: Member, beta: Member) -> None:
    old = head(beta, alpha).size
    grow(alpha, beta)
    asked = request(alpha, old)
    answer = ask(consortium, asked.encode())
    assert answer.status == 200
    note = Note(asked.note.text, parse_signature_lines(answer.body.decode()))
    with alpha.node.own.db.read() as tx:
        directory = alpha.node.own.members.directory(tx)
    verifier = directory.descriptor(beta.id).witness_verifier()
    assert verify_cosignature(note, verifier) == int(consortium.clock.now().timestamp())
    assert head(beta, alpha).size == head(alpha, alpha).size


def test_the_same_head_again_is_cosigned_again(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    again = request(alpha, head(beta, alpha).size)
    assert ask(consortium, again.encode()).status == 200


@pytest.mark.parametrize("payload", [b"", b"old x\n", b"old 0\n\nno note\n", b"\xff" * 40])
def test_400_what_is_no_request(consortium: Consortium, payload: bytes) -> None:
    assert ask(consortium, payload).status == 400


def test_400_an_old_size_beyond_the_new_one(consortium: Consortium, alpha: Member) -> None:
    asked = request(alpha, head(alpha, alpha).size + 5)
    assert ask(consortium, asked.encode()).status == 400


def test_413_more_than_a_request_can_be(consortium: Consortium) -> None:
    assert ask(consortium, b"x" * (MAX_REQUEST_BYTES + 1)).status == 413


def test_403_a_head_that_its_log_did_not_sign(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    real = request(alpha, head(beta, alpha).size)
    newest = head(alpha, alpha)
    shown = Checkpoint(alpha.node.own.origin, newest.size, newest.root)
    foreign = sign_checkpoint(shown, SigningKey.generate())
    assert ask(consortium, AddCheckpoint(real.old_size, (), foreign).encode()).status == 403


def test_404_a_log_of_no_member_and_its_own(consortium: Consortium, alpha: Member) -> None:
    stranger = Checkpoint("stranger.example.jp/tasuki/v1/log/0001", 1, bytes(32))
    asked = AddCheckpoint(0, (), sign_checkpoint(stranger, SigningKey.generate()))
    assert ask(consortium, asked.encode()).status == 404
    assert ask(consortium, request(alpha, 0).encode(), of="alpha").status == 404


def test_409_another_old_size_than_was_cosigned(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    known = head(beta, alpha).size
    grow(alpha, beta)
    answer = ask(consortium, request(alpha, known - 1).encode())
    assert (answer.status, answer.body) == (409, f"{known}\n".encode())
    assert answer.headers["content-type"].startswith(SIZE_MEDIA_TYPE)


def test_409_another_root_at_the_size_that_was_cosigned(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    known = head(beta, alpha).size
    other = Checkpoint(alpha.node.own.origin, known, sha256(b"another history"))
    answer = ask(consortium, request(alpha, known, other).encode())
    assert (answer.status, answer.body) == (409, f"{known}\n".encode())
    assert head(beta, alpha).root != other.root


def test_422_a_proof_that_does_not_lead_there(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    known = head(beta, alpha).size
    grow(alpha, beta)
    asked = request(alpha, known)
    broken = AddCheckpoint(asked.old_size, (bytes(32), *asked.proof[1:]), asked.note)
    assert ask(consortium, broken.encode()).status == 422
    assert head(beta, alpha).size == known


def test_the_collector_shows_the_way_from_what_the_witness_knows(
    alpha: Member, beta: Member
) -> None:
    grow(alpha, beta)
    assert alpha.node.network.witness.collect() == 2
    assert alpha.node.network.witness.collect() == 0  # both have signed this one
    with alpha.node.own.db.read() as tx:
        witnessed = trees.head(tx, alpha.node.own.origin, "witnessed")
    assert witnessed is not None
    assert witnessed.size == head(alpha, alpha).size


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, b"no\n"),
        (409, b"7_0\n"),
        (409, b"99999\n"),
        (409, b"0\n"),
        (200, b"no line"),
        (500, b""),
    ],
)
def test_a_witness_that_does_not_behave_does_not_count(
    consortium: Consortium, alpha: Member, beta: Member, status: int, body: bytes
) -> None:
    grow(alpha, beta)

    def odd(request: Request, carry: Carry) -> Response:
        if request.target_uri.startswith("https://beta"):
            return Response(status, {}, body)
        return carry(request)

    consortium.wire.through = odd
    assert alpha.node.network.witness.collect() == 1
    consortium.wire.through = None
    assert alpha.node.network.witness.collect() == 1


def test_a_head_that_a_witness_shows_must_be_of_that_log(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    log = alpha.node.network.log
    witness = alpha.node.network.witness
    assert witness.heads_held_by(beta.id, log.origin, log.verifier) is not None
    other = Checkpoint(log.origin, 1, bytes(32))
    forged = sign_checkpoint(other, SigningKey.generate()).encode()
    consortium.wire.through = lambda _request, _carry: Response(200, {}, forged)
    with pytest.raises(MalformedError):
        witness.heads_held_by(beta.id, log.origin, log.verifier)
    consortium.wire.through = lambda _request, _carry: Response(404, {}, b"")
    assert witness.heads_held_by(beta.id, log.origin, log.verifier) is None
