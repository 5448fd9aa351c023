"""What a person may choose, sign, end and block, and what becomes of it (PROTOCOL 6)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crypto.ed25519 import SigningKey
from node.domain.recipients import Scope
from node.services.choices import ConsentChoice, Draft, months_later
from node.services.errors import NoSuchLinkError, NothingToDoError, RefusedChoiceError
from node.storage import consents, people
from protocol.errors import MalformedError
from protocol.taxonomy import Region, StageBand, Years
from tests.scenarios.applicants import applicant, file_of
from tests.scenarios.consortium import Consortium, Member, founded
from tests.scenarios.person import ALL_GATED, Person
from tests.scenarios.relay import rejected

CHOICE = ConsentChoice(
    receivers=frozenset(),
    fields=ALL_GATED,
    language_level=None,
    availability=None,
    skills=(),
    months=6,
    blocks=(),
    language="ja",
    text="the page as it was shown",
)


@pytest.fixture
def consortium(tmp_path: Path) -> Iterator[Consortium]:
    with founded(tmp_path) as found:
        found.tick(2)
        yield found


@pytest.fixture
def alpha(consortium: Consortium) -> Member:
    return consortium["alpha"]


@pytest.fixture
def person(consortium: Consortium) -> Person:
    return rejected(consortium, "alpha", 3)[0]


@pytest.fixture
def choice(consortium: Consortium) -> ConsentChoice:
    return replace(CHOICE, receivers=frozenset({consortium["beta"].id}))


def stop_link(person: Person) -> str:
    for letter in reversed(person.letters()):
        found = re.search(r"/u/([A-Za-z0-9_-]+)", str(letter["List-Unsubscribe"]))
        if found is not None:
            return found[1]
    raise AssertionError("no letter with a stop link")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"receivers": frozenset()}, "to"),
        ({"receivers": frozenset({"0" * 32})}, "to"),
        ({"months": 12}, "months"),
        ({"months": 0}, "months"),
        ({"fields": frozenset()}, "field"),
        ({"fields": frozenset({"language"})}, "field"),
        ({"fields": frozenset({"name"})}, "field"),
        ({"fields": frozenset({"language"}), "language_level": "N9"}, "field"),
        ({"fields": frozenset({"availability"}), "availability": "soon"}, "field"),
    ],
)
def test_what_the_page_does_not_offer_is_refused(
    alpha: Member, person: Person, choice: ConsentChoice, changes: dict[str, object], field: str
) -> None:
    odd = replace(choice, **changes)  # type: ignore[arg-type]
    with pytest.raises(RefusedChoiceError) as error:
        alpha.node.people.consents.draft(person.visit("consent"), odd, person.public)
    assert error.value.field == field
    with alpha.node.own.db.read() as tx:
        assert consents.all_consents(tx) == []


def test_skills_that_are_not_on_file_cannot_be_shown(
    alpha: Member, person: Person, choice: ConsentChoice
) -> None:
    visit = person.visit("consent")
    fields = frozenset({"skills", "region"})
    some = replace(choice, fields=fields, skills=("excel", "nothing"))
    draft = alpha.node.people.consents.draft(visit, some, person.public)
    assert draft.values.skills in {("excel",), None}
    assert draft.values.region is Region.CHUBU


def test_a_draft_survives_its_storage(alpha: Member, person: Person, choice: ConsentChoice) -> None:
    draft = alpha.node.people.consents.draft(person.visit("consent"), choice, person.public)
    assert Draft.parse(draft.encode()) == draft
    for payload in (b"", b"[]", b"{}", b'{"receivers":[],"statement":{},"values":{}}'):
        with pytest.raises(MalformedError):
            Draft.parse(payload)


@pytest.mark.parametrize(
    ("moment", "months", "expected"),
    [
        ((2026, 8, 31), 6, (2027, 2, 28)),
        ((2027, 8, 31), 6, (2028, 2, 29)),
        ((2026, 12, 15), 1, (2027, 1, 15)),
        ((2026, 11, 30), 3, (2027, 2, 28)),
    ],
)
def test_months_end_on_the_last_day_where_there_is_no_such_day(
    moment: tuple[int, int, int], months: int, expected: tuple[int, int, int]
) -> None:
    assert months_later(datetime(*moment, 9, tzinfo=UTC), months) == datetime(
        *expected, 9, tzinfo=UTC
    )


def test_only_the_statement_that_was_shown_can_be_signed_and_once(
    alpha: Member, person: Person, choice: ConsentChoice
) -> None:
    service, visit = alpha.node.people.consents, person.visit("consent")
    old = service.draft(visit, choice, person.public).statement
    new = service.draft(visit, choice, person.public).statement
    with pytest.raises(NothingToDoError):
        service.sign(visit, old.canonical(), person.sign(old))
    service.sign(visit, new.canonical(), person.sign(new))
    with pytest.raises(NothingToDoError):
        service.sign(visit, new.canonical(), person.sign(new))


def test_another_key_or_none_does_not_sign(
    alpha: Member, person: Person, choice: ConsentChoice
) -> None:
    service, visit = alpha.node.people.consents, person.visit("consent")
    statement = service.draft(visit, choice, person.public).statement
    with pytest.raises(NothingToDoError):
        service.sign(visit, statement.canonical(), None)
    person.key = SigningKey.generate()
    with pytest.raises(MalformedError):
        service.sign(visit, statement.canonical(), person.sign(statement))
    with alpha.node.own.db.read() as tx:
        assert consents.all_consents(tx) == []


def test_the_offer_shows_values_crowds_and_members(
    consortium: Consortium, alpha: Member, person: Person, choice: ConsentChoice
) -> None:
    secret, _ = person.link("consent")
    offer = alpha.node.people.offers.offer(secret)
    assert {member.id for member, _ in offer.members} == {
        consortium["beta"].id,
        consortium["gamma"].id,
    }
    assert (offer.region, offer.years, offer.stage) == (
        Region.CHUBU,
        Years.UP_TO_9,
        StageBand.INTERVIEW,
    )
    assert offer.answer is None
    assert offer.key is None
    visit = person.visit("consent")
    assert alpha.node.people.consents.people_like(visit, choice) == 3
    assert (
        alpha.node.people.consents.people_like(visit, replace(choice, fields=frozenset({"x"})))
        is None
    )
    assert alpha.node.people.offers.standing(visit) is None
    person.agree(consortium["beta"].id)
    again = alpha.node.people.offers.offer(secret)
    assert again.answer == "agreed"
    assert again.key is not None


def test_who_stands_alone_shows_nothing_that_names_him(consortium: Consortium) -> None:
    """The gate withholds what fewer than k people share; the token is then a decoy."""
    alpha = consortium["alpha"]
    rows = [applicant(1), applicant(2), applicant(3, 都道府県="北海道", 経験年数="25")]
    alpha.node.people.intake.import_file(
        file_of(*rows), "a.csv", source="csv", progress=lambda _done, _all: None
    )
    alpha.node.people.letters.queue_rejections()
    alpha.node.people.letters.confirm(3)
    consortium.tick()
    alone = Person(alpha, rows[2]["メールアドレス"])
    visit = alone.visit("consent")
    choice = replace(
        CHOICE, fields=frozenset({"region"}), receivers=frozenset({consortium["beta"].id})
    )
    with alpha.node.own.db.read() as tx:
        profile = people.profile(tx, visit.person_id)
    assert profile is not None
    draft = alpha.node.people.consents.draft(visit, choice, alone.public)
    reach = alpha.node.people.offers.reach(draft.values)
    assert (reach.people, reach.withheld) == (1, ("region",))
    alone.agree(consortium["beta"].id, fields=frozenset({"region"}))
    consortium.tick(4)
    assert consortium["beta"].node.counters()["peer_tokens"] == 0
    standing = alpha.node.people.offers.standing(alone.visit("consent"))
    assert standing is not None
    assert [shown.is_withheld for shown in standing.shown] == [True]


def test_the_standing_follows_the_token_to_its_deletion(
    consortium: Consortium, alpha: Member, person: Person
) -> None:
    def standing() -> tuple[str, bool, list[str]]:
        found = alpha.node.people.offers.standing(person.visit("consent"))
        assert found is not None
        return found.state, found.is_published, [str(shown.state) for shown in found.shown]

    person.agree(consortium["beta"].id)
    assert standing() == ("given", False, ["not-delivered"])
    consortium.tick(3)
    assert standing() == ("given", True, ["delivered"])
    alpha.node.people.consents.withdraw(person.visit("consent"))
    assert standing()[0] == "withdrawn"
    consortium.tick(3)
    assert standing() == ("withdrawn", True, ["deleted"])
    with pytest.raises(NothingToDoError):
        alpha.node.people.consents.withdraw(person.visit("consent"))


def test_one_click_withdraws_asks_never_again_and_says_so_in_one_mail(
    consortium: Consortium, alpha: Member, person: Person
) -> None:
    service = alpha.node.people.consents
    person.agree(consortium["beta"].id)
    consortium.tick()
    before = len(person.letters())
    secret = stop_link(person)
    assert service.would_withdraw(secret)
    assert service.stop(secret)
    assert not service.would_withdraw(secret)
    assert service.stop(secret)
    with alpha.node.own.db.read() as tx:
        assert [row.state for row in consents.all_consents(tx)] == ["withdrawn"]
        indexes = people.indexes(tx, person.visit("consent").person_id)
        assert people.is_suppressed(tx, indexes, Scope.ASK)
    consortium.tick(4)
    assert [str(one["Subject"]) for one in person.letters()][before:] == ["紹介をやめました"]
    with pytest.raises(NoSuchLinkError):
        service.stop(person.link("consent")[0])


def test_one_click_before_any_consent_is_never_until_it_is_undone_by_its_mail(
    consortium: Consortium, alpha: Member, person: Person
) -> None:
    service = alpha.node.people.consents
    secret = stop_link(person)
    assert not service.stop(secret)
    assert not service.stop(secret)
    consortium.tick()
    assert [str(one["Subject"]) for one in person.letters()][1:] == ["ご案内を止めました"]
    visit = person.visit("consent")
    with alpha.node.own.db.read() as tx:
        assert people.is_suppressed(tx, people.indexes(tx, visit.person_id), Scope.ASK)
    consortium.clock.advance(timedelta(days=6))
    person.agree(consortium["beta"].id)
    with alpha.node.own.db.read() as tx:
        assert not people.is_suppressed(tx, people.indexes(tx, visit.person_id), Scope.ASK)


def test_never_stands_after_a_week(consortium: Consortium, alpha: Member, person: Person) -> None:
    alpha.node.people.consents.stop(stop_link(person))
    consortium.clock.advance(timedelta(days=9))
    with pytest.raises(NothingToDoError):
        person.agree(consortium["beta"].id)


def test_declining_leaves_a_standing_consent_alone(
    consortium: Consortium, alpha: Member, person: Person
) -> None:
    person.agree(consortium["beta"].id)
    alpha.node.people.consents.decline(person.visit("consent"))
    with alpha.node.own.db.read() as tx:
        assert consents.given(tx, person.visit("consent").person_id) is not None
    assert alpha.node.people.offers.offer(person.link("consent")[0]).answer == "declined"


def test_a_consent_that_ends_before_its_batch_is_never_published(
    tmp_path: Path,
) -> None:
    with founded(tmp_path, parameters={"batch_min": "20"}) as slow:
        slow.tick(2)
        alpha = slow["alpha"]
        withdrawn, expired, _ = rejected(slow, "alpha", 3)
        for one in (withdrawn, expired):
            one.agree(slow["beta"].id)
        assert alpha.node.people.tokens.publish_due() == 0
        alpha.node.people.consents.withdraw(withdrawn.visit("consent"))
        with alpha.node.own.db.begin() as tx:
            last = consents.given(tx, expired.visit("consent").person_id)
            assert last is not None
            last.not_after = int(slow.clock.now().timestamp())
        assert alpha.node.people.withdrawals.expire_due() == 1
        slow.clock.advance(timedelta(days=2))
        assert alpha.node.people.tokens.publish_due() == 0
        assert alpha.node.counters()["tokens_dropped"] == 4


def test_a_batch_waits_for_people_and_no_longer_than_a_day(tmp_path: Path) -> None:
    with founded(tmp_path, parameters={"batch_min": "20"}) as slow:
        slow.tick(2)
        rejected(slow, "alpha", 2)[0].agree(slow["beta"].id)
        tokens = slow["alpha"].node.people.tokens
        assert tokens.publish_due() == 0
        slow.clock.advance(timedelta(days=1))
        assert tokens.publish_due() == 2


def test_a_company_blocked_later_loses_what_it_had(
    consortium: Consortium, alpha: Member, person: Person
) -> None:
    beta, gamma = consortium["beta"], consortium["gamma"]
    person.agree(beta.id, gamma.id)
    consortium.tick(4)
    assert beta.node.counters()["peer_tokens"] == gamma.node.counters()["peer_tokens"] == 1
    person.agree(beta.id, gamma.id, blocks=("架空ｂｅｔａ（株）", "6000000000003"))
    consortium.tick(6)
    assert beta.node.counters()["peer_tokens"] == gamma.node.counters()["peer_tokens"] == 0
    blocks = alpha.node.people.blocks
    visit = person.visit("consent")
    with alpha.node.own.db.begin() as tx:
        found = blocks.of(tx, visit.person_id)
        assert {(entry.name, entry.number) for entry in found} == {
            ("架空ｂｅｔａ（株）", None),
            (None, "6000000000003"),
        }
        assert blocks.is_blocked(tx, visit.person_id, beta.id)
        assert not blocks.is_blocked(tx, visit.person_id, alpha.id)
        # A client of an agency, by its name or as a member by its number.
        assert blocks.is_number_blocked(tx, visit.person_id, "7000000000002", "別の名前")
        assert blocks.is_number_blocked(tx, visit.person_id, "1" * 13, "株式会社 架空beta")
        assert not blocks.is_number_blocked(tx, visit.person_id, "1" * 13, "架空delta株式会社")
        # The same entry again is one entry.
        for entry in found:
            blocks.add_entry(tx, visit.person_id, entry)
        assert len(blocks.of(tx, visit.person_id)) == 2
