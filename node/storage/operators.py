"""Named queries on operators, and the extension's datastore on our transactions."""

from flask_security import UserMixin
from flask_security.datastore import UserDatastore
from sqlmodel import select

from node.domain.operator import Role
from node.storage.database import Database, Tx
from node.storage.tables.operator import Operator, OperatorRole


def by_mail(tx: Tx, mail: str) -> Operator | None:
    """Return the operator who logs in with *mail*."""
    return tx.exec(select(Operator).where(Operator.email == mail)).one_or_none()


def mails(tx: Tx) -> list[str]:
    """Return the mail address of everybody who may log in."""
    return list(tx.exec(select(Operator.email).where(Operator.active).order_by(Operator.email)))


def by_id(tx: Tx, operator_id: int) -> Operator | None:
    """Return the operator number *operator_id*."""
    return tx.get(Operator, operator_id)


def by_uniquifier(tx: Tx, uniquifier: str) -> Operator | None:
    """Return the operator whom a session cookie names."""
    return tx.exec(select(Operator).where(Operator.fs_uniquifier == uniquifier)).one_or_none()


class OperatorDatastore(UserDatastore):
    """What Flask-Security reads; operators are changed by their service alone."""

    def __init__(self, db: Database) -> None:
        super().__init__(Operator, OperatorRole)
        self._db = db

    def find_user(self, case_insensitive: bool = False, **kwargs: object) -> UserMixin | None:  # noqa: FBT001, FBT002 - the extension's signature
        """Return the operator of a session."""
        del case_insensitive
        with self._db.read() as tx:
            operator = by_uniquifier(tx, str(kwargs["fs_uniquifier"]))
            if operator is not None:
                # Read to the end of the request, after this view of the database is given back.
                tx.expunge(operator)
            return operator

    def find_role(self, role: str) -> OperatorRole | None:
        """Return the role of that name."""
        return OperatorRole(role) if role in set(Role) else None
