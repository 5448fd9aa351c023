"""One round over the peers, where they do not answer or answer nonsense (PROTOCOL 2 and 4)."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crypto.ed25519 import SigningKey
from node.storage import peers, trees
from protocol.errors import ForkError, LogBehindError, UntrustedError
from protocol.http_signature import Request, Response
from protocol.identifiers import MemberId, new_id
from protocol.log import leaf as leaves
from protocol.log.checkpoint import Checkpoint, sign_checkpoint
from protocol.log.tiles import encode_bundle
from protocol.messages import parse_body
from protocol.messages.poke import Poke
from tests.node.services.by_hand import deletion, queued
from tests.scenarios.consortium import Carry, Consortium, Member, founded


@pytest.fixture
def consortium(tmp_path: Path) -> Iterator[Consortium]:
    with founded(tmp_path) as found:
        found.tick(2)
        yield found


Network = Callable[[Request, Carry], Response]


def answering(end: str, answer: Response) -> Network:
    """Return a network in which a path is answered by somebody else."""

    def through(request: Request, carry: Carry) -> Response:
        return answer if request.target_uri.endswith(end) else carry(request)

    return through


def size_at(reader: Member, of: Member) -> int:
    with reader.node.own.db.read() as tx:
        return trees.size(tx, of.node.own.origin)


def failures(reader: Member, of: Member) -> int:
    with reader.node.own.db.read() as tx:
        row = peers.known(tx, of.id)
        return 0 if row is None else row.failures


@pytest.mark.parametrize(
    "body", [b"", b"\xff\n", b"alpha.example.jp/tasuki/v1/log/0001\n1\nAAAA\n\n", b"x" * 9999]
)
@pytest.mark.parametrize("status", [200, 500, 302])
def test_nonsense_instead_of_a_checkpoint_is_a_failure(
    consortium: Consortium, status: int, body: bytes
) -> None:
    alpha, beta = consortium["alpha"], consortium["beta"]
    before = size_at(beta, alpha)
    consortium.wire.through = answering("/checkpoint", Response(status, {}, body))
    beta.node.network.polling.poll(alpha.id)
    assert failures(beta, alpha) == 1
    assert size_at(beta, alpha) == before
    consortium.wire.through = None
    beta.node.network.polling.poll(alpha.id)
    assert failures(beta, alpha) == 0


def test_a_checkpoint_under_another_key_is_a_failure(consortium: Consortium) -> None:
    alpha, beta = consortium["alpha"], consortium["beta"]
    forged = Checkpoint(alpha.node.own.origin, 99, bytes(32))
    note = sign_checkpoint(forged, SigningKey.generate()).encode()
    consortium.wire.through = answering("/checkpoint", Response(200, {}, note))
    beta.node.network.polling.poll(alpha.id)
    assert failures(beta, alpha) == 1
    with beta.node.own.db.read() as tx:
        assert not peers.is_forked(tx, alpha.id)


def test_other_entries_than_were_signed_are_not_mirrored(consortium: Consortium) -> None:
    """A broken answer is no fork: nothing is published against the peer."""
    alpha, beta = consortium["alpha"], consortium["beta"]
    before = size_at(beta, alpha)
    queued(alpha, beta, deletion())
    fresh = [leaves.withdraw(new_id(), [new_id()], "2026-11-24", 1).canonical()]

    def through(request: Request, carry: Carry) -> Response:
        answer = carry(request)
        if "/tile/entries/" not in request.target_uri:
            return answer
        count = alpha.node.network.publication.own_size()
        return Response(200, {}, encode_bundle(fresh * count))

    consortium.wire.through = through
    beta.node.network.polling.poll(alpha.id)
    assert size_at(beta, alpha) == before
    assert failures(beta, alpha) == 1
    with beta.node.own.db.read() as tx:
        assert not peers.is_forked(tx, alpha.id)
        assert len(trees.of_kinds(tx, beta.node.own.origin, ["evidence.fork"])) == 0
    consortium.wire.through = None
    beta.node.network.polling.poll(alpha.id)
    assert size_at(beta, alpha) == before + 1


def test_a_smaller_head_is_neither_taken_nor_a_fork(consortium: Consortium) -> None:
    alpha, beta = consortium["alpha"], consortium["beta"]
    queued(alpha, beta, deletion())
    old = consortium.wire.carry(
        Request("GET", "https://alpha.example.jp/tasuki/v1/log/0001/checkpoint", {}, b"")
    )
    queued(alpha, beta, deletion())
    beta.node.network.polling.poll(alpha.id)
    held = size_at(beta, alpha)
    consortium.wire.through = answering("/log/0001/checkpoint", old)
    assert not beta.node.network.feed.pull(alpha.id)
    assert size_at(beta, alpha) == held
    with pytest.raises(LogBehindError):
        beta.node.network.feed.reach(alpha.id, held + 1)


def test_whose_head_is_smaller_is_told_how_much_is_held(consortium: Consortium) -> None:
    alpha, beta = consortium["alpha"], consortium["beta"]
    old = consortium.wire.carry(
        Request("GET", "https://alpha.example.jp/tasuki/v1/log/0001/checkpoint", {}, b"")
    )
    queued(alpha, beta, deletion())
    beta.node.network.polling.poll(alpha.id)
    posted: list[bytes] = []

    def listen(request: Request, carry: Carry) -> Response:
        if request.target_uri.endswith("/inbox"):
            posted.append(request.body)
        return carry(request)

    def keep_back(request: Request, carry: Carry) -> Response:
        is_head = request.target_uri.endswith("/log/0001/checkpoint")
        return old if is_head else listen(request, carry)

    for through in (keep_back, listen):
        consortium.wire.through = through
        beta.node.network.polling.poll(alpha.id)
    (envelope,) = (alpha.node.inbox.open(beta.id, payload)[0] for payload in posted)
    poke = parse_body(envelope.kind, envelope.body)
    assert poke == Poke(log=alpha.node.own.origin, size=size_at(beta, alpha))


def test_a_rewritten_history_is_a_fork_with_its_proof(consortium: Consortium) -> None:
    """A log that signs a larger head over other entries than it showed before."""
    alpha, beta = consortium["alpha"], consortium["beta"]
    origin, key = alpha.node.own.origin, alpha.node.network.log.key
    count = size_at(beta, alpha) + 1
    other = [
        leaves.withdraw(new_id(), [new_id()], "2026-11-24", 1).canonical() for _ in range(count)
    ]
    with alpha.node.own.db.begin() as tx:
        trees.start(tx, "other", alpha.id)
        trees.append(tx, "other", other)
        head = Checkpoint(origin, count, trees.root(tx, "other", count))
    note = sign_checkpoint(head, key).encode()

    def through(request: Request, carry: Carry) -> Response:
        if request.target_uri.startswith("https://alpha"):
            if request.target_uri.endswith("/log/0001/checkpoint"):
                return Response(200, {}, note)
            if "/tile/entries/" in request.target_uri:
                return Response(200, {}, encode_bundle(other))
        return carry(request)

    consortium.wire.through = through
    with pytest.raises(ForkError):
        beta.node.network.feed.pull(alpha.id)
    with beta.node.own.db.read() as tx:
        assert peers.is_forked(tx, alpha.id)
        assert len(trees.of_kinds(tx, beta.node.own.origin, ["evidence.fork"])) == 1
    consortium.wire.through = None
    with pytest.raises(ForkError):
        beta.node.network.feed.pull(alpha.id)
    beta.node.network.polling.poll_all()  # the others go on


def test_a_member_that_is_not_known_cannot_be_reached(consortium: Consortium) -> None:
    with pytest.raises(UntrustedError):
        consortium["beta"].node.network.feed.peer(MemberId("0" * 32))


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"descriptor":{}}', b'{"descriptor":1,"versions":[1]}', b"\xff"]
)
def test_nonsense_instead_of_a_descriptor_is_asked_for_again(tmp_path: Path, body: bytes) -> None:
    with founded(tmp_path, ["alpha", "beta"]) as young:
        alpha, beta = young["alpha"], young["beta"]
        for status in (200, 404):
            answer = Response(status, {}, body)
            young.wire.through = answering("/.well-known/tasuki-node", answer)
            beta.node.network.polling.discover()
            assert beta.node.network.publication.peers() == []
        young.wire.through = None
        beta.node.network.polling.discover()
        assert beta.node.network.publication.peers() == [alpha.id]
