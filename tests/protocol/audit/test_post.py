"""Envelopes that were not sent, not signed, not logged, or answered by nobody."""

from dataclasses import replace

import pytest

from protocol.audit import records as rows
from protocol.audit.finding import Code, ReadProblem
from protocol.audit.verdict import verify
from protocol.delivery import DocIn, DocOut
from protocol.document import Signed, sign
from protocol.envelope import Envelope, EnvelopeAnswer
from protocol.messages.body import BodyFetch
from protocol.messages.poke import Poke
from protocol.problem import refusal
from tests.protocol.audit.acts import claim, offer
from tests.protocol.audit.honest_bundle import found, signed_bundle
from tests.protocol.audit.small_network import DAY, Network, Node, Sent


@pytest.fixture
def network() -> Network:
    return Network()


def poke(sender: Node, to: Node) -> Sent:
    """Post any envelope."""
    return sender.post(to, Poke(log=sender.log, size=1))


def resign(node: Node, sent: Sent, **edits: object) -> Signed:
    return node.sign(sent.envelope.model_copy(update=edits).canonical())


def log_out(node: Node, kind: str, signed: Signed) -> None:
    node.entry(DocOut.of(kind, signed))
    node.outs[signed.digest.hex()] = rows.OutRecord(doc=signed.to_wire())


def test_envelope_without_an_answer_is_sound(network: Network) -> None:
    poke(network.alpha, network.beta)
    assert found(network.alpha) == []


def test_refused_envelope_is_sound(network: Network) -> None:
    sent = poke(network.alpha, network.beta)
    network.beta.refuse(sent, network.alpha)
    assert found(network.alpha) == []


@pytest.mark.parametrize(
    "edits",
    [
        {"cs": "00" * 32},
        {"sender": "ff" * 16},
        {"kind": "match.propose"},
        {"iat": -1},
    ],
    ids=lambda edits: next(iter(edits)),
)
def test_envelope_of_another_form(network: Network, edits: dict[str, object]) -> None:
    sent = network.alpha.seal(network.beta, Poke(log=network.alpha.log, size=1))
    log_out(network.alpha, "poke", resign(network.alpha, sent, **edits))
    assert found(network.alpha) == [Code.ENVELOPE]


@pytest.mark.parametrize(
    "edits", [{"size": 0}, {"log": "beta.example.jp/tasuki/v1/log/0001"}], ids=["place", "log"]
)
def test_envelope_stands_where_it_says(network: Network, edits: dict[str, object]) -> None:
    sent = network.alpha.seal(network.beta, Poke(log=network.alpha.log, size=1))
    at = sent.envelope.at.model_copy(update=edits)
    log_out(network.alpha, "poke", resign(network.alpha, sent, at=at))
    assert found(network.alpha) == [Code.ENVELOPE]


def test_envelope_of_a_kind_of_another_version_could_not_be_checked(network: Network) -> None:
    sent = network.alpha.seal(network.beta, Poke(log=network.alpha.log, size=1))
    log_out(network.alpha, "dispute.open", resign(network.alpha, sent, kind="dispute.open"))
    verdict = verify(signed_bundle(network.alpha), network.cs)
    assert verdict.findings == ()
    assert [item.problem for item in verdict.unreadable] == [ReadProblem.UNKNOWN_MESSAGE]


def test_anothers_envelope_is_not_sent(network: Network) -> None:
    sent = network.beta.seal(network.gamma, Poke(log=network.beta.log, size=1))
    log_out(network.alpha, "poke", sent.signed)
    assert found(network.alpha) == [Code.ENVELOPE]


def test_envelope_to_another_is_not_received(network: Network) -> None:
    sent = poke(network.beta, network.gamma)
    network.alpha.take(sent, network.beta)
    assert found(network.alpha) == [Code.ENVELOPE]


def test_envelope_that_its_sender_did_not_sign(network: Network) -> None:
    sent = poke(network.beta, network.alpha)
    network.alpha.take(Sent(sent.envelope, network.gamma.sign(sent.signed.doc)), network.beta)
    assert found(network.alpha) == [Code.ENVELOPE]


def test_signatures_are_those_that_were_logged(network: Network) -> None:
    sent = poke(network.alpha, network.beta)
    more = sign(
        sent.signed.doc,
        [network.alpha.company.signer("document"), network.beta.company.signer("document")],
    )
    network.alpha.outs[sent.envelope.id] = rows.OutRecord(doc=more.to_wire())
    assert found(network.alpha) == [Code.ENVELOPE]


