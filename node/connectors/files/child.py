"""The process that parses a file: its bytes come on stdin, JSON lines go to stdout.

`SECONDS survey HINT` answers one line a sheet, `SECONDS records HINT PLACE HEADER_LINE` one
line a record; each ends with a line `end` or `refused`, or without one when so many seconds
of work are over. It imports the standard library and the rules only, so that it starts fast
and holds nothing worth stealing.
"""

import json
import resource
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import BinaryIO, Final, TextIO

from node.connectors.files.delimited import open_delimited
from node.connectors.files.kinds import is_workbook
from node.connectors.files.recorded import HEADER_LINE, is_recorded, open_recorded
from node.connectors.files.table import Table, records, survey
from node.connectors.files.xlsx import open_workbook
from node.domain.errors import FileRefusedError
from node.domain.sheet import MAX_FILE_BYTES

MEMORY_BYTES: Final = 256 << 20
_MAX_CPU_SECONDS: Final = 120
_FREE_CPU_SECONDS: Final = 3
_CPU_SECONDS_A_MIB: Final = 12
# Characters of all records together: a real table is no hundred times its file.
_MAX_CHARACTERS: Final = 1 << 28
_FREE_CHARACTERS: Final = 1 << 24
_CHARACTERS_A_BYTE: Final = 100
_CELL_CHARACTERS: Final = 6  # that a cell counts for besides, since blank ones take time too
_DESCRIPTORS: Final = 16


def cpu_seconds(size: int) -> int:
    """Return how long a file of *size* bytes may take to be read: a small one, not long."""
    return min(_FREE_CPU_SECONDS + _CPU_SECONDS_A_MIB * size // 2**20, _MAX_CPU_SECONDS)


def confine(seconds: int) -> None:
    """Give up what parsing does not need: memory, time, files, processes, core dumps."""
    limits = {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: _DESCRIPTORS,
    }
    for kind, limit in limits.items():
        resource.setrlimit(kind, (limit, limit))


def answer(arguments: list[str], source: BinaryIO, target: TextIO) -> None:
    """Write the answer to *arguments* about the file that *source* holds."""
    try:
        content = source.read(MAX_FILE_BYTES + 1)
        command, hint, *choice = arguments
        if command == "survey":
            lines = _surveyed(content, hint)
        else:
            lines = _recorded(content, hint, *map(int, choice))
        for line in lines:
            _write(target, line)
        _write(target, {"end": True})
    except FileRefusedError as error:
        _write(target, {"refused": error.code, "names": error.names})
    except (MemoryError, RecursionError):
        _write(target, {"refused": "too-complex", "names": ()})


def _surveyed(content: bytes, hint: str) -> Iterator[object]:
    if is_recorded(content):
        yield {"place": 0, "sheet": asdict(survey(open_recorded(content), HEADER_LINE))}
        return
    refusals: list[FileRefusedError] = []
    found = False
    for place, table in _tables(content, hint):
        try:
            sheet = survey(table)
        except FileRefusedError as error:
            if error.code not in {"not-a-table", "no-rows", "too-many-columns"}:
                raise
            refusals.append(error)
            continue
        found = True
        yield {"place": place, "sheet": asdict(sheet)}
    if not found:
        raise refusals[0] if refusals else FileRefusedError("no-rows")


def _tables(content: bytes, hint: str) -> Iterator[tuple[int, Table]]:
    if not is_workbook(content):
        yield 0, open_delimited(content, tabs=hint == "tsv")
        return
    workbook = open_workbook(content)
    for place in range(len(workbook)):
        yield place, workbook.sheet(place)


def _recorded(content: bytes, hint: str, place: int, header_line: int) -> Iterator[object]:
    table: Table
    if is_workbook(content):
        table = open_workbook(content).sheet(place)
    elif is_recorded(content):
        table = open_recorded(content)
    else:
        table = open_delimited(content, tabs=hint == "tsv")
    left = min(_MAX_CHARACTERS, _FREE_CHARACTERS + _CHARACTERS_A_BYTE * len(content))
    for record in records(table, header_line):
        left -= _CELL_CHARACTERS * len(record.cells) + sum(map(len, record.cells))
        if left < 0:
            raise FileRefusedError("too-complex")
        yield [record.line, record.cells, record.fault]


def _write(target: TextIO, line: object) -> None:
    target.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


def main() -> None:
    """Answer once, confined."""
    confine(int(sys.argv[1]))
    answer(sys.argv[2:], sys.stdin.buffer, sys.stdout)


if __name__ == "__main__":
    main()
