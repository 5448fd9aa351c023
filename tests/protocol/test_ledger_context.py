"""The surroundings of a ledger, from all versions and descriptors known."""

import pytest

from protocol.errors import MembershipAheadError
from protocol.ledger_context import LedgerContext
from tests.protocol.companies import ALPHA, BETA, FOUNDERS, GAMMA, founding

CS = "00" * 32


def test_every_version_has_its_own_terms() -> None:
    first = founding()
    left = first.members[2].model_copy(update={"status": "left", "until": "2026-10-01"})
    second = first.model_copy(
        update={
            "version": 2,
            "params": first.params.model_copy(update={"issuer_cap": 3}),
            "members": (*first.members[:2], left),
        }
    )
    context = LedgerContext.of(ALPHA.id, [first, second], [])
    assert context.terms_of(1).active == {company.id for company in FOUNDERS}
    assert context.terms_of(2).active == {ALPHA.id, BETA.id}
    assert [context.terms_of(mv).params.issuer_cap for mv in (1, 2)] == [10, 3]
    with pytest.raises(MembershipAheadError):
        context.terms_of(3)


def test_all_keys_ever_listed_are_known_once() -> None:
    newer = GAMMA.descriptor(CS)
    rotated = BETA.descriptor(CS).model_copy(update={"number": 2, "listed": newer.listed})
    descriptors = [company.descriptor(CS) for company in FOUNDERS]
    context = LedgerContext.of(ALPHA.id, [founding()], [*descriptors, descriptors[0], rotated])
    assert [key.member for key in context.logs] == [ALPHA.id, BETA.id, GAMMA.id, BETA.id]
    assert {key.verifier.name for key in context.logs if key.member == BETA.id} == {
        "beta.example.jp/tasuki/v1/log/0001"
    }
    assert context.witnesses == (descriptors[0].witness_verifier(),)
