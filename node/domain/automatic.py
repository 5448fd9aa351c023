"""Letters that go without a hand: when that is offered, and when it ends by itself.

Who let two groups go by hand and stopped neither is offered it, for one source and one
version of the texts. Whatever is not as it was ends it, and a person is asked.
"""

from collections.abc import Sequence
from enum import StrEnum
from statistics import median
from typing import Final

BY_HAND: Final = 2  # groups without a stop, before it is offered
LEAST: Final = 20  # letters on one day that are never too many
TIMES: Final = 3  # the usual day
WEEKS: Final = 8  # that tell what is usual
WATCHED: Final = 100  # letters whose bounces are counted
MOST_BOUNCES: Final = 5  # of them


class Ended(StrEnum):
    """Why letters of a source go by hand again."""

    STOPPED = "stopped"  # somebody pressed stop
    TEXTS = "texts"
    LAYOUT = "layout"  # other columns or another mapping
    REASONS = "reasons"  # an end or a reason that the mapping does not know
    CROWD = "crowd"
    BOUNCES = "bounces"


def is_crowd(letters: int, usual: Sequence[int]) -> bool:
    """Tell whether *letters* on one day are too many; *usual* are those of the days before.

    Days without a letter are none of them: a source that rejects once a week would
    look as if nothing were usual.
    """
    return letters > max(LEAST, TIMES * median(usual) if usual else 0)


def are_bounces_many(bounced: int) -> bool:
    """Tell whether too many of the last :data:`WATCHED` letters came back."""
    return bounced > MOST_BOUNCES
