"""Words of a source that a recruiter explained for good; they reach files and systems alike."""

import json

from node.domain.mapping import ColumnMapping, End, mapping_from
from node.storage import batches
from node.storage.database import Tx


def remembered(tx: Tx, source: str, mapping: ColumnMapping) -> ColumnMapping:
    """Return *mapping* with the words of *source* that somebody explained."""
    words: dict[str, End] = {}
    for answer in batches.answers(tx, source):
        words.update(mapping_from(source, json.loads(answer)).ends)
    return mapping.with_words(words)
