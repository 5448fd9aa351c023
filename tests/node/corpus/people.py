"""Files as companies have them: the spellings of headers and cells, with invented people."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Literal

Cells = dict[str, str]

PERSON: Cells = {
    "応募ID": "A-1",
    "氏名": "架空 花子",
    "メールアドレス": "hanako@example.jp",
    "求人名": "法人営業",
    "応募日": "2026/10/01",
}


def csv_of(
    rows: Sequence[Cells],
    *,
    encoding: str = "utf-8",
    delimiter: str = ",",
    quoting: Literal[0, 1] = csv.QUOTE_MINIMAL,
) -> bytes:
    """Return the rows as a text file under the columns of the first."""
    target = io.StringIO(newline="")
    writer = csv.DictWriter(
        target, [*rows[0]], delimiter=delimiter, quoting=quoting, restval="", lineterminator="\r\n"
    )
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue().encode(encoding)


def person(**cells: str) -> bytes:
    """Return a file with one application, some of whose cells are other ones or more."""
    return csv_of([{**PERSON, **cells}])


def renamed(names: Iterable[tuple[str, str]]) -> bytes:
    """Return a file with one application under other headers, (ours, theirs)."""
    changed = dict(names)
    return csv_of([{changed.get(name, name): text for name, text in PERSON.items()}])


def herp() -> bytes:
    """Return a file in the shape that HERP Hire's help page names."""
    return csv_of(_table(_HERP), encoding="cp932")


def hrmos() -> bytes:
    """Return a file in the shape of HRMOS採用: days tell who ended it, ' stands for nothing."""
    return csv_of(_table(_HRMOS), encoding="utf-8-sig", quoting=csv.QUOTE_ALL)


def jobcan() -> bytes:
    """Return a file of ジョブカン採用管理 with mails by semicolon, in Shift_JIS."""
    return csv_of(_table(_JOBCAN), encoding="cp932")


_HERP = """
    応募時刻|名前|応募経路|選考ステップ|募集職種|選考終了理由|メールアドレス

    2026/10/01 09:30|髙﨑 ①郎|求人媒体(スカウト)|一次選考|営業|不採用|a@example.jp

    2026/10/02 10:00|吉野 さくら|自社サイト|カジュアル面談|営業||b@example.jp

    2026/10/03 11:00|森本 涼|エージェント|内定|営業|応募者辞退|c@example.jp

    2026/10/04 12:00|白井 湊|社員紹介|内定|営業|入社決定|d@example.jp

    2026/10/05 13:00|青木 楓|その他|書類選考|営業|非選考対象|e@example.jp

    2026/10/06 14:00|黒田 陽|求人媒体|選考終了|営業||f@example.jp
"""
_HRMOS = """
    応募ID|候補者ID|氏名|フリガナ|メールアドレス|電話番号|選考ポジション|応募日時|応募経路|
    選考ステータス|書類選考実施日|書類選考総合評価|書類選考評価者|
    一次面接実施日|一次面接総合評価|一次面接評価者|不合格日|不合格理由分類|辞退日|入社日

    1|11|赤坂 樹|ｱｶｻｶ ｲﾂｷ|i@example.jp|9012345671|開発|2026/10/01 10:00|自社採用サイト|
    一次面接|2026/10/03|S|佐伯 亮|2026/10/10|B|三浦 さやか|2026/10/12|スキル不足、その他|'|'

    2|12|市川 澪|ｲﾁｶﾜ ﾐｵ|m@example.jp|9012345672|開発|2026/10/01 11:00|求人媒体|
    書類選考|2026/10/03|A|佐伯 亮|'|'|'|'|'|2026/10/05|'

    3|13|内海 航|ｳﾂﾐ ﾜﾀﾙ|w@example.jp|9012345673|開発|2026/10/01 12:00|社員紹介|
    内定承諾|2026/10/03|A|佐伯 亮|2026/10/10|S|三浦 さやか|'|'|'|2027/01/04

    4|14|江藤 芽衣|ｴﾄｳ ﾒｲ|e@example.jp|9012345674|開発|2026/10/01 13:00|ハローワーク|
    書類選考|'|'|'|'|'|'|'|'|'|'

    5|15|小野 匠|ｵﾉ ﾀｸﾐ|o@example.jp|9012345675|開発|2026/10/01 14:00|人材紹介|
    一次面接|2026/10/03|C|佐伯 亮|'|'|'|2026/10/12|'|2026/10/11|'
"""
_JOBCAN = """
    候補者ID|候補者名|フリガナ|メールアドレス|電話番号|求人タイトル|エントリー日|応募経路|
    現在のステップ|選考結果|不採用理由|備考

    J1|柏木 直|カシワギ ナオ|n@example.jp;n2@example.jp|090-1234-5681|人事|令和8年10月1日|
    転職フェア|2次面接|不採用|他候補採用|給与計算を担当

    J2|木下 凪|キノシタ ナギ|k@example.jp|090-1234-5682|人事|R8.10.2|採用ページ|
    内定|内定辞退||

    J3|久保 晴|クボ ハル|h@example.jp|090-1234-5683|人事|2026/10/3|派遣会社|
    書類選考|選考中||

    J4|小島 蓮|コジマ レン|r@example.jp|090-1234-5684|人事|2026/10/4|ハローワーク|
    書類選考|見込みなし||
"""


def _table(text: str) -> list[Cells]:
    """Return the rows of a table whose records stand between blank lines."""
    blocks = text.strip().split("\n\n")
    names, *rows = (
        "".join(line.strip() for line in block.splitlines()).split("|") for block in blocks
    )
    return [dict(zip(names, row, strict=True)) for row in rows]


def doda() -> bytes:
    """Return a file of doda with columns that nobody may collect."""
    row = {
        "応募者ID": "D-1",
        "姓漢字": "﨑山",
        "名漢字": "𠮷乃",
        "姓カナ": "ｻｷﾔﾏ",
        "名カナ": "ﾖｼﾉ",
        "求人名称": "経理",
        "応募日時": "2026/10/01 08:15",
        "郵便番号": "600001",
        "都道府県名": "北海道",
        "住所①": "札幌市架空区1-2-3",
        "生年月日": "平成元年4月1日",
        "性別": "女性",
        "配偶者": "有",
        "扶養家族": "2人",
        "メールアドレス": "ｙｏｓｈｉｎｏ＠example.jp",
        "電話番号1": "9012345690",
        "電話番号2": "0112345678",
        "職歴1_会社名": "架空商事",
        "職歴1_詳細": "<b>月次決算</b>と日商簿記",
        "顔写真": "https://doda.example.jp/p.jpg",
    }
    return csv_of([row], encoding="utf-16")
