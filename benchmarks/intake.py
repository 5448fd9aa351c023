"""P7: an applicant system's file, read, validated, encrypted a person a key, and committed.

The peer inserts the very rows that came of it by ``session.add_all``; it reads no file,
checks nothing and encrypts nothing. It makes its objects of the values, or has them ready.
"""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from sqlmodel import SQLModel, select

from benchmarks.row import ROUNDS, DisagreementError, Row, measure
from crypto import aead
from node.assembly.words import read_forbidden, read_presets, read_vocabulary
from node.clock import StandingClock
from node.connectors.files.reader import SheetReader
from node.services.blocks import Blocks
from node.services.intake import Intake
from node.services.records import Records
from node.services.staging import Staging
from node.storage.database import Database, Tx, open_database
from node.storage.error_files import ErrorFiles
from node.storage.members import Members
from node.storage.schema import upgrade
from node.storage.staged_files import StagedFiles
from node.storage.tables.application import Application, Batch, Interviewer, Job, StageEvent
from node.storage.tables.person import BlindIndex, Block, Identity, Person, Profile, Tag
from node.storage.tables.record import ApplicationRecord, Change
from node.storage.vault import Vault

APPLICATIONS: Final = 5_000
RETENTION: Final = timedelta(days=730)
# Whatever an import writes, a table behind those that it points to.
TABLES: Final[tuple[type[SQLModel], ...]] = (
    Batch,
    Job,
    Interviewer,
    Person,
    Identity,
    Profile,
    Tag,
    Block,
    BlindIndex,
    Application,
    StageEvent,
    ApplicationRecord,
    Change,
)
_KANA: Final = "アイウエオカキクケコ"


def import_file() -> Row:
    """Import a CP932 file, and insert its rows by the mapper alone, which makes its objects."""
    return _against("session.add_all, objects made", iter)


def import_file_beside_objects() -> Row:
    """Import a CP932 file, and insert its rows, of which the mapper's objects are there."""
    return _against("session.add_all, objects ready", list)


def _against(peer: str, kept: Callable[[Iterable[SQLModel]], Iterable[SQLModel]]) -> Row:
    """Measure beside the peer, which begins with the objects of a table as *kept* gives them."""
    content = applications(APPLICATIONS).encode("cp932")
    with ExitStack() as stack:
        ours = [stack.enter_context(_company()) for _ in range(ROUNDS)]
        theirs = [stack.enter_context(_company()) for _ in range(ROUNDS)]
        model = stack.enter_context(_company())
        model.import_file(content, "a.csv", source="csv", progress=_unseen)
        values = _values(model.db)
        if len(values[Application]) != APPLICATIONS:
            raise DisagreementError
        made = [[kept(_objects(*one)) for one in values.items()] for _ in range(ROUNDS)]

        def read() -> None:
            ours.pop().import_file(content, "a.csv", source="csv", progress=_unseen)

        def insert() -> None:
            with theirs.pop().db.begin() as tx:
                # Without relationships the mapper does not know which table comes first.
                for objects in made.pop():
                    tx.add_all(objects)
                    tx.flush()

        row = measure("import a CP932 file (P7)", peer, APPLICATIONS, read, insert)
        return replace(row, crypto_share=_crypto(model) / row.ours_s)


def applications(number: int) -> str:
    """Return a file of that many applications, each of an invented person."""
    columns = tuple(read_presets()["tasuki"].columns)
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, columns, restval="")
    writer.writeheader()
    writer.writerows(_application(one) for one in range(number))
    return target.getvalue()


def _application(number: int) -> dict[str, str]:
    return {
        "応募ID": f"A-{number}",
        "候補者ID": f"P-{number}",
        "氏名": f"架空 花子{number}",
        "フリガナ": "カクウ " + "".join(_KANA[int(digit)] for digit in str(number)),
        "生年月日": f"{1960 + number % 40}/{number % 12 + 1}/{number % 28 + 1}",
        "メールアドレス": f"hanako{number}@mail.example.jp",
        "電話番号": f"0901{number:07}",
        "都道府県": "愛知県",
        "現在の勤務先": f"架空電機{number % 300}㈱",
        "求人名": f"法人営業{number % 40}",
        "職種": "法人営業",
        "応募経路": "求人媒体",
        "媒体名": "架空転職ナビ",
        "応募日": "2026/10/01",
        "経験年数": "7",
        "スキル": "Excel、法人営業",
        "書類実施日": "2026/10/03",
        "書類結果": "合格",
        "書類評価": "A",
        "書類面接官": f"架空 面接{number % 20}",
        "一次実施日": "2026/10/10",
        "一次結果": "不合格",
        "一次評価": "C",
        "一次面接官": "架空 面接子",
        "選考終了理由": "不採用",
        "終了日": "2026/10/12",
        "費用": "25000",
    }


@contextmanager
def _company() -> Iterator[Intake]:
    """Give the intake of a company without anybody."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        db = open_database(f"sqlite:///{folder}/node.sqlite3")
        upgrade(db)
        yield intake_of(db, folder)
        db.close()


def intake_of(db: Database, folder: Path) -> Intake:
    """Return an intake as a node has it, which parses in a child process."""
    clock, vocabulary = StandingClock(), read_vocabulary()
    vault = Vault(master=b"m" * 32, index=b"i" * 32)
    files = StagedFiles(folder / "staged", vault)
    blocks = Blocks(vault, Members())
    return Intake(
        db=db,
        clock=clock,
        vault=vault,
        staging=Staging(db, clock, SheetReader(), files, read_forbidden(), read_presets()),
        error_files=ErrorFiles(folder / "errors"),
        records=Records(clock, vault, blocks, vocabulary, RETENTION, _nobody),
        vocabulary=vocabulary,
    )


def _values(db: Database) -> dict[type[SQLModel], list[dict[str, Any]]]:
    """Return the values of all rows that an import wrote, by table."""
    with db.read() as tx:
        return {table: [one.model_dump() for one in tx.exec(select(table))] for table in TABLES}


def _objects(table: type[SQLModel], rows: Iterable[dict[str, Any]]) -> Iterator[SQLModel]:
    """Make the mapper's objects, which no session knows."""
    return (table(**values) for values in rows)


def _crypto(intake: Intake) -> float:
    """Return the seconds that the keys, seals and blind indexes of an import take by themselves."""
    vault = intake.vault
    with intake.db.read() as tx:
        sealed = [
            len(one)
            for table in (Identity, ApplicationRecord, Block, Interviewer)
            for one in tx.exec(select(table.sealed))
        ]
        # Besides the stored ones: an application's number and content.
        blinds = len(tx.exec(select(BlindIndex)).all()) + 2 * APPLICATIONS
    staged = 2 * len(applications(APPLICATIONS).encode())
    key = aead.new_key()
    begun = perf_counter()
    for _ in range(APPLICATIONS):
        vault.fresh_person("2026-11-24")
    for size in (*sealed, staged):
        aead.seal(key, bytes(size), b"place")
    for number in range(blinds):
        vault.blind("mail", str(number))
    return perf_counter() - begun


def _unseen(_done: int, _lines: int) -> None:
    """Show nobody how far an import is."""


def _nobody(_tx: Tx, _person_id: str) -> None:
    """Renew the tokens of nobody: none are out."""
