"""Each act in a person's name is told by mail (T4), and a dead link can be replaced."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from node.services.errors import LinkExpiredError, NoSuchLinkError
from tests.scenarios.consortium import Consortium, founded
from tests.scenarios.relay import asked_person, credited, proposed, rejected


@pytest.fixture
def consortium(tmp_path: Path) -> Iterator[Consortium]:
    with founded(tmp_path) as found:
        found.tick(2)
        yield found


def test_the_owner_is_told_of_consent_and_withdrawal(consortium: Consortium) -> None:
    person = rejected(consortium, "alpha", 2)[0]
    person.agree(consortium["beta"].id)
    consortium.tick()
    assert [str(letter["Subject"]) for letter in person.letters()][1:] == ["同意を受け付けました"]
    person.member.node.people.consents.withdraw(person.visit("consent"))
    consortium.tick()
    assert len(person.letters()) == 3


def test_the_owner_is_told_of_an_answer(consortium: Consortium) -> None:
    people = credited(consortium, "alpha")
    credited(consortium, "beta")
    proposed(consortium, "beta")
    person = asked_person(people)
    before = len(person.letters())
    person.accept()
    consortium.tick()
    assert len(person.letters()) == before + 1


def test_an_expired_link_is_replaced_by_mail_once_a_day(consortium: Consortium) -> None:
    person = rejected(consortium, "alpha", 2)[0]
    secret, code = person.link("consent")
    consortium.clock.advance(timedelta(days=31))
    people = person.member.node.people
    with pytest.raises(LinkExpiredError):
        people.links.visit(secret, "consent", code)
    people.letters.renew(secret)
    people.letters.renew(secret)
    consortium.tick()
    assert len(person.letters()) == 2
    person.agree(consortium["beta"].id)


def test_nobody_is_mailed_for_a_link_that_no_letter_carried(consortium: Consortium) -> None:
    person = rejected(consortium, "alpha", 2)[0]
    with pytest.raises(NoSuchLinkError):
        person.member.node.people.letters.renew("AAAA")
    consortium.tick()
    assert len(person.letters()) == 1
