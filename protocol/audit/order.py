"""The order of the records of one kind (PROTOCOL 8): by the place of their leaf, or by name."""

from collections.abc import Iterator, Mapping, Sequence

from protocol.audit.case import Case
from protocol.audit.records import (
    BodyRecord,
    ConsentRecord,
    DeliveryRecord,
    FetchRecord,
    ForeignRecord,
    InRecord,
    NullifierRecord,
    OutRecord,
    PastRecord,
    ReceivedRecord,
    TokenRecord,
)
from protocol.delivery import Delivery, DocIn, DocOut
from protocol.reveal import Give


def misplaced(case: Case) -> Iterator[str]:
    """Return the kinds of which a record stands out of place, or stands there twice."""
    bundle = case.bundle
    leaves = {opened.id: opened.index for opened in reversed(case.leaves)}
    outs = {doc.sha256: opened.index for opened, doc in case.all(DocOut)}
    ins = {doc.sha256: opened.index for opened, doc in case.all(DocIn)}
    gives = {give.fetch: opened.index for opened, give in case.all(Give)}
    bodies = [row.id for row in bundle.records if isinstance(row, BodyRecord | PastRecord)]
    sequences: dict[str, Sequence[int | tuple[str, str] | str]] = {
        "body": _places(bodies, leaves),
        "consent": _places([row.id for row in bundle.of(ConsentRecord)], leaves),
        "token": _places([row.id for row in bundle.of(TokenRecord)], leaves),
        "out": _places([row.sha256 for row in bundle.of(OutRecord)], outs),
        "in": _places([row.sha256 for row in bundle.of(InRecord)], ins),
        "foreign": _places([row.fetch for row in bundle.of(ForeignRecord)], gives),
        "delivery": _places([row.token for row in bundle.of(DeliveryRecord)], leaves),
        "received": [(row.sender, row.token) for row in bundle.of(ReceivedRecord)],
        "nullifier": [row.nullifier for row in bundle.of(NullifierRecord)],
    }
    for kind, sequence in sequences.items():
        if list(sequence) != sorted(set(sequence)):
            yield kind
    # A request stands once for each of its deliveries: a lost answer is asked for again.
    fetches = [row.sha256 for row in bundle.of(FetchRecord)]
    deliveries = [item.fetch for _, item in case.all(Delivery)]
    if [name for name in fetches if name in set(deliveries)] != [
        name for name in deliveries if name in set(fetches)
    ]:
        yield "fetch"


def _places(names: Sequence[str], places: Mapping[str, int]) -> list[int]:
    """Return the places of *names*; what has none is a finding of its own."""
    return [places[name] for name in names if name in places]
