import io
import os
import resource
import threading
import time
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from openpyxl import Workbook

from node.connectors.files.child import cpu_seconds
from node.connectors.files.reader import SheetReader
from node.domain.errors import FileRefusedError
from node.domain.sheet import MAX_FILE_BYTES, Record
from tests.node.connectors.ats.applicants import applicants
from tests.node.connectors.ats.recordings import recording
from tests.node.connectors.files.bombs import slow_format
from tests.node.connectors.files.workbooks import saved, workbook

HEADER = ("応募ID", "氏名", "応募日")
ROWS = (("A-1", "髙﨑 義雄", "2026/04/01"), ("A-2", "桐野, 茜", "2026/04/02"))
READER = SheetReader()


def long_file() -> bytes:
    return ("応募ID,氏名\n" + "A-1,桐野 茜\n" * 200_000).encode()


def children() -> set[int]:
    """Return the processes that this one started and that still run."""
    tasks = Path("/proc/self/task")
    return {int(pid) for task in tasks.iterdir() for pid in (task / "children").read_text().split()}


def refused(content: bytes, filename: str = "a.csv", reader: SheetReader = READER) -> str:
    with pytest.raises(FileRefusedError) as error, reader.open(content, filename) as opened:
        list(opened.records(0))
    return error.value.code


def test_a_text_comes_back_as_it_was_written() -> None:
    rows = '応募ID|必須,氏名,応募日\nA-1,髙﨑 義雄,2026/04/01\nA-2,"桐野, 茜",2026/04/02\n'
    text = f"応募者一覧\n{rows}"
    with READER.open(text.encode("cp932"), "応募者.csv") as opened:
        (sheet,) = opened.sheets
        assert (sheet.format, sheet.encoding, sheet.name) == ("csv", "cp932", None)
        assert (sheet.header, sheet.header_line, sheet.lines) == (HEADER, 2, 4)
        assert list(opened.records(0)) == [Record(3, ROWS[0]), Record(4, ROWS[1])]


def test_the_json_of_a_system_comes_back_as_a_table() -> None:
    people = list(applicants(2).values())
    with READER.open(recording("ashby", people), "ashby.json") as opened:
        (sheet,) = opened.sheets
        assert (sheet.format, sheet.header_line, sheet.lines) == ("json", 1, 3)
        number, name = map(sheet.header.index, ("id", "candidate.name"))
        found = [(one.line, one.cells[number], one.cells[name]) for one in opened.records(0)]
    assert found == [(2, "a-1", "架空 花子1"), (3, "a-2", "架空 花子2")]


def test_a_workbook_comes_back_with_its_likeliest_sheet_first() -> None:
    book = workbook([("はじめに", "")], "説明")
    book.create_sheet("メモ").append(("a", "b"))
    people = book.create_sheet("応募者")
    for row in (HEADER, *((*row[:2], date(2026, 4, day)) for day, row in enumerate(ROWS, 1))):
        people.append(row)
    with READER.open(saved(book), "応募者.xlsx") as opened:
        assert [sheet.name for sheet in opened.sheets] == ["応募者"]
        (sheet,) = opened.sheets
        assert (sheet.format, sheet.header, sheet.header_line, sheet.lines) == (
            "xlsx",
            HEADER,
            1,
            3,
        )
        dated = [(*row[:2], f"2026-04-0{day}") for day, row in enumerate(ROWS, 1)]
        assert [record.cells for record in opened.records(0)] == dated


def test_sheets_are_offered_by_size_and_read_by_that_order() -> None:
    book = workbook([HEADER, ROWS[0]], "終了")
    for name, count in (("選考中", 5), ("非表示", 50)):
        sheet = book.create_sheet(name)
        for row in (HEADER, *(ROWS[1:] * count)):
            sheet.append(row)
    book["非表示"].sheet_state = "hidden"
    with READER.open(saved(book), "a.xlsx") as opened:
        assert [(sheet.name, sheet.lines) for sheet in opened.sheets] == [
            ("選考中", 6),
            ("終了", 2),
        ]
        assert len(list(opened.records(0))) == 5
        assert [record.cells for record in opened.records(1)] == [ROWS[0]]


def test_a_person_may_choose_another_header() -> None:
    text = "a,b,c\n応募ID,氏名,応募日\nA-1,桐野 茜,2026/04/01\n"
    with READER.open(text.encode(), "a.csv") as opened:
        assert opened.sheets[0].header_line == 1
        assert opened.sheets[0].with_header(2).header == HEADER
        assert [record.line for record in opened.records(0, header_line=2)] == [3]
        with pytest.raises(FileRefusedError, match="no-header"):
            list(opened.records(0, header_line=9))


