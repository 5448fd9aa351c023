import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import canonical_json
from crypto.encoding import b64url_encode
from protocol.document import Signed, sign
from protocol.errors import ExpiredError, MalformedError, UntrustedError
from protocol.identifiers import MemberId, key_id, new_id
from protocol.level import Level
from protocol.membership import (
    MAX_AGE_S,
    Consortium,
    Params,
    accept_first,
    accept_next,
    default_quorum,
    fingerprint,
)
from tests.protocol.companies import (
    ALPHA,
    BETA,
    DAY_S,
    FOUNDERS,
    GAMMA,
    NOW,
    Company,
    edited,
    founding,
)

FIRST = founding()
DELTA = Company("delta", 4)


def signed_by(document: bytes, *companies: Company) -> Signed:
    return sign(document, [company.signer("board") for company in companies])


def after(current: Consortium, **changes: Any) -> bytes:
    """Return the bytes of the version that follows, with some fields changed."""
    plain = {
        "version": current.version + 1,
        "prev_sha256": current.digest().hex(),
        "issued": current.issued + DAY_S,
        "expires": current.issued + 31 * DAY_S,
    }
    return edited(current, **{**plain, **changes})


def board(*companies: Company, threshold: int) -> dict[str, Any]:
    keys = [{"holder": company.id, "key": company.public("board")} for company in companies]
    return {"keys": keys, "threshold": threshold}


def test_first_version_is_trusted_by_its_fingerprint() -> None:
    signed = signed_by(FIRST.canonical(), ALPHA, BETA)
    assert accept_first(Signed.parse(signed.encode()), fingerprint(FIRST)) == FIRST
    assert signed.digest.hex() == fingerprint(FIRST)
    assert Consortium.parse(FIRST.canonical()) == FIRST


def test_first_version_of_another_consortium_is_refused() -> None:
    with pytest.raises(MalformedError):
        accept_first(signed_by(FIRST.canonical(), ALPHA, BETA), "0" * 64)


def test_first_version_needs_its_board() -> None:
    for few in ((ALPHA,), (ALPHA, DELTA), (DELTA,)):
        with pytest.raises(MalformedError):
            accept_first(signed_by(FIRST.canonical(), *few), fingerprint(FIRST))


def test_later_version_is_never_first() -> None:
    second = Consortium.parse(after(FIRST))
    signed = signed_by(second.canonical(), ALPHA, BETA)
    with pytest.raises(MalformedError):
        accept_first(signed, signed.digest.hex())
    with pytest.raises(MalformedError):
        fingerprint(second)


def test_newer_protocol_is_refused() -> None:
    newer = Consortium.parse(edited(FIRST, min_protocol=2))
    with pytest.raises(MalformedError):
        accept_first(signed_by(newer.canonical(), ALPHA, BETA), fingerprint(newer))
    with pytest.raises(MalformedError):
        accept_next(FIRST, signed_by(after(FIRST, min_protocol=2), ALPHA, BETA), now=NOW + DAY_S)


@given(st.sets(st.sampled_from(FOUNDERS), min_size=1))
def test_next_version_needs_the_threshold(signers: set[Company]) -> None:
    signed = signed_by(after(FIRST), *signers)
    if len(signers) < FIRST.board.threshold:
        with pytest.raises(MalformedError):
            accept_next(FIRST, signed, now=NOW + DAY_S)
    else:
        assert accept_next(FIRST, signed, now=NOW + DAY_S).version == 2


def test_both_boards_decide() -> None:
    document = after(FIRST, board=board(GAMMA, DELTA, threshold=2))
    for few in ((ALPHA, BETA), (GAMMA, DELTA), (ALPHA, GAMMA), (ALPHA, BETA, DELTA)):
        with pytest.raises(MalformedError):
            accept_next(FIRST, signed_by(document, *few), now=NOW + DAY_S)
    for enough in ((ALPHA, BETA, GAMMA, DELTA), (ALPHA, GAMMA, DELTA)):
        accept_next(FIRST, signed_by(document, *enough), now=NOW + DAY_S)


