import csv
import io
from collections.abc import Iterable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.domain.applicant import Outcome, StageResult
from node.domain.error_file import REASONS, defused, error_file
from node.domain.errors import MappingError
from node.domain.rows import ParsedRow, RowError
from node.domain.vocabulary import Vocabulary
from protocol.taxonomy import CandidateEnd, EndedBy, Region, Route, Stage, StageBand, Years
from tests.node.reading import COLUMNS, opened, rows_of

GOOD = {
    "応募ID": "A-1",
    "候補者ID": "P-1",
    "氏名": "髙﨑 義雄",
    "フリガナ": "ﾀｶｻｷ ﾖｼｵ",
    "生年月日": "S63.2.1",
    "メールアドレス": "yoshio@example.jp",
    "電話番号": "9012345678",
    "都道府県": "愛知県",
    "現在の勤務先": "つばくろ電機㈱",
    "現在の勤務先法人番号": "7000012050002",
    "求人名": "法人営業（名古屋）",
    "職種": "法人営業",
    "応募経路": "求人媒体(スカウト)",
    "媒体名": "架空転職ナビ",
    "応募日": "2026/04/01",
    "経験年数": "７年",
    "スキル": "Excel、法人営業、気合い",
    "書類実施日": "2026/04/03",
    "書類結果": "合格",
    "書類評価": "Ａ",
    "書類面接官": "佐伯 亮",
    "一次実施日": "2026/04/10",
    "一次結果": "不合格",
    "一次評価": "c",
    "一次面接官": "三浦 さやか",
    "選考終了理由": "不採用",
    "終了日": "令和8年4月12日",
    "費用": "25,000円",
}


def table(rows: Iterable[dict[str, str]], columns: Iterable[str] = COLUMNS) -> str:
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, list(columns), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue()


def read(text: str, vocabulary: Vocabulary, encoding: str = "utf-8") -> list[ParsedRow | RowError]:
    return rows_of(text.encode(encoding), vocabulary)


def one(vocabulary: Vocabulary, **cells: str) -> ParsedRow:
    (row,) = read(table([{**GOOD, **cells}]), vocabulary)
    assert isinstance(row, ParsedRow), row.problems
    return row


def problems(vocabulary: Vocabulary, **cells: str) -> tuple[tuple[str, str], ...]:
    (row,) = read(table([{**GOOD, **cells}]), vocabulary)
    assert isinstance(row, RowError)
    return row.problems


@pytest.mark.parametrize("encoding", ["cp932", "utf-8-sig", "utf-8", "utf-16"])
def test_a_row_becomes_the_uniform_record(vocabulary: Vocabulary, encoding: str) -> None:
    (row,) = read(table([GOOD]), vocabulary, encoding)
    assert isinstance(row, ParsedRow)
    assert (row.line, row.candidate_id, row.warnings) == (2, "P-1", ())
    identity = row.identity
    assert (identity.name, identity.kana) == ("髙﨑 義雄", "タカサキ ヨシオ")
    assert (identity.born_on, identity.prefecture) == (date(1988, 2, 1), "23")
    assert (identity.mails, identity.phones) == (("yoshio@example.jp",), ("+819012345678",))
    assert identity.employer.name == "つばくろ電機㈱"
    assert identity.employer.corporate_number == "7000012050002"
    profile = row.profile
    assert (profile.region, profile.occupation) == (Region.CHUBU, "sales")
    assert (profile.years, profile.skills) == (Years.UP_TO_9, ("excel", "sales_b2b"))
    assert profile.unknown_skills == ("気合い",)
    application = row.application
    assert (application.remote_id, application.job) == ("A-1", "法人営業（名古屋）")
    assert (application.route, application.medium) == (Route.MEDIA_SCOUT, "架空転職ナビ")
    assert application.applied_on == date(2026, 4, 1)
    assert application.ended_on == date(2026, 4, 12)
    assert (application.outcome, application.ended_by) == (Outcome.ENDED, EndedBy.ORG)
    assert (application.cost_yen, application.ended_kind) == (25_000, None)
    assert [(event.stage, event.result) for event in application.events] == [
        (Stage.SCREENING, StageResult.PASSED),
        (Stage.INTERVIEW_1, StageResult.FAILED),
    ]
    assert [
        (rating.ordinal, rating.best, rating.interviewer) for rating in application.ratings
    ] == [
        (5, 5, "佐伯 亮"),
        (3, 5, "三浦 さやか"),
    ]
    assert (application.furthest, application.stage_band) == (
        Stage.INTERVIEW_1,
        StageBand.INTERVIEW,
    )


