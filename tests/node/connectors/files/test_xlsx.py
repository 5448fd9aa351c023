import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from node.connectors.files.table import records, survey
from node.connectors.files.xlsx import open_workbook
from node.domain.errors import FileRefusedError
from node.domain.sheet import MAX_CELL_CHARACTERS, Record, Sheet
from tests.node.connectors.files.workbooks import (
    DOCUMENT,
    MAIN,
    by_hand,
    relations,
    saved,
    sheet_of,
    workbook,
    zipped,
)

HEADER = ("応募ID", "氏名", "値")
NAMES = '<row r="1"><c r="A1" t="str"><v>応募ID</v></c><c r="B1" t="str"><v>氏名</v></c></row>'


def read(content: bytes, place: int = 0) -> tuple[Sheet, list[Record]]:
    table = open_workbook(content).sheet(place)
    sheet = survey(table)
    return sheet, list(records(table, sheet.header_line))


def cells_of(content: bytes) -> list[tuple[str, ...]]:
    return [record.cells for record in read(content)[1]]


def shown(value: object, number_format: str | None = None) -> str:
    book = workbook([HEADER, ("A-1", "桐野 茜", value)])
    if number_format:
        book.active["C2"].number_format = number_format
    return cells_of(saved(book))[0][2]


def refused(content: bytes) -> str:
    with pytest.raises(FileRefusedError) as error:
        read(content)
    return error.value.code


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        ("09012345678", None, "09012345678"),
        (9012345678, None, "9012345678"),
        (3.0, None, "3"),
        (0.85, "0%", "85%"),
        (600001, "000-0000", "060-0001"),
        (date(2026, 4, 1), None, "2026-04-01"),
        (datetime(2026, 4, 1, 13, 30), None, "2026-04-01 13:30"),  # noqa: DTZ001 - a cell has none
        (date(2026, 4, 1), '[$-411]ggge"年"m"月"d"日"', "2026-04-01"),
        (time(9, 5), None, "09:05"),
        (True, None, "TRUE"),
        (False, None, "FALSE"),
        ("#N/A", None, "#N/A"),
        ("=1+1", None, ""),
        (None, None, ""),
        ("二\n行", None, "二\n行"),
        ("  端 ", None, "  端 "),
    ],
)
def test_a_cell_is_the_text_that_it_shows(
    value: object, number_format: str | None, text: str
) -> None:
    assert shown(value, number_format) == text


CELL = st.one_of(
    st.text(st.sampled_from([*"abc 01髙﨑㈱𠮷々,'\"\n&<>;"]), max_size=12),
    st.integers(-(10**14), 10**14),
    st.dates(date(1901, 1, 1), date(2199, 12, 31)),
)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8))
def test_any_table_comes_back_equal(people: list[tuple[object, object]]) -> None:
    rows = [(f"A-{place}", *cells) for place, cells in enumerate(people)]
    assert cells_of(saved(workbook([HEADER, *rows]))) == [
        tuple(str(cell) for cell in row) for row in rows
    ]


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8))
def test_any_table_written_as_a_stream_comes_back_equal(
    people: list[tuple[object, object]],
) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("一覧")
    sheet.append(HEADER)
    for place, cells in enumerate(people):
        sheet.append((f"A-{place}", *cells))
    found = cells_of(saved(book))
    assert [row[1:] for row in found] == [tuple(map(str, cells)) for cells in people]


def test_titles_and_merged_cells_stand_above_the_header() -> None:
    book = workbook(
        [
            ("応募者一覧",),
            (),
            ("応募ID", "氏名", "一次", None, "二次", None),
            (None, None, "実施日", "結果", "実施日", "結果"),
            ("A-1", "桐野 茜", date(2026, 4, 1), "合格", None, None),
        ]
    )
    for merged in ("A1:F1", "A3:A4", "B3:B4", "C3:D3", "E3:F3"):
        book.active.merge_cells(merged)
    sheet, found = read(saved(book))
    assert sheet.header == ("応募ID", "氏名", "一次実施日", "一次結果", "二次実施日", "二次結果")
    assert sheet.header_line == 4
    assert found == [Record(5, ("A-1", "桐野 茜", "2026-04-01", "合格", "", ""))]


