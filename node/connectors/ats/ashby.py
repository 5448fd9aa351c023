"""Ashby: its JSON comes as files (node.connectors.files.recorded), its webhooks tell the rest.

Seen: the vendor's own page on setting webhooks up (a secret of one's own), a page that
tells how to verify them (`Ashby-Signature: sha256=<hex>` over the raw body, the body being
{action, data}), an integrator's list of their names, which has candidateDelete, and a
machine-made schema of an application, which the webhooks carry whole under
data.application. Not seen: the bodies of candidateDelete and candidateMerge; of the former
the id of data.candidate is read, the latter is left to the next file.

No number of a webhook is known, so the digest of its body tells repetitions apart. Nothing
of a person is taken from one: it tells who was deleted, and who is not rejected any more.
"""

from collections.abc import Mapping

from node.connectors.ats import signature
from node.connectors.ats.api import Document, number
from node.connectors.ats.signature import told, verify
from node.connectors.ats.source import Event, Happening, Hook, Secret


def ashby_hook(secret: Secret, headers: Mapping[str, str], body: bytes) -> Hook:
    """Return what a webhook says, if its signature is over the body as it came.

    Raises:
        BadHookError: the signature is not the one of webhook_secret.
    """
    verify(signature.ashby, secret("webhook_secret"), headers, body)
    return told(body, _events)


def _events(content: Document) -> tuple[Event, ...]:
    said = content.get("data")
    if not isinstance(said, dict):
        return ()
    person, application = said.get("candidate"), said.get("application")
    if content.get("action") == "candidateDelete" and isinstance(person, dict):
        return (Event(Happening.DELETED, candidate_id=number(person.get("id"))),)
    if isinstance(application, dict) and application.get("status") in {"Active", "Hired"}:
        return (Event(Happening.UNREJECTED, number(application.get("id"))),)
    return ()
