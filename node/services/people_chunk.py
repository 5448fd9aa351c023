"""The people whom a chunk of rows touches: read together, changed in memory, written together."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from node.domain.record import PersonState, Record, state_of, unpack
from node.domain.sameness import may_be_same
from node.services.application_rows import ApplicationRows, Touched, record_place
from node.services.blocks import Blocked, BlockReason, Blocks
from node.services.identities import IDENTITY_PLACE, packed_identity
from node.storage import records
from node.storage.database import Tx
from node.storage.tables.person import BlindIndex, Identity, Person, Profile, Tag
from node.storage.vault import FreshPerson, Vault

Indexes = Sequence[tuple[str, bytes]]  # kind, digest


@dataclass(slots=True)
class PeopleChunk:
    """Loads, changes and writes the people of one chunk, within one transaction."""

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

    def load(self, tx: Tx, people: Collection[str], holders: Mapping[bytes, list[str]]) -> None:
        """Read what is known of *people*, and keep who holds which blind index."""
        self._holders = {digest: [*held] for digest, held in holders.items()}
        self._sealed = records.of_people(tx, people)
        for person_id, wrapped in records.profile_keys(tx, people).items():
            if wrapped is not None:
                self._keys[person_id] = self.vault.profile_key(person_id, wrapped)

    def record(self, person_id: str, application_id: str) -> Record:
        """Return the record of an application that was here."""
        return self._of(person_id)[application_id]

    def add(self, application_id: str, record: Record, remote: bytes, indexes: Indexes) -> None:
        """Add an application to the person whom its indexes tell, else to a new one."""
        person_id = self._person(record, indexes)
        self._put(person_id, application_id, record, indexes)
        self._touched[application_id] = Touched(person_id, record, remote, None)

    def change(self, person_id: str, application_id: str, record: Record, indexes: Indexes) -> None:
        """Put *record* in the place of what was known of an application."""
        before = self._sealed[person_id][application_id]
        self._put(person_id, application_id, record, indexes)
        self._touched[application_id] = Touched(person_id, record, None, before)

    def write(self, tx: Tx, batch_id: str) -> None:
        """Write all that changed."""
        records.add(tx, Person, [fresh.values for fresh in self._fresh.values()])
        ApplicationRows(self.vault, self._keys, batch_id).write(tx, self._touched)
        states = {
            person_id: state_of(
                self._in_order(person_id), retention=self.retention, today=self.today
            )
            for person_id in sorted({one.person_id for one in self._touched.values()})
        }
        self._write_states(tx, states)
        self._write_blocks(tx, states)

    def _of(self, person_id: str) -> dict[str, Record]:
        if person_id not in self._records:
            self._records[person_id] = {
                application_id: unpack(
                    self.vault.open_under(
                        self._keys[person_id], person_id, record_place(application_id), sealed
                    )
                )
                for application_id, sealed in self._sealed.get(person_id, {}).items()
            }
        return self._records[person_id]

    def _in_order(self, person_id: str) -> list[Record]:
        """Return a person's records, the oldest application first."""
        by_age = sorted(
            self._of(person_id).items(), key=lambda one: (one[1].application.applied_on, one[0])
        )
        return [record for _, record in by_age]

    def _put(self, person_id: str, application_id: str, record: Record, indexes: Indexes) -> None:
        self._of(person_id)[application_id] = record
        for kind, digest in indexes:
            held = self._holders.setdefault(digest, [])
            if person_id not in held:
                held.append(person_id)
                self._indexes[digest, person_id] = kind

    def _person(self, record: Record, indexes: Indexes) -> str:
        """Return the person: by number, else by the most match keys, else a new one."""
        numbered = [digest for kind, digest in indexes if kind == "candidate"]
        for digest in numbered:
            for person_id in self._holders.get(digest, ()):
                return person_id
        shared = Counter(
            person_id for _, digest in indexes for person_id in self._holders.get(digest, ())
        )
        for person_id in sorted(shared, key=lambda found: (-shared[found], found)):
            known = self._in_order(person_id) if person_id in self._keys else []
            if known and may_be_same(known[-1].identity, record.identity):
                return person_id
        fresh = self.vault.fresh_person(self.today.isoformat())
        self._fresh[fresh.id] = fresh
        self._keys[fresh.id] = fresh.profile_key
        return fresh.id

    def _write_states(self, tx: Tx, states: Mapping[str, PersonState]) -> None:
        old = [person_id for person_id in states if person_id not in self._fresh]
        records.drop_states(tx, old)
        records.add(
            tx,
            Identity,
            [
                {
                    "person_id": person_id,
                    "sealed": self.vault.seal_under(
                        self._keys[person_id],
                        person_id,
                        IDENTITY_PLACE,
                        packed_identity(state.identity),
                    ),
                }
                for person_id, state in states.items()
            ],
        )
        records.add(tx, Profile, [_profile(*one) for one in states.items()])
        records.add(
            tx,
            Tag,
            [
                {"person_id": person_id, "family": family, "value": value}
                for person_id, state in states.items()
                for family, value in state.tags
            ],
        )
        records.add(
            tx,
            BlindIndex,
            [
                {"digest": digest, "person_id": person_id, "kind": kind}
                for (digest, person_id), kind in self._indexes.items()
            ],
        )

    def _write_blocks(self, tx: Tx, states: Mapping[str, PersonState]) -> None:
        for person_id, state in states.items():
            for employer in state.employers:
                entry = Blocked(employer.name, employer.corporate_number, BlockReason.EMPLOYER)
                if self.blocks.add_entry(tx, person_id, entry) and person_id not in self._fresh:
                    # Tokens that are out already may show the person to a new employer.
                    self.renew(tx, person_id)


def _profile(person_id: str, state: PersonState) -> dict[str, object]:
    said = state.profile
    return {
        "person_id": person_id,
        "region": said.region,
        "occupation": said.occupation,
        "years": said.years,
        "stage": state.stage,
        "skills": " ".join(said.skills),
        "retained_until": state.retained_until.isoformat(),
    }
