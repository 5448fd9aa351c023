"""A company's wish to be a member, signed by the keys it will have (PROTOCOL 5).

Founders hand theirs to whoever drafts version 1; a newcomer posts it to a member.
It binds nobody: only the board's signatures under ``consortium.json`` admit.
"""

from typing import Literal, Self

from pydantic import model_validator

from crypto.ed25519 import SigningKey
from protocol.document import Signed, sign
from protocol.errors import MalformedError, TooLargeError
from protocol.identifiers import HashHex, Time, key_id
from protocol.membership import Member
from protocol.public_key import PublicKey, verify_key
from protocol.value import Value

MAX_REQUEST_BYTES = 16 * 1024


class AdmissionRequest(Value):
    """The entry that a company asks for, as the board would put it down."""

    v: Literal[1]
    cs: HashHex | None = None  # the consortium; absent where it is to be founded
    member: Member
    board_key: PublicKey | None = None  # a founder's
    issued: Time

    @model_validator(mode="after")
    def _is_a_beginning(self) -> Self:
        if self.member.status != "active":
            raise ValueError("asks for another status than active")
        if (self.cs is None) != (self.board_key is not None):
            raise ValueError("a board key stands exactly where no consortium is named")
        if self.board_key == self.member.org_key:
            raise ValueError("one key for two purposes")
        return self


def sign_request(request: AdmissionRequest, org: SigningKey, board: SigningKey | None) -> Signed:
    """Return *request* signed by the keys that it names."""
    signers = [(key_id("org", org.public.raw), org)]
    if board is not None:
        signers.append((key_id("board", board.public.raw), board))
    return sign(request.canonical(), signers)


def open_request(payload: bytes) -> AdmissionRequest:
    """Return the request in *payload*, whose sender holds every key that it names.

    Raises:
        TooLargeError: more than ``MAX_REQUEST_BYTES``.
        MalformedError: another form, or a named key did not sign.
    """
    if len(payload) > MAX_REQUEST_BYTES:
        raise TooLargeError("admission request too large")
    signed = Signed.parse(payload)
    # Read before it is verified: the keys that must have signed stand inside.
    request = AdmissionRequest.parse(signed.doc)
    keys = dict(request.member.org_keys())
    if request.board_key is not None:
        board = verify_key(request.board_key)
        keys[key_id("board", board.raw)] = board
    if signed.verify(keys) != frozenset(keys):
        raise MalformedError("a named key did not sign")
    return request
