"""What all tables share: a row is validated when it is made and when it is changed."""

from typing import Self

from pydantic import ConfigDict
from sqlmodel import SQLModel


class Row(SQLModel):
    """A row; made by :meth:`new`, since a table's own constructor validates nothing."""

    # SQLModel declares its own, wider type for the configuration.
    model_config = ConfigDict(  # type: ignore[assignment]
        validate_assignment=True, extra="forbid", hide_input_in_errors=True
    )

    @classmethod
    def new(cls, **values: object) -> Self:
        """Return a validated row."""
        return cls.model_validate(values)
