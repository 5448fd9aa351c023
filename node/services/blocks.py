"""Companies that must never see a person, applied before anything goes out (PROTOCOL 6).

No cryptography replaces this list: a dishonest employer would leave its own staff out
of any set that it offers for a blind comparison.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from crypto import canonical_json
from node.domain.blocks import company_key, read_corporate_number
from node.domain.errors import UnreadableError
from node.storage import people
from node.storage.database import Tx
from node.storage.members import Members
from node.storage.tables.person import Block
from node.storage.vault import Vault
from protocol.identifiers import MemberId, new_id
from protocol.membership import Member


class BlockReason(StrEnum):
    """Why a company is on the list."""

    EMPLOYER = "employer"  # as the application says
    CHOSEN = "chosen"  # by the person


@dataclass(frozen=True, slots=True)
class Blocked:
    """One entry of a person's list."""

    name: str | None
    number: str | None
    reason: BlockReason


@dataclass(frozen=True, slots=True)
class Blocks:
    """Keeps each person's list, sealed, and compares it with the members."""

    vault: Vault
    members: Members

    def add(self, tx: Tx, person_id: str, company: str, reason: BlockReason) -> None:
        """Add a company by its name or by the 13 digits of its corporate number."""
        number: str | None
        try:
            number, name = read_corporate_number(company), None
        except UnreadableError:
            number, name = None, company.strip()
        self.add_entry(tx, person_id, Blocked(name, number, reason))

    def add_entry(self, tx: Tx, person_id: str, entry: Blocked) -> bool:
        """Add an entry; tell whether it is new."""
        known = self.of(tx, person_id)
        if any((one.name, one.number) == (entry.name, entry.number) for one in known):
            return False
        block_id = new_id()
        sealed = self.vault.seal(tx, person_id, _place(block_id), _packed(entry))
        tx.add(Block.new(id=block_id, person_id=person_id, sealed=sealed))
        tx.flush()
        return True

    def row(self, key: bytes, person_id: str, entry: Blocked) -> Mapping[str, object]:
        """Return the row of a new entry, sealed under the person's key."""
        block_id = new_id()
        sealed = self.vault.seal_under(key, person_id, _place(block_id), _packed(entry))
        return {"id": block_id, "person_id": person_id, "sealed": sealed}

    def opened(self, key: bytes, row: Block) -> Blocked:
        """Return the entry in a row, by the person's key."""
        return _entry(self.vault.open_under(key, row.person_id, _place(row.id), row.sealed))

    def remove_entry(self, tx: Tx, person_id: str, entry: Blocked) -> None:
        """Take an entry from the list, where it is on it for that reason."""
        for row, known in self._rows(tx, person_id):
            if known == entry:
                tx.delete(row)
        tx.flush()

    def of(self, tx: Tx, person_id: str) -> list[Blocked]:
        """Return a person's list."""
        return [entry for _, entry in self._rows(tx, person_id)]

    def _rows(self, tx: Tx, person_id: str) -> list[tuple[Block, Blocked]]:
        return [
            (row, _entry(self.vault.open(tx, person_id, _place(row.id), row.sealed)))
            for row in people.blocks(tx, [person_id])
        ]

    def is_blocked(self, tx: Tx, person_id: str, member: str) -> bool:
        """Tell whether a member is on the list, itself or by its group."""
        return self.blocked_as(tx, person_id, self.members.directory(tx).member(member)) is not None

    def blocked_as(self, tx: Tx, person_id: str, member: Member) -> BlockReason | None:
        """Return why a member is blocked, None where it is not."""
        directory = self.members.directory(tx)
        entries = self.of(tx, person_id)
        for other in directory.current.members:
            same_group = other.group is not None and other.group == member.group
            if other.id == member.id or same_group:
                for entry in entries:
                    if _names(entry, other):
                        return entry.reason
        return None

    def is_number_blocked(self, tx: Tx, person_id: str, number: str, name: str) -> bool:
        """Tell whether an employer that a proposal names is on the list."""
        directory = self.members.directory(tx)
        for member in directory.current.members:
            if member.corporate_number == number:
                return self.is_blocked(tx, person_id, MemberId(member.id))
        key = company_key(name)
        return any(
            entry.number == number or (entry.name is not None and company_key(entry.name) == key)
            for entry in self.of(tx, person_id)
        )


def _names(entry: Blocked, member: Member) -> bool:
    if entry.number is not None:
        return entry.number == member.corporate_number
    key = company_key(entry.name or "")
    return bool(key) and key in {company_key(member.name.ja), company_key(member.name.en)}


def _place(block_id: str) -> str:
    return f"block/{block_id}"


def _packed(entry: Blocked) -> bytes:
    document = {"reason": str(entry.reason)}
    if entry.name is not None:
        document["name"] = entry.name
    if entry.number is not None:
        document["number"] = entry.number
    return canonical_json.dumps({**document})


def _entry(plain: bytes) -> Blocked:
    document = canonical_json.loads(plain)
    if not isinstance(document, dict):
        raise TypeError("not an entry of a list")
    return Blocked(
        name=_text(document.get("name")),
        number=_text(document.get("number")),
        reason=BlockReason(str(document.get("reason"))),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
