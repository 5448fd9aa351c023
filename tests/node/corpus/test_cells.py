"""Every quirk of headers and cells (DOMAIN 3.3 and 8, "Details a toy misses")."""

import csv
from dataclasses import replace
from datetime import date
from typing import Literal

import pytest

from node.domain.contact import match_keys
from node.domain.mapping import read_end
from node.domain.recipients import is_student
from node.domain.rows import ParsedRow, RowError, read_rows
from node.domain.vocabulary import Vocabulary
from protocol.taxonomy import EndedBy, Reason, Region, Route, Stage
from tests.node.corpus.people import PERSON, csv_of, person, renamed
from tests.node.corpus.reading import row_of, rows_of, taken

NAMES = ["髙﨑 義雄", "濵田 ①子", "㈱架空 太郎", "渡邊・德永 〜子", "－木 Ⅲ世"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig", "utf-16"])
def test_names_are_kept_as_written_in_every_encoding(
    vocabulary: Vocabulary, name: str, encoding: str
) -> None:
    name = name.replace("〜", "～")  # Windows has no other
    content = csv_of([{**PERSON, "氏名": name}], encoding=encoding)
    assert row_of(content, vocabulary).identity.name == name
    assert taken(content)[0].encoding == encoding


def test_a_name_beyond_windows_is_kept_where_the_file_can_hold_it(vocabulary: Vocabulary) -> None:
    name = "𠮷野 葛\U000e0100子"
    assert row_of(person(氏名=name), vocabulary).identity.name == name


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_delimiters_and_quotes_are_sniffed(
    vocabulary: Vocabulary, delimiter: str, quoting: Literal[0, 1]
) -> None:
    content = csv_of([{**PERSON, "備考": "a,b;c"}], delimiter=delimiter, quoting=quoting)
    assert row_of(content, vocabulary).application.remote_id == "A-1"


@pytest.mark.parametrize(
    "mark",
    ["{}|必須", "※{}", "{}（任意）", "{}(必須)", "*{}", " {} ", "{}※", "{}｜必須", "※ {} |必須"],
)
def test_marks_of_forms_are_no_part_of_a_header(vocabulary: Vocabulary, mark: str) -> None:
    content = renamed((name, mark.format(name)) for name in PERSON)
    assert row_of(content, vocabulary).identity.name == "架空 花子"


def test_headers_are_compared_without_width_and_case(vocabulary: Vocabulary) -> None:
    content = renamed(
        [("氏名", "ＮＡＭＥ"), ("メールアドレス", "e－ｍａｉｌ"), ("応募日", "Applied On")]
    )
    assert row_of(content, vocabulary).identity.mails == ("hanako@example.jp",)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("平成元年1月8日", date(1989, 1, 8)),
        ("㍻1年1月8日", date(1989, 1, 8)),
        ("H1.1.8", date(1989, 1, 8)),
        ("昭和六十四年一月七日", date(1989, 1, 7)),
        ("Ｓ６３／２／１", date(1988, 2, 1)),
        ("昭63.2.1", date(1988, 2, 1)),
        ("1988年2月1日(月)", date(1988, 2, 1)),
        ("1988/02/01 00:00", date(1988, 2, 1)),
        ("32174", date(1988, 2, 1)),
    ],
)
def test_a_birth_date_in_every_spelling(vocabulary: Vocabulary, cell: str, day: date) -> None:
    row = row_of(person(生年月日=cell), vocabulary)
    assert (row.identity.born_on, row.warnings) == (day, ())


@pytest.mark.parametrize(
    ("cell", "day"), [("S64.1.8", date(1989, 1, 8)), ("平成31年5月1日", date(2019, 5, 1))]
)
def test_a_day_behind_its_era_is_read_with_a_warning(
    vocabulary: Vocabulary, cell: str, day: date
) -> None:
    row = row_of(person(生年月日=cell), vocabulary)
    assert (row.identity.born_on, row.warnings) == (day, (("生年月日", "era-overrun"),))


