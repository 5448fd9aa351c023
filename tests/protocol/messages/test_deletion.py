import pytest

from protocol.errors import MalformedError
from protocol.messages.deletion import DeleteReceipt
from tests.protocol.companies import edited
from tests.protocol.messages.every_message import HASH, ID

NEVER_HELD = DeleteReceipt(token=ID, c=HASH, day="2026-09-21", held=False)


def test_receiver_that_never_held_the_token_says_so() -> None:
    assert DeleteReceipt.parse(NEVER_HELD.canonical()) == NEVER_HELD
    assert NEVER_HELD.to_json()["held"] is False


def test_having_held_it_has_one_spelling() -> None:
    with pytest.raises(MalformedError):
        DeleteReceipt.parse(edited(NEVER_HELD, held=True))
    assert DeleteReceipt.parse(edited(NEVER_HELD, held=None)).held is None
