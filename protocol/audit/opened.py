"""A leaf of a bundle with what opens it."""

from dataclasses import dataclass

from protocol.body import Opening
from protocol.log.leaf import Leaf
from protocol.value import Value


@dataclass(frozen=True, slots=True)
class Opened:
    """A leaf at its place; *content* is its evidence, its ledger body, or nothing."""

    index: int
    leaf: Leaf
    opening: Opening | None = None
    content: Value | None = None
    past: bool = False

    @property
    def id(self) -> str:
        """The leaf's id."""
        return self.leaf.id
