"""Invented values for every page of the console."""

from dataclasses import replace
from datetime import UTC, date, datetime

from node.domain.automatic import Ended
from node.domain.letter_life import State as LetterState
from node.domain.letters import Letter
from node.domain.recipients import Future, Plain, Withheld
from node.i18n import Bilingual
from node.services.agencies import AgencyLine
from node.services.automatic import SourceMode
from node.services.media import Medium
from node.services.relay import (
    Claims,
    DeletionView,
    MemberBalance,
    MoveView,
    OwnLogView,
    PeerState,
    PeerView,
    RelayView,
)
from node.web.console.analytics import (
    AnalyticsPage,
    Cost,
    Interviewer,
    Measure,
    Share,
    StageJobs,
    Yen,
)
from node.web.console.applicants import Applicant, ApplicantsPage, RejectedPage, Tag
from node.web.console.introductions import IntroductionLine, IntroductionPage, IntroductionsPage
from node.web.console.letters import (
    AgenciesPage,
    LettersPage,
    StuckLetter,
    WaitingLetters,
    agency_lists,
)
from node.web.console.login import LoginPage
from node.web.console.opening_form import (
    HALF_OVERTIME,
    NO_CLAUSE,
    NO_CODE,
    NO_CONFIRMED,
    NO_DISPATCH,
    NO_PURPOSE,
    NO_RETENTION,
    NO_TITLE,
)
from node.web.console.openings import (
    MatchCard,
    OpeningForm,
    OpeningLine,
    OpeningPage,
    OpeningsPage,
    SkillArea,
    WantedSkill,
)
from node.web.console.proposals import TABS, ProposalLine, ProposalsPage
from node.web.console.relay import DELETIONS_SHOWN, relay_page
from node.web.console.today import Task, TodayPage, Week, Work
from node.web.ui.page import Page
from node.web.ui.parts import Choice, Complaint, Mark, Pair, Rate
from protocol.delivery import State as Cell
from protocol.identifiers import Origin
from protocol.introduction_life import State as IntroductionState
from protocol.ledger_state import Balance
from protocol.match_life import State as ProposalState
from protocol.membership import LocalName
from tests.node.web.console.asking_samples import ASKING_PAGES, PAST
from tests.node.web.console.duplicate_samples import DUPLICATE_PAGES
from tests.node.web.console.import_samples import IMPORT_PAGES
from tests.node.web.console.letter_text_samples import LETTER_TEXTS
from tests.node.web.console.source_samples import SOURCE_PAGES

DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
TSUBAKURO = LocalName(ja="つばくろ電機", en="Tsubakuro Electric")
MEJIRO = LocalName(ja="めじろ食品", en="Mejiro Foods")
SALES = Bilingual("法人営業", "Corporate sales")
FINAL = Bilingual("最終面接", "Final interview")
SCREENING = Bilingual("書類選考", "Screening")
TITLE = "Sales in Nagoya"

