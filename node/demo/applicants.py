"""The invented applicants of the demo's three companies, as the CSV files they import.

Nobody here exists. Everything follows from the seed and the day; nobody applies at two
companies. Groups of equal region, occupation, years and stage hold at least five
rejected people, so that the gate can release what it is asked for.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeVar

import jaconv

from crypto.hashing import string, tagged
from node.assembly.words import read_presets

T = TypeVar("T")

COLUMNS: Final = tuple(read_presets()["tasuki"].columns)
_STAGES: Final = ("書類", "一次", "二次", "最終", "内定")

SEED: Final = "tasuki demo 1"
CORPORATE_NUMBER: Final = {
    "alpha": "8000000000001",
    "beta": "7000000000002",
    "gamma": "6000000000003",
}
ENCODING: Final = {"alpha": "cp932", "beta": "utf-8-sig", "gamma": "utf-8"}
# At alpha: rejected for two jobs (two letters), and employed by beta today.
REJECTED_TWICE: Final = "alpha-P0001"
EMPLOYED_AT_BETA: Final = "alpha-P0003"

_FIRST_NUMBER: Final = {"alpha": 0, "beta": 300, "gamma": 360}
_YEN_EACH: Final = {"alpha": 25_000, "beta": 50_000, "gamma": 40_000}
# fmt: off
_FAMILY: Final = (
    ("水島", "ミズシマ"), ("髙﨑", "タカサキ"), ("野々村", "ノノムラ"), ("相沢", "アイザワ"),
    ("鳴海", "ナルミ"), ("古舘", "フルタチ"), ("久世", "クゼ"), ("榎並", "エナミ"),
    ("志水", "シミズ"), ("杉浦", "スギウラ"), ("真壁", "マカベ"), ("乾", "イヌイ"),
    ("羽生田", "ハニュウダ"), ("長峰", "ナガミネ"), ("生田", "イクタ"), ("比嘉", "ヒガ"),
    ("根岸", "ネギシ"), ("宇佐見", "ウサミ"), ("葛西", "カサイ"), ("能登", "ノト"),
    ("潮田", "ウシオダ"), ("柚木", "ユズキ"), ("小暮", "コグレ"), ("千早", "チハヤ"),
    ("浅見", "アサミ"), ("郡司", "グンジ"), ("手塚", "テヅカ"), ("八木沢", "ヤギサワ"),
    ("有賀", "アルガ"), ("門倉", "カドクラ"), ("平良", "タイラ"),
)
_GIVEN: Final = (
    ("みなみ", "ミナミ"), ("義雄", "ヨシオ"), ("あかり", "アカリ"), ("拓真", "タクマ"),
    ("千尋", "チヒロ"), ("健吾", "ケンゴ"), ("美咲", "ミサキ"), ("大地", "ダイチ"),
    ("遥", "ハルカ"), ("涼介", "リョウスケ"), ("詩織", "シオリ"), ("悠斗", "ユウト"),
    ("香織", "カオリ"), ("直人", "ナオト"), ("結衣", "ユイ"), ("慎一", "シンイチ"),
    ("ひかる", "ヒカル"),
)
# fmt: on
_SKILLS: Final = {
    "sales": ("法人営業", "Excel", "英語", "代理店営業", "インサイドセールス", "普通自動車免許"),
    "engineering": ("生産技術", "機械設計", "品質管理", "電気設計", "CAD", "PLCラダー"),
    "logistics": ("在庫管理", "購買", "貿易実務", "Excel", "英語", "フォークリフト"),
}
_ROUTES: Final = (
    ("求人媒体", "架空転職ナビ"),
    ("求人媒体", "みほん求人"),
    ("自社サイト", ""),
    ("社員紹介", ""),
)
_INTERVIEWERS: Final = {
    "書類": ("佐伯 亮", "三浦 さやか"),
    "一次": ("三浦 さやか", "大庭 圭", "佐伯 亮"),
    "二次": ("大庭 圭", "黒木 玲子"),
    "最終": ("鳥居 正樹",),
    "内定": (),
}
_LENIENCY: Final = {"三浦 さやか": 1, "大庭 圭": -1}  # grades
_DAYS_BETWEEN_STAGES: Final = 7
_REJECTED: Final = "不採用"


@dataclass(frozen=True, slots=True)
class _Job:
    """One job: how many were rejected after how many stages, and the other ends."""

    title: str
    word: str  # 職種
    skills: str
    places: tuple[tuple[str, int], ...]  # (prefecture, years) in turn
    rejected: tuple[int, int, int, int]  # at 書類, 一次, 二次, 最終
    others: tuple[str, ...] = ()


_BOTH: Final = (("愛知県", 3), ("東京都", 3), ("愛知県", 7), ("東京都", 7))
_OTHERS: Final = (
    "入社決定",
    "辞退:一次",
    "辞退:内定",
    "辞退:承諾",
    "入社決定",
    "選考中:一次",
    "対象外",
)
_JOBS: Final = {
    "alpha": (
        _Job("法人営業", "法人営業", "sales", _BOTH, (70, 28, 16, 26), ("入社決定",) * 10),
        _Job("機械設計", "機械設計", "engineering", _BOTH, (35, 16, 14, 20), ("入社決定",) * 5),
        _Job("生産技術", "生産技術", "engineering", _BOTH, (57, 3, 0, 0)),
    ),
    "beta": (
        _Job("ルート営業", "営業", "sales", (("岐阜県", 6),), (8, 5, 2, 7), _OTHERS),
        _Job(
            "回路設計",
            "電気設計",
            "engineering",
            (("愛知県", 4),),
            (8, 4, 4, 7),
            (*_OTHERS, "入社決定"),
        ),
    ),
    "gamma": (
        _Job("荷主営業", "法人営業", "sales", (("静岡県", 8),), (8, 5, 2, 7), _OTHERS),
        _Job(
            "倉庫管理", "倉庫", "logistics", (("愛知県", 2),), (8, 4, 4, 7), (*_OTHERS, "入社決定")
        ),
    ),
}


def applications_csv(company: str, *, today: date) -> bytes:
    """Return the file of *company* (alpha, beta, gamma) in the encoding it uses."""
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, COLUMNS)
    writer.writeheader()
    writer.writerows(applications(company, today=today))
    return target.getvalue().encode(ENCODING[company])


def applications(company: str, *, today: date) -> list[dict[str, str]]:
    """Return the rows of *company*, one an application, its columns by name."""
    rows = [_row(company, number, plan, today) for number, plan in enumerate(_plans(company))]
    if company == "alpha":
        # The last rejection for 機械設計 at 書類 is the second one of person 1.
        second = next(
            row
            for row in reversed(rows)
            if row["求人名"] == "機械設計" and row["書類結果"] == "不合格"
        )
        first = next(row for row in rows if row["候補者ID"] == REJECTED_TWICE)
        second.update({column: first[column] for column in COLUMNS[1:10]})
        employed = next(row for row in rows if row["候補者ID"] == EMPLOYED_AT_BETA)
        employed["現在の勤務先"] = "架空べーた電機株式会社"
        employed["現在の勤務先法人番号"] = CORPORATE_NUMBER["beta"]
    return rows


@dataclass(frozen=True, slots=True)
class _Plan:
    """How one application goes: the stages entered and what ended it."""

    job: _Job
    stages: int
    end: str
    place: tuple[str, int]


def _plans(company: str) -> Iterator[_Plan]:
    for job in _JOBS[company]:
        for stage, count in enumerate(job.rejected, start=1):
            for turn in range(count):
                yield _Plan(job, stage, _REJECTED, job.places[turn % len(job.places)])
        for turn, other in enumerate(job.others):
            end, _, where = other.partition(":")
            stages = {"一次": 2, "内定": 5, "承諾": 5, "": 5}[where]
            if end == "対象外":
                stages = 1
            yield _Plan(job, stages, other, job.places[turn % len(job.places)])


def _row(company: str, number: int, plan: _Plan, today: date) -> dict[str, str]:
    """Return one row; *number* counts the company's applications from 0."""
    person = _FIRST_NUMBER[company] + number
    stages = timedelta(days=_DAYS_BETWEEN_STAGES * plan.stages + 3)
    if plan.end == _REJECTED:
        # Lately, or the node would take it that somebody told them already.
        applied = today - stages - timedelta(days=1 + _below(25, company, number, "applied"))
    else:
        applied = today - timedelta(days=60 + _below(120, company, number, "applied"))
    route, medium = _pick(_ROUTES, company, number, "route")
    end = {"辞退": "応募者辞退", "選考中": "", "対象外": "非選考対象"}
    reason = plan.end.partition(":")[0]
    closed = applied + stages
    row = dict.fromkeys(COLUMNS, "")
    row.update(_person(company, number, person, plan, today))
    row.update(
        {
            "応募ID": f"{company}-A{number:04}",
            "求人名": plan.job.title,
            "職種": plan.job.word,
            "応募経路": route,
            "媒体名": medium,
            "応募日": applied.strftime("%Y/%m/%d"),
            "経験年数": str(plan.place[1]),
            "スキル": "、".join(_skills(company, number, plan.job.skills)),
            "選考終了理由": end.get(reason, reason),
            "終了日": "" if reason == "選考中" else closed.strftime("%Y/%m/%d"),
            "費用": str(_YEN_EACH[company]),
        }
    )
    for step, stage in enumerate(_STAGES[: plan.stages], start=1):
        day = applied + timedelta(days=_DAYS_BETWEEN_STAGES * step)
        row.update(_stage(company, number, plan, step, stage))
        row[f"{stage}実施日"] = day.strftime("%Y/%m/%d")
    return row


