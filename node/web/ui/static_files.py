"""The files that never change under one address: styles and the key script.

The address holds the digest, so a browser may keep the file for a year.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crypto.hashing import sha256

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_DIGEST_DIGITS = 16


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file in memory."""

    name: str
    digest: str
    content_type: str
    content: bytes


@cache
def static_files() -> Mapping[str, StaticFile]:
    """Return every file by its name."""
    files = {}
    for path in sorted(_FOLDER.iterdir()):
        content = path.read_bytes()
        digest = sha256(content).hex()[:_DIGEST_DIGITS]
        files[path.name] = StaticFile(path.name, digest, _TYPES[path.suffix], content)
    return files
