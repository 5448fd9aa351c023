"""The rows that a chunk of records becomes: applications, stages, jobs, interviewers."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from node.domain.applicant import Outcome
from node.domain.record import Record, pack
from node.domain.tagging import age_band
from node.storage import records
from node.storage.database import Tx
from node.storage.tables import application as tables
from node.storage.tables.record import ApplicationRecord
from node.storage.vault import Vault
from protocol.identifiers import new_id


@dataclass(frozen=True, slots=True)
class Touched:
    """An application as it shall stand; new ones bring *remote*.

    *batch_id* is the import that wrote it last, None where that stays as it is.
    """

    person_id: str
    record: Record
    batch_id: str | None
    remote: bytes | None = None


@dataclass(frozen=True, slots=True)
class ApplicationRows:
    """Writes applications, many at a time; *keys* are the people's own."""

    vault: Vault
    keys: Mapping[str, bytes] = field(repr=False)

    def write(self, tx: Tx, touched: Mapping[str, Touched]) -> None:
        """Write every application of *touched*, by id, with what hangs on it."""
        jobs = self._jobs(tx, touched)
        interviewers = self._interviewers(tx, touched)
        packed = {application_id: pack(one.record) for application_id, one in touched.items()}
        added = []
        for application_id, one in touched.items():
            values = self._values(one, packed[application_id], jobs)
            if one.remote is None:
                records.change(tx, application_id, values)
            else:
                new = {"id": application_id, "remote": one.remote, "was_open": False}
                added.append(new | values)
        records.add(tx, tables.Application, added)
        records.drop_details(tx, [key for key, one in touched.items() if one.remote is None])
        records.add(
            tx,
            tables.StageEvent,
            [
                event
                for application_id, one in touched.items()
                for event in _events(application_id, one.record, interviewers)
            ],
        )
        self._keep(tx, touched, packed)

    def _keep(self, tx: Tx, touched: Mapping[str, Touched], packed: Mapping[str, bytes]) -> None:
        """Keep the records themselves."""
        records.add(
            tx,
            ApplicationRecord,
            [
                {
                    "application_id": application_id,
                    "sealed": self.vault.seal_under(
                        self.keys[one.person_id],
                        one.person_id,
                        record_place(application_id),
                        packed[application_id],
                    ),
                }
                for application_id, one in touched.items()
            ],
        )

    def _values(self, one: Touched, packed: bytes, jobs: Mapping[str, str]) -> dict[str, object]:
        said, identity = one.record.application, one.record.identity
        written = {} if one.batch_id is None else {"batch_id": one.batch_id}
        return {
            **written,
            "person_id": one.person_id,
            "content": self.vault.blind("row", packed.decode()),
            "source": one.record.source,
            "job_id": jobs[said.job],
            "route": str(said.route),
            "medium": said.medium,
            "applied_on": said.applied_on.isoformat(),
            "furthest": str(said.furthest),
            "ended_by": said.ended_by and str(said.ended_by),
            "ended_kind": said.ended_kind and str(said.ended_kind),
            "reason": said.reason and str(said.reason),
            "ended_on": None if said.ended_on is None else said.ended_on.isoformat(),
            "hired": said.outcome is Outcome.HIRED,
            "may_mail": said.may_mail,
            "age_band": age_band(identity.born_on, said.applied_on),
            "cost_yen": said.cost_yen,
        }

    def _jobs(self, tx: Tx, touched: Mapping[str, Touched]) -> dict[str, str]:
        """Return the ids of all jobs by title, after adding those that are new."""
        named = {
            one.record.application.job: one.record.application.occupation
            for one in touched.values()
        }
        here = records.jobs(tx, named)
        fresh = {title: new_id() for title in named if title not in here}
        records.add(
            tx,
            tables.Job,
            [
                {"id": job_id, "title": title, "occupation": named[title]}
                for title, job_id in fresh.items()
            ],
        )
        for title, (job_id, occupation) in here.items():
            said = named[title]
            if said is not None and said != occupation:
                records.set_occupation(tx, job_id, said)
        return fresh | {title: job_id for title, (job_id, _) in here.items()}

    def _interviewers(self, tx: Tx, touched: Mapping[str, Touched]) -> dict[str, str]:
        """Return the ids of all interviewers by name, after adding those that are new."""
        names = dict.fromkeys(
            rating.interviewer
            for one in touched.values()
            for rating in one.record.application.ratings
        )
        digests = {name: self._digest(name) for name in names}
        # Of two spellings of one name the first is kept.
        named = {digest: name for name, digest in reversed(digests.items())}
        here = records.interviewers(tx, named)
        fresh = {digest: new_id() for digest in named if digest not in here}
        records.add(
            tx,
            tables.Interviewer,
            [
                {
                    "id": one_id,
                    "digest": digest,
                    "sealed": self.vault.seal_own(f"interviewer/{one_id}", named[digest].encode()),
                }
                for digest, one_id in fresh.items()
            ],
        )
        ids = here | fresh
        return {name: ids[digest] for name, digest in digests.items()}

    def _digest(self, interviewer: str) -> bytes:
        """Return the blind index of an interviewer's name."""
        spelt = "".join(unicodedata.normalize("NFKC", interviewer).split())
        return self.vault.blind("interviewer", spelt)


def record_place(application_id: str) -> str:
    """Return the place for which a record is sealed."""
    return f"record/{application_id}"


def _events(
    application_id: str, record: Record, interviewers: Mapping[str, str]
) -> Iterator[dict[str, object]]:
    said = record.application
    events = {one.stage: one for one in said.events}
    ratings = {one.stage: one for one in said.ratings}
    for stage in events | ratings:
        event, rating = events.get(stage), ratings.get(stage)
        yield {
            "application_id": application_id,
            "stage": str(stage),
            "held_on": None if event is None or event.on is None else event.on.isoformat(),
            "result": None if event is None else str(event.result),
            "rating": None if rating is None else rating.ordinal,
            "scale": None if rating is None else rating.scale,
            "interviewer_id": None if rating is None else interviewers[rating.interviewer],
        }
