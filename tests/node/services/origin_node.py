"""Alpha as the origin: its services, its consortium, and two people whom it rejected."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from crypto.encoding import b64url_encode
from crypto.hashing import sha256
from node.clock import StandingClock, seconds
from node.domain.applicant import Identity
from node.domain.letters import LetterKind
from node.i18n import Language
from node.peers.client import PeerClient
from node.services.answers import Answers
from node.services.blocks import Blocks
from node.services.choices import ConsentChoice
from node.services.consents import Consents
from node.services.disclosures import Disclosures
from node.services.feed import Feed
from node.services.heads import Heads
from node.services.identities import Identities
from node.services.ledger import Ledger
from node.services.links import Links, Visit
from node.services.log import Log
from node.services.offers import Offers
from node.services.outbox import Outbox
from node.services.reveals import Reveals
from node.services.tokens import Tokens
from node.services.withdrawals import Withdrawals
from node.services.witness import Witness
from node.storage import consents, members, peers
from node.storage.database import Database, Tx, open_database
from node.storage.marker import Marker
from node.storage.members import Members
from node.storage.tables.application import Application, Batch, Job
from node.storage.tables.consent import Token
from node.storage.tables.letter import Letter
from node.storage.tables.person import Profile
from node.storage.vault import Vault
from protocol.consent import KeySignature, signed_text
from protocol.identifiers import MemberId, new_id
from protocol.level import Level
from protocol.log.checkpoint import open_checkpoint
from protocol.membership import Consortium, fingerprint
from protocol.token_life import State
from tests.node.services.beta_log import BetaLog, Net
from tests.protocol.agreed_person import CANDIDATE, candidate_key
from tests.protocol.companies import ALPHA, BETA, DAY_S, FOUNDERS, GAMMA, NOW, founding
from tests.sqlite import lay_schema

_PUBLISHED = (State.LIVE, State.DECOY, State.WITHDRAWN)

START = datetime.fromtimestamp(NOW + 3600, UTC)


def consortium() -> Consortium:
    """Return the founders' consortium with parameters under which one count is a credit."""
    first = founding()
    easy = {"relay_ratio": 1, "k_anon": 2, "batch_min": 1, "reveal_level": Level.E0}
    return first.model_copy(update={"params": first.params.model_copy(update=easy)})


@dataclass
class Asked:
    """Who was asked, in place of the letters; the link of each letter is kept."""

    links: Links
    visits: dict[str, Visit] = field(default_factory=dict)
    secrets: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __call__(self, tx: Tx, person_id: str, disclosure_id: str, language: Language) -> None:
        letter_id = new_letter(tx, person_id, "disclosure", language)
        now = seconds(self.links.clock.now())
        secret, code = self.links.issue(
            tx, "disclosure", person_id, letter_id, ref=disclosure_id, until=now + 7 * DAY_S
        )
        self.secrets[disclosure_id] = secret, code
        digest = self.links.look(tx, secret, "disclosure").digest
        self.visits[disclosure_id] = Visit(digest, person_id, letter_id, disclosure_id)


def new_letter(tx: Tx, person_id: str, kind: str, language: str) -> str:
    letter_id = new_id()
    tx.add(
        Letter.new(
            id=letter_id,
            kind=kind,
            person_id=person_id,
            template=kind,
            language=language,
            state="sent",
            queued_at=0,
        )
    )
    tx.flush()
    return letter_id


