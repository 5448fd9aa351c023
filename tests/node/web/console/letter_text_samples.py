"""Invented values for the pages of the letters' texts."""

from datetime import UTC, datetime

from node.domain.letter_lint import Flaw
from node.domain.letters import Letter, LetterKind
from node.web.console.letter_texts import (
    LetterLine,
    LetterTextPage,
    LetterTextsPage,
    OwnLetter,
    TextColumn,
    Version,
)
from node.web.ui.page import Page
from node.web.ui.parts import Choice
from protocol.taxonomy import StageBand

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
LETTER_COLUMNS = (
    TextColumn(
        "ja",
        "Result",
        "Dear <b>",
        is_own=True,
        blocking=(Flaw.HTML, Flaw.SENDER),
        advice=(Flaw.LONG_SUBJECT,),
        fields=("name",),
        versions=(Version(2, NOW, is_shipped=False), Version(1, NOW, is_shipped=True)),
        is_unfit=True,
    ),
    TextColumn(
        "en",
        "Result",
        "Dear",
        is_own=False,
        blocking=(),
        advice=(),
        fields=("name",),
        versions=(),
        preview=Letter("Result", "Dear Hanako,\n\nthank you."),
    ),
)

LETTER_TEXTS: dict[str, Page] = {
    "letter-texts": LetterTextsPage(
        (
            LetterLine("rejection.doc", LetterKind.REJECTION, StageBand.DOC, ()),
            LetterLine(
                "offer",
                LetterKind.OFFER,
                None,
                (
                    OwnLetter("offer", "", ""),
                    OwnLetter("offer", "ab" * 16, "Sales & more"),
                ),
            ),
        )
    ),
    "letter-text": LetterTextPage(
        "relay.final",
        LetterKind.RELAY,
        StageBand.FINAL,
        "ab" * 16,
        (Choice("ab" * 16, "Sales", is_chosen=True),),
        (Choice("cd" * 16, "Hanako (Sales)"),),
        LETTER_COLUMNS,
        is_saved=True,
        tested="miura@example.jp",
    ),
    "letter-text-refused": LetterTextPage(
        "offer",
        LetterKind.OFFER,
        None,
        "",
        (),
        (),
        LETTER_COLUMNS[:1],
        is_refused=True,
        test_fault="no mail server",
    ),
}
