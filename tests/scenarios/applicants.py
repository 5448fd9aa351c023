"""Small invented files of applications in the documented format."""

import csv
import io

HEAD = (
    "応募ID",
    "候補者ID",
    "氏名",
    "フリガナ",
    "生年月日",
    "メールアドレス",
    "電話番号",
    "都道府県",
    "現在の勤務先",
    "現在の勤務先法人番号",
    "求人名",
    "職種",
    "応募経路",
    "媒体名",
    "応募日",
    "経験年数",
    "スキル",
)
STAGES = ("書類", "一次", "二次", "最終", "内定")
TAIL = ("選考終了理由", "終了日", "費用")
COLUMNS = (
    *HEAD,
    *(f"{stage}{part}" for stage in STAGES for part in ("実施日", "結果", "評価", "面接官")),
    *TAIL,
)
UNREAD = ("備考",)


def applicant(number: int, **changes: str) -> dict[str, str]:
    """Return one rejected applicant, equal to the others in all that the gate looks at."""
    row = dict.fromkeys(COLUMNS, "")
    row |= {
        "応募ID": f"A{number:04}",
        "候補者ID": f"C{number:04}",
        "氏名": f"架空 花子{number}",
        "フリガナ": "カクウ ハナコ",
        "生年月日": f"1990/01/{number % 28 + 1:02}",
        "メールアドレス": f"hanako{number}@mail.example.jp",
        "電話番号": f"090-0000-{number:04}",
        "都道府県": "愛知県",
        "求人名": "法人営業",
        "職種": "営業",
        "応募経路": "自社サイト",
        "応募日": "2026/10/01",
        "経験年数": "6",
        "スキル": "法人営業、Excel",
        "書類実施日": "2026/10/03",
        "書類結果": "合格",
        "書類評価": "B",
        "一次実施日": "2026/10/10",
        "一次結果": "不合格",
        "一次評価": "C",
        "一次面接官": "架空 面接子",
        "選考終了理由": "不採用",
        "終了日": "2026/11/12",
    }
    return row | changes


def file_of(*rows: dict[str, str]) -> bytes:
    """Return a file in UTF-8 with a byte order mark."""
    text = io.StringIO()
    writer = csv.DictWriter(text, (*COLUMNS, *UNREAD), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
