import pytest

from protocol.consent_life import Event, State, advance
from protocol.errors import UnexpectedEventError


@pytest.mark.parametrize("first", Event)
@pytest.mark.parametrize("second", Event)
def test_a_consent_ends_once(first: Event, second: Event) -> None:
    ended = advance(State.GIVEN, first)
    with pytest.raises(UnexpectedEventError):
        advance(ended, second)
