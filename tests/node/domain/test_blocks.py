import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.domain.blocks import check_digit, company_key, read_corporate_number
from node.domain.errors import UnreadableError


def test_check_digit_of_published_numbers() -> None:
    # The example in the National Tax Agency's explanation of the check digit.
    assert check_digit("700110005901") == 8
    # The agency's own number, 7000012050002.
    assert check_digit("000012050002") == 7


@pytest.mark.parametrize(
    "text", ["7000012050002", "7-0000-1205-0002", "７００００１２０５０００２", "T7000012050002"]
)
def test_numbers_are_read(text: str) -> None:
    assert read_corporate_number(text) == "7000012050002"


@pytest.mark.parametrize("text", ["", "7000012050003", "700001205000", "0000000000001", "abc"])
def test_other_numbers_are_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match="bad-corporate-number"):
        read_corporate_number(text)


@given(st.from_regex(r"\A[0-9]{12}\Z"), st.integers(0, 11))
def test_every_changed_digit_is_found(twelve: str, place: int) -> None:
    number = f"{check_digit(twelve)}{twelve}"
    assert read_corporate_number(number) == number
    digit = (int(twelve[place]) + 1) % 10
    changed = f"{twelve[:place]}{digit}{twelve[place + 1 :]}"
    if check_digit(changed) != check_digit(twelve):
        with pytest.raises(UnreadableError):
            read_corporate_number(f"{check_digit(twelve)}{changed}")


@pytest.mark.parametrize(
    "name",
    [
        "株式会社つばくろ電機",
        "つばくろ電機株式会社",
        "（株）つばくろ電機",
        "つばくろ電機㈱",
        "つばくろ電機株式会社 大阪支店",
        " つばくろ　電機 株式会社",
    ],
)
def test_one_company_has_one_key(name: str) -> None:
    assert company_key(name) == "つばくろ電機"


@pytest.mark.parametrize(
    "name", ["Tsubakuro Denki Co., Ltd.", "TSUBAKURO DENKI K.K.", "Tsubakuro-Denki, Inc."]
)
def test_english_forms_are_dropped(name: str) -> None:
    assert company_key(name) == "tsubakurodenki"


def test_a_legal_form_alone_is_no_name() -> None:
    assert company_key("株式会社") == ""
