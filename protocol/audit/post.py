"""The envelopes of a bundle: each signed, logged once, and answered by whom it went to."""

from collections.abc import Mapping
from dataclasses import dataclass

from protocol.audit.case import Opened, Posted, Request
from protocol.audit.finding import Code, ReadProblem, Remarks
from protocol.audit.records import FetchRecord, InRecord, OutRecord
from protocol.delivery import DocIn, DocOut
from protocol.directory import Directory
from protocol.document import Signed, SignedJson
from protocol.envelope import Envelope, EnvelopeAnswer
from protocol.errors import MalformedError, ProtocolError, UnknownKindError
from protocol.messages import parse_body
from protocol.messages.body import BodyFetch
from protocol.problem import Refusal


@dataclass(frozen=True, slots=True)
class Post:
    """Reads the envelopes of *owner* by the keys that *directory* ever listed."""

    owner: str
    directory: Directory
    remarks: Remarks

    def read(
        self,
        records: tuple[OutRecord, ...] | tuple[InRecord, ...],
        leaves: tuple[Opened, ...],
        kind: type[DocOut] | type[DocIn],
    ) -> tuple[Posted, ...]:
        """Return the envelopes of *records* at their leaves of *kind*, one for each."""
        waiting: dict[str, tuple[Opened, DocOut | DocIn]] = {}
        for opened in leaves:
            if isinstance(opened.content, kind):
                if opened.content.sha256 in waiting:
                    self.remarks.find(Code.ENVELOPE_REPEATED, opened.id)
                waiting[opened.content.sha256] = (opened, opened.content)
        read: list[Posted] = []
        for record in records:
            place = waiting.pop(record.sha256, None)
            if place is None:
                self.remarks.find(Code.ENVELOPE_UNLOGGED, record.sha256)
                continue
            try:
                read.append(self._posted(record, record.signed, *place))
            except UnknownKindError:
                self.remarks.set_aside(ReadProblem.UNKNOWN_MESSAGE, place[0].id)
            except ProtocolError:
                self.remarks.find(Code.ENVELOPE, place[0].id)
        for opened, _ in waiting.values():
            self.remarks.find(Code.ENVELOPE_MISSING, opened.id)
        return tuple(read)

    def requests(self, records: tuple[FetchRecord, ...]) -> Mapping[str, Request]:
        """Return the signed requests for bodies by their hash."""
        read: dict[str, Request] = {}
        for record in records:
            try:
                read[record.sha256] = self._request(record.signed)
            except ProtocolError:
                self.remarks.find(Code.FETCH)
        return read

    def _posted(
        self, record: OutRecord | InRecord, signed: Signed, opened: Opened, doc: DocOut | DocIn
    ) -> Posted:
        envelope = self._envelope(signed)
        mine = envelope.sender if isinstance(doc, DocOut) else envelope.to
        if mine != self.owner or envelope.kind != doc.type:
            raise MalformedError("envelope of another kind or member")
        if doc.sig_sha256 != signed.sigs_digest.hex():
            raise MalformedError("envelope with other signatures than were logged")
        if isinstance(doc, DocOut) and envelope.at.size != opened.index:
            raise MalformedError("envelope at another place than its leaf")
        message = parse_body(envelope.kind, envelope.to_json()["body"])
        try:
            answer = self._answer(record, envelope, opened)
        except ProtocolError:
            self.remarks.find(Code.ANSWER, opened.id)
            answer = None
        return Posted(opened.index, opened.id, signed, envelope, message, answer)

    def _envelope(self, signed: Signed) -> Envelope:
        """Return the envelope if its sender signed it, in this consortium."""
        envelope = Envelope.parse(signed.doc)
        signed.verify(self.directory.keys(envelope.sender, "document"))
        if envelope.cs != self.directory.cs:
            raise MalformedError("envelope in another consortium")
        if envelope.at.log != self.directory.origin(envelope.sender):
            raise MalformedError("envelope names another's log")
        return envelope

    def _answer(
        self, record: OutRecord | InRecord, envelope: Envelope, opened: Opened
    ) -> EnvelopeAnswer | None:
        if isinstance(record, OutRecord) and record.problem is not None:
            refused = self._settled(record.problem, envelope)
            refusal = Refusal.parse(refused.doc)
            if (refusal.id, refusal.sha256) != (envelope.id, envelope.digest().hex()):
                raise MalformedError("refusal of another envelope")
            return None
        if record.answer is None:
            return None
        answer = EnvelopeAnswer.parse(self._settled(record.answer, envelope).doc)
        if (answer.id, answer.sha256) != (envelope.id, envelope.digest().hex()):
            raise MalformedError("answer to another envelope")
        if isinstance(record, InRecord) and (answer.entry, answer.day) != (
            opened.id,
            opened.leaf.day,
        ):
            raise MalformedError("answer names another leaf")
        return answer

    def _settled(self, wire: SignedJson, envelope: Envelope) -> Signed:
        """Return the document by which the receiver of *envelope* settled it."""
        signed = Signed.from_wire(wire)
        signed.verify(self.directory.keys(envelope.to, "document"))
        return signed

    def _request(self, signed: Signed) -> Request:
        envelope = self._envelope(signed)
        message = parse_body(envelope.kind, envelope.to_json()["body"])
        if envelope.to != self.owner or not isinstance(message, BodyFetch):
            raise MalformedError("not a request for bodies of this log")
        if message.log != self.directory.origin(self.owner):
            raise MalformedError("request for another log")
        return Request(envelope.sender, message)
