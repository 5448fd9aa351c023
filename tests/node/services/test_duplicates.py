from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from node.clock import seconds
from node.services.duplicates import LISTED, Duplicates, Reason
from node.services.errors import MergeRefusedError, NoSuchRecordError, NothingToDoError
from node.services.identities import Identities
from node.services.merging import Merging
from node.services.undo import Undo
from node.storage import letters, people
from node.storage.tables.application import Application
from node.storage.tables.consent import Consent
from node.storage.tables.letter import Letter
from node.storage.tables.person import BlindIndex, Identity, Profile, Tag
from node.storage.tables.row import Row as TableRow
from protocol.identifiers import new_id
from tests.node.services.intake_world import Row, World, open_world, row

ALIKE = {name: row(1)[name] for name in ("氏名", "フリガナ", "生年月日")}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


def duplicates_of(world: World) -> Duplicates:
    merging = Merging(world.clock, world.intake.records)
    return Duplicates(world.db, world.clock, Identities(world.vault), merging)


def count(world: World, table: type[TableRow]) -> int:
    with world.db.read() as tx:
        return tx.exec(select(func.count()).select_from(table)).one()


def owner(world: World, number: int) -> str:
    """Return whose application A-*number* is."""
    remote = world.vault.blind("application", f"csv\nA-{number}")
    with world.db.read() as tx:
        return tx.exec(select(Application.person_id).where(Application.remote == remote)).one()


def namesake(number: int, **changed: str) -> Row:
    """Return a row of its own number, mail and phone, with name and birthday of row 1."""
    return row(number, **ALIKE) | changed


def shown(world: World) -> list[str]:
    """Return what is known of each person by the applications, whatever the person's id."""
    lines = []
    with world.db.read() as tx:
        for person_id in tx.exec(select(Identity.person_id)):
            query = select(Application.remote).where(Application.person_id == person_id)
            name = sorted(one.hex()[:8] for one in tx.exec(query))
            identity = world.applicants.identities.of(tx, person_id)
            lines.append(f"{name} {identity.name} {identity.mails} {identity.phones}")
            lines.append(f"{name} {sorted(one.hex()[:8] for one in people.indexes(tx, person_id))}")
            for table in (Profile, Tag):
                rows = tx.exec(select(table).where(table.person_id == person_id))
                values = [sorted(one.model_dump(exclude={"person_id"}).items()) for one in rows]
                lines.append(f"{name} {sorted(map(str, values))}")
    return sorted(lines)


def consent(world: World, person_id: str) -> None:
    now = seconds(world.clock.now())
    with world.db.begin() as tx:
        tx.add(
            Consent.new(
                id=new_id(),
                idx=0,
                person_id=person_id,
                letter_id=new_id(),
                level="E0",
                language="ja",
                receivers=b"[]",
                values=b"{}",
                people=9,
                given_at=now,
                not_after=now + 1,
                state="given",
            )
        )


def test_namesakes_of_one_birthday_with_other_addresses_are_listed_and_not_merged(
    world: World,
) -> None:
    world.take([row(1), namesake(2)])
    assert count(world, Identity) == 2
    (pair,) = duplicates_of(world).listed()
    assert (pair.reasons, pair.same_birth) == ((Reason.NAME,), True)
    assert {pair.one.person_id, pair.other.person_id} == {owner(world, 1), owner(world, 2)}
    assert pair.one.name == pair.other.name == row(1)["氏名"]


def test_two_forms_of_a_name_with_one_birthday_are_listed(world: World) -> None:
    world.take([row(1, 氏名="髙﨑 斎", フリガナ=""), namesake(2, 氏名="高崎　齊", フリガナ="")])
    assert [pair.reasons for pair in duplicates_of(world).listed()] == [(Reason.NAME,)]


def test_shared_addresses_are_listed_where_the_birth_dates_or_the_names_agree(world: World) -> None:
    mail, phone = row(1)["メールアドレス"], row(1)["電話番号"]
    world.take(
        [
            row(1),
            # A mistyped birth date, and one of the family who shares the phone.
            namesake(2, 生年月日="1991/02/02", メールアドレス=mail),
            row(3, 電話番号=phone),
        ]
    )
    assert count(world, Identity) == 3
    (pair,) = duplicates_of(world).listed()
    assert (pair.reasons, pair.same_birth) == ((Reason.MAIL,), False)


