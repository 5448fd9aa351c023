import resource
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from crypto.ed25519 import SigningKey
from node.clock import StandingClock
from node.services.admissions import MAX_WAITING, Admissions, Entrance
from node.services.ceremony import describe, newcomer_request, sign_descriptor
from node.services.errors import CeremonyError
from node.services.membership import Membership
from node.storage import trees
from protocol.document import Signed, sign
from protocol.errors import (
    ConflictError,
    ExpiredError,
    MalformedError,
    TooLargeError,
    UntrustedError,
)
from protocol.http_signature import Request, Response
from protocol.identifiers import MemberId, key_id
from protocol.log.leaf import Leaf, LeafKind
from protocol.membership import Consortium, fingerprint
from tests.node.services.founders import LIFETIME, SANDBOX, Founder, company, draft, signed_by


@dataclass
class World:
    """Alpha's node, beside the keys of beta and gamma."""

    clock: StandingClock
    founders: list[Founder]
    alpha: Founder
    node: Membership
    waiting: Admissions
    first: Consortium

    @property
    def cs(self) -> str:
        return fingerprint(self.first)

    def signed_first(self) -> bytes:
        return signed_by(self.first.canonical(), self.founders[:2])

    def found(self) -> Consortium:
        return self.alpha.found(self.node, [self.signed_first()], self.cs)

    def next_version(self) -> bytes:
        """Return version 2, which lists a fourth company."""
        request = self.newcomer()
        self.waiting.ask_to_join(request.encode())
        (waiting,) = self.waiting.requests()
        drafted = self.waiting.draft_admission(waiting.member.id, lifetime=LIFETIME)
        return signed_by(drafted.canonical(), self.founders[:2])

    def newcomer(self, number: int = 4, cs: str | None = None) -> Signed:
        return newcomer_request(
            company("delta", number), SigningKey.generate(), cs or self.cs, now=self.clock.now()
        )

    def leaves(self) -> list[Leaf]:
        with self.node.db.read() as tx:
            size = self.node.log.size(tx)
            entries = trees.entries(tx, self.node.log.origin, 0, size)
        return [Leaf.parse(entry) for entry in entries]

    def descriptor(self, founder: Founder, number: int = 1) -> bytes:
        described = describe(
            founder.request.member,
            self.cs,
            founder.keys,
            legal_mode="sandbox",
            licence=None,
            number=number,
            now=self.clock.now(),
        )
        return sign_descriptor(described, founder.org).encode()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    clock = StandingClock()
    founders = [Founder.of(name, n, clock) for n, name in enumerate(("alpha", "beta", "gamma"), 1)]
    alpha = founders[0]
    node = alpha.membership(tmp_path)
    first = draft(founders, clock)
    yield World(clock, founders, alpha, node, alpha.admissions(node, tmp_path), first)
    node.db.close()


def test_founding_opens_the_log_and_describes_the_node(world: World) -> None:
    assert world.found() == world.first
    assert [leaf.kind for leaf in world.leaves()] == [LeafKind.LOG_OPEN, LeafKind.MEMBER_ACCEPT]
    with world.node.db.read() as tx:
        directory = world.node.log.members.directory(tx)
    own = directory.descriptor(world.alpha.request.member.id)
    assert own.log_verifier() == world.node.log.verifier


def test_another_fingerprint_is_refused_and_leaves_nothing(world: World) -> None:
    with pytest.raises(MalformedError, match="another fingerprint"):
        world.alpha.found(world.node, [world.signed_first()], "ab" * 32)
    with pytest.raises(CeremonyError, match="no consortium"):
        world.waiting.current()


def test_too_few_signatures_are_refused(world: World) -> None:
    once = signed_by(world.first.canonical(), world.founders[:1])
    with pytest.raises(MalformedError):
        world.alpha.found(world.node, [once], world.cs)


def test_no_version_is_refused(world: World) -> None:
    with pytest.raises(CeremonyError, match="no version"):
        world.alpha.found(world.node, [], world.cs)


def test_founding_twice_is_refused(world: World) -> None:
    world.found()
    with pytest.raises(CeremonyError, match="already"):
        world.found()


def test_expired_version_is_not_adopted_first(world: World) -> None:
    world.clock.advance(LIFETIME + timedelta(days=1))
    with pytest.raises(ExpiredError):
        world.found()


def test_consortium_without_this_node_is_refused(world: World) -> None:
    others = draft(world.founders[1:], world.clock)
    payload = signed_by(others.canonical(), world.founders[1:])
    with pytest.raises(CeremonyError, match="does not list"):
        world.alpha.found(world.node, [payload], fingerprint(others))


def test_consortium_with_another_key_for_this_node_is_refused(world: World) -> None:
    with pytest.raises(CeremonyError, match="another key"):
        world.node.found(
            [world.signed_first()],
            world.cs,
            world.alpha.request.member,
            org=SigningKey.generate(),
            keys=world.alpha.keys,
            standing=SANDBOX,
        )


def test_next_version_is_adopted_once(world: World) -> None:
    world.found()
    payload = world.next_version()
    assert world.node.adopt(payload).version == 2
    assert world.node.adopt(payload).version == 2
    kinds = [leaf.kind for leaf in world.leaves()]
    assert kinds == [LeafKind.LOG_OPEN, LeafKind.MEMBER_ACCEPT, LeafKind.MEMBER_ACCEPT]
    assert world.waiting.current()[0].version == 2


