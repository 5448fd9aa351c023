"""A23: everything that one node knows of applications, written and read by another."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import col, select

from node.domain.errors import InterchangeError
from node.domain.interchange import head
from node.domain.recipients import Scope
from node.services.interchange import Interchange
from node.services.records import Taken
from node.storage import people
from node.storage.tables.application import Application
from node.storage.tables.person import Person
from node.storage.vault import Vault
from tests.node.corpus.people import doda, herp, hrmos, jobcan
from tests.node.services.intake_world import World, open_world, row


@pytest.fixture
def worlds(tmp_path: Path) -> Iterator[tuple[World, World]]:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    with open_world(first) as one, open_world(second) as other:
        yield one, replace(other, vault=Vault(b"n" * 32, b"j" * 32))


def interchange(world: World) -> Interchange:
    return Interchange(world.db, world.clock, world.vault, world.intake.records)


def filled(world: World) -> World:
    """Take in the whole corpus, and one person with two applications."""
    for make in (herp, hrmos, jobcan, doda):
        world.intake.import_file(
            make(), "a.csv", source=make.__name__, progress=lambda _done, _all: None
        )
    world.take([row(1), row(1, 応募ID="A-10", 求人名="経理", 応募日="2026/09/01"), row(2)])
    return world


def test_a23_what_was_written_and_read_is_written_in_the_same_bytes(
    worlds: tuple[World, World],
) -> None:
    one, other = filled(worlds[0]), worlds[1]
    written = list(interchange(one).export())
    found = interchange(other).take(written)
    assert found == {Taken.ADDED: len(written) - 1}
    assert list(interchange(other).export()) == written
    for world in worlds:
        listed, total = world.applicants.listed(tag=None, page=1)
        assert len(listed) == total
    assert worlds[0].applicants.facets() == worlds[1].applicants.facets()


def test_the_same_file_twice_changes_nothing(worlds: tuple[World, World]) -> None:
    one, other = filled(worlds[0]), worlds[1]
    written = list(interchange(one).export())
    interchange(other).take(written)
    assert interchange(other).take(written) == {Taken.UNCHANGED: len(written) - 1}
    assert interchange(one).take(written) == {Taken.UNCHANGED: len(written) - 1}


def test_a_person_who_was_told_by_the_other_node_gets_no_second_letter(
    worlds: tuple[World, World],
) -> None:
    one, other = worlds
    today = f"{one.clock.now().date():%Y/%m/%d}"
    assert one.queue([row(1, 応募日=today, 終了日=today, 書類実施日="", 一次実施日="")]) == 1
    interchange(other).take(interchange(one).export())
    assert other.letters.queue_rejections() == 0


def test_a_broken_file_takes_nothing_in(worlds: tuple[World, World]) -> None:
    one, other = filled(worlds[0]), worlds[1]
    written = list(interchange(one).export())
    with pytest.raises(InterchangeError):
        interchange(other).take([*written[:-1], b"{}\n"])
    assert other.applicants.listed(tag=None, page=1) == ([], 0)
    assert other.intake.history() == []


def test_the_erased_are_in_no_file_and_not_taken_in_again(worlds: tuple[World, World]) -> None:
    one, other = worlds
    one.take([row(1), row(2), row(3)])
    with one.db.begin() as tx:
        third = tx.exec(select(Application.person_id).order_by(col(Application.id))).all()[-1]
        tx.get_one(Person, third).profile_key = None  # as an erasure leaves it
    written = list(interchange(one).export())
    assert len(written) == 3  # with the head
    assert written[0] == head(2) + b"\n"
    gone = json.loads(written[1])["identity"]["mails"][0]
    digest = other.vault.blind("mail", gone)
    with other.db.begin() as tx:
        people.suppress_index(tx, digest, scope=Scope.ERASED, day="2026-11-01")
    assert interchange(other).take(written) == {Taken.ADDED: 1, Taken.SUPPRESSED: 1}
