import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import func, select

from node.domain.errors import FileRefusedError
from node.domain.mapping import Blanks
from node.domain.recipients import Scope
from node.services.blocks import BlockReason
from node.services.errors import RefusedChoiceError
from node.services.intake import CHUNK, ImportResult
from node.storage import people
from node.storage.duplicates import MOST_HOLDERS
from node.storage.tables.application import Application, Batch, Interviewer, StageEvent
from node.storage.tables.person import Person, Tag
from node.storage.tables.row import Row as TableRow
from tests.node.corpus.people import csv_of
from tests.node.services.intake_world import World, erase, file_of, open_world, row


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


def count(world: World, table: type[TableRow]) -> int:
    with world.db.read() as tx:
        return tx.exec(select(func.count()).select_from(table)).one()


def person_of(world: World, number: int = 1) -> str:
    digest = world.vault.blind("candidate", f"csv\nP-{number}")
    with world.db.read() as tx:
        (person_id,) = people.by_index(tx, [digest])
    return person_id


def test_a3_every_row_becomes_one_record_with_all_five_tag_families(world: World) -> None:
    rows = [row(1), row(2, スキル="", 生年月日="", 都道府県="", 書類評価="", 一次評価="")]
    result = world.take(rows)
    assert (result.added, result.updated, result.errors) == (2, 0, ())
    with world.db.read() as tx:
        tags = {
            number: {
                (tag.family, tag.value)
                for tag in tx.exec(select(Tag).where(Tag.person_id == person_of(world, number)))
            }
            for number in (1, 2)
        }
    assert tags[1] == {
        ("skill", "excel"),
        ("skill", "sales_b2b"),
        ("age", "40s"),
        ("evaluation", "high"),
        ("region", "chubu"),
        ("route", "media"),
    }
    assert {(name, value) for name, value in tags[2] if value == "unknown"} == {
        (family, "unknown") for family in ("skill", "age", "evaluation", "region")
    }


def test_a3_counts_of_tags_are_those_counted_by_hand(world: World) -> None:
    regions = ["愛知県", "東京都", "東京都", "大阪府", "愛知県", "東京都"]
    world.take(row(number, 都道府県=region) for number, region in enumerate(regions))
    counted = {
        facet.value: facet.people for facet in world.applicants.facets() if facet.family == "region"
    }
    assert counted == {"kanto": 3, "chubu": 2, "kinki": 1}


def test_recruiters_find_nobody_by_age(world: World) -> None:
    world.take([row(1)])
    shown = {facet.family for facet in world.applicants.facets()}
    assert shown == {"skill", "evaluation", "region", "route"}
    assert world.applicants.listed(tag=("age", "40s"), page=1) == ([], 0)


def test_same_file_twice_changes_nothing(world: World) -> None:
    rows = [row(number) for number in range(CHUNK + 5)]
    first = world.take(rows)
    before = {table: count(world, table) for table in (Person, Application, StageEvent, Tag)}
    second = world.take(rows)
    assert (first.added, first.unchanged) == (CHUNK + 5, 0)
    assert (second.added, second.updated, second.unchanged) == (0, 0, CHUNK + 5)
    assert before == {table: count(world, table) for table in before}


def test_the_encoding_of_the_file_does_not_make_another_row(world: World) -> None:
    rows = [row(1, 氏名="髙﨑 義雄", 求人名="法人営業①")]
    assert world.take(rows, "cp932").encoding == "cp932"
    assert world.take(rows, "utf-8-sig").unchanged == 1


def test_changed_row_updates_its_application(world: World) -> None:
    world.take([row(1, 選考終了理由="", 終了日="", 一次結果="選考中")])
    result = world.take([row(1, メールアドレス="new@mail.example.jp")])
    assert (result.added, result.updated) == (0, 1)
    with world.db.read() as tx:
        application = tx.exec(select(Application)).one()
        identity = world.applicants.identities.of(tx, application.person_id)
        assert (application.ended_by, application.furthest) == ("org", "iv1")
    assert identity.mails == ("new@mail.example.jp",)


