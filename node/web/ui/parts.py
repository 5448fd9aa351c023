"""The values of the shared components: lists, figures, marks, choices and rates."""

from dataclasses import dataclass
from datetime import date

from node.i18n import Bilingual, message
from protocol.delivery import State
from protocol.membership import LocalName

# A text, or one in both languages.
Said = str | Bilingual | LocalName


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of a readable list; *label* is a message id."""

    label: str
    value: Said | date


@dataclass(frozen=True, slots=True)
class Mark:
    """One compared requirement; *fits* is None where the token has no such field."""

    what: Said
    why: Said
    fits: bool | None


@dataclass(frozen=True, slots=True)
class Rate:
    """A pass rate with its Wilson interval, all from 0 to 1; None where the cases are too few."""

    name: Said
    advanced: int
    decided: int
    left: int
    rate: float | None = None
    low: float | None = None
    high: float | None = None
    is_low: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a list, or one box to tick."""

    value: str
    text: Said
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why a form came back: *text* is a message id, *place* the id of the field.

    *about* is the message id of the field's label, where the text alone does not name it.
    """

    text: str
    place: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Deletion:
    """Whether a company has deleted what it was shown."""

    name: Said
    asked: date | None
    state: State
    day: date | None = None


# PROTOCOL 4: the cells of the matrix token by receiver, with their message and colour.
DELETION_STATES = {
    State.NOT_DELIVERED: (message("never delivered"), ""),
    State.DELIVERED: (message("waiting for the receipt"), "warn"),
    State.DELETED: (message("deleted"), "ok"),
    State.OVERDUE: (message("overdue"), "bad"),
}