class OriginNode:
    """Alpha's services on a file database, and beta's log beside them."""

    def __init__(self, folder: Path, level: Level = Level.E0) -> None:
        self.level = level
        self.told: list[LetterKind] = []
        self.clock = StandingClock(START)
        self.consortium = consortium()
        self.cs = fingerprint(self.consortium)
        self.beta = BetaLog(self.consortium.params, self.cs, seconds(START))
        self.net = Net(self.beta)
        self.db = _database(folder)
        self._assemble(folder)
        self._found()
        self.person = self._person("架空 花子")
        self._person("架空 太郎")
        self.consent_id = self._consent(self.person)
        self.tokens.publish_due()
        self.beta.earn(1)

    def _assemble(self, folder: Path) -> None:
        found, me = Members(), ALPHA.id
        self.vault = Vault(master=b"m" * 32, index=b"i" * 32)
        marker = Marker(folder / "marker")
        origin = ALPHA.descriptor(self.cs).origin
        key = ALPHA.key("log")
        self.log = Log(self.db, self.vault, self.clock, found, me, origin, key, marker)
        signer = ALPHA.key_id("document"), ALPHA.key("document")
        outbox = Outbox(self.clock, found, me, self.log, *signer)
        self.ledger = Ledger(self.db, found, me, self.log)
        self.blocks = Blocks(self.vault, found)
        self.links = Links(self.db, self.clock, self.vault)
        self.asked = Asked(self.links)
        client = PeerClient(self.net, self.clock, ALPHA.key_id("http"), ALPHA.key("http"))
        self.feed = Feed(
            self.db,
            self.clock,
            found,
            me,
            self.log,
            client,
            "alpha.example.jp/tasuki/v1/witness",
            ALPHA.key("witness"),
            apply=lambda _tx, _member, _index, _leaf: None,
            on_fork=lambda _tx, _member: None,
        )
        witness = Witness(self.db, self.clock, found, me, self.log, self.feed, client)
        self.heads = Heads(self.db, found, me, self.feed, witness)
        self.disclosures = Disclosures(
            self.db,
            self.clock,
            found,
            me,
            self.ledger,
            outbox,
            self.blocks,
            self.asked,
        )
        self.tokens = Tokens(self.db, self.clock, found, me, self.log, self.blocks)
        self.withdrawals = Withdrawals(
            self.db, self.clock, found, self.log, self.tokens, self.disclosures.end_all
        )
        self.identities = Identities(self.vault)
        self.answers = Answers(
            self.db,
            self.clock,
            self.vault,
            found,
            me,
            self.log,
            self.blocks,
            self.disclosures,
            self.withdrawals,
            self.identities,
            self._told,
            *signer,
        )
        self.reveals = Reveals(
            self.db, self.clock, self.vault, found, me, self.ledger, self.heads, self.disclosures
        )
        self.consents = Consents(
            db=self.db,
            clock=self.clock,
            vault=self.vault,
            members=found,
            me=me,
            log=self.log,
            blocks=self.blocks,
            withdrawals=self.withdrawals,
            links=self.links,
            offers=Offers(self.db, self.clock, found, me, self.links, self.blocks),
            tell=self._told,
            portal_url="https://alpha.example.jp",
            key_id=signer[0],
            key=signer[1],
        )

    def _told(
        self, tx: Tx, kind: LetterKind, person_id: str, ref: str | None, language: Language
    ) -> None:
        """Note what the person is mailed of an act in the own name."""
        del tx, person_id, ref, language
        self.told.append(kind)

    def _found(self) -> None:
        with self.db.begin() as tx:
            signed = ALPHA.signed("board", self.consortium.canonical())
            members.put_version(tx, self.consortium, signed.encode())
            for company in FOUNDERS:
                descriptor = company.descriptor(self.cs)
                document = company.signed("org", descriptor.canonical())
                members.put_descriptor(tx, descriptor, document.encode())
            self.log.begin(tx)

    def _person(self, name: str) -> str:
        """Add a person whom alpha rejected."""
        with self.db.begin() as tx:
            person_id = self.vault.new_person(tx, "2026-09-01")
            self.identities.keep(
                tx,
                person_id,
                Identity(
                    name=name,
                    kana="カクウ ハナコ",
                    born_on=date(1990, 1, 2),
                    mails=("hanako@example.jp",),
                    phones=("+81312345678",),
                    prefecture="13",
                ),
            )
            job, batch = new_id(), new_id()
            tx.add(Job.new(id=job, title=f"求人{job}"))
            tx.add(
                Batch.new(
                    id=batch,
                    source="csv",
                    state="done",
                    format="csv",
                    encoding="utf-8",
                    header="[]",
                    mapping="{}",
                    dropped="{}",
                    chunks=0,
                    lines=0,
                    started=0,
                )
            )
            tx.flush()
            tx.add(
                Application.new(
                    id=new_id(),
                    remote=sha256(person_id.encode()),
                    content=b"",
                    person_id=person_id,
                    job_id=job,
                    batch_id=batch,
                    source="csv",
                    route="own_site",
                    applied_on="2026-09-01",
                    furthest="screening",
                    ended_by="org",
                    age_band="30s",
                )
            )
            tx.add(
                Profile.new(
                    person_id=person_id,
                    region="kanto",
                    occupation="sales",
                    years="5-9",
                    retained_until="2027-09-01",
                )
            )
            return person_id

    def _consent(self, person_id: str) -> str:
        choice = ConsentChoice(
            receivers=frozenset({BETA.id, GAMMA.id}),
            fields=frozenset({"occupation", "region"}),
            language_level=None,
            availability=None,
            skills=(),
            months=1,
            blocks=(),
            language="ja",
            text="同意の文",
        )
        with self.db.begin() as tx:
            letter_id = new_letter(tx, person_id, "rejection", "ja")
            now = seconds(self.clock.now())
            secret, _ = self.links.issue(
                tx, "consent", person_id, letter_id, ref=None, until=now + DAY_S
            )
            digest = self.links.look(tx, secret, "consent").digest
        visit = Visit(digest, person_id, letter_id, None)
        key = None if self.level is Level.E0 else candidate_key()
        statement = self.consents.draft(visit, choice, key).statement
        signature = None
        if key is not None:
            sig = b64url_encode(CANDIDATE.sign(signed_text(statement)))
            signature = KeySignature(sig=sig)
        return self.consents.sign(visit, statement.canonical(), signature)

    def token(self, receiver: MemberId = BETA.id) -> Token:
        with self.db.read() as tx:
            found = consents.tokens_of(tx, self.consent_id, *_PUBLISHED)
            return next(token for token in found if token.receiver == receiver)

    def cosign_beta(self) -> None:
        """Keep beta's newest head as a witness does, without having read its entries."""
        note = self.beta.note
        verifier = BETA.descriptor(self.cs).log_verifier()
        with self.db.begin() as tx:
            self.feed.keep_head(tx, BETA.id, open_checkpoint(note, verifier), note, verifier)

    def set_forked(self, tx: Tx) -> None:
        peers.set_forked(tx, BETA.id)

    def end_token(self) -> None:
        """End the token alone, as if the request had been overlooked."""
        with self.db.begin() as tx:
            tx.get_one(Token, self.token().id).state = State.WITHDRAWN

    def raise_reveal_level(self, level: Level) -> None:
        """Adopt a version under which nothing is revealed below *level*."""
        params = self.consortium.params.model_copy(update={"reveal_level": level})
        self._adopt(params=params)

    def suspend_beta(self) -> None:
        """Adopt a version in which beta is no active member."""
        edited = [
            member.model_copy(update={"status": "suspended"}) if member.id == BETA.id else member
            for member in self.consortium.members
        ]
        self._adopt(members=tuple(edited), witness_quorum=1)

    def make_agency(self) -> None:
        """Let beta's newest descriptor say that it is an agency."""
        agency = BETA.descriptor(self.cs).model_copy(
            update={"number": 2, "legal_mode": "agency", "licence": "13-ユ-000000"}
        )
        with self.db.begin() as tx:
            document = BETA.signed("org", agency.canonical())
            members.put_descriptor(tx, agency, document.encode())

    def _adopt(self, **edits: Any) -> None:
        following = {"version": 2, "prev_sha256": self.cs, **edits}
        version = self.consortium.model_copy(update=following)
        with self.db.begin() as tx:
            document = ALPHA.signed("board", version.canonical())
            members.put_version(tx, version, document.encode())

    def close(self) -> None:
        self.db.close()


def _database(folder: Path) -> Database:
    db = open_database(f"sqlite:///{folder}/node.sqlite3")
    lay_schema(db)
    return db
