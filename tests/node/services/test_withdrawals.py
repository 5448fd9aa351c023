"""Receipts of deletion at the origin, and the matrix that shows who has answered (PROTOCOL 4)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from node.storage import consents, trees
from protocol.identifiers import new_id
from protocol.log.leaf import Leaf
from protocol.messages.deletion import DeleteReceipt
from tests.node.services.by_hand import parcel, post, queued, refused
from tests.scenarios.consortium import Consortium, Member, founded
from tests.scenarios.person import Person
from tests.scenarios.relay import rejected


@pytest.fixture
def consortium(tmp_path: Path) -> Iterator[Consortium]:
    with founded(tmp_path) as found:
        found.tick(2)
        yield found


@pytest.fixture
def person(consortium: Consortium) -> Person:
    """Give a person whose token beta has, and who withdraws while beta is away."""
    found = rejected(consortium, "alpha", 2)[0]
    found.agree(consortium["beta"].id)
    consortium.tick(3)
    consortium.wire.cut.add("beta.example.jp")
    found.member.node.people.consents.withdraw(found.visit("consent"))
    found.member.node.network.log.publish()
    return found


def leaf(alpha: Member, receiver: Member) -> Leaf:
    """Return the leaf of alpha's token for a receiver."""
    with alpha.node.own.db.read() as tx:
        (token,) = (row for row in consents.published(tx) if row.receiver == receiver.id)
        entry = trees.entry_of(tx, alpha.node.own.origin, token.id)
    assert entry is not None
    return Leaf.parse(entry.payload)


def receipted(sender: Member, to: Member, token: str, c: str) -> str:
    """Send a receipt by hand; return how it was answered."""
    envelope = queued(sender, to, DeleteReceipt(token=token, c=c, day="2026-11-24"))
    payload = parcel(sender, envelope)
    return "ok" if post(sender, to, payload).is_ok else refused(sender, to, payload)


def matrix(alpha: Member) -> list[tuple[str, str | None]]:
    return [(str(row.state), row.deleted_on) for row in alpha.node.people.withdrawals.matrix()]


@pytest.mark.usefixtures("person")
def test_a_receipt_that_does_not_come_is_overdue_and_still_counts_later(
    consortium: Consortium,
) -> None:
    alpha = consortium["alpha"]
    assert matrix(alpha) == [("delivered", None)]
    with alpha.node.own.db.read() as tx:
        sla = alpha.node.own.members.directory(tx).current.params.sla_s
    consortium.clock.advance(timedelta(seconds=sla))
    assert matrix(alpha)[0][0] == "delivered"
    consortium.clock.advance(timedelta(seconds=1))
    assert matrix(alpha) == [("overdue", None)]
    consortium.wire.cut.clear()
    consortium.tick(4)
    ((state, day),) = matrix(alpha)
    assert state == "deleted"
    assert day is not None


@pytest.mark.usefixtures("person")
def test_a_receipt_of_another_commitment_is_refused(consortium: Consortium) -> None:
    alpha, beta = consortium["alpha"], consortium["beta"]
    own = leaf(alpha, beta)
    consortium.wire.cut.clear()
    assert receipted(beta, alpha, own.id, "0" * 64) == "malformed"
    assert matrix(alpha) == [("delivered", None)]
    assert receipted(beta, alpha, own.id, own.c or "") == "ok"
    assert matrix(alpha) == [("deleted", "2026-11-24")]
    assert receipted(beta, alpha, own.id, own.c or "") == "ok"  # a second one changes nothing
    assert matrix(alpha) == [("deleted", "2026-11-24")]


@pytest.mark.usefixtures("person")
def test_a_receipt_for_anothers_token_tells_nothing_and_changes_nothing(
    consortium: Consortium,
) -> None:
    alpha, beta, gamma = (consortium[name] for name in ("alpha", "beta", "gamma"))
    own = leaf(alpha, beta)
    consortium.wire.cut.clear()
    assert receipted(gamma, alpha, own.id, own.c or "") == "ok"
    assert receipted(gamma, alpha, own.id, "0" * 64) == "ok"
    assert receipted(gamma, alpha, new_id(), "0" * 64) == "ok"
    assert matrix(alpha) == [("delivered", None)]
