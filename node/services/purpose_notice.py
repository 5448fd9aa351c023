"""People who applied before their notice of purpose spoke of introductions to others.

APPI 27(1) lets them be introduced after their own consent alone; until it they stay in
the statistics and the own pool, marked.
"""

from collections.abc import Collection, Mapping
from datetime import date

from node.domain.source import Source
from node.storage import applicants
from node.storage.database import Tx


def unnoticed(tx: Tx, sources: Mapping[str, Source], people: Collection[str]) -> dict[str, date]:
    """Return those of *people* whom no notice covers, with the day from which one does.

    A person who applied again later was told then, whatever the first notice said.
    """
    if all(source.notice_from is None for source in sources.values()):
        return {}
    since: dict[str, date] = {}
    covered: set[str] = set()
    for person_id, name, applied_on in applicants.applied(tx, people):
        source = sources.get(name, Source(name))
        if source.notice_from is None or source.covers(date.fromisoformat(applied_on)):
            covered.add(person_id)
        else:
            since[person_id] = max(since.get(person_id, source.notice_from), source.notice_from)
    return {person_id: day for person_id, day in since.items() if person_id not in covered}
