"""Records of a bundle: none has values of a person, each has one spelling."""

import pytest

from protocol.audit.records import (
    KINDS,
    ORDER,
    BodyRecord,
    NullifierRecord,
    OutRecord,
    Record,
    person_alias,
)
from protocol.body import Opening
from protocol.document import Signed
from protocol.errors import MalformedError
from tests.protocol.audit.honest_bundle import found, records
from tests.protocol.audit.small_network import Network
from tests.protocol.audit.test_verdict import relayed

PERSON = "0a" * 16


def test_every_kind_has_a_place() -> None:
    assert KINDS.keys() == ORDER.keys()


@pytest.mark.parametrize("name", ["alpha", "beta"])
def test_records_are_read_back(name: str) -> None:
    for record in records(relayed().nodes[name]):
        kind: type[Record] = KINDS[record.t]
        assert kind.parse(record.canonical()) == record


def test_person_has_another_name_in_every_bundle() -> None:
    first, second = (person_alias(bytes([salt]) * 32, PERSON) for salt in (1, 2))
    assert first != second
    assert first == person_alias(b"\x01" * 32, PERSON)
    assert len(first) == 32


def test_body_leaves_the_values_out() -> None:
    opening = Opening.make({"kind": "undo", "accept": "00" * 16}, {"name": "架空 花子"})
    record = BodyRecord.of("0b" * 16, opening)
    assert "架空" not in record.canonical().decode()
    assert record.opening == opening.erased()


def test_nullifier_has_a_person_or_a_day_of_erasure() -> None:
    for parts in ({}, {"person": PERSON, "erased": "2026-09-21"}):
        with pytest.raises(MalformedError):
            NullifierRecord.from_json({"t": "nullifier", "nullifier": "00" * 32, **parts})


def test_envelope_is_answered_or_refused() -> None:
    out = next(iter(relayed().alpha.outs.values()))
    assert out.answer is not None
    with pytest.raises(MalformedError):
        OutRecord.from_json(out.to_json() | {"problem": out.answer.to_json()})


def test_document_is_named_by_its_hash() -> None:
    out = next(iter(relayed().alpha.outs.values()))
    assert out.sha256 == Signed.from_wire(out.doc).digest.hex() == out.signed.digest.hex()


def test_gamma_alone_has_nothing_to_show() -> None:
    assert found(Network().gamma) == []
