"""Who is who in a bundle: the chain from the trusted fingerprint, and the descriptors."""

from itertools import pairwise

from protocol.audit.bundle import Bundle
from protocol.audit.finding import Code, ReadProblem, Remarks
from protocol.audit.records import ConsortiumRecord, DescriptorRecord
from protocol.descriptor import Descriptor, accept
from protocol.directory import Directory
from protocol.errors import MalformedError, ProtocolError
from protocol.identifiers import MemberId
from protocol.membership import Consortium, accept_first, accept_next


def read_directory(bundle: Bundle, trust: str, remarks: Remarks, *, now: int) -> Directory | None:
    """Return the directory that follows from *trust*, or None where version 1 is another.

    *now* is the time of the export. What is wrong with a document goes to *remarks*.
    """
    versions: list[Consortium] = []
    for number, record in enumerate(bundle.of(ConsortiumRecord), 1):
        try:
            versions.append(
                accept_next(versions[-1], record.signed, now=now)
                if versions
                else accept_first(record.signed, trust)
            )
        except ProtocolError:
            remarks.find(Code.MEMBERSHIP_CHAIN if versions else Code.NOT_ANCHORED, str(number))
            break
    if not versions:
        return None
    descriptors = _read_descriptors(bundle, versions, trust, remarks)
    return Directory.of(versions, descriptors)


def _read_descriptors(
    bundle: Bundle, versions: list[Consortium], cs: str, remarks: Remarks
) -> list[Descriptor]:
    read: list[Descriptor] = []
    for number, record in enumerate(bundle.of(DescriptorRecord), 1):
        try:
            read.append(_read_descriptor(record, versions, cs))
        except ProtocolError:
            remarks.find(Code.DESCRIPTOR, str(number))
    # Whoever left has signed before, so its keys are still to be known.
    described = {descriptor.member for descriptor in read}
    for member in versions[-1].members:
        if member.id not in described:
            remarks.find(Code.DESCRIPTOR_MISSING, member.id)
    places = [(descriptor.member, descriptor.number) for descriptor in read]
    if any(first >= second for first, second in pairwise(places)):
        remarks.set_aside(ReadProblem.ORDER, "descriptor")
    return read


def _read_descriptor(record: DescriptorRecord, versions: list[Consortium], cs: str) -> Descriptor:
    """Return the descriptor as some version of the membership vouches for it."""
    signed = record.signed
    member = MemberId(Descriptor.parse(signed.doc).member)
    # A member may have moved: the version that knew it at that host is not the newest.
    for version in reversed(versions):
        try:
            return accept(signed, version.member(member), cs)
        except ProtocolError:
            continue
    raise MalformedError("descriptor that no version vouches for")
