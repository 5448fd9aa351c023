"""Consents: what the candidate is shown, chooses, signs and can end (PROTOCOL 6, DOMAIN 6.2)."""

from dataclasses import dataclass, field
from datetime import timedelta

from crypto import canonical_json
from crypto.canonical_json import Json
from crypto.ed25519 import SigningKey
from crypto.encoding import b64url_encode
from crypto.hashing import sha256
from crypto.randomness import random_bytes
from node.clock import Clock, day_of, seconds
from node.domain.letters import Answer, LetterKind
from node.domain.recipients import Scope
from node.i18n import DEFAULT, as_language
from node.services.blocks import Blocked, BlockReason, Blocks
from node.services.choices import (
    ConsentChoice,
    Draft,
    check_choice,
    months_later,
    values_of,
)
from node.services.errors import NothingToDoError, RefusedChoiceError
from node.services.letters import Tell
from node.services.links import Links, Visit
from node.services.log import Log
from node.services.offers import Offers
from node.services.withdrawals import Withdrawals
from node.storage import consents, letters, people, trees
from node.storage.database import Database, Tx
from node.storage.members import Members
from node.storage.tables.consent import Consent
from node.storage.tables.letter import Link
from node.storage.vault import Vault
from protocol.consent import (
    CandidateKey,
    ConsentGive,
    ConsentStatement,
    KeySignature,
    OriginSignature,
    PriorHead,
    Purpose,
    Signature,
    check_consent,
    receiver_commitment,
    signed_text,
)
from protocol.consent_life import State
from protocol.fields import TokenFields
from protocol.identifiers import KeyId, MemberId, new_id
from protocol.level import Level

UNDO = timedelta(days=7)
WITHDRAWAL_PATH = "/stop"  # signed within every consent: it must answer for good


