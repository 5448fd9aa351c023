from collections.abc import Iterator
from pathlib import Path

import pytest

from node.services.blocks import BlockReason
from node.services.deliveries import Deliveries
from node.storage import trees
from protocol.messages.body import MAX_LEAVES, BodyAnswer, BodyFetch
from tests.node.services.origin_world import OriginWorld
from tests.protocol.companies import BETA


@pytest.fixture
def world(tmp_path: Path) -> Iterator[OriginWorld]:
    made = OriginWorld(tmp_path)
    made.log.publish()
    yield made
    made.close()


def handed(world: OriginWorld) -> list[str]:
    """Return the ids of the bodies that beta is given for all of alpha's log."""
    with world.db.read() as tx:
        end = min(trees.size(tx, world.log.origin), MAX_LEAVES)
    asked = BodyFetch(log=world.log.origin, start=0, end=end)
    envelope = world.envelope(asked, exp_s=300)
    signed = BETA.signed("document", envelope.canonical())
    deliveries = Deliveries(
        world.db,
        world.clock,
        world.disclosures.members,
        world.log,
        world.disclosures.outbox,
        world.blocks,
    )
    answer = BodyAnswer.parse(deliveries.answer(BETA.id, signed.encode()))
    listed, _ = answer.bodies(asked, envelope.digest())
    return [body.id for body in listed.listed]


def test_a_token_goes_to_its_receiver(world: OriginWorld) -> None:
    assert handed(world) == [world.token().id]


def test_a_suspended_member_is_handed_no_token(world: OriginWorld) -> None:
    world.suspend_beta()
    world.log.publish()
    assert handed(world) == []


def test_a_member_blocked_after_the_publication_is_handed_no_token(world: OriginWorld) -> None:
    with world.db.begin() as tx:
        world.blocks.add(tx, world.person, BETA.member.name.ja, BlockReason.EMPLOYER)
    assert handed(world) == []
