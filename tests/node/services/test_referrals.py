"""Having people counted: each refusal, the next receiver, one receipt a token (PROTOCOL 7, T13)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from node.storage import consents, envelopes, ledgers, peer_tokens
from node.storage.tables.referral import Claim
from node.transport import UnreachableError
from protocol.document import Signed
from protocol.envelope import Envelope
from protocol.http_signature import Request, Response
from protocol.identifiers import MemberId, new_id
from protocol.leaf_place import LeafPlace
from protocol.messages.referral import (
    ReferralClaim,
    ReferralReceipt,
    ReferralRefuse,
    RefusalReason,
)
from tests.node.services.by_hand import LIFE_S, now, parcel, post, queued, refused, signed
from tests.scenarios.consortium import Carry, Consortium, founded
from tests.scenarios.person import Person
from tests.scenarios.relay import balance, rejected

HOLD_S = 100


@pytest.fixture
def consortium(tmp_path: Path) -> Iterator[Consortium]:
    with founded(tmp_path) as found:
        found.tick(2)
        yield found


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Consortium]:
    """Give a consortium in which a token must live for a while before it counts."""
    with founded(tmp_path, parameters={"count_hold_s": str(HOLD_S)}) as found:
        found.tick(2)
        yield found


def agreed(consortium: Consortium, *names: str, keyless: bool = False) -> Person:
    person = rejected(consortium, "alpha", 2)[0]
    if keyless:
        person.key = None
    person.agree(*(consortium[name].id for name in names))
    return person


def held_token(consortium: Consortium, reader: str = "beta") -> str:
    """Publish alpha's tokens and let *reader* fetch its own; return the id."""
    alpha = consortium["alpha"]
    alpha.node.people.tokens.publish_due()
    alpha.node.network.log.publish()
    consortium[reader].node.network.polling.poll(alpha.id)
    with alpha.node.own.db.read() as tx:
        return next(
            row.id for row in consents.published(tx) if row.receiver == consortium[reader].id
        )


def claims(consortium: Consortium, name: str = "alpha") -> list[tuple[str, str]]:
    """Return receiver and state of each claim."""
    names = {member.id: member.name for member in consortium.members.values()}
    with consortium[name].node.own.db.read() as tx:
        rows = list(tx.exec(select(Claim)))
    return sorted((names[MemberId(row.receiver)], row.state) for row in rows)


def claimed(consortium: Consortium, token: str, *, sender: str = "alpha") -> str:
    """Claim a token at beta by hand; return the kind of beta's reply, with its reason."""
    alpha, beta = consortium[sender], consortium["beta"]
    message = ReferralClaim(token=token, nullifier_c="0" * 64, day="2026-11-24")
    envelope = queued(alpha, beta, message, exp=now(consortium) + LIFE_S)
    assert post(alpha, beta, parcel(alpha, envelope)).status == 200
    with beta.node.own.db.read() as tx:
        (reply,) = (row for row in envelopes.all_outgoing(tx) if row.ref == envelope.id)
        body = Envelope.parse(_document(reply.document)).to_json()["body"]
    assert isinstance(body, dict)
    return f"{reply.kind} {body.get('reason', '')}".strip()


def _document(payload: bytes) -> bytes:
    return Signed.parse(payload).doc


def test_a_token_gets_one_receipt(consortium: Consortium) -> None:
    agreed(consortium, "beta")
    token = held_token(consortium)
    assert claimed(consortium, token) == "referral.receipt"
    for _ in range(3):
        assert claimed(consortium, token) == "referral.refuse seen"
    with consortium["beta"].node.own.db.read() as tx:
        assert ledgers.receipt_of(tx, consortium["alpha"].id, token) is not None


def test_a_token_that_was_never_fetched_or_is_anothers(consortium: Consortium) -> None:
    agreed(consortium, "beta")
    token = held_token(consortium)
    assert claimed(consortium, new_id()) == "referral.refuse not-fetched"
    assert claimed(consortium, token, sender="gamma") == "referral.refuse not-fetched"


