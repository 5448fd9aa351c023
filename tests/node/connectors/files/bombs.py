"""Files made to exhaust whoever reads them (THREATS T16), each with the code that ends it.

Run as a program, it reads the file on stdin and prints what that cost; it makes none
itself, for a child's peak of memory counts from that of the process that forked it.
"""

import json
import resource
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from itertools import chain

from node.connectors.files.reader import SheetReader
from node.domain.errors import FileRefusedError
from tests.node.connectors.files.workbooks import (
    DOCUMENT,
    MAIN,
    by_hand,
    relations,
    sheet_of,
    zipped,
)

HEADER = '<row r="1"><c r="A1" t="str"><v>応募ID</v></c><c r="B1" t="str"><v>氏名</v></c></row>'
PERSON = '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="str"><v>桐野 茜</v></c></row>'


def zip_bomb() -> bytes:
    """Shrink 400 MiB of white space to 400 kB."""
    return by_hand(sheet_of(HEADER + PERSON).encode() + b" " * (400 << 20))


def endless_rows() -> bytes:
    """Repeat one small row a million times."""
    return by_hand(sheet_of(HEADER + "<row><c><v>1</v></c><c><v>2</v></c></row>" * 1_040_000))


def shared_strings() -> bytes:
    """Let a small sheet stand beside 200 MiB of strings that hardly shrink below the ratio."""
    noise = b"".join(place.to_bytes(3, "big").hex().encode() for place in range(60_000))
    strings = b"<si><t>" + noise[:9_000] + b"</t></si>"
    table = f'<sst xmlns="{MAIN}">'.encode() + b"".join(
        strings.replace(b"0000", f"{place:04x}".encode()) for place in range(22_000)
    )
    return by_hand(sheet_of(HEADER + PERSON), table + b"</sst>")


def laughs() -> bytes:
    """Let every entity be ten of the one before."""
    entities = "".join(
        f'<!ENTITY e{place} "{inner}">'
        for place, inner in ((place, f"&e{place - 1};" * 10) for place in range(1, 10))
    )
    doctype = f'<!DOCTYPE sst [<!ENTITY e0 "ha">{entities}]>'
    return by_hand(
        sheet_of(HEADER + PERSON), f'{doctype}<sst xmlns="{MAIN}"><si><t>&e9;</t></si></sst>'
    )


def quadratic() -> bytes:
    """Name one long entity many times."""
    doctype = f'<!DOCTYPE worksheet [<!ENTITY a "{"a" * 100_000}">]>'
    cell = f'<c r="A3" t="str"><v>{"&a;" * 20_000}</v></c>'
    return by_hand(doctype + sheet_of(f'{HEADER}{PERSON}<row r="3">{cell}</row>'))


