"""The blind indexes under which a person is found again."""

from collections.abc import Sequence

from node.domain.applicant import Identity
from node.domain.contact import match_keys
from node.storage.vault import Vault

Indexes = Sequence[tuple[str, bytes]]  # kind, digest


def indexes_of(vault: Vault, source: str, candidate_id: str, identity: Identity) -> Indexes:
    """Return kind and digest of each, the number in the source's own system first."""
    found = [(key.kind, vault.blind(key.kind, key.text)) for key in match_keys(identity)]
    if candidate_id:
        found.insert(0, ("candidate", candidate_index(vault, source, candidate_id)))
    return tuple(dict.fromkeys(found))


def candidate_index(vault: Vault, source: str, candidate_id: str) -> bytes:
    """Return the blind index of a source's own number of a person."""
    return vault.blind("candidate", f"{source}\n{candidate_id}")


def application_index(vault: Vault, source: str, remote_id: str) -> bytes:
    """Return the blind index of a source's own number of an application."""
    return vault.blind("application", f"{source}\n{remote_id}")
