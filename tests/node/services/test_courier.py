"""Carrying envelopes to peers that are silent, lag, refuse or answer for another (PROTOCOL 4)."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from node.services.courier import FIRST_RETRY_S, LONGEST_RETRY_S
from node.storage import envelopes, peers
from node.storage.database import has_wal_reset_bug, sqlite_version
from node.transport import UnreachableError
from protocol.envelope import Envelope
from protocol.http_signature import Request, Response
from protocol.identifiers import EnvelopeId
from protocol.problem import Problem
from tests.node.services.by_hand import LIFE_S, applied, claim, deletion, now, queued
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


def standing(sender: Member, envelope: Envelope) -> tuple[str, int, int]:
    """Return state, tries and the next try of an envelope."""
    with sender.node.own.db.read() as tx:
        row = envelopes.kept(tx, EnvelopeId(envelope.id))
        return row.state, row.tries, row.next_try


def answered_by(
    member: Member, change: Callable[[Response], Response]
) -> Callable[[Request, Carry], Response]:
    """Return a network in which a member's inbox answers something else, signed by it."""

    def through(request: Request, carry: Carry) -> Response:
        if not request.target_uri.endswith("/inbox") or member.name not in request.target_uri:
            return carry(request)
        return member.node.network.callers.sign(change(carry(request)), request)

    return through


def json(status: int, body: bytes) -> Response:
    return Response(status, {"content-type": "application/json"}, body)


def test_an_answer_settles_an_envelope(alpha: Member, beta: Member) -> None:
    envelope = queued(beta, alpha, deletion())
    assert beta.node.courier.deliver_due() == 1
    assert beta.node.courier.deliver_due() == 0
    assert standing(beta, envelope)[0] == "answered"
    assert applied(alpha) == 1


def test_nothing_goes_out_before_its_leaf_is_published(alpha: Member, beta: Member) -> None:
    with beta.node.own.db.begin() as tx:
        beta.node.network.outbox.put(tx, alpha.id, deletion())
    assert beta.node.courier.deliver_due() == 0
    beta.node.network.log.publish()
    assert beta.node.courier.deliver_due() == 1


def test_one_silent_peer_holds_up_nobody_else(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    gamma = consortium["gamma"]
    to_alpha = [queued(beta, alpha, deletion()) for _ in range(2)]
    queued(beta, gamma, deletion())
    consortium.wire.cut.add("alpha.example.jp")
    assert beta.node.courier.deliver_due() == 1
    assert applied(gamma) == 1
    # The second one to the silent peer was not even tried.
    assert [standing(beta, envelope)[1] for envelope in to_alpha] == [1, 0]


def test_tries_grow_rarer_up_to_a_limit(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    envelope = queued(beta, alpha, deletion())
    consortium.wire.cut.add("alpha.example.jp")
    waits = []
    for _ in range(12):
        beta.node.courier.deliver_due()
        waits.append(standing(beta, envelope)[2] - now(consortium))
        assert beta.node.courier.deliver_due() == 0
        consortium.clock.advance(timedelta(seconds=waits[-1]))
    for tries, wait in enumerate(waits):
        longest = min(FIRST_RETRY_S << tries, LONGEST_RETRY_S)
        assert longest // 2 <= wait <= longest
    consortium.wire.cut.clear()
    assert beta.node.courier.deliver_due() == 1


def test_a_peer_that_lags_is_asked_again_soon(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    queued(beta, alpha, deletion())
    assert beta.node.courier.deliver_due() == 1
    envelope = queued(beta, alpha, claim(), exp=now(consortium) + LIFE_S)

    def hide(request: Request, carry: Carry) -> Response:
        if request.target_uri.startswith("https://beta"):
            raise UnreachableError("hidden")
        return carry(request)

    consortium.wire.through = hide  # alpha cannot read beta's log
    waits = []
    for _ in range(3):
        beta.node.courier.deliver_due()
        waits.append(standing(beta, envelope)[2] - now(consortium))
        consortium.clock.advance(timedelta(seconds=waits[-1]))
    assert waits[:2] == [1, 2]
    assert waits[2] > 2
    consortium.wire.through = None
    assert beta.node.courier.deliver_due() == 1


def test_a_refusal_without_a_signed_document_is_not_final(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    """A broken proxy or a node in trouble must not end what nobody refused."""
    envelope = queued(beta, alpha, deletion())
    problem = Problem("malformed", "no").encode()
    consortium.wire.through = answered_by(alpha, lambda _: json(400, problem))
    assert beta.node.courier.deliver_due() == 0
    assert standing(beta, envelope)[:2] == ("waiting", 1)


def test_a_refusal_of_another_envelope_is_not_final(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    other = queued(beta, alpha, deletion())
    beta.node.courier.deliver_due()
    envelope = queued(beta, alpha, deletion())
    settled = alpha.node.network.outbox.refuse("gone", other)
    problem = Problem("gone", "no", settled).encode()
    consortium.wire.through = answered_by(alpha, lambda _: json(410, problem))
    assert beta.node.courier.deliver_due() == 0
    assert standing(beta, envelope)[:2] == ("waiting", 1)


def test_a_signed_refusal_ends_an_envelope(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    envelope = queued(beta, alpha, deletion())
    settled = alpha.node.network.outbox.refuse("gone", envelope)
    problem = Problem("gone", "no", settled).encode()
    consortium.wire.through = answered_by(alpha, lambda _: json(410, problem))
    assert beta.node.courier.deliver_due() == 1
    assert standing(beta, envelope)[0] == "refused"


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b'{"status":400}'])
@pytest.mark.parametrize("status", [200, 400, 500])
def test_nonsense_is_no_answer(
    consortium: Consortium, alpha: Member, beta: Member, status: int, body: bytes
) -> None:
    envelope = queued(beta, alpha, deletion())
    consortium.wire.through = answered_by(alpha, lambda _: json(status, body))
    assert beta.node.courier.deliver_due() == 0
    assert standing(beta, envelope)[:2] == ("waiting", 1)


def test_the_answer_to_another_envelope_is_no_answer(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    first: list[Response] = []
    queued(beta, alpha, deletion())

    def keep(answer: Response) -> Response:
        first.append(json(answer.status, answer.body))
        return first[0]

    consortium.wire.through = answered_by(alpha, keep)
    assert beta.node.courier.deliver_due() == 1
    envelope = queued(beta, alpha, deletion())
    consortium.wire.through = answered_by(alpha, lambda _: first[0])
    assert beta.node.courier.deliver_due() == 0
    assert standing(beta, envelope)[:2] == ("waiting", 1)


def test_a_deletion_is_receipted_only_once_it_left_the_write_ahead_log(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    if has_wal_reset_bug(sqlite_version()):
        pytest.skip("the write-ahead log: this SQLite must not use one")
    db = beta.node.own.db
    with db.read() as reader:
        assert peers.silent(reader, 99) == 0
        receipt = queued(beta, alpha, deletion())
        other = queued(beta, alpha, claim(), exp=now(consortium) + LIFE_S)
        with db.engine.connect() as connection:
            # The one that is free now gives up at once, where it would wait ten seconds.
            connection.exec_driver_sql("PRAGMA busy_timeout=0")
        assert beta.node.courier.deliver_due() == 1
        assert standing(beta, other)[0] == "answered"
        assert standing(beta, receipt)[:2] == ("waiting", 0)
    assert beta.node.courier.deliver_due() == 1
    assert standing(beta, receipt)[0] == "answered"
