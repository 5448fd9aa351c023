"""The growing set keeps every older version."""

from hypothesis import given
from hypothesis import strategies as st

from protocol.ledger_seen import SeenSet


@given(st.lists(st.sets(st.text(max_size=3), max_size=5), max_size=8))
def test_every_version_holds_what_was_added_until_then(batches: list[set[str]]) -> None:
    seen, expected = SeenSet(), set[str]()
    versions = [(seen, frozenset(expected))]
    for batch in batches:
        seen, expected = seen.adding(batch), expected | batch
        versions.append((seen, frozenset(expected)))
    for version, values in versions:
        assert set(version) == values
        assert len(version) == len(values)
        assert all(value in version for value in values)
        assert "never added" not in version