def test_row_that_comes_under_the_number_of_somebody_else_is_listed(world: World) -> None:
    world.take([row(1), row(2)])
    world.take([row(1, 候補者ID="P-2")])
    assert owner(world, 1) != owner(world, 2)
    assert [pair.reasons for pair in duplicates_of(world).listed()] == [(Reason.NUMBER,)]


def test_many_pairs_are_merged_or_kept_apart_in_one_step_that_can_be_undone(world: World) -> None:
    world.take([row(1), namesake(2), row(11), row(12, **{k: row(11)[k] for k in ALIKE})])
    before = shown(world)
    duplicates = duplicates_of(world)
    first, second = duplicates.listed()
    decided = duplicates.decide(
        [(first.one.person_id, first.other.person_id)],
        [(second.other.person_id, second.one.person_id)],
    )
    assert (decided.merged, decided.kept_apart, decided.refused) == (1, 1, 0)
    assert (count(world, Identity), duplicates.listed()) == (3, [])
    last = duplicates.last()
    assert last is not None
    assert (last.id, last.merged, last.kept_apart) == (decided.step, 1, 1)
    duplicates.undo(decided.step)
    assert shown(world) == before
    assert len(duplicates.listed()) == 2
    assert duplicates.last() is None
    with pytest.raises(NothingToDoError):
        duplicates.undo(decided.step)


def test_merged_person_is_what_all_applications_say(world: World) -> None:
    final = {"最終実施日": "2026/10/20", "最終結果": "不合格", "一次結果": "合格"}
    world.take([row(1, 応募日="2026/09/01"), namesake(2, スキル="", **final)])
    one, other = owner(world, 1), owner(world, 2)
    duplicates_of(world).decide([(one, other)], [])
    assert owner(world, 1) == owner(world, 2)
    left = owner(world, 1)
    with world.db.read() as tx:
        profile = people.profile(tx, left)
        assert profile is not None
        assert (profile.stage, profile.skills) == ("final", "excel sales_b2b")
        mails = [row(number)["メールアドレス"] for number in (1, 2)]
        found = {one for mail in mails for one in people.by_index(tx, [_mail(world, mail)])}
        assert found == {left}
        assert world.applicants.identities.of(tx, left).mails == (mails[1],)
    for table in (Identity, Profile):
        assert count(world, table) == 1
    # Either number of the source finds the one person now.
    world.take(
        [row(3, 候補者ID="P-1", 氏名="架空 花子1"), row(4, 候補者ID="P-2", 氏名="架空 花子1")]
    )
    assert owner(world, 3) == owner(world, 4) == left


def _mail(world: World, mail: str) -> bytes:
    return world.vault.blind("mail", mail)


def test_letters_and_links_of_who_is_gone_go_to_who_is_left_and_come_back(world: World) -> None:
    world.queue([row(1), namesake(2)])
    people_of = {number: owner(world, number) for number in (1, 2)}
    duplicates = duplicates_of(world)
    step = duplicates.decide([(people_of[1], people_of[2])], []).step
    with world.db.read() as tx:
        assert {letter.person_id for letter in letters.in_state(tx, "queued")} == {owner(world, 1)}
    duplicates.undo(step)
    with world.db.read() as tx:
        kept = tx.exec(select(Letter.person_id)).all()
    assert sorted(kept) == sorted([owner(world, 1), owner(world, 2)])
    assert owner(world, 1) != owner(world, 2)


def test_letter_that_was_queued_for_who_was_merged_goes_to_its_applicant_after_the_undo(
    world: World,
) -> None:
    world.take([row(1), namesake(2)])
    duplicates = duplicates_of(world)
    step = duplicates.decide([(owner(world, 1), owner(world, 2))], []).step
    assert world.letters.queue_rejections() == 2
    duplicates.undo(step)
    with world.db.read() as tx:
        query = select(Letter.person_id, Application.person_id).join(
            Application, col(Application.id) == col(Letter.application_id)
        )
        assert all(addressee == applicant for addressee, applicant in tx.exec(query))


