"""What a receiving mail server found of our mail: SPF, DKIM and DMARC (RFC 8601)."""

import email
import email.policy
import re
from dataclasses import dataclass
from typing import Final, Literal

Method = Literal["spf", "dkim", "dmarc"]
METHODS: Final[tuple[Method, ...]] = ("spf", "dkim", "dmarc")
MAX_HEADERS: Final = 256 * 1024  # characters
_RESULT: Final = re.compile(r"\s{0,9}(spf|dkim|dmarc)\s{0,9}=\s{0,9}([a-z]{1,16})\b", re.IGNORECASE)
_COMMENT: Final = re.compile(r"\([^()]{0,500}\)")


@dataclass(frozen=True, slots=True)
class Results:
    """The words of one server, "none" for a method that it says nothing of."""

    server: str
    spf: str
    dkim: str
    dmarc: str

    def of(self, method: Method) -> str:
        """Return the result of a method."""
        return {"spf": self.spf, "dkim": self.dkim, "dmarc": self.dmarc}[method]


def read_results(headers: str) -> Results | None:
    """Return what the topmost ``Authentication-Results`` says, None where there is none.

    The topmost was added last, by the receiver's own server; those beneath it may be
    anybody's.
    """
    mail = email.message_from_string(headers[:MAX_HEADERS], policy=email.policy.compat32)
    found = mail.get("Authentication-Results")
    if found is None:
        return None
    words = _COMMENT.sub(" ", " ".join(str(found).split()))
    parts = words.split(";")
    # Microsoft leaves out the name of the server and begins with a result.
    server = "" if _RESULT.match(parts[0]) else parts.pop(0)
    told: dict[str, list[str]] = {method: [] for method in METHODS}
    for part in parts:
        match = _RESULT.match(part)
        if match is not None:
            told[match[1].lower()].append(match[2].lower())
    # A mail may bear several signatures; one that is good is enough.
    best = {
        method: "pass" if "pass" in said else (said or ["none"])[0] for method, said in told.items()
    }
    return Results(server.strip().partition(" ")[0], best["spf"], best["dkim"], best["dmarc"])
