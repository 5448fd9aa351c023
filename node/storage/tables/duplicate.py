"""What operators said of people who may be one: merged, or kept apart."""

from sqlmodel import Field

from node.storage.tables.row import Row


class NotSame(Row, table=True):
    """Two people who are not one, in the order of their ids; they are not listed again."""

    one: str = Field(primary_key=True, max_length=32)
    other: str = Field(primary_key=True, max_length=32)
    step: str = Field(max_length=32, index=True)
    at: int


class Merge(Row, table=True):
    """Two people who became one: *gone* lost all applications to *keeper*."""

    id: str = Field(primary_key=True, max_length=32)
    step: str = Field(max_length=32, index=True)  # what was decided at once
    keeper: str = Field(max_length=32)
    gone: str = Field(max_length=32)
    at: int


class MergePart(Row, table=True):
    """An application or a letter that went over to the keeper."""

    merge_id: str = Field(primary_key=True, foreign_key="merge.id", max_length=32)
    ref: str = Field(primary_key=True, max_length=32)
    kind: str = Field(max_length=16)  # application, letter
