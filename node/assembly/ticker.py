"""What the ticker does: level-triggered steps, each finding its work in rows."""

import logging
from collections.abc import Callable
from functools import partial

from node.assembly.node import Node
from node.assembly.notices import notices_of
from node.jobs.schedule import Job, in_turn
from node.services.bounces import Bounces
from node.services.errors import RestoredBackupError

log = logging.getLogger(__name__)


def jobs(node: Node, stop: Callable[[], None]) -> tuple[Job, ...]:
    """Return the jobs of a node; a node on a restored backup ends itself by *stop*.

    Publishing comes first in each tick, since nothing is delivered whose leaf is not
    published; letters have a job of their own, so that a slow mail server holds up
    nothing else.
    """
    tick, poll = node.own.settings.jobs.tick_interval, node.own.settings.jobs.poll_interval
    return (
        Job("tick", tick, in_turn(_steps(node, stop))),
        Job("letters", tick, node.people.letters.send_due),
        Job("letters-by-themselves", poll, in_turn(_by_themselves(node))),
        Job("poll", poll, node.network.polling.poll_all),
        Job("imports", tick, in_turn(_imports(node))),
        # Of its own, so that a slow vendor holds up nothing else.
        Job("sources", tick, node.reading.sources.poll_due),
        *_told(node),
        *_returned(node),
        Job("hints", tick, _follow_hints(node)),
    )


def _told(node: Node) -> tuple[Job, ...]:
    notices = notices_of(node)
    if notices is None:
        return ()
    return (Job("webhook", node.own.settings.jobs.poll_interval, notices.tell_due),)


def _returned(node: Node) -> tuple[Job, ...]:
    mailbox = node.own.outside.returned
    if mailbox is None:
        return ()
    letters = node.people.letters
    bounces = Bounces(
        node.own.db, node.own.outside.clock, letters.recipients, letters.messages.returns
    )
    return (
        Job("returned-mail", node.own.settings.jobs.poll_interval, partial(bounces.read, mailbox)),
    )


def _imports(node: Node) -> tuple[tuple[str, Callable[[], object]], ...]:
    return (
        ("watched-folders", node.importing.watched.take_due),
        ("imports", node.importing.run.resume),
        ("discard-staged", node.people.intake.staging.discard_old),
    )


def _by_themselves(node: Node) -> tuple[tuple[str, Callable[[], object]], ...]:
    return (
        ("let-letters-go", node.people.automatic.let_go_due),
        ("digest-of-letters", node.people.digests.send_due),
    )


def _steps(node: Node, stop: Callable[[], None]) -> tuple[tuple[str, Callable[[], object]], ...]:
    people, hiring = node.people, node.hiring
    return (
        ("undo-imports", people.undo.undo_due),
        ("settle-selections", people.upstream.settle_due),
        ("expire-consents", people.withdrawals.expire_due),
        ("expire-tokens", node.network.received.expire_due),
        ("expire-requests", people.disclosures.expire_due),
        ("erase-introductions", hiring.introductions.erase_due),
        ("publish-tokens", people.tokens.publish_due),
        ("answer-requests", people.static_links.answer_due),
        ("forget-unanswered", people.self_told.forget_due),
        ("attribute-to-pool", people.own_pool.attribute),
        ("plan-claims", hiring.referrals.plan_due),
        ("send-claims", hiring.referrals.send_due),
        ("release-answers", people.answers.release_due),
        ("give", people.reveals.give_due),
        ("fetch", hiring.matches.fetch_due),
        ("lapse", hiring.matches.lapse_due),
        ("publish", _publish(node, stop)),
        ("deliver", node.courier.deliver_due),
    )


def _publish(node: Node, stop: Callable[[], None]) -> Callable[[], None]:
    def publish() -> None:
        try:
            allowed = node.network.start.may_sign()
        except RestoredBackupError as error:
            log.critical("%s", error)
            # Serving on would only collect what must not be answered.
            stop()
            return
        if not allowed:
            return
        grew = node.network.log.publish()
        node.network.witness.collect()
        if grew:
            node.network.pokes.send_all()

    return publish


def _follow_hints(node: Node) -> Callable[[], None]:
    def follow() -> None:
        for member in node.network.pokes.hinted():
            node.network.polling.poll(member)

    return follow
