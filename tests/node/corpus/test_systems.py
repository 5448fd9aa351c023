"""Whole files of the systems that companies really have, each read by its own preset."""

from datetime import date, datetime

import pytest
from openpyxl import Workbook

from node.domain.applicant import Outcome
from node.domain.rows import ParsedRow, RowError
from node.domain.vocabulary import Vocabulary
from protocol.taxonomy import CandidateEnd, EndedBy, Reason, Region, Route, Stage
from tests.node.connectors.files.workbooks import saved
from tests.node.corpus.people import doda, herp, hrmos, jobcan
from tests.node.corpus.reading import FORBIDDEN, rows_of, taken

ORG, CANDIDATE = EndedBy.ORG, EndedBy.CANDIDATE


def good(content: bytes, vocabulary: Vocabulary) -> list[ParsedRow]:
    return [row for row in rows_of(content, vocabulary) if isinstance(row, ParsedRow)]


@pytest.mark.parametrize(
    ("content", "name"),
    [(herp(), "herp"), (hrmos(), "hrmos"), (jobcan(), "jobcan"), (doda(), "doda")],
    ids=["herp", "hrmos", "jobcan", "doda"],
)
def test_each_file_is_known_as_its_system_s(content: bytes, name: str) -> None:
    assert taken(content)[1].name == name


def test_herp(vocabulary: Vocabulary) -> None:
    applications = [row.application for row in good(herp(), vocabulary)]
    assert [(one.outcome, one.ended_by, one.furthest, one.route) for one in applications] == [
        (Outcome.ENDED, ORG, Stage.INTERVIEW_1, Route.MEDIA_SCOUT),
        (Outcome.RUNNING, None, Stage.CASUAL, Route.OWN_SITE),
        (Outcome.ENDED, CANDIDATE, Stage.OFFER, Route.AGENCY),
        (Outcome.HIRED, None, Stage.OFFER, Route.REFERRAL),
        (Outcome.ENDED, EndedBy.NEITHER, Stage.SCREENING, Route.OTHER),
        (Outcome.ENDED, EndedBy.UNKNOWN, Stage.ENTRY, Route.MEDIA),
    ]
    assert applications[2].ended_kind is CandidateEnd.OFFER_DECLINED
    assert applications[0].applied_on == date(2026, 10, 1)


def test_hrmos(vocabulary: Vocabulary) -> None:
    rows = good(hrmos(), vocabulary)
    applications = [row.application for row in rows]
    assert [(one.outcome, one.ended_by, one.ended_on) for one in applications] == [
        (Outcome.ENDED, ORG, date(2026, 10, 12)),
        (Outcome.ENDED, CANDIDATE, date(2026, 10, 5)),
        (Outcome.HIRED, None, None),
        (Outcome.RUNNING, None, None),
        # Two days, and nobody can say which one holds.
        (Outcome.ENDED, EndedBy.UNKNOWN, date(2026, 10, 12)),
    ]
    assert [one.reason for one in applications] == [Reason.SKILL_GAP, *[None] * 4]
    assert set(rows[4].warnings) == {("不合格日", "two-ends"), ("辞退日", "two-ends")}
    # One column holds an S, the other one holds one further down; both are of S to D.
    assert {rating.scale for one in applications for rating in one.ratings} == {"S-D"}
    assert [rating.ordinal for rating in applications[0].ratings] == [5, 3]
    assert rows[3].warnings == ()


def test_jobcan(vocabulary: Vocabulary) -> None:
    rows = rows_of(jobcan(), vocabulary)
    first, second, third, fourth = rows
    assert isinstance(first, ParsedRow)
    assert first.identity.mails == ("n@example.jp", "n2@example.jp")
    assert (first.application.ended_by, first.application.reason) == (ORG, Reason.COMPETITOR_CHOSEN)
    assert (first.application.furthest, first.profile.skills) == (Stage.INTERVIEW_2, ("payroll",))
    assert isinstance(second, ParsedRow)
    assert second.application.ended_kind is CandidateEnd.OFFER_DECLINED
    assert isinstance(third, RowError)
    assert third.reason == "dispatched"
    assert isinstance(fourth, ParsedRow)
    assert fourth.application.ended_by is EndedBy.UNKNOWN
    assert fourth.warnings == (("選考結果", "unknown-end"),)


