"""Personal values at rest: a random key a person, destroyed to erase (PROTOCOL 6).

Two keys a person: the profile key goes at once when he asks, the statutory key at the
date of the record that the law asks for. Both are wrapped by the node's master key,
which itself lies in a key file under the passphrase. This protects a stolen disk or
backup; it does not protect against who holds both the database and the passphrase.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crypto import aead
from crypto.hashing import hmac_sha256
from node.storage.database import Tx
from node.storage.tables.person import Person
from protocol.identifiers import new_id


class ErasedError(Exception):
    """The key of these values was destroyed."""


@dataclass(frozen=True, slots=True)
class FreshPerson:
    """A person who is not stored yet: the row, and the profile key to seal with."""

    id: str
    profile_key: bytes = field(repr=False)
    values: Mapping[str, object] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals and opens under the node's master key, and makes blind indexes."""

    master: bytes = field(repr=False)
    index: bytes = field(repr=False)

    def new_person(self, tx: Tx, day: str) -> str:
        """Add a person with fresh keys; return the random id."""
        fresh = self.fresh_person(day)
        tx.add(Person.new(**fresh.values))
        tx.flush()
        return fresh.id

    def fresh_person(self, day: str) -> FreshPerson:
        """Return a person with fresh keys, whose row the caller stores."""
        person_id, key = new_id(), aead.new_key()
        values = {
            "id": person_id,
            "since": day,
            "profile_key": self._wrap(key, person_id, "profile"),
            "statutory_key": self._wrap(aead.new_key(), person_id, "statutory"),
        }
        return FreshPerson(person_id, key, values)

    def profile_key(self, person_id: str, wrapped: bytes) -> bytes:
        """Return a person's profile key; for work on many people at once."""
        return aead.open_sealed(self.master, wrapped, _place("profile", person_id))

    def seal_under(self, key: bytes, person_id: str, place: str, plaintext: bytes) -> bytes:
        """Seal as :meth:`seal` does, under a profile key that is at hand."""
        return aead.seal(key, plaintext, _place(place, person_id))

    def open_under(self, key: bytes, person_id: str, place: str, sealed: bytes) -> bytes:
        """Return what :meth:`seal` or :meth:`seal_under` sealed for that place."""
        return aead.open_sealed(key, sealed, _place(place, person_id))

    def seal(self, tx: Tx, person_id: str, place: str, plaintext: bytes) -> bytes:
        """Seal under the person's profile key, for one place.

        Raises:
            ErasedError: the key was destroyed.
        """
        return aead.seal(self._key(tx, person_id), plaintext, _place(place, person_id))

    def open(self, tx: Tx, person_id: str, place: str, sealed: bytes) -> bytes:
        """Return what was sealed for that place.

        Raises:
            ErasedError: the key was destroyed.
            BadCiphertextError: it was sealed for another person or place.
        """
        return aead.open_sealed(self._key(tx, person_id), sealed, _place(place, person_id))

    def seal_own(self, place: str, plaintext: bytes) -> bytes:
        """Seal something that belongs to no candidate under the master key."""
        return aead.seal(self.master, plaintext, place.encode())

    def open_own(self, place: str, sealed: bytes) -> bytes:
        """Return what :meth:`seal_own` sealed for that place."""
        return aead.open_sealed(self.master, sealed, place.encode())

    def blind(self, kind: str, value: str) -> bytes:
        """Return the keyed digest of a match key; without the key it cannot be guessed."""
        return hmac_sha256(self.index, kind.encode() + b"\n" + value.encode())

    def _key(self, tx: Tx, person_id: str) -> bytes:
        person = tx.get(Person, person_id)
        if person is None or person.profile_key is None:
            raise ErasedError
        return self.profile_key(person_id, person.profile_key)

    def _wrap(self, key: bytes, person_id: str, purpose: str) -> bytes:
        return aead.seal(self.master, key, _place(purpose, person_id))


def _place(place: str, person_id: str) -> bytes:
    return f"{place}/{person_id}".encode()
