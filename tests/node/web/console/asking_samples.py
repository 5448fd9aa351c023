"""Invented values for the pages of static links, of what letters came to, and of the own pool."""

from dataclasses import replace
from datetime import UTC, date, datetime

from node.domain.letter_funnel import FunnelLine, Version
from node.domain.letter_life import State
from node.domain.letters import LetterKind
from node.i18n import Bilingual
from node.web.console.letter_report import NO_LETTER, LetterReportPage, Line, SilentLine
from node.web.console.openings import PastApplicant
from node.web.console.own_pool import Invitee, InvitePage, OwnPoolPage
from node.web.console.past_applicants import REFUSALS
from node.web.console.static_links import NO_NAME, LinkLine, StaticLinksPage, WaitingAddress
from node.web.ui.page import Page
from node.web.ui.parts import Mark

_NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
_DAY = date(2026, 11, 23)
_FINAL = Bilingual("最終面接", "Final interview")
_LINKS = StaticLinksPage(
    links=(
        LinkLine(
            "First screening, version 2",
            _NOW,
            Bilingual(
                "See this page.\nhttps://saiyo.example.jp/r/abcd/ja",
                "See this page.\nhttps://saiyo.example.jp/r/abcd/en",
            ),
        ),
    ),
    waiting=(
        WaitingAddress("12" * 16, "minami@mail.example.jp", "2026-10 Sales", _NOW, "Version 2"),
        WaitingAddress("34" * 16, "akari@mail.example.jp", "", _NOW, "Version 2"),
    ),
    waits=2,
)
_COUNTS = FunnelLine(Version("relay", "0a" * 8, "ja"), 280, 3, 120, 49, 20, 4, 2, 1)
_REPORT = LetterReportPage(
    lines=(
        Line(LetterKind.RELAY, "0a0a0a0a", "ja", None, _COUNTS),
        Line(LetterKind.REQUESTED, "0b0b0b0b", "en", "Version 2", _COUNTS),
    ),
    silent=(
        SilentLine("Minami Mizushima", "Sales", _DAY, _DAY, State.FAILED),
        SilentLine("Akari Hayashi", "Sales", _DAY, _DAY, None),
        SilentLine("Akari Hayashi", "Sales", _DAY, _DAY, State.SENT),
        SilentLine("Akari Hayashi", "Sales", _DAY, _DAY, State.SENDING),
    ),
)
PAST = PastApplicant(
    id="78" * 16,
    name="Minami Mizushima",
    job="Sales",
    applied=_DAY,
    furthest=_FINAL,
    is_welcome=True,
    marks=(Mark(Bilingual("法人営業", "Sales"), Bilingual("必須", "Required"), fits=True),),
    refusal=None,
)
_POOL = OwnPoolPage(
    "34" * 16,
    "Sales",
    is_open=True,
    people=(
        PAST,
        *(
            replace(PAST, id="9a" * 16, is_welcome=False, refusal=said)
            for said in REFUSALS.values()
        ),
    ),
)
_INVITE = InvitePage(
    "34" * 16,
    "Sales",
    (Invitee("78" * 16, "Minami Mizushima", "Sales", "Final."),),
    _NOW,
    is_number_asked=False,
)
ASKING_PAGES: dict[str, Page] = {
    "links": _LINKS,
    "links-none": StaticLinksPage((), (), 0, complaints=(NO_NAME,)),
    "links-many": replace(_LINKS, waits=103),
    "letter-report": _REPORT,
    "letter-report-noted": replace(_REPORT, is_noted=True),
    "letter-report-refused": replace(_REPORT, complaints=(NO_LETTER,), mail="a@example.jp"),
    "letter-report-empty": LetterReportPage((), ()),
    "own-pool": _POOL,
    "own-pool-invited": replace(_POOL, invited=2),
    "own-pool-empty": replace(_POOL, people=()),
    "own-pool-confirm": _INVITE,
    "own-pool-changed": replace(_INVITE, is_number_asked=True, changed_to=3),
}
