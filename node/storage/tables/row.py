"""What all tables share: a row is validated when it is made and when it is changed."""

import re
from typing import Self

from pydantic import ConfigDict
from sqlalchemy import BigInteger, Column, Integer, Table, event
from sqlalchemy.orm import declared_attr
from sqlmodel import SQLModel


class Row(SQLModel):
    """A row; made by :meth:`new`, since a table's own constructor validates nothing."""

    # SQLModel declares its own, wider type for the configuration.
    model_config = ConfigDict(  # type: ignore[assignment]
        validate_assignment=True, extra="forbid", hide_input_in_errors=True
    )

    # SQLAlchemy calls it with the class; SQLModel declares a wider type.
    @declared_attr.directive
    def __tablename__(cls) -> str:  # type: ignore[mutable-override]  # noqa: N805
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def new(cls, **values: object) -> Self:
        """Return a validated row."""
        return cls.model_validate(values)


@event.listens_for(Column, "before_parent_attach")
def _with_64_bits(column: Column[int], table: Table) -> None:
    # Unix seconds outgrow the 32 bits of an INTEGER of PostgreSQL in 2038.
    if table.metadata is SQLModel.metadata and type(column.type) is Integer:
        column.type = BigInteger()