def far_cell() -> bytes:
    """Declare the whole sheet and fill its last cell."""
    last = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    sheet = sheet_of(HEADER + PERSON + last)
    return by_hand(sheet.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'))


def merged_sheet() -> bytes:
    """Merge long cells over a million rows that hold one sign each."""
    long = "".join(f'<c t="str"><v>{"長" * 9_000}</v></c>' for _ in range(100))
    merges = "".join(
        f'<mergeCell ref="{letter}2:{letter}1048576"/>' for letter in "BCDEFGHIJKLMNOP"
    )
    rows = f"{HEADER}<row>{long}</row>" + "<row><c><v>1</v></c></row>" * 400_000
    return by_hand(sheet_of(rows, f"<mergeCells>{merges}</mergeCells>"))


def repeated_string() -> bytes:
    """Show one long string in every cell of 3,000 rows."""
    strings = f'<sst xmlns="{MAIN}"><si><t>{"長" * 9_999}</t></si></sst>'
    cells = '<c t="s"><v>0</v></c>' * 100
    return by_hand(sheet_of(f"<row>{cells}</row>" * 3_000), strings)


def wide_rows() -> bytes:
    """Fill the last column of the widest table in each of 400,000 rows."""
    header = "".join(f'<c t="str"><v>列{place}</v></c>' for place in range(1_000))
    rows = '<row><c r="ALL1"><v>1</v></c></row>' * 400_000
    return by_hand(sheet_of(f"<row>{header}</row>{rows}"))


def empty_merges() -> bytes:
    """Merge a thousand empty cells over 80,000 rows that hold one sign each."""
    merges = "".join(
        f'<mergeCell ref="{letters(place)}2:{letters(place)}1048576"/>' for place in range(999)
    )
    last = '<row r="2"><c r="ALL2"><v>1</v></c></row>'
    rows = f"{HEADER}{last}" + "<row><c><v>1</v></c></row>" * 80_000
    return by_hand(sheet_of(rows, f"<mergeCells>{merges}</mergeCells>"))


def slow_format() -> bytes:
    """Give 400,000 numbers the longest format, all quotation marks: minutes of work."""
    styles = f'<numFmts><numFmt numFmtId="200" formatCode="{";&quot;" * 127}"/></numFmts>'
    styles += '<cellXfs><xf numFmtId="200"/></cellXfs>'
    rows = '<row><c s="0"><v>5</v></c></row>' * 400_000
    return by_hand(sheet_of(HEADER + rows), styles=styles)


def letters(place: int) -> str:
    """Return the letters of a column, counted from 0."""
    found = ""
    while place >= 0:
        place, rest = place // 26 - 1, place % 26
        found = chr(65 + rest) + found
    return found


def many_sheets() -> bytes:
    """Let 200 sheets be one part of just under the size that looks suspect."""
    sheet = sheet_of(HEADER + PERSON).encode() + b" " * ((16 << 20) - 2_000)
    listed = "".join(f'<sheet name="{place}" r:id="r{place}"/>' for place in range(200))
    return zipped(
        {
            "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook xmlns:r="{DOCUMENT}">{listed}</workbook>',
            "xl/_rels/workbook.xml.rels": relations(
                *[("worksheet", "/xl/worksheets/sheet1.xml")] * 200
            ),
            "xl/worksheets/sheet1.xml": sheet,
        }
    )


def endless_line() -> bytes:
    """Write 60 MB without a line end."""
    return "応募ID,氏名\n".encode() + b"x" * 60_000_000


def million_columns() -> bytes:
    """Write a million cells into the header, in short lines of one quotation."""
    return (",".join(f'"{place}\n"' for place in range(1_000_000)) + "\n1,2\n").encode()


def many_commas() -> bytes:
    """Fill a file with separators alone."""
    return b"id,name\n" + (b"," * 60_000 + b"\n") * 400


def deep() -> bytes:
    """Nest a million elements."""
    return by_hand(sheet_of("<row>" * 1_000_000))


def long_tag() -> bytes:
    """Write one attribute of 4 MiB that a parser must keep whole."""
    noise = zip_noise(4 << 20)
    return by_hand(f'<worksheet xmlns="{MAIN}" a="'.encode() + noise)


def zip_noise(size: int) -> bytes:
    return (b"".join(b"%x" % (place * 2_654_435_761) for place in range(200_000)) * 4)[:size]


def zip_of_zips() -> bytes:
    """Wrap a zip into a zip, ten times."""
    inner = zipped({"a.bin": b"\0" * 50_000_000}, level=9)
    for _ in range(10):
        inner = zipped({f"{place}.zip": inner for place in range(4)})
    return inner


def many_parts() -> bytes:
    """List 60,000 parts, each empty."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for place in range(60_000):
            archive.writestr(f"p{place}", b"")
    return target.getvalue()


def truncated() -> bytes:
    """Break off a sound workbook in its middle."""
    whole = by_hand(sheet_of(HEADER + PERSON))
    return whole[: len(whole) // 2]


def lying_size() -> bytes:
    """Say in the directory that the sheet is one byte long."""
    whole = bytearray(by_hand(sheet_of(HEADER + PERSON)))
    at = whole.rfind(b"xl/worksheets/sheet1.xml") - 46
    whole[at + 24 : at + 28] = (1).to_bytes(4, "little")
    return bytes(whole)


def nested_json() -> bytes:
    return b"[" * (16 << 20)


def wide_json() -> bytes:
    return b'{"results": [' + b'{"currentInterviewStage":{}},' * 1_000_000 + b"{}]}"


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "zip bomb": (zip_bomb, "too-complex"),
    "endless rows": (endless_rows, "too-complex"),
    "shared strings": (shared_strings, "too-complex"),
    "billion laughs": (laughs, "too-complex"),
    "quadratic blowup": (quadratic, "too-complex"),
    "far cell": (far_cell, "too-many-columns"),
    "repeated string": (repeated_string, "too-complex"),
    "merged sheet": (merged_sheet, "too-complex"),
    "many sheets": (many_sheets, "too-complex"),
    "wide rows": (wide_rows, "too-complex"),
    "empty merges": (empty_merges, ""),
    "endless line": (endless_line, "too-complex"),
    "million columns": (million_columns, "too-many-columns"),
    "many commas": (many_commas, "no-rows"),
    "deep nesting": (deep, "too-complex"),
    "long tag": (long_tag, "too-complex"),
    "zip of zips": (zip_of_zips, "zip"),
    "many parts": (many_parts, "too-complex"),
    "truncated": (truncated, "damaged"),
    "lying size": (lying_size, "damaged"),
    "nested json": (nested_json, "too-complex"),
    "wide json": (wide_json, "too-complex"),
}


def main() -> None:
    name, content = sys.argv[1], sys.stdin.buffer.read()
    held: list[float] = []  # seconds of our own work while another thread waited for 10 ms
    over = threading.Event()

    def tick() -> None:
        while not over.is_set():
            before = time.process_time()
            time.sleep(0.01)
            held.append(time.process_time() - before)

    ticking = threading.Thread(target=tick)
    ticking.start()
    started, used, code = time.monotonic(), time.process_time(), ""
    try:
        with SheetReader().open(content, name) as opened:
            for _ in chain.from_iterable(map(opened.records, range(len(opened.sheets)))):
                pass
    except FileRefusedError as error:
        code = error.code
    seconds = time.monotonic() - started
    own = time.process_time() - used
    over.set()
    ticking.join()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(  # noqa: T201 - the answer to the test
        json.dumps(
            {
                "code": code,
                "seconds": seconds,
                "own_cpu": own,
                "child_cpu": children.ru_utime + children.ru_stime,
                "peak_mib": children.ru_maxrss / 1024,
                "held_p99": sorted(held)[len(held) * 99 // 100],
            }
        )
    )


if __name__ == "__main__":
    main()
