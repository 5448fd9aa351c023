"""How a consortium is founded and grows: drafts and signatures, all of them files.

Nothing here needs a server or a database, so that a board key may stay on a machine
that has neither.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crypto.ed25519 import SigningKey
from crypto.encoding import b64url_encode
from node.clock import day_of, seconds
from node.services.errors import CeremonyError
from node.storage.keyfiles import SIGNING_PURPOSES, NodeKeys
from protocol.admission import AdmissionRequest, sign_request
from protocol.descriptor import MAX_AGE_S as MAX_DESCRIPTOR_AGE_S
from protocol.descriptor import DescribedKey, Descriptor, LegalMode
from protocol.document import CLOCK_SKEW_S, Signed, sign
from protocol.errors import MalformedError
from protocol.identifiers import key_id, new_id
from protocol.membership import (
    PROTOCOL_VERSION,
    Board,
    BoardKey,
    Consortium,
    LocalName,
    Member,
    Params,
    default_quorum,
)


@dataclass(frozen=True, slots=True)
class Company:
    """What a company says of itself to the others."""

    name_ja: str
    name_en: str
    corporate_number: str
    group: str | None
    address: str
    representative: str
    country: str
    url: str


def founder_request(
    company: Company, org: SigningKey, board: SigningKey, *, now: datetime
) -> Signed:
    """Return the signed wish to found a consortium, under a new random member id."""
    request = AdmissionRequest(
        v=1,
        member=_member(company, org, day_of(now)),
        board_key=b64url_encode(board.public.raw),
        issued=seconds(now),
    )
    return sign_request(request, org, board)


def newcomer_request(company: Company, org: SigningKey, cs: str, *, now: datetime) -> Signed:
    """Return the signed wish to join the consortium *cs*, under a new random member id."""
    request = AdmissionRequest(
        v=1, cs=cs, member=_member(company, org, day_of(now)), issued=seconds(now)
    )
    return sign_request(request, org, None)


def parameters(members: int, changes: Mapping[str, str]) -> Params:
    """Return the usual parameters for a number of members, with *changes* by name.

    Raises:
        CeremonyError: an unknown name, or a value out of range.
    """
    values = Params.default(members).to_json()
    for name, text in changes.items():
        if name not in values:
            raise CeremonyError(f"no parameter {name}: there are {', '.join(sorted(values))}")
        values[name] = int(text) if text.isascii() and text.isdecimal() else text
    try:
        return Params.from_json(values)
    except MalformedError as error:
        raise CeremonyError(f"a parameter is out of range: {error}") from None


def draft_first(
    name: str,
    requests: Sequence[AdmissionRequest],
    params: Params,
    *,
    lifetime: timedelta,
    now: datetime,
) -> Consortium:
    """Return version 1, founded by the companies of *requests* with a majority board.

    Raises:
        CeremonyError: fewer than two founders, a newcomer among them, one company
            twice, or a lifetime over 90 days.
    """
    founders = [
        BoardKey(holder=request.member.id, key=request.board_key)
        for request in requests
        if request.board_key is not None
    ]
    if len(founders) != len(requests) or len(founders) < 2:  # noqa: PLR2004 - a relay needs two
        raise CeremonyError("give the requests of at least two founders, and of nobody else")
    try:
        return Consortium(
            v=1,
            consortium=name,
            version=1,
            issued=seconds(now),
            expires=seconds(now + lifetime),
            board=Board(keys=tuple(founders), threshold=len(founders) // 2 + 1),
            min_protocol=PROTOCOL_VERSION,
            witnesses=(),
            witness_quorum=default_quorum(len(founders) - 1),
            params=params,
            members=tuple(request.member for request in requests),
        )
    except ValueError as error:
        raise CeremonyError(f"no consortium can be made of this: {_said(error)}") from None


def draft_admission(
    current: Consortium,
    cs: str,
    request: AdmissionRequest,
    *,
    lifetime: timedelta,
    now: datetime,
) -> Consortium:
    """Return the version after *current*, with the company of *request* as a member.

    Raises:
        CeremonyError: it asked for another consortium, is a member already, or the
            lifetime is over 90 days.
    """
    if request.cs != cs:
        raise CeremonyError("the request is for another consortium")
    member = request.member.model_copy(update={"since": day_of(now)})
    members = (*current.members, member)
    active = sum(1 for one in members if one.status == "active")
    document = current.to_json() | {
        "version": current.version + 1,
        "prev_sha256": current.digest().hex(),
        "issued": max(seconds(now), current.issued),
        "expires": seconds(now + lifetime),
        "witness_quorum": default_quorum(active - 1 + len(current.witnesses)),
        "members": [one.to_json() for one in members],
    }
    try:
        return Consortium.from_json(document)
    except MalformedError as error:
        raise CeremonyError(f"the company cannot be admitted: {error}") from None


def read_draft(payload: bytes) -> Consortium:
    """Return the consortium in a draft, signed or not; nothing is verified yet.

    Raises:
        MalformedError: it is no ``consortium.json``.
    """
    try:
        return Consortium.parse(Signed.parse(payload).doc)
    except MalformedError:
        return Consortium.parse(payload)


def sign_draft(payload: bytes, board: SigningKey) -> Signed:
    """Return the draft with the signature of one board key more.

    Raises:
        MalformedError: it is no ``consortium.json``, or signed by that key already.
        CeremonyError: the key is none of its board's.
    """
    consortium = read_draft(payload)
    name = key_id("board", board.public.raw)
    if name not in consortium.board.verify_keys():
        raise CeremonyError("the board of this consortium has another key for you")
    if payload == consortium.canonical():
        return sign(payload, [(name, board)])
    return Signed.parse(payload).countersign(name, board)


def describe(
    member: Member,
    cs: str,
    keys: NodeKeys,
    *,
    legal_mode: LegalMode,
    licence: str | None,
    number: int,
    now: datetime,
) -> Descriptor:
    """Return the node's descriptor; it and the keys in it last 90 days."""
    # Begun a little early: a peer's clock may be behind ours.
    start = seconds(now) - CLOCK_SKEW_S
    until = start + MAX_DESCRIPTOR_AGE_S
    listed = tuple(
        DescribedKey(
            purpose=purpose,
            alg="ed25519",
            key=b64url_encode(getattr(keys, purpose).public.raw),
            start=start,
            until=until,
        )
        for purpose in SIGNING_PURPOSES
    )
    return Descriptor(
        v=1,
        cs=cs,
        member=member.id,
        number=number,
        issued=start,
        expires=until,
        host=member.host,
        legal_mode=legal_mode,
        licence=licence,
        listed=listed,
    )


def sign_descriptor(descriptor: Descriptor, org: SigningKey) -> Signed:
    """Return *descriptor* under the member's offline key."""
    return sign(descriptor.canonical(), [(key_id("org", org.public.raw), org)])


def _member(company: Company, org: SigningKey, day: str) -> Member:
    try:
        return Member(
            id=new_id(),
            name=LocalName(ja=company.name_ja, en=company.name_en),
            corporate_number=company.corporate_number,
            group=company.group,
            address=company.address,
            representative=company.representative,
            country=company.country,
            url=company.url,
            org_key=b64url_encode(org.public.raw),
            status="active",
            since=day,
        )
    except ValueError as error:
        raise CeremonyError(f"no member can be made of the settings: {_said(error)}") from None


def _said(error: ValueError) -> str:
    """Return what was wrong, on one line; the values are public ones."""
    return "; ".join(line.strip() for line in str(error).splitlines()[1:3])
