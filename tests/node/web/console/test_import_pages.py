import re
from collections.abc import Iterator
from datetime import date, timedelta
from http import HTTPStatus
from pathlib import Path

import pytest

from node.domain.batch_life import State
from node.i18n import LANGUAGES
from node.services.intake import CHUNK
from node.services.staging import KEPT, READ_AT_ONCE
from node.web.ui.company import Company
from tests.node.connectors.files.workbooks import saved, workbook
from tests.node.services.intake_world import COLUMNS, World, file_of, open_world, row
from tests.node.web.console.desk import Desk, open_desk
from tests.node.web.reading import Reader

SMALL = "氏名,求人名,応募日,メールアドレス,メモ\n架空 花子,法人営業,2026/11/01,hanako@example.jp,\n"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


@pytest.fixture
def desk(world: World, company: Company) -> Desk:
    return open_desk(world, company)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_is_whole_in_both_languages(desk: Desk, language: str) -> None:
    desk.browser.set_cookie("lang", language)
    path = desk.staged(file_of([row(1), row(2, 応募日="?"), row(3, 選考終了理由="ご縁なし")]))
    Reader(desk.browser.get("/imports").text).check()
    Reader(desk.browser.get(path).text).check()
    desk.post(f"{path}/mapping", **desk.shown_form(path))
    Reader(desk.browser.get(f"{path}/preview").text).check()
    desk.post(f"{path}/commit")
    Reader(desk.browser.get(path).text).check()
    desk.later.run()
    Reader(desk.browser.get(path).text).check()
    Reader(desk.browser.get("/reviews").text).check()
    desk.post(f"{path}/undo")
    Reader(desk.browser.get(path).text).check()


def test_columns_are_shown_with_three_values_and_what_they_mean(desk: Desk) -> None:
    page = desk.browser.get(desk.staged(file_of([row(1), row(2), row(3), row(4)], "cp932"))).text
    assert "cp932" in page
    assert "<dd>Tasukiの形式</dd>" in page
    assert "架空 花子1<br>架空 花子2<br>架空 花子3</td>" in page
    assert "花子4" not in page
    named = re.search(r"「氏名」の項目</label><select.*?</select>", page)
    assert named
    assert '<option value="name" selected>氏名</option>' in named[0]


def test_what_may_not_be_collected_is_named_with_its_ground(desk: Desk) -> None:
    content = (
        SMALL.replace("メモ", "配偶者").replace(",\n架空", ",\n架空").replace(".jp,", ".jp,有")
    )
    path = desk.staged(content.encode())
    for place in (path, f"{path}/preview"):
        page = desk.browser.get(place).text
        assert re.search(r'<th scope="row">配偶者</th><td[^>]*>配偶者</td><td[^>]*>職安法', page)
    assert 'name="column-4"' not in desk.browser.get(path).text


def test_mapping_that_lacks_a_field_comes_back_as_it_was_chosen(desk: Desk) -> None:
    path = desk.staged(SMALL.encode())
    form = desk.shown_form(path) | {"column-1": "", "column-4": "notes", "blanks": "clear"}
    answer = desk.post(f"{path}/mapping", **form)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "列を選んでください：応募した求人" in answer.text
    assert '<p class="error" id="map-error">' in answer.text
    assert '<option value="notes" selected>' in answer.text
    assert 'value="clear" checked' in answer.text
    assert desk.browser.get(f"{path}/preview").status_code == HTTPStatus.OK  # the one before


def test_two_columns_of_one_field_are_told_so_beside_both(desk: Desk) -> None:
    path = desk.staged(SMALL.encode())
    answer = desk.post(f"{path}/mapping", **desk.shown_form(path) | {"column-4": "job"})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    Reader(answer.text).check()
    for place in ("column-1", "column-4"):
        assert f'id="{place}-error">別の列と同じ項目です' in answer.text


def test_field_that_is_none_is_no_form_of_ours(desk: Desk) -> None:
    path = desk.staged(SMALL.encode())
    answer = desk.post(f"{path}/mapping", **desk.shown_form(path) | {"column-4": "religion"})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert desk.browser.get(f"{path}?preset=none").status_code == HTTPStatus.NOT_FOUND


def test_preview_of_a_file_without_its_fields_leads_back_to_the_columns(desk: Desk) -> None:
    path = desk.staged(b"a,b\n1,2\n")
    assert desk.browser.get(f"{path}/preview").headers["Location"] == path
    assert desk.post(f"{path}/commit").headers["Location"] == path
    assert desk.intake.history()[0].state is State.STAGED


def test_another_system_can_be_chosen_for_the_columns(desk: Desk) -> None:
    path = desk.staged(SMALL.encode())
    page = desk.browser.get(f"{path}?preset=hrmos").text
    assert '<option value="hrmos" selected>' in page
    assert '<input type="hidden" name="preset" value="hrmos">' in page