def test_only_what_must_be_there_is_needed(vocabulary: Vocabulary) -> None:
    needed = ("応募ID", "候補者ID", "氏名", "求人名", "応募日")
    (row,) = read(table([{column: GOOD[column] for column in needed}]), vocabulary)
    assert isinstance(row, ParsedRow)
    assert row.application.outcome is Outcome.RUNNING
    assert (row.application.furthest, row.application.stage_band) == (Stage.ENTRY, StageBand.DOC)
    assert row.application.route is Route.OTHER
    assert row.profile.skills == row.identity.mails == ()


@pytest.mark.parametrize(
    ("reason", "outcome", "ended_by"),
    [
        ("", Outcome.RUNNING, None),
        ("入社決定", Outcome.HIRED, None),
        ("応募者辞退", Outcome.ENDED, EndedBy.CANDIDATE),
        ("不採用", Outcome.ENDED, EndedBy.ORG),
        ("非選考対象", Outcome.ENDED, EndedBy.NEITHER),
    ],
)
def test_every_end_that_herp_knows(
    vocabulary: Vocabulary, reason: str, outcome: Outcome, ended_by: EndedBy | None
) -> None:
    application = one(vocabulary, 選考終了理由=reason).application
    assert (application.outcome, application.ended_by) == (outcome, ended_by)


def test_an_end_that_nobody_knows_is_never_the_company_s(vocabulary: Vocabulary) -> None:
    row = one(vocabulary, 選考終了理由="充足のため")
    assert row.application.ended_by is EndedBy.UNKNOWN
    assert row.warnings == (("選考終了理由", "unknown-end"),)
    assert row.application.original_status == "充足のため"


@pytest.mark.parametrize(
    ("offer", "kind"),
    [
        ("", CandidateEnd.BEFORE_OFFER),
        ("不合格", CandidateEnd.BEFORE_OFFER),
        ("辞退", CandidateEnd.OFFER_DECLINED),
        ("内定", CandidateEnd.OFFER_DECLINED),
        ("承諾", CandidateEnd.AFTER_ACCEPTANCE),
    ],
)
def test_when_a_candidate_left(vocabulary: Vocabulary, offer: str, kind: CandidateEnd) -> None:
    row = one(vocabulary, 選考終了理由="応募者辞退", 内定結果=offer)
    assert row.application.ended_kind is kind


def test_warnings_name_column_and_code(vocabulary: Vocabulary) -> None:
    row = one(
        vocabulary,
        生年月日="S64.1.8",
        メールアドレス="a..b@docomo.ne.jp",
        電話番号="090-0000-0001",
        職種="宇宙飛行士",
        都道府県="1 Kakū Street, Atlantis",
    )
    assert row.identity.prefecture is None
    assert set(row.warnings) == {
        ("都道府県", "unknown-address"),
        ("生年月日", "era-overrun"),
        ("メールアドレス", "legacy-dots"),
        ("電話番号", "unassigned"),
        ("職種", "unknown-word"),
    }


@pytest.mark.parametrize("cell", ["25000", "¥25,000", "\\\\25,000", "２５０００"])
def test_yen_in_every_usual_form(vocabulary: Vocabulary, cell: str) -> None:
    assert one(vocabulary, 費用=cell).application.cost_yen == 25_000


