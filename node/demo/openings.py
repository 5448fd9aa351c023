"""The invented openings of the demo's three companies, with terms complete as the law asks.

職業安定法 5条の3 and 規則 4条の2; the employers do not exist.
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Final

from node.demo.applicants import CORPORATE_NUMBER
from node.domain.opening import OpeningDraft
from node.domain.requirement import Requirement
from protocol.taxonomy import Region, StageBand, Years
from protocol.terms import Employer, FixedOvertime, Terms

PURPOSE: Final = "この求人の選考のために、連絡先をうかがい、応募の意向をお尋ねします。"
RETENTION_DAYS: Final = 180


@dataclass(frozen=True, slots=True)
class _Company:
    name: str
    place: str
    place_scope: str
    hours: str
    wage: str
    fixed_overtime: FixedOvertime | None


_COMPANIES: Final = {
    "alpha": _Company(
        "架空あるふぁ製作所株式会社",
        "愛知県名古屋市中村区架空町1-2-3（本社）",
        "愛知県内の事業所",
        "9時00分から17時45分まで（実働7時間45分）",
        "月給280,000円から420,000円まで（経験による）。賞与年2回。毎月末日締め、翌月25日払い",
        None,
    ),
    "beta": _Company(
        "架空べーた電機株式会社",
        "愛知県刈谷市架空町4-5（刈谷工場）",
        "会社の定めるすべての事業所",
        "8時30分から17時15分まで（実働8時間）",
        "月給300,000円から400,000円まで（固定残業代を含む）。賞与年2回。毎月20日締め、当月末日払い",
        FixedOvertime(hours=20, jpy=45_000),
    ),
    "gamma": _Company(
        "架空がんま物流株式会社",
        "三重県四日市市架空町6-7（四日市物流センター）",
        "三重県および愛知県の事業所",
        "9時00分から18時00分まで（実働8時間）",
        "月給260,000円から360,000円まで（経験による）。賞与年1回。毎月末日締め、翌月20日払い",
        None,
    ),
}

_SALES: Final = Requirement(
    occupations=frozenset({"sales"}),
    regions=frozenset({Region.CHUBU, Region.KANTO}),
    least_years=Years.UP_TO_4,
    wanted_skills={"sales_b2b": 5, "english": 3, "partner_sales": 2, "excel": 1},
    wanted_stage=StageBand.INTERVIEW,
    stage_weight=4,
)
_ENGINEERING: Final = Requirement(
    occupations=frozenset({"engineering"}),
    regions=frozenset({Region.CHUBU, Region.KANTO}),
    least_years=Years.UP_TO_4,
    wanted_skills={"production_engineering": 5, "electrical_design": 3, "quality_control": 3},
    wanted_stage=StageBand.INTERVIEW,
    stage_weight=4,
)
_LOGISTICS: Final = Requirement(
    occupations=frozenset({"logistics"}),
    regions=frozenset({Region.CHUBU}),
    wanted_skills={"inventory_management": 5, "procurement": 4, "trade_operations": 3},
    wanted_stage=StageBand.INTERVIEW,
    stage_weight=3,
)
_PLANNED: Final[dict[str, tuple[tuple[str, str, Requirement], ...]]] = {
    "alpha": (
        ("法人営業", "製造業の顧客への部品の提案、見積り、納期の調整", _SALES),
        ("生産技術", "組立ラインの工程設計と改善、設備の導入", _ENGINEERING),
        ("購買・物流", "部材の発注、在庫の管理、輸送の手配", _LOGISTICS),
    ),
    "beta": (
        ("ルート営業", "既存の代理店への電気部品の提案と受注の管理", _SALES),
        ("回路設計", "電源回路の設計、評価、量産の立ち上げ", _ENGINEERING),
    ),
    "gamma": (
        ("荷主営業", "荷主企業への倉庫と輸送の提案、契約の管理", _SALES),
        ("設備技術", "倉庫の自動化設備の設計と保全", _ENGINEERING),
    ),
}


def openings(company: str, *, today: date) -> tuple[OpeningDraft, ...]:
    """Return the openings of *company* (alpha, beta, gamma), confirmed *today*."""
    return tuple(
        OpeningDraft(
            title=title,
            requirement=requirement,
            terms=_terms(company, title, duties, today),
            purpose=PURPOSE,
            retention_days=RETENTION_DAYS,
        )
        for title, duties, requirement in _PLANNED[company]
    )


def openings_json(company: str, *, today: date) -> str:
    """Return the openings of *company* as the file that `openings add` reads."""
    documents = [
        {
            "title": opening.title,
            "requirement": opening.requirement.to_json(),
            "terms": opening.terms.to_json(),
            "purpose": opening.purpose,
            "retention_days": opening.retention_days,
        }
        for opening in openings(company, today=today)
    ]
    return json.dumps(documents, ensure_ascii=False, indent=2)


def _terms(company: str, title: str, duties: str, today: date) -> Terms:
    at = _COMPANIES[company]
    return Terms(
        title=title,
        duties=duties,
        duties_scope="会社の定める業務",
        contract="期間の定めなし",
        probation="3か月（条件は同じ）",
        place=at.place,
        place_scope=at.place_scope,
        hours=at.hours,
        overtime="あり（月平均15時間）",
        breaks="60分",
        holidays="土曜日、日曜日、祝日、年末年始、夏季。年間休日122日",
        wage=at.wage,
        fixed_overtime=at.fixed_overtime,
        insurance="健康保険、厚生年金保険、雇用保険、労災保険",
        employer=Employer(corporate_number=CORPORATE_NUMBER[company], name=at.name),
        dispatch=False,
        smoking="屋内禁煙（屋外に喫煙所あり）",
        confirmed=today.isoformat(),
    )
