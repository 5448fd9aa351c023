"""Static links that stand in an ATS's own letters, and who asked through them."""

from sqlmodel import Field

from node.storage.tables.row import Row


class StaticLink(Row, table=True):
    """One constant address for one version of a template outside of this node."""

    code: str = Field(primary_key=True, max_length=4)
    name: str = Field(max_length=80)  # what the recruiter calls the template
    created_at: int


class LinkRequest(Row, table=True):
    """One address that was typed on the page of a static link; nothing was looked up."""

    id: str = Field(primary_key=True, max_length=32)
    code: str = Field(foreign_key="static_link.code", max_length=4)
    digest: bytes = Field(index=True)  # blind index of the address
    sealed: bytes  # JSON of address, statement and language, under the master key
    asked_at: int = Field(index=True)
    due: int  # when it is looked at next