@pytest.mark.parametrize(
    ("blanks", "mails"), [("keep", ["hanako1@mail.example.jp"]), ("clear", [])]
)
def test_a_blank_cell_leaves_the_value_or_clears_it_and_a_missing_column_never_does(
    world: World, blanks: str, mails: list[str]
) -> None:
    world.take([row(1)])
    later = row(1, メールアドレス="", 選考終了理由="", 終了日="")
    del later["電話番号"]
    batch_id = world.staging.stage(csv_of([later]), "a.csv", "csv")
    mapping = world.staging.staged(batch_id).mapping
    world.staging.map(batch_id, replace(mapping, blanks=Blanks(blanks)))
    world.intake.begin(batch_id)
    assert world.intake.commit(batch_id, lambda _done, _all: None).updated == 1
    with world.db.read() as tx:
        identity = world.applicants.identities.of(tx, person_of(world))
        application = tx.exec(select(Application)).one()
    assert [*identity.mails] == mails
    assert identity.phones == ("+819012340001",)
    # A selection that the file shows open again runs in both modes.
    assert (application.ended_by, application.ended_on, application.reason) == (None, None, None)


def test_two_applications_of_one_person_are_one_person(world: World) -> None:
    same = {"候補者ID": "P-1", "氏名": "架空 花子1"}
    world.take([row(1), row(2, **same)])
    assert (count(world, Person), count(world, Application)) == (1, 2)


def test_person_without_the_number_is_found_by_mail_phone_or_name_with_birth(
    world: World,
) -> None:
    world.take([row(1)])
    unlike = {"電話番号": "", "フリガナ": "", "メールアドレス": ""}
    for number, key in enumerate(("電話番号", "フリガナ", "メールアドレス"), start=2):
        again = row(1, 応募ID=f"A-{number}", 候補者ID=f"P-{number}") | unlike | {key: row(1)[key]}
        world.take([again])
    assert (count(world, Person), count(world, Application)) == (1, 4)


def test_mended_address_in_a_file_without_numbers_changes_the_application(world: World) -> None:
    def take(**changed: str) -> ImportResult:
        cells = row(1, **changed)
        del cells["応募ID"], cells["候補者ID"]
        return world.intake.import_file(
            csv_of([cells]), "a.csv", source="csv", progress=lambda _done, _all: None
        )

    assert take().added == 1
    assert world.letters.queue_rejections() == 1
    for changed in ({"メールアドレス": "new@mail.example.jp"}, {"電話番号": "09099998888"}):
        result = take(**changed)
        assert (result.added, result.updated) == (0, 1)
        assert take(**changed).unchanged == 1
    assert world.letters.queue_rejections() == 0
    # Another job and another day are other applications of that person.
    assert take(求人名="購買").added + take(応募日="2026/10/02").added == 2
    assert count(world, Person) == 1


def test_people_under_the_address_of_their_agency_are_people(world: World) -> None:
    shared = {"メールアドレス": "agent@example.jp", "電話番号": "03-1234-5678"}
    rows = [row(number, 生年月日="", **shared) for number in range(MOST_HOLDERS + 5)]
    for cells in rows:
        del cells["応募ID"], cells["候補者ID"]
    for added in (len(rows), 0):
        result = world.intake.import_file(
            csv_of(rows), "a.csv", source="csv", progress=lambda _done, _all: None
        )
        assert (result.added, result.unchanged) == (added, len(rows) - added)
    assert count(world, Person) == len(rows)


def test_two_people_who_share_a_phone_stay_two(world: World) -> None:
    world.take([row(1), row(2, 電話番号=row(1)["電話番号"])])
    assert count(world, Person) == 2


def test_namesakes_of_one_birthday_stay_two_and_each_gets_the_own_letter(world: World) -> None:
    sound = {name: row(1)[name] for name in ("フリガナ", "生年月日")}
    assert world.queue([row(1), row(2, **sound)]) == 2
    world.letters.confirm(2)
    world.letters.send_due()
    assert sorted(world.mail.receivers) == [row(1)["メールアドレス"], row(2)["メールアドレス"]]


def test_older_application_does_not_bring_back_an_old_address(world: World) -> None:
    world.take([row(1)])
    older = row(1, 応募ID="A-0", 応募日="2025/10/01", メールアドレス="old@mail.example.jp")
    world.take([older | {"最終実施日": "2025/11/01", "最終結果": "不合格", "終了日": "2025/11/02"}])
    with world.db.read() as tx:
        identity = world.applicants.identities.of(tx, person_of(world))
        profile = people.profile(tx, person_of(world))
        assert profile is not None
        assert profile.stage == "final"
    assert identity.mails == ("hanako1@mail.example.jp",)


