"""Named queries on people: profiles, the gate's register, suppression, blocks."""

from collections.abc import Collection

from sqlmodel import col, or_, select

from node.domain.recipients import Scope
from node.storage.database import Tx
from node.storage.tables.application import Application
from node.storage.tables.person import (
    BlindIndex,
    Block,
    Identity,
    Person,
    Profile,
    Suppression,
)
from protocol.anonymity import GateRow
from protocol.taxonomy import Region, StageBand, Years


def register(tx: Tx, *, today: str) -> list[GateRow]:
    """Return each person whom this company rejected and still keeps, once, for the gate."""
    return [gate_row(profile) for profile in registered(tx, today=today)]


def registered(tx: Tx, *, today: str) -> list[Profile]:
    """Return the profiles of the people in the gate's register."""
    rejected = select(Application.person_id).where(Application.ended_by == "org")
    query = (
        select(Profile)
        .where(col(Profile.person_id).in_(rejected), Profile.retained_until >= today)
        .order_by(col(Profile.person_id))
    )
    return list(tx.exec(query))


def gate_row(profile: Profile) -> GateRow:
    """Return the four values of a person that the gate looks at."""
    return GateRow(
        region=None if profile.region is None else Region(profile.region),
        occupation=profile.occupation,
        years=None if profile.years is None else Years(profile.years),
        stage=None if profile.stage is None else StageBand(profile.stage),
    )


def profile(tx: Tx, person_id: str) -> Profile | None:
    """Return the coarse values of a person."""
    return tx.get(Profile, person_id)


def identities(tx: Tx, people: Collection[str]) -> list[tuple[str, bytes, bytes]]:
    """Return person, wrapped profile key and sealed identity of those who were not erased."""
    query = (
        select(Identity.person_id, Person.profile_key, Identity.sealed)
        .join(Person, col(Person.id) == col(Identity.person_id))
        .where(col(Identity.person_id).in_(people), col(Person.profile_key).is_not(None))
    )
    return [(person_id, key or b"", sealed) for person_id, key, sealed in tx.exec(query)]


def put_identity(tx: Tx, person_id: str, sealed: bytes) -> None:
    """Keep the sealed identity of a person in place of an earlier one."""
    row = tx.get(Identity, person_id)
    if row is None:
        tx.add(Identity.new(person_id=person_id, sealed=sealed))
    else:
        row.sealed = sealed
    tx.flush()


def nullifier(tx: Tx, person_id: str, fresh: bytes) -> bytes:
    """Return the person's nullifier; *fresh* becomes it where there is none yet."""
    row = tx.get_one(Person, person_id)
    if row.nullifier is None:
        row.nullifier = fresh
        tx.flush()
    return row.nullifier or fresh


def by_index(tx: Tx, digests: list[bytes]) -> list[str]:
    """Return the people who have one of these blind indexes."""
    query = select(BlindIndex.person_id).where(col(BlindIndex.digest).in_(digests)).distinct()
    return list(tx.exec(query))


def indexes(tx: Tx, person_id: str) -> list[bytes]:
    """Return every blind index of a person."""
    return list(tx.exec(select(BlindIndex.digest).where(BlindIndex.person_id == person_id)))


def is_suppressed(tx: Tx, digests: Collection[bytes], scope: Scope) -> bool:
    """Tell whether one of these is not to be used in the way of *scope*."""
    query = select(Suppression.digest).where(
        col(Suppression.digest).in_(digests), Suppression.scope == scope
    )
    return tx.exec(query.limit(1)).first() is not None


def is_suppressed_before(tx: Tx, digests: list[bytes], *, day: str) -> bool:
    """Tell whether one of these asked before *day* not to be asked, or was erased."""
    query = select(Suppression.digest).where(
        col(Suppression.digest).in_(digests),
        or_(
            (col(Suppression.scope) == Scope.ASK) & (col(Suppression.day) < day),
            col(Suppression.scope) == Scope.ERASED,
        ),
    )
    return tx.exec(query.limit(1)).first() is not None


def suppress(tx: Tx, person_id: str, *, scope: Scope, day: str) -> None:
    """Remember by blind index alone what is not to be done with this person."""
    for digest in indexes(tx, person_id):
        suppress_index(tx, digest, scope=scope, day=day)


def suppress_index(tx: Tx, digest: bytes, *, scope: Scope, day: str) -> None:
    """Remember it of one blind index, such as that of an address that bounced."""
    if tx.get(Suppression, (digest, scope)) is None:
        tx.add(Suppression.new(digest=digest, scope=scope, day=day))
    tx.flush()


def give_up(tx: Tx, digest: bytes, *, day: str) -> None:
    """Remember that an address bounced, on the latest such day."""
    tx.merge(Suppression.new(digest=digest, scope=Scope.ADDRESS, day=day))
    tx.flush()


def bounced(tx: Tx, digests: Collection[bytes]) -> dict[bytes, str]:
    """Return those addresses that bounced, and on which day the last time."""
    query = select(Suppression.digest, Suppression.day).where(
        col(Suppression.digest).in_(digests), Suppression.scope == Scope.ADDRESS
    )
    return dict(tx.exec(query).all())


def unsuppress_since(tx: Tx, person_id: str, *, day: str) -> bool:
    """Undo that the person asked not to be asked, of that day or later; tell if there was one."""
    query = select(Suppression).where(
        col(Suppression.digest).in_(indexes(tx, person_id)),
        Suppression.scope == Scope.ASK,
        Suppression.day >= day,
    )
    found = list(tx.exec(query))
    for row in found:
        tx.delete(row)
    tx.flush()
    return bool(found)


def blocks(tx: Tx, people: Collection[str]) -> list[Block]:
    """Return the sealed blocks of these people."""
    return list(tx.exec(select(Block).where(col(Block.person_id).in_(people))))


def nullifiers(tx: Tx) -> list[tuple[bytes, str]]:
    """Return every nullifier with its person."""
    query = select(Person.nullifier, Person.id).where(col(Person.nullifier).is_not(None))
    return [(nullifier or b"", person) for nullifier, person in tx.exec(query)]
