"""The values of the shared components: facts, figures, marks and pass rates."""

from dataclasses import dataclass
from datetime import date

from node.i18n import Bilingual

Said = str | Bilingual


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
