import pytest

from protocol.envelope_life import Event, State, advance
from protocol.errors import UnexpectedEventError


@pytest.mark.parametrize("first", Event)
@pytest.mark.parametrize("second", Event)
def test_an_envelope_is_settled_once(first: Event, second: Event) -> None:
    settled = advance(State.WAITING, first)
    with pytest.raises(UnexpectedEventError):
        advance(settled, second)
