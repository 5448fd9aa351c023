from markupsafe import Markup

from node.web.ui.ruby import ruby, without_readings


def test_a_reading_stands_over_its_word() -> None:
    assert ruby("[会社|かいしゃ]に") == Markup("<ruby>会社<rt>かいしゃ</rt></ruby>に")


def test_a_text_is_escaped_and_markup_is_kept() -> None:
    assert ruby("<b>[a|b]") == "&lt;b&gt;<ruby>a<rt>b</rt></ruby>"
    assert ruby(Markup("<b>[a|b]</b>")) == "<b><ruby>a<rt>b</rt></ruby></b>"
    assert ruby("[<i>|&]") == "<ruby>&lt;i&gt;<rt>&amp;</rt></ruby>"


def test_a_title_keeps_the_words_alone() -> None:
    assert without_readings("お[返事|へんじ]") == "お返事"
    kept = without_readings(Markup("<b>[a|b]</b>"))
    assert (kept, type(kept)) == ("<b>a</b>", Markup)