def test_mapping_of_a_source_is_proposed_again_with_what_was_left_out(desk: Desk) -> None:
    path = desk.staged(SMALL.encode(), source="hrmos")
    desk.post(f"{path}/mapping", **desk.shown_form(path) | {"column-3": "", "blanks": "clear"})
    desk.post(f"{path}/commit")
    desk.later.run()
    again = desk.shown_form(desk.staged(SMALL.encode(), source="hrmos"))
    assert (again["column-0"], again["column-3"], again["blanks"]) == ("name", "", "clear")
    other = desk.shown_form(desk.staged(SMALL.encode(), source="herp"))
    assert (other["column-3"], other["blanks"]) == ("mail", "keep")


def test_mappings_of_two_media_of_one_source_are_both_kept(desk: Desk) -> None:
    path = desk.staged(SMALL.encode())
    desk.post(f"{path}/mapping", **desk.shown_form(path) | {"column-4": "notes"})
    desk.post(f"{path}/commit")
    desk.later.run()
    other = "姓漢字,名漢字,求人名称,応募日時,メールアドレス1,電話番号1,氏名,求人名,応募日\n"
    cells = "水島,みなみ,経理,2026/11/02,m@example.jp,0312345678,水島 みなみ,経理,2026/11/02\n"
    path = desk.staged((other + cells).encode())
    proposed = desk.shown_form(path)
    assert (proposed["column-0"], proposed["column-4"]) == ("family_name", "mail")
    desk.post(f"{path}/mapping", **proposed | {"column-6": "", "column-5": ""})
    desk.post(f"{path}/commit")
    desk.later.run()
    assert desk.shown_form(desk.staged(SMALL.encode()))["column-4"] == "notes"
    again = desk.shown_form(desk.staged((other + cells).encode()))
    assert (again["column-0"], again["column-5"], again["column-6"]) == ("family_name", "", "")


def test_preview_counts_everything_and_changes_nothing(world: World, company: Company) -> None:
    desk = open_desk(
        world,
        company,
        told=lambda source, said: source == "csv" and said.applied_on < date(2026, 1, 1),
    )
    desk.take(file_of([row(1), row(2)]))
    rows = [
        row(1),
        row(2, 求人名="開発"),
        row(3),
        row(4, 選考終了理由="ご縁なし"),
        row(5, 応募日="2025/10/01"),
        row(6, 応募日="きのう"),
    ]
    path = desk.staged(file_of(rows))
    page = desk.browser.get(f"{path}/preview").text
    figures = dict(re.findall(r"<dt>([^<]+)</dt><dd>([\d,]+)</dd>", page))
    assert figures == {
        "新規": "3",
        "更新": "1",
        "変更なし": "1",
        "対象外": "0",
        "確認が必要": "1",
        "通知済み": "1",
        "取り込めず": "1",
    }
    assert re.search(r'<th scope="row">7行目</th><td[^>]*>応募日</td>', page)
    assert len(world.applicants.listed(tag=None, page=1)[0]) == 2


@pytest.mark.parametrize(
    ("content", "name", "form", "said"),
    [
        (b"", "a.csv", {}, "ファイルが空です"),
        (b"PK\x03\x04", "a.xlsx", {}, "壊れているか"),
        (b"\x00\x01\x02,\x00\n", "a.csv", {}, "NUL"),
        (b"only one cell\n", "a.csv", {}, "表がありません"),
        (SMALL.encode(), "", {}, "ファイルを選んでください"),
        (SMALL.encode(), "a.csv", {"header_line": "one"}, "行の番号を1から"),
        (SMALL.encode(), "a.csv", {"header_line": "0"}, "行の番号を1から"),
        (SMALL.encode(), "a.csv", {"header_line": "9"}, "その行には列の名前がありません"),
        (saved(workbook([("a", "b"), (1, 2)])), "a.xlsx", {"sheet": "応募"}, "シートはありません"),
    ],
)
def test_bad_upload_says_what_to_do_and_keeps_nothing(
    desk: Desk, content: bytes, name: str, form: dict[str, str], said: str
) -> None:
    answer = desk.send(content, name, source="hrmos", **form)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert said in answer.text
    Reader(answer.text).check()
    assert '<option value="hrmos" selected>' in answer.text
    assert all(value in answer.text for value in form.values())
    assert desk.intake.history() == []
    assert not list((desk.world.folder / "staged").glob("*"))


def test_source_that_the_settings_do_not_name_is_refused(desk: Desk) -> None:
    assert desk.send(SMALL.encode(), source="other").status_code == HTTPStatus.BAD_REQUEST


