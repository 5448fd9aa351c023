"""People who may be one: listed with the reason, merged or kept apart at once, undoable."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Final

from node.clock import Clock, seconds
from node.domain.applicant import Identity
from node.domain.contact import kana_key
from node.domain.name_variants import folded
from node.services.errors import MergeRefusedError, NothingToDoError
from node.services.identities import Identities
from node.services.merging import Merging
from node.storage import duplicates
from node.storage.database import Database, Tx
from node.storage.tables.duplicate import Merge
from protocol.identifiers import new_id

LISTED: Final = 50  # pairs on a page
_AT_ONCE: Final = 200  # pairs whose people are read together
_MOST_READ: Final = 2_000  # pairs of which most may be families


class Reason(StrEnum):
    """What two people share."""

    NUMBER = "number"  # a row came under the number of another person
    MAIL = "mail"
    PHONE = "phone"
    NAME = "name"  # with the birth date, in any form of its characters


_REASONS: Final = {
    "candidate": Reason.NUMBER,
    "mail": Reason.MAIL,
    "phone": Reason.PHONE,
    "kana-birth": Reason.NAME,
    "name-birth": Reason.NAME,
}

Pair = tuple[str, str]  # two people


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of two people: the name as written, and the latest application, where there is one."""

    person_id: str
    name: str = field(repr=False)
    job: str | None
    applied_on: date | None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two people who may be one; *same_birth* is None where one's is not known."""

    one: Candidate
    other: Candidate
    reasons: tuple[Reason, ...]
    same_birth: bool | None


@dataclass(frozen=True, slots=True)
class Decided:
    """What a step did; of *refused* pairs both have a consent that stands."""

    step: str
    merged: int
    kept_apart: int
    refused: int


@dataclass(frozen=True, slots=True)
class Step:
    """The last step, which can be undone."""

    id: str
    merged: int
    kept_apart: int


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Use cases on people who may be one."""

    db: Database
    clock: Clock
    identities: Identities
    merging: Merging

    def listed(self) -> list[Duplicate]:
        """Return the first LISTED pairs of people who may be one."""
        with self.db.read() as tx:
            return list(islice(self._found(tx), LISTED))

    def decide(self, same: Sequence[Pair], apart: Sequence[Pair]) -> Decided:
        """Merge the pairs of *same* and keep those of *apart* apart, all in one step.

        A pair of which both have a consent that stands is left as it is.

        Raises:
            NoSuchRecordError: one of them is not here; nothing was changed.
            NothingToDoError: no pair was given.
        """
        if not same and not apart:
            raise NothingToDoError("no pair")
        step, refused = new_id(), 0
        left: dict[str, str] = {}
        with self.db.begin() as tx:
            for pair in same:
                one, other = (_left(left, person_id) for person_id in pair)
                if one == other:
                    continue
                try:
                    keeper = self.merging.merge(tx, one, other, step=step)
                except MergeRefusedError:
                    refused += 1
                else:
                    left[other if keeper == one else one] = keeper
            for pair in apart:
                one, other = (_left(left, person_id) for person_id in pair)
                if one != other:
                    now = seconds(self.clock.now())
                    duplicates.keep_apart(tx, one, other, step=step, at=now)
        return Decided(step, len(left), len(apart), refused)

    def last(self) -> Step | None:
        """Return the last step, None where there is none to undo."""
        with self.db.read() as tx:
            found = duplicates.latest(tx)
        return None if found is None else Step(*found)

    def undo(self, step: str) -> None:
        """Take a step back: who was merged is two again, who was kept apart is listed again.

        Raises:
            NothingToDoError: there is no such step.
            MergeRefusedError: somebody of it consented since, or was merged again.
        """
        with self.db.begin() as tx:
            merges = duplicates.merges_of(tx, step)
            if not merges and not duplicates.is_apart(tx, step):
                raise NothingToDoError("no such step")
            for merge in _latest_first(merges):
                self.merging.split(tx, merge)
            duplicates.rejoin(tx, step)

    def _found(self, tx: Tx) -> Iterator[Duplicate]:
        pairs = duplicates.pairs(tx, _REASONS, limit=_MOST_READ)
        for start in range(0, len(pairs), _AT_ONCE):
            some = pairs[start : start + _AT_ONCE]
            people = {person_id for one, other, _ in some for person_id in (one, other)}
            known = self.identities.of_all(tx, people)
            for one, other, kinds in some:
                here = one in known and other in known
                if here and _may_be_one(known[one], known[other], kinds):
                    yield self._duplicate(tx, (one, other), kinds, known)

    def _duplicate(
        self, tx: Tx, pair: Pair, kinds: frozenset[str], known: Mapping[str, Identity]
    ) -> Duplicate:
        one, other = (self._candidate(tx, person_id, known[person_id]) for person_id in pair)
        reasons = tuple(sorted({_REASONS[kind] for kind in kinds if kind in _REASONS}))
        return Duplicate(one, other, reasons, _same_birth(*(known[one] for one in pair)))

    def _candidate(self, tx: Tx, person_id: str, identity: Identity) -> Candidate:
        latest = duplicates.newest_application(tx, person_id)
        if latest is None:
            return Candidate(person_id, identity.name, None, None)
        return Candidate(person_id, identity.name, latest[0], date.fromisoformat(latest[1]))


def _latest_first(merges: Sequence[Merge]) -> Iterator[Merge]:
    """Yield merges so that who was merged again is parted from the last first."""
    left = [*merges]
    while left:
        gone = {merge.gone for merge in left}
        yield from (merge for merge in left if merge.keeper not in gone)
        left = [merge for merge in left if merge.keeper in gone]


def _left(left: dict[str, str], person_id: str) -> str:
    """Return who is left of a person after the merges of *left*."""
    while person_id in left:
        person_id = left[person_id]
    return person_id


def _may_be_one(one: Identity, other: Identity, kinds: frozenset[str]) -> bool:
    """Tell whether two who share something are not just of one family or house."""
    is_told = "candidate" in kinds or _same_birth(one, other) is not False
    return is_told or _has_one_name(one, other)


def _same_birth(one: Identity, other: Identity) -> bool | None:
    if one.born_on is None or other.born_on is None:
        return None
    return one.born_on == other.born_on


def _has_one_name(one: Identity, other: Identity) -> bool:
    if one.kana and other.kana and kana_key(one.kana) == kana_key(other.kana):
        return True
    return folded(one.name) == folded(other.name)
