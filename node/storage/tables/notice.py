"""What the company's own webhook was last told."""

from sqlmodel import Field

from node.storage.tables.row import Row


class Notice(Row, table=True):
    """The one row of it; *told* is the JSON of the counts that were taken over."""

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = 0
    told: str = "{}"
    tries: int = 0
    next_try: int = 0
