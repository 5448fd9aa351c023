"""The shared strings of a workbook (ECMA-376 part 1, section 18.4), kept small."""

import re
from array import array
from typing import Final

from node.connectors.files.parts import Parts, walk
from node.domain.errors import FileRefusedError
from node.domain.sheet import MAX_CELL_CHARACTERS

_MAX_BYTES: Final = 96 << 20
_MAX_STRINGS: Final = 8_000_000
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")  # section 22.9.2.19, ST_Xstring
_KEPT_CONTROLS: Final = "\t\n\r"


class SharedStrings:
    """The strings that cells name by number.

    Python objects would take five times the bytes: a million short strings must fit.
    """

    def __init__(self) -> None:
        self._bytes, self._ends = bytearray(), array("Q", [0])

    def __getitem__(self, place: int) -> str:
        if not 0 <= place < len(self._ends) - 1:
            raise FileRefusedError("damaged")
        return self._bytes[self._ends[place] : self._ends[place + 1]].decode()

    def add(self, text: str) -> None:
        """Keep *text* as the next string.

        Raises:
            FileRefusedError: too-complex.
        """
        self._bytes += text.encode()
        self._ends.append(len(self._bytes))
        if len(self._bytes) > _MAX_BYTES or len(self._ends) > _MAX_STRINGS:
            raise FileRefusedError("too-complex")


def read_strings(parts: Parts, name: str) -> SharedStrings:
    """Return the strings of the part *name*; readings (furigana) are left out.

    Raises:
        FileRefusedError: damaged, encrypted, or too-complex.
    """
    strings = SharedStrings()
    reading = RichText()

    def end(tag: str) -> None:
        reading.end(tag)
        if tag == "si":
            strings.add(reading.taken())

    walk(parts, name, lambda tag, _: reading.start(tag), end, reading.text)
    return strings


class RichText:
    """Gathers the runs of one string as they are parsed."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._inside = self._reading = False
        self._left = MAX_CELL_CHARACTERS + 1

    def start(self, tag: str) -> None:
        """Take notice that an element begins."""
        if tag == "t":
            self._inside = not self._reading
        elif tag == "rPh":
            self._reading = True

    def end(self, tag: str) -> None:
        """Take notice that an element ends."""
        if tag == "t":
            self._inside = False
        elif tag == "rPh":
            self._reading = False

    def text(self, text: str) -> None:
        """Keep *text* if it is shown; one character too many shows that a cell is too long."""
        if self._inside and self._left > 0:
            self._pieces.append(text[: self._left])
            self._left -= len(text)

    def taken(self) -> str:
        """Return the string, and begin the next."""
        text = unescaped("".join(self._pieces))
        self._pieces.clear()
        self._left = MAX_CELL_CHARACTERS + 1
        return text


def unescaped(text: str) -> str:
    """Return *text* with its _xHHHH_ escapes resolved; control characters are dropped."""
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character.isprintable() or character in _KEPT_CONTROLS else ""
