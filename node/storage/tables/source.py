"""The systems that are polled: how each stands, and what was last seen of its rows."""

from sqlmodel import Field

from node.storage.tables.row import Row


class SourceState(Row, table=True):
    """How far one source is read, and how the last try went."""

    name: str = Field(primary_key=True, max_length=32)
    cursor: str = ""  # of the connector; blank where the next poll lists everything
    walk: int = 0  # the number of the listing
    is_listing: bool = False
    listed: int | None = None  # when a listing last came to its end
    polled: int | None = None
    succeeded: int | None = None
    next_try: int = 0
    failures: int = 0  # in a row
    fault: str | None = Field(default=None, max_length=16)  # node.connectors.ats.source.Fault
    rows: int = 0  # that the last poll took in
    is_believed: bool = False  # an operator said that the many who vanished were deleted


class SourceRow(Row, table=True):
    """One application as it was last seen at its source, by keyed digests alone."""

    source: str = Field(primary_key=True, max_length=32)
    remote: bytes = Field(primary_key=True)  # as in Application
    content: bytes
    sealed: bytes  # the number at the source, under the node's master key
    walk: int


class SourceHint(Row, table=True):
    """One application that a webhook named, to be read again."""

    source: str = Field(primary_key=True, max_length=32)
    remote: bytes = Field(primary_key=True)
    sealed: bytes


class SeenHook(Row, table=True):
    """One webhook that was dealt with, so that its repetition changes nothing."""

    source: str = Field(primary_key=True, max_length=32)
    digest: bytes = Field(primary_key=True)
    came: int = Field(index=True)
