"""The relay from the rejection letter to the sealed reveal, between nodes in one process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from node.demo.openings import openings
from protocol.audit.verdict import verify
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
    number = ["alpha", "beta", "gamma"].index(name) * 1000
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


def credited(consortium: Consortium, name: str) -> list[Person]:
    """Let a company earn one credit by ten people."""
    people = rejected(consortium, name, 10)
    others = [other.id for other in consortium.members.values() if other.name != name]
    for person in people:
        person.agree(*others)
    consortium.tick(8)
    return people


def proposed(consortium: Consortium, proposer: str, *, answer_within: int = 3600) -> str:
    """Propose for the best match of a fresh opening; return the proposal's id."""
    member = consortium[proposer]
    opening = opening_at(member)
    best = member.node.hiring.search.best(opening)
    assert best
    now = int(consortium.clock.now().timestamp())
    proposal = member.node.hiring.proposals.propose(
        opening, best[0].token_id, not_after=now + answer_within
    )
    consortium.tick(3)
    return proposal


def asked_person(people: list[Person]) -> Person:
    """Return who got a letter that asks for a disclosure."""
    return next(person for person in people if len(person.letters()) > 1 and has_request(person))


def has_request(person: Person) -> bool:
    try:
        person.link("disclosure")
    except AssertionError:
        return False
    return True


def state_of(consortium: Consortium, name: str, proposal: str) -> str:
    views = consortium[name].node.hiring.proposals.every()
    return str(next(view.state for view in views if view.id == proposal))


def test_an_accepted_request_reveals_the_person_to_that_one_company(
    consortium: Consortium,
) -> None:
    people = credited(consortium, "alpha")
    credited(consortium, "beta")
    proposal = proposed(consortium, "beta")
    person = asked_person(people)
    person.accept()
    consortium.tick(8)
    assert state_of(consortium, "beta", proposal) == "revealed"
    introductions = consortium["beta"].node.hiring.introductions
    opened = introductions.get(introductions.every()[0].id)
    assert opened.identity is not None
    assert opened.identity.mails == (person.mail,)
    assert consortium["gamma"].node.hiring.introductions.every() == []
    with consortium["beta"].node.own.db.read() as tx:
        _, balance = consortium["beta"].node.network.ledger.balance(tx, consortium["beta"].id)
    assert (balance.spends, balance.living, balance.open_holds) == (1, 0, 0)


def test_withdrawal_erases_at_every_peer_and_is_receipted(consortium: Consortium) -> None:
    people = rejected(consortium, "alpha", 3)
    people[0].agree(consortium["beta"].id, consortium["gamma"].id)
    consortium.tick(3)
    people[0].member.node.people.consents.withdraw(people[0].visit("consent"))
    consortium.tick(4)
    for name in ("beta", "gamma"):
        assert consortium[name].node.counters()["peer_tokens"] == 0
    matrix = consortium["alpha"].node.people.withdrawals.matrix()
    assert [str(row.state) for row in matrix] == ["deleted", "deleted"]


def test_every_member_audits_sound(consortium: Consortium) -> None:
    people = credited(consortium, "alpha")
    credited(consortium, "beta")
    proposed(consortium, "beta")
    asked_person(people).accept()
    consortium.tick(8)
    people[0].member.node.people.consents.withdraw(people[0].visit("consent"))
    consortium.tick(4)
    for member in consortium.members.values():
        verdict = verify(member.node.bundles.export(), consortium.trust)
        assert verdict.findings == ()
        assert verdict.unreadable == ()
