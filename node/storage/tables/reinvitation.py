"""Letters that invite past applicants to a new opening of this company."""

from sqlmodel import Field

from node.storage.tables.row import Row


class Reinvitation(Row, table=True):
    """One invitation: the letter, the earlier application it names, and the opening."""

    letter_id: str = Field(primary_key=True, foreign_key="letter.id", max_length=32)
    person_id: str = Field(foreign_key="person.id", max_length=32, index=True)
    application_id: str = Field(max_length=32)  # an import that is undone may take it away
    opening_id: str = Field(foreign_key="opening.id", max_length=32, index=True)