def test_two_signatures_by_one_key_are_no_document(network: Network) -> None:
    sent = poke(network.alpha, network.beta)
    doubled = replace(sent.signed, sigs=sent.signed.sigs * 2)
    network.alpha.outs[sent.envelope.id] = rows.OutRecord(doc=doubled.to_wire())
    assert found(network.alpha) == [Code.ENVELOPE]


def test_envelope_that_was_not_logged(network: Network) -> None:
    sent = network.alpha.seal(network.beta, Poke(log=network.alpha.log, size=1))
    network.alpha.outs[sent.envelope.id] = rows.OutRecord(doc=sent.signed.to_wire())
    assert found(network.alpha) == [Code.ENVELOPE_UNLOGGED]


def test_envelope_that_is_logged_twice(network: Network) -> None:
    sent = poke(network.beta, network.alpha)
    network.alpha.take(sent, network.beta)
    network.alpha.entry(DocIn.of("poke", sent.signed))
    assert Code.ENVELOPE_REPEATED in found(network.alpha)


@pytest.mark.parametrize(
    "edits", [{"id": "ff" * 16}, {"sha256": "ff" * 32}], ids=lambda edits: next(iter(edits))
)
def test_answer_to_another_envelope(network: Network, edits: dict[str, object]) -> None:
    sent = poke(network.alpha, network.beta)
    network.beta.take(sent, network.alpha)
    place = network.beta.leaves[-1]
    answer = EnvelopeAnswer(
        id=sent.envelope.id, sha256=sent.signed.digest.hex(), entry=place.id, day=DAY
    ).model_copy(update=edits)
    put_answer(network.alpha, sent, network.beta.sign(answer.canonical()))
    assert found(network.alpha) == [Code.ANSWER]


@pytest.mark.parametrize(
    "edits", [{"entry": "ff" * 16}, {"day": "2026-01-01"}], ids=lambda edits: next(iter(edits))
)
def test_answer_names_the_leaf_of_the_receiver(network: Network, edits: dict[str, object]) -> None:
    sent = poke(network.beta, network.alpha)
    network.alpha.take(sent, network.beta)
    record = network.alpha.ins[sent.envelope.id]
    answer = EnvelopeAnswer.parse(Signed.from_wire(record.answer).doc).model_copy(update=edits)
    reply = network.alpha.sign(answer.canonical()).to_wire()
    network.alpha.ins[sent.envelope.id] = record.model_copy(update={"answer": reply})
    assert found(network.alpha) == [Code.ANSWER]


def test_answer_that_the_receiver_did_not_sign(network: Network) -> None:
    sent = poke(network.alpha, network.beta)
    answer = EnvelopeAnswer(
        id=sent.envelope.id, sha256=sent.signed.digest.hex(), entry="00" * 16, day=DAY
    )
    put_answer(network.alpha, sent, network.alpha.sign(answer.canonical()))
    assert found(network.alpha) == [Code.ANSWER]


def test_refusal_of_another_envelope(network: Network) -> None:
    sent, other = (poke(network.alpha, network.beta) for _ in range(2))
    refused = network.beta.sign(refusal("gone", other.envelope).canonical()).to_wire()
    record = network.alpha.outs[sent.envelope.id]
    network.alpha.outs[sent.envelope.id] = record.model_copy(update={"problem": refused})
    assert found(network.alpha) == [Code.ANSWER]


def test_request_is_signed_and_for_this_log(network: Network) -> None:
    alpha, beta = network.alpha, network.beta
    asked = BodyFetch(log=alpha.log, start=0, end=9)
    good = beta.seal(alpha, asked)
    for signed in (
        network.gamma.sign(good.signed.doc),
        beta.seal(alpha, BodyFetch(log=beta.log, start=0, end=9)).signed,
        beta.seal(network.gamma, asked).signed,
        beta.seal(alpha, Poke(log=alpha.log, size=1)).signed,
        replace(good.signed, sigs=good.signed.sigs * 2),
    ):
        alpha.fetches[:] = [rows.FetchRecord(doc=signed.to_wire())]
        assert found(alpha) == [Code.FETCH]


def put_answer(node: Node, sent: Sent, reply: Signed) -> None:
    record = node.outs[sent.envelope.id]
    node.outs[sent.envelope.id] = record.model_copy(update={"answer": reply.to_wire()})


def test_honest_claim_is_answered(network: Network) -> None:
    sent, _ = claim(network.alpha, offer(network))
    assert Envelope.parse(sent.signed.doc) == sent.envelope
    assert found(network.alpha) == []