TODAY = TodayPage(
    day=DAY,
    due=(
        Task(Work.OVERDUE, 1, NOW),
        Task(Work.LETTERS, 23),
        Task(Work.CONTACT, 1, DAY),
    ),
    undated=(
        Task(Work.MATCHES, 4),
        Task(Work.ROWS, 7),
        Task(Work.HELD_UP, 3),
        Task(Work.UNSURE, 1),
        Task(Work.ADDRESSES, 2),
        Task(Work.SILENT, 1),
    ),
    week=Week(41, 11, 2, 2),
)
SAMPLE = Letter("The result of your application", "Dear Minami,\n\nthank you.")
WAITING = WaitingLetters(
    23,
    20,
    (("Sales", 15), ("Design", 8)),
    ((Plain.MINOR, 1), (Plain.RUNNING, 2)),
    ((Withheld.AGENCY, 12), (Withheld.NO_ADDRESS, 1)),
    NOW,
    is_easy=False,
    sample=SAMPLE,
)
LETTERS = LettersPage(
    WAITING,
    tuple((state, number) for number, state in enumerate(LetterState)),
    failed=(StuckLetter("cd" * 16, "Akari Hayashi", "akari@example.jp", NOW, "refused"),),
    unsure=(StuckLetter("ef" * 16, "Minami Mizushima", "minami@example.jp", NOW, None),),
    invitable=31,
    is_invitation_easy=False,
    restorable=2,
    media=(
        Medium("Jobs of Nagoya", 14, None, ""),
        Medium("Jobs of Tokyo", 3, DAY, "Sayaka Miura"),
    ),
    modes=(
        SourceMode("csv", is_automatic=True, is_offered=False, ended=None),
        SourceMode("herp", is_automatic=False, is_offered=True, ended=Ended.CROWD),
        SourceMode("kintone", is_automatic=False, is_offered=False, ended=None),
    ),
    agency_people=12,
)
AGENCY = (
    AgencyLine("ab" * 16, "Agency of Nagoya", "Minami Mizushima", "Sales", DAY),
    AgencyLine("cd" * 16, "", "Akari Hayashi", "Sales", DAY),
)
PEOPLE = (
    Applicant(
        "Minami Mizushima",
        "Sales",
        DAY,
        FINAL,
        "org",
        application="ab" * 16,
        future=Future.WELCOME,
        is_hired=False,
    ),
    Applicant("Akari Hayashi", "Design", DAY, SCREENING, None, is_hired=False, unnoticed=DAY),
    Applicant("Yoshio Takasaki", "Sales", DAY, FINAL, None, is_hired=True),
)
TAGS = (
    Tag("skill", "excel", Bilingual("Excel", "Spreadsheets"), 12),
    Tag("skill", "english", Bilingual("英語", "English"), 9),
    Tag("region", "kanto", Bilingual("関東", "Kanto"), 31),
)
CARD = MatchCard(
    origin="0a" * 16,
    token="12" * 16,
    company=TSUBAKURO,
    stage=FINAL,
    arrived=date(2026, 11, 21),
    until=date(2027, 5, 21),
    score=7,
    most=9,
    marks=(
        Mark(SALES, Bilingual("必須", "Required"), fits=True),
        Mark(
            Bilingual("地域：東海", "Region: Tokai"),
            Bilingual("届いた内容：関東", "Kanto"),
            fits=False,
        ),
        Mark(Bilingual("日本語", "Japanese"), Bilingual("未回答", "Not answered"), fits=None),
    ),
)
OPENING = OpeningPage(
    id="34" * 16,
    title=TITLE,
    is_open=True,
    asked=(Pair("Occupation", SALES),),
    terms=(Pair("Work", "Sensors for factories"), Pair("Confirmed on", DAY)),
    purpose="Selection for sales",
    retention_days=180,
    cards=(CARD, replace(CARD, token="56" * 16, company=MEJIRO, stage=None)),
    chosen=CARD,
    compared=56,
    rule=3,
    credits_left=2,
    open_holds=1,
    answer_by=datetime(2026, 12, 1, 1, 0, tzinfo=UTC),
    past=(PAST,),
    past_in_all=7,
)
FORM = OpeningForm(
    employer="Hiyodori Works",
    occupations=(Choice("sales", SALES), Choice("hr", Bilingual("人事", "HR"), is_chosen=True)),
    regions=(Choice("kanto", Bilingual("関東", "Kanto")),),
    years=(Choice("5-9", Bilingual("5〜9年", "5 to 9 years")),),
    languages=(Choice("native", Bilingual("母語", "Native")),),
    availabilities=(Choice("now", Bilingual("すぐに", "Now")),),
    stages=(Choice("final", FINAL),),
    areas=(
        SkillArea(
            "office",
            Bilingual("事務", "Office work"),
            (
                WantedSkill("excel", Bilingual("Excel", "Spreadsheets"), weight=3),
                WantedSkill("english", Bilingual("英語", "English"), is_required=True),
            ),
        ),
        SkillArea(
            "care", Bilingual("介護", "Care"), (WantedSkill("nurse", Bilingual("看護師", "Nurse")),)
        ),
    ),
)
INTRODUCTION = IntroductionLine(
    "78" * 16,
    TITLE,
    MEJIRO,
    NOW,
    date(2026, 12, 1),
    date(2027, 5, 24),
    IntroductionState.NEW,
)
PROPOSALS = tuple(
    ProposalLine(
        "9a" * 16,
        "34" * 16,
        TITLE,
        TSUBAKURO,
        state,
        NOW,
        NOW,
        can_cancel=state is ProposalState.PROPOSED,
    )
    for state in ProposalState
)


