"""SmartRecruiters: its JSON comes as files, its webhooks tell who was deleted.

Seen: the vendor's description of a subscription's secret key, as its generated client
repeats it, with an example that the tests check: `smartrecruiters-signature: v1=HEX;v1=HEX`,
HMAC-SHA-256 over `smartrecruiters-timestamp`, body, `event-id`, `event-name`,
`event-version` and `link`, joined by dots; up to 16 keys hold at once, a replaced one for
24 hours. A demonstration of the vendor for the handshake: `X-Hook-Secret` is given back
before anything is signed. Integrators' programs for the body: numbers alone, such as
{"candidate_id", "job_id"}. So without a client of its own nothing else follows from one.
"""

from collections.abc import Mapping
from typing import Final

from node.connectors.ats import signature
from node.connectors.ats.api import number
from node.connectors.ats.signature import parsed, verify
from node.connectors.ats.source import BadHookError, Event, Happening, Hook, Secret, SourceError

_HANDSHAKE: Final = "x-hook-secret"
_MOST_CHARACTERS: Final = 200


def smartrecruiters_hook(secret: Secret, headers: Mapping[str, str], body: bytes) -> Hook:
    """Return what a webhook says, if one of its signatures is right, or the handshake's answer.

    Raises:
        BadHookError: no signature is the one of webhook_secret, or it has no number.
    """
    greeting = headers.get(_HANDSHAKE, "")
    if greeting and "smartrecruiters-signature" not in headers:
        # Whoever asks learns his own word, so that nothing is lost by an answer.
        if len(greeting) > _MOST_CHARACTERS or not (greeting.isascii() and greeting.isprintable()):
            raise BadHookError
        return Hook((), reply={_HANDSHAKE: greeting})
    verify(signature.smartrecruiters, secret("webhook_secret"), headers, body)
    event_id = headers.get("event-id", "")
    if not event_id:
        raise BadHookError
    try:
        return Hook((event_id,), events=_events(headers.get("event-name", ""), body))
    except SourceError:
        raise BadHookError from None


def _events(name: str, body: bytes) -> tuple[Event, ...]:
    if name != "candidate.deleted":
        return ()
    return (Event(Happening.DELETED, candidate_id=number(parsed(body).get("candidate_id"))),)
