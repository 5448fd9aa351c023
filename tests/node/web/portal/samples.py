"""Invented values for every page of the candidate."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product

from crypto.encoding import b64url_encode
from node.i18n import Bilingual
from node.web.portal.consent import (
    EMPLOYER,
    GATED,
    HERE,
    NO_AVAILABILITY,
    NO_FIELD,
    NO_LANGUAGE,
    NO_RECEIVER,
    NO_SKILL,
    UNKNOWN_COMPANY,
    WRONG_CODE,
    Blocked,
    Closed,
    Conditions,
    ConsentDeclined,
    ConsentPage,
    ConsentReceipt,
    ConsentReview,
    Crowd,
    Period,
    Receiver,
    ShownField,
)
from node.web.portal.disclosure import (
    NO_CONTACT,
    NO_NAME,
    NOT_SAID,
    Answer,
    DisclosureAnswered,
    DisclosureCode,
    DisclosurePage,
    DisclosureReview,
    IdentityField,
)
from node.web.portal.letters_stop_pages import LettersStopPage
from node.web.portal.link import HowToStop, LinkFailure, LinkFault, LinkRenewed, StopPage
from node.web.portal.static_link import (
    BAD_MAIL,
    NOT_ADULT,
    UNNAMED,
    AboutPage,
    StaticLinkAsked,
    StaticLinkPage,
)
from node.web.portal.status import AnswerState, Asked, ConsentState, Shown, StatusPage
from node.web.ui.page import Page
from node.web.ui.parts import Choice, Deletion, Mark, Pair
from protocol.delivery import State

SECRET = "aGVsbG8"
TSUBAKURO = Bilingual("株式会社つばくろ電機", "Tsubakuro Electric Co., Ltd.")
YAMAGARA = Bilingual("やまがら物流株式会社", "Yamagara Logistics, Inc.")
SEKIREI = "株式会社せきれい商事"
UNTIL = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
SALES = Bilingual("法人営業", "Corporate sales")
FINAL = Bilingual("最終面接", "Final interview")
KANTO = Bilingual("関東", "Kanto")
YEARS = Bilingual("5〜9年", "5 to 9 years")

CONSENT = ConsentPage(
    secret=SECRET,
    receivers=(
        Receiver("1" * 32, TSUBAKURO, "愛知県刈谷市"),
        Receiver("2" * 32, YAMAGARA, "三重県桑名市", is_chosen=True),
    ),
    closed=(
        Closed(SEKIREI, EMPLOYER),
        Closed("ひよどり製作所株式会社", HERE, is_struck=False),
    ),
    fields=tuple(
        ShownField(name, text, is_on=name == "region")
        for name, text in zip(GATED, (SALES, FINAL, KANTO, YEARS), strict=True)
    ),
    languages=(
        Choice("basic", Bilingual("日常会話", "Everyday")),
        Choice("native", Bilingual("母語", "Native"), is_chosen=True),
    ),
    availabilities=(Choice("now", Bilingual("すぐに", "Now")),),
    skills=(
        Choice("excel", Bilingual("Excel での集計", "Spreadsheets")),
        Choice("english", Bilingual("英語でのやりとり", "Business English"), is_chosen=True),
    ),
    open_fields=frozenset(),
    crowds=tuple(
        Crowd(o, s, r, y, people=210 - 48 * (o + s + r + y))
        for o, s, r, y in product((False, True), repeat=4)
        if o or s or r or y
    ),
    periods=(
        Period(6, date(2027, 5, 24), is_chosen=True),
        Period(3, date(2027, 2, 24)),
        Period(1, date(2026, 12, 24)),
    ),
    never=(SEKIREI,),
    conditions=Conditions("0f1e2d3c", (Bilingual("自社サイト", "own site"),)),
    blocked=(Blocked("もず建設", "もず建設", is_member=False),),
    is_code_needed=True,
)
SHOWN = (Pair("Occupation", SALES), Pair("Region", KANTO))
MARKS = (
    Mark(SALES, Bilingual("求める職種と同じ", "The occupation they look for"), fits=True),
    Mark(Bilingual("東海", "Tokai"), Bilingual("あなたは関東", "You are in Kanto"), fits=False),
    Mark(Bilingual("日本語", "Japanese"), Bilingual("未回答", "Not answered"), fits=None),
)
DELETIONS = (
    Deletion(YAMAGARA, date(2026, 11, 9), State.DELETED, date(2026, 11, 10)),
    Deletion(TSUBAKURO, date(2026, 11, 23), State.DELIVERED),
    Deletion("ひたきシステムズ", None, State.NOT_DELIVERED),
)
IDENTITY = (
    IdentityField("name", "水島 みなみ"),
    IdentityField("mails", "minami.m@example.jp", is_on=True),
    IdentityField("birth", "1993-04-18"),
)
DISCLOSURE = DisclosurePage(
    secret=SECRET,
    asking=TSUBAKURO,
    until=UNTIL,
    about=(Pair("Company", TSUBAKURO), Pair("Address", "愛知県刈谷市架空町4-5")),
    reasons=MARKS,
    terms=(Pair("Company", "株式会社つばくろ電機"), Pair("Date", date(2026, 11, 16))),
    identity=IDENTITY,
    undo_minutes=30,
)

ABOUT = AboutPage(
    secret=SECRET,
    occupations=(Choice("sales", SALES),),
    regions=(Choice("kanto", KANTO, is_chosen=True),),
    years=(Choice("5-9", YEARS),),
)


def review(level: str = "E1") -> ConsentReview:
    return ConsentReview(
        secret=SECRET,
        statement=b64url_encode(b"{}"),
        level=level,
        receivers=(TSUBAKURO,),
        shown=SHOWN,
        withheld=("years", "stage"),
        until=date(2027, 5, 24),
        never=(SEKIREI,),
        people=24,
    )


def status(state: ConsentState) -> StatusPage:
    return StatusPage(
        secret=SECRET,
        state=state,
        until=date(2027, 5, 24),
        level="E1" if state is ConsentState.LIVE else "E0",
        shown=SHOWN,
        people=24,
        receivers=(Shown(TSUBAKURO, date(2026, 11, 20)), Shown(YAMAGARA, None)),
        never=(SEKIREI,),
        asked=(
            Asked(TSUBAKURO, date(2026, 11, 24), AnswerState.ASKED, UNTIL),
            *(Asked(YAMAGARA, date(2026, 11, 9), state) for state in AnswerState),
        ),
        deletions=DELETIONS,
        is_code_needed=state is ConsentState.LIVE,
    )


PAGES: dict[str, Page] = {
    "consent": CONSENT,
    "consent-again": replace(
        CONSENT,
        tries_left=4,
        counted=9,
        open_fields=frozenset({"language", "skills"}),
        complaints=(WRONG_CODE, NO_LANGUAGE),
    ),
    "consent-empty": replace(
        CONSENT,
        code="419027",
        complaints=(
            NO_RECEIVER,
            NO_FIELD,
            NO_LANGUAGE,
            NO_AVAILABILITY,
            NO_SKILL,
            UNKNOWN_COMPANY,
        ),
    ),
    "consent-visit": replace(
        CONSENT,
        is_code_needed=False,
        skills=(),
        conditions=Conditions("3d2c1b0a", (), is_choosing=True),
    ),
    "review": review(),
    "review-e0": review("E0"),
    "receipt": ConsentReceipt(SECRET, "E1", (TSUBAKURO,), date(2027, 5, 24)),
    "receipt-e0": ConsentReceipt(SECRET, "E0", (TSUBAKURO,), date(2027, 5, 24)),
    "declined": ConsentDeclined(SECRET),
    **{f"status-{state}": status(state) for state in ConsentState},
    "disclosure-code": DisclosureCode(SECRET, TSUBAKURO, UNTIL),
    "disclosure-code-again": DisclosureCode(SECRET, TSUBAKURO, UNTIL, tries_left=1),
    "disclosure-code-over": DisclosureCode(SECRET, TSUBAKURO, UNTIL, is_over=True),
    "disclosure": DISCLOSURE,
    "disclosure-again": replace(DISCLOSURE, complaints=(NOT_SAID, NO_NAME, NO_CONTACT)),
    **{
        f"disclosure-review-{level}": DisclosureReview(
            secret=SECRET,
            asking=TSUBAKURO,
            statement=b64url_encode(b"{}"),
            nonce="",
            identity="",
            public_key="",
            level=level,
            sent=(Pair("Name", "水島 みなみ"), Pair("Mail", "minami.m@example.jp")),
            is_reported=level == "E1",
            undo_minutes=30,
        )
        for level in ("E0", "E1")
    },
    **{
        f"answered-{answer}": DisclosureAnswered(
            SECRET, TSUBAKURO, answer, can_undo=answer is Answer.ACCEPTED, undo_until=UNTIL
        )
        for answer in Answer
    },
    **{
        f"link-{fault}": LinkFailure(
            fault,
            until=date(2026, 10, 25) if fault is LinkFault.EXPIRED else None,
            secret=SECRET if fault in {LinkFault.EXPIRED, LinkFault.LOCKED} else None,
        )
        for fault in LinkFault
    },
    "link-renewed": LinkRenewed(),
    "how-to-stop": HowToStop(),
    "static-link": StaticLinkPage("abcd", "dG9rZW4"),
    "static-link-again": StaticLinkPage(
        "abcd", "dG9rZW4", mail="minami", month="2026-10", complaints=(BAD_MAIL,)
    ),
    "static-link-asked": StaticLinkAsked(),
    "about": ABOUT,
    "about-again": replace(
        ABOUT, tries_left=3, is_adult=True, complaints=(UNNAMED, NOT_ADULT, WRONG_CODE)
    ),
    "about-visit": replace(ABOUT, is_code_needed=False),
    "letters-stop": LettersStopPage(SECRET, date(2026, 11, 25), 31),
    "letters-stopped": LettersStopPage(SECRET, date(2026, 11, 25), 31, stopped=31),
    **{
        f"stop-{consented}-{done}": StopPage(SECRET, has_consented=consented, is_done=done)
        for consented in (False, True)
        for done in (False, True)
    },
}