@dataclass(frozen=True, slots=True)
class Consents:
    """Use cases on consents."""

    db: Database
    clock: Clock
    vault: Vault
    members: Members
    me: MemberId
    log: Log
    blocks: Blocks
    withdrawals: Withdrawals
    links: Links
    offers: Offers
    tell: Tell
    portal_url: str
    key_id: KeyId
    key: SigningKey = field(repr=False)

    def draft(self, visit: Visit, choice: ConsentChoice, key: CandidateKey | None) -> Draft:
        """Return the statement that the person is to confirm; it waits at the link.

        With a *key* of the browser it is at level E1, without one at E0, the origin's word.

        Raises:
            RefusedChoiceError: the choice is not one that the page offers.
            NothingToDoError: the person asked not to be asked.
        """
        with self.db.begin() as tx:
            draft = self._draft(tx, visit, choice, key)
            link = tx.get_one(Link, visit.digest)
            link.draft = self.vault.seal(tx, visit.person_id, visit.draft_place, draft.encode())
            return draft

    def sign(self, visit: Visit, shown: bytes, signature: KeySignature | None) -> str:
        """Take the consent that waits at the link; return its id.

        *shown* are the bytes of the statement on the page that the person confirmed.

        Raises:
            NothingToDoError: nothing waits there, or another statement does.
            MalformedError: the signature is not the key's over that statement.
        """
        with self.db.begin() as tx:
            link = tx.get_one(Link, visit.digest)
            if link.draft is None:
                raise NothingToDoError("no statement waits to be confirmed")
            draft = Draft.parse(self.vault.open(tx, visit.person_id, visit.draft_place, link.draft))
            if draft.statement.canonical() != shown:
                raise NothingToDoError("another statement waits")
            link.draft = None
            # After its own choice on this page "never ask again" stands no more.
            day = day_of(self.clock.now() - UNDO)
            people.unsuppress_since(tx, visit.person_id, day=day)
            consent_id = self._give(tx, visit, draft, signature or self._own_word(draft))
            self.tell(tx, LetterKind.RECEIPT, visit.person_id, consent_id, draft.statement.lang)
            return consent_id

    def people_like(self, visit: Visit, choice: ConsentChoice) -> int | None:
        """Return how many people share what is chosen so far; None while nothing is."""
        with self.db.read() as tx:
            profile = people.profile(tx, visit.person_id)
        try:
            return self.offers.reach(values_of(choice, profile)).people
        except RefusedChoiceError:
            return None

    def decline(self, visit: Visit) -> None:
        """Record that the person does not agree; a consent that stands is not touched."""
        with self.db.begin() as tx:
            letters.set_answer(tx, visit.letter_id, Answer.DECLINED)

    def withdraw(self, visit: Visit) -> None:
        """End the person's consent now; every receiver is told to erase.

        Raises:
            NothingToDoError: none stands.
        """
        with self.db.begin() as tx:
            self._withdraw(tx, visit.person_id)

    def stop(self, secret: str) -> bool:
        """Answer the one click of a mail program (RFC 8058).

        A consent that stands ends, and the person is never asked again; one mail says so
        and how to undo it. Returns whether a consent was withdrawn.

        Raises:
            LinkError: the link opens nothing.
        """
        with self.db.begin() as tx:
            link = self.links.look(tx, secret, "stop")
            person_id = link.person_id
            is_again = people.is_suppressed(tx, people.indexes(tx, person_id), Scope.ASK)
            people.suppress(tx, person_id, scope=Scope.ASK, day=day_of(self.clock.now()))
            if consents.given(tx, person_id) is not None:
                self._withdraw(tx, person_id)
                return True
            newest = consents.newest(tx, person_id)
            if not is_again:
                letters.set_answer(tx, link.letter_id, Answer.NEVER)
                language = as_language(letters.language_of(tx, link.letter_id)) or DEFAULT
                self.tell(tx, LetterKind.STOPPED, person_id, None, language)
            return newest is not None and newest.state == State.WITHDRAWN

    def would_withdraw(self, secret: str) -> bool:
        """Tell whether the one click would end a consent.

        Raises:
            LinkError: the link opens nothing.
        """
        with self.db.read() as tx:
            link = self.links.look(tx, secret, "stop")
            return consents.given(tx, link.person_id) is not None

    def _withdraw(self, tx: Tx, person_id: str) -> None:
        consent = consents.newest(tx, person_id)
        self.withdrawals.withdraw(tx, person_id)
        language = as_language(None if consent is None else consent.language) or DEFAULT
        self.tell(tx, LetterKind.WITHDRAWN, person_id, None, language)

    def _own_word(self, draft: Draft) -> OriginSignature:
        """Return the origin's signature at E0.

        Raises:
            NothingToDoError: the person's own key must sign.
        """
        if draft.statement.level is not Level.E0:
            raise NothingToDoError("the key of the browser must sign")
        text = signed_text(draft.statement)
        return OriginSignature(key=self.key_id, sig=b64url_encode(self.key.sign(text)))

    def _draft(
        self, tx: Tx, visit: Visit, choice: ConsentChoice, key: CandidateKey | None
    ) -> Draft:
        day = day_of(self.clock.now() - UNDO)
        if people.is_suppressed_before(tx, people.indexes(tx, visit.person_id), day=day):
            raise NothingToDoError("the time to undo is over")
        for company in choice.blocks:
            self.blocks.add(tx, visit.person_id, company, BlockReason.CHOSEN)
        directory = self.members.directory(tx)
        others = sorted(member.id for member in directory.current.active(besides=self.me))
        values = check_choice(choice, people.profile(tx, visit.person_id), set(others))
        receivers, commitments = self._receivers(tx, visit.person_id, choice, values.fields, others)
        head = trees.head(tx, self.log.origin, "witnessed")
        now = self.clock.now()
        statement = ConsentStatement(
            level=Level.E0 if key is None else Level.E1,
            cs=directory.cs,
            origin=self.me,
            record=new_id(),
            text_sha256=sha256(choice.text.encode()).hex(),
            lang=choice.language,
            purposes=(Purpose.RECRUITMENT,),
            receivers=tuple(sorted(commitments)),
            not_after=seconds(months_later(now, choice.months)),
            withdrawal=f"{self.portal_url}{WITHDRAWAL_PATH}",
            key=key,
            prior=None
            if head is None
            else PriorHead(origin=self.log.origin, size=head.size, root=head.root.hex()),
        )
        people_like = self.offers.reach_in(tx, values).people
        return Draft(statement=statement, receivers=receivers, values=values, people=people_like)

    def _receivers(
        self, tx: Tx, person_id: str, choice: ConsentChoice, fields: TokenFields, others: list[str]
    ) -> tuple[list[dict[str, Json]], list[str]]:
        """Return each other member with its salt and fields, and what the statement shows."""
        rows: list[dict[str, Json]] = []
        shown: list[str] = []
        for member in others:
            if member in choice.receivers and not self.blocks.is_blocked(tx, person_id, member):
                salt = random_bytes(32)
                rows.append({"member": member, "salt": salt.hex(), "fields": [*fields]})
                shown.append(receiver_commitment(salt, MemberId(member), fields).hex())
            else:
                rows.append({"member": member})
                shown.append(random_bytes(32).hex())
        return rows, shown

    def _give(self, tx: Tx, visit: Visit, draft: Draft, signature: Signature) -> str:
        """Log the consent and queue a token for each other member; an earlier one ends."""
        directory = self.members.directory(tx)
        give = ConsentGive(statement=draft.statement, signature=signature)
        check_consent(
            give,
            cs=directory.cs,
            origin=self.me,
            document_keys=directory.keys(self.me, "document"),
        )
        self.withdrawals.replace(tx, visit.person_id)
        blocked = [_shown_block(entry) for entry in self.blocks.of(tx, visit.person_id)]
        place = self.log.entry(tx, give, {"blocks": [*blocked]}, person_id=visit.person_id)
        key = draft.statement.key
        people.nullifier(tx, visit.person_id, random_bytes(32))
        consent = Consent.new(
            id=place.id,
            idx=place.index,
            person_id=visit.person_id,
            letter_id=visit.letter_id,
            level=str(draft.statement.level),
            key_alg=None if key is None else str(key.alg),
            key=None if key is None else key.raw,
            language=draft.statement.lang,
            receivers=canonical_json.dumps([*draft.receivers]),
            values=draft.values.canonical(),
            people=draft.people,
            given_at=seconds(self.clock.now()),
            not_after=draft.statement.not_after,
            state=State.GIVEN,
        )
        tx.add(consent)
        tx.flush()
        for row in draft.receivers:
            consents.queue(tx, consent, str(row["member"]))
        letters.set_answer(tx, visit.letter_id, Answer.AGREED)
        tx.flush()
        return place.id


def _shown_block(entry: Blocked) -> dict[str, Json]:
    """Return a block as the evidence of a consent holds it."""
    named = {"corporate_number": entry.number, "name": entry.name}
    return {key: value for key, value in named.items() if value is not None}
