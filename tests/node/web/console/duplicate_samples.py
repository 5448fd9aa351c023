"""Invented values for the page of possible duplicates."""

from dataclasses import replace
from datetime import date

from node.services.duplicates import Reason
from node.web.console.duplicates import (
    DuplicatesPage,
    LastStep,
    PossibleDuplicate,
    Somebody,
)
from node.web.ui.page import Page

DAY = date(2026, 11, 23)
DUPLICATES = DuplicatesPage(
    pairs=(
        PossibleDuplicate(
            f"pair-{'1a' * 16}-{'2b' * 16}",
            Somebody("Hanako Kaku", "Sales", DAY),
            Somebody("Hanae Kaku", None, None),
            (Reason.MAIL, Reason.PHONE),
            same_birth=False,
        ),
        PossibleDuplicate(
            f"pair-{'3c' * 16}-{'4d' * 16}",
            Somebody("Yoshio Takasaki", "Accounting", DAY),
            Somebody("Yoshio Takazaki", "Sales", DAY),
            (Reason.NAME,),
            same_birth=True,
        ),
    ),
    last=None,
)

DUPLICATE_PAGES: dict[str, Page] = {
    "duplicates": DUPLICATES,
    "duplicates-done": replace(DUPLICATES, last=LastStep("9a" * 16, 1, 2), refused=1),
    "duplicates-refused": replace(DUPLICATES, is_full=True, is_unchosen=True, stays=True),
    "duplicates-none": DuplicatesPage((), None),
}
