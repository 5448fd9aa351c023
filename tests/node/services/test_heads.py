from collections.abc import Iterator
from pathlib import Path

import pytest

from node.storage import trees
from protocol.errors import ForkError, LogBehindError, MalformedError
from protocol.log.leaf import LeafKind
from tests.node.services.origin_world import OriginWorld
from tests.protocol.companies import BETA, GAMMA


@pytest.fixture
def world(tmp_path: Path) -> Iterator[OriginWorld]:
    made = OriginWorld(tmp_path)
    yield made
    made.close()


def forks(world: OriginWorld) -> int:
    with world.db.read() as tx:
        return len(trees.of_kinds(tx, world.log.origin, [LeafKind.EVIDENCE_FORK]))


def test_the_head_is_of_the_whole_mirror(world: OriginWorld) -> None:
    world.net.gamma_head = world.beta.note
    world.beta.entry()
    found = world.heads.compare(BETA.id, world.beta.size)
    assert (found.size, found.silent) == (world.beta.size, ())
    with world.db.read() as tx:
        assert found.root == trees.root(tx, world.beta.origin, world.beta.size)


def test_who_gives_no_head_of_that_log_is_named(world: OriginWorld) -> None:
    world.read_beta()
    assert world.heads.compare(BETA.id, 1).silent == (GAMMA.id,)
    world.net.is_gamma_up = False
    assert world.heads.compare(BETA.id, 1).silent == (GAMMA.id,)
    world.net.is_gamma_up = True
    # A note that the log's key did not sign is no answer, and no evidence either.
    world.net.gamma_head = world.beta.ledgers.companies[GAMMA.name].head()
    assert world.heads.compare(BETA.id, 1).silent == (GAMMA.id,)
    assert forks(world) == 0


def test_what_was_cosigned_but_not_read_is_read_first(world: OriginWorld) -> None:
    world.read_beta()
    world.beta.entry()
    world.cosign_beta()
    assert world.heads.compare(BETA.id, 1).size == world.beta.size


def test_a_larger_head_elsewhere_is_pulled_and_compared(world: OriginWorld) -> None:
    world.read_beta()
    world.beta.entry()
    world.net.gamma_head = world.beta.note
    assert world.heads.compare(BETA.id, 1).size == world.beta.size
    assert forks(world) == 0


def test_a_larger_head_that_beta_does_not_serve_is_waited_for(world: OriginWorld) -> None:
    world.read_beta()
    world.beta.entry()
    world.net.gamma_head = world.beta.note
    world.net.is_beta_up = False
    with pytest.raises(LogBehindError):
        world.heads.compare(BETA.id, 1)
    assert forks(world) == 0


def test_another_root_at_a_smaller_size_is_a_fork(world: OriginWorld) -> None:
    other = world.beta.other_history()
    world.beta.entry()
    world.read_beta()
    world.net.gamma_head = other
    with pytest.raises(ForkError):
        world.heads.compare(BETA.id, 1)
    assert forks(world) == 1
    with pytest.raises(ForkError):
        world.feed.pull(BETA.id)


def test_a_head_of_another_key_is_refused(world: OriginWorld) -> None:
    world.read_beta()
    with pytest.raises(MalformedError):
        world.heads.check(BETA.id, world.beta.ledgers.companies[GAMMA.name].head())
