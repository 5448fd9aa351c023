"""Mail addresses, phones and kana names as they are kept and as they are compared.

Addresses follow the dot-atom of RFC 5322 section 3.4.1 and, for carriers that once
issued them, its violations; phones are E.164; comparison is over NFKC.
"""

import re
import unicodedata
from dataclasses import dataclass, field

import jaconv
import phonenumbers

from node.domain.applicant import Identity
from node.domain.errors import UnreadableError
from node.domain.name_variants import folded

_LEGACY_CARRIERS = ("docomo.ne.jp", "ezweb.ne.jp", "vodafone.ne.jp", "softbank.ne.jp")
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_DOT_ATOM = re.compile(rf"{_ATEXT}+(?:\.{_ATEXT}+)*")
_LEGACY_LOCAL = re.compile(rf"(?:{_ATEXT}|\.)*{_ATEXT}(?:{_ATEXT}|\.)*")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_MAX_ADDRESS, _MAX_LOCAL = 254, 64  # characters, RFC 5321 section 4.5.3.1
_MAX_PHONE = 100  # characters, with its label and note
_SEPARATORS = re.compile(r"[;,、\s]+")
_DASHES = re.compile("[\u2010-\u2015\u2212ー\uff70\uff0d]")
_PHONE_LABEL = re.compile(r"\A[^\d+(]*")
_PHONE_NOTE = re.compile(r"[\s(]*[^\d\s()][^\d()]*\)?\Z")  # such as (携帯) behind it
# What nearly every number is, as the library would read it; it takes 40 times as long.
_MOBILE = re.compile(r"0([789]0)-?([1-9]\d{3})-?(\d{4})", re.ASCII)
# What nearly every name is; nothing of it is to be widened.
_WIDE_KATAKANA = re.compile("[ァ-ヴー・ \u3000]+")
_NOT_IN_KANA_KEY = re.compile(r"[\s・ー\-=.,]")


@dataclass(frozen=True, slots=True)
class MailReading:
    """An accepted address; *legacy_dots* means that strict mail libraries refuse it.

    *was_wide* means that it was written in full-width characters.
    """

    address: str = field(repr=False)
    legacy_dots: bool = False
    was_wide: bool = False


@dataclass(frozen=True, slots=True)
class PhoneReading:
    """An E.164 number; *unassigned* means that no carrier hands out this range."""

    number: str = field(repr=False)
    unassigned: bool = False


@dataclass(frozen=True, slots=True)
class MatchKey:
    """One text under which the same person would be found again, and its kind."""

    kind: str  # mail, phone, kana-birth, name-birth
    text: str = field(repr=False)


def read_mails(text: str) -> tuple[MailReading, ...]:
    """Return every address of a cell, which may hold several, in order.

    Raises:
        UnreadableError: one of them is no address.
    """
    parts = _SEPARATORS.split(unicodedata.normalize("NFKC", text).strip())
    return tuple(_mail(part, was_wide=part not in text) for part in parts if part)


def _mail(text: str, *, was_wide: bool) -> MailReading:
    # The apostrophe is what a spreadsheet puts before a text.
    local, _, domain = text.removeprefix("'").removeprefix("mailto:").rpartition("@")
    domain = domain.lower()
    if len(text) > _MAX_ADDRESS or len(local) > _MAX_LOCAL or not _DOMAIN.fullmatch(domain):
        raise UnreadableError("bad-mail")
    if _DOT_ATOM.fullmatch(local):
        return MailReading(f"{local}@{domain}", was_wide=was_wide)
    of_carrier = any(domain == name or domain.endswith(f".{name}") for name in _LEGACY_CARRIERS)
    if of_carrier and _LEGACY_LOCAL.fullmatch(local):
        return MailReading(f"{local}@{domain}", legacy_dots=True, was_wide=was_wide)
    raise UnreadableError("bad-mail")


def read_phone(text: str) -> PhoneReading:
    """Return the number of a cell; a zero that a spreadsheet dropped is put back.

    Raises:
        UnreadableError: no number of Japan, or of the country it names with +.
    """
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text)).strip()
    plain = _PHONE_LABEL.sub("", plain)
    if mobile := _MOBILE.fullmatch(plain):
        return PhoneReading("+81" + "".join(mobile.groups()))
    if len(plain) > _MAX_PHONE:
        raise UnreadableError("bad-phone")
    try:
        parsed = phonenumbers.parse(_PHONE_NOTE.sub("", plain), "JP")
    except phonenumbers.NumberParseException as error:
        raise UnreadableError("bad-phone") from error
    if not phonenumbers.is_possible_number(parsed):
        raise UnreadableError("bad-phone")
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return PhoneReading(number, unassigned=not phonenumbers.is_valid_number(parsed))


def kana(text: str) -> str:
    """Return *text* with half-width kana widened, hiragana as katakana, one space."""
    if _WIDE_KATAKANA.fullmatch(text):
        return " ".join(text.split())
    wide = unicodedata.normalize("NFKC", jaconv.h2z(text))
    return " ".join(jaconv.hira2kata(wide).split())


def kana_key(text: str) -> str:
    """Return the kana name as compared: no spaces, no ・ and no prolonged sound."""
    return _NOT_IN_KANA_KEY.sub("", _DASHES.sub("ー", kana(text)))


def mail_key(address: str) -> str:
    """Return the address as compared; dots and plus parts keep their meaning."""
    return unicodedata.normalize("NFKC", address).lower()


def match_keys(identity: Identity) -> tuple[MatchKey, ...]:
    """Return the texts under which *identity* is found again; each stands alone."""
    keys = [MatchKey("mail", mail_key(mail)) for mail in identity.mails]
    keys += [MatchKey("phone", phone) for phone in identity.phones]
    if identity.born_on:
        born_on = identity.born_on.isoformat()
        if identity.kana:
            keys.append(MatchKey("kana-birth", f"{kana_key(identity.kana)} {born_on}"))
        keys.append(MatchKey("name-birth", f"{folded(identity.name)} {born_on}"))
    return tuple(keys)