def test_profile_holds_the_coarse_values_and_the_day_until_which_it_stays(world: World) -> None:
    world.take([row(1)])
    with world.db.read() as tx:
        profile = people.profile(tx, person_of(world))
        assert profile is not None
        assert profile.model_dump(exclude={"person_id"}) == {
            "region": "chubu",
            "occupation": "sales",
            "years": "5-9",
            "stage": "interview",
            "skills": "excel sales_b2b",
            "retained_until": "2028-11-11",
        }


def test_a24_present_employer_is_blocked_from_the_start(world: World) -> None:
    world.take([row(1)])
    with world.db.read() as tx:
        (blocked,) = world.blocks.of(tx, person_of(world))
    assert (blocked.number, blocked.reason) == ("7000012050002", BlockReason.EMPLOYER)


def test_interviewers_are_kept_once_under_seal(world: World) -> None:
    world.take([row(1), row(2, 一次面接官="三浦　さやか")])
    assert count(world, Interviewer) == 2
    with world.db.read() as tx:
        names = {
            world.vault.open_own(f"interviewer/{one.id}", one.sealed).decode()
            for one in tx.exec(select(Interviewer))
        }
    assert names == {"佐伯 亮", "三浦 さやか"}


def test_erased_people_are_skipped_and_counted(world: World) -> None:
    world.take([row(1)])
    erase(world, person_of(world))
    other_numbers = {"応募ID": "A-9", "候補者ID": "P-9", "電話番号": "", "フリガナ": ""}
    result = world.take([row(1, 費用="1"), row(1, **other_numbers), row(2)])
    assert (result.suppressed, result.added, result.updated) == (2, 1, 0)
    assert (count(world, Person), count(world, Application)) == (2, 2)


@pytest.mark.parametrize("shared", ["電話番号", "メールアドレス"])
def test_an_erasure_keeps_nobody_from_the_result_who_shares_a_phone_or_mail(
    world: World, shared: str
) -> None:
    one, other = row(1), row(2, 選考終了理由="", 終了日="", 一次結果="")
    world.take([one, other | {shared: one[shared]}])
    assert count(world, Person) == 2
    erase(world, person_of(world, 1))
    result = world.take([one, row(2) | {shared: one[shared]}])
    assert (result.suppressed, result.updated) == (1, 1)
    assert world.letters.queue_rejections() == 1


def test_erased_person_who_applies_again_is_taken_in(world: World) -> None:
    world.take([row(1)])
    erase(world, person_of(world))
    again = {"応募ID": "A-9", "応募日": "2026/11/25", "書類実施日": "", "一次実施日": ""}
    assert world.take([row(1, 終了日="2026/12/01", **again)]).suppressed == 0


def test_who_asked_not_to_be_asked_is_taken_in_like_anybody(world: World) -> None:
    world.take([row(1)])
    with world.db.begin() as tx:
        people.suppress(tx, person_of(world), scope=Scope.ASK, day="2026-11-24")
    result = world.take([row(1, 費用="1"), row(2)])
    assert (result.suppressed, result.added, result.updated) == (0, 1, 1)


def test_bad_rows_go_to_a_file_for_its_owner_alone_and_the_good_ones_are_in(
    world: World,
) -> None:
    result = world.take([row(1), row(2, 応募日="きのう", メールアドレス="@"), row(3)])
    assert (result.added, len(result.errors)) == (2, 1)
    assert (result.errors[0].line, result.errors[0].column) == (3, "メールアドレス")
    assert result.error_file is not None
    assert stat.S_IMODE(result.error_file.stat().st_mode) == 0o600
    content = world.intake.error_file(result.batch)
    assert content is not None
    assert "架空 花子2" in content.decode("utf-8-sig")
    assert world.intake.error_file("../node.sqlite3") is None


def test_mended_row_of_an_error_file_is_taken_in(world: World) -> None:
    world.take([row(1, 応募日="きのう")])
    assert world.take([row(1)]).added == 1


