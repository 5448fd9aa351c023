"""Invented applicants, as a vendor's server here holds them."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

End = Literal["", "org", "candidate", "hired", "unknown"]
BEGIN = datetime(2026, 10, 1, 3, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Applicant:
    """One application of its own person; *number* orders them, *changed* is the last change."""

    number: int
    changed: datetime
    end: End = ""
    stage: int = 1  # the place in the vendor's own list of steps
    furthest: int = 1

    @property
    def name(self) -> tuple[str, str]:
        return "架空", f"花子{self.number}"

    @property
    def mail(self) -> str:
        return f"hanako{self.number}@mail.example.jp"

    @property
    def phone(self) -> str:
        return f"0901234{self.number:04}"

    @property
    def applied(self) -> datetime:
        return BEGIN + timedelta(minutes=self.number)

    @property
    def ended(self) -> datetime | None:
        return self.changed if self.end else None

    def ending(self, end: End, at: datetime) -> "Applicant":
        return replace(self, end=end, changed=at)


def applicants(count: int) -> dict[int, Applicant]:
    """Return running applications with the numbers from 1."""
    return {
        number: Applicant(number, BEGIN + timedelta(minutes=number))
        for number in range(1, count + 1)
    }


def iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")