def _person(company: str, number: int, person: int, plan: _Plan, today: date) -> dict[str, str]:
    family, family_kana = _FAMILY[person % len(_FAMILY)]
    given, given_kana = _GIVEN[(person // len(_FAMILY) + person) % len(_GIVEN)]
    born = today - timedelta(days=24 * 366 + _below(28 * 365, company, number, "born"))
    phone = f"{9_000_000_000 + person:010}"
    return {
        "候補者ID": f"{company}-P{number:04}",
        "氏名": f"{family} {given}",
        "フリガナ": _kana_spelt(f"{family_kana} {given_kana}", person),
        "生年月日": _spelt(born, person),
        "メールアドレス": f"{company}.{person:04}@example.jp",
        # Every seventh went through a spreadsheet that dropped the zero.
        "電話番号": f"0{phone[:2]}-{phone[2:6]}-{phone[6:]}" if person % 7 else phone,
        "都道府県": plan.place[0],
    }


def _stage(company: str, number: int, plan: _Plan, step: int, stage: str) -> dict[str, str]:
    """Return result, grade and interviewer of one stage, coherent with the end."""
    result = "合格"
    if step == plan.stages:
        result = {
            _REJECTED: "不合格",
            "対象外": "",
            "入社決定": "承諾",
            "辞退:承諾": "承諾",
            "選考中:一次": "選考中",
        }.get(plan.end, "辞退")
    if not _INTERVIEWERS[stage] or result == "選考中":
        return {f"{stage}結果": result}
    interviewer = _pick(_INTERVIEWERS[stage], company, number, stage)
    grade = 2 + min(plan.stages, 4) // 2 + _below(2, company, number, stage, "grade")
    grade = min(max(grade + _LENIENCY.get(interviewer, 0), 1), 5)
    return {
        f"{stage}結果": result,
        f"{stage}評価": "EDCBA"[grade - 1],
        f"{stage}面接官": interviewer,
    }


def _skills(company: str, number: int, family: str) -> list[str]:
    """Return the family's first skill and some of the others."""
    first, *others = _SKILLS[family]
    return [first, *(skill for skill in others if _below(3, company, number, skill) == 0)]


def _spelt(day: date, person: int) -> str:
    """Return *day* in one of the spellings that files really hold."""
    era, before = ("H", 1988) if day >= date(1989, 1, 8) else ("S", 1925)
    spellings = (
        day.strftime("%Y/%m/%d"),
        day.isoformat(),
        f"{era}{day.year - before}.{day.month}.{day.day}",
        str((day - date(1899, 12, 30)).days),
    )
    return spellings[person % len(spellings)]


def _kana_spelt(name: str, person: int) -> str:
    """Return *name* in half-width kana every fifth time."""
    return name if person % 5 else str(jaconv.z2h(name))


def _pick(items: Sequence[T], *path: object) -> T:
    return items[_below(len(items), *path)]


def _below(limit: int, *path: object) -> int:
    """Return a number under *limit* that the seed and *path* decide."""
    digest = tagged("tasuki/1 demo", string(SEED), *(string(str(part)) for part in path))
    return int.from_bytes(digest[:8]) % limit
