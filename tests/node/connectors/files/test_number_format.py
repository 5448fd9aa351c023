import pytest

from node.connectors.files.number_format import BUILT_IN, NumberFormat, digits

POSTAL = "[<=999]000;[<=9999]000-00;000-0000"
PHONE = r"[<=99999999]####-####;\(00\) ####-####"


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("General", 3.0, "3"),
        ("General", 0.1 + 0.2, "0.3"),
        ("General", 9012345678.0, "9012345678"),
        ("General", 1e21, "1000000000000000000000"),
        ("General", -2.5, "-2.5"),
        ('G/標準"年"', 5.0, "5"),
        ("0.00E+00", 1234.0, "1234"),
        ("#,##0", 1200000.0, "1200000"),
        ('"¥"#,##0;[Red]-"¥"#,##0', -25000.0, "-25000"),
        ("0.0", 3.5, "3.5"),
        (BUILT_IN[9], 0.85, "85%"),
        ("0.0%", 0.8525, "85.3%"),
        (BUILT_IN[9], 1e300, digits(1e300)),
        ("0000000", 600001.0, "0600001"),
        ("000-0000", 600001.0, "060-0001"),
        (POSTAL, 600001.0, "060-0001"),
        (POSTAL, 60.0, "060"),
        (POSTAL, 6001.0, "060-01"),
        (PHONE, 312345678.0, "(03) 1234-5678"),
        ("0##########", 9012345678.0, "09012345678"),
        ('0"年"', 7.0, "7年"),
        ('0"年"', 7.5, "7.5"),
        ("yyyy/m/d", 46113.0, "2026-04-01"),
        ('[$-411]ggge"年"m"月"d"日"', 46113.0, "2026-04-01"),
        ("[$-F800]dddd, mmmm dd, yyyy", 46113.0, "2026-04-01"),
        ("yyyy/m/d h:mm", 46113.5625, "2026-04-01 13:30"),
        ("yyyy/m/d h:mm:ss", 46113.5 + 1 / 86400, "2026-04-01 12:00:01"),
        ("h:mm", 0.5625, "13:30"),
        ("[h]:mm", 1.5, "36:00"),
        (BUILT_IN[14], 1.0, "1900-01-01"),
        (BUILT_IN[14], 61.0, "1900-03-01"),
        (BUILT_IN[14], -1.0, "-1"),
        (BUILT_IN[14], 1e300, digits(1e300)),
        ("@", 42.0, "42"),
        ("", 42.0, "42"),
        (";;;", 42.0, "42"),
    ],
)
def test_a_number_is_read_as_it_is_shown(code: str, number: float, shown: str) -> None:
    assert NumberFormat(code).shown(number) == shown


def test_the_other_calendar_begins_in_1904() -> None:
    assert NumberFormat("yyyy-mm-dd", from_1904=True).shown(44651.0) == "2026-04-01"


def test_what_is_no_number_is_nothing() -> None:
    for code in ("General", "yyyy-mm-dd", "0%", "0000000"):
        for number in (float("nan"), float("inf"), float("-inf")):
            assert NumberFormat(code).shown(number) == ""


def test_a_long_format_takes_no_time() -> None:
    assert NumberFormat(';"' * 100_000).shown(5.0) == "5"
