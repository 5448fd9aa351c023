"""The error files of imports: personal data, so one 0600 file in a folder of its own."""

import os
from dataclasses import dataclass
from pathlib import Path

from protocol.identifiers import is_id


@dataclass(frozen=True, slots=True)
class ErrorFiles:
    """The folder; it is made at the first file."""

    folder: Path

    def write(self, batch_id: str, content: bytes) -> Path:
        """Store the file of an import; return where it lies."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        path = self._path(batch_id)
        # The mode is given at once, so that there is no moment at which others may read.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        return path

    def read(self, batch_id: str) -> bytes | None:
        """Return the file of an import, None where it had no errors."""
        if not is_id(batch_id):
            return None
        path = self._path(batch_id)
        return path.read_bytes() if path.is_file() else None

    def _path(self, batch_id: str) -> Path:
        return self.folder / f"{batch_id}.csv"
