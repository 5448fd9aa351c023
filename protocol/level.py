"""How strongly a candidate's statement is evidenced (PROTOCOL 6, evidence levels)."""

from enum import StrEnum


class Level(StrEnum):
    """The texts sort as the levels do, so ``<`` and ``max`` mean what they say."""

    E0 = "E0"  # a code from the mail, no key: the origin's word
    E1 = "E1"  # a key made in the browser
    E2 = "E2"  # a passkey
    E3 = "E3"  # the receiver confirmed with the person at the revealed address
