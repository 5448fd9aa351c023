"""The web applications of a node, each for its own audience."""

from flask import Blueprint, Flask

from config.units import Bind
from crypto.kdf import hkdf_sha256
from node.assembly.node import Node
from node.assembly.reports import Reports
from node.assembly.words import page_head
from node.services.api_keys import ApiKeys
from node.services.letter_previews import LetterPreviews
from node.services.row_intake import RowIntake
from node.services.today import Work
from node.web.api import app as api
from node.web.api import applicants as api_applicants
from node.web.console import (
    analytics,
    applicants,
    duplicates,
    import_pages,
    introduction_pages,
    letter_report,
    proposal_pages,
    relay,
    reviews,
    sources,
    static_links,
    today,
)
from node.web.console import app as console
from node.web.console.letter_pages import LetterPages
from node.web.console.letter_text_pages import LetterTextPages
from node.web.console.opening_pages import OpeningPages
from node.web.console.own_pool import OwnPoolPages
from node.web.ops import app as ops
from node.web.peer import app as peer
from node.web.peer import hooks, log, membership, messages, witness
from node.web.portal import app as portal
from node.web.portal import letters_stop_pages
from node.web.portal.about_pages import AboutPages
from node.web.portal.consent_pages import ConsentPages
from node.web.portal.disclosure_pages import DisclosurePages
from node.web.portal.static_link_pages import StaticLinkPages
from node.web.portal.stop_pages import StopPages
from node.web.server import Listener


def peer_app(node: Node) -> Flask:
    """Return the app that other nodes and foreign readers call."""
    network = node.network
    return peer.create_app(
        [
            log.pages(network.publication, network.witness),
            witness.pages(network.witness),
            membership.pages(network.publication, network.admissions),
            hooks.pages(node.reading.hooks),
            messages.pages(
                node.own.settings.node.public_url,
                network.callers,
                node.inbox,
                network.deliveries,
                network.leases,
                network.outbox,
                network.pokes,
            ),
        ]
    )


def portal_app(node: Node) -> Flask:
    """Return the app that candidates open from their letters."""
    return portal.create_app(
        page_head(node.own.settings),
        _portal_pages(node),
        secret_key=_cookie_key(node, "portal"),
        is_behind_tls=node.own.settings.node.portal_url.startswith("https:"),
    )


def _portal_pages(node: Node) -> list[Blueprint]:
    people, clock = node.people, node.own.outside.clock
    return [
        ConsentPages(
            clock,
            people.links,
            people.offers,
            people.consents,
            people.receipts,
            people.letters,
            people.self_told,
            node.own.vocabulary,
            people.letters.recipients.rules,
        ).blueprint(),
        AboutPages(clock, people.links, people.self_told, node.own.vocabulary).blueprint(),
        StaticLinkPages(people.static_links).blueprint(),
        DisclosurePages(people.answers, people.links, node.own.vocabulary, clock).blueprint(),
        StopPages(people.consents).blueprint(),
        letters_stop_pages.pages(people.digests),
    ]


def console_app(node: Node) -> Flask:
    """Return the app of the company's own people."""
    return console.create_app(
        page_head(node.own.settings),
        node.people.operators,
        _console_pages(node),
        secret_key=_cookie_key(node, "console"),
        is_behind_tls=node.own.settings.node.portal_url.startswith("https:"),
    )


def _console_pages(node: Node) -> list[Blueprint]:
    people, hiring, clock = node.people, node.hiring, node.own.outside.clock
    reports, vocabulary, importing = Reports.of(node), node.own.vocabulary, node.importing
    work = Work(
        node.own.db,
        clock,
        node.own.members,
        node.own.me,
        people.letters,
        hiring.introductions,
        hiring.search,
        people.withdrawals,
        node.network.ledger,
    )
    openings = OpeningPages(
        clock,
        hiring.openings,
        hiring.search,
        hiring.proposals,
        people.own_pool,
        vocabulary,
        node.own.settings.requests.answer_within,
    )
    return [
        today.pages(work, clock),
        import_pages.ImportPages(
            importing.run,
            people.undo,
            importing.watched,
            importing.reviews,
            importing.previews,
            vocabulary,
            tuple(node.own.settings.sources),
        ).blueprint(),
        reviews.pages(importing.reviews, importing.run),
        LetterPages(people.letters, people.automatic, people.media, people.agencies).blueprint(),
        _letter_texts(node),
        static_links.pages(people.static_links),
        letter_report.pages(people.letter_report, people.complaints),
        applicants.pages(people.applicants, people.futures, vocabulary),
        duplicates.pages(people.duplicates),
        openings.blueprint(),
        OwnPoolPages(clock, hiring.openings, people.own_pool, vocabulary).blueprint(),
        proposal_pages.pages(hiring.proposals),
        introduction_pages.pages(hiring.introductions),
        relay.pages(reports.relay),
        sources.pages(node.reading.sources),
        analytics.pages(reports.analytics, reports.interviewers, vocabulary),
    ]


def _letter_texts(node: Node) -> Blueprint:
    letters = node.people.letters
    messages, identities = letters.messages, letters.recipients.identities
    previews = LetterPreviews(node.own.db, identities, messages, node.own.outside.mail)
    return LetterTextPages(messages.texts, previews).blueprint()


def api_app(node: Node) -> Flask:
    """Return the app that the company's own systems call."""
    people = node.people
    keys = ApiKeys(node.own.db, node.own.outside.clock)
    sources = frozenset(node.own.settings.sources)
    take = RowIntake(people.intake)
    return api.create_app(
        [api_applicants.pages(keys, take, sources, people.letters.queue_rejections)]
    )


def ops_app(node: Node) -> Flask:
    """Return the app of an administrator's monitoring."""
    return ops.create_app(lambda: None, node.counters)


def listeners(node: Node) -> tuple[Listener, ...]:
    """Return the applications at the addresses of the settings, api only where it has one."""
    listen = node.own.settings.listen
    made = (
        _listener("ops", ops_app(node), listen.ops, ops.MAX_BODY_BYTES, connections=2000),
        _listener("peer", peer_app(node), listen.peer, peer.MAX_BODY_BYTES, threads=8),
        _listener("portal", portal_app(node), listen.portal, portal.MAX_BODY_BYTES),
        _listener("console", console_app(node), listen.console, console.MAX_BODY_BYTES),
    )
    if listen.api is None:
        return made
    return (*made, _listener("api", api_app(node), listen.api, api.MAX_BODY_BYTES))


def _listener(
    name: str, app: Flask, at: Bind, most: int, *, threads: int = 4, connections: int = 1500
) -> Listener:
    return Listener(name, app, at.host, at.port, most, threads=threads, connections=connections)


def _cookie_key(node: Node, audience: str) -> bytes:
    return hkdf_sha256(node.own.keys.blind_index, f"tasuki {audience} cookies".encode())
