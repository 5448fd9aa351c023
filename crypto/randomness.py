"""Random values from the operating system's generator (RFC 4086), and no other."""

import secrets
from collections.abc import Sequence
from typing import TypeVar

_T = TypeVar("_T")


def random_bytes(n: int) -> bytes:
    """Return *n* random bytes."""
    return secrets.token_bytes(n)


def random_below(n: int) -> int:
    """Return a random integer from 0 to *n* - 1, all alike likely."""
    return secrets.randbelow(n)


def shuffled(items: Sequence[_T]) -> list[_T]:
    """Return *items* in a random order, all orders alike likely."""
    order = list(items)
    secrets.SystemRandom().shuffle(order)
    return order
