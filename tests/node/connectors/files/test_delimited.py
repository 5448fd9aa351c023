import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.connectors.files.delimited import open_delimited
from node.connectors.files.table import records, survey
from node.domain.errors import FileRefusedError
from node.domain.sheet import MAX_CELL_CHARACTERS, Record, Sheet

HEADER = ("応募ID", "氏名", "備考")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp932")


def written(rows: list[tuple[str, ...]], delimiter: str = ",", quote: str = '"') -> str:
    target = io.StringIO(newline="")
    if quote == '"':
        writer = csv.writer(target, delimiter=delimiter)
    else:
        writer = csv.writer(target, delimiter=delimiter, quotechar=quote, quoting=csv.QUOTE_ALL)
    writer.writerows(rows)
    return target.getvalue()


def read(content: bytes) -> tuple[Sheet, list[Record]]:
    table = open_delimited(content, tabs=False)
    sheet = survey(table)
    return sheet, list(records(table, sheet.header_line))


def cells_of(text: str) -> list[tuple[str, ...]]:
    return [record.cells for record in read(text.encode())[1]]


def faults(text: str) -> list[tuple[int, str | None]]:
    return [(record.line, record.fault) for record in read(text.encode())[1]]


SIGNS = [*"ab 019髙﨑㈱①ァｱ々〆'\"\n、𠮷@=c"]
CELL = st.text(st.sampled_from(SIGNS), max_size=12).map(lambda cell: cell.replace("c", "\r\n"))
CELL_OF_CP932 = CELL.map(lambda cell: cell.replace("𠮷", "吉"))


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("quote", ['"', "'"])
@given(people=st.lists(st.tuples(CELL_OF_CP932, CELL_OF_CP932), min_size=1, max_size=8), wide=CELL)
def test_any_table_comes_back_equal(
    people: list[tuple[str, str]], wide: str, encoding: str, delimiter: str, quote: str
) -> None:
    note = delimiter if encoding == "cp932" else wide + delimiter
    rows = [(str(place), *cells, note) for place, cells in enumerate(people)]
    text = written([("応募ID", "氏名", "メモ", "備考"), *rows], delimiter, quote)
    sheet, found = read(text.encode(encoding))
    assert sheet.encoding == encoding
    assert sheet.format == ("tsv" if delimiter == "\t" else "csv")
    assert [record.cells for record in found] == rows
    assert not any(record.fault for record in found)


def test_an_apostrophe_in_a_cell_quotes_nothing() -> None:
    text = "応募ID,氏名,備考\n1,',''\n'2,'=1+1,O'Hara\n"
    assert cells_of(text) == [("1", "'", "''"), ("'2", "'=1+1", "O'Hara")]


def test_commas_in_texts_do_not_make_a_tab_file_a_comma_file() -> None:
    text = "応募ID\t氏名\t備考\n" + "1\t桐野 茜\t一,二,三,四,五\n" * 3
    assert cells_of(text) == [("1", "桐野 茜", "一,二,三,四,五")] * 3


def test_lines_are_those_of_the_file() -> None:
    text = '\n応募者一覧,,\n\n応募ID,氏名,備考\n1,桐野 茜,"二\n行"\n,,\n2,久世 湊,\n'
    sheet, found = read(text.encode())
    assert (sheet.header_line, sheet.lines) == (4, 8)
    assert [record.line for record in found] == [5, 8]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_each_system_ends_them(end: str) -> None:
    sheet, found = read(end.join(["応募ID,氏名", "1,桐野 茜", "2,久世 湊"]).encode())
    assert sheet.lines == 3
    assert [record.cells[0] for record in found] == ["1", "2"]


def test_faults_stay_with_their_line() -> None:
    long = "長" * (MAX_CELL_CHARACTERS + 1)
    assert faults(f'応募ID,氏名\n1,"a"b\n2,c\n3\n4,d,e\n5,{long}\n6,f,,\n7,"g\n') == [
        (2, "bad-quote"),
        (3, None),
        (4, "cell-count"),
        (5, "cell-count"),
        (6, "too-long"),
        (7, None),
        (8, "unclosed-quote"),
    ]


def test_a_record_is_bounded_however_wide_it_is() -> None:
    header = ",".join(f"列{place}の名前" for place in range(200))
    wide = ",".join(['"' + "長い文\n" * 2_200 + '"'] * 200)
    text = header + "\n" + wide + "\n"
    _, found = read(text.encode())
    assert [record.fault for record in found] == ["too-long"]
    assert sum(map(len, found[0].cells)) <= 1 << 20


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("拝啓\n敬具\n", "not-a-table"),
        ("応募ID,氏名\n", "no-rows"),
        ("応募者一覧\n\n応募ID,氏名\n", "no-rows"),
        (",".join(map(str, range(1_001))) + "\n1,2\n", "too-many-columns"),
        ("応募ID,氏名\n" + "x" * (1 << 20 | 1), "too-complex"),
    ],
)
def test_what_is_no_table_is_refused(text: str, code: str) -> None:
    with pytest.raises(FileRefusedError) as refused:
        read(text.encode())
    assert refused.value.code == code


def test_blank_columns_at_the_right_are_no_width() -> None:
    sheet, found = read(("応募ID,氏名" + "," * 5_000 + "\n1,桐野 茜" + "," * 5_000 + "\n").encode())
    assert found[0].cells[:2] == ("1", "桐野 茜")
    assert sheet.header[:2] == ("応募ID", "氏名")