@pytest.mark.parametrize(
    "cell", ["2026/10/01 9:05", "2026-10-01T09:05:00+09:00", "46296", "R8.10.1"]
)
def test_the_day_of_an_application_with_its_time(vocabulary: Vocabulary, cell: str) -> None:
    row = row_of(person(応募日=cell), vocabulary)
    assert row.application.applied_on == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("9012345678", "+819012345678"),
        ("090-1234-5678", "+819012345678"),
        ("０９０ー１２３４ー５６７８", "+819012345678"),
        ("携帯: 090(1234)5678", "+819012345678"),
        ("+81 90 1234 5678", "+819012345678"),
        ("0312345678", "+81312345678"),
        ("312345678", "+81312345678"),
        ("9012345678.0", "+819012345678"),
        ("03-1234-5678（会社）", "+81312345678"),
    ],
)
def test_phones_get_back_the_zero_that_a_spreadsheet_took(
    vocabulary: Vocabulary, cell: str, number: str
) -> None:
    row = row_of(person(電話番号=cell), vocabulary)
    assert row.identity.phones == (number,)


@pytest.mark.parametrize("sign", ["、", " / ", "；", ",", "\n"])
def test_two_phones_in_one_cell_are_two(vocabulary: Vocabulary, sign: str) -> None:
    row = row_of(person(電話番号=f"090-1234-5678{sign}03-1234-5678（自宅）"), vocabulary)
    assert row.identity.phones == ("+819012345678", "+81312345678")


@pytest.mark.parametrize(
    "cell", ["600001", "600001.0", "060-0001", "〒060-0001", "０６０－０００１", "0600001"]
)
def test_postal_codes_get_back_theirs(vocabulary: Vocabulary, cell: str) -> None:
    assert row_of(person(郵便番号=cell), vocabulary).identity.postal == "0600001"


@pytest.mark.parametrize(
    "cell",
    [
        "a@example.jp;b@example.jp",
        "a@example.jp, b@example.jp",
        "a@example.jp\nb@example.jp",
        "a@example.jp、b@example.jp",
        "a@example.jp；\u3000b@example.jp",
        "'a@example.jp, b@example.jp",
    ],
)
def test_mails_in_one_cell_are_divided(vocabulary: Vocabulary, cell: str) -> None:
    row = row_of(person(メールアドレス=cell), vocabulary)
    assert row.identity.mails == ("a@example.jp", "b@example.jp")
    assert not row.warnings


@pytest.mark.parametrize(
    ("cell", "mails"),
    [
        ("hanako＠example.jp", ["hanako@example.jp"]),
        ("ｈａｎａｋｏ１＠ｅｘａｍｐｌｅ．ｊｐ", ["hanako1@example.jp"]),
        ("a@example.jp、ｂ＠example.jp", ["a@example.jp", "b@example.jp"]),
    ],
)
def test_full_width_mails_are_narrowed_with_a_warning(
    vocabulary: Vocabulary, cell: str, mails: list[str]
) -> None:
    row = row_of(person(メールアドレス=cell), vocabulary)
    assert [*row.identity.mails] == mails
    assert row.warnings == (("メールアドレス", "wide-mail"),)


@pytest.mark.parametrize(
    "cell",
    ["ha..na@docomo.ne.jp", "hana.@docomo.ne.jp", ".hana@ezweb.ne.jp", "h..@t.vodafone.ne.jp"],
)
def test_old_carrier_addresses_are_kept_with_a_warning(vocabulary: Vocabulary, cell: str) -> None:
    row = row_of(person(メールアドレス=cell), vocabulary)
    assert row.identity.mails == (cell,)
    assert row.warnings == (("メールアドレス", "legacy-dots"),)


