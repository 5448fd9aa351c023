"""Letters that came back."""

from sqlmodel import Field

from node.storage.tables.row import Row


class Bounce(Row, table=True):
    """What the delivery status (RFC 3464) said of one letter, the worst that came."""

    letter_id: str = Field(primary_key=True, foreign_key="letter.id", max_length=32)
    is_hard: bool
    status: str = Field(max_length=16)  # RFC 3463, such as 5.1.1
    came_at: int
