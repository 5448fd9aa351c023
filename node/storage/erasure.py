"""Named queries on erasing people, and on people who are in a selection again."""

from sqlalchemy import exists, update
from sqlmodel import col, delete, or_, select

from node.domain.letter_life import UNSENT, State
from node.storage import letters, people, records
from node.storage.database import Tx
from node.storage.tables.application import Application
from node.storage.tables.consent import Consent
from node.storage.tables.duplicate import Merge, MergePart, NotSame
from node.storage.tables.letter import Letter, Link
from node.storage.tables.person import Block, Person
from node.storage.tables.record import ApplicationRecord, Change
from protocol.consent_life import State as ConsentState


def application(tx: Tx, remote: bytes) -> Application | None:
    """Return the application under a blind index of source and number."""
    return tx.exec(select(Application).where(Application.remote == remote)).first()


def applications(tx: Tx, person_id: str) -> list[Application]:
    """Return a person's applications."""
    query = select(Application).where(Application.person_id == person_id)
    return list(tx.exec(query.order_by(col(Application.id))))


def holders(tx: Tx, digest: bytes) -> list[str]:
    """Return the people who have a blind index, and whose key was not destroyed."""
    found = people.by_index(tx, [digest])
    query = select(Person.id).where(col(Person.id).in_(found), col(Person.profile_key).is_not(None))
    return sorted(tx.exec(query))


def shred(tx: Tx, person_id: str) -> None:
    """Destroy the profile keys of a person, and forget all that was sealed or derived.

    The applications stay as numbers of the statistics; nothing leads from them to anybody.
    """
    merged = _merged_into(tx, person_id)
    everybody = [person_id, *(merge.gone for merge in merged)]
    own = select(Application.id).where(Application.person_id == person_id)
    tx.execute(delete(Change).where(col(Change.application_id).in_(own)))
    tx.execute(delete(ApplicationRecord).where(col(ApplicationRecord.application_id).in_(own)))
    records.drop_states(tx, everybody)
    for one in everybody:
        records.drop_all_indexes(tx, one)
    for table in (Block, Link):
        tx.execute(delete(table).where(col(table.person_id).in_(everybody)))
    for side in (NotSame.one, NotSame.other):
        tx.execute(delete(NotSame).where(col(side).in_(everybody)))
    for merge in merged:
        tx.execute(delete(MergePart).where(col(MergePart.merge_id) == merge.id))
        tx.delete(merge)
    tx.execute(update(Person).where(col(Person.id).in_(everybody)).values(profile_key=None))
    tx.flush()


def unsent(tx: Tx, person_id: str) -> list[Letter]:
    """Return the letters to a person that have not left and still would."""
    waiting = (State.QUEUED, State.CONFIRMED)
    query = select(Letter).where(Letter.person_id == person_id, col(Letter.state).in_(waiting))
    return list(tx.exec(query))


def reopened(tx: Tx) -> list[Letter]:
    """Return the letters that nobody has, about applications that are no longer rejected."""
    query = (
        select(Letter)
        .join(Application, col(Application.id) == col(Letter.application_id))
        .where(
            Letter.kind == "rejection",
            col(Letter.state).in_(UNSENT),
            col(Application.ended_by).is_distinct_from("org"),
        )
    )
    return list(tx.exec(query))


def consented_in_selection(tx: Tx) -> list[str]:
    """Return who has a consent that stands and runs, or was hired, in a selection here."""
    # For each of the few consents, not over all applications: each tick asks.
    is_busy = exists().where(
        col(Application.person_id) == col(Consent.person_id),
        or_(col(Application.ended_by).is_(None), col(Application.hired).is_(True)),
    )
    query = select(Consent.person_id).where(Consent.state == ConsentState.GIVEN, is_busy)
    return sorted(set(tx.exec(query)))


def loosen(tx: Tx, application_id: str) -> None:
    """Free an application that shall go from what imports replaced, and from its letter.

    A letter that somebody has stays the person's.
    """
    tx.execute(delete(Change).where(col(Change.application_id) == application_id))
    letter = tx.exec(select(Letter).where(Letter.application_id == application_id)).first()
    if letter is None:
        return
    if letter.state in UNSENT:
        letters.drop_links(tx, letter.id)
        letters.drop(tx, letter)
    else:
        letter.application_id = None
        tx.flush()


def _merged_into(tx: Tx, person_id: str) -> list[Merge]:
    """Return every merge of which *person_id* is who is left, those before it included."""
    found: list[Merge] = []
    keepers = [person_id]
    while keepers:
        here = list(tx.exec(select(Merge).where(col(Merge.keeper).in_(keepers))))
        found += here
        keepers = [merge.gone for merge in here]
    return found
