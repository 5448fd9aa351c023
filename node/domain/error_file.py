"""The file of rows that an import left out: why, and the row itself to mend and import again.

It holds personal data: whoever stores it does so with mode 0600. Cells that a
spreadsheet would run as a formula get an apostrophe, which the importer takes off again.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from node.domain.cell_values import FORMULA_STARTS, plain
from node.domain.rows import FAULT_COLUMNS, RowError

# Reason code → Japanese, English.
REASONS: Final[dict[str, tuple[str, str]]] = {
    "missing": ("値がありません", "no value"),
    "repeated": ("同じ応募IDが前の行にあります", "the same 応募ID stands in an earlier row"),
    "other-name": (
        "同じ候補者IDに別の氏名があります",
        "another name has the same 候補者ID",
    ),
    "bad-date": ("日付として読めません", "not a date"),
    "before-application": ("応募日より前です", "before the day of application"),
    "bad-mail": ("メールアドレスとして読めません", "not a mail address"),
    "bad-phone": ("電話番号として読めません", "not a phone number"),
    "dispatched": (
        "派遣の人は取り込みません",
        "people whom an agency dispatches are not taken in",
    ),
    "bad-corporate-number": (
        "法人番号の桁数か検査数字が違います",
        "wrong length or check digit of a corporate number",
    ),
    "bad-result": ("結果の書き方が決まりと違います", "not one of the documented results"),
    "bad-rating": (
        "ファイルのほかの評価と同じ段階で書きます",
        "not of the scale of the file's ratings",
    ),
    "bad-years": ("経験年数は0から70の数で書きます", "years are a number from 0 to 70"),
    "bad-postal": ("郵便番号は7けたの数で書きます", "a postal code has seven digits"),
    "bad-choice": ("はい か いいえ で書きます", "write yes or no"),
    "no-key": (
        "応募ID、メール、電話、フリガナと生年月日のどれかが必要です",
        "give an application id, a mail address, a phone, or kana with the date of birth",
    ),
    "bad-yen": ("費用は円の数で書きます", "a cost is a number of yen"),
    "too-long": ("長すぎます", "too long"),
    "unclosed-quote": (
        "この行で始まる引用符が閉じていません。以降の行は読んでいません",
        "the quotation that begins here is never closed; later rows were not read",
    ),
    "bad-quote": ("引用符の使い方が違います", "misplaced quotation mark"),
    "lost": (
        "ファイルの残りがなくなりました。もう一度取り込んでください",
        "the rest of the file is gone: import it once more",
    ),
    "cell-count": ("列の数が見出しと違います", "other number of cells than the header"),
}


def error_file(errors: Iterable[RowError], header: Sequence[str]) -> bytes:
    """Return the CSV (UTF-8 with BOM, CRLF) of *errors* under the *header* of their file."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([*FAULT_COLUMNS, *map(defused, header)])
    nothing = [""] * len(header)
    for error in errors:
        columns = "、".join(column for column, _ in error.problems)
        ja, en = (
            " / ".join(REASONS[reason][place] for _, reason in error.problems) for place in (0, 1)
        )
        # A row of which nothing is kept has as many cells as the others, so that it is passed over.
        cells = [*map(defused, error.cells)] or nothing
        writer.writerow([str(error.line), defused(columns), ja, en, *cells])
    return target.getvalue().encode("utf-8-sig")


def defused(cell: str) -> str:
    """Return *cell* so that no spreadsheet takes it for a formula."""
    # Full-width signs start a formula too.
    first = plain(cell[:1])
    return f"'{cell}" if first and first in FORMULA_STARTS else cell
