"""What the inbox does with the same, other, foreign, late and damaged envelopes (T9, T10)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from node.storage import envelopes
from node.transport import UnreachableError
from protocol.document import Signed
from protocol.errors import UntrustedError
from protocol.http_signature import Request, Response
from protocol.identifiers import EnvelopeId
from protocol.messages.poke import Poke
from protocol.problem import Problem, open_refusal
from tests.node.services.by_hand import (
    LIFE_S,
    applied,
    claim,
    deletion,
    leaves,
    now,
    parcel,
    post,
    queued,
    refused,
    signed,
)
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


@pytest.fixture
def gamma(consortium: Consortium) -> Member:
    return consortium["gamma"]


def test_the_same_envelope_again_gets_the_same_answer_and_no_effect(
    alpha: Member, beta: Member
) -> None:
    sent = parcel(beta, queued(beta, alpha, deletion()))
    first = post(beta, alpha, sent)
    size = leaves(alpha)
    assert (first.status, applied(alpha)) == (200, 1)
    again = post(beta, alpha, sent)
    assert (again.status, again.body) == (200, first.body)
    assert (applied(alpha), leaves(alpha)) == (1, size)


def test_other_bytes_under_a_used_id_are_a_conflict(alpha: Member, beta: Member) -> None:
    envelope = queued(beta, alpha, deletion())
    post(beta, alpha, parcel(beta, envelope))
    size = leaves(alpha)
    other = signed(beta, envelope.model_copy(update={"iat": envelope.iat + 1}))
    answer = post(beta, alpha, other)
    assert answer.status == 409
    assert Problem.parse(answer.body).kind == "conflict"
    assert (applied(alpha), leaves(alpha)) == (1, size)


def test_a_late_duplicate_still_gets_its_answer(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    sent = parcel(beta, queued(beta, alpha, claim(), exp=now(consortium) + LIFE_S))
    first = post(beta, alpha, sent)
    assert first.status == 200
    consortium.tick(1, seconds=LIFE_S + 1)
    assert post(beta, alpha, sent).body == first.body


def test_an_expired_envelope_is_refused_for_good(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    envelope = queued(beta, alpha, claim(), exp=now(consortium) + 5)
    consortium.clock.advance(timedelta(seconds=5))
    problem = Problem.parse(post(beta, alpha, parcel(beta, envelope)).body)
    assert (problem.kind, problem.is_final) == ("expired", True)
    assert problem.signed is not None
    assert applied(alpha) == 0
    # Its own courier does not send it any more.
    assert beta.node.courier.deliver_due() == 1
    with beta.node.own.db.read() as tx:
        assert envelopes.kept(tx, EnvelopeId(envelope.id)).state == "expired"


def test_a_reflected_envelope_is_refused(alpha: Member, beta: Member) -> None:
    sent = parcel(beta, queued(beta, alpha, deletion()))
    assert post(beta, alpha, sent).status == 200
    assert refused(alpha, beta, sent) == "malformed"
    assert applied(beta) == 0


def test_an_envelope_shown_to_another_member_is_refused(
    alpha: Member, beta: Member, gamma: Member
) -> None:
    sent = parcel(beta, queued(beta, alpha, deletion()))
    assert refused(beta, gamma, sent) == "malformed"  # by its writer
    assert refused(alpha, gamma, sent) == "malformed"  # by its receiver
    assert refused(gamma, alpha, sent) == "malformed"  # to its receiver by a third
    assert applied(gamma) == applied(alpha) == 0


def test_an_envelope_of_a_newer_membership_waits(alpha: Member, beta: Member) -> None:
    envelope = queued(beta, alpha, deletion())
    ahead = signed(beta, envelope.model_copy(update={"mv": envelope.mv + 1}))
    answer = post(beta, alpha, ahead)
    problem = Problem.parse(answer.body)
    assert (answer.status, problem.kind) == (425, "membership-ahead")
    assert (problem.is_final, problem.signed) == (False, None)
    assert applied(alpha) == 0


def test_an_envelope_that_names_unread_leaves_waits_until_they_are_published(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    node = beta.node
    with node.own.db.begin() as tx:
        envelope = node.network.outbox.put(tx, alpha.id, claim(), exp=now(consortium) + LIFE_S)
        node.network.outbox.put(tx, alpha.id, claim(), exp=now(consortium) + LIFE_S)
    further = envelope.model_copy(
        update={"at": envelope.at.model_copy(update={"size": envelope.at.size + 1})}
    )
    sent = signed(beta, further)
    assert refused(beta, alpha, sent) == "log-behind"
    assert applied(alpha) == 0
    node.network.log.publish()
    assert post(beta, alpha, sent).status == 200


def test_a_deletion_gets_through_even_where_the_log_cannot_be_read(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    sent = parcel(beta, queued(beta, alpha, deletion()))
    other = parcel(beta, queued(beta, alpha, claim(), exp=now(consortium) + LIFE_S))
    consortium.wire.cut.add("beta.example.jp")
    assert post(beta, alpha, sent).status == 200
    assert refused(beta, alpha, other) == "log-behind"


@pytest.mark.parametrize("kind", ["match.withdraw", "body.fetch"])
def test_an_unknown_kind_is_refused_for_good(
    consortium: Consortium, alpha: Member, beta: Member, kind: str
) -> None:
    envelope = queued(beta, alpha, claim(), exp=now(consortium) + LIFE_S)
    problem = Problem.parse(
        post(beta, alpha, signed(beta, envelope.model_copy(update={"kind": kind}))).body
    )
    assert problem.is_final
    assert problem.kind == ("unknown-kind" if kind == "match.withdraw" else "malformed")
    assert applied(alpha) == 0


def test_a_final_refusal_is_signed_over_that_envelope(alpha: Member, beta: Member) -> None:
    envelope = queued(beta, alpha, deletion())
    body = {**envelope.to_json(), "body": {"token": "x"}}
    odd = type(envelope).from_json(body)
    problem = Problem.parse(post(beta, alpha, signed(beta, odd)).body)
    assert problem.kind == "malformed"
    with beta.node.own.db.read() as tx:
        descriptor = beta.node.own.members.directory(tx).descriptor(alpha.id)
    open_refusal(problem, beta.node.network.outbox.sign(odd.canonical()), descriptor)
    assert applied(alpha) == 0


def test_a_request_for_bodies_is_no_message(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    network = beta.node.network
    poke = Poke(log=network.log.origin, size=1)
    with beta.node.own.db.begin() as tx:
        _, document = network.outbox.ask(tx, alpha.id, poke, exp=now(consortium) + 60)
    assert refused(beta, alpha, document.encode(), "/bodies") == "malformed"


def test_a_hint_is_taken_and_followed_once(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    beta.node.network.pokes.send_all()
    assert alpha.node.network.pokes.hinted() == [beta.id]
    assert alpha.node.network.pokes.hinted() == []
    assert applied(alpha) == 0
    consortium.wire.cut.add("alpha.example.jp")
    beta.node.network.pokes.send_all()  # silence is no fault
    assert consortium["gamma"].node.network.pokes.hinted() == [beta.id]


@pytest.mark.parametrize(
    "payload", [b"", b"{}", b"[]", b"\xff", b'{"doc":"","sigs":[]}', b'{"a":1,"a":2}']
)
def test_what_is_no_envelope_is_refused(alpha: Member, beta: Member, payload: bytes) -> None:
    size = leaves(alpha)
    assert refused(beta, alpha, payload) == "malformed"
    assert refused(beta, alpha, payload, "/bodies") == "malformed"
    assert (applied(alpha), leaves(alpha)) == (0, size)


def test_one_flipped_bit_anywhere_changes_nothing(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    sent = parcel(beta, queued(beta, alpha, deletion()))
    size = leaves(alpha)
    for at in range(0, len(sent), 29):

        def flip(request: Request, carry: Carry, at: int = at) -> Response:
            body = bytearray(request.body)
            body[at] ^= 1
            return carry(Request(request.method, request.target_uri, request.headers, bytes(body)))

        consortium.wire.through = flip
        with pytest.raises(UntrustedError):
            post(beta, alpha, sent)
    assert (applied(alpha), leaves(alpha)) == (0, size)
    consortium.wire.through = None
    assert post(beta, alpha, sent).status == 200


@pytest.mark.parametrize("name", ["signature", "signature-input", "content-digest", "content-type"])
def test_a_changed_or_missing_field_of_the_request_is_refused(
    consortium: Consortium, alpha: Member, beta: Member, name: str
) -> None:
    sent = parcel(beta, queued(beta, alpha, deletion()))

    def without(request: Request, carry: Carry) -> Response:
        headers = {key: value for key, value in request.headers.items() if key != name}
        return carry(Request(request.method, request.target_uri, headers, request.body))

    def changed(request: Request, carry: Carry) -> Response:
        headers = {**request.headers, name: request.headers[name].replace("a", "b", 1)}
        return carry(Request(request.method, request.target_uri, headers, request.body))

    for through in (without, changed):
        consortium.wire.through = through
        with pytest.raises(UntrustedError):
            post(beta, alpha, sent)
    assert applied(alpha) == 0


def test_a_replayed_request_is_refused(consortium: Consortium, alpha: Member, beta: Member) -> None:
    sent = parcel(beta, queued(beta, alpha, deletion()))
    kept: list[Request] = []

    def record(request: Request, carry: Carry) -> Response:
        kept.append(request)
        return carry(request)

    consortium.wire.through = record
    assert post(beta, alpha, sent).status == 200
    answer = consortium.wire.carry(kept[0])
    assert (answer.status, Problem.parse(answer.body).kind) == (401, "unauthorized")
    assert "signature" not in answer.headers
    # The same bytes at another member, whom the signature does not name.
    elsewhere = kept[0].target_uri.replace("alpha", "gamma")
    answer = consortium.wire.carry(
        Request(kept[0].method, elsewhere, kept[0].headers, kept[0].body)
    )
    assert answer.status == 401


def test_an_answer_of_another_request_is_not_believed(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    one, other = (parcel(beta, queued(beta, alpha, deletion())) for _ in range(2))
    kept: list[Response] = []

    def keep(request: Request, carry: Carry) -> Response:
        kept.append(carry(request))
        return kept[0]

    consortium.wire.through = keep
    assert post(beta, alpha, one).status == 200
    with pytest.raises(UntrustedError):
        post(beta, alpha, other)


def test_a_lost_answer_is_asked_for_again_by_the_courier(
    consortium: Consortium, alpha: Member, beta: Member
) -> None:
    envelope = queued(beta, alpha, deletion())

    def lose(request: Request, carry: Carry) -> Response:
        carry(request)
        if request.target_uri.endswith("/inbox"):
            raise UnreachableError("lost")
        return carry(request)

    consortium.wire.through = lose
    assert beta.node.courier.deliver_due() == 0
    assert applied(alpha) == 1
    consortium.wire.through = None
    assert beta.node.courier.deliver_due() == 0  # not before its next try
    consortium.tick(1, seconds=10)
    consortium.tick()
    assert applied(alpha) == 1
    with beta.node.own.db.read() as tx:
        row = envelopes.kept(tx, EnvelopeId(envelope.id))
        assert (row.state, row.tries) == ("answered", 1)
        assert row.answer is not None
        Signed.parse(row.answer)
