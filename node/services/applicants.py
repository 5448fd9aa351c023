"""Applicants: the people who applied here, as lists show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from node.domain.recipients import Future
from node.domain.source import Source
from node.domain.tagging import TagFamily
from node.services.identities import Identities
from node.services.purpose_notice import unnoticed
from node.storage import applicants
from node.storage.applicants import ListedApplicant
from node.storage.database import Database, Tx
from protocol.taxonomy import Stage

# Age stays out of every page that a recruiter sees (DOMAIN 5).
SHOWN_FAMILIES: Final = tuple(family for family in TagFamily if family is not TagFamily.AGE)
PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Person:
    """One person in the list: the name, and nothing else of the identity."""

    id: str
    name: str
    job: str
    applied_on: date
    furthest: Stage
    ended_by: str | None
    is_hired: bool
    application_id: str
    future: Future | None  # what a recruiter said of the application
    unnoticed: date | None  # may not be introduced without consent: told nothing before this day


@dataclass(frozen=True, slots=True)
class Facet:
    """How many people bear a tag."""

    family: TagFamily
    value: str
    people: int


@dataclass(frozen=True, slots=True)
class Applicants:
    """Use cases on the people who applied here."""

    db: Database
    identities: Identities
    sources: Mapping[str, Source] = field(default_factory=dict)

    def facets(self) -> list[Facet]:
        """Return the tags that recruiters may see, with their counts."""
        with self.db.read() as tx:
            counted = applicants.tag_counts(tx, SHOWN_FAMILIES)
        return [Facet(TagFamily(family), value, people) for family, value, people in counted]

    def listed(self, *, tag: tuple[str, str] | None, page: int) -> tuple[list[Person], int]:
        """Return a page (from 1) of people, and how many there are in all.

        A *tag* (family, value) narrows them; by one that is not shown nobody is found.
        """
        if tag is not None and tag[0] not in SHOWN_FAMILIES:
            return [], 0
        with self.db.read() as tx:
            found = applicants.newest(tx, tag=tag, offset=(page - 1) * PAGE, limit=PAGE)
            return self._people(tx, found), applicants.count(tx, tag=tag)

    def unsaid(self, *, page: int) -> tuple[list[Person], int]:
        """Return a page (from 1) of the rejections of which nobody said what comes next.

        Also returned is how many there are in all; those told elsewhere are not among them.
        """
        with self.db.read() as tx:
            found = applicants.unsaid(tx, offset=(page - 1) * PAGE, limit=PAGE)
            return self._people(tx, found), applicants.count_unsaid(tx)

    def _people(self, tx: Tx, found: Sequence[ListedApplicant]) -> list[Person]:
        people = {row.person_id for row in found}
        marked = self._unnoticed(tx, people)
        identities = self.identities.of_all(tx, people)
        return [
            Person(
                id=row.person_id,
                name=identities[row.person_id].name if row.person_id in identities else "",
                job=row.job,
                applied_on=date.fromisoformat(row.applied_on),
                furthest=Stage(row.furthest),
                ended_by=row.ended_by,
                is_hired=row.hired,
                application_id=row.application_id,
                future=None if row.future is None else Future(row.future),
                unnoticed=marked.get(row.person_id),
            )
            for row in found
        ]

    def _unnoticed(self, tx: Tx, people: set[str]) -> dict[str, date]:
        marked = unnoticed(tx, self.sources, people)
        agreed = applicants.consenting(tx, marked) if marked else set()
        return {person_id: day for person_id, day in marked.items() if person_id not in agreed}
