"""Personal values at rest: a random key a person, destroyed to erase (PROTOCOL 6).

Two keys a person: the profile key goes at once when he asks, the statutory key at the
date of the record that the law asks for. Both are wrapped by the node's master key,
which itself lies in a key file under the passphrase. This protects a stolen disk or
backup; it does not protect against who holds both the database and the passphrase.
"""

from dataclasses import dataclass, field

from crypto import aead
from crypto.hashing import hmac_sha256
from node.storage.database import Tx
from node.storage.tables.person import Person
from protocol.identifiers import new_id


class ErasedError(Exception):
    """The key of these values was destroyed."""


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals and opens under the node's master key, and makes blind indexes."""

    master: bytes = field(repr=False)
    index: bytes = field(repr=False)

    def new_person(self, tx: Tx, day: str) -> str:
        """Add a person with fresh keys; return the random id."""
        person_id = new_id()
        tx.add(
            Person.new(
                id=person_id,
                since=day,
                profile_key=self._wrap(aead.new_key(), person_id, "profile"),
                statutory_key=self._wrap(aead.new_key(), person_id, "statutory"),
            )
        )
        tx.flush()
        return person_id

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
        return aead.open_sealed(self.master, person.profile_key, _place("profile", person_id))

    def _wrap(self, key: bytes, person_id: str, purpose: str) -> bytes:
        return aead.seal(self.master, key, _place(purpose, person_id))


def _place(place: str, person_id: str) -> bytes:
    return f"{place}/{person_id}".encode()
