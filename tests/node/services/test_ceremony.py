from datetime import timedelta

import pytest

from crypto.ed25519 import SigningKey
from node.clock import StandingClock
from node.services.ceremony import (
    describe,
    draft_admission,
    draft_first,
    founder_request,
    newcomer_request,
    parameters,
    read_draft,
    sign_descriptor,
    sign_draft,
)
from node.services.errors import CeremonyError
from node.storage.keyfiles import NodeKeys
from protocol import descriptor as descriptors
from protocol.admission import AdmissionRequest, open_request
from protocol.document import Signed
from protocol.errors import MalformedError
from protocol.level import Level
from protocol.membership import accept_first, accept_next, fingerprint
from tests.node.services.founders import LIFETIME, Founder, company, draft, signed_by

CLOCK = StandingClock()
ALPHA, BETA, GAMMA = (Founder.of(name, n, CLOCK) for n, name in enumerate(("a", "b", "c"), 1))
FOUNDERS = [ALPHA, BETA, GAMMA]
NOW = int(CLOCK.now().timestamp())


def newcomer(cs: str, number: int = 4) -> AdmissionRequest:
    signed = newcomer_request(company("d", number), SigningKey.generate(), cs, now=CLOCK.now())
    return open_request(signed.encode())


def test_founders_draft_and_sign_version_one() -> None:
    first = draft(FOUNDERS, CLOCK)
    signed = sign_draft(first.canonical(), ALPHA.board)
    signed = sign_draft(signed.encode(), BETA.board)
    accepted = accept_first(signed, fingerprint(first))
    assert [member.name.en for member in accepted.members] == ["a, Inc.", "b, Inc.", "c, Inc."]
    assert accepted.board.threshold == 2
    assert accepted.witness_quorum == 2


def test_one_signature_of_three_is_not_enough() -> None:
    first = draft(FOUNDERS, CLOCK)
    signed = sign_draft(first.canonical(), ALPHA.board)
    with pytest.raises(MalformedError, match="too few"):
        accept_first(signed, fingerprint(first))


def test_a_draft_is_signed_once_by_each() -> None:
    once = sign_draft(draft(FOUNDERS, CLOCK).canonical(), ALPHA.board)
    with pytest.raises(MalformedError, match="signed by that key already"):
        sign_draft(once.encode(), ALPHA.board)


def test_a_stranger_cannot_sign() -> None:
    with pytest.raises(CeremonyError, match="another key"):
        sign_draft(draft(FOUNDERS, CLOCK).canonical(), SigningKey.generate())


@pytest.mark.parametrize("payload", [b"", b"{}", b"[]"], ids=range(3))
def test_what_is_no_draft_is_refused(payload: bytes) -> None:
    with pytest.raises(MalformedError):
        read_draft(payload)


@pytest.mark.parametrize("founders", [[], [ALPHA], [ALPHA, ALPHA]], ids=["none", "one", "twice"])
def test_a_consortium_needs_two_companies(founders: list[Founder]) -> None:
    with pytest.raises(CeremonyError):
        draft(founders, CLOCK)


def test_a_newcomer_cannot_found() -> None:
    with pytest.raises(CeremonyError, match="founders"):
        draft_first(
            "x",
            [ALPHA.request, newcomer("ab" * 32)],
            parameters(2, {}),
            lifetime=LIFETIME,
            now=CLOCK.now(),
        )


def test_a_version_lasts_at_most_ninety_days() -> None:
    with pytest.raises(CeremonyError, match="90 days"):
        draft_first(
            "x",
            [ALPHA.request, BETA.request],
            parameters(2, {}),
            lifetime=timedelta(days=91),
            now=CLOCK.now(),
        )


def test_parameters_are_changed_by_name() -> None:
    params = parameters(3, {"k_anon": "5", "reveal_level": "E0"})
    assert params.k_anon == 5
    assert params.reveal_level == Level.E0
    assert params.issuer_cap == 10


@pytest.mark.parametrize(
    "changes",
    [{"k": "5"}, {"k_anon": "1"}, {"k_anon": "five"}, {"k_anon": "５"}, {"reveal_level": "E9"}],
    ids=range(5),
)
def test_other_parameters_are_refused(changes: dict[str, str]) -> None:
    with pytest.raises(CeremonyError, match="parameter"):
        parameters(3, changes)


def test_the_board_admits_a_newcomer() -> None:
    first = draft(FOUNDERS, CLOCK)
    cs = fingerprint(first)
    following = draft_admission(first, cs, newcomer(cs), lifetime=LIFETIME, now=CLOCK.now())
    signed = signed_by(following.canonical(), [ALPHA, GAMMA])
    accepted = accept_next(first, Signed.parse(signed), now=NOW)
    assert accepted.version == 2
    assert len(accepted.members) == 4
    assert accepted.witness_quorum == 2


def test_a_newcomer_of_another_consortium_is_not_admitted() -> None:
    first = draft(FOUNDERS, CLOCK)
    with pytest.raises(CeremonyError, match="another consortium"):
        draft_admission(
            first, fingerprint(first), newcomer("ab" * 32), lifetime=LIFETIME, now=CLOCK.now()
        )


def test_a_member_is_not_admitted_twice() -> None:
    first = draft(FOUNDERS, CLOCK)
    cs = fingerprint(first)
    with pytest.raises(CeremonyError, match="cannot be admitted"):
        draft_admission(first, cs, newcomer(cs, number=1), lifetime=LIFETIME, now=CLOCK.now())


def test_settings_that_make_no_member_are_refused() -> None:
    with pytest.raises(CeremonyError, match="settings"):
        founder_request(
            company("d", 10**13), SigningKey.generate(), SigningKey.generate(), now=CLOCK.now()
        )


def test_a_node_describes_itself_under_its_offline_key() -> None:
    cs = fingerprint(draft(FOUNDERS, CLOCK))
    keys = NodeKeys.generate()
    member = ALPHA.request.member
    described = describe(
        member, cs, keys, legal_mode="sandbox", licence=None, number=1, now=CLOCK.now()
    )
    accepted = descriptors.accept(sign_descriptor(described, ALPHA.org), member, cs)
    assert accepted.log_verifier().key == keys.log.public.raw
    assert accepted.key("http", NOW).verify_key == keys.http.public
    with pytest.raises(MalformedError):
        descriptors.accept(sign_descriptor(described, BETA.org), member, cs)