def test_a_row_of_which_nothing_is_kept_is_passed_over_in_the_error_file(world: World) -> None:
    first = world.take([row(1, 応募日="きのう"), row(2, 応募経路="派遣会社")])
    content = world.intake.error_file(first.batch)
    assert content is not None
    again = world.intake.import_file(
        content, "errors.csv", source="csv", progress=lambda _d, _a: None
    )
    assert [error.reason for error in again.errors] == ["bad-date"]


def test_refused_file_leaves_no_trace(world: World) -> None:
    with pytest.raises(FileRefusedError):
        world.intake.import_file(b"PK\x03\x04", "a.csv", source="csv", progress=lambda _d, _a: None)
    with pytest.raises(RefusedChoiceError):
        world.intake.import_file(
            file_of([row(1)]), "a.csv", source="CSV!", progress=lambda _d, _a: None
        )
    assert count(world, Batch) == 0


def test_the_lines_of_a_staged_file_are_those_below_its_header(world: World) -> None:
    content = "架空の一覧\n\n".encode("utf-8-sig") + file_of([row(1), row(2)]).removeprefix(
        b"\xef\xbb\xbf"
    )
    for file in (file_of([row(1), row(2)]), content):
        assert world.staging.staged(world.staging.stage(file, "a.csv", "csv")).lines == 2


def test_progress_ends_at_the_last_line(world: World) -> None:
    shown: list[tuple[int, int]] = []
    content = file_of(row(number) for number in range(CHUNK + 1))
    world.intake.import_file(
        content, "a.csv", source="csv", progress=lambda done, lines: shown.append((done, lines))
    )
    assert shown[0][0] == CHUNK + 1
    assert shown[-1][0] == shown[-1][1]


def test_import_is_kept_with_its_counts(world: World) -> None:
    world.take([row(1), row(2, 応募日="")])
    (batch,) = world.intake.history()
    assert (batch.rows, batch.added, batch.errors, batch.finished) == (2, 1, 1, batch.started)
    assert world.intake.past(batch.id) == batch


def test_database_files_hold_nobody_by_name_mail_or_phone(world: World, tmp_path: Path) -> None:
    world.take([row(number) for number in range(100)])
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("node.sqlite3*"))
    assert len(stored) > 10_000
    for number in range(100):
        person = row(number)
        for cell in ("氏名", "フリガナ", "メールアドレス", "電話番号", "書類面接官", "一次面接官"):
            assert person[cell].encode() not in stored
    assert "つばくろ電機".encode() not in stored


def test_applicants_are_listed_by_their_newest_application(world: World) -> None:
    world.take([row(1), row(2, 都道府県="東京都", 求人名="経理")])
    world.take([row(1, 応募ID="A-3", 応募日="2026/11/01", 求人名="購買", 終了日="2026/11/02")])
    listed, total = world.applicants.listed(tag=None, page=1)
    assert total == 2
    assert [(one.name, one.job) for one in listed] == [
        ("架空 花子1", "購買"),
        ("架空 花子2", "経理"),
    ]
    assert listed[0].applied_on == date(2026, 11, 1)
    kanto, total = world.applicants.listed(tag=("region", "kanto"), page=1)
    assert ([one.name for one in kanto], total) == (["架空 花子2"], 1)
    assert world.applicants.listed(tag=None, page=2) == ([], 2)


def test_t25_the_first_person_of_a_file_without_a_header_is_not_kept_as_one(world: World) -> None:
    content = (
        "桐野 茜,akane@example.jp,090-1234-5678,2026-10-01\n霧島 葵,aoi@example.jp,,2026-10-02\n"
    )
    for line in (None, 1):
        with pytest.raises(FileRefusedError, match="no-header"):
            world.intake.staging.stage(content.encode(), "x.csv", "csv", header_line=line)
    assert world.intake.history() == []


def test_t25_nothing_of_a_discarded_file_is_kept_in_the_clear(world: World) -> None:
    batch_id = world.intake.staging.stage("桐野 茜,不採用\n霧島 葵,採用\n".encode(), "x.csv", "csv")
    world.intake.staging.discard(batch_id)
    with world.db.read() as tx:
        batch = tx.get_one(Batch, batch_id)
        assert (batch.header, batch.mapping, batch.sheet) == ("[]", "{}", None)
    world.db.forget()
    assert not any(
        b"\\u6850\\u91ce" in file.read_bytes() for file in world.folder.rglob("*.sqlite3*")
    )