def test_a_person_merged_over_several_rows_is_named_in_each() -> None:
    book = workbook(
        [
            HEADER,
            ("A-1", "桐野 茜", "一次"),
            (None, None, "二次"),
            (None, None, None),
            ("A-2", "久世 湊", "一次"),
            (None, None, "二次"),
        ]
    )
    for merged in ("A2:A4", "B2:B4", "A5:A6"):
        book.active.merge_cells(merged)
    assert cells_of(saved(book)) == [
        ("A-1", "桐野 茜", "一次"),
        ("A-1", "桐野 茜", "二次"),
        ("A-2", "久世 湊", "一次"),
        ("A-2", "", "二次"),
    ]


def test_runs_of_one_cell_are_joined_and_its_reading_is_left_out() -> None:
    rich = CellRichText(TextBlock(InlineFont(b=True), "桐野"), " 茜")
    assert shown(rich) == "桐野 茜"
    strings = (
        f'<sst xmlns="{MAIN}"><si><t>桐野 茜</t><rPh sb="0" eb="2"><t>キリノ</t></rPh></si></sst>'
    )
    row = '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="s"><v>0</v></c></row>'
    assert cells_of(by_hand(sheet_of(NAMES + row), strings)) == [("1", "桐野 茜")]


def test_a_formula_is_what_it_last_came_to() -> None:
    row = (
        '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c>'
        '<c r="B2" t="str"><f>CONCAT("a","b")</f><v>ab_x000D_c_x0007_</v></c></row>'
    )
    assert cells_of(by_hand(sheet_of(NAMES + row))) == [("2", "ab\rc")]


def test_rows_and_cells_without_a_number_follow_each_other() -> None:
    row = "<row><c><v>1</v></c><c/><c><v>9</v></c></row><row r='5'><c r='B5'><v>3</v></c></row>"
    found = read(by_hand(sheet_of(NAMES + row)))[1]
    assert [(record.line, record.cells) for record in found] == [(2, ("1", "")), (5, ("", "3"))]


def test_names_may_have_a_prefix_and_dates_begin_in_1904() -> None:
    rows = NAMES + '<row r="2"><c r="A2"><v>1</v></c><c r="B2" s="1"><v>44651</v></c></row>'
    sheet = sheet_of(rows).replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns", "xmlns:x")
    styles = '<numFmts><numFmt numFmtId="200" formatCode="yyyy/m/d"/></numFmts>'
    styles += '<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
    styles += '<cellXfs><xf numFmtId="0"/><xf numFmtId="200"/></cellXfs>'
    content = by_hand(sheet, styles=styles)
    assert cells_of(content) == [("1", "2022-03-31")]
    assert read(content)[0].lines == 2
    parts = {name: zipfile.ZipFile(io.BytesIO(content)).read(name) for name in PARTS}
    main = parts["xl/workbook.xml"].replace(b"<sheets>", b'<workbookPr date1904="1"/><sheets>')
    assert cells_of(zipped({**parts, "xl/workbook.xml": main})) == [("1", "2026-04-01")]


PARTS = (
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/worksheets/sheet1.xml",
    "xl/styles.xml",
)


def test_only_visible_sheets_of_cells_are_offered() -> None:
    book = workbook([HEADER, ("A-1", "桐野 茜", "")], "表")
    book.create_sheet("隠").sheet_state = "hidden"
    book.create_sheet("秘").sheet_state = "veryHidden"
    book.create_chartsheet("図")
    opened = open_workbook(saved(book))
    assert [opened.sheet(place).name for place in range(len(opened))] == ["表"]


def test_macros_are_never_looked_at() -> None:
    content = saved(workbook([HEADER, ("A-1", "桐野 茜", "x")]))
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 no program")
    assert cells_of(target.getvalue()) == [("A-1", "桐野 茜", "x")]


def test_notes_beside_the_table_belong_to_no_column() -> None:
    book = workbook([HEADER[:2], ("A-1", "桐野 茜", None, "要確認"), ("A-2",)])
    assert cells_of(saved(book)) == [("A-1", "桐野 茜"), ("A-2", "")]