def peer(name: LocalName, state: PeerState, arrived: int, counted: int) -> PeerView:
    return PeerView(name, state, arrived, 3, Claims(2, counted, 1, 1), 80, NOW, NOW)


OWN = MemberBalance(
    TSUBAKURO,
    is_own=True,
    size=1234,
    balance=Balance(counts=74, earned=7, living=3, spends=6, returns=2, open_holds=1, void=4),
)
RELAY_VIEW = RelayView(
    made_at=NOW,
    ratio=10,
    missing=6,
    own=OWN,
    balances=(OWN, MemberBalance(MEJIRO, is_own=False, size=512, balance=OWN.balance)),
    peers=(
        peer(TSUBAKURO, PeerState.FRESH, 21, 24),
        replace(peer(MEJIRO, PeerState.NEVER, 0, 0), size=None, reached_at=None, lease_until=None),
        peer(LocalName(ja="やまがら物流", en="Yamagara Logistics"), PeerState.STALE, 6, 19),
        peer(LocalName(ja="ひたき", en="Hitaki"), PeerState.FORKED, 0, 1),
    ),
    moves=(MoveView("count", DAY, 1201), MoveView("spend", DAY, 1180)),
    log=OwnLogView(Origin("alpha.example/tasuki/v1/log/0001"), 1234, 1200, 2, (TSUBAKURO, MEJIRO)),
    deletions=(
        DeletionView(MEJIRO, DAY, Cell.DELETED, DAY),
        DeletionView(TSUBAKURO, DAY, Cell.OVERDUE, None),
    ),
    is_split_possible=True,
)
RATES = (
    Rate(SCREENING, 120, 292, 8, 0.411, 0.356, 0.468),
    Rate(Bilingual("一次面接", "First interview"), 3, 60, 16, 0.05, 0.017, 0.137, is_low=True),
    Rate(Bilingual("内定", "Offer"), 15, 19, 2),
)
DEFINITION = Bilingual("分母の説明", "What it is divided by")
ANALYTICS = AnalyticsPage(
    day=DAY,
    stages=RATES,
    jobs=(StageJobs(SCREENING, RATES), StageJobs(Bilingual("一次面接", "First"), RATES[:1])),
    rejected=(
        Share(
            Bilingual("すべて", "All"),
            Bilingual("応募", "applications"),
            285,
            300,
            0.95,
            0.92,
            0.97,
        ),
    ),
    declines=(
        Measure(
            Bilingual("内定辞退率", "Offer declined"),
            (Share(Bilingual("すべて", "All"), Bilingual("内定", "offers"), 2, 17),),
        ),
    ),
    interviewers=(
        Interviewer("Saeki", "A-E", 41, -0.42, -0.61, -0.23),
        Interviewer("Miyake", "A-E", 3),
    ),
    cost=Cost(
        15,
        5,
        is_assumed=True,
        before=Yen(400_000, 600_000),
        with_relay=Yen(300_000, 450_000),
        avoided=Yen(2_000_000, 3_000_000),
        change=-0.25,
    ),
)
COUNTS = {tab: number for number, tab in enumerate(TABS)}