def test_a_token_that_was_withdrawn(consortium: Consortium) -> None:
    person = agreed(consortium, "beta")
    token = held_token(consortium)
    person.member.node.people.consents.withdraw(person.visit("consent"))
    consortium.tick(2)
    assert claimed(consortium, token) == "referral.refuse withdrawn"


def test_a_token_past_its_time(consortium: Consortium) -> None:
    agreed(consortium, "beta")
    token = held_token(consortium)
    alpha, beta = consortium["alpha"], consortium["beta"]
    with beta.node.own.db.begin() as tx:
        row = peer_tokens.get(tx, alpha.id, token)
        assert row is not None
        row.not_after = now(consortium)
    assert claimed(consortium, token) == "referral.refuse expired"


def test_a_token_without_a_key_of_the_person(consortium: Consortium) -> None:
    agreed(consortium, "beta", keyless=True)
    assert claimed(consortium, held_token(consortium)) == "referral.refuse below-level"


def test_a_token_that_was_not_held_for_long(slow: Consortium) -> None:
    agreed(slow, "beta")
    token = held_token(slow)
    assert claimed(slow, token) == "referral.refuse too-early"
    slow.clock.advance(timedelta(seconds=HOLD_S // 2))
    assert claimed(slow, token) == "referral.receipt"


def test_a_claim_waits_for_the_hold_and_no_longer_than_twice(slow: Consortium) -> None:
    agreed(slow, "beta")
    slow.tick(4)
    assert claims(slow) == []
    slow.tick(2, seconds=HOLD_S)
    assert [receiver for receiver, _ in claims(slow)] == ["beta"]
    slow.tick(3, seconds=HOLD_S)
    assert claims(slow) == [("beta", "counted")]


def test_a_person_withdrawn_before_the_claim_went_out_is_not_claimed(slow: Consortium) -> None:
    person = agreed(slow, "beta")
    slow.tick(4)
    slow.clock.advance(timedelta(seconds=HOLD_S))
    alpha = slow["alpha"].node
    assert alpha.hiring.referrals.plan_due() == 1
    person.member.node.people.consents.withdraw(person.visit("consent"))
    slow.clock.advance(timedelta(seconds=2 * HOLD_S))
    assert alpha.hiring.referrals.send_due() == 0
    assert claims(slow) == [("beta", "refused")]
    slow.tick(2)
    assert balance(slow, "alpha").counts == 0


def test_a_refused_claim_goes_to_the_next_receiver(consortium: Consortium) -> None:
    agreed(consortium, "beta", "gamma")
    token = held_token(consortium)
    held_token(consortium, "gamma")
    # Somebody at alpha claimed it before by hand, so beta has receipted it already.
    assert claimed(consortium, token) == "referral.receipt"
    consortium.tick(12)
    found = claims(consortium)
    assert ("gamma", "counted") in found
    assert balance(consortium, "alpha").counts == 1


def test_a_silent_receiver_is_followed_by_the_next(consortium: Consortium) -> None:
    agreed(consortium, "beta", "gamma")
    held_token(consortium)
    held_token(consortium, "gamma")
    deaf: list[str] = []

    def through(request: Request, carry: Carry) -> Response:
        if request.target_uri.endswith("/inbox") and "alpha" not in request.target_uri:
            host = request.target_uri.split(".")[0]
            if not deaf:
                deaf.append(host)
            if host == deaf[0]:
                raise UnreachableError("deaf")
        return carry(request)

    alpha = consortium["alpha"].node
    assert alpha.hiring.referrals.plan_due() == 1
    assert alpha.hiring.referrals.send_due() == 1
    alpha.network.log.publish()
    consortium.wire.through = through
    alpha.courier.deliver_due()
    consortium.clock.advance(timedelta(days=8))
    consortium.tick(10)
    states = sorted(state for _, state in claims(consortium))
    assert states == ["counted", "silent"]
    assert balance(consortium, "alpha").counts == 1


def test_a_receipt_for_no_claim_is_refused(consortium: Consortium) -> None:
    beta, alpha = consortium["beta"], consortium["alpha"]
    place = LeafPlace(log=beta.node.own.origin, index=0, id=new_id())
    message = ReferralReceipt(salt="0" * 64, receipt=place)
    with beta.node.own.db.begin() as tx:
        envelope = beta.node.network.outbox.put(
            tx, alpha.id, message, ref=new_id(), exp=now(consortium) + LIFE_S
        )
    beta.node.network.log.publish()
    assert refused(beta, alpha, parcel(beta, envelope)) == "malformed"
    assert balance(consortium, "alpha").counts == 0


def test_one_person_in_two_consents_counts_once(consortium: Consortium) -> None:
    person = agreed(consortium, "beta")
    consortium.tick(8)
    person.agree(consortium["gamma"].id)
    consortium.tick(8)
    assert balance(consortium, "alpha").counts == 1
    assert [state for _, state in claims(consortium)] == ["counted"]


def sent_claim(consortium: Consortium) -> str:
    """Let alpha claim a person at beta, which has not answered yet; return the claim."""
    agreed(consortium, "beta")
    held_token(consortium)
    alpha = consortium["alpha"].node
    alpha.hiring.referrals.plan_due()
    assert alpha.hiring.referrals.send_due() == 1
    alpha.network.log.publish()
    with alpha.own.db.read() as tx:
        return next(row.id for row in tx.exec(select(Claim)))


def receipted(consortium: Consortium, claim_id: str, *, salt: str | None = None) -> bool:
    """Let beta's receipt come to alpha, with another *salt* where one is given."""
    beta, alpha = consortium["beta"], consortium["alpha"]
    with beta.node.own.db.read() as tx:
        (reply,) = (row for row in envelopes.all_outgoing(tx) if row.ref == claim_id)
    envelope = Envelope.parse(_document(reply.document))
    if salt is not None:
        body = envelope.to_json()["body"]
        assert isinstance(body, dict)
        envelope = Envelope.from_json(envelope.to_json() | {"body": body | {"salt": salt}})
    return post(beta, alpha, signed(beta, envelope)).is_ok


def test_a_receipt_must_be_for_the_token_that_was_claimed(consortium: Consortium) -> None:
    claim_id = sent_claim(consortium)
    assert consortium["alpha"].node.courier.deliver_due() > 0
    consortium["beta"].node.network.log.publish()
    assert not receipted(consortium, claim_id, salt="1" * 64)
    assert balance(consortium, "alpha").counts == 0
    assert receipted(consortium, claim_id)
    assert balance(consortium, "alpha").counts == 1


def test_a_receipt_after_the_withdrawal_is_left_unquoted(consortium: Consortium) -> None:
    claim_id = sent_claim(consortium)
    assert consortium["alpha"].node.courier.deliver_due() > 0
    consortium["beta"].node.network.log.publish()
    alpha = consortium["alpha"]
    person = next(
        one
        for one in (Person(alpha, str(letter["To"])) for letter in alpha.mail.letters)
        if _has_consent(one)
    )
    alpha.node.people.consents.withdraw(person.visit("consent"))
    assert receipted(consortium, claim_id)
    assert balance(consortium, "alpha").counts == 0


def _has_consent(person: Person) -> bool:
    with person.member.node.own.db.read() as tx:
        return consents.given(tx, person.visit("consent").person_id) is not None


def test_a_refusal_of_no_claim_changes_nothing(consortium: Consortium) -> None:
    claim_id = sent_claim(consortium)
    beta, alpha, gamma = (consortium[name] for name in ("beta", "alpha", "gamma"))
    message = ReferralRefuse(reason=RefusalReason.SEEN)
    for sender, ref in ((gamma, claim_id), (beta, new_id())):
        with sender.node.own.db.begin() as tx:
            envelope = sender.node.network.outbox.put(
                tx, alpha.id, message, ref=ref, exp=now(consortium) + LIFE_S
            )
        sender.node.network.log.publish()
        assert post(sender, alpha, parcel(sender, envelope)).is_ok
    assert [state for _, state in claims(consortium)] == ["sent"]
