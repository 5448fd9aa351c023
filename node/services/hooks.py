"""Webhooks of the sources: a door that only wakes the poll, and tells what it alone knows.

Nothing personal in the body of a webhook is believed or kept: what it names is read again
over the API.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from node.clock import Clock, seconds
from node.connectors.ats.source import BadHookError, Event, Hook, SourceError
from node.services.match_indexes import application_index
from node.services.sources import NoSuchSourceError, place_of
from node.storage import sources
from node.storage.database import Database, Tx
from node.storage.tables.source import SourceHint
from node.storage.vault import Vault

WAKE_AFTER: Final = timedelta(minutes=1)  # unsigned webhooks make no more polls than that
_KEPT: Final = timedelta(days=30)

log = logging.getLogger(__name__)

# Reads a webhook by its headers, their names in lower case, and the body as it came.
Reader = Callable[[Mapping[str, str], bytes], Hook]


@dataclass(frozen=True, slots=True)
class Hooks:
    """Takes the webhooks of the sources."""

    db: Database
    clock: Clock
    vault: Vault
    readers: Mapping[str, Reader] = field(repr=False)
    polled: Collection[str]  # the sources that a webhook wakes the poll of
    tell: Callable[[str, Event], None]

    def take(self, source: str, headers: Mapping[str, str], body: bytes) -> Mapping[str, str]:
        """Let a webhook wake the poll of *source*; one that came before changes nothing.

        Returns the headers that the source wants back.

        Raises:
            NoSuchSourceError: no source of that name takes webhooks.
            BadHookError: it is not from the source, or is none.
        """
        read = self.readers.get(source)
        if read is None:
            raise NoSuchSourceError("no such source")
        try:
            hook = read(headers, body)
        except SourceError as error:
            # Without the secret nobody can be told from anybody.
            log.warning("webhook unread", extra={"source": source, "fault": error.code})
            raise BadHookError from None
        digests = [self.vault.blind("hook", f"{source}\n{id_}") for id_ in hook.ids]
        with self.db.read() as tx:
            if any(sources.is_seen(tx, source, digest) for digest in digests):
                return hook.reply
        # Before it is marked: where telling fails, the vendor tries again.
        for event in hook.events:
            self.tell(source, event)
        now = self.clock.now()
        with self.db.begin() as tx:
            if source in self.polled:
                self._note(tx, source, hook)
            for digest in digests:
                sources.mark_seen(
                    tx, source, digest, seconds(now), forget_before=seconds(now - _KEPT)
                )
        return hook.reply

    def _note(self, tx: Tx, source: str, hook: Hook) -> None:
        for number in hook.applications:
            sealed = self.vault.seal_own(place_of(source), number.encode())
            remote = application_index(self.vault, source, number)
            sources.put_hint(tx, SourceHint.new(source=source, remote=remote, sealed=sealed))
        state = sources.state(tx, source)
        if state.fault == "limited":
            return  # the vendor said until when it must not be asked
        if state.failures and not hook.ids:
            return  # anybody could have a key that is refused tried until it is locked
        now = self.clock.now()
        rests = timedelta() if hook.ids else WAKE_AFTER
        earliest = (
            seconds(now) if state.polled is None else state.polled + int(rests.total_seconds())
        )
        state.next_try = min(state.next_try, max(seconds(now), earliest))
