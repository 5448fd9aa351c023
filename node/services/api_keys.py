"""Keys with which the company's own systems call this node: made, checked, revoked.

A key is 32 random bytes; the node keeps its SHA-256 alone, so a stolen database opens
nothing. Who holds a key can do what its scopes say until it is revoked.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crypto.encoding import b64url_encode
from crypto.hashing import sha256
from crypto.randomness import random_bytes
from node.clock import Clock, seconds
from node.i18n import from_seconds
from node.services.errors import NoSuchRecordError, RefusedChoiceError, ServiceError
from node.storage import api_keys
from node.storage.database import Database
from node.storage.tables.api_key import ApiKey
from protocol.identifiers import new_id

PREFIX = "tasuki_"
_USE_EVERY_S = 60  # how exactly the last use is kept
_MAX_NAME = 200


class Scope(StrEnum):
    """What a key may do."""

    APPLICANTS_WRITE = "applicants:write"


class KeyRefusedError(ServiceError):
    """No such key, or it was revoked; which of them is not told."""


class ScopeMissingError(ServiceError):
    """The key is good for something else."""


@dataclass(frozen=True, slots=True)
class ListedKey:
    """One key as lists show it."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    created: datetime
    used: datetime | None
    revoked: datetime | None


@dataclass(frozen=True, slots=True)
class ApiKeys:
    """Use cases on keys."""

    db: Database
    clock: Clock

    def add(self, name: str, scopes: frozenset[Scope]) -> str:
        """Make a key and return its secret, which nobody can show again.

        Raises:
            RefusedChoiceError: no name of one line, or no scope.
        """
        if not name.strip() or not name.isprintable() or len(name) > _MAX_NAME:
            raise RefusedChoiceError("name", "write one line that tells the key apart")
        if not scopes:
            raise RefusedChoiceError("scopes", "choose what the key may do")
        secret = PREFIX + b64url_encode(random_bytes(32))
        with self.db.begin() as tx:
            tx.add(
                ApiKey.new(
                    id=new_id(),
                    name=name.strip(),
                    digest=sha256(secret.encode()),
                    scopes=" ".join(sorted(scopes)),
                    created=seconds(self.clock.now()),
                )
            )
        return secret

    def check(self, secret: str, scope: Scope) -> str:
        """Return the id of the key with that secret.

        Raises:
            KeyRefusedError: there is none, or it was revoked.
            ScopeMissingError: it may not do this.
        """
        now = seconds(self.clock.now())
        digest = sha256(secret.encode())
        with self.db.read() as tx:
            key = api_keys.by_digest(tx, digest)
        if key is None or key.revoked is not None:
            raise KeyRefusedError("no such key")
        if scope not in key.scopes.split():
            raise ScopeMissingError("the key may not do this")
        if key.used is None or now - key.used >= _USE_EVERY_S:
            with self.db.begin() as tx:
                kept = api_keys.by_id(tx, key.id)
                if kept is not None:
                    kept.used = now
        return key.id

    def revoke(self, key_id: str) -> None:
        """End a key at once.

        Raises:
            NoSuchRecordError: there is none of that id.
        """
        with self.db.begin() as tx:
            key = api_keys.by_id(tx, key_id)
            if key is None:
                raise NoSuchRecordError("no such key")
            if key.revoked is None:
                key.revoked = seconds(self.clock.now())

    def listed(self) -> list[ListedKey]:
        """Return every key, the newest first."""
        with self.db.read() as tx:
            return [
                ListedKey(
                    id=key.id,
                    name=key.name,
                    scopes=tuple(Scope(scope) for scope in key.scopes.split()),
                    created=from_seconds(key.created),
                    used=None if key.used is None else from_seconds(key.used),
                    revoked=None if key.revoked is None else from_seconds(key.revoked),
                )
                for key in api_keys.all_keys(tx)
            ]
