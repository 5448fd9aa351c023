import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.domain.delivery_status import MAX_BYTES, is_hard, read_report, status_in
from tests.node.dsn import report


@pytest.mark.parametrize("is_whole", [True, False])
def test_report_tells_status_recipient_and_letter(*, is_whole: bool) -> None:
    found = read_report(report(message_id="<letter@example.jp>", is_whole=is_whole))
    assert found is not None
    assert "<letter@example.jp>" in found.named
    (failure,) = found.failures
    assert (failure.status, failure.recipient, failure.is_hard) == (
        "5.1.1",
        "kaku@example.jp",
        True,
    )


def test_report_names_the_address_it_came_to() -> None:
    found = read_report(report(to="<bounce+token@example.jp>"))
    assert found is not None
    assert "bounce+token@example.jp" in found.named


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_what_did_not_fail_is_no_report(action: str) -> None:
    assert read_report(report(action=action)) is None


@pytest.mark.parametrize(
    ("status", "hard"),
    [
        ("5.1.1", True),
        ("5.1.2", True),
        ("5.1.3", True),
        ("5.1.6", True),
        ("5.1.10", True),
        ("5.2.1", True),
        ("5.2.2", False),  # full
        ("5.2.3", False),  # this letter is too large
        ("5.7.1", False),  # a policy
        ("5.7.26", False),  # our own SPF or DKIM
        ("5.0.0", False),  # says nothing
        ("4.4.1", False),
        ("4.1.1", False),
        ("5.1.8", False),  # our own address
    ],
)
def test_only_an_address_that_is_none_is_hard(status: str, *, hard: bool) -> None:
    assert is_hard(status) is hard
    found = read_report(report(status=status))
    assert found is not None
    assert found.failures[0].is_hard is hard


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Subject: x\r\n\r\nbody",
        b"Content-Type: multipart/report; report-type=delivery-status\r\n\r\nno parts",
        report().replace(b"multipart/report", b"multipart/mixed"),
        report().replace(b"message/delivery-status", b"text/plain"),
        report().replace(b"Status: 5.1.1", b"Status: none"),
        report() + b"x" * MAX_BYTES,
        report().replace(b"body", b"") + b"multipart/x" * 5,
    ],
    ids=range(8),
)
def test_other_mails_are_passed_over(content: bytes) -> None:
    assert read_report(content) is None


def test_t16_nested_report_does_not_recurse_without_end() -> None:
    nested = "".join(
        f'Content-Type: multipart/report; boundary="b{level}"\r\n\r\n--b{level}\r\n'
        for level in range(3000)
    )
    begin = time.perf_counter()
    assert read_report(nested.encode()) is None
    assert time.perf_counter() - begin < 0.5


@pytest.mark.parametrize("end", ["", "\r\n--b--\r\n"])
def test_t16_mails_in_mails_do_not_recurse_without_end(end: str) -> None:
    head = "Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n"
    headers = "Content-Type: text/rfc822-headers\r\n\r\n"
    for begin in (head, head + headers):
        nested = begin + "Content-Type: message/rfc822\r\n\r\n" * 7000 + end
        assert len(nested) < MAX_BYTES
        assert read_report(nested.encode()) is None


@pytest.mark.parametrize(
    "parameter",
    ["*=utf-8''x", "=a\0b", "=idna", "=undefined", "*=idna''%ff", "*=a%00''x", "*=a\0b''x"],
)
def test_t19_words_about_its_letters_hold_no_report_up(parameter: str) -> None:
    head = b"Content-Type: multipart/report; boundary=report\r\n"
    strange = report().replace(
        b"Content-Type: text/rfc822-headers",
        f"Content-Type: text/rfc822-headers; charset{parameter}".encode(),
    )
    found = read_report(strange.replace(b"Subject: x", b"Subject: \xff"))
    assert found is not None
    assert "<none@example.jp>" in found.named
    boundary = f"; boundary{parameter}\r\n".encode()
    assert read_report(head.replace(b"; boundary=report\r\n", boundary) + b"\r\n--b\r\n") is None


@given(st.binary(max_size=400))
def test_no_bytes_end_in_an_error(content: bytes) -> None:
    head = b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n"
    read_report(content)
    read_report(head + content)
    read_report(head + b"Content-Type: message/delivery-status\r\n\r\n" + content)
    read_report(head + b"Content-Type: message/rfc822\r\n\r\n" + content)


def test_status_stands_anywhere_in_the_words_of_a_server() -> None:
    assert status_in("5.1.1 <kaku@example.jp>: user unknown") == "5.1.1"
    assert status_in("no such user at 10.0.0.15.1") is None
    assert status_in("") is None


def test_recipient_is_not_shown() -> None:
    assert "kaku" not in repr(read_report(report()))
