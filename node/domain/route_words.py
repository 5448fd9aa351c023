"""What the words of an application say of its route beyond the route itself.

People whom an agency dispatches (派遣) are its employees and apply for nothing: their rows
are not taken in. Pupils who leave school (高卒) come through their school by the rules of
the labour office, and are never offered to others.
"""

import re
import unicodedata
from typing import Final

_DISPATCHED: Final = re.compile(r"派遣|dispatched|temporarystaff|tempagency", re.IGNORECASE)
# A job that asks for 高卒以上 is open to everybody.
_SCHOOL: Final = re.compile(
    r"高卒(?!以上|可|ok|歓迎|程度|資格)|高校(?:新卒|卒業予定|生)|学校(?:斡旋|あっせん)",
    re.IGNORECASE,
)


def is_dispatched(*, route: str, medium: str, employment: str, dispatcher: str) -> bool:
    """Tell whether the row is of somebody whom an agency dispatches.

    A job title does not count: companies look for people who sell 派遣.
    """
    return bool(dispatcher) or any(
        _DISPATCHED.search(_plain(text)) for text in (route, medium, employment)
    )


def is_from_school(*, route: str, medium: str, job: str) -> bool:
    """Tell whether the application came through a school, for pupils who leave it."""
    return any(_SCHOOL.search(_plain(text)) for text in (route, medium, job))


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
