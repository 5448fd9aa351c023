"""Who does what in the demo: which candidates agree, how, and who stays silent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from crypto.ed25519 import SigningKey
from node.demo.applicants import (
    CORPORATE_NUMBER,
    EMPLOYED_AT_BETA,
    REJECTED_TWICE,
    applications,
)
from node.demo.candidates import Candidate, Wish
from node.demo.errors import DemoError
from node.demo.mailbox import Mail

AGREE: Final = {"alpha": 59, "beta": 15, "gamma": 12}  # persons
WITHOUT_KEY: Final = {"alpha": 8, "beta": 3, "gamma": 2}
DECLINE: Final = {"alpha": 3, "beta": 1, "gamma": 1}
COUNTED: Final = {"alpha": 50, "beta": 12, "gamma": 10}
HIRES: Final = {"alpha": 5, "beta": 1, "gamma": 1}
_AVAILABILITIES: Final = ("now", "3m", "open")


@dataclass(frozen=True, slots=True)
class Part:
    """One candidate with the letter that is answered and what is chosen."""

    candidate: Candidate
    mail: Mail
    wish: Wish


@dataclass(frozen=True, slots=True)
class Cast:
    """The candidates of one company."""

    company: str
    agreeing: tuple[Part, ...]
    declining: tuple[Part, ...]
    never_asked_again: tuple[Mail, ...]


@dataclass(frozen=True, slots=True)
class FirstActs:
    """The two whose consents end before their claim, both at alpha."""

    doubled: Part  # one person who agrees twice; the second consent replaces the first
    withdrawn: Part


def first_acts(offers: Sequence[Mail], *, today: date) -> FirstActs:
    """Return who acts first, chosen among alpha's letters that ask.

    Raises:
        DemoError: the person who was rejected for two jobs was not asked once.
    """
    address = _address("alpha", REJECTED_TWICE, today)
    letters = [mail for mail in offers if mail.to == address]
    if len(letters) != 1:
        raise DemoError("the person who was rejected for two jobs was not asked once")
    doubled = Part(Candidate(address, SigningKey.generate()), letters[0], Wish())
    special = {address, _address("alpha", EMPLOYED_AT_BETA, today)}
    other = next(mail for mail in reversed(offers) if mail.to not in special)
    withdrawn = Part(Candidate(other.to, SigningKey.generate()), other, Wish())
    return FirstActs(doubled, withdrawn)


def cast(company: str, offers: Sequence[Mail], acted: Sequence[Part], *, today: date) -> Cast:
    """Return what the candidates of *company* do; *acted* have their consents already."""
    done = {part.candidate.address for part in acted}
    open_offers = [mail for mail in offers if mail.to not in done]
    count = AGREE[company] - len(done)
    chosen = list(_spread(open_offers, count))
    if company == "alpha":
        chosen = _with(chosen, open_offers, _address(company, EMPLOYED_AT_BETA, today))
    parts = tuple(_part(company, number, mail) for number, mail in enumerate(chosen))
    others = [mail for mail in open_offers if mail not in chosen]
    declining = others[: DECLINE[company]]
    return Cast(
        company,
        agreeing=parts,
        declining=tuple(Part(Candidate(mail.to, None), mail, Wish()) for mail in declining),
        never_asked_again=(others[-1],),
    )


def _part(company: str, number: int, mail: Mail) -> Part:
    """Return what the candidate of that *number* does; the first ones have no script."""
    key = None if number < WITHOUT_KEY[company] else SigningKey.generate()
    wish = Wish(
        availability=_AVAILABILITIES[number // 3 % 3] if number % 3 == 0 else None,
        shows_skills=number % 2 == 0,
        # One person of alpha wants nothing to do with gamma.
        never=(CORPORATE_NUMBER["gamma"],) if company == "alpha" and number == 20 else (),  # noqa: PLR2004 - any of them
    )
    return Part(Candidate(mail.to, key), mail, wish)


def _spread(offers: Sequence[Mail], count: int) -> Iterator[Mail]:
    """Return *count* of the letters, evenly over all jobs and stages."""
    for turn in range(count):
        yield offers[turn * len(offers) // count]


def _with(chosen: list[Mail], offers: Sequence[Mail], address: str) -> list[Mail]:
    """Return *chosen* with that person's letter among them."""
    if any(mail.to == address for mail in chosen):
        return chosen
    return [*chosen[:-1], next(mail for mail in offers if mail.to == address)]


def _address(company: str, person: str, today: date) -> str:
    rows = applications(company, today=today)
    return next(row["メールアドレス"] for row in rows if row["候補者ID"] == person)
