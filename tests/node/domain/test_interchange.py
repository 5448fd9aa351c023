"""The file of uniform records: one spelling, one schema a version (A23)."""

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema_rs
import pytest

from node.domain.errors import InterchangeError
from node.domain.interchange import head, line_of, records_in, schema
from node.domain.record import Record
from node.domain.rows import ParsedRow
from node.domain.vocabulary import Vocabulary
from protocol.taxonomy import EndedBy
from tests.node.corpus.people import doda, herp, hrmos, jobcan
from tests.node.corpus.reading import rows_of

SCHEMA = Path(__file__).parents[3] / "docs" / "schema" / "applications-1.json"


def records(vocabulary: Vocabulary) -> list[Record]:
    """Return what the corpus of systems holds, with one recruiter's word."""
    made = (herp, hrmos, jobcan, doda)
    found = [
        Record(make.__name__, row.candidate_id, row.identity, row.profile, row.application, cells)
        for make in made
        for row in rows_of(make(), vocabulary)
        if isinstance(row, ParsedRow)
        for cells in ({key: text for key, text in row.cells.items() if text},)
    ]
    first = found[0]
    said = Record(
        first.source,
        first.candidate_id,
        first.identity,
        first.profile,
        first.application,
        first.cells,
        answer=EndedBy.ORG,
    )
    return [said, *found[1:]]


def test_every_record_comes_back_in_the_same_bytes(vocabulary: Vocabulary) -> None:
    written = [line_of(one) for one in records(vocabulary)]
    lines = [head(len(written)), *written]
    found = list(records_in(line + b"\n" for line in lines))
    assert found == records(vocabulary)
    assert [line_of(one) for one in found] == written


def test_the_schema_is_the_one_that_was_published_and_holds(vocabulary: Vocabulary) -> None:
    """Another shape of the record is another version: write a new schema beside this one."""
    published = json.loads(SCHEMA.read_text("utf-8"))
    assert json.loads(json.dumps(schema())) == published
    check = jsonschema_rs.validator_for(published)
    for one in records(vocabulary):
        check.validate(json.loads(line_of(one)))
    broken = json.loads(line_of(records(vocabulary)[0]))
    broken["application"]["ended_by"] = "nobody"
    assert not check.is_valid(broken)


def put(lines: list[bytes], place: int, *changed: bytes) -> list[bytes]:
    return [*lines[:place], *changed, *lines[place + 1 :]]


def swap(lines: list[bytes], place: int, old: bytes, new: bytes) -> list[bytes]:
    assert old in lines[place]
    return put(lines, place, lines[place].replace(old, new, 1))


# Each with a word of the refusal.
BROKEN: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str]] = {
    "empty": (lambda lines: lines[:0], "not a file"),
    "a table": (lambda lines: put(lines, 0, b"application,name"), "not a file"),
    "another format": (lambda lines: swap(lines, 0, b"tasuki", b"x"), "not a file"),
    "another version": (lambda lines: swap(lines, 0, b'"version":1', b'"version":2'), "version"),
    "no number": (lambda lines: swap(lines, 0, b'"lines":', b'"rows":'), "version"),
    "cut off": (lambda lines: lines[:-1], "were promised"),
    "one more": (lambda lines: [*lines, lines[-1]], "were promised"),
    "another spelling": (lambda lines: swap(lines, 1, b":", b": "), "line 2 is no record"),
    "no record": (lambda lines: put(lines, 2, b"{}"), "line 3 is no record"),
    "a foreign code": (lambda lines: swap(lines, 1, b'"org"', b'"us"'), "line 2 is no record"),
    "a text for a number": (
        lambda lines: swap(lines, 1, b'"cost_yen":null', b'"cost_yen":"1"'),
        "line 2 is no record",
    ),
    "one key more": (lambda lines: swap(lines, 1, b'{"answer"', b'{"a":1,"answer"'), "line 2"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_file_that_no_node_wrote_is_refused_without_a_word_of_it(
    vocabulary: Vocabulary, how: str
) -> None:
    change, says = BROKEN[how]
    written = [line_of(one) for one in records(vocabulary)]
    with pytest.raises(InterchangeError, match=says) as refused:
        list(records_in(change([head(len(written)), *written])))
    assert "example.jp" not in str(refused.value)
