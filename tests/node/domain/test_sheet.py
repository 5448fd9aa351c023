from dataclasses import replace

import pytest

from node.domain.errors import FileRefusedError
from node.domain.sheet import Record, Sheet, are_names, column_name, find_header, header_at

PEOPLE = (
    ("A-1", "桐野 茜", "2026/04/01", "akane@example.jp"),
    ("A-2", "久世 湊", "2026/04/02", "minato@example.jp"),
)
HEADER = ("応募ID", "氏名", "応募日", "メール")


def lines(*rows: tuple[str, ...]) -> tuple[Record, ...]:
    return tuple(Record(place, cells) for place, cells in enumerate(rows, 1))


@pytest.mark.parametrize(
    "titles",
    [
        (),
        (("応募者一覧",),),
        (("応募者一覧", "", "", ""), ("出力日: 2026/11/20", "件数: 2")),
        (("基本情報", "", "選考"),),
    ],
)
def test_the_header_is_found_below_titles(titles: tuple[tuple[str, ...], ...]) -> None:
    assert find_header(lines(*titles, HEADER, *PEOPLE), {}) == len(titles) + 1


def test_a_question_or_a_number_may_be_the_name_of_a_column() -> None:
    header = (*HEADER, "応募のきっかけを、できるだけ具体的に教えてください。" * 3, "2", *"abcdefg")
    wide = tuple((*person, "", "5") for person in PEOPLE)
    assert find_header(lines(("一覧",), header, *wide), {}) == 2


def test_a_file_without_a_header_names_its_first_full_line() -> None:
    assert find_header(lines(("一覧",), *PEOPLE), {}) == 2


@pytest.mark.parametrize(
    ("cell", "is_name"),
    [
        ("hanako@example.jp", False),
        ("花子 <hanako@example.jp>", False),
        ("090-1234-5678", False),
        ("+81 90 1234 5678", False),
        ("２０２６/１０/０１", False),
        ("2026年10月1日", False),
        ("", True),
        ("応募ID", True),
        ("2", True),
        ("2026年4月", True),
        ("メール@", True),
        ("一次面接(2026/10/01まで)の結果", True),
    ],
)
def test_a_line_with_an_address_a_number_or_a_day_names_no_columns(
    cell: str, *, is_name: bool
) -> None:
    assert are_names(("応募ID", cell)) is is_name


def test_one_column_is_no_table() -> None:
    with pytest.raises(FileRefusedError, match="not-a-table"):
        find_header(lines(("拝啓",), ("敬具", " ")), {})
    with pytest.raises(FileRefusedError, match="not-a-table"):
        find_header((), {})


def test_a_header_of_two_lines_ends_where_its_merged_cells_end() -> None:
    upper = ("応募ID", "氏名", "一次", "", "二次", "")
    lower = ("応募ID", "氏名", "実施日", "結果", "実施日", "結果")
    top = lines(("一覧",), upper, lower, ("A-1", "桐野 茜", "", "合格", "", ""))
    assert find_header(top, {3: 2}) == 3
    assert header_at(top, 3) == (
        "応募ID",
        "氏名",
        "一次実施日",
        "一次結果",
        "二次実施日",
        "二次結果",
    )


def test_people_merged_over_lines_are_no_header() -> None:
    assert find_header(lines(HEADER, PEOPLE[0], PEOPLE[0]), {3: 2}) == 1


def test_repeated_names_stay_where_no_group_tells_them_apart() -> None:
    repeated = ("応募ID", "備考", "備考")
    assert header_at(lines(("一覧", "", ""), repeated), 2) == repeated
    assert header_at(lines(("甲", "乙", ""), repeated), 2) == repeated
    assert header_at(lines(repeated), 1) == repeated


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("姓|必須", "姓"),
        ("※ 氏名（任意）", "氏名"),
        ("応募\n日", "応募日"),
        ("ﾒｰﾙｱﾄﾞﾚｽ*", "メールアドレス"),
        ("必須スキル", "必須スキル"),
    ],
)
def test_names_are_compared_without_marks_and_width(cell: str, name: str) -> None:
    assert column_name(cell) == name


def test_a_person_may_choose_the_header() -> None:
    top = lines(("一覧", "2026"), HEADER, *PEOPLE)
    sheet = Sheet("csv", "utf-8", None, ("一覧", "2026"), 1, 4, top)
    assert sheet.with_header(2) == replace(sheet, header=HEADER, header_line=2)
    with pytest.raises(FileRefusedError, match="no-header"):
        sheet.with_header(5)
