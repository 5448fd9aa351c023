import time

import pytest

from node.domain.letter_lint import ADVICE, Flaw, is_blocking, lint
from node.domain.letters import MAX_BODY, NEEDED, LetterKind
from node.domain.merge_fields import MergeField, spelling
from node.i18n import Language


def body(kind: LetterKind, *, without: MergeField | None = None, language: Language = "ja") -> str:
    return "\n".join(
        spelling(field, language) for field in sorted(NEEDED[kind]) if field != without
    )


def flaws(
    text: str,
    *,
    kind: LetterKind = LetterKind.RELAY,
    subject: str = "お知らせ",
    language: Language = "ja",
) -> tuple[Flaw, ...]:
    return lint(kind, language, subject, f"{body(kind, language=language)}\n{text}")


def test_letter_that_says_what_it_must_has_no_flaw() -> None:
    assert [kind for kind in LetterKind if flaws("本文", kind=kind)] == []


@pytest.mark.parametrize(
    ("field", "flaw"),
    [
        (MergeField.LINK, Flaw.LINK),
        (MergeField.CODE, Flaw.LINK),
        (MergeField.UNTIL, Flaw.LINK),
        (MergeField.COMPANY, Flaw.SENDER),
        (MergeField.ADDRESS, Flaw.SENDER),
        (MergeField.REPRESENTATIVE, Flaw.SENDER),
        (MergeField.DESK, Flaw.SENDER),
        (MergeField.DESK_PHONE, Flaw.SENDER),
        (MergeField.STOP, Flaw.OPT_OUT),
        (MergeField.NAME, Flaw.FIELD),
    ],
)
def test_missing_field_must_not_stand(field: MergeField, flaw: Flaw) -> None:
    found = lint(LetterKind.RELAY, "ja", "お知らせ", body(LetterKind.RELAY, without=field))
    assert found == (flaw,)
    assert is_blocking(found)


def test_a_brace_that_is_no_field_hides_no_other_flaw() -> None:
    text = body(LetterKind.RELAY, without=MergeField.STOP)
    found = lint(LetterKind.RELAY, "ja", "お知らせ", f"{text}\n{{{{ 名前 }}}}")
    assert found == (Flaw.BRACES, Flaw.OPT_OUT)


def test_letter_without_a_link_needs_none() -> None:
    assert flaws("本文", kind=LetterKind.REJECTION) == ()


@pytest.mark.parametrize("field", ["同意リンク", "番号", "依頼元", "理由", "link"])
def test_field_that_would_stay_empty_must_not_stand(field: str) -> None:
    """Above all a link in the letter to people who must not be asked."""
    assert flaws(f"{{{{ {field} }}}}", kind=LetterKind.REJECTION) == (Flaw.EMPTY,)


@pytest.mark.parametrize("text", ["{{ }}", "{{氏}}", "{% if name %}", "{{ name|upper }}"])
def test_braces_without_a_field_must_not_stand(text: str) -> None:
    assert flaws(text) == (Flaw.BRACES,)


def test_link_stays_out_of_the_subject() -> None:
    assert flaws("", subject="{{ 同意リンク }}") == (Flaw.SECRET_SUBJECT,)


@pytest.mark.parametrize(
    "text",
    ["{{ 氏名 }} 様様", "{{ 氏名 }} 様 様", "{{ 氏名 }} 様　御中", "佐藤さん様", "Dear Dear Sir"],
)
def test_form_of_address_twice_must_not_stand(text: str) -> None:
    assert flaws(text) == (Flaw.TWICE,)


def test_form_of_address_twice_in_a_letter_is_fine() -> None:
    assert flaws("{{ 氏名 }} 様\n本文。{{ 氏名 }} 様のお話") == ()


@pytest.mark.parametrize(("length", "is_long"), [(30, False), (31, True)])
def test_subject_over_30_characters_is_advice(length: int, *, is_long: bool) -> None:
    found = flaws("", subject="あ" * length)
    assert (found == (Flaw.LONG_SUBJECT,)) == is_long
    assert not is_blocking(found)


