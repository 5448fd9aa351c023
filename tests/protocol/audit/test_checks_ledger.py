"""Balances that do not add up, receipts and counts that nobody claimed, persons counted twice."""

import pytest

from protocol.audit import records as rows
from protocol.audit.finding import Code
from protocol.audit.records import BalanceRecord, NullifierRecord, Record
from protocol.ledger import Counted, Hold, QuotedLeaf, Receipt
from protocol.ledger_fold import void
from protocol.level import Level
from tests.protocol.audit.acts import (
    claim,
    count,
    end_tokens,
    fetch,
    offer,
    person,
    publish,
    receipt,
)
from tests.protocol.audit.honest_bundle import found, records
from tests.protocol.audit.small_network import DAY, Network, Token


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def token(network: Network) -> Token:
    return offer(network)


def counted(token: Token, salt: str, quoted: QuotedLeaf) -> Counted:
    return Counted(nullifier=token.consent.person.nullifier, salt=salt, receipt=quoted)


def test_void_leaf_is_listed(network: Network) -> None:
    network.alpha.write(Hold(bind="00" * 32, until="2026-10-10"))
    assert found(network.alpha) == [Code.HOLD_PROPOSAL, Code.LEDGER_VOID]


def test_leaf_that_repeats_an_id_is_void(network: Network) -> None:
    alpha = network.alpha
    place = alpha.write(Hold(bind="00" * 32, until="2026-10-10"))
    alpha.append(alpha.leaves[place.index])
    alpha.ledger = void(alpha.ledger, alpha.leaves[place.index])
    codes = found(alpha)
    assert codes.count(Code.ID_REPEATED) == 1
    assert Code.BALANCE not in codes


@pytest.mark.parametrize("name", ["size", "counts", "earned", "living", "void"])
def test_printed_balance_is_the_fold(network: Network, token: Token, name: str) -> None:
    count(network.alpha, token)
    written: list[Record] = []
    for record in records(network.alpha):
        if isinstance(record, BalanceRecord):
            written.append(record.model_copy(update={name: getattr(record, name) + 1}))
        else:
            written.append(record)
    assert found(network.alpha, written) == [Code.BALANCE]


def test_fold_stops_at_a_missing_body(network: Network, token: Token) -> None:
    place = count(network.alpha, token)
    written = [
        record
        for record in records(network.alpha)
        if not (isinstance(record, rows.BodyRecord) and record.id == place.id)
    ]
    assert found(network.alpha, written) == [Code.BODY_MISSING]


def test_fold_stops_at_an_unknown_version(network: Network) -> None:
    alpha = network.alpha
    place = alpha.write(Hold(bind="00" * 32, until="2026-10-10"))
    ahead = alpha.leaves[place.index].model_copy(update={"mv": 9})
    other = Network().alpha
    other.append(ahead, alpha.openings[place.id])
    assert found(other) == [Code.HOLD_PROPOSAL, Code.MEMBERSHIP_MISSING]


def test_receipt_that_nobody_claimed(network: Network, token: Token) -> None:
    body = Receipt(
        origin=network.alpha.id,
        nullifier_c="00" * 32,
        token_c="11" * 32,
        level=Level.E1,
        mode="sandbox",
    )
    network.beta.write(body)
    assert token.to is network.beta
    assert found(network.beta) == [Code.RECEIPT_CLAIM]


def test_second_receipt_for_one_token(network: Network, token: Token) -> None:
    for _ in range(2):
        claimed, _ = claim(network.alpha, token)
        receipt(network.alpha, token, claimed)
    assert found(network.beta) == [Code.RECEIPT_REPEATED]


def test_receipt_for_another_nullifier_than_the_claims(network: Network, token: Token) -> None:
    claimed, _ = claim(network.alpha, token)
    other, _ = claim(network.alpha, token)
    claimed.envelope = claimed.envelope.model_copy(update={"id": other.envelope.id})
    receipt(network.alpha, token, claimed)
    assert found(network.beta) == [Code.RECEIPT_CLAIM]


def test_count_without_a_claim(network: Network, token: Token) -> None:
    alpha = network.alpha
    claimed, salt = claim(alpha, token)
    place = receipt(alpha, token, claimed)
    del alpha.outs[claimed.envelope.id]
    alpha.write(counted(token, salt, network.beta.quote(place)))
    assert found(alpha) == [Code.COUNT_CLAIM, Code.ENVELOPE_MISSING]


def test_count_before_the_receipt_came(network: Network, token: Token) -> None:
    alpha = network.alpha
    claimed, salt = claim(alpha, token)
    place = receipt(alpha, token, claimed)
    alpha.ins.clear()
    alpha.write(counted(token, salt, network.beta.quote(place)))
    codes = found(alpha)
    assert codes == [Code.COUNT_CLAIM, Code.ENVELOPE_MISSING]


def test_count_after_the_withdrawal(network: Network, token: Token) -> None:
    alpha = network.alpha
    claimed, salt = claim(alpha, token)
    place = receipt(alpha, token, claimed)
    end_tokens(alpha, token.consent)
    alpha.write(counted(token, salt, network.beta.quote(place)))
    assert found(alpha) == [Code.COUNT_WITHDRAWN, Code.OVERDUE]


def test_withdrawal_after_the_count(network: Network, token: Token) -> None:
    count(network.alpha, token)
    end_tokens(network.alpha, token.consent)
    assert found(network.alpha) == [Code.OVERDUE]


def test_second_count_of_a_person_is_void_and_no_finding_beside(
    network: Network, token: Token
) -> None:
    count(network.alpha, token)
    again = publish(network.alpha, token.consent, network.beta)
    fetch(network.alpha, network.beta, [again])
    count(network.alpha, again)
    assert found(network.alpha) == [Code.LEDGER_VOID]


def test_nullifier_of_nobody(network: Network, token: Token) -> None:
    count(network.alpha, token)
    network.alpha.people.clear()
    assert found(network.alpha) == [Code.NULLIFIER_ROW]


def test_swapped_nullifiers(network: Network, token: Token) -> None:
    alpha = network.alpha
    count(alpha, token)
    count(alpha, offer(network))
    first, second = alpha.people
    written: list[Record] = []
    swapped = {first.nullifier: second.alias, second.nullifier: first.alias}
    for record in records(alpha):
        if isinstance(record, NullifierRecord):
            written.append(record.model_copy(update={"person": swapped[record.nullifier]}))
        else:
            written.append(record)
    assert found(alpha, written) == [Code.NULLIFIER_PERSON, Code.NULLIFIER_PERSON]


def test_two_nullifiers_of_one_person(network: Network, token: Token) -> None:
    alpha = network.alpha
    other = person(alpha)
    other.alias = token.consent.person.alias
    assert found(alpha) == [Code.NULLIFIER_PERSON]


def test_nullifier_of_an_erased_person_stands_without_one(network: Network, token: Token) -> None:
    alpha = network.alpha
    count(alpha, token)
    written: list[Record] = []
    for record in records(alpha):
        if isinstance(record, NullifierRecord):
            written.append(NullifierRecord(nullifier=record.nullifier, erased=DAY))
        else:
            written.append(record)
    assert found(alpha, written) == []


def test_person_of_a_token_without_a_row_is_nobodys(network: Network, token: Token) -> None:
    alpha = network.alpha
    count(alpha, token)
    alpha.tokens.clear()
    assert Code.NULLIFIER_PERSON in found(alpha)
    other = Network()
    count(other.alpha, offer(other))
    other.alpha.consents.clear()
    assert Code.NULLIFIER_PERSON in found(other.alpha)
