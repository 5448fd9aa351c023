"""The errors of the use cases.

ServiceError
+-- CeremonyError       a step of founding, joining or adopting that must not be taken
+-- LinkError           a link that opens nothing
|   +-- NoSuchLinkError     no letter carried it
|   +-- LinkExpiredError    past its time
|   +-- LinkLockedError     five wrong codes
|   +-- WrongCodeError      another code than the letter's; some tries are left
+-- NothingToDoError    the person or the record has no such act open
+-- RefusedChoiceError  a choice in a form that the rules do not allow
+-- NoSuchBatchError    no such import, or not one that this can be done with
+-- BusyError           as many files are being read as this node reads at once
+-- UndoRefusedError    an import that cannot be taken back any more
+-- MergeRefusedError   two people who cannot be made one, or one not two again, for now
+-- NoSuchRecordError   no such opening, proposal or introduction
+-- NoCreditError       no credit of the ledger covers another open proposal
+-- DailyLimitError     the consortium's proposals of one day are made
"""


class ServiceError(Exception):
    """Any refusal of a use case."""


class CeremonyError(ServiceError):
    """A step of founding, joining or adopting that must not be taken."""


class RestoredBackupError(ServiceError):
    """The database is older than what this node signed before."""


class LinkError(ServiceError):
    """A link that opens nothing."""


class NoSuchLinkError(LinkError):
    """No letter carried that link."""


class LinkExpiredError(LinkError):
    """The link is past its time; *expired_at* is Unix seconds."""

    def __init__(self, expired_at: int) -> None:
        super().__init__("the link has expired")
        self.expired_at = expired_at


class LinkLockedError(LinkError):
    """The code was typed wrongly five times."""


class WrongCodeError(LinkError):
    """Another code than the letter's; *left* tries remain."""

    def __init__(self, left: int) -> None:
        super().__init__("another code")
        self.left = left


class NothingToDoError(ServiceError):
    """The person or the record has no such act open."""


class RefusedChoiceError(ServiceError):
    """A choice in a form that the rules do not allow; *field* is its name there."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


class NoSuchBatchError(ServiceError):
    """No such import, or not one that this can be done with."""


class BusyError(ServiceError):
    """As many files are being read as this node reads at once; try again in a moment."""


class UndoRefusedError(ServiceError):
    """An import of which something went out, was changed again or was consented to."""

    def __init__(self, letters: int, changed: int, consents: int) -> None:
        said = []
        if letters:
            said.append(
                f"{letters} of its letters left or may have: mend the file, import it again"
            )
        if changed:
            said.append(f"{changed} of its applications were changed since: undo that import first")
        if consents:
            said.append(f"{consents} of its people consented since: they can withdraw themselves")
        super().__init__("; ".join(said))
        self.letters = letters
        self.changed = changed
        self.consents = consents


class MergeRefusedError(ServiceError):
    """Two people who cannot be made one for now, or not two again; the message says why."""


class NoSuchRecordError(ServiceError):
    """No such opening, proposal or introduction."""


class NoCreditError(ServiceError):
    """No credit of the ledger covers another open proposal."""


class DailyLimitError(ServiceError):
    """As many proposals were made today as the consortium allows."""


class HeadCountError(ServiceError):
    """Other letters wait than those that were shown; *found* is how many do now."""

    def __init__(self, found: int) -> None:
        super().__init__(f"the group changed: {found} letters wait now")
        self.found = found