@pytest.mark.parametrize("subject", ["", "  ", "a\nBcc: x@example.jp", "a\r\nb"])
def test_subject_is_one_line(subject: str) -> None:
    assert is_blocking(flaws("", subject=subject))
    assert Flaw.SUBJECT in flaws("", subject=subject)


def test_a_wide_space_breaks_no_subject() -> None:
    assert Flaw.SUBJECT not in flaws("", subject="{{ 氏名 }}様\u3000結果のご連絡")


@pytest.mark.parametrize(
    "text",
    ["<b>太字</b>", "<br>", "<a href='x'>", "<!-- x -->", "&nbsp;", "<TABLE border=0>", "<br/>"],
)
def test_html_must_not_stand(text: str) -> None:
    assert flaws(text) == (Flaw.HTML,)


@pytest.mark.parametrize("text", ["1 < 2", "<https://example.jp/>", "<saiyo@example.jp>", "A&B"])
def test_signs_that_are_no_markup_are_fine(text: str) -> None:
    assert flaws(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "<img src='https://example.jp/a'>",
        "https://example.jp/pixel.GIF?u=1",
        "![絵](https://example.jp/a)",
        "cid:logo",
        "data:image/png;base64,AA",
    ],
)
def test_image_must_not_stand(text: str) -> None:
    assert Flaw.IMAGE in flaws(text)
    assert is_blocking(flaws(text))


@pytest.mark.parametrize(
    "text",
    [
        "お祝い金を差し上げます",
        "お 祝 い\n金",
        "ギフト券",
        "Ａｍａｚｏｎギフト",
        "QUOカード",
        "ﾎﾟｲﾝﾄ進呈",
        "500ポイント",
        "3,000円分",
        "キャッシュバック",
        "a gift card",
        "a Voucher",
        "商品券",
    ],
)
def test_money_or_gifts_for_a_consent_must_not_stand(text: str) -> None:
    assert flaws(text) == (Flaw.GIFT,)
    assert is_blocking(flaws(text))


@pytest.mark.parametrize("text", ["選考のポイント", "特典", "a reward"])
def test_word_that_may_mean_a_gift_is_advice(text: str) -> None:
    assert flaws(text) == (Flaw.GIFT_WORD,)
    assert not is_blocking(flaws(text))


def test_plain_rejection_may_speak_of_points() -> None:
    assert flaws("評価のポイント", kind=LetterKind.REJECTION) == ()


@pytest.mark.parametrize(
    "text", ["匿名加工情報", "仮名 加工情報", "anonymously processed information"]
)
def test_token_is_never_called_what_it_is_not(text: str) -> None:
    assert flaws(text) == (Flaw.ANONYMOUS,)


@pytest.mark.parametrize(
    "text", ["不採用となりました", "選考の結果", "残念ながら", "unfortunately"]
)
def test_offer_says_nothing_of_a_result(text: str) -> None:
    assert flaws(text, kind=LetterKind.OFFER) == (Flaw.RESULT,)
    assert Flaw.RESULT not in flaws(text, kind=LetterKind.RELAY)


def test_code_twice_is_advice() -> None:
    assert flaws("{{ code }}") == (Flaw.CODE_TWICE,)


def test_only_advice_may_stand() -> None:
    assert [flaw for flaw in Flaw if not is_blocking((flaw,))] == sorted(
        ADVICE, key=list(Flaw).index
    )


@pytest.mark.parametrize(
    "text",
    [
        "あ" * (MAX_BODY + 1),
        "<a " * 2600,
        "<" * MAX_BODY,
        "様 " * (MAX_BODY // 2),
        "http://" + "a" * 7900,
        "![" * 4000,
        "{{ " * 2600,
        "１" * MAX_BODY,
        "ﷺ" * MAX_BODY,
        "x" * 10**6,
    ],
    ids=range(10),
)
def test_t18_no_text_runs_away(text: str) -> None:
    begin = time.process_time()
    lint(LetterKind.RELAY, "ja", "お知らせ", text)
    assert time.process_time() - begin < 0.05
