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
