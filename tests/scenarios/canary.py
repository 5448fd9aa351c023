"""Unusual texts sown as personal data, and the search for them in every writing (T20, T25)."""

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from tests.scenarios.applicants import applicant

# Each kind of personal data bears a text that nothing else in the project contains.
NAME, KANA, MAIL, PHONE = "鸒鷽", "ヸヷヹヺ", "kanariya7f3q", "9013709"
EMPLOYER, INTERVIEWER, ADDRESS, SKILL = "貔貅窯業", "麤靐", "鼉鼇町", "龗鱻術"
WRITTEN_PHONE = f"{PHONE[:2]}-{PHONE[2:6]}-{PHONE[6:]}"
MARKS = (NAME, KANA, MAIL, PHONE, WRITTEN_PHONE, EMPLOYER, INTERVIEWER, ADDRESS, SKILL)
_RARE = 0x9C00  # the first of a row of rare signs for fish, one a person


@dataclass(frozen=True, slots=True)
class Sown:
    """What is true of one invented person and of nobody else."""

    number: int

    @property
    def name(self) -> str:
        return f"{NAME}{chr(_RARE + self.number)} {chr(_RARE + 0x80 + self.number)}子"

    @property
    def kana(self) -> str:
        return f"{KANA}{self.number:03} カナ"

    @property
    def mail(self) -> str:
        return f"{MAIL}.{self.number:03}@mail.example.jp"

    @property
    def phone(self) -> str:
        return f"0{WRITTEN_PHONE}{self.number:03}"

    @property
    def words(self) -> tuple[str, ...]:
        """What only this person may read."""
        return self.name, self.mail, self.phone, self.phone.replace("-", "")

    def row(self, **changes: str) -> dict[str, str]:
        """Return the person's application, with an unknown skill and a column nobody reads."""
        return (
            applicant(
                self.number,
                氏名=self.name,
                フリガナ=self.kana,
                メールアドレス=self.mail,
                電話番号=self.phone,
                現在の勤務先=f"{EMPLOYER}{self.number}株式会社",
                書類面接官=f"{INTERVIEWER} {self.number % 5}",
                一次面接官=f"{INTERVIEWER} {self.number % 7}",
                スキル=f"法人営業、Excel、{SKILL}{self.number}",
                備考=f"架空市{ADDRESS}{self.number}",
            )
            | changes
        )


def forms(text: str) -> frozenset[bytes]:
    """Return how *text* may stand in a file: plain, escaped, encoded, in base64."""
    plain = text.encode()
    found = {
        plain,
        text.upper().encode(),
        text.encode("utf-16-le"),
        quote(text, safe="").encode(),
        quote(text, safe="").lower().encode(),
        json.dumps(text)[1:-1].encode(),
        ascii(text)[1:-1].encode(),
        plain.hex().encode(),
    }
    if not text.isascii():
        found.add(text.encode("cp932", "replace").split(b"?")[0] or plain)
    for ahead in range(3):
        # The signs that do not depend on what stands before and after; few are no find.
        body = b64encode(bytes(ahead) + plain)
        inner = body[(0, 2, 3)[ahead] : len(body) // 4 * 4 - 4]
        if len(inner) > 5:
            found |= {inner, inner.translate(bytes.maketrans(b"+/", b"-_"))}
    return frozenset(form for form in found if len(form) > 3)


def leaks(
    places: Mapping[str, Iterable[bytes]], texts: Iterable[str] = MARKS
) -> list[tuple[str, str]]:
    """Return each place with each text that it contains in any form."""
    sought = {text: forms(text) for text in texts}
    return [
        (place, text)
        for place, writings in places.items()
        for writing in (b"\n".join(writings),)
        for text, found in sought.items()
        if any(form in writing for form in found)
    ]
