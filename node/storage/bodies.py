"""Named queries on the bodies behind commitments (PROTOCOL 1)."""

from sqlmodel import col, select, update

from crypto import canonical_json
from crypto.canonical_json import Json
from node.storage.database import Tx
from node.storage.tables.body import Body
from node.storage.vault import Vault
from protocol.body import Opening


def put(
    tx: Tx, leaf_id: str, member: str, opening: Opening, *, sealed: bytes | None = None
) -> None:
    """Keep an opening; *sealed* replaces the values of a person by their sealed bytes."""
    values = None if opening.pr is None else canonical_json.dumps(opening.pr)
    tx.add(
        Body.new(
            leaf_id=leaf_id,
            member=member,
            ev=canonical_json.dumps(opening.ev),
            n_e=opening.n_e,
            pr=values if sealed is None else sealed,
            n_p=opening.n_p,
            pr_hash=opening.pr_hash,
        )
    )


def put_personal(
    tx: Tx, vault: Vault, person_id: str, leaf_id: str, member: str, opening: Opening
) -> None:
    """Keep an opening whose values are sealed under the person's profile key."""
    values = vault.seal(tx, person_id, f"body/{leaf_id}", canonical_json.dumps(opening.pr))
    put(tx, leaf_id, member, opening, sealed=values)
    tx.flush()
    tx.get_one(Body, (leaf_id, member)).person_id = person_id


def evidence(tx: Tx, member: str, leaf_id: str) -> Opening | None:
    """Return the opening of a member's leaf in its erased form, None where it is not held."""
    row = tx.get(Body, (leaf_id, member))
    if row is None:
        return None
    return Opening(ev=_object(row.ev), n_e=row.n_e, pr=None, n_p=None, pr_hash=row.pr_hash)


def whole(tx: Tx, member: str, leaf_id: str) -> Opening | None:
    """Return the opening with its values where they were neither erased nor sealed."""
    row = tx.get(Body, (leaf_id, member))
    if row is None or row.person_id is not None:
        return None
    return Opening(
        ev=_object(row.ev),
        n_e=row.n_e,
        pr=None if row.pr is None else _object(row.pr),
        n_p=row.n_p,
        pr_hash=row.pr_hash,
    )


def values(tx: Tx, vault: Vault, member: str, leaf_id: str) -> bytes | None:
    """Return the opened values of a person's body, None where they were erased."""
    row = tx.get(Body, (leaf_id, member))
    if row is None or row.pr is None or row.person_id is None:
        return None
    return vault.open(tx, row.person_id, f"body/{leaf_id}", row.pr)


def erase(tx: Tx, member: str, leaf_ids: list[str]) -> None:
    """Destroy the values and their nonce; the evidence and the hash stay."""
    rows = update(Body).where(col(Body.member) == member, col(Body.leaf_id).in_(leaf_ids))
    tx.exec(rows.values(pr=None, n_p=None))


def held(tx: Tx, member: str, leaf_ids: list[str]) -> set[str]:
    """Return those of the leaves whose body is held."""
    query = select(Body.leaf_id).where(Body.member == member, col(Body.leaf_id).in_(leaf_ids))
    return set(tx.exec(query))


def _object(text: bytes) -> dict[str, Json]:
    found = canonical_json.loads(text)
    return found if isinstance(found, dict) else {}
