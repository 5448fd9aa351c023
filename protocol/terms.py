"""The working conditions that a proposal states at first contact (職業安定法 5条の3, 規則 4条の2).

They reach the person unaltered; what changes later is shown before and after.
"""

from typing import Annotated

from pydantic import Field

from protocol.identifiers import Count, Day
from protocol.membership import CorporateNumber
from protocol.value import Value

# Pages show these texts as they are; a control character has no place in one.
_READABLE = r"\A[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+\z"

Heading = Annotated[str, Field(pattern=_READABLE, max_length=200)]
Clause = Annotated[str, Field(pattern=_READABLE, max_length=2000)]


class Employer(Value):
    """雇用者: who would employ, which in agency mode need not be who proposes."""

    corporate_number: CorporateNumber
    name: Heading


class FixedOvertime(Value):
    """固定残業代: so many hours are paid by so many yen a month."""

    hours: Count
    jpy: Count


class Terms(Value):
    """The items of the law, in the words of the employer."""

    title: Heading  # 求人名
    duties: Clause  # 業務内容
    duties_scope: Clause  # 業務の変更の範囲
    contract: Clause  # 契約期間
    renewal: Clause | None = None  # 更新の基準と上限, where the contract has an end
    probation: Clause  # 試用期間
    place: Clause  # 就業場所
    place_scope: Clause  # 就業場所の変更の範囲
    hours: Clause  # 始業・終業
    overtime: Clause  # 時間外労働
    breaks: Clause  # 休憩
    holidays: Clause  # 休日
    wage: Clause  # 賃金
    fixed_overtime: FixedOvertime | None = None
    insurance: Clause  # 社会保険・労働保険
    employer: Employer
    dispatch: bool  # 派遣労働者として雇用
    smoking: Clause  # 受動喫煙防止措置
    confirmed: Day  # the day on which the employer last confirmed all of this
