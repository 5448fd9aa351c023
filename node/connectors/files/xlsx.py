"""An Excel workbook (ECMA-376 part 1, SpreadsheetML): which sheets it shows and how.

Only values are read: a formula is what it last came to, and a macro is never looked at.
"""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from node.connectors.files.number_format import BUILT_IN, NumberFormat
from node.connectors.files.parts import Parts, open_parts, walk
from node.connectors.files.strings import SharedStrings, read_strings
from node.connectors.files.worksheet import Extent, Worksheet, extent_of
from node.domain.errors import FileRefusedError
from node.domain.sheet import Format, Record

_MAX_SHEETS: Final = 200
_MAX_DIGITS: Final = 9
_MAX_STYLES: Final = 70_000  # Excel takes 65,490
_OTHER_OFFICE: Final = ("mimetype", "xl/workbook.bin", "word/document.xml", "index/document.iwa")


@dataclass(frozen=True, slots=True)
class XlsxSheet:
    """One visible sheet."""

    name: str
    worksheet: Worksheet
    extent: Extent
    encoding: str = "utf-8"
    format: Format = "xlsx"

    @property
    def lines(self) -> int:
        """Return how many rows the sheet has, blank ones too."""
        return self.extent.rows

    def carried(self, lines: Sequence[int]) -> Mapping[int, int]:
        """Return where a cell begins that is merged down into one of *lines*."""
        return self.extent.carried(lines)

    def records(self) -> Iterator[Record]:
        """Yield every row that is not blank.

        Raises:
            FileRefusedError: damaged, too-complex, or too-many-columns.
        """
        return self.worksheet.records(self.extent)


@dataclass(frozen=True, slots=True)
class Workbook:
    """The visible sheets of an opened file, in their order."""

    _sheets: tuple[tuple[str, Worksheet], ...]

    def __len__(self) -> int:
        return len(self._sheets)

    def sheet(self, place: int) -> XlsxSheet:
        """Return the sheet at *place*, measured.

        Raises:
            FileRefusedError: damaged, encrypted, or too-complex.
        """
        name, worksheet = self._sheets[place]
        return XlsxSheet(name, worksheet, extent_of(worksheet.parts, worksheet.part))


@dataclass(slots=True)
class _SheetList:
    sheets: list[tuple[str, str]] = field(default_factory=list)  # name, relation
    from_1904: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "workbookPr":
            self.from_1904 = attributes.get("date1904", "0") in {"1", "true"}
        elif tag == "sheet" and attributes.get("state", "visible") == "visible":
            relation = [key for key in attributes if key.rpartition(":")[2] == "id" and ":" in key]
            if relation:
                self.sheets.append((attributes.get("name", ""), attributes[relation[0]]))
            if len(self.sheets) > _MAX_SHEETS:
                raise FileRefusedError("too-complex")


@dataclass(slots=True)
class _Styles:
    codes: dict[int, str] = field(default_factory=lambda: dict(BUILT_IN))
    cells: list[int] = field(default_factory=list)
    _inside: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt":
            self.codes[_number(attributes, "numFmtId")] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            self._inside = True
        elif tag == "xf" and self._inside:
            self.cells.append(_number(attributes, "numFmtId"))
        if len(self.cells) + len(self.codes) > _MAX_STYLES:
            raise FileRefusedError("too-complex")

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self._inside = False


def open_workbook(content: bytes) -> Workbook:
    """Return the opened workbook.

    Raises:
        FileRefusedError: zip, other-office, damaged, encrypted, or too-complex.
    """
    parts = open_parts(content)
    main = _main_part(parts)
    listed = _SheetList()
    walk(parts, main, listed.start)
    relations = _relations(parts, main)
    strings = _part_of(relations, "/sharedStrings")
    shared = read_strings(parts, strings) if strings and strings in parts else SharedStrings()
    formats = _formats(parts, relations, from_1904=listed.from_1904)
    sheets: list[tuple[str, Worksheet]] = []
    for name, relation in listed.sheets:
        kind, part = relations.get(relation, ("", ""))
        if kind.endswith("/worksheet"):
            sheets.append((name, Worksheet(parts, part, shared, formats)))
    return Workbook(tuple(sheets))


def _main_part(parts: Parts) -> str:
    if any(name in parts for name in _OTHER_OFFICE):
        raise FileRefusedError("other-office")
    if "_rels/.rels" not in parts:
        raise FileRefusedError("zip")
    main = _part_of(_relations(parts, ""), "/officeDocument")
    if main is None or main not in parts:
        raise FileRefusedError("zip")
    return main


def _relations(parts: Parts, source: str) -> dict[str, tuple[str, str]]:
    """Return kind and part of every relation of *source* by its id (part 2, section 6.5)."""
    folder, name = posixpath.split(source)
    relations: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "").replace("\\", "/")
            part = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            relations[attributes.get("Id", "")] = (attributes.get("Type", ""), part)

    walk(parts, posixpath.join(folder, "_rels", f"{name}.rels"), start)
    return relations


def _part_of(relations: Mapping[str, tuple[str, str]], kind: str) -> str | None:
    return next((part for type_, part in relations.values() if type_.endswith(kind)), None)


def _formats(
    parts: Parts, relations: Mapping[str, tuple[str, str]], *, from_1904: bool
) -> tuple[NumberFormat, ...]:
    styles = _Styles()
    part = _part_of(relations, "/styles")
    if part and part in parts:
        walk(parts, part, styles.start, styles.end)
    known = {key: NumberFormat(code, from_1904) for key, code in styles.codes.items()}
    general = NumberFormat("General", from_1904)
    return tuple(known.get(key, general) for key in styles.cells)


def _number(attributes: Mapping[str, str], name: str) -> int:
    text = attributes.get(name, "0")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS else 0
