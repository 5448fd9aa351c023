"""Who gets the mail that was asked for through a static link (THREATS T29)."""

from collections.abc import Collection
from enum import StrEnum
from typing import Final

from node.domain.recipients import Plain, Withheld

# Without i, l and o, which are mistaken for others when they are typed from paper.
LETTERS: Final = "abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH: Final = 4
# What may be otherwise within the 30 days that a request is kept.
_MAY_PASS: Final = frozenset({Plain.RUNNING, Plain.MEDIUM})


class Turn(StrEnum):
    """What becomes of a request whose address is on file."""

    SEND = "send"
    WAIT = "wait"
    DROP = "drop"


def turn(refusals: Collection[Plain | Withheld | None]) -> Turn:
    """Return what becomes of a request, by why not for each rejection of the person.

    Without any rejection the letter of the ATS was quicker than the import.
    """
    if None in refusals:
        return Turn.SEND
    if not refusals or not _MAY_PASS.isdisjoint(refusals):
        return Turn.WAIT
    return Turn.DROP
