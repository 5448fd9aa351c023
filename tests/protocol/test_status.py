import pytest

from protocol.errors import ExpiredError, MalformedError
from protocol.status import Status, open_status
from tests.protocol.companies import ALPHA, BETA, DAY_S, NOW, edited

OWNER = ALPHA.descriptor("0" * 64)
LEASE_S = 3600
STATUS = Status(
    v=1, origin=OWNER.origin, size=3, root="a" * 64, issued=NOW, valid_until=NOW + LEASE_S
)


def test_status_is_opened_by_its_owners_document_key() -> None:
    signed = ALPHA.signed("document", STATUS.canonical())
    assert open_status(signed, OWNER, lease_s=LEASE_S) == STATUS
    for other in (ALPHA.signed("log", STATUS.canonical()), BETA.signed("document", b"{}")):
        with pytest.raises(MalformedError):
            open_status(other, OWNER, lease_s=LEASE_S)


@pytest.mark.parametrize(
    "document",
    [
        edited(STATUS, origin="beta.example.jp/tasuki/v1/log/0001"),
        edited(STATUS, origin="alpha.example.jp/tasuki/v1/log/0002"),
        edited(STATUS, valid_until=NOW + LEASE_S + 1),
        edited(STATUS, issued=NOW - 1, valid_until=NOW - 1 + LEASE_S),
        edited(STATUS, issued=NOW + 60 * DAY_S, valid_until=NOW + 60 * DAY_S + LEASE_S),
        edited(STATUS, valid_until=NOW),
        edited(STATUS, size=-1),
        edited(STATUS, note="x"),
    ],
    ids=[
        "another's log",
        "another log",
        "longer lease",
        "before its key",
        "after its key",
        "no time",
        "no size",
        "more fields",
    ],
)
def test_other_status_is_refused_though_signed(document: bytes) -> None:
    with pytest.raises(MalformedError):
        open_status(ALPHA.signed("document", document), OWNER, lease_s=LEASE_S)


def test_lease_ends_and_begins_within_the_skew_of_clocks() -> None:
    for now in (NOW - 60, NOW, NOW + LEASE_S - 1):
        STATUS.check_valid(now=now)
    for now in (NOW - 61, NOW + LEASE_S):
        with pytest.raises(ExpiredError):
            STATUS.check_valid(now=now)
