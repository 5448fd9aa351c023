"""Applicants, letters, consents and what is asked of them, wired."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from config.settings import Settings
from node.assembly.lettering import letters_of
from node.assembly.network import Network
from node.assembly.own import Own
from node.assembly.words import read_forbidden, read_presets
from node.connectors.files.folder import DropFolder
from node.services.agencies import Agencies
from node.services.answers import Answers
from node.services.applicants import Applicants
from node.services.automatic import Automatic
from node.services.blocks import Blocks
from node.services.complaints import Complaints
from node.services.consents import Consents
from node.services.digests import Digests
from node.services.disclosures import Disclosures
from node.services.duplicates import Duplicates
from node.services.erasure import Erasure
from node.services.folder_report import FolderReport
from node.services.futures import Futures
from node.services.identities import Identities
from node.services.intake import Intake
from node.services.letter_report import LetterReport
from node.services.letters import Letters
from node.services.links import Links
from node.services.log import Log
from node.services.media import Media
from node.services.merging import Merging
from node.services.offers import Offers
from node.services.operators import Operators
from node.services.own_pool import OwnPool
from node.services.receipts import Receipts
from node.services.records import Records
from node.services.reinvitations import Reinvitations
from node.services.reveals import Reveals
from node.services.self_told import SelfTold
from node.services.staging import Staging
from node.services.static_links import StaticLinks
from node.services.tokens import Tokens
from node.services.undo import Undo
from node.services.upstream import Upstream
from node.services.withdrawals import Withdrawals
from node.storage.error_files import ErrorFiles
from node.storage.staged_files import StagedFiles


@dataclass(frozen=True, slots=True)
class People:
    """Applicants, letters, consents and what is asked of them."""

    operators: Operators
    applicants: Applicants
    intake: Intake
    undo: Undo
    duplicates: Duplicates
    upstream: Upstream
    links: Links
    letters: Letters
    automatic: Automatic
    digests: Digests
    media: Media
    agencies: Agencies
    futures: Futures
    self_told: SelfTold
    static_links: StaticLinks
    letter_report: LetterReport
    complaints: Complaints
    own_pool: OwnPool
    blocks: Blocks
    tokens: Tokens
    withdrawals: Withdrawals
    consents: Consents
    offers: Offers
    receipts: Receipts
    disclosures: Disclosures
    answers: Answers
    reveals: Reveals

    @classmethod
    def of(cls, own: Own, network: Network) -> Self:
        """Return the people of a node."""
        db, clock, members, me = own.db, own.outside.clock, own.members, own.me
        log, ledger, outbox = network.log, network.ledger, network.outbox
        links = Links(db, clock, own.vault)
        blocks = Blocks(own.vault, members)
        offers = Offers(db, clock, members, me, links, blocks)
        identities = Identities(own.vault)
        letters = letters_of(own, links, identities)
        disclosures = Disclosures(db, clock, members, me, ledger, outbox, blocks, letters.ask)
        tokens = Tokens(db, clock, members, me, log, blocks)
        withdrawals = Withdrawals(db, clock, members, log, tokens, disclosures.end_all)
        intake = _intake(own, blocks, withdrawals)
        self_told = SelfTold(db, links, intake.records)
        merging = Merging(clock, intake.records)
        return cls(
            operators=Operators(db, clock),
            applicants=Applicants(db, identities, letters.recipients.sources),
            intake=intake,
            undo=Undo(db, intake.records, intake.staging.files),
            duplicates=Duplicates(db, clock, identities, merging),
            upstream=Upstream(db, merging, Erasure(clock, withdrawals), withdrawals),
            links=links,
            letters=letters,
            automatic=Automatic(db, clock, letters),
            digests=_digests(own, letters),
            media=Media(db, clock),
            agencies=Agencies(db, identities),
            futures=Futures(db, clock, own.settings.node.legal_mode),
            self_told=self_told,
            static_links=StaticLinks(
                db,
                clock,
                own.vault,
                letters.recipients,
                letters,
                self_told,
                own.settings.node.portal_url,
            ),
            letter_report=LetterReport(db, clock, identities, letters.recipients.sources),
            complaints=Complaints(db, clock, own.vault),
            own_pool=OwnPool(
                db,
                clock,
                letters,
                Reinvitations(clock, letters.recipients, own.vocabulary),
                letters.hold,
            ),
            blocks=blocks,
            tokens=tokens,
            withdrawals=withdrawals,
            consents=_consents(own, log, blocks, withdrawals, links, offers, letters),
            offers=offers,
            receipts=Receipts(db, members, me, network.publication, outbox),
            disclosures=disclosures,
            answers=_answers(own, log, blocks, disclosures, withdrawals, identities, letters),
            reveals=_reveals(own, network, disclosures),
        )


def _digests(own: Own, letters: Letters) -> Digests:
    folders = FolderReport(own.db, watched_folders(own.settings))
    return Digests(own.db, own.outside.clock, letters, letters.messages, folders, own.outside.mail)


def watched_folders(settings: Settings) -> Mapping[str, DropFolder]:
    """Return the folder of each source that has one."""
    return {
        name: DropFolder(section.folder)
        for name, section in settings.sources.items()
        if section.folder is not None
    }


def _intake(own: Own, blocks: Blocks, withdrawals: Withdrawals) -> Intake:
    db, clock, folder = own.db, own.outside.clock, own.settings.node.data_folder
    retention = own.settings.privacy.retention
    staged = StagedFiles(folder / "staged", own.vault)
    staging = Staging(db, clock, own.outside.reader, staged, read_forbidden(), read_presets())
    records = Records(clock, own.vault, blocks, own.vocabulary, retention, withdrawals.renew)
    errors = ErrorFiles(folder / "errors")
    return Intake(db, clock, own.vault, staging, errors, records, own.vocabulary)


def _consents(
    own: Own,
    log: Log,
    blocks: Blocks,
    withdrawals: Withdrawals,
    links: Links,
    offers: Offers,
    letters: Letters,
) -> Consents:
    return Consents(
        own.db,
        own.outside.clock,
        own.vault,
        own.members,
        own.me,
        log,
        blocks,
        withdrawals,
        links,
        offers,
        letters.tell,
        own.settings.node.portal_url,
        own.document_id,
        own.keys.document,
    )


def _answers(
    own: Own,
    log: Log,
    blocks: Blocks,
    disclosures: Disclosures,
    withdrawals: Withdrawals,
    identities: Identities,
    letters: Letters,
) -> Answers:
    return Answers(
        own.db,
        own.outside.clock,
        own.vault,
        own.members,
        own.me,
        log,
        blocks,
        disclosures,
        withdrawals,
        identities,
        letters.tell,
        own.document_id,
        own.keys.document,
    )


def _reveals(own: Own, network: Network, disclosures: Disclosures) -> Reveals:
    return Reveals(
        own.db,
        own.outside.clock,
        own.vault,
        own.members,
        own.me,
        network.ledger,
        network.heads,
        disclosures,
    )