@pytest.mark.parametrize("blank", ["", " ", "'", "-", "なし", "不明"])
def test_marks_of_nothing_are_blank(vocabulary: Vocabulary, blank: str) -> None:
    row = one(vocabulary, 電話番号=blank, 現在の勤務先=blank, 書類評価=blank, 一次面接官=blank)
    assert row.identity.phones == ()
    assert row.identity.employer.name is None
    assert row.application.ratings == ()


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("応募ID", "", "missing"),
        ("候補者ID", "", "missing"),
        ("氏名", "", "missing"),
        ("求人名", "", "missing"),
        ("応募日", "", "missing"),
        ("氏名", "長" * 201, "too-long"),
        ("応募日", "春ごろ", "bad-date"),
        ("生年月日", "1988/2/30", "bad-date"),
        ("生年月日", "2026/04/01", "bad-date"),
        ("終了日", "2026/03/31", "before-application"),
        ("メールアドレス", "yoshio", "bad-mail"),
        ("電話番号", "不在", "bad-phone"),
        ("現在の勤務先法人番号", "1234567890123", "bad-corporate-number"),
        ("書類結果", "たぶん", "bad-result"),
        ("一次評価", "S", "bad-rating"),
        ("一次評価", "AB", "bad-rating"),
        ("経験年数", "-1", "bad-years"),
        ("経験年数", "71", "bad-years"),
        ("費用", "2.5万", "bad-yen"),
        ("費用", "1000000001", "bad-yen"),
    ],
)
def test_a_bad_cell_names_its_column_and_reason(
    vocabulary: Vocabulary, column: str, cell: str, reason: str
) -> None:
    assert (column, reason) in problems(vocabulary, **{column: cell})
    assert reason in REASONS


def test_all_problems_of_a_row_are_told_and_the_others_are_in(vocabulary: Vocabulary) -> None:
    bad = {**GOOD, "応募ID": "A-2", "生年月日": "x", "費用": "x"}
    rows = read(table([GOOD, bad, {**GOOD, "応募ID": "A-3"}]), vocabulary)
    assert [isinstance(row, ParsedRow) for row in rows] == [True, False, True]
    error = rows[1]
    assert isinstance(error, RowError)
    assert error.line == 3
    assert (error.column, error.reason) == error.problems[0]
    assert {column for column, _ in error.problems} == {"生年月日", "費用"}


def test_a_repeated_application_and_a_second_name_are_left_out(vocabulary: Vocabulary) -> None:
    rows = read(table([GOOD, GOOD, {**GOOD, "応募ID": "A-2", "氏名": "水島 みなみ"}]), vocabulary)
    assert [row.problems for row in rows if isinstance(row, RowError)] == [
        (("応募ID", "repeated"),),
        (("候補者ID", "other-name"),),
    ]


def test_lines_are_physical_and_blank_rows_are_passed_over(vocabulary: Vocabulary) -> None:
    text = table([{**GOOD, "スキル": "Excel\nSQL"}]) + "," * (len(COLUMNS) - 1) + "\r\n\r\n"
    text += table([{**GOOD, "応募ID": "A-2"}]).split("\r\n", 1)[1]
    first, second = read(text, vocabulary)
    assert isinstance(first, ParsedRow)
    assert first.profile.skills == ("excel", "sql")
    assert (first.line, second.line) == (2, 6)


