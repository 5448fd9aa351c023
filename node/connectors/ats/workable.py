"""Workable: its JSON comes as files (node.connectors.files.recorded), its webhooks tell the rest.

Seen: the vendor's list of events (candidate_created, candidate_deleted, candidate_moved)
and of the fields that an event carries; public programs for the signature,
`X-Workable-Signature: <hex>` over the raw body, all alike but one that sends the secret
itself and is wrong. They also agree that a disqualification and its reversal come as
candidate_moved. A candidate of Workable belongs to one job, so its number is that of an
application.

No number of an event is documented, so the digest of its body tells repetitions apart.
Nothing of a person is taken from one: it tells who was deleted, and who is in again.
"""

from collections.abc import Mapping

from node.connectors.ats import signature
from node.connectors.ats.api import Document, number
from node.connectors.ats.signature import told, verify
from node.connectors.ats.source import Event, Happening, Hook, Secret


def workable_hook(secret: Secret, headers: Mapping[str, str], body: bytes) -> Hook:
    """Return what a webhook says, if its signature is over the body as it came.

    Raises:
        BadHookError: the signature is not the one of webhook_secret, the account's token.
    """
    verify(signature.workable, secret("webhook_secret"), headers, body)
    return told(body, _events)


def _events(content: Document) -> tuple[Event, ...]:
    kind, said = content.get("event_type"), content.get("data")
    if not isinstance(said, dict):
        return ()
    if kind == "candidate_deleted":
        return (Event(Happening.DELETED, number(said.get("id"))),)
    if kind == "candidate_moved" and said.get("disqualified") is False:
        return (Event(Happening.UNREJECTED, number(said.get("id"))),)
    return ()
