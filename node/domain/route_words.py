"""Whether an application is of somebody whom an agency dispatches (派遣).

These people are the agency's employees and apply for nothing, so their rows are not
taken in. (高卒 is a matter of node.domain.recipients.)
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_DISPATCHED: Final = re.compile(r"派遣|dispatched|temporarystaff|tempagency", re.IGNORECASE)


def is_dispatched(*, route: str, medium: str, employment: str, dispatcher: str) -> bool:
    """Tell whether the row is of somebody whom an agency dispatches.

    A job title does not count: companies look for people who sell 派遣.
    """
    return bool(dispatcher) or _says_so(route) or _says_so(medium) or _says_so(employment)


@lru_cache(maxsize=512)
def _says_so(text: str) -> bool:
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    return _DISPATCHED.search(plain) is not None