def test_two_keys_of_one_holder_are_one_vote() -> None:
    keys = [
        {"holder": ALPHA.id, "key": ALPHA.public("board")},
        {"holder": ALPHA.id, "key": DELTA.public("board")},
        {"holder": BETA.id, "key": BETA.public("board")},
    ]
    first = Consortium.parse(edited(FIRST, board={"keys": keys, "threshold": 2}))
    with pytest.raises(MalformedError):
        accept_first(signed_by(first.canonical(), ALPHA, DELTA), fingerprint(first))
    accept_first(signed_by(first.canonical(), DELTA, BETA), fingerprint(first))


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 3},
        {"prev_sha256": "0" * 64},
        {"consortium": "別のリレー"},
        {"issued": NOW - 1, "expires": NOW + DAY_S},
        {"issued": NOW + DAY_S + 61},
        {"members": [BETA.member.to_json(), GAMMA.member.to_json(), DELTA.member.to_json()]},
    ],
    ids=["version", "chain", "name", "older", "future", "vanished"],
)
def test_version_that_does_not_follow_is_refused(changes: dict[str, Any]) -> None:
    signed = signed_by(after(FIRST, **changes), ALPHA, BETA)
    with pytest.raises(MalformedError):
        accept_next(FIRST, signed, now=NOW + DAY_S)


def test_current_version_again_is_not_next() -> None:
    with pytest.raises(MalformedError):
        accept_next(FIRST, signed_by(FIRST.canonical(), ALPHA, BETA), now=NOW + DAY_S)


def test_who_was_away_walks_through_expired_versions() -> None:
    now = NOW + 200 * DAY_S
    second = accept_next(FIRST, signed_by(after(FIRST), ALPHA, BETA), now=now)
    with pytest.raises(ExpiredError):
        second.check_current(now=now)
    document = after(second, issued=now - DAY_S, expires=now + DAY_S)
    third = accept_next(second, signed_by(document, ALPHA, BETA), now=now)
    third.check_current(now=now)
    with pytest.raises(ExpiredError):
        third.check_current(now=now + DAY_S)


def test_member_may_leave_but_not_vanish() -> None:
    gone = {**GAMMA.member.to_json(), "status": "left", "until": "2026-10-01"}
    members = [ALPHA.member.to_json(), BETA.member.to_json(), gone]
    document = after(FIRST, members=members, witness_quorum=1)
    second = accept_next(FIRST, signed_by(document, ALPHA, BETA), now=NOW + DAY_S)
    assert second.active() == (ALPHA.member, BETA.member)
    assert second.active(besides=ALPHA.id) == (BETA.member,)
    assert second.member(GAMMA.id).status == "left"
    assert second.is_member(GAMMA.id)
    assert not second.is_member(DELTA.id)
    with pytest.raises(UntrustedError):
        second.member(DELTA.id)