def test_what_is_too_large_is_never_parsed() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    assert refused(bytes(MAX_FILE_BYTES + 1)) == "too-large"
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime == before


def test_a_child_that_is_too_slow_is_ended() -> None:
    assert refused(long_file(), reader=SheetReader(patience=0.001)) == "too-complex"
    assert not children()


def test_a_small_file_gets_little_time() -> None:
    content = slow_format()
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    assert refused(content, "a.xlsx", SheetReader(patience=60)) == "too-complex"
    spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    assert spent < 2 * (cpu_seconds(len(content)) + 1)


def test_a_hundred_thousand_rows_pass_through_a_small_window() -> None:
    with READER.open(long_file(), "a.csv") as opened:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert sum(1 for _ in opened.records(0)) == 200_000
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 * 1024


@pytest.fixture
def running() -> Iterator[tuple[int, Iterator[Record]]]:
    """Give the one child that reads a long file, and its records."""
    with READER.open(long_file(), "秘密.csv") as opened:
        records = opened.records(0)
        next(records)
        (pid,) = children()
        yield pid, records


def test_the_child_inherits_neither_secrets_nor_files(
    running: tuple[int, Iterator[Record]],
) -> None:
    process = Path(f"/proc/{running[0]}")
    names = {part.partition(b"=")[0] for part in (process / "environ").read_bytes().split(b"\0")}
    assert names <= {b"PYTHONPATH", b"LC_CTYPE", b""}
    assert "秘密" not in (process / "cmdline").read_bytes().decode()
    assert os.getsid(running[0]) == running[0]
    assert sorted(path.name for path in (process / "fd").iterdir()) == ["0", "1", "2"]
    limits = {
        line[:25].strip(): line[25:46].strip()
        for line in (process / "limits").read_text().splitlines()
    }
    assert limits["Max address space"] == str(256 << 20)
    assert limits["Max file size"] == limits["Max processes"] == limits["Max core file size"] == "0"
    assert limits["Max cpu time"] == str(cpu_seconds(len(long_file()))) == "37"


def test_leaving_the_file_ends_the_child() -> None:
    with READER.open(long_file(), "a.csv") as opened:
        records = opened.records(0)
        next(records)
        assert children()
    assert not children()
    with pytest.raises(FileRefusedError, match="too-complex"):
        list(records)


def test_a_forgotten_reading_ends_its_child() -> None:
    with READER.open(long_file(), "a.csv") as opened:
        records = opened.records(0)
        next(records)
        del records
        assert not children()


def test_a_child_that_is_killed_gives_no_half_of_a_file(
    running: tuple[int, Iterator[Record]],
) -> None:
    pid, records = running
    os.kill(pid, 9)
    with pytest.raises(FileRefusedError, match="too-complex"):
        list(records)


def test_pages_are_served_while_a_file_is_read() -> None:
    late: list[float] = []
    over = threading.Event()

    def tick() -> None:
        while not over.wait(0.01):
            late.append(time.monotonic())

    ticking = threading.Thread(target=tick)
    ticking.start()
    with READER.open(long_file(), "a.csv") as opened:
        assert sum(1 for _ in opened.records(0)) == 200_000
    over.set()
    ticking.join()
    gaps = sorted(later - sooner for sooner, later in pairwise(late))
    assert gaps[len(gaps) * 99 // 100] < 0.2


def test_a_name_ending_in_tsv_decides_where_nothing_else_does() -> None:
    text = "応募ID,姓\t名\n1,桐野\t茜\n".encode()
    with READER.open(text, "a.TSV") as tabs, READER.open(text, "a.txt") as commas:
        assert (tabs.sheets[0].format, commas.sheets[0].format) == ("tsv", "csv")


def test_nothing_of_a_person_shows_in_a_repr() -> None:
    with READER.open("応募ID,氏名\nA-1,桐野 茜\n".encode(), "桐野.csv") as opened:
        assert "桐野" not in repr(opened)
        assert "桐野" not in repr(next(opened.records(0)))


def test_a_workbook_of_nothing_has_no_rows() -> None:
    assert refused(saved(Workbook()), "a.xlsx") == "not-a-table"
    assert refused(saved(workbook([HEADER])), "a.xlsx") == "no-rows"
    assert refused(io.BytesIO(b"").getvalue()) == "empty"


def test_json_of_nobody_known_is_told_from_what_is_too_much() -> None:
    with pytest.raises(FileRefusedError, match="other-json"):
        SheetReader().open(b'{"a": 1}', "x.json")
