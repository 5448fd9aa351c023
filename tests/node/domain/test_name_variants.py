import unicodedata
from datetime import date

import pytest

from node.domain import name_variants
from node.domain.applicant import Identity
from node.domain.contact import match_keys
from node.domain.name_variants import folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("髙橋 一郎", "高橋　一郎"),
        ("山﨑 花子", "山崎花子"),
        ("渡邊 太郎", "渡辺 太郎"),
        ("渡邉 太郎", "渡辺 太郎"),
        ("𠮷田 架空", "吉田 架空"),
        ("齋藤 架空", "斎藤 架空"),
        ("斉藤 架空", "齊藤 架空"),
        ("濵田 架空", "浜田 架空"),
        ("大澤 壽", "大沢 寿"),
        ("鵜沼 眞惠", "鵜沼 真恵"),
        ("ﾔﾏﾀﾞ 太郎", "ヤマダ太郎"),
        # A compatibility form of U+795E, which NFKC alone folds.
        ("\ufa19田 架空", "神田 架空"),
    ],
)
def test_forms_of_one_name_are_compared_as_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("太田 架空", "大田 架空"), ("島田 架空", "鳥田 架空"), ("伊藤 架空", "伊東 架空")],
)
def test_other_characters_stay_other_names(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_each_form_is_in_one_group_and_is_not_folded_by_unicode_already() -> None:
    groups = name_variants._GROUPS.split()
    forms = [form for group in groups for form in group]
    assert len(forms) == len(set(forms))
    assert all(len(group) > 1 for group in groups)
    assert all(unicodedata.normalize("NFKC", form) == form for form in forms)
    assert all(unicodedata.name(form).startswith("CJK") for form in forms)


def test_name_and_birth_date_find_a_person_in_any_form_of_the_name() -> None:
    keys = [
        match_keys(Identity(name=name, born_on=date(1990, 2, 1))) for name in ("髙﨑 斎", "高崎齊")
    ]
    assert keys[0] == keys[1]
    assert [key.kind for key in keys[0]] == ["name-birth"]
    assert match_keys(Identity(name="高崎 齊")) == ()
