import io
import json

import pytest

from node.connectors.files.child import answer
from node.domain.errors import FileRefusedError
from node.domain.refusals import REFUSALS
from tests.node.connectors.files.bombs import BOMBS
from tests.node.connectors.files.workbooks import MAIN, by_hand, saved, sheet_of, workbook

TEXT = "応募者一覧\n応募ID\t氏名\n1\t桐野 茜\n".encode()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def answered(content: bytes, *arguments: str) -> list[object]:
    target = io.StringIO()
    answer(list(arguments), io.BytesIO(content), target)
    return [json.loads(line) for line in target.getvalue().splitlines()]


def test_a_survey_answers_one_line_a_sheet() -> None:
    (found, end) = answered(TEXT, "survey", "csv")
    assert isinstance(found, dict)
    assert found["place"] == 0
    assert (found["sheet"]["header"], found["sheet"]["header_line"]) == (["応募ID", "氏名"], 2)
    assert end == {"end": True}


def test_records_answer_one_line_each() -> None:
    assert answered(TEXT, "records", "tsv", "0", "2") == [
        [3, ["1", "桐野 茜"], None],
        {"end": True},
    ]
    book = saved(workbook([("応募ID", "氏名"), (1, "桐野 茜")]))
    assert answered(book, "records", "csv", "0", "1") == [
        [2, ["1", "桐野 茜"], None],
        {"end": True},
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (OLE + "Workbook".encode("utf-16-le"), "old-excel"),
        (OLE + "Book".encode("utf-16-le"), "old-excel"),
        (OLE + "WordDocument".encode("utf-16-le"), "other-office"),
        (b"%PDF-1.7\n", "pdf"),
        (b"PK\x05\x06" + bytes(18), "zip"),
        (b"<html><table><tr><td>", "web-page"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html>", "web-page"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', "web-page"),
        (b"", "empty"),
    ],
)
def test_other_kinds_of_files_are_told_apart(content: bytes, code: str) -> None:
    assert answered(content, "survey", "csv") == [{"refused": code, "names": []}]


def test_sheets_without_people_are_not_offered() -> None:
    book = workbook([("応募ID", "氏名")], "見出しだけ")
    book.create_sheet("空")
    assert answered(saved(book), "survey", "csv") == [{"refused": "no-rows", "names": []}]
    people = book.create_sheet("応募者")
    for row in (("応募ID", "氏名"), (1, "桐野 茜")):
        people.append(row)
    (found, end) = answered(saved(book), "survey", "csv")
    assert isinstance(found, dict)
    assert (found["place"], found["sheet"]["name"]) == (2, "応募者")
    assert end == {"end": True}


def test_a_workbook_with_one_damaged_sheet_is_not_half_read() -> None:
    assert answered(by_hand("<worksheet"), "survey", "csv") == [{"refused": "damaged", "names": []}]


@pytest.mark.parametrize("name", ["billion laughs", "deep nesting", "long tag", "lying size"])
def test_the_child_itself_refuses_a_bomb(name: str) -> None:
    build, code = BOMBS[name]
    assert answered(build(), "survey", "csv") == [{"refused": code, "names": []}]


def test_a_small_file_may_not_become_a_flood() -> None:
    strings = f'<sst xmlns="{MAIN}"><si><t>{"長" * 9_999}</t></si></sst>'
    cells = '<c t="s"><v>0</v></c>' * 100
    content = by_hand(sheet_of(f"<row>{cells}</row>" * 30), strings)
    *found, end = answered(content, "records", "csv", "0", "1")
    assert 10 < len(found) < 30
    assert end == {"refused": "too-complex", "names": []}


def test_a_reader_without_memory_says_so() -> None:
    class Exhausted(io.BytesIO):
        def read(self, _: int | None = -1, /) -> bytes:
            raise MemoryError

    target = io.StringIO()
    answer(["survey", "csv"], Exhausted(), target)
    assert json.loads(target.getvalue()) == {"refused": "too-complex", "names": []}


def test_every_refusal_has_its_advice() -> None:
    assert set(FileRefusedError.CODES) <= set(REFUSALS)
