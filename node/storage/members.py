"""Named queries on the consortium: versions and descriptors, read as one directory."""

from dataclasses import dataclass, field

from sqlmodel import col, select

from node.storage.database import Tx
from node.storage.tables.membership import ConsortiumVersion, MemberDescriptor
from protocol.descriptor import Descriptor
from protocol.directory import Directory
from protocol.document import Signed
from protocol.membership import Consortium


def put_version(tx: Tx, consortium: Consortium, document: bytes) -> None:
    """Keep an adopted version."""
    tx.add(ConsortiumVersion.new(version=consortium.version, document=document))
    tx.flush()


def put_descriptor(tx: Tx, descriptor: Descriptor, document: bytes) -> None:
    """Keep a verified descriptor; the same number again changes nothing."""
    if tx.get(MemberDescriptor, (descriptor.member, descriptor.number)) is None:
        tx.add(
            MemberDescriptor.new(
                member=descriptor.member, number=descriptor.number, document=document
            )
        )
        tx.flush()


def version_documents(tx: Tx) -> list[bytes]:
    """Return every version as a signed document, oldest first."""
    query = select(ConsortiumVersion.document).order_by(col(ConsortiumVersion.version))
    return list(tx.exec(query))


def version_document(tx: Tx, version: int) -> bytes | None:
    """Return one version as a signed document."""
    row = tx.get(ConsortiumVersion, version)
    return None if row is None else row.document


def descriptor_documents(tx: Tx) -> list[bytes]:
    """Return every descriptor as a signed document, by member and number."""
    query = select(MemberDescriptor.document).order_by(
        col(MemberDescriptor.member), col(MemberDescriptor.number)
    )
    return list(tx.exec(query))


def descriptor_document(tx: Tx, member: str, number: int | None = None) -> bytes | None:
    """Return one descriptor as a signed document, the newest where no number is given."""
    query = select(MemberDescriptor.document).where(MemberDescriptor.member == member)
    if number is not None:
        query = query.where(MemberDescriptor.number == number)
    return tx.exec(query.order_by(col(MemberDescriptor.number).desc()).limit(1)).first()


@dataclass(frozen=True, slots=True)
class Members:
    """Reads the directory; parsed once for as long as nothing was added."""

    _parsed: dict[tuple[bytes, ...], Directory] = field(default_factory=dict)

    def directory(self, tx: Tx) -> Directory:
        """Return who is who, from the documents that were verified when they were kept."""
        # By their content: rows of a transaction that is rolled back leave nothing behind.
        key = (*version_documents(tx), *descriptor_documents(tx))
        if key not in self._parsed:
            directory = Directory.of(
                [Consortium.parse(Signed.parse(text).doc) for text in version_documents(tx)],
                [Descriptor.parse(Signed.parse(text).doc) for text in descriptor_documents(tx)],
            )
            self._parsed.clear()
            self._parsed[key] = directory
        return self._parsed[key]
