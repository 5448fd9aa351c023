"""An honest receipt holds offline; whatever its origin or anybody else changes is found."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from crypto import canonical_json
from crypto.ed25519 import SigningKey
from crypto.encoding import b64url_decode, b64url_encode
from protocol.body import Opening
from protocol.consent import ConsentGive, ConsentStatement, ConsentWithdraw, PriorHead
from protocol.day import start_of
from protocol.log import leaf as leaves
from protocol.log.leaf import Leaf
from protocol.log.proof import InclusionProof
from protocol.receipt import (
    MAX_RECEIPT_BYTES,
    ConsentReceipt,
)
from protocol.receipt_verdict import Fault, Finding, NotShown, ReceiptVerdict, verify_receipt
from protocol.value import Value
from tests.protocol.audit.acts import consent, person
from tests.protocol.audit.small_network import DAY, Consent, Network, Node
from tests.protocol.companies import BETA, DAY_S, GAMMA, NOW
from tests.protocol.given_receipt import ISSUED, agreed, receipt_of, signed

Edit = Callable[[dict[str, Any]], None]


def judge(edit: Edit) -> ReceiptVerdict:
    """Return the verdict on the receipt that alpha itself changed and signed."""
    network, receipt = agreed()
    plain = receipt.to_json()
    edit(plain)
    return verify_receipt(signed(network.alpha, ConsentReceipt.from_json(plain)), network.cs)


def found(verdict: ReceiptVerdict) -> set[Fault]:
    return {finding.fault for finding in verdict.findings}


def put(path: str, value: object) -> Edit:
    """Return the edit that puts *value* at a place of the receipt."""

    def edit(plain: dict[str, Any]) -> None:
        *way, last = path.split("/")
        at: Any = plain
        for step in way:
            at = at[int(step)] if step.isdecimal() else at[step]
        at[int(last) if last.isdecimal() else last] = value

    return edit


def test_honest_receipt_is_sound() -> None:
    network, receipt = agreed()
    payload = signed(network.alpha, receipt)
    verdict = verify_receipt(payload, network.cs)
    assert (verdict.findings, verdict.exit_status) == ((), 0)
    assert verdict.receipt == receipt
    assert verdict.standing is not None
    assert verdict.standing.size == len(network.alpha.entries)
    assert verdict.standing.is_witnessed
    witnesses = {f"{one.member.host}/tasuki/v1/witness" for one in (BETA, GAMMA)}
    assert verdict.standing.witnesses == witnesses
    assert set(verdict.not_shown) == set(NotShown) - {NotShown.ORIGINS_WORD}


def test_receipt_without_a_key_is_the_origins_word() -> None:
    network = Network()
    given = consent(network.alpha, person(network.alpha, has_key=False), [network.beta])
    payload = signed(network.alpha, receipt_of(network.alpha, given))
    verdict = verify_receipt(payload, network.cs)
    assert verdict.exit_status == 0
    assert set(verdict.not_shown) == set(NotShown) - {NotShown.OWN_KEY}


OTHER_ID, OTHER_HASH = "ab" * 16, "ab" * 32
ALTERED: list[tuple[str, object, Fault]] = [
    ("cs", OTHER_HASH, Fault.NOT_ANCHORED),
    ("consortium", [], Fault.NOT_ANCHORED),
    ("summary/id", OTHER_ID, Fault.LEAF),
    ("summary/record", OTHER_ID, Fault.SUMMARY),
    ("summary/notice/sha256", OTHER_HASH, Fault.SUMMARY),
    ("summary/notice/lang", "en", Fault.SUMMARY),
    ("summary/given", "2026-09-20", Fault.SUMMARY),
    ("summary/not_after", NOW, Fault.SUMMARY),
    ("summary/withdrawal", "https://beta.example.jp", Fault.SUMMARY),
    ("summary/level", "E0", Fault.SUMMARY),
    ("summary/controller/name/ja", "株式会社別", Fault.CONTROLLER),
    ("summary/controller/address", "東京都", Fault.CONTROLLER),
    ("summary/controller/url", "https://beta.example.jp", Fault.CONTROLLER),
    ("summary/controller/member", OTHER_ID, Fault.DESCRIPTOR_MISSING),
    ("summary/controller/member", BETA.id, Fault.FILE_SIGNATURE),
    ("summary/receivers", [], Fault.RECEIVER),
    ("summary/receivers/0/party/name/en", "another", Fault.RECEIVER),
    ("summary/receivers/0/party/member", OTHER_ID, Fault.RECEIVER),
    ("summary/receivers/0/opening/member", OTHER_ID, Fault.RECEIVER),
    ("summary/receivers/0/opening/salt", OTHER_HASH, Fault.RECEIVER),
    ("summary/receivers/0/opening/fields", ["skills"], Fault.RECEIVER),
    ("body/id", OTHER_ID, Fault.LEAF),
    ("body/n_e", OTHER_HASH, Fault.OPENING),
    ("body/pr_hash", OTHER_HASH, Fault.OPENING),
    ("body/ev/statement/text_sha256", OTHER_HASH, Fault.CONSENT_SIGNATURE),
    ("body/ev/kind", "consent.withdraw", Fault.EVIDENCE),
    ("entry", "AAAA", Fault.EVIDENCE),
    ("proof", "AAAA", Fault.EVIDENCE),
    ("descriptors", [], Fault.DESCRIPTOR_MISSING),
]


@pytest.mark.parametrize(
    ("path", "value", "fault"), ALTERED, ids=[f"{path} {fault}" for path, _, fault in ALTERED]
)
def test_what_a_dishonest_origin_changes_and_signs_is_found(
    path: str, value: object, fault: Fault
) -> None:
    verdict = judge(put(path, value))
    assert fault in found(verdict)
    assert verdict.exit_status == 1


def test_documents_and_receivers_stand_in_their_order_and_once() -> None:
    for path, fault in (
        ("summary/receivers", Fault.RECEIVER),
        ("consortium", Fault.MEMBERSHIP),
        ("descriptors", Fault.DESCRIPTOR),
    ):
        verdict = judge(first_again(path))
        assert found(verdict) == {fault}


def first_again(path: str) -> Edit:
    """Return the edit that appends the first of a list once more."""

    def edit(plain: dict[str, Any]) -> None:
        at: Any = plain
        for step in path.split("/"):
            at = at[step]
        at.append(at[0])

    return edit


def test_descriptor_that_no_member_signed_is_found() -> None:
    network, receipt = agreed()
    foreign = receipt.consortium[0].to_json() | {"t": "descriptor"}
    verdict = judge(put("descriptors", [*receipt.to_json()["descriptors"], foreign]))
    assert found(verdict) == {Fault.DESCRIPTOR}
    assert verdict.standing is not None
    assert verdict.standing.size == len(network.alpha.entries)


def test_other_consortium_than_the_trusted_one_is_found() -> None:
    network, receipt = agreed()
    verdict = verify_receipt(signed(network.alpha, receipt), OTHER_HASH)
    assert verdict.findings == (
        Finding(Fault.NOT_ANCHORED),
        Finding(Fault.NOT_ANCHORED, "1"),
    )


def test_every_word_that_somebody_else_changes_is_found() -> None:
    network, receipt = agreed()
    payload = signed(network.alpha, receipt)
    for edit in (put("issued", ISSUED + 1), put("summary/state", "withdrawn")):
        plain: Any = canonical_json.loads(payload)
        edit(plain["receipt"])
        verdict = verify_receipt(canonical_json.dumps(plain), network.cs)
        assert found(verdict) == {Fault.FILE_SIGNATURE}


@examples(data=st.data())
def test_any_changed_byte_is_found(data: st.DataObject) -> None:
    network, receipt = agreed()
    payload = bytearray(signed(network.alpha, receipt))
    place = data.draw(st.integers(0, len(payload) - 1))
    payload[place] ^= data.draw(st.integers(1, 255))
    assert verify_receipt(bytes(payload), network.cs).exit_status > 0


@pytest.mark.parametrize("payload", [b"", b"{}", b'{"receipt":{}}', b" " * (MAX_RECEIPT_BYTES + 1)])
def test_what_is_no_receipt_cannot_be_read(payload: bytes) -> None:
    verdict = verify_receipt(payload, agreed()[0].cs)
    assert (verdict.receipt, verdict.exit_status) == (None, 2)


@pytest.mark.parametrize("place", ["issued", "not_after"])
def test_receipt_of_a_time_beyond_the_calendar_cannot_be_read(place: str) -> None:
    network, receipt = agreed()
    sound = signed(network.alpha, receipt)
    at = receipt.issued if place == "issued" else receipt.summary.not_after
    payload = sound.replace(f'"{place}":{at}'.encode(), f'"{place}":{2**53 - 1}'.encode())
    assert payload != sound
    assert verify_receipt(payload, network.cs).exit_status == 2


def proof_edit(edit: Callable[[InclusionProof], InclusionProof]) -> Edit:
    def change(plain: dict[str, Any]) -> None:
        proof = edit(InclusionProof.parse(b64url_decode(plain["proof"])))
        plain["proof"] = b64url_encode(proof.encode())

    return change


def test_proof_of_another_place_is_found() -> None:
    for edit in (
        proof_edit(lambda proof: InclusionProof(0, proof.hashes, proof.note)),
        proof_edit(lambda proof: InclusionProof(proof.index, proof.hashes[:-1], proof.note)),
    ):
        verdict = judge(edit)
        assert Fault.PROOF in found(verdict)
        assert verdict.standing is None


def test_head_of_another_log_is_found() -> None:
    note = agreed()[0].beta.head().encode()
    verdict = judge(proof_edit(lambda proof: InclusionProof(proof.index, proof.hashes, note)))
    assert found(verdict) == {Fault.HEAD}


@pytest.mark.parametrize(
    ("issued", "faults"),
    [
        # `sla_s` is a day, and counts from the end of the leaf's day.
        (start_of(DAY) + 2 * DAY_S - 1, set()),
        (start_of(DAY) + 2 * DAY_S, {Fault.UNWITNESSED}),
    ],
)
def test_head_without_a_quorum_is_found_once_its_time_is_over(
    issued: int, faults: set[Fault]
) -> None:
    def edit(plain: dict[str, Any]) -> None:
        plain["issued"] = issued
        # Without gamma's keys its cosignature is nobody's.
        plain["descriptors"] = [
            item
            for item in plain["descriptors"]
            if canonical_json.loads(b64url_decode(item["doc"]["doc"]))["member"] != GAMMA.id  # type: ignore[index, call-overload] # a descriptor is an object
        ]

    verdict = judge(edit)
    assert found(verdict) == faults
    assert verdict.standing is not None
    assert not verdict.standing.is_witnessed


def of_leaf(
    origin: Node, given: Consent, leaf: Leaf, opening: Opening, statement: ConsentStatement
) -> ReceiptVerdict:
    """Return the verdict on a receipt whose leaf alpha really logged, with that body."""
    place = origin.append(leaf, opening)
    made = Consent(place, given.person, statement, given.receivers)
    return verify_receipt(signed(origin, receipt_of(origin, made)), origin.network.cs)


def with_statement(edits: dict[str, object], *, signer: SigningKey | None = None) -> ReceiptVerdict:
    """Return the verdict on a consent to other words, which the person signed all the same."""
    network = Network()
    alpha = network.alpha
    given = consent(alpha, person(alpha), [network.beta])
    if signer is not None:
        given.person.key = signer
    statement = given.statement.model_copy(update=edits)
    give = ConsentGive(statement=statement, signature=alpha.sign_statement(statement, given.person))
    opening = Opening.make(give.to_json(), {})
    leaf = leaves.entry(network.new_id(), opening.commitment().hex(), DAY, 1)
    return of_leaf(alpha, given, leaf, opening, statement)


@pytest.mark.parametrize(
    ("edits", "fault"),
    [
        ({"cs": OTHER_HASH}, Fault.CONSENT_SIGNATURE),
        ({"origin": BETA.id}, Fault.CONSENT_SIGNATURE),
        ({"receivers": (OTHER_HASH,)}, Fault.RECEIVER),
        ({"receivers": (OTHER_HASH, "ac" * 32, "ad" * 32)}, Fault.RECEIVER),
    ],
)
def test_consent_to_something_else_is_found(edits: dict[str, object], fault: Fault) -> None:
    assert found(with_statement(edits)) == {fault}


def test_consent_that_another_key_signed_is_found() -> None:
    verdict = with_statement({}, signer=SigningKey(b"\x09" * 32))
    assert found(verdict) == {Fault.CONSENT_SIGNATURE}


def test_head_that_was_seen_before_must_be_an_earlier_one_of_that_log() -> None:
    log = agreed()[0].alpha.log
    elsewhere = PriorHead(origin=log.replace("alpha", "beta"), size=1, root=OTHER_HASH)
    later = PriorHead(origin=log, size=1000, root=OTHER_HASH)
    assert with_statement({"prior": None}).findings == ()
    for head in (elsewhere, later):
        assert found(with_statement({"prior": head})) == {Fault.PRIOR}


def logged_as(make: Callable[[str, str], Leaf], evidence: Value | None = None) -> ReceiptVerdict:
    """Return the verdict where a leaf of another kind, or of other evidence, stands for it."""
    network = Network()
    alpha = network.alpha
    given = consent(alpha, person(alpha), [network.beta])
    ev = alpha.openings[given.place.id].ev if evidence is None else evidence.to_json()
    opening = Opening.make(ev, {})
    leaf = make(network.new_id(), opening.commitment().hex())
    return of_leaf(alpha, given, leaf, opening, given.statement)


def test_leaf_of_another_kind_is_found() -> None:
    assert found(logged_as(lambda name, c: leaves.publish(name, c, DAY, 1))) == {Fault.LEAF}
    withdrawn = logged_as(lambda name, _: leaves.withdraw(name, [OTHER_ID], DAY, 1))
    assert found(withdrawn) == {Fault.LEAF, Fault.OPENING}


def test_leaf_of_other_evidence_is_found() -> None:
    withdraw = ConsentWithdraw(consent=OTHER_ID)
    verdict = logged_as(lambda name, c: leaves.entry(name, c, DAY, 1), withdraw)
    assert found(verdict) == {Fault.EVIDENCE}


def test_leaf_under_a_membership_that_is_not_there_is_found() -> None:
    verdict = logged_as(lambda name, c: leaves.entry(name, c, DAY, 2))
    assert verdict.findings == (Finding(Fault.MEMBERSHIP, "2"),)


def test_company_is_shown_as_the_version_of_its_leaf_listed_it() -> None:
    network = Network()
    given = consent(network.alpha, person(network.alpha), [network.beta])
    renamed = tuple(
        member.model_copy(update={"address": "大阪府"}) if member.id == BETA.id else member
        for member in network.versions[0].members
    )
    network.add_version(members=renamed)
    payload = signed(network.alpha, receipt_of(network.alpha, given))
    assert verify_receipt(payload, network.cs).findings == ()
