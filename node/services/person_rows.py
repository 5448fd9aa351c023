"""The rows that follow from all records of a person: identity, profile, tags, indexes, blocks."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from node.domain.applicant import Employer
from node.domain.record import PersonState, Record
from node.services.blocks import Blocked, BlockReason, Blocks
from node.services.identities import IDENTITY_PLACE, packed_identity
from node.services.match_indexes import indexes_of
from node.storage import people, records
from node.storage.database import Tx
from node.storage.tables.person import BlindIndex, Block, Identity, Profile, Tag
from node.storage.vault import Vault


@dataclass(frozen=True, slots=True)
class PersonRows:
    """Writes what is derived of people; *keys* are their own, *fresh* are in no table yet."""

    vault: Vault
    blocks: Blocks
    renew: Callable[[Tx, str], None]
    keys: Mapping[str, bytes] = field(repr=False)
    fresh: Collection[str]

    def write(self, tx: Tx, states: Mapping[str, PersonState]) -> None:
        """Write *states* in the place of what was derived before."""
        records.drop_states(tx, [person_id for person_id in states if person_id not in self.fresh])
        records.add(
            tx,
            Identity,
            [
                {"person_id": person_id, "sealed": self._sealed(person_id, state)}
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
        self._block(tx, {person_id: state.employers for person_id, state in states.items()})

    def add_indexes(self, tx: Tx, indexes: Mapping[tuple[bytes, str], str]) -> None:
        """Add blind indexes: digest and person, with the kind."""
        records.add(
            tx,
            BlindIndex,
            [
                {"digest": digest, "person_id": person_id, "kind": kind}
                for (digest, person_id), kind in sorted(indexes.items())
            ],
        )

    def forget(
        self, tx: Tx, person_id: str, gone: Sequence[Record], kept: Sequence[Record]
    ) -> None:
        """Forget the blind indexes and the employers' blocks that *gone* told and *kept* do not."""
        lost = self._digests(gone) - self._digests(kept)
        records.drop_indexes(tx, person_id, lost)
        named = {one.identity.employer for one in gone} - {one.identity.employer for one in kept}
        for employer in named:
            entry = Blocked(employer.name, employer.corporate_number, BlockReason.EMPLOYER)
            self.blocks.remove_entry(tx, person_id, entry)

    def _digests(self, told: Sequence[Record]) -> set[bytes]:
        return {
            digest
            for one in told
            for _, digest in indexes_of(self.vault, one.source, one.candidate_id, one.identity)
        }

    def _block(self, tx: Tx, employers: Mapping[str, Sequence[Employer]]) -> None:
        """Block every employer that a person's records name."""
        known: dict[str, set[tuple[str | None, str | None]]] = {}
        here = [one for one in employers if one not in self.fresh]
        for row in people.blocks(tx, here):
            entry = self.blocks.opened(self.keys[row.person_id], row)
            known.setdefault(row.person_id, set()).add((entry.name, entry.number))
        rows = [
            self.blocks.row(
                self.keys[person_id],
                person_id,
                Blocked(one.name, one.corporate_number, BlockReason.EMPLOYER),
            )
            for person_id, named in employers.items()
            for one in named
            if (one.name, one.corporate_number) not in known.get(person_id, ())
        ]
        records.add(tx, Block, rows)
        for person_id in sorted({str(row["person_id"]) for row in rows} - set(self.fresh)):
            # Tokens that are out already may show the person to a new employer.
            self.renew(tx, person_id)

    def _sealed(self, person_id: str, state: PersonState) -> bytes:
        plain = packed_identity(state.identity)
        return self.vault.seal_under(self.keys[person_id], person_id, IDENTITY_PLACE, plain)


def _profile(person_id: str, state: PersonState) -> dict[str, object]:
    said = state.profile
    return {
        "person_id": person_id,
        "region": said.region and str(said.region),
        "occupation": said.occupation,
        "years": said.years and str(said.years),
        "stage": str(state.stage),
        "skills": " ".join(said.skills),
        "retained_until": state.retained_until.isoformat(),
    }
