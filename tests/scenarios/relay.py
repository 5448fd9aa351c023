"""The steps of the relay that the scenarios share."""

from node.demo.openings import openings
from protocol.ledger_state import Balance
from tests.scenarios.applicants import applicant, file_of
from tests.scenarios.consortium import NAMES, Consortium, Member
from tests.scenarios.person import Person


def rejected(consortium: Consortium, name: str, people: int) -> list[Person]:
    """Import people whom a company rejected and send them their letters."""
    member = consortium[name]
    number = NAMES.index(name) * 1000
    rows = [applicant(number + at) for at in range(people)]
    result = member.node.people.intake.import_file(
        file_of(*rows), "a.csv", source="csv", progress=lambda _done, _all: None
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


def credited(consortium: Consortium, name: str) -> list[Person]:
    """Let a company earn one credit by ten people."""
    people = rejected(consortium, name, 10)
    others = [other.id for other in consortium.members.values() if other.name != name]
    for person in people:
        person.agree(*others)
    for _ in range(8):
        consortium.tick()
        if all(balance(consortium, name, reader=reader).earned for reader in consortium.members):
            break
    return people


def proposed(consortium: Consortium, proposer: str, *, answer_within: int = 3600) -> str:
    """Propose for the best match of a fresh opening; return the proposal's id."""
    member = consortium[proposer]
    opening = opening_at(member)
    best = member.node.hiring.search.best(opening)
    assert best
    now = int(consortium.clock.now().timestamp())
    proposal = member.node.hiring.proposals.propose(
        opening, best[0].member, best[0].token_id, not_after=now + answer_within
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


def balance(consortium: Consortium, owner: str, *, reader: str | None = None) -> Balance:
    """Return a company's ledger as *reader*, or it itself, folds it."""
    node = consortium[reader or owner].node
    with node.own.db.read() as tx:
        return node.network.ledger.balance(tx, consortium[owner].id)[1]