PAGES: dict[str, Page] = {
    "login": LoginPage(),
    "login-wrong": LoginPage("miura@example.jp", is_wrong=True),
    "login-locked": LoginPage("miura@example.jp", locked_until=NOW),
    "today": TODAY,
    "today-empty": TodayPage(DAY, (), (), Week(0, 0, 0, 0)),
    **IMPORT_PAGES,
    **ASKING_PAGES,
    **SOURCE_PAGES,
    "letters": LETTERS,
    "letters-changed": replace(LETTERS, changed_to=22),
    "letters-unread": replace(LETTERS, is_unread=True),
    "letters-few": replace(
        LETTERS, waiting=replace(WAITING, is_easy=True, letters=2), is_invitation_easy=True
    ),
    "letters-held-up": replace(LETTERS, is_login_refused=True),
    "letters-restored": replace(LETTERS, restored=2, restorable=0),
    **LETTER_TEXTS,
    "letters-agencies": AgenciesPage(agency_lists(AGENCY)),
    "letters-agencies-empty": AgenciesPage(()),
    "letters-done": replace(
        LETTERS,
        waiting=replace(WAITING, letters=0, with_offer=0, jobs=(), plain=(), withheld=()),
        failed=(),
        unsure=(),
        confirmed=23,
        cancelled=1,
    ),
    "applicants": ApplicantsPage(PEOPLE, 103, 2, 3, TAGS, TAGS[0]),
    "applicants-empty": ApplicantsPage((), 0, 1, 1, ()),
    "rejected": RejectedPage(PEOPLE[:1], 51, 2, 2, tuple(Future)),
    "rejected-empty": RejectedPage((), 0, 1, 1),
    **DUPLICATE_PAGES,
    "openings": OpeningsPage(
        (
            OpeningLine("34" * 16, TITLE, NOW, 4, 2, is_open=True),
            OpeningLine("56" * 16, "Design", NOW, 0, 0, is_open=False),
        )
    ),
    "openings-empty": OpeningsPage(()),
    "opening-form": FORM,
    "opening-form-again": replace(
        FORM,
        values={"title": TITLE, "dispatch": "no", "stage_weight": "3"},
        complaints=(
            NO_TITLE,
            NO_PURPOSE,
            NO_RETENTION,
            NO_DISPATCH,
            HALF_OVERTIME,
            NO_CONFIRMED,
            NO_CODE,
            Complaint(NO_CLAUSE, "wage", about="Pay"),
        ),
    ),
    "opening": OPENING,
    "opening-list": replace(OPENING, chosen=None),
    "opening-no-credit": replace(
        OPENING, credits_left=0, refusal="No credit is left. Ten counted referrals give the next."
    ),
    "opening-closed": replace(OPENING, is_open=False, cards=(), chosen=None),
    "proposals": ProposalsPage("waiting", COUNTS, PROPOSALS, is_made=True),
    "proposals-empty": ProposalsPage("ended", COUNTS, ()),
    "introductions": IntroductionsPage((INTRODUCTION,)),
    "introductions-empty": IntroductionsPage(()),
    "introduction": IntroductionPage(
        INTRODUCTION,
        (Pair("Name", "Minami Mizushima"), Pair("Mail", "minami.m@example.jp")),
        is_reported=True,
        marked=None,
        marks=(
            IntroductionState.INTERVIEWED,
            IntroductionState.HIRED,
            IntroductionState.DECLINED,
        ),
    ),
    "introduction-over": IntroductionPage(
        replace(INTRODUCTION, state=IntroductionState.HIRED),
        (),
        is_reported=False,
        marked=NOW,
        marks=(),
    ),
    "relay": relay_page(RELAY_VIEW),
    "relay-empty": relay_page(
        replace(RELAY_VIEW, peers=(), moves=(), deletions=(), is_split_possible=False)
    ),
    "relay-many": relay_page(
        replace(RELAY_VIEW, deletions=RELAY_VIEW.deletions * (DELETIONS_SHOWN // 2 + 1))
    ),
    "analytics": ANALYTICS,
    "analytics-few": replace(
        ANALYTICS,
        interviewers=(),
        cost=Cost(
            0,
            0,
            is_assumed=False,
            before=None,
            with_relay=Yen(320_000, 320_000),
            avoided=None,
            change=None,
        ),
    ),
    "analytics-empty": replace(ANALYTICS, rejected=()),
}
