"""One company's intake and letters on a file database, with a mail way that remembers."""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

from sqlalchemy import event

from node.assembly.words import (
    letter_templates,
    read_forbidden,
    read_presets,
    read_vocabulary,
)
from node.clock import StandingClock
from node.domain.hold import Hold
from node.domain.recipients import AskRules, Scope
from node.domain.return_token import ReturnTokens
from node.domain.source import Source
from node.i18n import Bilingual
from node.services.agencies import Agencies
from node.services.applicants import Applicants
from node.services.automatic import Automatic
from node.services.blocks import Blocks
from node.services.bounces import Bounces
from node.services.identities import Identities
from node.services.intake import ImportResult, Intake
from node.services.letter_message import LetterHead, LetterMessages
from node.services.letter_sending import LetterSending
from node.services.letter_texts import LetterTexts
from node.services.letters import Letters
from node.services.links import Links
from node.services.own_pool import OwnPool
from node.services.pace import Pace
from node.services.recipients import Recipients
from node.services.records import Records
from node.services.reinvitations import Reinvitations
from node.services.staging import Staging
from node.storage import erasure, people
from node.storage.database import Database, open_database
from node.storage.error_files import ErrorFiles
from node.storage.members import Members
from node.storage.staged_files import StagedFiles
from node.storage.tables.dispatch import CheckedMedium
from node.storage.vault import Vault
from protocol.taxonomy import Route
from tests.node.reading import HereReader
from tests.sqlite import lay_schema

HEAD = LetterHead(
    company=Bilingual("ひよどり製作所株式会社", "Hiyodori Works, Inc."),
    representative="代表取締役 鵯田 一郎",
    address="愛知県名古屋市中村区架空町1-2-3",
    desk="人事部 個人情報担当",
    desk_phone="052-000-0000",
    desk_hours="平日9:00〜17:00",
    sender="saiyo@hiyodori.example.jp",
    portal_url="https://saiyo.hiyodori.example.jp",
)
VOCABULARY = read_vocabulary()
PRESETS = read_presets()
COLUMNS = tuple(PRESETS["tasuki"].columns)
TEMPLATES = letter_templates()
RETURNS = ReturnTokens(b"r" * 32)

RULES = AskRules(frozenset({Route.OWN_SITE, Route.REFERRAL}))
MEDIUM = "架空転職ナビ"

Row = dict[str, str]


def row(number: int, **changed: str) -> Row:
    """Return a rejected application of its own person, with some cells changed."""
    return {
        "応募ID": f"A-{number}",
        "候補者ID": f"P-{number}",
        "氏名": f"架空 花子{number}",
        "フリガナ": "カクウ "
        + "".join("アイウエオカキクケコ"[int(digit)] for digit in str(number)),
        "生年月日": f"19{80 + number % 10}/02/01",
        "メールアドレス": f"hanako{number}@mail.example.jp",
        "電話番号": f"0901234{number:04}",
        "都道府県": "愛知県",
        "現在の勤務先": "つばくろ電機㈱",
        "現在の勤務先法人番号": "7000012050002",
        "求人名": "法人営業（名古屋）",
        "職種": "法人営業",
        "応募経路": "求人媒体",
        "媒体名": MEDIUM,
        "応募日": "2026/10/01",
        "経験年数": "7",
        "スキル": "Excel、法人営業",
        "書類実施日": "2026/10/03",
        "書類結果": "合格",
        "書類評価": "A",
        "書類面接官": "佐伯 亮",
        "一次実施日": "2026/10/10",
        "一次結果": "不合格",
        "一次評価": "C",
        "一次面接官": "三浦 さやか",
        "選考終了理由": "不採用",
        "終了日": "2026/11/12",
        "費用": "25000",
    } | changed


def erase(world: "World", person_id: str, day: str = "2026-11-24") -> None:
    """Leave of a person without a consent what an erasure leaves (node.services.erasure)."""
    with world.db.begin() as tx:
        people.suppress(tx, person_id, scope=Scope.ERASED, day=day)
        for application in erasure.applications(tx, person_id):
            people.suppress_index(tx, application.remote, scope=Scope.ERASED, day=day)
            application.remote = application.id.encode()
        erasure.shred(tx, person_id)


def file_of(rows: Iterable[Row], encoding: str = "utf-8-sig") -> bytes:
    """Return the file of applications."""
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue().encode(encoding)