def test_no_more_than_two_files_are_read_at_once(desk: Desk) -> None:
    room = desk.intake.staging._room
    for _ in range(READ_AT_ONCE):
        assert room.acquire(blocking=False)
    answer = desk.send(SMALL.encode())
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "ほかのファイルを読んでいます" in answer.text
    room.release()
    assert desk.send(SMALL.encode()).status_code == HTTPStatus.SEE_OTHER


def test_a_sheet_and_a_header_line_can_be_chosen(desk: Desk) -> None:
    content = "応募者の一覧,2026年,x,y,z\n".encode() + SMALL.encode()
    page = desk.browser.get(desk.staged(content, header_line="2")).text
    assert '<th scope="row">応募日</th>' in page


def test_rows_left_out_are_given_as_a_file_to_mend(desk: Desk) -> None:
    path = desk.take(file_of([row(1), row(2, 応募日="きのう")]))
    answer = desk.browser.get(f"{path}/errors")
    assert "架空 花子2" in answer.data.decode("utf-8-sig")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    assert desk.browser.get(f"{desk.take(file_of([row(3)]))}/errors").status_code == 404


def test_mended_rows_are_imported_as_the_file_was(desk: Desk) -> None:
    path = desk.take(file_of([row(1), row(2, 応募日="きのう")]))
    left_out = desk.browser.get(f"{path}/errors").data.decode("utf-8-sig")
    mended = desk.take(left_out.replace("きのう", "2026/10/01").encode())
    done = desk.intake.past(mended.rpartition("/")[2])
    assert done is not None
    assert (done.added, done.errors) == (1, 0)


def test_progress_is_shown_to_whoever_looks_until_the_end(desk: Desk) -> None:
    rows = CHUNK + 1
    path = desk.staged(file_of(row(number) for number in range(rows)))
    desk.post(f"{path}/commit")
    seen = [desk.browser.get(path).text]
    assert '<meta http-equiv="refresh"' in seen[0]
    assert desk.post(f"{path}/commit").status_code == HTTPStatus.CONFLICT
    batch = path.rpartition("/")[2]
    desk.intake.commit(batch, lambda _done, _lines: seen.append(desk.browser.get(path).text))
    shown = [re.findall(r'<progress value="(\d+)" max="(\d+)"', page) for page in seen]
    assert shown[:2] == [[("0", str(rows))], [(str(CHUNK), str(rows))]]
    assert "<progress" not in desk.browser.get(path).text


def test_import_is_undone_while_no_letter_left(desk: Desk, world: World) -> None:
    path = desk.take(file_of([row(1), row(2)]))
    assert desk.post(f"{path}/undo").headers["Location"] == path
    assert "取り消した" in desk.browser.get(path).text
    assert world.applicants.listed(tag=None, page=1) == ([], 0)
    assert world.letters.summary().letters == 0
    assert desk.post(f"{path}/undo").status_code == HTTPStatus.CONFLICT


def test_undo_after_a_letter_says_why_not(desk: Desk, world: World) -> None:
    path = desk.take(file_of([row(1)]))
    desk.post("/letters/confirm", count="1")
    assert world.letters.send_due() == 1
    answer = desk.post(f"{path}/undo")
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "結果通知が1通" in answer.text
    Reader(answer.text).check()


def test_discarded_file_is_gone(desk: Desk, world: World) -> None:
    path = desk.staged(SMALL.encode())
    assert list((world.folder / "staged").iterdir())
    assert desk.post(f"{path}/discard").headers["Location"] == "/imports"
    assert not list((world.folder / "staged").iterdir())
    for place in (path, f"{path}/preview"):
        assert desk.browser.get(place).status_code == HTTPStatus.NOT_FOUND
    assert "破棄した" in desk.browser.get("/imports").text


def test_file_that_nobody_takes_in_is_destroyed_after_a_week(desk: Desk, world: World) -> None:
    desk.staged(SMALL.encode())
    world.clock.advance(KEPT)
    desk.intake.staging.discard_old()
    assert desk.intake.history()[0].state is State.STAGED
    world.clock.advance(timedelta(seconds=1))
    desk.intake.staging.discard_old()
    assert desk.intake.history()[0].state is State.DISCARDED


def test_import_that_is_none_is_not_found(desk: Desk) -> None:
    nothing = f"/imports/{'0' * 32}"
    assert desk.browser.get(nothing).status_code == HTTPStatus.NOT_FOUND
    for act in ("mapping", "commit", "discard", "undo"):
        assert desk.post(f"{nothing}/{act}").status_code == HTTPStatus.NOT_FOUND


def test_every_column_of_the_own_layout_is_proposed(desk: Desk) -> None:
    form = desk.shown_form(desk.staged(file_of([row(1)])))
    meanings = [value for name, value in form.items() if name.startswith("column-")]
    assert len(meanings) == len(COLUMNS)
    assert all(meanings)
