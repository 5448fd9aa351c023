"""Links in letters and the codes beside them (THREATS T4, T5)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from node.clock import StandingClock
from node.services.errors import (
    LinkExpiredError,
    LinkLockedError,
    NoSuchLinkError,
    WrongCodeError,
)
from node.services.links import TRIES, LinkKind, Links
from node.storage.database import Database, open_database
from node.storage.tables.letter import Letter, Link
from node.storage.vault import Vault
from protocol.identifiers import new_id
from tests.sqlite import lay_schema

HOUR = timedelta(hours=1)
OTHERS: tuple[LinkKind, ...] = ("disclosure", "stop")


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        found = open_database(f"sqlite:///{tmp_path}/node.sqlite3")
        lay_schema(found)
    else:
        found = open_database(request.getfixturevalue("postgres_url"))
    yield found
    found.close()


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def links(db: Database, clock: StandingClock) -> Links:
    return Links(db, clock, Vault(b"m" * 32, b"i" * 32))


def issued(links: Links, *, ref: str | None = None) -> tuple[str, str]:
    """Return the secret and the code of a link of one hour."""
    with links.db.begin() as tx:
        person = links.vault.new_person(tx, "2026-11-24")
        letter = Letter.new(
            id=new_id(),
            kind="rejection",
            person_id=person,
            template="relay",
            language="ja",
            state="sent",
            queued_at=0,
        )
        tx.add(letter)
        tx.flush()
        until = int((links.clock.now() + HOUR).timestamp())
        return links.issue(tx, "consent", person, letter.id, ref=ref, until=until)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_a_link_with_its_code_lets_in_again_and_again(links: Links) -> None:
    ref = new_id()
    secret, code = issued(links, ref=ref)
    first = links.visit(secret, "consent", code)
    assert first == links.visit(secret, "consent", code) == links.resume(secret, "consent")
    assert first.ref == ref


@pytest.mark.parametrize("typed", ["{} ", " {}", "{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}"])
def test_a_code_may_be_typed_with_spaces(links: Links, typed: str) -> None:
    ref = new_id()
    secret, code = issued(links, ref=ref)
    assert links.visit(secret, "consent", typed.format(code)).ref == ref


def test_a_code_may_be_typed_in_full_width(links: Links) -> None:
    ref = new_id()
    secret, code = issued(links, ref=ref)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    assert links.visit(secret, "consent", wide).ref == ref


def test_neither_the_secret_nor_the_code_is_stored(links: Links) -> None:
    secret, code = issued(links)
    with links.db.read() as tx:
        link = links.look(tx, secret, "consent")
    assert code.encode() not in repr(link.model_dump()).encode()
    assert secret not in repr(link.model_dump())


def test_five_wrong_codes_lock_the_link(links: Links) -> None:
    secret, code = issued(links)
    for left in range(TRIES - 1, 0, -1):
        with pytest.raises(WrongCodeError) as error:
            links.visit(secret, "consent", wrong(code))
        assert error.value.left == left
    with pytest.raises(LinkLockedError):
        links.visit(secret, "consent", wrong(code))
    with pytest.raises(LinkLockedError):
        links.visit(secret, "consent", code)
    with pytest.raises(LinkLockedError):
        links.resume(secret, "consent")
    with links.db.read() as tx:
        assert links.holder(tx, secret, "consent").wrong == TRIES


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef"])
def test_what_is_no_code_is_no_guess(links: Links, typed: str) -> None:
    secret, code = issued(links)
    for _ in range(TRIES + 1):
        with pytest.raises(WrongCodeError):
            links.visit(secret, "consent", typed)
    links.visit(secret, "consent", code)


def test_a_link_ends_at_its_time(links: Links, clock: StandingClock) -> None:
    secret, code = issued(links)
    clock.advance(HOUR - timedelta(seconds=1))
    links.visit(secret, "consent", code)
    clock.advance(timedelta(seconds=1))
    with pytest.raises(LinkExpiredError):
        links.visit(secret, "consent", code)
    with links.db.read() as tx:
        assert isinstance(links.holder(tx, secret, "consent"), Link)


@pytest.mark.parametrize("secret", ["", "x", "ひみつ", "A" * 43, "A" * 500])
def test_what_is_no_link_opens_nothing(links: Links, secret: str) -> None:
    with pytest.raises(NoSuchLinkError):
        links.visit(secret, "consent", "000000")


def test_a_link_is_good_for_its_one_purpose(links: Links) -> None:
    secret, code = issued(links)
    for kind in OTHERS:
        with pytest.raises(NoSuchLinkError):
            links.visit(secret, kind, code)