def test_who_has_a_consent_is_left_and_two_consents_are_one_too_many(world: World) -> None:
    world.take([row(1), namesake(2), namesake(3)])
    one, other, third = (owner(world, number) for number in (1, 2, 3))
    consent(world, other)
    consent(world, third)
    duplicates = duplicates_of(world)
    decided = duplicates.decide([(one, other), (other, third)], [])
    assert (decided.merged, decided.refused) == (1, 1)
    assert owner(world, 1) == owner(world, 2) == other
    assert owner(world, 3) == third


def test_consent_after_a_merge_keeps_it(world: World) -> None:
    world.take([row(1), namesake(2)])
    duplicates = duplicates_of(world)
    step = duplicates.decide([(owner(world, 1), owner(world, 2))], []).step
    consent(world, owner(world, 1))
    with pytest.raises(MergeRefusedError, match="consented since"):
        duplicates.undo(step)
    assert owner(world, 1) == owner(world, 2)


def test_three_become_one_and_three_again(world: World) -> None:
    world.take([row(1), namesake(2), namesake(3)])
    before = shown(world)
    duplicates = duplicates_of(world)
    pairs = [(pair.one.person_id, pair.other.person_id) for pair in duplicates.listed()]
    assert len(pairs) == 3
    decided = duplicates.decide(pairs, [])
    assert (decided.merged, count(world, Identity)) == (2, 1)
    duplicates.undo(decided.step)
    assert shown(world) == before


def test_step_under_a_later_one_is_undone_after_it(world: World) -> None:
    world.take([row(1), namesake(2)])
    duplicates = duplicates_of(world)
    first = duplicates.decide([(owner(world, 1), owner(world, 2))], []).step
    world.take([namesake(3)])
    consent(world, owner(world, 3))
    second = duplicates.decide([(owner(world, 1), owner(world, 3))], []).step
    assert owner(world, 1) == owner(world, 3)
    with pytest.raises(MergeRefusedError, match="merged again"):
        duplicates.undo(first)
    with world.db.begin() as tx:
        tx.exec(select(Consent)).one().given_at -= 60
    duplicates.undo(second)
    duplicates.undo(first)
    assert len({owner(world, number) for number in (1, 2, 3)}) == 3


def test_who_was_kept_apart_from_one_is_kept_apart_from_who_took_him_in(world: World) -> None:
    world.take([row(1), namesake(2), namesake(3)])
    one, other, third = (owner(world, number) for number in (1, 2, 3))
    duplicates = duplicates_of(world)
    duplicates.decide([], [(one, third), (other, third)])
    duplicates.decide([(one, other)], [])
    assert duplicates.listed() == []


def test_import_is_undone_after_its_people_were_merged(world: World) -> None:
    world.take([row(1)])
    before = shown(world)
    batch = world.take([row(1, 電話番号="09099998888"), namesake(2)]).batch
    duplicates_of(world).decide([(owner(world, 1), owner(world, 2))], [])
    Undo(world.db, world.intake.records, world.staging.files).undo(batch)
    assert shown(world) == before


def test_a_number_of_a_whole_house_lists_nobody(world: World) -> None:
    phone = row(1)["電話番号"]
    world.take(
        row(number, 生年月日="", フリガナ="", 電話番号=phone, メールアドレス="")
        for number in range(15)
    )
    assert (count(world, BlindIndex) > 15, duplicates_of(world).listed()) == (True, [])


def test_the_list_ends_after_a_page(world: World) -> None:
    world.take(namesake(number) for number in range(1, 10))
    world.take(row(number, **{k: row(20)[k] for k in ALIKE}) for number in range(21, 31))
    listed = duplicates_of(world).listed()
    assert len(listed) == LISTED
    assert len({(pair.one.person_id, pair.other.person_id) for pair in listed}) == LISTED


def test_nobody_is_merged_with_somebody_unknown_or_with_himself(world: World) -> None:
    world.take([row(1)])
    for other in (new_id(), owner(world, 1)):
        pair = (owner(world, 1), other)
        if other != owner(world, 1):
            with pytest.raises(NoSuchRecordError):
                duplicates_of(world).decide([pair], [])
        else:
            assert duplicates_of(world).decide([pair], []).merged == 0
    with pytest.raises(NothingToDoError):
        duplicates_of(world).decide([], [])
