"""The corpus through the whole intake: what is stored, what is left out, what a later file says."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from node.domain.record import Record, unpack
from node.services.application_rows import record_place
from node.services.intake import ImportResult
from node.storage.tables.application import Application
from node.storage.tables.record import ApplicationRecord
from protocol.taxonomy import EndedBy
from tests.node.corpus.people import PERSON, Cells, csv_of, doda, jobcan
from tests.node.services.intake_world import World, open_world

MARK = "鼇鼈"  # which nothing else in a file of this test holds
RATED = {"一次面接評価": "", "一次面接官": "佐伯 亮"}
HEADERS = (
    "国籍",
    "※本籍地|必須",
    "配 偶 者（任意）",
    "扶養家族数",
    "障害者手帳の有無",
    "マイナンバー",
    "尊敬する人物",
    "photo_url",
    "Marital Status",
    "性別",
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


def take(world: World, content: bytes, source: str = "csv") -> ImportResult:
    return world.intake.import_file(
        content, "a.csv", source=source, progress=lambda _done, _all: None
    )


def records(world: World) -> list[Record]:
    """Return what is kept of every application, the oldest first."""
    with world.db.read() as tx:
        query = select(Application, ApplicationRecord.sealed).where(
            ApplicationRecord.application_id == Application.id
        )
        return [
            unpack(world.vault.open(tx, one.person_id, record_place(one.id), sealed))
            for one, sealed in tx.exec(query.order_by(col(Application.applied_on)))
        ]


@settings(max_examples=12, deadline=None)
@given(
    gone=st.lists(st.sampled_from(HEADERS), min_size=1, unique=True),
    places=st.lists(st.integers(0, len(PERSON)), min_size=len(HEADERS), max_size=len(HEADERS)),
    bad=st.booleans(),
    torn=st.booleans(),
)
def test_no_cell_that_may_not_be_collected_is_kept(
    *, gone: list[str], places: list[int], bad: bool, torn: bool
) -> None:
    header = [*PERSON]
    for name, place in zip(gone, places, strict=False):
        header.insert(place, name)
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(header)
    for number in range(3):
        cells = PERSON | {"応募ID": f"A-{number}"} | dict.fromkeys(gone, f"{MARK}{number}")
        if bad and number == 1:
            cells["応募日"] = "春ごろ"
        writer.writerow([cells[name] for name in header])
    text = target.getvalue() + (f"{MARK},\r\n" if torn else "")
    with TemporaryDirectory() as folder, open_world(Path(folder)) as world:
        staged = world.staging.stage(text.encode(), "a.csv", "csv")
        kept = [record.cells for record in world.staging.files.read(staged, 1)]
        assert MARK not in f"{kept} {world.staging.staged(staged)!r}"
        result = take(world, text.encode(), "other")
        assert sum(cells for _, cells in result.dropped) == 3 * len(gone)
        assert [error.reason for error in result.errors] == ["bad-date"] * bad + [
            "cell-count"
        ] * torn
        told = f"{records(world)} {result.errors} {world.intake.error_file(result.batch)!r}"
        assert MARK not in told
        for path in Path(folder).rglob("*"):
            assert not path.is_file() or MARK.encode() not in path.read_bytes()


def test_a_dispatched_person_leaves_a_count_and_nothing_else(world: World) -> None:
    result = take(world, jobcan())
    assert (result.added, [error.reason for error in result.errors]) == (3, ["dispatched"])
    kept = f"{records(world)} {(world.intake.error_file(result.batch) or b'').decode()}"
    assert "久保" not in kept
    assert "h@example.jp" not in kept


def test_what_doda_sends_beside_the_application_is_counted(world: World) -> None:
    result = take(world, doda())
    assert dict(result.dropped) == {"性別": 1, "配偶者": 1, "扶養家族": 1, "顔写真": 1}
    assert result.added == 1


def graded(number: int, grade: str, **changes: str) -> Cells:
    return {**PERSON, "応募ID": f"A-{number}", **RATED, "一次面接評価": grade, **changes}


def scales(world: World) -> list[tuple[str, int]]:
    return sorted(
        (rating.scale, rating.ordinal)
        for record in records(world)
        for rating in record.application.ratings
    )


def test_a_file_with_another_scale_never_re_reads_the_older_grades(world: World) -> None:
    assert take(world, csv_of([graded(1, "S"), graded(2, "A")])).errors == ()
    assert scales(world) == [("S-D", 4), ("S-D", 5)]
    later = [graded(1, "", 求人名="購買"), graded(2, "A", 求人名="購買"), graded(3, "B")]
    assert take(world, csv_of(later)).errors == ()
    assert scales(world) == [("A-E", 4), ("A-E", 5), ("S-D", 5)]
    assert take(world, csv_of([graded(1, "", 求人名="経理"), graded(4, "5")])).errors == ()
    assert scales(world) == [("5-1", 5), ("A-E", 4), ("A-E", 5), ("S-D", 5)]


def test_a_day_of_rejection_that_is_gone_runs_again(world: World) -> None:
    row = {
        **PERSON,
        "選考ステップ": "一次面接",
        "不合格日": "2026/10/12",
        "不合格理由": "スキル不足",
    }
    take(world, csv_of([row]))
    (one,) = records(world)
    assert one.application.ended_by is EndedBy.ORG
    result = take(world, csv_of([row | {"不合格日": "'", "不合格理由": ""}]))
    assert (result.updated, result.warnings) == (1, ())
    (one,) = records(world)
    assert (one.application.outcome, one.application.ended_on) == ("running", None)


def test_a_reason_alone_never_makes_a_rejection(world: World) -> None:
    take(world, csv_of([{**PERSON, "選考結果": "", "不採用理由": "スキル不足"}]))
    (one,) = records(world)
    assert one.application.ended_by is EndedBy.UNKNOWN
