"""Choices that look like chance and are the same in every run, so that a failure comes again."""

from dataclasses import dataclass

from crypto.hashing import tagged


@dataclass(slots=True)
class Chooser:
    """A row of choices that follows from a seed."""

    seed: int
    at: int = 0

    def below(self, limit: int) -> int:
        """Return the next number from 0 up to *limit*, exclusive."""
        self.at += 1
        digest = tagged("tasuki test chooser", f"{self.seed} {self.at}".encode())
        return int.from_bytes(digest[:8]) % limit

    def happens(self, percent: int) -> bool:
        """Tell whether what happens in *percent* of all cases happens now."""
        return self.below(100) < percent
