"""The people whom a chunk of rows touches: read together, changed in memory, written together."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from node.domain.field import Field
from node.domain.record import PersonState, Record, identity_of, pack, state_of, unpack
from node.domain.sameness import may_be_same
from node.services.application_rows import ApplicationRows, Touched, record_place
from node.services.blocks import Blocks
from node.services.match_indexes import Indexes, indexes_of
from node.services.person_rows import PersonRows
from node.storage import records
from node.storage.database import Tx
from node.storage.duplicates import MOST_HOLDERS
from node.storage.tables.person import Person
from node.storage.tables.record import Change
from node.storage.vault import FreshPerson, Vault


@dataclass(slots=True)
class PeopleChunk:
    """Loads, changes and writes the people of one chunk, within one transaction.

    Whatever changed, what is derived of a person is built anew from all the records left.
    """

    vault: Vault
    blocks: Blocks
    renew: Callable[[Tx, str], None]
    retention: timedelta
    today: date
    _keys: dict[str, bytes] = field(default_factory=dict, repr=False)
    _sealed: dict[str, dict[str, bytes]] = field(default_factory=dict, repr=False)
    _records: dict[str, dict[str, Record]] = field(default_factory=dict, repr=False)
    _holders: dict[bytes, list[str]] = field(default_factory=dict)
    _fresh: dict[str, FreshPerson] = field(default_factory=dict, repr=False)
    _indexes: dict[tuple[bytes, str], str] = field(default_factory=dict)  # to be added
    _touched: dict[str, Touched] = field(default_factory=dict)  # by application
    _changes: list[Mapping[str, object]] = field(default_factory=list, repr=False)
    _removed: list[str] = field(default_factory=list)  # applications
    _gone: dict[str, list[Record]] = field(default_factory=dict, repr=False)  # by person
    _older: dict[str, list[records.Older]] = field(default_factory=dict)
    _resealed: list[records.Older] = field(default_factory=list)

    def load(
        self, tx: Tx, people: Collection[str], holders: Mapping[bytes, list[str]] | None = None
    ) -> None:
        """Read what is known of *people*, and keep who holds which blind index."""
        self._holders = {digest: [*held] for digest, held in (holders or {}).items()}
        self._sealed = records.of_people(tx, people)
        for person_id, wrapped in records.profile_keys(tx, people).items():
            if wrapped is not None:
                self._keys[person_id] = self.vault.profile_key(person_id, wrapped)

    def load_older(self, tx: Tx, person_id: str) -> None:
        """Read what imports replaced of a person whose applications shall be moved."""
        self._older = records.older(tx, {person_id})

    def has(self, person_id: str, application_id: str) -> bool:
        """Tell whether a person who was loaded has a record of that application."""
        return person_id in self._keys and application_id in self._of(person_id)

    def record(self, person_id: str, application_id: str) -> Record:
        """Return the record of an application that was here."""
        return self._of(person_id)[application_id]

    def add(
        self, application_id: str, record: Record, remote: bytes, indexes: Indexes, batch_id: str
    ) -> None:
        """Add an application to the person whom its indexes tell, else to a new one."""
        person_id = self._person(record, indexes)
        self._put(person_id, application_id, record, indexes)
        self._touched[application_id] = Touched(person_id, record, batch_id, remote)
        self._changes.append(_change(batch_id, application_id, None, None))

    def change(self, known: records.Known, record: Record, indexes: Indexes, batch_id: str) -> None:
        """Put *record* in the place of what was known of an application."""
        before = self._sealed[known.person_id][known.id]
        self._put(known.person_id, known.id, record, indexes)
        self._touched[known.id] = Touched(known.person_id, record, batch_id)
        self._changes.append(_change(batch_id, known.id, before, known.batch_id))

    def rewrite(self, person_id: str, application_id: str, record: Record) -> None:
        """Put *record* in the place of what was known, by no import."""
        self._of(person_id)[application_id] = record
        self._touched[application_id] = Touched(person_id, record, None)

    def remove(self, person_id: str, application_id: str) -> None:
        """Take an application away."""
        self._gone.setdefault(person_id, []).append(self._of(person_id).pop(application_id))
        self._removed.append(application_id)

    def take_back(self, change: records.Undoable) -> None:
        """Put back what stood before a change of an application, nothing where it was added."""
        if change.before is None:
            self.remove(change.person_id, change.application_id)
            return
        here = self._of(change.person_id)
        self._gone.setdefault(change.person_id, []).append(here[change.application_id])
        record = self._opened(change.person_id, change.application_id, change.before)
        here[change.application_id] = record
        self._touched[change.application_id] = Touched(change.person_id, record, change.previous)

    def applications(self, person_id: str) -> list[str]:
        """Return the applications of a person who was loaded."""
        return sorted(self._of(person_id))

    def move(self, person_id: str, applications: Collection[str], target: str) -> None:
        """Give applications of one person to another, with all that imports replaced of them."""
        gone = self._gone.setdefault(person_id, [])
        for application_id in applications:
            record = self._of(person_id).pop(application_id)
            gone.append(record)
            self._put(target, application_id, record, self._indexes_of(record))
            self._touched[application_id] = Touched(target, record, None)
        for older in self._older.get(person_id, ()):
            if older.application_id in applications:
                place = record_place(older.application_id)
                record = self._opened(person_id, older.application_id, older.sealed)
                gone.append(record)
                self._index(target, self._indexes_of(record))
                sealed = self.vault.seal_under(self._keys[target], target, place, pack(record))
                self._resealed.append(replace(older, sealed=sealed))

    def write(self, tx: Tx) -> None:
        """Write all that changed."""
        records.add(tx, Person, [fresh.values for fresh in self._fresh.values()])
        records.drop_applications(tx, self._removed)
        ApplicationRows(self.vault, self._keys).write(tx, self._touched)
        records.add(tx, Change, self._changes)
        for older in self._resealed:
            records.put_older(tx, older)
        rows = PersonRows(self.vault, self.blocks, self.renew, self._keys, self._fresh)
        people = {one.person_id for one in self._touched.values()} | set(self._gone)
        rows.write(tx, {one: self._state(one) for one in sorted(people) if self._of(one)})
        rows.add_indexes(tx, self._indexes)
        self._forget(tx, rows)

    def _forget(self, tx: Tx, rows: PersonRows) -> None:
        """Forget of people what only records told that are gone, and people who are gone."""
        dropped = records.drop_people(tx, [one for one in self._gone if not self._of(one)])
        left = {one: gone for one, gone in self._gone.items() if one not in dropped}
        older = records.older(tx, left)
        for person_id, gone in left.items():
            kept = [*self._of(person_id).values()]
            kept += [
                self._opened(person_id, one.application_id, one.sealed)
                for one in older.get(person_id, ())
            ]
            rows.forget(tx, person_id, gone, kept)

    def _state(self, person_id: str) -> PersonState:
        return state_of(self._in_order(person_id), retention=self.retention, today=self.today)

    def _indexes_of(self, record: Record) -> Indexes:
        return indexes_of(self.vault, record.source, record.candidate_id, record.identity)

    def _of(self, person_id: str) -> dict[str, Record]:
        if person_id not in self._records:
            self._records[person_id] = {
                application_id: self._opened(person_id, application_id, sealed)
                for application_id, sealed in self._sealed.get(person_id, {}).items()
            }
        return self._records[person_id]

    def _opened(self, person_id: str, application_id: str, sealed: bytes) -> Record:
        place = record_place(application_id)
        return unpack(self.vault.open_under(self._keys[person_id], person_id, place, sealed))

    def _in_order(self, person_id: str) -> list[Record]:
        """Return a person's records, the oldest application first."""
        by_age = sorted(
            self._of(person_id).items(), key=lambda one: (one[1].application.applied_on, one[0])
        )
        return [record for _, record in by_age]

    def _put(self, person_id: str, application_id: str, record: Record, indexes: Indexes) -> None:
        self._of(person_id)[application_id] = record
        self._index(person_id, indexes)

    def _index(self, person_id: str, indexes: Indexes) -> None:
        for kind, digest in indexes:
            held = self._holders.setdefault(digest, [])
            if person_id not in held:
                held.append(person_id)
                self._indexes[digest, person_id] = kind

    def twin(self, record: Record, indexes: Indexes) -> str | None:
        """Return the application here that *record* is, both without a number of their own.

        It is told by the person, the job and the day, for addresses are mended.
        """
        person_id = self._here(record, indexes)
        said = record.application
        for application_id, one in self._of(person_id).items() if person_id else ():
            here = one.application
            if (one.source, here.job, here.applied_on) == (
                record.source,
                said.job,
                said.applied_on,
            ) and not one.cells.get(Field.APPLICATION_ID):
                return application_id
        return None

    def _person(self, record: Record, indexes: Indexes) -> str:
        """Return the person who is here, else a new one."""
        known = self._here(record, indexes)
        if known is not None:
            return known
        fresh = self.vault.fresh_person(self.today.isoformat())
        self._fresh[fresh.id] = fresh
        self._keys[fresh.id] = fresh.profile_key
        return fresh.id

    def _here(self, record: Record, indexes: Indexes) -> str | None:
        """Return the person by number, else by the most match keys."""
        numbered = [digest for kind, digest in indexes if kind == "candidate"]
        for digest in numbered:
            for person_id in self._holders.get(digest, ()):
                return person_id
        held = [self._holders.get(digest, ()) for _, digest in indexes]
        shared = Counter(one for few in held if len(few) <= MOST_HOLDERS for one in few)
        for person_id in sorted(shared, key=lambda found: (-shared[found], found)):
            known = self._in_order(person_id) if person_id in self._keys else []
            if known and may_be_same(identity_of(known), record.identity):
                return person_id
        return None


def _change(
    batch_id: str, application_id: str, before: bytes | None, previous: str | None
) -> Mapping[str, object]:
    return {
        "batch_id": batch_id,
        "application_id": application_id,
        "before": before,
        "previous": previous,
    }
