"""The encoding of a text file that a Japanese company hands in.

Tried in one order: UTF-8 with BOM, UTF-16 by BOM, UTF-8, CP932. CP932 last, because half
of all UTF-8 words would pass for it; never `shift_jis`, which lacks 髙, ㈱ and ①.
"""

import codecs
import re
from collections.abc import Iterator
from typing import Final

from node.domain.errors import FileRefusedError

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Python's cp932 lets a few bytes through as control or private characters.
_STRAY: Final = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\uf8f0-\uf8f3]")
_PIECE_BYTES: Final = 1 << 20


def find_encoding(content: bytes) -> str:
    """Return the codec that reads every byte; of the text only a piece is held at a time.

    Raises:
        FileRefusedError: empty, undecodable, or nul.
    """
    if not content.strip():
        raise FileRefusedError("empty")
    marked = [encoding for bom, encoding in _BOMS if content.startswith(bom)]
    for encoding in marked or ("utf-8", "cp932"):
        try:
            seen = _seen(content, encoding)
        except UnicodeDecodeError:
            continue
        if "nul" in seen:
            raise FileRefusedError("nul")
        if "stray" not in seen:
            if "text" not in seen:
                raise FileRefusedError("empty")
            return encoding
    raise FileRefusedError("undecodable")


def _seen(content: bytes, encoding: str) -> set[str]:
    seen: set[str] = set()
    for piece in _pieces(content, encoding):
        if "\0" in piece:
            seen.add("nul")
        if _STRAY.search(piece):
            seen.add("stray")
        if piece.strip():
            seen.add("text")
    return seen


def _pieces(content: bytes, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(content), _PIECE_BYTES):
        yield decoder.decode(content[start : start + _PIECE_BYTES])
    yield decoder.decode(b"", final=True)
