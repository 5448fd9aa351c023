"""A system that applicants come from, and what the company settled about it."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

MailOwner = Literal["ats", "node", "off"]

# The source of people whom only their own word put on file; no setting can bear this name.
SELF_TOLD: Final = "self_told"


@dataclass(frozen=True, slots=True)
class Source:
    """One source: who writes its letters of rejection, and since when the node does."""

    name: str
    mail_owner: MailOwner = "node"
    go_live: date | None = None  # what was rejected before it was told elsewhere
    # Since when its notice of purpose (APPI 18, 21) says that people may be introduced to
    # others; those who applied before it were told nothing of that.
    notice_from: date | None = None

    def covers(self, applied_on: date) -> bool:
        """Tell whether who applied on that day was told of the introduction to others."""
        return self.notice_from is None or applied_on >= self.notice_from
