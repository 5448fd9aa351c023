"""Named queries on the keys of the company's own systems."""

from sqlmodel import col, select

from node.storage.database import Tx
from node.storage.tables.api_key import ApiKey


def by_digest(tx: Tx, digest: bytes) -> ApiKey | None:
    """Return the key whose secret has this digest."""
    return tx.exec(select(ApiKey).where(ApiKey.digest == digest)).one_or_none()


def by_id(tx: Tx, key_id: str) -> ApiKey | None:
    """Return a key by its id."""
    return tx.get(ApiKey, key_id)


def all_keys(tx: Tx) -> list[ApiKey]:
    """Return every key, the newest first."""
    return list(tx.exec(select(ApiKey).order_by(col(ApiKey.created).desc(), col(ApiKey.id))))
