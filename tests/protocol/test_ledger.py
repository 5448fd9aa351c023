"""Bodies and commitments of `ledger` leaves."""

import pytest

from crypto.hashing import sha256
from protocol.errors import MalformedError, UnknownKindError
from protocol.identifiers import EnvelopeId, MemberId, TokenId
from protocol.ledger import (
    KINDS,
    Figures,
    Hold,
    LedgerBody,
    Receipt,
    Release,
    Return,
    Spend,
    hold_bind,
    nullifier_commitment,
    parse_ledger_body,
    token_ref,
)
from protocol.level import Level
from tests.protocol.ledger_world import World, hexes

SALT = bytes(range(32))

BODIES: list[LedgerBody] = [
    Receipt(
        origin=hexes(1),
        nullifier_c=hexes(2, 64),
        token_c=hexes(3, 64),
        level=Level.E1,
        mode="own-group",
    ),
    World().receipts("beta", "alpha", 1)[0],
    Hold(bind=hexes(4, 64), until="2026-10-01"),
    Release(hold=hexes(5)),
    Spend(hold=hexes(6)),
    Return(spend=hexes(7)),
    Figures(quarter="2026-Q4", openings=1, applications=300, hires=20),
]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.kind)
def test_every_kind_is_read_back(body: LedgerBody) -> None:
    assert parse_ledger_body(body.to_json()) == body


def test_every_kind_has_an_example() -> None:
    assert [body.kind for body in BODIES] == list(KINDS)


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.kind)
def test_missing_and_foreign_fields_are_refused(body: LedgerBody) -> None:
    whole = body.to_json()
    for name in whole.keys() - {"kind"}:
        with pytest.raises(MalformedError):
            parse_ledger_body({key: value for key, value in whole.items() if key != name})
    with pytest.raises(MalformedError):
        parse_ledger_body(whole | {"person": hexes(8)})


def test_unknown_kind_is_told_from_no_kind() -> None:
    with pytest.raises(UnknownKindError):
        parse_ledger_body({"kind": "wish"})
    with pytest.raises(MalformedError):
        parse_ledger_body({"kind": ["hold"]})


@pytest.mark.parametrize("quarter", ["2026-Q0", "2026-Q5", "2026Q1", "2026-Q1\n"])
def test_quarters_have_one_spelling(quarter: str) -> None:
    with pytest.raises(MalformedError):
        parse_ledger_body(BODIES[-1].to_json() | {"quarter": quarter})


def test_commitments_hash_label_salt_and_ids() -> None:
    # PROTOCOL 7: after the label salts are 32 bytes, ids 16.
    member, token, proposal = (bytes([number]) * 16 for number in (1, 2, 3))
    assert nullifier_commitment(SALT, SALT) == sha256(b"tasuki/1 nullifier\n" + SALT + SALT)
    assert token_ref(SALT, TokenId(token.hex())) == sha256(b"tasuki/1 ref\n" + SALT + token)
    assert hold_bind(
        SALT, MemberId(member.hex()), TokenId(token.hex()), EnvelopeId(proposal.hex())
    ) == sha256(b"tasuki/1 hold\n" + SALT + member + token + proposal)