def test_doda(vocabulary: Vocabulary) -> None:
    (row,) = good(doda(), vocabulary)
    identity = row.identity
    assert (identity.name, identity.kana) == ("﨑山 𠮷乃", "サキヤマ ヨシノ")
    assert (identity.mails, identity.postal) == (("yoshino@example.jp",), "0600001")
    assert identity.phones == ("+819012345690", "+81112345678")
    assert (row.profile.region, row.application.route) == (Region.HOKKAIDO, Route.MEDIA)
    assert {"bookkeeping", "financial_closing"} <= set(row.profile.skills)
    assert row.application.outcome is Outcome.RUNNING
    dropped = {found.name for name in taken(doda())[0].header if (found := FORBIDDEN.rule_of(name))}
    assert dropped == {"性別", "配偶者", "扶養", "顔写真"}
    for kept_back in ("女性", "2人", "p.jpg", "<b>"):
        assert kept_back not in str(row.cells)


def test_a_workbook_with_titles_groups_and_merged_cells(vocabulary: Vocabulary) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["2026年度 応募者一覧（社外秘）"])
    sheet.append(["更新日", date(2026, 11, 1)])
    sheet.append([])
    sheet.append(["応募者", None, None, None, "選考", None, None])
    sheet.append(["応募番号", "お名前", "生年月日", "メール", "求人名", "応募日時", "合否"])
    born, applied = date(1988, 2, 1), datetime(2026, 10, 1, 9, 30)  # noqa: DTZ001 - a cell has none
    sheet.append(["X-1", "架空 花子", born, "a@example.jp", "営業", applied, "見送り"])
    sheet.append([None, None, None, "b@example.jp", None, None, None])
    sheet.append(["X-2", "水島 みなみ", "昭和63年2月1日", "m@example.jp", "営業", applied, "採用"])
    sheet.merge_cells("A1:G1")
    sheet.merge_cells("A4:D4")
    sheet.merge_cells("E4:G4")
    sheet.merge_cells("A6:A7")
    sheet.merge_cells("B6:B7")
    found, mapping, _ = taken(saved(book))
    assert (mapping.name, found.header_line) == ("generic", 5)
    one, other = good(saved(book), vocabulary)
    assert one.identity.mails == ("a@example.jp", "b@example.jp")
    assert one.identity.born_on == other.identity.born_on == born
    assert one.application.applied_on == date(2026, 10, 1)
    assert (one.application.ended_by, other.application.outcome) == (ORG, Outcome.HIRED)


@pytest.mark.parametrize(
    ("end", "outcome", "ended_by"),
    [
        ("一次面接", Outcome.RUNNING, None),
        ("書類選考中", Outcome.RUNNING, None),
        ("面接 調整中", Outcome.RUNNING, None),
        ("In Progress", Outcome.RUNNING, None),
        ("内定辞退", Outcome.ENDED, CANDIDATE),
        ("一次面接後お見送りの見込み", Outcome.ENDED, EndedBy.UNKNOWN),
    ],
)
def test_a_stage_in_the_column_of_the_end_is_no_end(
    end: str, outcome: Outcome, ended_by: EndedBy | None, vocabulary: Vocabulary
) -> None:
    content = (
        "お名前,Eメール,応募ポジション,応募年月日,合否\n"
        f"架空 花子,hanako@mail.example.jp,経理,2026/10/01,{end}\n"
    ).encode()
    assert taken(content)[1].name == "generic"
    (said,) = (row.application for row in good(content, vocabulary))
    assert (said.outcome, said.ended_by) == (outcome, ended_by)


@pytest.mark.parametrize(
    ("day", "outcome", "ended_by"),
    [("", Outcome.RUNNING, None), ("2026/10/12", Outcome.ENDED, ORG)],
)
def test_a_step_stays_a_stage_and_gives_way_to_the_day_of_an_end(
    day: str, outcome: Outcome, ended_by: EndedBy | None, vocabulary: Vocabulary
) -> None:
    content = (
        "応募ID,候補者ID,氏名,メールアドレス,選考ポジション,応募日時,選考ステータス,不合格日\n"
        f"A-1,P-1,架空 花子,hanako@mail.example.jp,経理,2026/10/01,一次面接,{day}\n"
    ).encode()
    assert taken(content)[1].name == "hrmos"
    (said,) = (row.application for row in good(content, vocabulary))
    assert (said.outcome, said.ended_by, said.furthest) == (outcome, ended_by, Stage.INTERVIEW_1)