def test_two_columns_of_mails_and_phones_are_both_read(vocabulary: Vocabulary) -> None:
    content = person(メールアドレス2="b@example.jp", 携帯電話="09012345678", 自宅電話="0312345678")
    identity = row_of(content, vocabulary).identity
    assert identity.mails == ("hanako@example.jp", "b@example.jp")
    assert identity.phones == ("+819012345678", "+81312345678")


def test_family_and_given_name_in_two_columns(vocabulary: Vocabulary) -> None:
    cells = {name: text for name, text in PERSON.items() if name != "氏名"}
    for header, kana in (
        (("姓", "名"), ("セイ", "メイ")),
        (("姓漢字", "名漢字"), ("姓カナ", "名カナ")),
    ):
        names = dict(zip((*header, *kana), ("﨑山", "𠮷乃", "ｻｷﾔﾏ", "よしの"), strict=True))
        identity = row_of(csv_of([names | cells]), vocabulary).identity
        assert (identity.name, identity.kana) == ("﨑山 𠮷乃", "サキヤマ ヨシノ")


def test_half_width_kana_and_hiragana_find_the_same_person(vocabulary: Vocabulary) -> None:
    found = [
        row_of(person(フリガナ=kana, 生年月日="1988/2/1"), vocabulary).identity
        for kana in ("ｶｸｳ ﾊﾅｺ", "かくう　はなこ", "カクウ・ハナコ", "カクウハナコ")
    ]
    assert len({match_keys(identity)[-1] for identity in found}) == 1


@pytest.mark.parametrize("cell", ["'", "", " ", "-", "なし", "　"])
def test_what_stands_for_nothing_is_nothing(vocabulary: Vocabulary, cell: str) -> None:
    row = row_of(person(フリガナ=cell, 生年月日=cell, 郵便番号=cell, 不採用日=cell), vocabulary)
    identity = row.identity
    assert (identity.kana, identity.born_on, identity.postal) == (None, None, None)
    assert row.application.outcome == "running"


def test_html_is_text(vocabulary: Vocabulary) -> None:
    content = person(求人名="<b>営業</b><script>", 備考="<p>SQL を<br>3年</p>")
    row = row_of(content, vocabulary)
    assert row.application.job == "<b>営業</b><script>"
    assert row.profile.skills == ("sql",)
    assert "<p>" not in str(row.cells)  # free text is read for skills and not kept


@pytest.mark.parametrize(
    ("cell", "region"),
    [
        ("神奈川県横浜市", Region.KANTO),
        ("横浜市中区", Region.KANTO),
        ("東京", Region.KANTO),
        ("大阪市", Region.KINKI),
        ("Paris, France", None),
    ],
)
def test_an_address_gives_a_region_or_nothing(
    vocabulary: Vocabulary, cell: str, region: Region | None
) -> None:
    row = row_of(person(住所=cell), vocabulary)
    assert row.profile.region is region
    assert row.warnings == (() if region else (("住所", "unknown-address"),))


def test_a_prefecture_behind_the_street_is_found(vocabulary: Vocabulary) -> None:
    row = row_of(person(住所="札幌市架空区1-2-3", 都道府県="北海道"), vocabulary)
    assert row.profile.region is Region.HOKKAIDO


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("経験年数不足", Reason.EXPERIENCE_SHORT),
        ("技術力不足", Reason.SKILL_GAP),
        ("その場の雰囲気、他候補者を採用", Reason.COMPETITOR_CHOSEN),
        ("ｽｷﾙ不足／条件不一致", Reason.SKILL_GAP),
        ("Not a culture fit", Reason.CULTURE),
    ],
)
def test_a_reason_is_the_first_word_that_is_known(
    vocabulary: Vocabulary, cell: str, reason: Reason
) -> None:
    row = row_of(person(選考結果="不採用", 不採用理由=cell), vocabulary)
    assert (row.application.reason, row.warnings) == (reason, ())