def set_member(field: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(plain: dict[str, Any]) -> None:
        plain["members"][1][field] = value

    return change


def set_param(field: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(plain: dict[str, Any]) -> None:
        plain["params"][field] = value

    return change


def set_field(field: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(plain: dict[str, Any]) -> None:
        plain[field] = value

    return change


REFUSED: dict[str, Callable[[dict[str, Any]], None]] = {
    "id twice": set_member("id", ALPHA.id),
    "number twice": set_member("corporate_number", "1".rjust(13, "0")),
    "url twice": set_member("url", ALPHA.member.url),
    "org key twice": set_member("org_key", ALPHA.public("org")),
    "until while active": set_member("until", "2026-10-01"),
    "left without until": set_member("status", "left"),
    "unknown status": set_member("status", "asleep"),
    "small org key": set_member("org_key", b64url_encode(b"\x01" + bytes(31))),
    "url with a path": set_member("url", "https://beta.example.jp/x"),
    "url with a slash": set_member("url", "https://beta.example.jp/"),
    "url with a query": set_member("url", "https://beta.example.jp?x"),
    "url with a user": set_member("url", "https://a@beta.example.jp"),
    "url in capitals": set_member("url", "https://BETA.example.jp"),
    "url of another kind": set_member("url", "ftp://beta.example.jp"),
    "url with a line break": set_member("url", "https://beta.example.jp\n"),
    "short number": set_member("corporate_number", "1"),
    "empty address": set_member("address", ""),
    "unknown member field": set_member("fax", "1"),
    "k of one": set_param("k_anon", 1),
    "ratio of none": set_param("relay_ratio", 0),
    "unknown level": set_param("count_level", "E4"),
    "level as a number": set_param("count_level", 1),
    "param as a text": set_param("lease_s", "3600"),
    "unknown param": set_param("colour", 1),
    "no prev from 2 on": set_field("version", 2),
    "prev in 1": set_field("prev_sha256", "0" * 64),
    "too long": set_field("expires", NOW + MAX_AGE_S + 1),
    "ends as it begins": set_field("expires", NOW),
    "quorum above all": set_field("witness_quorum", 3),
    "negative quorum": set_field("witness_quorum", -1),
    "witness that is no key": set_field("witnesses", ["w.example.jp+00000000+AAAA"]),
    "no members": set_field("members", []),
    "threshold of none": set_field("board", board(ALPHA, threshold=0)),
    "threshold above holders": set_field("board", board(ALPHA, BETA, threshold=3)),
    "board key twice": set_field("board", board(ALPHA, ALPHA, threshold=1)),
    "no board": set_field("board", {"keys": [], "threshold": 1}),
    "other version of the form": set_field("v", 2),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_incoherent_file_is_refused(name: str) -> None:
    plain = copy.deepcopy(FIRST.to_json())
    REFUSED[name](plain)
    with pytest.raises(MalformedError):
        Consortium.parse(canonical_json.dumps(plain))


@pytest.mark.parametrize("name", sorted(Params.model_fields))
def test_every_parameter_must_be_stated(name: str) -> None:
    plain = copy.deepcopy(FIRST.to_json())
    del plain["params"][name]
    with pytest.raises(MalformedError):
        Consortium.parse(canonical_json.dumps(plain))


def test_defaults_are_those_of_the_protocol() -> None:
    assert Params.default(4).to_json() == {
        "relay_ratio": 10,
        "k_anon": 10,
        "lease_s": 3600,
        "sla_s": 86400,
        "undo_s": 1800,
        "count_level": Level.E1,
        "reveal_level": Level.E1,
        "count_hold_s": 604800,
        "open_proposals_per_credit": 3,
        "proposals_per_day": 50,
        "issuer_cap": 5,
        "return_cap": 1,
        "credit_life": 365,
        "batch_min": 10,
    }
    assert Params.default(3).issuer_cap == 10


def test_quorum_by_default_is_more_than_half_of_the_others() -> None:
    assert [default_quorum(others) for others in range(6)] == [0, 1, 2, 2, 3, 3]


def test_external_witness_counts_for_the_quorum() -> None:
    witness = ALPHA.descriptor("0" * 64).witness_verifier().text
    plain = edited(FIRST, witnesses=[witness], witness_quorum=3)
    assert Consortium.parse(plain).witnesses == (witness,)


def test_host_and_keys_of_a_member() -> None:
    assert ALPHA.member.host == "alpha.example.jp"
    assert ALPHA.member.org_keys() == {ALPHA.key_id("org"): ALPHA.key("org").public}
    assert key_id("org", ALPHA.key("org").public.raw) != key_id(
        "board", ALPHA.key("org").public.raw
    )
    assert not FIRST.is_member(MemberId(new_id()))


@given(st.data())
def test_changed_bit_of_a_signed_version_is_found(data: st.DataObject) -> None:
    signed = signed_by(after(FIRST), ALPHA, BETA)
    changed = bytearray(signed.doc)
    bit = data.draw(st.integers(0, len(changed) * 8 - 1))
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(MalformedError):
        accept_next(FIRST, Signed(bytes(changed), signed.sigs), now=NOW + DAY_S)
