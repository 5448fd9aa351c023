import pytest

from protocol.directory import Directory
from protocol.errors import MembershipAheadError, UntrustedError
from protocol.membership import fingerprint
from tests.protocol.companies import ALPHA, BETA, FOUNDERS, GAMMA, NOW, founding

FIRST = founding()
CS = fingerprint(FIRST)
MINE = Directory.of([FIRST], [company.descriptor(CS) for company in FOUNDERS])


def without(member: str) -> Directory:
    """Return the directory once *member* left, in a version that came first to hand."""
    members = tuple(
        entry.model_copy(update={"status": "left", "until": "2026-10-01"})
        if entry.id == member
        else entry
        for entry in FIRST.members
    )
    second = FIRST.model_copy(update={"version": 2, "members": members})
    return Directory.of([second, FIRST], [company.descriptor(CS) for company in FOUNDERS])


def test_versions_stand_in_order_and_the_newest_judges() -> None:
    later = without(GAMMA.id)
    assert [version.version for version in later.versions] == [1, 2]
    assert later.current.version == 2
    assert later.cs == CS
    assert later.version(1) == FIRST
    for unknown in (0, 3):
        with pytest.raises(MembershipAheadError):
            later.version(unknown)


def test_a_node_of_no_consortium_trusts_nobody() -> None:
    with pytest.raises(UntrustedError):
        Directory.of([], []).member(ALPHA.id)


def test_the_newest_descriptor_speaks_and_older_keys_stay_known() -> None:
    old = ALPHA.descriptor(CS)
    listed = BETA.descriptor(CS).listed
    new = old.model_copy(update={"number": 2, "listed": listed})
    both = Directory.of([FIRST], [new, old])
    assert both.descriptor(ALPHA.id) == new
    assert set(both.keys(ALPHA.id, "document")) == {
        ALPHA.key_id("document"),
        BETA.key_id("document"),
    }
    assert len(both.log_verifiers(ALPHA.id)) == 2
    # A call is signed today, so an older key opens no door.
    with pytest.raises(UntrustedError):
        both.caller(ALPHA.key_id("http"), NOW)
    assert both.caller(BETA.key_id("http"), NOW)[0] == ALPHA.id


def test_a_key_past_its_end_opens_no_door() -> None:
    key = ALPHA.key_id("http")
    end = ALPHA.descriptor(CS).key("http", NOW).until
    assert MINE.caller(key, end - 1)[0] == ALPHA.id
    with pytest.raises(UntrustedError):
        MINE.caller(key, end)


def test_a_log_belongs_to_one_member() -> None:
    assert MINE.owner_of(MINE.origin(BETA.id)) == BETA.id
    with pytest.raises(UntrustedError):
        MINE.owner_of("delta.example.jp/tasuki/v1/log/0001")
    with pytest.raises(UntrustedError):
        MINE.descriptor("0" * 32)


def test_who_left_witnesses_nobody_and_still_brings_its_deletion_receipts() -> None:
    later = without(GAMMA.id)
    assert later.caller(GAMMA.key_id("http"), NOW)[0] == GAMMA.id
    gammas = MINE.witness_verifiers(GAMMA.id)
    assert set(gammas) <= set(MINE.witnesses_of(ALPHA.id))
    assert not set(gammas) & set(later.witnesses_of(ALPHA.id))
    assert not set(MINE.witness_verifiers(ALPHA.id)) & set(MINE.witnesses_of(ALPHA.id))
