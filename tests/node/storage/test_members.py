import pytest

from node.storage import members
from node.storage.database import Database
from node.storage.members import Members
from protocol.document import sign
from protocol.errors import UntrustedError
from tests.protocol.companies import ALPHA, BETA, FOUNDERS, founding

FIRST = founding()
CS = "0" * 64


def document(*, version: int = 1) -> bytes:
    consortium = FIRST.model_copy(update={"version": version})
    return sign(consortium.canonical(), [ALPHA.signer("board")]).encode()


def described(number: int) -> bytes:
    descriptor = BETA.descriptor(CS).model_copy(update={"number": number})
    return BETA.signed("org", descriptor.canonical()).encode()


def test_versions_and_descriptors_come_back_in_order(database: Database) -> None:
    second = FIRST.model_copy(update={"version": 2})
    newer = BETA.descriptor(CS).model_copy(update={"number": 2})
    with database.begin() as tx:
        members.put_version(tx, second, document(version=2))
        members.put_version(tx, FIRST, document())
        members.put_descriptor(tx, newer, described(2))
        members.put_descriptor(tx, BETA.descriptor(CS), described(1))
        members.put_descriptor(tx, newer, b"the same number again")
    with database.read() as tx:
        assert members.version_documents(tx) == [document(), document(version=2)]
        assert members.version_document(tx, 2) == document(version=2)
        assert members.version_document(tx, 3) is None
        assert members.descriptor_documents(tx) == [described(1), described(2)]
        assert members.descriptor_document(tx, BETA.id) == described(2)
        assert members.descriptor_document(tx, BETA.id, 1) == described(1)
        assert members.descriptor_document(tx, ALPHA.id) is None


def test_the_directory_is_what_is_kept_at_that_moment(database: Database) -> None:
    reader = Members()
    with database.read() as tx, pytest.raises(UntrustedError):
        _ = reader.directory(tx).current
    with database.begin() as tx:
        members.put_version(tx, FIRST, document())
        directory = reader.directory(tx)
        assert {member.id for member in directory.current.members} == {
            company.id for company in FOUNDERS
        }
        assert reader.directory(tx) is directory
        members.put_descriptor(tx, BETA.descriptor(CS), described(1))
        assert reader.directory(tx).descriptor(BETA.id).number == 1


def test_a_version_that_was_rolled_back_is_not_known(database: Database) -> None:
    reader = Members()

    def fail() -> None:
        with database.begin() as tx:
            members.put_version(tx, FIRST, document())
            assert reader.directory(tx).current.version == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.read() as tx, pytest.raises(UntrustedError):
        _ = reader.directory(tx).current
