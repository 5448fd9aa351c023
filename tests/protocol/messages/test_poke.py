import pytest

from protocol.errors import MalformedError
from protocol.messages.poke import Poke
from tests.protocol.agreed_person import LOG


def test_poke_names_log_and_size_only() -> None:
    poke = Poke(log=LOG, size=3)
    assert poke.to_json() == {"log": LOG, "size": 3}
    with pytest.raises(MalformedError):
        Poke.parse(b'{"log":"alpha","size":3}')