@pytest.mark.parametrize(
    ("tail", "reason"),
    [
        ("A-9,P-9\r\n", "cell-count"),
        ('A-9,"P"9\r\n', "bad-quote"),
        ('A-9,"P-9\r\nA-10,P-10\r\n', "unclosed-quote"),
        ("A-9," + "x" * 10_001 + "," * (len(COLUMNS) - 2) + "\r\n", "too-long"),
        ("A-9," + "x" * 200_000 + "\r\n", "bad-quote"),
    ],
)
def test_a_broken_record_is_an_error_of_its_line(
    vocabulary: Vocabulary, tail: str, reason: str
) -> None:
    good, bad = read(table([GOOD]) + tail, vocabulary)
    assert isinstance(good, ParsedRow)
    assert isinstance(bad, RowError)
    assert (bad.line, bad.problems) == (3, (("", reason),))
    assert reason in REASONS


def test_reading_goes_on_behind_a_misplaced_quote(vocabulary: Vocabulary) -> None:
    later = table([{**GOOD, "応募ID": "A-2"}]).split("\r\n", 1)[1]
    rows = read(table([GOOD]) + 'A-9,"P"9\r\n' + later, vocabulary)
    assert [isinstance(row, ParsedRow) for row in rows] == [True, False, True]


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_other_delimiters_and_header_marks(vocabulary: Vocabulary, delimiter: str) -> None:
    header = delimiter.join(
        ["※ 応募ＩＤ|必須", *(f"{column}（任意）" for column in COLUMNS[1:]), "配偶者"]
    )
    cells = delimiter.join([*(GOOD.get(column, "") for column in COLUMNS), "あり"])
    (row,) = read(f"{header}\n{cells}\n", vocabulary)
    assert isinstance(row, ParsedRow)
    assert row.application.remote_id == "A-1"
    assert "あり" not in repr(row)


def test_missing_fields_are_named(vocabulary: Vocabulary) -> None:
    kept = [column for column in COLUMNS if column not in {"氏名", "求人名"}]
    with pytest.raises(MappingError) as refusal:
        read(table([{}], kept) + "x" + "," * (len(kept) - 1), vocabulary)
    assert (refusal.value.code, refusal.value.names) == ("missing-fields", ("name", "job"))


def test_the_error_file_can_be_mended_and_imported(vocabulary: Vocabulary) -> None:
    text = table([{**GOOD, "生年月日": "x", "スキル": "=1+1", "現在の勤務先": "＠home株式会社"}])
    (error,) = read(text, vocabulary, "cp932")
    assert isinstance(error, RowError)
    written = error_file([error], opened(text.encode())[0].header)
    assert written.startswith(b"\xef\xbb\xbf")
    assert "'=1+1" in written.decode()
    assert "2,生年月日,日付として読めません,not a date,A-1" in written.decode()
    mended = written.decode().replace(",x,", ",1988/2/1,")
    (row,) = read(mended, vocabulary)
    assert isinstance(row, ParsedRow)
    assert row.identity.employer.name == "＠home株式会社"
    assert row.profile.unknown_skills == ("=1+1",)


def test_an_error_without_cells_is_written_too() -> None:
    error = RowError(7, (("", "unclosed-quote"),), ())
    assert error_file([error], ()).decode().splitlines()[1].startswith("7,,")


@given(st.text(max_size=20))
def test_no_cell_of_the_error_file_starts_a_formula(cell: str) -> None:
    assert not defused(cell).startswith(
        ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
    )
    assert defused(cell).removeprefix("'") == cell.removeprefix("'")


def test_t15_name_of_a_column_in_the_error_file_starts_no_formula() -> None:
    name = "=HYPERLINK(B1)"
    error = RowError(2, ((name, "bad-date"),), ("@x",))
    (_, said) = csv.reader(error_file([error], [name]).decode("utf-8-sig").splitlines())
    assert [cell[:2] for cell in said if cell[0] in "'=@"] == ["'=", "'@"]


def test_no_repr_of_a_row_shows_the_person(vocabulary: Vocabulary) -> None:
    (error,) = read(table([{**GOOD, "費用": "x"}]), vocabulary)
    shown = repr((one(vocabulary), error))
    for secret in ("髙﨑", "yoshio", "9012345678", "つばくろ", "佐伯", "1988"):
        assert secret not in shown
