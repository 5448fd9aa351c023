"""Keys of the company's own systems: what they are called, what they may do, how they end."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from node.clock import StandingClock
from node.services.api_keys import ApiKeys, KeyRefusedError, Scope, ScopeMissingError
from node.services.errors import NoSuchRecordError, RefusedChoiceError
from node.storage import api_keys
from node.storage.database import open_database
from tests.sqlite import lay_schema

ALL = frozenset(Scope)


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[ApiKeys]:
    db = open_database(f"sqlite:///{tmp_path}/node.sqlite3")
    lay_schema(db)
    yield ApiKeys(db, StandingClock())
    db.close()


def test_a_key_needs_a_name_of_one_line_and_a_scope(keys: ApiKeys) -> None:
    for name in ("", "  ", "two\nlines", "x" * 201):
        with pytest.raises(RefusedChoiceError):
            keys.add(name, ALL)
    with pytest.raises(RefusedChoiceError):
        keys.add("人事システム", frozenset())
    assert keys.listed() == []


def test_a_key_does_what_its_scopes_say_and_no_more(keys: ApiKeys) -> None:
    secret = keys.add(" 人事システム ", ALL)
    id_ = keys.check(secret, Scope.APPLICANTS_WRITE)
    (listed,) = keys.listed()
    assert (listed.id, listed.name, listed.scopes) == (id_, "人事システム", tuple(Scope))
    with keys.db.begin() as tx:
        key = api_keys.by_id(tx, id_)
        assert key is not None
        key.scopes = "applicants:read"
    with pytest.raises(ScopeMissingError):
        keys.check(secret, Scope.APPLICANTS_WRITE)


def test_a_key_ends_for_good(keys: ApiKeys) -> None:
    clock = keys.clock
    assert isinstance(clock, StandingClock)
    first, second = keys.add("一", ALL), keys.add("二", ALL)
    id_ = keys.check(first, Scope.APPLICANTS_WRITE)
    keys.revoke(id_)
    ended = next(one for one in keys.listed() if one.id == id_).revoked
    clock.advance(timedelta(hours=1))
    keys.revoke(id_)
    assert next(one for one in keys.listed() if one.id == id_).revoked == ended
    with pytest.raises(KeyRefusedError):
        keys.check(first, Scope.APPLICANTS_WRITE)
    keys.check(second, Scope.APPLICANTS_WRITE)
    with pytest.raises(NoSuchRecordError):
        keys.revoke("0" * 32)


def test_the_last_use_is_kept_by_the_minute(keys: ApiKeys) -> None:
    clock = keys.clock
    assert isinstance(clock, StandingClock)
    secret, begun = keys.add("人事システム", ALL), clock.now()
    for seconds, used in ((0, 0), (59, 0), (1, 60)):
        clock.advance(timedelta(seconds=seconds))
        keys.check(secret, Scope.APPLICANTS_WRITE)
        assert keys.listed()[0].used == begun + timedelta(seconds=used)
