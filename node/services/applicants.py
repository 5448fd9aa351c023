"""Applicants: the record of one application, kept apart as identity, profile and selection."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from node.clock import Clock
from node.domain.applicant import STAGE_ORDER, Identity, Outcome, Rating
from node.domain.applicant import StageEvent as Event
from node.domain.csv_applications import ParsedRow
from node.domain.sameness import renewed
from node.domain.tagging import TagFamily, age_band, tags
from node.i18n import local_day
from node.services.blocks import Blocked, BlockReason, Blocks
from node.services.identities import Identities
from node.storage import applicants, applications, people
from node.storage.database import Database, Tx
from node.storage.tables.application import Application, Interviewer, Job, StageEvent
from node.storage.tables.person import Profile
from node.storage.vault import ErasedError, Vault
from protocol.identifiers import new_id
from protocol.taxonomy import STAGE_BAND_OF, Stage

# Age stays out of every page that a recruiter sees (DOMAIN 5).
SHOWN_FAMILIES: Final = tuple(family for family in TagFamily if family is not TagFamily.AGE)
PAGE: Final = 50

_COARSE: Final = ("region", "occupation", "years", "skills")

Indexes = Sequence[tuple[str, bytes]]  # kind, digest


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
    clock: Clock
    vault: Vault
    identities: Identities
    blocks: Blocks
    retention: timedelta
    renew: Callable[[Tx, str], None]

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
            people_found = [
                Person(
                    id=row.person_id,
                    name=self._name(tx, row.person_id),
                    job=row.job,
                    applied_on=date.fromisoformat(row.applied_on),
                    furthest=Stage(row.furthest),
                    ended_by=row.ended_by,
                    is_hired=row.hired,
                )
                for row in found
            ]
            return people_found, applicants.count(tx, tag=tag)

    def add(
        self,
        tx: Tx,
        person_id: str,
        row: ParsedRow,
        remote: bytes,
        content: bytes,
        batch_id: str,
        indexes: Indexes,
    ) -> None:
        """Keep a new application of a person."""
        application = Application.new(
            id=new_id(),
            remote=remote,
            person_id=person_id,
            batch_id=batch_id,
            **self._values(tx, row, content),
        )
        tx.add(application)
        tx.flush()
        self._keep(tx, application, row, indexes)

    def change(
        self, tx: Tx, application: Application, row: ParsedRow, content: bytes, indexes: Indexes
    ) -> None:
        """Keep what the row now says of an application that is here already."""
        for name, value in self._values(tx, row, content).items():
            setattr(application, name, value)
        tx.flush()
        self._keep(tx, application, row, indexes)

    def _values(self, tx: Tx, row: ParsedRow, content: bytes) -> dict[str, object]:
        said = row.application
        return {
            "content": content,
            "job_id": self._job(tx, row),
            "route": str(said.route),
            "medium": said.medium,
            "applied_on": said.applied_on.isoformat(),
            "furthest": str(said.furthest),
            "ended_by": None if said.ended_by is None else str(said.ended_by),
            "ended_kind": None if said.ended_kind is None else str(said.ended_kind),
            "ended_on": None if said.ended_on is None else said.ended_on.isoformat(),
            "hired": said.outcome is Outcome.HIRED,
            "age_band": age_band(row.identity.born_on, said.applied_on),
            "cost_yen": said.cost_yen,
        }

    def _keep(self, tx: Tx, application: Application, row: ParsedRow, indexes: Indexes) -> None:
        """Keep stages, identity, profile and tags behind an application."""
        person_id = application.person_id
        applications.put_events(tx, application.id, self._events(tx, application.id, row))
        applicants.put_indexes(tx, person_id, indexes)
        others = applications.of_person(tx, person_id)
        # The newest application speaks for the person; an older one only adds its stage.
        if application.applied_on >= others[0].applied_on:
            identity = self._identity(tx, person_id, row.identity)
            self.identities.keep(tx, person_id, identity)
            pairs = tags(identity, row.profile, row.application).pairs()
            applicants.put_tags(tx, person_id, [(str(name), str(value)) for name, value in pairs])
        self._profile(tx, application, row, others)
        employer = row.identity.employer
        if employer.name is not None or employer.corporate_number is not None:
            entry = Blocked(employer.name, employer.corporate_number, BlockReason.EMPLOYER)
            if self.blocks.add_entry(tx, person_id, entry):
                # Tokens that are out already may show the person to a new employer.
                self.renew(tx, person_id)

    def _identity(self, tx: Tx, person_id: str, said: Identity) -> Identity:
        try:
            return renewed(self.identities.of(tx, person_id), said)
        except ErasedError:
            return said

    def _profile(
        self, tx: Tx, application: Application, row: ParsedRow, all_of: list[Application]
    ) -> None:
        old = people.profile(tx, application.person_id)
        is_newest = application.applied_on >= all_of[0].applied_on
        furthest = max((Stage(one.furthest) for one in all_of), key=STAGE_ORDER.__getitem__)
        ended = row.application.ended_on or local_day(self.clock.now())
        until = (ended + self.retention).isoformat()
        kept = {} if old is None else {name: getattr(old, name) for name in _COARSE}
        if is_newest or old is None:
            kept |= _coarse(row)
        applicants.put_profile(
            tx,
            Profile.new(
                person_id=application.person_id,
                stage=str(STAGE_BAND_OF[furthest]),
                retained_until=until if old is None else max(until, old.retained_until),
                **kept,
            ),
        )

    def _job(self, tx: Tx, row: ParsedRow) -> str:
        title, occupation = row.application.job, row.application.occupation
        job = applications.job_by_title(tx, title)
        if job is None:
            job = Job.new(id=new_id(), title=title, occupation=occupation)
            tx.add(job)
            tx.flush()
        elif occupation is not None:
            job.occupation = occupation
        return job.id

    def _events(self, tx: Tx, application_id: str, row: ParsedRow) -> list[StageEvent]:
        events = {event.stage: event for event in row.application.events}
        ratings = {rating.stage: rating for rating in row.application.ratings}
        stages = sorted({*events, *ratings}, key=STAGE_ORDER.__getitem__)
        return [
            self._event(tx, application_id, stage, events.get(stage), ratings.get(stage))
            for stage in stages
        ]

    def _event(
        self, tx: Tx, application_id: str, stage: Stage, event: Event | None, rating: Rating | None
    ) -> StageEvent:
        held_on = None if event is None or event.on is None else event.on.isoformat()
        return StageEvent.new(
            application_id=application_id,
            stage=str(stage),
            held_on=held_on,
            result=None if event is None else str(event.result),
            rating=None if rating is None else rating.ordinal,
            scale=None if rating is None else rating.scale,
            interviewer_id=None if rating is None else self._interviewer(tx, rating.interviewer),
        )

    def _interviewer(self, tx: Tx, name: str) -> str:
        spelt = "".join(unicodedata.normalize("NFKC", name).split())
        digest = self.vault.blind("interviewer", spelt)
        known = applications.interviewer(tx, digest)
        if known is not None:
            return known.id
        interviewer_id = new_id()
        sealed = self.vault.seal_own(f"interviewer/{interviewer_id}", name.encode())
        tx.add(Interviewer.new(id=interviewer_id, digest=digest, sealed=sealed))
        tx.flush()
        return interviewer_id

    def _name(self, tx: Tx, person_id: str) -> str:
        try:
            return self.identities.of(tx, person_id).name
        except ErasedError:
            return ""


def _coarse(row: ParsedRow) -> dict[str, str]:
    """Return those values of the profile that the row has."""
    said = row.profile
    values = (said.region, said.occupation, said.years, " ".join(said.skills))
    return {name: str(value) for name, value in zip(_COARSE, values, strict=True) if value}
