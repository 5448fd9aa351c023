"""The identity of a person as it lies in the vault: one sealed canonical object.

The names of its values are those of protocol.identity, with the present employer beside
them, which leaves the node for nobody.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from crypto import canonical_json
from crypto.canonical_json import Json
from node.domain.applicant import Employer, Identity
from node.storage import people
from node.storage.database import Tx
from node.storage.vault import ErasedError, Vault

IDENTITY_PLACE: Final = "identity"
_AT_ONCE: Final = 1_000  # people that one statement names


@dataclass(frozen=True, slots=True)
class Identities:
    """Seals and opens identities under each person's own key."""

    vault: Vault

    def keep(self, tx: Tx, person_id: str, identity: Identity) -> None:
        """Seal *identity* in place of what was known of the person."""
        plain = packed_identity(identity)
        people.put_identity(tx, person_id, self.vault.seal(tx, person_id, IDENTITY_PLACE, plain))

    def of(self, tx: Tx, person_id: str) -> Identity:
        """Return the person's identity.

        Raises:
            ErasedError: it was erased, or there never was one.
        """
        found = self.of_all(tx, [person_id])
        if person_id not in found:
            raise ErasedError
        return found[person_id]

    def of_all(self, tx: Tx, people_ids: Collection[str]) -> dict[str, Identity]:
        """Return the identities of those people who were not erased."""
        found = {}
        everybody = list(people_ids)
        for start in range(0, len(everybody), _AT_ONCE):
            some = everybody[start : start + _AT_ONCE]
            for person_id, wrapped, sealed in people.identities(tx, some):
                key = self.vault.profile_key(person_id, wrapped)
                plain = self.vault.open_under(key, person_id, IDENTITY_PLACE, sealed)
                found[person_id] = _identity(canonical_json.loads(plain))
        return found


def packed_identity(identity: Identity) -> bytes:
    """Return *identity* as it is sealed."""
    found: dict[str, Json] = {"name": identity.name}
    if identity.kana is not None:
        found["kana"] = identity.kana
    if identity.born_on is not None:
        found["birth"] = identity.born_on.isoformat()
    if identity.mails:
        found["mails"] = [*identity.mails]
    if identity.phones:
        found["phones"] = [*identity.phones]
    if identity.postal is not None:
        found["postal"] = identity.postal
    if identity.prefecture is not None:
        found["prefecture"] = identity.prefecture
    employer: dict[str, Json] = {}
    if identity.employer.name is not None:
        employer["name"] = identity.employer.name
    if identity.employer.corporate_number is not None:
        employer["corporate_number"] = identity.employer.corporate_number
    if employer:
        found["employer"] = employer
    return canonical_json.dumps(found)


def _identity(document: Json) -> Identity:
    if not isinstance(document, dict):
        raise TypeError("not an identity")
    employer = document.get("employer")
    works_at = employer if isinstance(employer, dict) else {}
    birth = _text(document, "birth")
    return Identity(
        name=_text(document, "name") or "",
        kana=_text(document, "kana"),
        born_on=None if birth is None else date.fromisoformat(birth),
        mails=_texts(document, "mails"),
        phones=_texts(document, "phones"),
        postal=_text(document, "postal"),
        prefecture=_text(document, "prefecture"),
        employer=Employer(_text(works_at, "name"), _text(works_at, "corporate_number")),
    )


def _text(document: dict[str, Json], name: str) -> str | None:
    value = document.get(name)
    return value if isinstance(value, str) else None


def _texts(document: dict[str, Json], name: str) -> tuple[str, ...]:
    value = document.get(name)
    return tuple(str(one) for one in value) if isinstance(value, list) else ()
