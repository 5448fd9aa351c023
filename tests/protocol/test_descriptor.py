import copy
from collections.abc import Callable
from typing import Any

import pytest

from crypto import canonical_json
from protocol.descriptor import MAX_AGE_S, DescribedKey, Descriptor, accept, accept_next
from protocol.document import Signed
from protocol.errors import ConflictError, ExpiredError, MalformedError
from protocol.log.note import Verifier
from protocol.membership import fingerprint
from tests.protocol.companies import ALPHA, BETA, DAY_S, NOW, edited, founding

CS = fingerprint(founding())
MINE = ALPHA.descriptor(CS)


def listed(purpose: str, key: str, start: int = NOW, until: int = NOW + DAY_S) -> dict[str, Any]:
    return {"purpose": purpose, "alg": "ed25519", "key": key, "from": start, "until": until}


def test_descriptor_is_signed_by_the_offline_key() -> None:
    signed = ALPHA.signed("org", MINE.canonical())
    assert accept(Signed.parse(signed.encode()), ALPHA.member, CS) == MINE
    for purpose in ("http", "document", "board"):
        with pytest.raises(MalformedError):
            accept(ALPHA.signed(purpose, MINE.canonical()), ALPHA.member, CS)


def test_descriptor_of_another_is_refused() -> None:
    theirs = BETA.descriptor(CS)
    with pytest.raises(MalformedError):
        accept(BETA.signed("org", theirs.canonical()), ALPHA.member, CS)
    with pytest.raises(MalformedError):
        accept(ALPHA.signed("org", theirs.canonical()), ALPHA.member, CS)


@pytest.mark.parametrize(
    "changes",
    [
        {"member": BETA.id},
        {"cs": "0" * 64},
        {"host": "beta.example.jp"},
        {
            "keys": [
                *(listed(purpose, ALPHA.public(purpose)) for purpose in ("http", "log", "witness")),
                listed("document", ALPHA.public("org")),
            ]
        },
    ],
    ids=["member", "consortium", "host", "offline key online"],
)
def test_descriptor_that_does_not_fit_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        accept(ALPHA.signed("org", edited(MINE, **changes)), ALPHA.member, CS)


def test_only_a_higher_number_replaces() -> None:
    second = ALPHA.signed("org", edited(MINE, number=2))
    newer = accept_next(MINE, second, ALPHA.member)
    assert newer.number == 2
    for old in (ALPHA.signed("org", MINE.canonical()), second):
        with pytest.raises(ConflictError):
            accept_next(newer, old, ALPHA.member)


def test_names_follow_from_the_host() -> None:
    assert MINE.origin == "alpha.example.jp/tasuki/v1/log/0001"
    assert MINE.witness_name == "alpha.example.jp/tasuki/v1/witness"
    log = ALPHA.key("log").public.raw
    witness = ALPHA.key("witness").public.raw
    assert MINE.log_verifier() == Verifier(MINE.origin, 0x01, log)
    assert MINE.witness_verifier() == Verifier(MINE.witness_name, 0x04, witness)


def test_keys_are_found_by_purpose_and_time() -> None:
    assert MINE.keys("http") == {ALPHA.key_id("http"): ALPHA.key("http").public}
    key = MINE.key("document", NOW)
    assert key.id == ALPHA.key_id("document")
    assert key.verify_key == ALPHA.key("document").public
    for at in (NOW - 1, NOW + 60 * DAY_S):
        with pytest.raises(ExpiredError):
            MINE.key("document", at)


def test_younger_of_two_overlapping_keys_signs() -> None:
    keys = [*MINE.to_json()["keys"], listed("http", BETA.public("http"), NOW + DAY_S, NOW + 9**7)]
    both = Descriptor.parse(edited(MINE, keys=keys))
    assert len(both.keys("http")) == 2
    assert both.key("http", NOW).id == ALPHA.key_id("http")
    assert both.key("http", NOW + DAY_S).id == BETA.key_id("http")


def test_descriptor_expires() -> None:
    MINE.check_current(now=MINE.expires - 1)
    with pytest.raises(ExpiredError):
        MINE.check_current(now=MINE.expires)


def test_document_key_is_the_one_that_signed() -> None:
    assert MINE.document_key(ALPHA.signed("document", b"x")).id == ALPHA.key_id("document")
    with pytest.raises(MalformedError):
        MINE.document_key(ALPHA.signed("http", b"x"))
    both = ALPHA.signed("document", b"x").countersign(*BETA.signer("document"))
    with pytest.raises(MalformedError):
        MINE.document_key(both)


@pytest.mark.parametrize("mode", ["agency", "free-permit", "info-provision"])
def test_licensed_mode_states_its_number(mode: str) -> None:
    with pytest.raises(MalformedError):
        Descriptor.parse(edited(MINE, legal_mode=mode))
    assert Descriptor.parse(edited(MINE, legal_mode=mode, licence="13-ユ-000000")).licence


@pytest.mark.parametrize("mode", ["sandbox", "own-group"])
def test_other_mode_claims_no_licence(mode: str) -> None:
    assert Descriptor.parse(edited(MINE, legal_mode=mode)).legal_mode == mode
    with pytest.raises(MalformedError):
        Descriptor.parse(edited(MINE, legal_mode=mode, licence="13-ユ-000000"))


def set_key(field: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(plain: dict[str, Any]) -> None:
        plain["keys"][0][field] = value

    return change


def set_field(field: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(plain: dict[str, Any]) -> None:
        plain[field] = value

    return change


def more_keys(*entries: dict[str, Any]) -> Callable[[dict[str, Any]], None]:
    def change(plain: dict[str, Any]) -> None:
        plain["keys"].extend(entries)

    return change


REFUSED: dict[str, Callable[[dict[str, Any]], None]] = {
    "too long": set_field("expires", NOW + MAX_AGE_S + 1),
    "ends as it begins": set_field("expires", NOW),
    "number 0": set_field("number", 0),
    "unknown mode": set_field("legal_mode", "none"),
    "host with a path": set_field("host", "alpha.example.jp/x"),
    "unknown field": set_field("revision", 1),
    "key for too long": set_key("until", NOW + MAX_AGE_S + 1),
    "key that never lives": set_key("until", NOW),
    "other algorithm": set_key("alg", "rsa"),
    "other purpose": set_key("purpose", "oprf"),
    "no http key": set_key("purpose", "document"),
    "python's word for from": set_key("start", NOW),
    "one key for two purposes": more_keys(listed("http", ALPHA.public("log"))),
    "two log keys": more_keys(listed("log", BETA.public("log"))),
    "two witness keys": more_keys(listed("witness", BETA.public("witness"))),
    "three http keys": more_keys(
        listed("http", BETA.public("http")), listed("http", BETA.public("log"))
    ),
    "seven keys": more_keys(
        *(listed("http", BETA.public(name)) for name in ("http", "log", "witness"))
    ),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_incoherent_descriptor_is_refused(name: str) -> None:
    plain = copy.deepcopy(MINE.to_json())
    REFUSED[name](plain)
    with pytest.raises(MalformedError):
        Descriptor.parse(canonical_json.dumps(plain))


def test_wire_says_from() -> None:
    assert set(MINE.to_json()["keys"][0]) == {"purpose", "alg", "key", "from", "until"}
    assert Descriptor.parse(MINE.canonical()) == MINE
    assert DescribedKey.from_json(MINE.to_json()["keys"][0]) == MINE.listed[0]
