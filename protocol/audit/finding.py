"""What an auditor finds, as values that every language can print (PROTOCOL 8)."""

# ruff: noqa: S105 - tokens here are what a consent publishes, not secrets

from dataclasses import dataclass, field
from enum import StrEnum


class Code(StrEnum):
    """One fault each; the printed words stand with the pages."""

    # The file.
    HEADER = "header"  # not one header, first in the file
    NOT_ANCHORED = "not-anchored"  # another consortium than the trusted one
    FILE_HASH = "file-hash"
    FILE_SIGNATURE = "file-signature"
    # Membership.
    MEMBERSHIP_CHAIN = "membership-chain"
    MEMBERSHIP_MISSING = "membership-missing"  # named in the log, not in the bundle
    MEMBERSHIP_UNLOGGED = "membership-unlogged"
    DESCRIPTOR = "descriptor"
    DESCRIPTOR_MISSING = "descriptor-missing"
    # The log.
    HEAD_MISSING = "head-missing"
    HEAD_SIGNATURE = "head-signature"
    HEAD_ROOT = "head-root"
    HEAD_SIZE = "head-size"  # the largest head covers fewer or more entries than there are
    UNWITNESSED = "unwitnessed"
    LOG_OPEN = "log-open"
    ID_REPEATED = "id-repeated"
    # Bodies.
    BODY_MISSING = "body-missing"
    BODY_TWICE = "body-twice"
    BODY_UNKNOWN = "body-unknown"  # of no leaf that has one
    BODY_OPENING = "body-opening"
    BODY_FORM = "body-form"
    PAST_TOO_EARLY = "past-too-early"
    PAST_NEEDED = "past-needed"  # something in retention rests on it
    # Consents.
    CONSENT_ROW = "consent-row"  # missing, doubled or of no consent
    CONSENT_SIGNATURE = "consent-signature"
    CONSENT_RECEIVER = "consent-receiver"
    CONSENT_REPEATED = "consent-repeated"
    CONSENT_PRIOR = "consent-prior"
    CONSENT_END = "consent-end"  # the withdrawal of no consent, or a second one
    # Tokens.
    TOKEN_ROW = "token-row"
    TOKEN_CONSENT = "token-consent"
    TOKEN_EARLY = "token-early"
    TOKEN_LATE = "token-late"  # after its consent's withdrawal
    TOKEN_RECEIVER = "token-receiver"
    TOKEN_FIELDS = "token-fields"
    TOKEN_KEY = "token-key"
    TOKEN_TERMS = "token-terms"  # level, purpose, mode or end
    TOKEN_REPLACES = "token-replaces"
    TOKEN_ALIVE = "token-alive"  # although its consent was withdrawn
    WITHDRAWAL = "withdrawal"  # of a token never published, or withdrawn before
    # Deliveries.
    FETCH_MISSING = "fetch-missing"
    FETCH = "fetch"  # not that receiver's signed request for these leaves
    DELIVERED_DECOY = "delivered-decoy"
    DELIVERED_WITHDRAWN = "delivered-withdrawn"
    DELIVERED_ELSEWHERE = "delivered-elsewhere"
    DELIVERY_ROW = "delivery-row"
    DELIVERY_STATE = "delivery-state"
    OVERDUE = "overdue"  # against the peer
    # Envelopes.
    ENVELOPE_MISSING = "envelope-missing"
    ENVELOPE_UNLOGGED = "envelope-unlogged"
    ENVELOPE = "envelope"
    ENVELOPE_REPEATED = "envelope-repeated"
    ANSWER = "answer"
    # Reveals.
    ACCEPT = "accept"
    UNDO = "undo"
    GIVE_CHAIN = "give-chain"  # proposal < acceptance < fetch < give, each in hand
    GIVE_ACCEPTANCE = "give-acceptance"
    GIVE_SPEND = "give-spend"
    GIVE_ENVELOPE = "give-envelope"
    GIVE_REPEATED = "give-repeated"
    GIVE_UNDONE = "give-undone"
    GIVE_WITHDRAWN = "give-withdrawn"
    FOREIGN = "foreign"
    # The ledger.
    LEDGER_VOID = "ledger-void"
    BALANCE_MISSING = "balance-missing"
    BALANCE = "balance"
    RECEIPT_CLAIM = "receipt-claim"  # a receipt without the claim it answers
    RECEIPT_REPEATED = "receipt-repeated"  # a second one for one token
    COUNT_CLAIM = "count-claim"  # a count without its claim and receipt
    COUNT_WITHDRAWN = "count-withdrawn"
    NULLIFIER_ROW = "nullifier-row"
    NULLIFIER_PERSON = "nullifier-person"
    HOLD_PROPOSAL = "hold-proposal"
    SPEND_OPEN = "spend-open"  # neither a give nor a `returned`, and its end has passed
    SPEND_REPEATED = "spend-repeated"
    SPEND_UNKNOWN = "spend-unknown"  # a fetch under a spend that the log does not have
    RETURN_UNEXPLAINED = "return-unexplained"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault and its place: a leaf, envelope, member, version, line or record."""

    code: Code
    where: str = ""


class NotChecked(StrEnum):
    """What no bundle can show; printed with every verdict."""

    PERSON_EXISTS = "person-exists"
    GATE_POPULATION = "gate-population"
    PEER_DELETED = "peer-deleted"
    OUTSIDE_PROTOCOL = "outside-protocol"
    RECEIVED_ALONE = "received-alone"  # the node's own word without the origin's bundle


class ReadProblem(StrEnum):
    """Why a part of a bundle could not be checked."""

    NOT_CANONICAL = "not-canonical"
    UNKNOWN_RECORD = "unknown-record"
    UNKNOWN_FORM = "unknown-form"
    ORDER = "order"
    UNKNOWN_LEAF = "unknown-leaf"  # a kind of leaf, or of evidence, of another version
    UNKNOWN_MESSAGE = "unknown-message"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A part that could not be checked: *where* is a line number or an id."""

    problem: ReadProblem
    where: str


@dataclass(slots=True)
class Remarks:
    """What came up so far: faults, and parts that could not be checked."""

    findings: list[Finding] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)

    def find(self, code: Code, where: str = "") -> None:
        """Add a fault."""
        self.findings.append(Finding(code, where))

    def set_aside(self, problem: ReadProblem, where: str) -> None:
        """Add a part that could not be checked."""
        self.unreadable.append(Unreadable(problem, where))
