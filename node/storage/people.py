"""Named queries on people: profiles, the gate's register, suppression, blocks."""

from sqlmodel import col, or_, select

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


def identity(tx: Tx, person_id: str) -> bytes | None:
    """Return the sealed identity of a person."""
    row = tx.get(Identity, person_id)
    return None if row is None else row.sealed


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


def is_suppressed(tx: Tx, digests: list[bytes]) -> bool:
    """Tell whether one of these belongs to a person who was erased or said "never ask"."""
    query = select(Suppression.digest).where(col(Suppression.digest).in_(digests)).limit(1)
    return tx.exec(query).first() is not None


def is_suppressed_before(tx: Tx, digests: list[bytes], *, day: str) -> bool:
    """Tell whether one of these was suppressed before *day*, or erased."""
    query = select(Suppression.digest).where(
        col(Suppression.digest).in_(digests),
        or_(Suppression.day < day, Suppression.reason != "never"),
    )
    return tx.exec(query.limit(1)).first() is not None


def suppress(tx: Tx, person_id: str, *, reason: str, day: str) -> None:
    """Remember by blind index alone that this person is not to be asked or taken in again."""
    for digest in indexes(tx, person_id):
        if tx.get(Suppression, digest) is None:
            tx.add(Suppression.new(digest=digest, reason=reason, day=day))
    tx.flush()


def unsuppress_since(tx: Tx, person_id: str, *, day: str) -> bool:
    """Undo a "never ask" of that day or later; tell whether there was one."""
    query = select(Suppression).where(
        col(Suppression.digest).in_(indexes(tx, person_id)),
        Suppression.reason == "never",
        Suppression.day >= day,
    )
    found = list(tx.exec(query))
    for row in found:
        tx.delete(row)
    tx.flush()
    return bool(found)


def blocks(tx: Tx, person_id: str) -> list[Block]:
    """Return the sealed blocks of a person."""
    return list(tx.exec(select(Block).where(Block.person_id == person_id)))


def nullifiers(tx: Tx) -> list[tuple[bytes, str]]:
    """Return every nullifier with its person."""
    query = select(Person.nullifier, Person.id).where(col(Person.nullifier).is_not(None))
    return [(nullifier or b"", person) for nullifier, person in tx.exec(query)]