def test_an_unknown_reason_is_another_one_and_an_unknown_step_none(vocabulary: Vocabulary) -> None:
    row = row_of(person(合否="見送り", 不採用理由="方角", 選考ステップ="座禅"), vocabulary)
    assert (row.application.reason, row.application.furthest) == (Reason.OTHER, Stage.ENTRY)
    assert set(row.warnings) == {("不採用理由", "unknown-reason"), ("選考ステップ", "unknown-step")}


def test_a_reason_of_the_company_is_none_of_a_withdrawal(vocabulary: Vocabulary) -> None:
    row = row_of(person(合否="辞退", 不採用理由="スキル不足"), vocabulary)
    assert (row.application.ended_by, row.application.reason) == (EndedBy.CANDIDATE, None)


def test_a_mapping_of_an_operator_names_reasons_by_its_own_words(vocabulary: Vocabulary) -> None:
    content = person(選考結果="不採用", 不採用理由="NG3")
    sheet, mapping, found = taken(content)
    own = replace(mapping, ends={**mapping.ends, "ng3": read_end("org:over_spec")})
    (row,) = read_rows(found, sheet.header, own, vocabulary)
    assert isinstance(row, ParsedRow)
    assert row.application.reason is Reason.OVER_SPEC


def test_stages_may_go_backwards(vocabulary: Vocabulary) -> None:
    content = person(
        最終面接実施日="2026/10/05", 一次面接実施日="2026/10/20", 選考ステップ="書類選考"
    )
    application = row_of(content, vocabulary).application
    assert application.furthest is Stage.FINAL
    assert {event.stage for event in application.events} == {
        Stage.FINAL,
        Stage.INTERVIEW_1,
        Stage.SCREENING,
    }


def test_several_rows_of_one_application_are_one(vocabulary: Vocabulary) -> None:
    first = {**PERSON, "スキル": "SQL", "一次面接実施日": ""}
    rows = rows_of(
        csv_of(
            [
                first,
                {**first, "スキル": "Python", "一次面接実施日": "2026/10/10"},
                {"スキル": "Excel"},  # merged cells, written once
                {**first, "応募ID": "A-2", "氏名": "水島 みなみ", "メールアドレス": "m@example.jp"},
            ]
        ),
        vocabulary,
    )
    one, other = rows
    assert isinstance(one, ParsedRow)
    assert isinstance(other, ParsedRow)
    assert one.profile.skills == ("excel", "python", "sql")
    assert one.application.furthest is Stage.INTERVIEW_1
    assert (other.application.remote_id, other.profile.skills) == ("A-2", ("sql",))


def test_a_medium_in_the_place_of_the_route_is_kept_as_one(vocabulary: Vocabulary) -> None:
    named = row_of(person(応募経路="架空転職ナビ"), vocabulary)
    assert (named.application.route, named.application.medium) == (Route.OTHER, "架空転職ナビ")
    assert named.warnings == (("応募経路", "unknown-word"),)
    both = row_of(person(応募経路="求人サイト", 媒体名="架空転職ナビ"), vocabulary).application
    assert (both.route, both.medium) == (Route.MEDIA, "架空転職ナビ")
    assert row_of(person(応募経路="社員紹介"), vocabulary).application.medium is None


@pytest.mark.parametrize(
    "route", ["人材紹介（架空キャリア）", "架空エージェント", "人材紹介会社：架空", "Agency: Kakū"]
)
def test_a_route_that_names_an_agency_is_of_one(vocabulary: Vocabulary, route: str) -> None:
    named = row_of(person(応募経路=route), vocabulary)
    assert (named.application.route, named.application.medium) == (Route.AGENCY, route)
    assert not named.warnings
    assert row_of(person(応募経路="架空からの紹介"), vocabulary).application.route is Route.OTHER


@pytest.mark.parametrize(
    "route",
    [
        *("リクナビNEXT", "マイナビ転職", "doda", "ｄｏｄａ（スカウト）", "ビズリーチ", "Green"),
        *("Wantedly", "Indeed", "エン転職", "求人ボックス"),
    ],
)
def test_the_name_of_a_job_board_is_a_route(vocabulary: Vocabulary, route: str) -> None:
    named = row_of(person(応募経路=route), vocabulary)
    assert named.application.route is Route.MEDIA
    assert named.application.medium == route
    assert not named.warnings


