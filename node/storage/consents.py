"""Named queries on consents, tokens and their deliveries."""

from sqlmodel import col, select

from node.storage.database import Tx
from node.storage.tables.consent import Consent, Delivery, FetchRequest, Token
from node.storage.tables.referral import Claim
from protocol.claim_life import State as ClaimState
from protocol.consent_life import State
from protocol.identifiers import new_id
from protocol.token_life import State as TokenState


def given(tx: Tx, person_id: str) -> Consent | None:
    """Return the consent of a person that stands now."""
    query = select(Consent).where(Consent.person_id == person_id, Consent.state == State.GIVEN)
    return tx.exec(query).first()


def get(tx: Tx, consent_id: str) -> Consent | None:
    """Return a consent."""
    return tx.get(Consent, consent_id)


def newest(tx: Tx, person_id: str) -> Consent | None:
    """Return the latest consent of a person, whatever became of it."""
    query = (
        select(Consent)
        .where(Consent.person_id == person_id)
        .order_by(col(Consent.given_at).desc(), col(Consent.idx).desc())
        .limit(1)
    )
    return tx.exec(query).first()


def all_consents(tx: Tx) -> list[Consent]:
    """Return every consent in the order of the log."""
    return list(tx.exec(select(Consent).order_by(col(Consent.idx))))


def expired(tx: Tx, *, now: int) -> list[Consent]:
    """Return the standing consents whose time is over."""
    return list(
        tx.exec(select(Consent).where(Consent.state == State.GIVEN, Consent.not_after <= now))
    )


def token(tx: Tx, token_id: str) -> Token | None:
    """Return one of this node's own tokens."""
    return tx.get(Token, token_id)


def live(tx: Tx, token_id: str) -> Token | None:
    """Return one of this node's own tokens, None once it ended or as a decoy."""
    query = select(Token).where(Token.id == token_id, Token.state == TokenState.LIVE)
    return tx.exec(query).first()


def tokens_of(tx: Tx, consent_id: str, *states: TokenState) -> list[Token]:
    """Return the tokens of a consent that are in one of the states."""
    query = select(Token).where(Token.consent_id == consent_id, col(Token.state).in_(states))
    return list(tx.exec(query.order_by(col(Token.receiver))))


def queue(tx: Tx, consent: Consent, receiver: str) -> None:
    """Add the token of a consent for one receiver; it waits for its batch."""
    tx.add(
        Token.new(
            id=new_id(),
            consent_id=consent.id,
            person_id=consent.person_id,
            receiver=receiver,
            state=TokenState.QUEUED,
            level=consent.level,
            not_after=consent.not_after,
        )
    )


def queued(tx: Tx) -> list[Token]:
    """Return the tokens that wait for their batch."""
    return list(tx.exec(select(Token).where(Token.state == TokenState.QUEUED)))


def live_in(tx: Tx, receiver: str, first: int, end: int) -> list[Token]:
    """Return the live tokens for a receiver whose leaves lie in a range of the log."""
    query = select(Token).where(
        Token.receiver == receiver,
        Token.state == TokenState.LIVE,
        col(Token.idx) >= first,
        col(Token.idx) < end,
    )
    return list(tx.exec(query.order_by(col(Token.idx))))


def published(tx: Tx) -> list[Token]:
    """Return every token that has a leaf, in the order of the log."""
    query = select(Token).where(col(Token.idx).is_not(None))
    return list(tx.exec(query.order_by(col(Token.idx))))


def delivery(tx: Tx, token_id: str) -> Delivery | None:
    """Return the matrix cell of a token."""
    return tx.get(Delivery, token_id)


def uncounted(tx: Tx, *, before: int) -> list[Token]:
    """Return the live tokens delivered before a time, of people neither counted nor asked about."""
    asked_about = select(Claim.person_id).where(
        col(Claim.state).in_([ClaimState.PLANNED, ClaimState.SENT, ClaimState.COUNTED])
    )
    query = (
        select(Token)
        .join(Delivery, col(Delivery.token_id) == col(Token.id))
        .where(
            Token.state == TokenState.LIVE,
            col(Delivery.delivered_at) <= before,
            col(Token.person_id).not_in(asked_about),
        )
        .order_by(col(Delivery.delivered_at), col(Token.id))
    )
    return list(tx.exec(query))


def matrix(tx: Tx) -> list[tuple[Token, Delivery]]:
    """Return every ended token that was delivered, with its cell of the matrix."""
    query = (
        select(Token, Delivery)
        .join(Delivery, col(Delivery.token_id) == col(Token.id))
        .where(col(Token.ended_at).is_not(None))
        .order_by(col(Token.ended_at).desc())
    )
    return list(tx.exec(query))


def deliveries(tx: Tx) -> list[Delivery]:
    """Return every cell."""
    return list(tx.exec(select(Delivery)))


def keep_fetch(tx: Tx, digest: bytes, sender: str, document: bytes) -> None:
    """Keep the signed request for bodies as the proof of who asked."""
    if tx.get(FetchRequest, digest) is None:
        tx.add(FetchRequest.new(digest=digest, sender=sender, document=document))


def fetch_request(tx: Tx, digest: bytes) -> bytes | None:
    """Return a kept request."""
    row = tx.get(FetchRequest, digest)
    return None if row is None else row.document
