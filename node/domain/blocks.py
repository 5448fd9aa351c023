"""Companies that must not see a person: corporate numbers and the names of members.

The check digit is that of the ordinance on 法人番号 (平成26年財務省令第70号, article 2).
"""

import re
import unicodedata

from node.domain.errors import UnreadableError

_DIGITS = re.compile(r"[0-9]{13}")
_DASH_OR_SPACE = re.compile("[\\s\u2010-\u2015\u2212-]")
_LEGAL_FORMS = re.compile(
    "株式会社|有限会社|合同会社|合資会社|合名会社|一般社団法人|一般財団法人|公益社団法人|"
    "公益財団法人|社会福祉法人|医療法人|学校法人|独立行政法人|協同組合|"
    r"\((?:株|有|同|資|名|社|財|医|学)\)|"
    r"\b(?:co\.?,?\s*ltd\.?|inc\.?|k\.?\s?k\.?|llc|corp(?:oration)?\.?|limited|company)(?=\W|$)"
)
_BRANCH = re.compile(r"\s\S*(?:本社|支社|支店|営業所|事業所|工場|店)$")
_NOT_IN_NAME = re.compile("[\\s・.,'\u2019&\u2010-\u2015\u2212ー「」()-]")


def check_digit(twelve: str) -> int:
    """Return the check digit that goes before the *twelve* digits of a base number."""
    total = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(twelve)))
    return 9 - total % 9


def read_corporate_number(text: str) -> str:
    """Return the 13 digits of a 法人番号.

    Raises:
        UnreadableError: not 13 digits, or the check digit is another.
    """
    digits = _DASH_OR_SPACE.sub("", unicodedata.normalize("NFKC", text)).removeprefix("T")
    if not _DIGITS.fullmatch(digits) or int(digits[0]) != check_digit(digits[1:]):
        raise UnreadableError("bad-corporate-number")
    return digits


def company_key(name: str) -> str:
    """Return a company name as compared: without legal form, branch, signs and case."""
    plain = unicodedata.normalize("NFKC", name).lower().strip()
    plain = _BRANCH.sub("", _LEGAL_FORMS.sub(" ", plain).rstrip())
    return _NOT_IN_NAME.sub("", plain)