@pytest.mark.parametrize("route", ["知人紹介", "社員の紹介", "リファラル"])
def test_who_is_brought_by_a_friend_is_a_referral(vocabulary: Vocabulary, route: str) -> None:
    said = row_of(person(応募経路=route), vocabulary).application
    assert (said.route, said.medium) == (Route.REFERRAL, None)


@pytest.mark.parametrize("route", ["dodaエージェント", "Greenhouse", "マイナビエージェント"])
def test_what_begins_like_a_board_may_be_none(vocabulary: Vocabulary, route: str) -> None:
    assert row_of(person(応募経路=route), vocabulary).application.route is not Route.MEDIA


def test_the_route_of_pupils_is_known_wherever_it_stands(vocabulary: Vocabulary) -> None:
    for cells in (
        {"応募経路": "高卒"},
        {"媒体名": "学校斡旋"},
        {"求人名": "製造（２０２７年高卒）"},
    ):
        said = row_of(person(**cells), vocabulary).application
        assert is_student(job=said.job, medium=said.medium)
    open_to_all = row_of(person(求人名="製造（高卒以上・高卒歓迎）"), vocabulary).application
    assert not is_student(job=open_to_all.job, medium=open_to_all.medium)


@pytest.mark.parametrize(
    ("grades", "scale", "places"),
    [
        (("A", "C", "E"), "A-E", (5, 3, 1)),
        (("S", "A", "D"), "S-D", (5, 4, 1)),
        (("５", "3", "1"), "5-1", (5, 3, 1)),
        (("◎", "◯", "✕"), "◎-×", (4, 3, 1)),
    ],
)
def test_grades_keep_the_scale_of_their_file(
    vocabulary: Vocabulary, grades: tuple[str, ...], scale: str, places: tuple[int, ...]
) -> None:
    rows = [
        {**PERSON, "応募ID": f"A-{place}", "一次面接評価": grade, "一次面接官": "佐伯 亮"}
        for place, grade in enumerate(grades)
    ]
    ratings = [
        rating
        for row in rows_of(csv_of(rows), vocabulary)
        if isinstance(row, ParsedRow)
        for rating in row.application.ratings
    ]
    assert tuple(rating.ordinal for rating in ratings) == places
    assert {rating.scale for rating in ratings} == {scale}


@pytest.mark.parametrize(
    "cells",
    [
        {"応募経路": "派遣会社"},
        {"応募経路": "求人媒体", "媒体名": "架空ﾊｹﾝ派遣ナビ"},
        {"雇用形態": "派遣社員"},
        {"派遣会社": "架空スタッフ"},
    ],
)
def test_people_whom_an_agency_dispatches_are_left_out(
    vocabulary: Vocabulary, cells: dict[str, str]
) -> None:
    (row,) = rows_of(person(**cells), vocabulary)
    assert isinstance(row, RowError)
    assert (row.reason, row.cells) == ("dispatched", ())


def test_who_sells_dispatching_is_an_applicant(vocabulary: Vocabulary) -> None:
    row = row_of(person(求人名="人材派遣の法人営業", 派遣会社="'", 雇用形態="正社員"), vocabulary)
    assert row.application.job == "人材派遣の法人営業"


def test_of_two_columns_of_one_name_the_first_is_the_person_s(vocabulary: Vocabulary) -> None:
    names, cells = [*PERSON, "氏名", "メールアドレス"], [*PERSON.values(), "別の人", "b@example.jp"]
    content = f"{','.join(names)}\n{','.join(cells)}\n".encode()
    identity = row_of(content, vocabulary).identity
    assert identity.name == "架空 花子"
    assert identity.mails == ("hanako@example.jp", "b@example.jp")
