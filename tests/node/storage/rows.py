"""Rows of an invented company, valid in every reference, for the tests of the queries."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from crypto.aead import new_key
from crypto.hashing import sha256
from node.storage.database import Tx
from node.storage.tables.application import Application, Batch, Interviewer, Job, StageEvent
from node.storage.tables.consent import Consent, Delivery, Token
from node.storage.tables.disclosure import Disclosure
from node.storage.tables.letter import Letter, Link
from node.storage.tables.opening import Introduction, Opening, Proposal
from node.storage.tables.peer_token import PeerToken
from node.storage.tables.person import BlindIndex, Profile, Tag
from node.storage.tables.row import Row
from node.storage.vault import Vault
from protocol.identifiers import new_id

NOW = 4_000_000_000  # after 2038, and beyond 32 bits with a sign
DAY = "2096-10-02"
BETA, GAMMA = "b" * 32, "c" * 32


RowT = TypeVar("RowT", bound=Row)


def made_vault() -> Vault:
    return Vault(new_key(), new_key())


@dataclass(slots=True)
class Rows:
    """Adds rows in one transaction; whatever is not given is a plain value."""

    tx: Tx
    vault: Vault = field(default_factory=made_vault)

    def add(self, row: RowT) -> RowT:
        self.tx.add(row)
        self.tx.flush()
        return row

    def person(self) -> str:
        return self.vault.new_person(self.tx, DAY)

    def profile(self, person: str, **values: Any) -> Profile:
        row = {"region": "chubu", "retained_until": DAY} | values
        return self.add(Profile.new(person_id=person, **row))

    def tag(self, person: str, family: str, value: str) -> Tag:
        return self.add(Tag.new(person_id=person, family=family, value=value))

    def index(self, person: str, kind: str, digest: bytes) -> BlindIndex:
        return self.add(BlindIndex.new(person_id=person, kind=kind, digest=digest))

    def job(self, title: str = "法人営業") -> Job:
        return self.add(Job.new(id=new_id(), title=title, occupation="sales"))

    def batch(self, **values: Any) -> Batch:
        row = {"id": new_id(), "source": "csv", "encoding": "utf-8", "started": NOW}
        row |= {"state": "done", "format": "csv", "header": "[]", "mapping": "{}"}
        row |= {"dropped": "{}", "chunks": 0, "lines": 0}
        return self.add(Batch.new(**row | values))

    def application(
        self, person: str, *, job: Job | None = None, batch: Batch | None = None, **values: Any
    ) -> Application:
        found = new_id()
        row = {
            "id": found,
            "remote": sha256(found.encode()),
            "content": b"content",
            "person_id": person,
            "job_id": (job or self.job(f"求人 {found}")).id,
            "batch_id": (batch or self.batch()).id,
            "source": "csv",
            "route": "media",
            "applied_on": "2096-09-01",
            "furthest": "screening",
            "age_band": "30s",
        }
        return self.add(Application.new(**row | values))

    def interviewer(self) -> Interviewer:
        found = new_id()
        row = Interviewer.new(id=found, digest=sha256(found.encode()), sealed=b"sealed")
        return self.add(row)

    def stage(self, application: Application, stage: str, **values: Any) -> StageEvent:
        return self.add(StageEvent.new(application_id=application.id, stage=stage, **values))

    def letter(self, person: str, **values: Any) -> Letter:
        row = {
            "id": new_id(),
            "kind": "rejection",
            "person_id": person,
            "template": "relay",
            "language": "ja",
            "state": "queued",
            "queued_at": NOW,
        }
        return self.add(Letter.new(**row | values))

    def link(self, letter: Letter) -> Link:
        return self.add(
            Link.new(
                digest=sha256(new_id().encode()),
                kind="consent",
                person_id=letter.person_id,
                letter_id=letter.id,
                expires=NOW,
            )
        )

    def consent(self, person: str, **values: Any) -> Consent:
        row = {
            "id": new_id(),
            "idx": 1,
            "person_id": person,
            "letter_id": new_id(),
            "level": "E1",
            "language": "ja",
            "receivers": b"[]",
            "values": b"{}",
            "people": 10,
            "given_at": NOW,
            "not_after": NOW + 1000,
            "state": "given",
        }
        return self.add(Consent.new(**row | values))

    def token(self, consent: Consent, **values: Any) -> Token:
        row = {
            "id": new_id(),
            "consent_id": consent.id,
            "person_id": consent.person_id,
            "receiver": BETA,
            "state": "live",
            "level": "E1",
            "not_after": consent.not_after,
        }
        return self.add(Token.new(**row | values))

    def delivery(self, token: Token, **values: Any) -> Delivery:
        row = {"token_id": token.id, "receiver": token.receiver, "state": "delivered"}
        return self.add(Delivery.new(**row | values))

    def disclosure(self, token: Token, **values: Any) -> Disclosure:
        row = {
            "id": new_id(),
            "member": token.receiver,
            "token_id": token.id,
            "person_id": token.person_id,
            "state": "asked",
            "envelope": b"{}",
            "digest": b"digest",
            "hold_id": new_id(),
            "asked_at": NOW,
            "not_after": NOW + 100,
        }
        return self.add(Disclosure.new(**row | values))

    def opening(self, **values: Any) -> Opening:
        row = {
            "id": new_id(),
            "title": "営業",
            "requirement": b"{}",
            "terms": b"{}",
            "purpose": "採用選考",
            "retention_days": 90,
            "created_at": NOW,
        }
        return self.add(Opening.new(**row | values))

    def proposal(self, opening: Opening, **values: Any) -> Proposal:
        row = {
            "id": new_id(),
            "opening_id": opening.id,
            "member": BETA,
            "token_id": new_id(),
            "reasons": b"reasons",
            "state": "proposed",
            "created_at": NOW,
            "not_after": NOW + 100,
            "hold_id": new_id(),
            "digest": b"digest",
        }
        return self.add(Proposal.new(**row | values))

    def introduction(self, opening: Opening, **values: Any) -> Introduction:
        row = {
            "id": new_id(),
            "opening_id": opening.id,
            "member": BETA,
            "key": b"key",
            "sealed": b"sealed",
            "received_at": NOW,
            "keep_until": DAY,
            "status": "new",
            "report": True,
        }
        return self.add(Introduction.new(**row | values))

    def peer_token(self, **values: Any) -> PeerToken:
        row = {
            "id": new_id(),
            "member": BETA,
            "idx": 1,
            "level": "E1",
            "mode": "sandbox",
            "not_after": NOW + 100,
            "taken_at": NOW,
            "values": b"{}",
        }
        return self.add(PeerToken.new(**row | values))
