"""The parts of an Office Open XML file (ECMA-376 part 2): a ZIP of small XML documents.

Every limit stands before the parser: sizes as the ZIP declares them (Python reads no
further), together too, for many sheets may be one part; how far they shrink, no document
type, and how deep elements nest.
"""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from node.domain.errors import FileRefusedError

PIECE_BYTES: Final = 1 << 16
_MAX_BYTES: Final = 512 << 20  # of all readings of parts together
_SUSPECT_BYTES: Final = 16 << 20
_MAX_RATIO: Final = 200  # real sheets shrink 10 to 50 times
_MAX_PARTS: Final = 10_000
_MAX_DEPTH: Final = 64
_MAX_TOKEN_BYTES: Final = 1 << 20
_ENCRYPTED: Final = 1
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_END_RECORD: Final = b"PK\x05\x06"

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]  # what an element holds


@dataclass(slots=True)
class Parts:
    """The parts of one package by their names in lower case."""

    archive: zipfile.ZipFile
    names: Mapping[str, zipfile.ZipInfo]
    _left: int = _MAX_BYTES

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.names

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a part.

        Raises:
            FileRefusedError: damaged, encrypted, or too-complex.
        """
        found = self.names.get(name.lower())
        if found is None or found.compress_type not in _METHODS:
            raise FileRefusedError("damaged")
        if found.flag_bits & _ENCRYPTED:
            raise FileRefusedError("encrypted")
        ratio = found.file_size // max(found.compress_size, 1)
        is_suspect = found.file_size > _SUSPECT_BYTES and ratio > _MAX_RATIO
        if is_suspect or found.file_size > self._left:
            raise FileRefusedError("too-complex")
        try:
            with self.archive.open(found) as part:
                while piece := part.read(PIECE_BYTES):
                    self._left -= len(piece)
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise FileRefusedError("damaged") from error


def open_parts(content: bytes) -> Parts:
    """Return the parts of a ZIP.

    Raises:
        FileRefusedError: damaged or too-complex.
    """
    # The directory is read whole before it can be counted, so ask its own count first.
    end = content.rfind(_END_RECORD)
    if end >= 0 and int.from_bytes(content[end + 10 : end + 12], "little") > _MAX_PARTS:
        raise FileRefusedError("too-complex")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise FileRefusedError("damaged") from error
    names = {info.filename.replace("\\", "/").lower(): info for info in archive.infolist()}
    return Parts(archive, names)


class Walk:
    """One reading of an XML part, piece by piece."""

    def __init__(self, start: Start, end: End | None, text: Text | None) -> None:
        self._start, self._end, self._depth, self._fed = start, end, 0, 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.CharacterDataHandler = text

    def feed(self, piece: bytes) -> None:
        """Parse the next *piece*; an empty one is the last.

        Raises:
            FileRefusedError: damaged or too-complex.
        """
        self._fed += len(piece)
        try:
            self._parser.Parse(piece, not piece)
        except expat.ExpatError as error:
            raise FileRefusedError("damaged") from error
        # A tag without an end is kept, and looked through again with every piece.
        if self._fed - self._parser.CurrentByteIndex > _MAX_TOKEN_BYTES:
            raise FileRefusedError("too-complex")

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise FileRefusedError("too-complex")
        self._start(tag.rpartition(":")[2], attributes)

    def _close(self, tag: str) -> None:
        self._depth -= 1
        if self._end is not None:
            self._end(tag.rpartition(":")[2])

    @staticmethod
    def _refuse_doctype(*_: object) -> None:
        # Office writes none; without one there are no entities to grow.
        raise FileRefusedError("too-complex")


def walk(
    parts: Parts, name: str, start: Start, end: End | None = None, text: Text | None = None
) -> None:
    """Parse a whole part.

    Raises:
        FileRefusedError: damaged, encrypted, or too-complex.
    """
    reading = Walk(start, end, text)
    for piece in parts.pieces(name):
        reading.feed(piece)
    reading.feed(b"")
