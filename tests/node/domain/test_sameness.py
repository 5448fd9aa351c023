from dataclasses import replace
from datetime import date

import pytest

from node.domain.applicant import Employer, Identity
from node.domain.sameness import may_be_same, renewed

HANAKO = Identity(
    name="架空 花子",
    kana="カクウ ハナコ",
    born_on=date(1990, 2, 1),
    mails=("hanako@example.jp",),
    phones=("+819012345678",),
    prefecture="23",
    employer=Employer("つばくろ電機㈱", "7000012050002"),
)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (HANAKO, True),
        (replace(HANAKO, name="実在 花子", kana="ジツザイ ハナコ"), True),
        (replace(HANAKO, name="実在 花子", mails=("HANAKO@example.jp",), phones=()), True),
        (replace(HANAKO, name="架空　花子", mails=("new@example.jp",), phones=()), False),
        (replace(HANAKO, name="架空　花子", mails=(), phones=()), True),
        (replace(HANAKO, kana=None, mails=(), phones=()), True),
        (replace(HANAKO, kana="カクウ カコ", mails=(), phones=()), False),
        (replace(HANAKO, name="架空 華子", mails=(), phones=()), False),
        (replace(HANAKO, name="架空 華子", mails=("new@example.jp",), phones=()), False),
        (replace(HANAKO, born_on=date(1992, 2, 1)), False),
        (replace(HANAKO, born_on=None, kana="かくう・はなこ"), True),
        (replace(HANAKO, born_on=None, kana="カクウ タロウ"), False),
        (replace(HANAKO, born_on=None, kana=None, name="架空　花子"), True),
        (replace(HANAKO, born_on=None, kana=None, name="架空 太郎"), False),
    ],
)
def test_birth_date_speaks_against_one_person_then_the_name(other: Identity, *, same: bool) -> None:
    assert may_be_same(HANAKO, other) is same
    assert may_be_same(other, HANAKO) is same


def test_two_forms_of_a_name_are_one_name() -> None:
    one = replace(HANAKO, name="髙﨑 斎", kana=None, mails=(), phones=())
    assert may_be_same(one, replace(HANAKO, name="高崎　齊"))
    assert not may_be_same(one, replace(HANAKO, name="高埼 齊"))


def test_blank_leaves_what_was_known() -> None:
    assert renewed(HANAKO, Identity(name="架空 花子")) == HANAKO


def test_what_is_said_anew_replaces_the_old() -> None:
    new = replace(HANAKO, mails=("new@example.jp",), employer=Employer("やまがら物流"))
    assert renewed(HANAKO, new) == new


def test_who_never_told_a_name_is_the_one_with_the_same_address() -> None:
    nameless = Identity(name="", mails=("hanako@mail.example.jp",))
    named = Identity(name="架空 花子", mails=("hanako@mail.example.jp",))
    assert may_be_same(nameless, named)
    assert may_be_same(named, nameless)
