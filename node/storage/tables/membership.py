"""The consortium's versions and its members' descriptors, all of them kept (PROTOCOL 5)."""

from sqlmodel import Field

from node.storage.tables.row import Row


class ConsortiumVersion(Row, table=True):
    """One adopted `consortium.json` as a signed document."""

    version: int = Field(primary_key=True)
    document: bytes


class MemberDescriptor(Row, table=True):
    """One member's node descriptor as a signed document."""

    member: str = Field(primary_key=True, max_length=32)
    number: int = Field(primary_key=True)
    document: bytes
