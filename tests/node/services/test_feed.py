"""How much a peer's log may cost its readers in memory and time (T16, T21)."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from node.services.feed import Feed
from node.storage import peers, trees
from node.transport import Transport, UnreachableError
from protocol.errors import LogBehindError, TooLargeError
from protocol.http_signature import Request, Response
from protocol.log.checkpoint import Checkpoint, sign_checkpoint
from protocol.log.leaf import MAX_LEAF_BYTES
from protocol.log.tiles import HASHES_PER_TILE, encode_bundle
from tests.node.services.origin_node import OriginNode
from tests.protocol.companies import BETA

ENDLESS = 2**40


@pytest.fixture
def node(tmp_path: Path) -> Iterator[OriginNode]:
    found = OriginNode(tmp_path)
    yield found
    found.close()


def reader(node: OriginNode, transport: Transport) -> Feed:
    """Return the node's feed, reading over *transport*."""
    return replace(node.feed, client=replace(node.feed.client, transport=transport))


class EndlessLog:
    """A log whose signed head claims more entries than anybody can hold."""

    def __init__(self, node: OriginNode, *, delay: float = 0.0) -> None:
        head = Checkpoint(node.beta.origin, ENDLESS, bytes(32))
        self._note = sign_checkpoint(head, BETA.key("log")).encode()
        self._delay = delay
        self.asked = 0

    def send(self, request: Request, *, timeout: float) -> Response:
        time.sleep(min(timeout, self._delay))
        if request.target_uri.endswith("/checkpoint"):
            return Response(200, {}, self._note)
        self.asked += 1
        return Response(200, {}, encode_bundle([bytes(MAX_LEAF_BYTES)] * HASHES_PER_TILE))


@dataclass
class BusyLog:
    """A log that, while it is read, is asked for by somebody else."""

    readers: list[Feed] = field(default_factory=list)

    def send(self, request: Request, *, timeout: float) -> Response:
        del request, timeout
        with pytest.raises(LogBehindError):
            self.readers.pop().reach(BETA.id, 5)
        raise UnreachableError("no answer")


def test_a_head_without_end_fills_no_memory(node: OriginNode) -> None:
    log = EndlessLog(node)
    feed = replace(reader(node, log), max_pull_bytes=10 * HASHES_PER_TILE * MAX_LEAF_BYTES)
    with pytest.raises(TooLargeError):
        feed.pull(BETA.id)
    assert log.asked == 10
    with node.db.read() as tx:
        assert trees.size(tx, node.beta.origin) == 0


def test_a_slow_log_holds_no_caller_longer_than_was_said(node: OriginNode) -> None:
    log = EndlessLog(node, delay=0.1)
    feed = replace(reader(node, log), reach_s=0.45)
    with pytest.raises(LogBehindError):
        feed.reach(BETA.id, 5)
    # The head and as many bundles as fit; the last one gets only what is left of the time.
    assert log.asked <= 4


def test_a_caller_does_not_queue_behind_another_reader_of_a_slow_log(node: OriginNode) -> None:
    log = BusyLog()
    feed = replace(reader(node, log), reach_s=0.1)
    log.readers.append(feed)
    with pytest.raises(UnreachableError):
        feed.pull(BETA.id)
    assert log.readers == []


class Overtaking:
    """Beta as it grows and has its new head cosigned while its entries are being read."""

    def __init__(self, node: OriginNode) -> None:
        self._node = node
        self._is_done = False

    def send(self, request: Request, *, timeout: float) -> Response:
        answer = self._node.net.send(request, timeout=timeout)
        if not self._is_done and "/entries/" in request.target_uri:
            self._is_done = True
            self._node.beta.entry()
            self._node.cosign_beta()
        return answer


@pytest.mark.parametrize("size", range(4, 13))
def test_an_accusation_by_a_head_that_came_meanwhile_is_refused(
    node: OriginNode, size: int
) -> None:
    while node.beta.size < size:
        node.beta.entry()
    object.__setattr__(node.feed.client, "transport", Overtaking(node))
    with pytest.raises(UnreachableError):
        node.feed.pull(BETA.id)
    with node.db.read() as tx:
        assert not peers.is_forked(tx, BETA.id)
        head = trees.head(tx, node.beta.origin)
        assert head is not None
        assert head.size == size + 1
    assert node.feed.pull(BETA.id)
    with node.db.read() as tx:
        assert trees.size(tx, node.beta.origin) == size + 1
