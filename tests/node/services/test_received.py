"""Bodies as they are asked for, kept, refused and destroyed by two nodes (PROTOCOL 3 and 4)."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from node.storage import bodies, consents, peer_tokens, peers
from node.storage.tables.body import Body
from node.storage.tables.peer_token import PeerTokenEnd
from node.transport import UnreachableError
from protocol.document import Signed
from protocol.envelope import Envelope
from protocol.http_signature import Request, Response
from protocol.messages.body import BodyAnswer, BodyFetch
from tests.node.services.by_hand import leaves, post, refused
from tests.scenarios.consortium import Carry, Consortium, Member, founded
from tests.scenarios.person import Person
from tests.scenarios.relay import rejected

HALF_A_YEAR = timedelta(days=200)


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


def agreed(consortium: Consortium, *names: str) -> Person:
    """Let one person of alpha's agree; the token is published, nobody has its body yet."""
    person = rejected(consortium, "alpha", 2)[0]
    person.agree(*(consortium[name].id for name in names))
    node = consortium["alpha"].node
    assert node.people.tokens.publish_due() > 0
    node.network.log.publish()
    return person


Network = Callable[[Request, Carry], Response]


def without_requests(path: str) -> Network:
    """Return a network that loses every request to one path."""

    def through(request: Request, carry: Carry) -> Response:
        if request.target_uri.endswith(path):
            raise UnreachableError("lost")
        return carry(request)

    return through


def without_answers(path: str) -> Network:
    """Return a network that loses every answer from one path."""

    def through(request: Request, carry: Carry) -> Response:
        answer = carry(request)
        if request.target_uri.endswith(path):
            raise UnreachableError("lost")
        return answer

    return through


def poll(reader: Member, of: Member) -> None:
    reader.node.network.polling.poll(of.id)


def ends(reader: Member) -> list[bool]:
    """Return of each token that ended whether its values were held."""
    with reader.node.own.db.read() as tx:
        return [row.held for row in tx.exec(select(PeerTokenEnd))]


def matrix(alpha: Member) -> dict[str, str]:
    rows = alpha.node.people.withdrawals.matrix()
    return {row.receiver: str(row.state) for row in rows}


@pytest.mark.parametrize(
    "network",
    [without_requests("/bodies"), without_answers("/bodies")],
    ids=["request", "answer"],
)
def test_what_may_have_been_lost_is_receipted_as_not_held(
    consortium: Consortium, alpha: Member, beta: Member, network: Network
) -> None:
    person = agreed(consortium, "beta")
    consortium.wire.through = network
    poll(beta, alpha)
    assert beta.node.counters()["peer_tokens"] == 0
    consortium.wire.through = None
    person.member.node.people.consents.withdraw(person.visit("consent"))
    consortium.tick(3)
    # Of gamma's token beta knew the leaf and asked in vain, which it cannot tell apart.
    assert set(ends(beta)) == {False}
    assert matrix(alpha)[beta.id] == "deleted"