def test_a_newcomer_takes_the_whole_chain(world: World, tmp_path: Path) -> None:
    world.found()
    delta = Founder.of("delta", 4, world.clock)
    # As a newcomer: the same offline key, and no board key.
    request = newcomer_request(company("delta", 4), delta.org, world.cs, now=world.clock.now())
    newcomer = Founder("delta", world.clock, delta.keys, delta.org, delta.board, request.encode())
    world.waiting.ask_to_join(newcomer.payload)
    drafted = world.waiting.draft_admission(newcomer.request.member.id, lifetime=LIFETIME)
    second = signed_by(drafted.canonical(), world.founders[1:])
    node = newcomer.membership(tmp_path)
    assert newcomer.found(node, [world.signed_first(), second], world.cs).version == 2
    node.db.close()


def test_version_under_one_signature_is_not_adopted(world: World) -> None:
    world.found()
    drafted = Signed.parse(world.next_version())
    once = signed_by(drafted.doc, world.founders[:1])
    with pytest.raises(MalformedError, match="too few"):
        world.node.adopt(once)


def test_nothing_is_adopted_before_the_first(world: World) -> None:
    with pytest.raises(CeremonyError, match="no consortium"):
        world.node.adopt(world.signed_first())


def test_peer_descriptor_is_learned_and_only_replaced_by_a_newer_one(world: World) -> None:
    world.found()
    beta = world.founders[1]
    me = MemberId(beta.request.member.id)
    one, two = world.descriptor(beta), world.descriptor(beta, number=2)
    assert world.node.learn(one, me).number == 1
    assert world.node.learn(one, me).number == 1
    assert world.node.learn(two, me).number == 2
    with pytest.raises(ConflictError):
        world.node.learn(one, me)


def test_descriptor_of_another_or_of_nobody_is_refused(world: World) -> None:
    world.found()
    beta, gamma = world.founders[1:]
    with pytest.raises(MalformedError):
        world.node.learn(world.descriptor(gamma), MemberId(beta.request.member.id))
    with pytest.raises(UntrustedError):
        world.node.learn(world.descriptor(beta), MemberId("ab" * 16))


def test_request_waits_until_the_board_decides(world: World) -> None:
    world.found()
    assert world.waiting.requests() == ()
    payload = world.newcomer().encode()
    request = world.waiting.ask_to_join(payload)
    world.waiting.ask_to_join(payload)
    assert world.waiting.requests() == (request,)


@pytest.mark.parametrize(
    ("number", "cs", "error"),
    [(1, None, ConflictError), (4, "ab" * 32, MalformedError)],
    ids=["member already", "another consortium"],
)
def test_other_requests_are_refused(
    world: World, number: int, cs: str | None, error: type[Exception]
) -> None:
    world.found()
    with pytest.raises(error):
        world.waiting.ask_to_join(world.newcomer(number, cs).encode())
    assert world.waiting.requests() == ()


def test_founders_and_oversized_requests_are_refused(world: World) -> None:
    world.found()
    with pytest.raises(MalformedError):
        world.waiting.ask_to_join(Founder.of("delta", 4, world.clock).payload)
    with pytest.raises(TooLargeError):
        world.waiting.ask_to_join(b"x" * 20_000)


def test_requests_of_strangers_cannot_fill_the_disk(world: World) -> None:
    world.found()
    first = world.newcomer(4)
    world.waiting.ask_to_join(first.encode())
    for number in range(5, 4 + MAX_WAITING):
        world.waiting.ask_to_join(world.newcomer(number).encode())
    with pytest.raises(ConflictError, match="too many"):
        world.waiting.ask_to_join(world.newcomer(4 + MAX_WAITING).encode())
    # Who waits already takes no more room.
    world.waiting.ask_to_join(first.encode())


def test_only_a_waiting_request_is_admitted(world: World) -> None:
    world.found()
    with pytest.raises(CeremonyError, match="no such request"):
        world.waiting.draft_admission("ab" * 16, lifetime=LIFETIME)


@dataclass
class OneNode:
    """A transport to a member's node that answers from memory."""

    versions: list[bytes]
    taken: list[bytes]
    admits: bool = True

    def send(self, request: Request, *, timeout: float) -> Response:
        assert timeout > 0
        path = request.target_uri.removeprefix("https://alpha.example.jp/tasuki/v1/")
        if path == "admission":
            self.taken.append(request.body)
            return Response(202 if self.admits else 409, {})
        number = int(path.removeprefix("membership/"))
        if number > len(self.versions):
            return Response(404, {})
        return Response(200, {}, self.versions[number - 1])


def test_newcomer_reads_the_versions_and_posts(world: World) -> None:
    node = OneNode([world.signed_first()], [])
    entrance = Entrance(node, "https://alpha.example.jp")
    assert entrance.versions() == ([world.signed_first()], world.cs)
    entrance.post(b"request")
    assert node.taken == [b"request"]


def test_newcomer_is_told_what_went_wrong(world: World) -> None:
    with pytest.raises(CeremonyError, match="no consortium"):
        Entrance(OneNode([], []), "https://alpha.example.jp").versions()
    with pytest.raises(CeremonyError, match="something else"):
        Entrance(OneNode([b"{}"], []), "https://alpha.example.jp").versions()
    with pytest.raises(CeremonyError, match="409"):
        Entrance(OneNode([], [], admits=False), "https://alpha.example.jp").post(b"")
    foreign = sign(b"{}", [(key_id("org", world.alpha.org.public.raw), world.alpha.org)])
    with pytest.raises(CeremonyError, match="something else"):
        Entrance(OneNode([foreign.encode()], []), "https://alpha.example.jp").versions()


def test_half_a_request_on_a_full_disk_is_refused(world: World) -> None:
    world.found()
    first = world.waiting.ask_to_join(world.newcomer(4).encode())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            world.waiting.ask_to_join(world.newcomer(5).encode())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert world.waiting.requests() == (first,)
    assert len(list(world.waiting.waiting.iterdir())) == 1
