"""Who may work in the console, and as what."""

from enum import StrEnum


class Role(StrEnum):
    """What an operator may do; an administrator may do all."""

    RECRUITER = "recruiter"
    ADMINISTRATOR = "administrator"
