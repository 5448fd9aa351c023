import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.domain.authentication_results import Results, read_results

GOOGLE = """\
Delivered-To: kaku@example.jp
Authentication-Results: mx.google.com;
       dkim=pass header.i=@example.jp header.s=s1 header.b=abc;
       spf=pass (google.com: domain of saiyo@example.jp designates 192.0.2.1 as
 permitted sender) smtp.mailfrom=saiyo@example.jp;
       dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=example.jp
Subject: check
"""
MICROSOFT = """\
Authentication-Results: spf=softfail (sender IP is 192.0.2.1)
 smtp.mailfrom=example.jp; dkim=none (message not signed)
 header.d=none;dmarc=fail action=quarantine header.from=example.jp;compauth=fail
"""
FORGED = """\
Authentication-Results: mx.example.net; spf=fail smtp.mailfrom=example.jp
Authentication-Results: mx.example.jp; spf=pass; dkim=pass; dmarc=pass
"""


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        (GOOGLE, Results("mx.google.com", "pass", "pass", "pass")),
        (FORGED, Results("mx.example.net", "fail", "none", "none")),
        (
            "Authentication-Results: a; dkim=fail; dkim=pass; SPF = Pass",
            Results("a", "pass", "pass", "none"),
        ),
        ("Authentication-Results: a; none", Results("a", "none", "none", "none")),
        (
            "Authentication-Results: a 1; (spf=pass) dkim=neutral",
            Results("a", "none", "neutral", "none"),
        ),
    ],
)
def test_topmost_header_is_read(headers: str, found: Results) -> None:
    assert read_results(headers) == found


def test_microsoft_names_no_server_first() -> None:
    found = read_results(MICROSOFT)
    assert found is not None
    assert (found.spf, found.dkim, found.dmarc) == ("softfail", "none", "fail")


@pytest.mark.parametrize("headers", ["", "Subject: a\n", "\n\nAuthentication-Results: a; spf=pass"])
def test_mail_without_the_header_tells_nothing(headers: str) -> None:
    assert read_results(headers) is None


@given(st.text(max_size=300))
def test_no_text_ends_in_an_error(text: str) -> None:
    read_results(text)
    read_results(f"Authentication-Results: {text}")
