"""Applicants whom only their own word and a recruiter's click put on file.

Such a record holds an address until the person says the rest on the page behind the
link. An import that brings the same address joins it; in statistics it never counts.
"""

from dataclasses import dataclass, field, replace
from typing import Final

from node.clock import seconds
from node.domain.applicant import Application, Identity, Outcome, Profile
from node.domain.batch_life import State
from node.domain.mapping import ColumnMapping
from node.domain.record import Record
from node.domain.rows import ParsedRow
from node.domain.source import SELF_TOLD
from node.i18n import Bilingual, from_seconds, local_day
from node.services.errors import NothingToDoError, RefusedChoiceError
from node.services.links import LIFETIME, Links, Visit
from node.services.match_indexes import application_index
from node.services.records import Records
from node.storage import batches, erasure, self_told
from node.storage.database import Database, Tx
from node.storage.tables.application import Batch
from protocol.taxonomy import EndedBy, Region, Route, Years
from protocol.vocabulary import OCCUPATIONS

MAX_NAME: Final = 100
_BATCH: Final = SELF_TOLD  # the one batch that all these records belong to
_MAPPING: Final = ColumnMapping(SELF_TOLD, Bilingual("", ""), columns={})


@dataclass(frozen=True, slots=True)
class Claim:
    """What is known of an applicant so far; *id* names the application."""

    id: str
    mail: str = field(repr=False)
    asked_at: int


@dataclass(frozen=True, slots=True)
class About:
    """What a person says on the own page; None is unsaid."""

    name: str = field(repr=False)
    occupation: str | None
    region: Region | None
    years: Years | None


@dataclass(frozen=True, slots=True)
class SelfTold:
    """Use cases on such records."""

    db: Database
    links: Links
    records: Records

    def add(self, tx: Tx, claim: Claim) -> str:
        """Put a rejected applicant on file, and return the person's id.

        Raises:
            NothingToDoError: that person must not be taken in.
        """
        asked = local_day(from_seconds(claim.asked_at))
        row = _row(
            claim.id,
            Identity(name="", mails=(claim.mail,)),
            Profile(),
            Application(
                remote_id=claim.id,
                job=SELF_TOLD,
                applied_on=asked,
                route=Route.OTHER,
                outcome=Outcome.ENDED,
                ended_by=EndedBy.ORG,
                ended_on=asked,
                may_mail=False,
            ),
        )
        self._take(tx, row)
        found = self_told.told_elsewhere(
            tx, application_index(self.records.vault, SELF_TOLD, claim.id)
        )
        if found is None:
            raise NothingToDoError("the person must not be taken in")
        self_told.forget_guesses(tx, found)
        return found

    def is_silent(self, secret: str) -> bool:
        """Tell whether the link's person is on file by an address alone.

        Raises:
            LinkError: the link opens nothing.
        """
        with self.db.read() as tx:
            link = self.links.look(tx, secret, "consent")
            found = self._record(tx, link.person_id)
            return found is not None and not found.identity.name

    def tell(self, visit: Visit, about: About) -> None:
        """Put on file what the person says.

        Raises:
            NothingToDoError: the person is on file by more than an own word.
            RefusedChoiceError: a name that is none, or a code that is not offered.
        """
        name = " ".join(about.name.split())
        if not name.isprintable() or not 1 <= len(name) <= MAX_NAME:
            raise RefusedChoiceError("name", f"1 to {MAX_NAME} characters")
        if about.occupation is not None and about.occupation not in OCCUPATIONS:
            raise RefusedChoiceError("occupation", "not an occupation that is offered")
        with self.db.begin() as tx:
            record = self._record(tx, visit.person_id)
            if record is None:
                raise NothingToDoError("the person is on file by more than an own word")
            profile = Profile(region=about.region, occupation=about.occupation, years=about.years)
            identity = replace(record.identity, name=name)
            self._take(tx, _row(record.candidate_id, identity, profile, record.application))
            self_told.forget_guesses(tx, visit.person_id)

    def forget_due(self) -> int:
        """Forget who never answered and whose links are dead; return how many.

        Nothing stands against who asks again: it would be a new record.
        """
        at = self.links.clock.now() - LIFETIME
        with self.db.read() as tx:
            if not self_told.unanswered(tx, day=local_day(at).isoformat(), at=seconds(at)):
                return 0
        with self.db.begin() as tx:
            found = self_told.unanswered(tx, day=local_day(at).isoformat(), at=seconds(at))
            chunk = self.records.chunk()
            chunk.load(tx, {person_id for person_id, _ in found})
            for person_id, application_id in found:
                chunk.remove(person_id, application_id)
            chunk.write(tx)
            for person_id, _ in found:
                erasure.shred(tx, person_id)
        self.db.forget()
        return len(found)

    def _record(self, tx: Tx, person_id: str) -> Record | None:
        """Return the person's record where there is no other than the own word."""
        chunk = self.records.chunk()
        chunk.load(tx, [person_id])
        found = self_told.applications(tx, person_id)
        if [source for _, source in found] != [SELF_TOLD]:
            return None
        return chunk.record(person_id, found[0][0])

    def _take(self, tx: Tx, row: ParsedRow) -> None:
        if batches.of(tx, _BATCH) is None:
            batches.add(tx, _batch())
        self.records.take(tx, [row], source=SELF_TOLD, mapping=_MAPPING, batch_id=_BATCH)
        # Nothing of it can be undone as an import, so what stood before is not kept.
        self_told.drop_changes(tx, _BATCH)


def _row(number: str, identity: Identity, profile: Profile, application: Application) -> ParsedRow:
    return ParsedRow(
        line=0,
        candidate_id=number,
        identity=identity,
        profile=profile,
        application=application,
        cells={},
        raw=(),
    )


def _batch() -> Batch:
    return Batch.new(
        id=_BATCH,
        source=SELF_TOLD,
        state=State.DONE,
        format="csv",
        encoding="utf-8",
        header="[]",
        mapping="{}",
        dropped="{}",
        chunks=0,
        lines=0,
        started=0,  # before every import, so that it is the newest of none
        finished=0,
    )
