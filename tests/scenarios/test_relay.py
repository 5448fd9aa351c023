"""The relay from the rejection letter to the sealed reveal, between nodes in one process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from node.demo.openings import openings
from tests.scenarios.applicants import applicant, file_of
from tests.scenarios.consortium import Consortium, Member, founded
from tests.scenarios.person import Person


@pytest.fixture
def consortium(tmp_path: Path) -> Iterator[Consortium]:
    with founded(tmp_path) as found:
        found.tick(2)
        yield found


def rejected(consortium: Consortium, name: str, people: int) -> list[Person]:
    """Import people whom a company rejected and send them their letters."""
    member = consortium[name]
    number = "alpha beta gamma".split().index(name) * 1000
    rows = [applicant(number + at) for at in range(people)]
    result = member.node.people.intake.import_csv(
        file_of(*rows), source="csv", progress=lambda _done, _all: None
    )
    assert (result.added, result.errors) == (people, ())
    letters = member.node.people.letters
    assert letters.queue_rejections() == people
    assert letters.confirm(people) == people
    consortium.tick()
    assert len(member.mail.letters) == people
    return [Person(member, row["メールアドレス"]) for row in rows]


def opening_at(member: Member) -> str:
    draft = next(
        draft
        for draft in openings(member.name, today=member.node.own.outside.clock.now().date())
        if not draft.requirement.occupations or "sales" in draft.requirement.occupations
    )
    return member.node.hiring.openings.add([draft])[0]


def test_a_consent_becomes_a_token_at_each_chosen_peer_alone(consortium: Consortium) -> None:
    people = rejected(consortium, "alpha", 3)
    people[0].agree(consortium["beta"].id)
    consortium.tick(3)
    beta, gamma = consortium["beta"].node, consortium["gamma"].node
    assert beta.counters()["peer_tokens"] == 1
    assert gamma.counters()["peer_tokens"] == 0
    counted = consortium["alpha"].node.counters()
    assert (counted["tokens_live"], counted["tokens_decoy"]) == (1, 1)


def test_ten_people_introduced_are_one_credit(consortium: Consortium) -> None:
    people = rejected(consortium, "alpha", 10)
    for person in people:
        person.agree(consortium["beta"].id, consortium["gamma"].id)
    consortium.tick(8)
    node = consortium["alpha"].node
    for reader in consortium.members.values():
        with reader.node.own.db.read() as tx:
            _, balance = reader.node.network.ledger.balance(tx, node.own.me)
        assert (balance.counts, balance.earned, balance.living) == (10, 1, 1)
