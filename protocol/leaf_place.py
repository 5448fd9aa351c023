"""Where a leaf stands: the log, its index and its id (PROTOCOL 3)."""

from dataclasses import dataclass

from protocol.identifiers import Count, Day, HashHex, Id, LogOrigin
from protocol.value import Value


class LeafPlace(Value):
    """The name of a leaf in a message."""

    log: LogOrigin
    index: Count
    id: Id


@dataclass(frozen=True, slots=True)
class ReadLeaf:
    """A leaf with a commitment that its reader found at its place in a log it verified."""

    log: LogOrigin
    index: Count
    id: Id
    c: HashHex
    day: Day

    def is_before(self, other: "ReadLeaf") -> bool:
        """Tell whether this leaf stands before *other* in the logs of one node."""
        # A node continues its log as 0002: the names of one host sort as they follow.
        return (self.log, self.index) < (other.log, other.index)

    def is_at(self, place: LeafPlace) -> bool:
        """Tell whether *place* names this leaf."""
        return (self.log, self.index, self.id) == (place.log, place.index, place.id)