@dataclass(slots=True)
class KeptMail:
    """A mail way that keeps what it took over; *faults* are raised first, None for none."""

    taken: list[EmailMessage] = field(default_factory=list)
    faults: list[BaseException | None] = field(default_factory=list)

    def send(self, message: EmailMessage) -> None:
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            raise fault
        self.taken.append(message)

    @property
    def receivers(self) -> list[str]:
        return [str(message["To"]) for message in self.taken]


@dataclass(frozen=True, slots=True)
class World:
    """The services, wired as in a node."""

    db: Database
    clock: StandingClock
    mail: KeptMail
    vault: Vault
    folder: Path
    template: Literal["rejection", "relay"] = "relay"
    hold: Hold = "none"
    daily_limit: int = 300
    sources: dict[str, Source] = field(default_factory=dict)
    rules: AskRules = RULES
    renewed: list[str] = field(default_factory=list)

    @property
    def links(self) -> Links:
        return Links(self.db, self.clock, self.vault)

    @property
    def applicants(self) -> Applicants:
        return Applicants(self.db, Identities(self.vault), self.sources)

    @property
    def staging(self) -> Staging:
        return Staging(
            self.db,
            self.clock,
            HereReader(),
            StagedFiles(self.folder / "staged", self.vault),
            read_forbidden(),
            PRESETS,
        )

    @property
    def blocks(self) -> Blocks:
        return Blocks(self.vault, Members())

    @property
    def intake(self) -> Intake:
        return Intake(
            db=self.db,
            clock=self.clock,
            vault=self.vault,
            staging=self.staging,
            error_files=ErrorFiles(self.folder / "errors"),
            records=Records(
                self.clock,
                self.vault,
                self.blocks,
                VOCABULARY,
                timedelta(days=730),
                lambda _tx, person_id: self.renewed.append(person_id),
            ),
            vocabulary=VOCABULARY,
        )

    @property
    def texts(self) -> LetterTexts:
        return LetterTexts(self.db, self.clock, TEMPLATES)

    @property
    def messages(self) -> LetterMessages:
        return LetterMessages(
            self.clock, self.links, Members(), HEAD, self.texts, VOCABULARY, RETURNS
        )

    @property
    def letters(self) -> Letters:
        return Letters(
            db=self.db,
            clock=self.clock,
            recipients=self.recipients,
            messages=self.messages,
            sending=LetterSending(
                self.db,
                self.clock,
                self.recipients,
                self.messages,
                self.mail,
                self.hold,
                self.daily_limit,
                Pace(self.clock, 100_000),
            ),
            hold=self.hold,
        )

    @property
    def bounces(self) -> Bounces:
        return Bounces(self.db, self.clock, self.recipients, RETURNS)

    @property
    def automatic(self) -> Automatic:
        return Automatic(self.db, self.clock, self.letters)

    @property
    def agencies(self) -> Agencies:
        return Agencies(self.db, Identities(self.vault))

    @property
    def recipients(self) -> Recipients:
        return Recipients(
            self.clock, Identities(self.vault), self.sources, self.rules, self.template
        )

    @property
    def pool(self) -> OwnPool:
        reinvitations = Reinvitations(self.clock, self.recipients, VOCABULARY)
        return OwnPool(self.db, self.clock, self.letters, reinvitations, self.hold)

    def take(self, rows: Iterable[Row], encoding: str = "utf-8-sig") -> ImportResult:
        """Import rows."""
        return self.intake.import_file(
            file_of(rows, encoding), "a.csv", source="csv", progress=lambda _done, _all: None
        )

    def queue(self, rows: Iterable[Row]) -> int:
        """Import rows and queue their letters."""
        self.take(rows)
        return self.letters.queue_rejections()


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    """Give the SQL that is run within the block."""
    said: list[str] = []

    def note(_c: object, _k: object, sql: str, _p: object, _x: object, _m: object) -> None:
        said.append(sql)

    event.listen(world.db.engine, "before_cursor_execute", note)
    yield said
    event.remove(world.db.engine, "before_cursor_execute", note)


@contextmanager
def open_world(folder: Path) -> Iterator[World]:
    """Give the services on a new database in *folder*."""
    db = open_database(f"sqlite:///{folder}/node.sqlite3")
    lay_schema(db)
    with db.begin() as tx:
        tx.add(CheckedMedium.new(name=MEDIUM, operator_id=1, day="2026-11-01"))
    try:
        yield World(db, StandingClock(), KeptMail(), Vault(b"m" * 32, b"i" * 32), folder)
    finally:
        db.close()
