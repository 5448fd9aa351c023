"""What the watched folders brought: by source, for the digest."""

from collections.abc import Mapping
from dataclasses import dataclass

from node.connectors.files.folder import DropFolder
from node.storage import batches
from node.storage.database import Database


@dataclass(frozen=True, slots=True)
class FolderResult:
    """What became of the files of one source with a folder; *refused* files lie in error/."""

    source: str
    came: batches.Came
    refused: int


@dataclass(frozen=True, slots=True)
class FolderReport:
    """Reads; changes nothing."""

    db: Database
    folders: Mapping[str, DropFolder]

    def between(self, since: int, until: int) -> list[FolderResult]:
        """Return what came behind *since* and up to *until* (Unix seconds); no quiet sources."""
        with self.db.read() as tx:
            came = batches.came(tx, self.folders, since=since, until=until)
        refused = {
            source: sum(since < one.at <= until for one in folder.refused())
            for source, folder in self.folders.items()
        }
        return [
            FolderResult(source, came.get(source, batches.Came()), refused[source])
            for source in sorted(self.folders)
            if source in came or refused[source]
        ]