def test_a_cell_of_too_many_characters_is_a_fault_of_its_row() -> None:
    long = "長" * (MAX_CELL_CHARACTERS + 5)
    found = read(saved(workbook([HEADER, ("A-1", long, "x"), ("A-2", "久世 湊", "y")])))[1]
    assert [record.fault for record in found] == ["too-long", None]
    assert len(found[0].cells[1]) == MAX_CELL_CHARACTERS


def test_a_million_rows_declared_are_only_those_that_are_there() -> None:
    row = '<row r="2"><c r="A2"><v>1</v></c><c r="XFD2" s="3"/></row>'
    sheet = sheet_of(NAMES + row).replace(
        "<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'
    )
    assert cells_of(by_hand(sheet)) == [("1", "")]


def person(cell: str) -> bytes:
    return by_hand(sheet_of(f'{NAMES}<row r="2"><c r="A2"><v>1</v></c>{cell}</row>'))


def encrypted_zip() -> bytes:
    content = bytearray(saved(workbook([HEADER])))
    at = 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        content[at + 8] |= 1
        at += 4
    return bytes(content)


def with_method(method: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.writestr("_rels/.rels", relations(("officeDocument", "xl/workbook.xml")))
    return target.getvalue()


def many_sheets() -> bytes:
    listed = "".join(f'<sheet name="{place}" r:id="r0"/>' for place in range(201))
    return zipped(
        {
            "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook xmlns:r="{DOCUMENT}">{listed}</workbook>',
        }
    )


UNSOUND: dict[str, tuple[Callable[[], bytes], str]] = {
    "string unknown": (lambda: person('<c r="B2" t="s"><v>7</v></c>'), "damaged"),
    "string no number": (lambda: person('<c r="B2" t="s"><v>x</v></c>'), "damaged"),
    "number no number": (lambda: person('<c r="B2"><v>x</v></c>'), "damaged"),
    "cell without column": (lambda: person('<c r="7"><v>1</v></c>'), "damaged"),
    "column unknown": (lambda: person('<c r="AAAA2"><v>1</v></c>'), "damaged"),
    "endless value": (
        lambda: person(f'<c r="B2" t="str"><v>{"1" * 9_000_000}</v></c>'),
        "too-complex",
    ),
    "long row": (
        lambda: person("".join(f'<c t="str"><v>{"長" * 9_999}</v></c>' for _ in range(200))),
        "too-complex",
    ),
    "row twice": (lambda: by_hand(sheet_of(NAMES + '<row r="1"/>')), "damaged"),
    "row beyond": (lambda: by_hand(sheet_of(NAMES + '<row r="1048577"/>')), "damaged"),
    "open end": (lambda: by_hand("<worksheet>"), "damaged"),
    "styles": (
        lambda: by_hand(sheet_of(NAMES), styles="<cellXfs>" + "<xf/>" * 70_001 + "</cellXfs>"),
        "too-complex",
    ),
    "merges": (
        lambda: by_hand(sheet_of("", '<mergeCell ref="A1:A2"/>' * 100_001)),
        "too-complex",
    ),
    "sheets": (many_sheets, "too-complex"),
    "zip with a password": (encrypted_zip, "encrypted"),
    "other compression": (lambda: with_method(zipfile.ZIP_LZMA), "damaged"),
    "zip of a text": (lambda: zipped({"応募者.csv": "応募ID,氏名\n"}), "zip"),
    "package of nothing": (lambda: zipped({"_rels/.rels": relations(("other", "a"))}), "zip"),
    "open document": (
        lambda: zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
        "other-office",
    ),
    "binary workbook": (lambda: zipped({"xl/workbook.bin": b""}), "other-office"),
    "head of a zip": (lambda: b"PK\x03\x04" + bytes(100), "damaged"),
}


@pytest.mark.parametrize("name", UNSOUND)
def test_what_is_no_sound_workbook_is_refused(name: str) -> None:
    build, code = UNSOUND[name]
    assert refused(build()) == code
