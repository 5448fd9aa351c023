"""The relay from the rejection letter to the sealed reveal, between nodes in one process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from protocol.audit.verdict import verify
from protocol.messages.outcome import Outcome
from tests.scenarios.applicants import applicant
from tests.scenarios.canary import leaks
from tests.scenarios.consortium import Consortium, founded
from tests.scenarios.relay import (
    asked_person,
    balance,
    credited,
    proposed,
    rejected,
    state_of,
)


@pytest.fixture
def consortium(tmp_path: Path) -> Iterator[Consortium]:
    with founded(tmp_path) as found:
        found.tick(2)
        yield found


@pytest.fixture
def mixed(tmp_path: Path, postgres_url: str) -> Iterator[Consortium]:
    with founded(tmp_path, databases={"alpha": postgres_url}) as found:
        found.tick(2)
        yield found


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
    for reader in consortium.members:
        found = balance(consortium, "alpha", reader=reader)
        assert (found.counts, found.earned, found.living) == (10, 1, 1)


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
    after = balance(consortium, "beta")
    assert (after.spends, after.living, after.open_holds) == (1, 0, 0)


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


def test_a9_each_rejects_whom_the_other_hires_and_nobody_reads_more_on_the_wire(
    tmp_path: Path,
) -> None:
    with founded(tmp_path, parameters={"relay_ratio": "3"}) as consortium:
        consortium.tick(2)
        people = {name: rejected(consortium, name, 3) for name in ("alpha", "beta")}
        for name, other in (("alpha", "beta"), ("beta", "alpha")):
            for person in people[name]:
                person.agree(consortium[other].id, consortium["gamma"].id)
        consortium.tick(8)
        for name, other in (("alpha", "beta"), ("beta", "alpha")):
            proposal = proposed(consortium, other)
            asked_person(people[name]).accept()
            consortium.tick(8)
            assert state_of(consortium, other, proposal) == "revealed"
            introductions = consortium[other].node.hiring.introductions
            (introduced,) = introductions.every()
            introductions.mark(introduced.id, Outcome.HIRED)
        consortium.tick(3)
        for owner in ("alpha", "beta"):
            seen = [balance(consortium, owner, reader=reader) for reader in consortium.members]
            assert seen == [seen[0]] * 3
            assert (seen[0].counts, seen[0].earned, seen[0].spends) == (3, 1, 1)
        # Of no applicant at all: who said yes is sealed, and of the others nothing is sent.
        rows = [applicant(first + at) for first in (0, 1000) for at in range(3)]
        words = {row[name] for row in rows for name in ("氏名", "メールアドレス", "電話番号")}
        assert len(words) == 18
        assert leaks({"wire": consortium.wire.sent}, words) == []


def test_every_member_audits_sound(consortium: Consortium) -> None:
    relay_and_audit(consortium)


def test_a_company_on_postgresql_relays_and_audits_the_same(mixed: Consortium) -> None:
    assert not mixed["alpha"].node.own.db.is_sqlite
    relay_and_audit(mixed)


def relay_and_audit(consortium: Consortium) -> None:
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
