"""Receipts that must not count: quoted twice, another's, altered, unproven."""

from dataclasses import replace

import pytest

from crypto.encoding import b64url_decode, b64url_encode
from protocol.body import Opening
from protocol.errors import MalformedError
from protocol.ledger import Counted, Figures, QuotedLeaf, nullifier_commitment
from protocol.ledger_context import LedgerContext, LogKey, Terms
from protocol.ledger_count import check_count
from protocol.ledger_fold import VoidReason
from protocol.level import Level
from protocol.log import leaf as leaves
from protocol.log.note import Note
from protocol.log.proof import InclusionProof
from tests.protocol.ledger_world import FIRST_DAY, Book, Company, World, hexes


@pytest.fixture
def world() -> World:
    return World()


def terms(context: LedgerContext) -> Terms:
    return context.terms[1]


def quoting(body: Counted, **parts: object) -> Counted:
    return Counted.from_json(body.to_json() | {"receipt": body.receipt.to_json() | parts})


def changed(text: str, place: int) -> str:
    data = bytearray(b64url_decode(text))
    data[place] ^= 1
    return b64url_encode(bytes(data))


def check(body: Counted, context: LedgerContext) -> str:
    return check_count(body, terms(context), context)


def test_issuer_is_the_member_whose_log_holds_the_receipt(world: World) -> None:
    (body,) = world.receipts("gamma", "alpha", 1)
    assert check(body, world.context("alpha")) == world.companies["gamma"].id


def test_erased_opening_still_counts(world: World) -> None:
    (body,) = world.receipts("beta", "alpha", 1)
    erased = Opening.from_json(body.to_json()["receipt"]["opening"]).erased()
    check(quoting(body, opening=erased.to_json()), world.context("alpha"))


def test_receipt_of_another_origin_does_not_count(world: World) -> None:
    (body,) = world.receipts("beta", "gamma", 1)
    with pytest.raises(MalformedError, match="origin"):
        check(body, world.context("alpha"))


@pytest.mark.parametrize("level", [Level.E0, Level.E1])
def test_level_below_the_one_that_counts_does_not_count(world: World, level: Level) -> None:
    (body,) = world.receipts("beta", "alpha", 1, level=level)
    world.params = world.params.model_copy(update={"count_level": Level.E2})
    with pytest.raises(MalformedError, match="level"):
        check(body, world.context("alpha"))


@pytest.mark.parametrize("level", [Level.E2, Level.E3])
def test_level_above_counts(world: World, level: Level) -> None:
    (body,) = world.receipts("beta", "alpha", 1, level=level)
    check(body, world.context("alpha"))


@pytest.mark.parametrize("field", ["salt", "nullifier"])
def test_other_nullifier_does_not_open_the_receipt(world: World, field: str) -> None:
    (body,) = world.receipts("beta", "alpha", 1)
    with pytest.raises(MalformedError, match="nullifier"):
        check(body.model_copy(update={field: hexes(-1, 64)}), world.context("alpha"))


def test_own_receipt_does_not_count(world: World) -> None:
    (body,) = world.receipts("alpha", "alpha", 1)
    with pytest.raises(MalformedError, match="another active member"):
        check(body, world.context("alpha"))


def test_receipt_of_a_member_that_left_does_not_count(world: World) -> None:
    (body,) = world.receipts("beta", "alpha", 1)
    context = world.context("alpha")
    left = context.terms[1].active - {world.companies["beta"].id}
    context = replace(context, terms={1: Terms(world.params, left)})
    with pytest.raises(MalformedError, match="another active member"):
        check(body, context)


def test_receipt_of_no_member_does_not_count(world: World) -> None:
    (body,) = world.receipts("beta", "alpha", 1)
    context = world.context("alpha")
    strangers = tuple(key for key in context.logs if key.member != world.companies["beta"].id)
    with pytest.raises(MalformedError, match="signatures"):
        check(body, replace(context, logs=strangers))


def test_head_that_the_owner_did_not_cosign_does_not_count(world: World) -> None:
    (body,) = world.receipts("beta", "alpha", 1)
    witness = world.companies["gamma"].witness
    with pytest.raises(MalformedError, match="signatures"):
        check(body, replace(world.context("alpha"), witnesses=(witness,)))


def test_former_keys_still_count(world: World) -> None:
    (body,) = world.receipts("beta", "alpha", 1)
    context, newer = world.context("alpha"), Company("newer")
    beta = world.companies["beta"]
    rotated = LogKey(beta.id, replace(newer.log_verifier, name=beta.origin))
    witness = replace(newer.witness, name=context.witnesses[0].name)
    check(
        body,
        replace(context, logs=(rotated, *context.logs), witnesses=(witness, *context.witnesses)),
    )


