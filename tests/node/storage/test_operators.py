import pytest
from sqlalchemy.exc import IntegrityError

from node.domain.operator import Role
from node.storage import operators
from node.storage.database import Database
from node.storage.operators import OperatorDatastore
from node.storage.tables.operator import Operator
from tests.node.storage.rows import NOW

MAIL = "saiyo@example.jp"


def add(db: Database, mail: str = MAIL, uniquifier: str = "u") -> int:
    with db.begin() as tx:
        row = Operator(
            email=mail,
            name="架空 採用子",
            password="argon2id",
            role="recruiter",
            fs_uniquifier=uniquifier,
            created_at=NOW,
        )
        tx.add(row)
        tx.flush()
        return row.id


def test_operators_are_numbered_and_found(database: Database) -> None:
    first, second = add(database), add(database, "other@example.jp", "v")
    assert second > first
    with database.read() as tx:
        found = operators.by_mail(tx, MAIL)
        assert found is not None
        assert (found.id, found.created_at, found.failures) == (first, NOW, 0)
        assert operators.by_mail(tx, "none@example.jp") is None
        by_id = operators.by_id(tx, second)
        assert by_id is not None
        assert by_id.email == "other@example.jp"
        assert operators.by_id(tx, 99) is None
        assert operators.by_uniquifier(tx, "none") is None


def test_one_mail_address_is_one_operator(database: Database) -> None:
    add(database)
    with pytest.raises(IntegrityError):
        add(database, MAIL, "v")


def test_a_session_finds_its_operator_and_roles_are_fixed(database: Database) -> None:
    number = add(database)
    store = OperatorDatastore(database)
    found = store.find_user(fs_uniquifier="u")
    assert isinstance(found, Operator)
    assert found.id == number
    assert [role.name for role in found.roles] == ["recruiter"]
    assert store.find_user(fs_uniquifier="none") is None
    role = store.find_role(Role.RECRUITER)
    assert role is not None
    assert role.name == "recruiter"
    assert store.find_role("owner") is None
