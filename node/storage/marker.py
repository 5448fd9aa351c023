"""The size marker outside the data folder, so that a restored backup is noticed (PROTOCOL 2)."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Marker:
    """A file with the largest size this node ever signed."""

    path: Path

    def read(self) -> int | None:
        """Return the size, or None where there is no readable marker."""
        try:
            text = self.path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        return int(text) if text.isdecimal() and text.isascii() else None

    def write(self, size: int) -> None:
        """Put the size down durably; call it before the signature."""
        fresh = self.path.with_suffix(".new")
        with fresh.open("w", encoding="ascii") as file:
            file.write(f"{size}\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