def test_a_body_whose_answer_was_lost_is_asked_for_again(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    agreed(consortium, "beta")
    consortium.wire.through = without_answers("/bodies")
    poll(beta, alpha)
    with beta.node.own.db.read() as tx:
        row = peers.known(tx, alpha.id)
        assert row is not None
        assert row.failures == 1
    consortium.wire.through = None
    poll(beta, alpha)
    assert beta.node.counters()["peer_tokens"] == 1
    with beta.node.own.db.read() as tx:
        row = peers.known(tx, alpha.id)
        assert row is not None
        assert row.failures == 0


def test_a_token_withdrawn_before_anybody_asked_is_never_delivered(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    person = agreed(consortium, "beta")
    person.member.node.people.consents.withdraw(person.visit("consent"))
    consortium.tick(3)
    assert ends(beta) == []
    assert matrix(alpha) == {}
    assert beta.node.counters()["peer_tokens"] == 0


def test_nobody_gets_the_body_of_anothers_token(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    agreed(consortium, "beta")
    gamma = consortium["gamma"]
    poll(gamma, alpha)
    found = fetched(gamma, alpha)
    assert all(opening.ev.get("to") in {None, gamma.id} for opening in found.openings)
    assert gamma.node.counters()["peer_tokens"] == 0
    with alpha.node.own.db.read() as tx:
        assert {row.receiver for row in consents.deliveries(tx)} <= {beta.id}


def asked(of: Member, end: int, *, log: str | None = None) -> BodyFetch:
    return BodyFetch(log=log or of.node.own.origin, start=0, end=end)


def document(
    reader: Member, of: Member, message: BodyFetch, *, life: int = 60
) -> tuple[Envelope, Signed]:
    node = reader.node
    exp = int(node.own.outside.clock.now().timestamp()) + life
    with node.own.db.begin() as tx:
        return node.network.outbox.ask(tx, of.id, message, exp=exp)


def fetched(reader: Member, of: Member) -> BodyAnswer:
    """Return what a member gets for the whole log of another."""
    _, signed = document(reader, of, asked(of, leaves(of)))
    return BodyAnswer.parse(post(reader, of, signed.encode(), "/bodies").body)


def test_every_delivery_is_logged_before_the_answer(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    agreed(consortium, "beta")
    size = leaves(alpha)
    found = fetched(beta, alpha)
    assert any(opening.ev.get("to") == beta.id for opening in found.openings)
    assert leaves(alpha) == size + 1
    with alpha.node.own.db.read() as tx:
        (row,) = consents.deliveries(tx)
        assert (row.receiver, row.state) == (beta.id, "delivered")
        assert row.fetch is not None
        assert consents.fetch_request(tx, row.fetch) is not None


def test_a_request_for_bodies_must_be_its_senders_fresh_and_of_that_log(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    agreed(consortium, "beta")
    gamma = consortium["gamma"]
    size = leaves(alpha)
    _, of_beta = document(beta, alpha, asked(alpha, size))
    assert refused(gamma, alpha, of_beta.encode(), "/bodies") in {"malformed", "unauthorized"}
    _, to_gamma = document(beta, gamma, asked(alpha, size))
    assert refused(beta, alpha, to_gamma.encode(), "/bodies") == "malformed"
    assert refused(beta, gamma, to_gamma.encode(), "/bodies") == "malformed"
    _, late = document(beta, alpha, asked(alpha, size), life=5)
    consortium.clock.advance(timedelta(seconds=5))
    assert refused(beta, alpha, late.encode(), "/bodies") == "expired"
    assert leaves(alpha) == size


def test_other_values_than_were_committed_to_are_not_taken(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    """Also where the answer is signed: the origin itself may be the liar."""
    person = agreed(consortium, "beta")
    with alpha.node.own.db.begin() as tx:
        (token,) = (row for row in consents.published(tx) if row.receiver == beta.id)
        row = tx.get_one(Body, (token.id, alpha.id))
        assert row.pr is not None
        row.pr = row.pr.replace(b'"sales"', b'"legal"')
    poll(beta, alpha)
    assert beta.node.counters()["peer_tokens"] == 0
    with beta.node.own.db.read() as tx:
        known = peers.known(tx, alpha.id)
        assert known is not None
        assert known.failures == 1
    assert person.member is alpha


def test_a_body_for_another_member_is_not_taken(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    """An origin that hands on what beta alone was to see."""
    agreed(consortium, "beta")
    gamma = consortium["gamma"]
    with alpha.node.own.db.begin() as tx:
        (token,) = (row for row in consents.published(tx) if row.receiver == beta.id)
        token.receiver = gamma.id
        leaked = token.id
    poll(gamma, alpha)
    assert gamma.node.counters()["peer_tokens"] == 0
    with gamma.node.own.db.read() as tx:
        assert bodies.held(tx, alpha.id, [leaked]) == set()
        known = peers.known(tx, alpha.id)
    assert known is not None
    assert known.failures == 1


def test_tokens_end_by_themselves_at_their_time(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    agreed(consortium, "beta")
    poll(beta, alpha)
    with beta.node.own.db.read() as tx:
        (token,) = peer_tokens.of_member(tx, alpha.id)
        assert bodies.held(tx, alpha.id, [token.id]) == {token.id}
    consortium.clock.advance(HALF_A_YEAR)
    assert beta.node.network.received.expire_due() == 1
    assert beta.node.network.received.expire_due() == 0
    assert alpha.node.people.withdrawals.expire_due() == 1
    with beta.node.own.db.read() as tx:
        opening = bodies.whole(tx, alpha.id, token.id)
        assert opening is not None
        assert opening.is_erased
    with alpha.node.own.db.read() as tx:
        own = bodies.whole(tx, alpha.id, token.id)
        assert own is not None
        assert own.is_erased


def test_a_peer_whose_status_cannot_be_had_gives_no_lease(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    def until() -> int:
        with beta.node.own.db.read() as tx:
            row = peers.known(tx, alpha.id)
            return 0 if row is None else row.valid_until

    before = until()
    consortium.clock.advance(timedelta(seconds=30))
    consortium.wire.through = without_answers("/status")
    poll(beta, alpha)
    assert until() == before
    consortium.wire.through = None
    poll(beta, alpha)
    assert until() >= before + 30
