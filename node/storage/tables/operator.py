"""The operators of the console, in the form that Flask-Security asks of a user.

The one table that is no SQLModel class: the mixins are the extension's own. It
lies in the same metadata, so migrations see it.
"""

from dataclasses import dataclass
from typing import ClassVar

from flask_security import RoleMixin, UserMixin
from sqlalchemy import INTEGER, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlmodel import SQLModel


class _Declared(DeclarativeBase):
    metadata: ClassVar[MetaData] = SQLModel.metadata


@dataclass(eq=False)
class OperatorRole(RoleMixin):
    """A role as the extension reads it; the set of roles is fixed, so it has no table."""

    name: str


# The extension declares the columns it reads by their plain types, not as mapped ones.
class Operator(UserMixin, _Declared):
    """A person who works in the console."""

    __tablename__ = "operator"

    # SQLite counts a key up where its type is INTEGER, and nothing else.
    id: Mapped[int] = mapped_column(INTEGER, primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    password: Mapped[str] = mapped_column(String(255))  # type: ignore[mutable-override]
    role: Mapped[str] = mapped_column(String(16))
    active: Mapped[bool] = mapped_column(default=True)
    # Names the operator in the session cookie; a new one ends all sessions.
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[int] = mapped_column(default=0)  # Unix seconds
    created_at: Mapped[int] = mapped_column()

    @property
    def roles(self) -> list[RoleMixin]:  # type: ignore[override]
        """The one role, as the list that the extension asks for."""
        return [OperatorRole(self.role)]
