"""Files that were handed in and wait to be imported: sealed pieces, one 0600 file each.

Nothing of a file is stored but what may be collected; the pieces are destroyed when the
import ends. Sealing keeps a stolen disk or backup from showing them, nothing more.
"""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from node.domain.sheet import Record
from node.storage.vault import Vault

PIECE: Final = 500  # records


@dataclass(frozen=True, slots=True)
class StagedFiles:
    """The folder of staged files; it is made with the first of them."""

    folder: Path
    vault: Vault

    def write(self, batch_id: str, piece: int, records: Sequence[Record]) -> None:
        """Store a piece, numbered from 0, of at most PIECE records."""
        place = self.folder / batch_id
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        plain = json.dumps([[one.line, one.cells, one.fault] for one in records]).encode()
        sealed = self.vault.seal_own(_place(batch_id, piece), plain)
        # The mode is given at once, so that there is no moment at which others may read.
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        descriptor = os.open(place / str(piece), flags, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(sealed)

    def read(self, batch_id: str, pieces: int) -> Iterator[Record]:
        """Yield the records of all *pieces*, in order; one piece is held at a time."""
        for piece in range(pieces):
            sealed = (self.folder / batch_id / str(piece)).read_bytes()
            plain = self.vault.open_own(_place(batch_id, piece), sealed)
            for line, cells, fault in json.loads(plain):
                yield Record(line, tuple(cells), fault)

    def older(self, moment: int) -> list[str]:
        """Return the batches of which nothing was staged since Unix seconds *moment*."""
        found = []
        for place in self.folder.glob("*"):
            with suppress(FileNotFoundError):  # dropped meanwhile
                if place.stat().st_mtime < moment:
                    found.append(place.name)
        return found

    def drop(self, batch_id: str) -> None:
        """Destroy what is staged of a batch."""
        shutil.rmtree(self.folder / batch_id, ignore_errors=True)


def _place(batch_id: str, piece: int) -> str:
    return f"staged/{batch_id}/{piece}"
