"""The webhook of the company's own, wired where the settings name one."""

from collections.abc import Mapping

from node.assembly.node import Node
from node.clock import seconds
from node.services.letter_sending import UNDER_WAY
from node.services.notices import Notices
from node.storage import notices
from protocol.identifiers import key_id


def notices_of(node: Node) -> Notices | None:
    """Return what tells the webhook of the settings, None where they name none."""
    own, webhook = node.own, node.own.settings.webhook
    if webhook.url is None or webhook.console_url is None:
        return None

    def counts() -> Mapping[str, int]:
        tried_before = seconds(own.outside.clock.now() - UNDER_WAY)
        with own.db.read() as tx:
            return notices.waiting(tx, tried_before=tried_before)

    return Notices(
        own.db,
        own.outside.clock,
        own.outside.transport,
        own.me,
        key_id("http", own.keys.http.public.raw),
        own.keys.http,
        counts,
        webhook.url.get_secret_value(),
        webhook.console_url,
    )