def test_head_signed_by_two_members_does_not_count(world: World) -> None:
    # A host that passed from one member to another would otherwise choose its issuer.
    (body,) = world.receipts("beta", "alpha", 1)
    context = world.context("alpha")
    doubled = LogKey(world.companies["gamma"].id, world.companies["beta"].log_verifier)
    with pytest.raises(MalformedError, match="signatures"):
        check(body, replace(context, logs=(*context.logs, doubled)))


def test_altered_cosignature_does_not_count(world: World) -> None:
    (body,) = world.receipts("beta", "alpha", 1)
    proof = InclusionProof.parse(b64url_decode(body.receipt.proof))
    note = Note.parse(proof.note)
    line = note.signatures[-1]
    forged = note.with_signature(replace(line, blob=line.blob[:-1] + bytes([line.blob[-1] ^ 1])))
    altered = replace(proof, note=forged.encode()).encode()
    with pytest.raises(MalformedError, match="does not hold"):
        check(quoting(body, proof=b64url_encode(altered)), world.context("alpha"))


def test_leaf_that_is_not_in_the_log_does_not_count(world: World) -> None:
    first, second = world.receipts("beta", "alpha", 2)
    with pytest.raises(MalformedError, match="not in the log"):
        check(quoting(first, proof=second.receipt.proof), world.context("alpha"))


def test_opening_of_another_leaf_does_not_count(world: World) -> None:
    first, second = world.receipts("beta", "alpha", 2)
    with pytest.raises(MalformedError, match="another leaf"):
        check(
            quoting(first, opening=second.to_json()["receipt"]["opening"]), world.context("alpha")
        )


def test_other_leaf_kinds_and_bodies_are_no_receipts(world: World) -> None:
    (body,) = world.receipts("beta", "alpha", 1)
    figures = Figures(quarter="2026-Q3", openings=0, applications=0, hires=0)
    opening = Opening.make(figures.to_json(), {})
    c = opening.commitment().hex()
    for leaf, complaint in (
        (leaves.entry(hexes(-1), c, FIRST_DAY, 1), "not a ledger leaf"),
        (leaves.ledger(hexes(-1), c, FIRST_DAY, 1), "not a Receipt"),
    ):
        quoted = QuotedLeaf.of(leaf.canonical(), opening, b64url_decode(body.receipt.proof))
        with pytest.raises(MalformedError, match=complaint):
            check(body.model_copy(update={"receipt": quoted}), world.context("alpha"))


@pytest.mark.parametrize("part", ["entry", "proof"])
def test_every_changed_byte_of_a_quotation_makes_the_count_void(part: str) -> None:
    book = Book()
    (body,) = book.world.receipts("beta", "alpha", 1)
    text = str(getattr(body.receipt, part))
    for place in range(0, len(b64url_decode(text)), 7):
        altered = quoting(body, **{part: changed(text, place)})
        assert book.write(altered) is VoidReason.RECEIPT, place
    assert book.write(body) is None


@pytest.mark.parametrize("text", [b"", b"c2sp.org/tlog-proof@v1\n\n", b"\n\n\n\n"])
def test_stump_of_a_proof_makes_the_count_void(text: bytes) -> None:
    book = Book()
    (body,) = book.world.receipts("beta", "alpha", 1)
    assert book.write(quoting(body, proof=b64url_encode(text))) is VoidReason.RECEIPT


def test_oversized_opening_makes_the_count_void() -> None:
    book = Book()
    (body,) = book.world.receipts("beta", "alpha", 1)
    receipt = Opening.from_json(body.to_json()["receipt"]["opening"])
    bloated = Opening.make(receipt.ev, {"x": "x" * 300_000})
    leaf = leaves.ledger(hexes(-1), bloated.commitment().hex(), FIRST_DAY, 1)
    quoted = QuotedLeaf.of(leaf.canonical(), bloated, b64url_decode(body.receipt.proof))
    assert book.write(body.model_copy(update={"receipt": quoted})) is VoidReason.RECEIPT


def test_one_receipt_counts_under_one_nullifier_only(world: World) -> None:
    # The commitment binds the nullifier, so a second count of the receipt is a double.
    (body,) = world.receipts("beta", "alpha", 1)
    salt, nullifier = bytes.fromhex(body.salt), bytes.fromhex(body.nullifier)
    assert nullifier_commitment(salt, nullifier) != nullifier_commitment(nullifier, salt)
    swapped = body.model_copy(update={"salt": body.nullifier, "nullifier": body.salt})
    with pytest.raises(MalformedError, match="nullifier"):
        check(swapped, world.context("alpha"))
