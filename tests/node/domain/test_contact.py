from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.domain.applicant import Identity
from node.domain.contact import kana, kana_key, mail_key, match_keys, read_mails, read_phone
from node.domain.errors import UnreadableError


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("taro@example.jp", ["taro@example.jp"]),
        ("Taro.Y@Example.JP", ["Taro.Y@example.jp"]),
        ("ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ", ["taro@example.jp"]),
        ("mailto:taro@example.jp", ["taro@example.jp"]),
        (
            "a@example.jp; b@example.jp、c@example.jp",
            ["a@example.jp", "b@example.jp", "c@example.jp"],
        ),
        ("taro+job@mail.example.jp", ["taro+job@mail.example.jp"]),
    ],
)
def test_addresses_are_read(text: str, addresses: list[str]) -> None:
    readings = read_mails(text)
    assert [reading.address for reading in readings] == addresses
    assert not any(reading.legacy_dots for reading in readings)


@pytest.mark.parametrize(
    "text", ["a..b@docomo.ne.jp", "a.@docomo.ne.jp", ".a@ezweb.ne.jp", "a..b.@t.vodafone.ne.jp"]
)
def test_dots_that_a_carrier_once_allowed_pass_with_a_warning(text: str) -> None:
    assert [(mail.address, mail.legacy_dots) for mail in read_mails(text)] == [(text, True)]


@pytest.mark.parametrize(
    "text",
    [
        "a..b@example.jp",
        ".a@example.jp",
        "..@docomo.ne.jp",
        "taro",
        "@example.jp",
        "taro@",
        "taro@localhost",
        "taro@-example.jp",
        "taro@example..jp",
        "taro@[127.0.0.1]",
        '"taro y"@example.jp',
        "太郎@example.jp",
        "a@b@example.jp",
        "taro@example.jp\nbcc:x@example.jp",
        "a" * 65 + "@example.jp",
        "a@" + "b" * 60 + ".jp" * 70,
    ],
)
def test_other_addresses_are_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match="bad-mail"):
        read_mails(text)


@given(st.text(max_size=40))
def test_no_address_can_carry_a_header(text: str) -> None:
    try:
        readings = read_mails(text)
    except UnreadableError:
        return
    for reading in readings:
        assert reading.address.isascii()
        assert not set(reading.address) & set('\r\n\0 <>,;:"')


@pytest.mark.parametrize(
    "text",
    [
        "090-1234-5678",
        "09012345678",
        "9012345678",  # the zero that a spreadsheet dropped
        "０９０－１２３４－５６７８",
        "090ー1234ー5678",
        "090‐1234‐5678",
        "携帯:090-1234-5678",
        "090-1234-5678（携帯）",
        "090 1234 5678 本人",
        "+81 90 1234 5678",
    ],
)
def test_phones_become_one_number(text: str) -> None:
    reading = read_phone(text)
    assert (reading.number, reading.unassigned) == ("+819012345678", False)


def test_a_landline_without_its_zero_is_found_again() -> None:
    assert read_phone("312345678").number == read_phone("(03)1234-5678").number == "+81312345678"


def test_an_unassigned_range_passes_with_a_warning() -> None:
    assert read_phone("090-0000-0001").unassigned


@pytest.mark.parametrize("text", ["なし", "12", "110", "09012345678901234567", "-"])
def test_other_phones_are_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match="bad-phone"):
        read_phone(text)


def test_kana_has_one_form() -> None:
    assert kana("ﾀｶｻｷ　 ﾖｼｵ") == "タカサキ ヨシオ"
    assert kana("たかさき よしお") == "タカサキ ヨシオ"
    assert kana("ｳﾞｧｲｵﾚｯﾄ") == "ヴァイオレット"


def test_kana_keys_ignore_spaces_and_long_sounds() -> None:
    assert kana_key("サトー・ユーキ") == kana_key("ｻﾄｰ ﾕｰｷ") == kana_key("サト－　ユキ")


def test_match_keys_stand_alone() -> None:
    identity = Identity(
        name="髙﨑 義雄",
        kana="タカサキ ヨシオ",
        born_on=date(1988, 2, 1),
        mails=("Yoshio@example.jp",),
        phones=("+819012345678",),
    )
    assert [(key.kind, key.text) for key in match_keys(identity)] == [
        ("mail", "yoshio@example.jp"),
        ("phone", "+819012345678"),
        ("kana-birth", "タカサキヨシオ 1988-02-01"),
        ("name-birth", "高崎義雄 1988-02-01"),
    ]
    assert match_keys(Identity(name="髙﨑 義雄")) == ()


def test_mail_keys_keep_dots_and_plus_parts() -> None:
    assert mail_key("A.B+c@Example.jp") == "a.b+c@example.jp"


def test_no_repr_shows_a_person() -> None:
    identity = Identity(name="髙﨑 義雄", mails=("yoshio@example.jp",))
    assert "髙﨑" not in repr(identity)
    assert "yoshio" not in repr((identity, match_keys(identity), read_mails("yoshio@example.jp")))
