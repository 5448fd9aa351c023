"""The interviewers' names, for the one page on which an administrator may read them."""

from collections.abc import Mapping
from dataclasses import dataclass

from node.storage import analytics
from node.storage.database import Database
from node.storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Interviewers:
    """Opens the sealed names."""

    db: Database
    vault: Vault

    def names(self) -> Mapping[str, str]:
        """Return each interviewer's name as the file spelt it, by id."""
        with self.db.read() as tx:
            return {
                found: self.vault.open_own(f"interviewer/{found}", sealed).decode()
                for found, sealed in analytics.interviewers(tx)
            }
