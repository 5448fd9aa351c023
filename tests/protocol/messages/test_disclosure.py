from typing import Any

import pytest

from protocol.body import Opening
from protocol.errors import MalformedError
from protocol.level import Level
from protocol.messages.disclosure import DisclosureAccept, DisclosureDecline
from tests.protocol.agreed_person import AgreedPerson, candidate_key
from tests.protocol.companies import BETA, edited

MESSAGE = AgreedPerson().as_received()[0]
KEYLESS = AgreedPerson(level=Level.E0).as_received()[0]
WHOLE = Opening.make({"kind": "consent.give"}, {"blocks": [{"name": BETA.name}]})


def test_keyless_acceptance_comes_back() -> None:
    assert DisclosureAccept.parse(KEYLESS.canonical()) == KEYLESS
    assert "key" not in KEYLESS.to_json()


def test_opening_comes_back_in_its_erased_form() -> None:
    opened = MESSAGE.consent.opened
    assert opened.is_erased
    assert opened.to_json() == MESSAGE.consent.opening


def with_opening(opening: dict[str, Any]) -> bytes:
    return edited(MESSAGE, consent=MESSAGE.consent.to_json() | {"opening": opening})


def test_block_list_must_not_travel() -> None:
    with pytest.raises(MalformedError):
        DisclosureAccept.parse(with_opening(WHOLE.to_json()))
    DisclosureAccept.parse(with_opening(WHOLE.erased().to_json()))


def test_what_is_no_opening_is_refused() -> None:
    with pytest.raises(MalformedError):
        DisclosureAccept.parse(with_opening({"ev": {}}))


def test_key_and_its_salt_come_together() -> None:
    with pytest.raises(MalformedError):
        DisclosureAccept.parse(edited(MESSAGE, key=None))
    with pytest.raises(MalformedError):
        DisclosureAccept.parse(edited(KEYLESS, key=candidate_key().to_json()))


def test_decline_says_nothing() -> None:
    assert DisclosureDecline().canonical() == b"{}"
