"""Honest bundles are sound; whatever is dropped, doubled, moved or changed is seen."""

from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from crypto import canonical_json
from crypto.canonical_json import Json
from crypto.ed25519 import SigningKey
from crypto.hashing import sha256
from protocol.audit.bundle import end, write_line
from protocol.audit.finding import Code, NotChecked, ReadProblem
from protocol.audit.records import HeaderRecord
from protocol.audit.verdict import Verdict, verify
from tests.protocol.audit.acts import (
    Reveal,
    consent,
    count,
    delete,
    fetch,
    person,
    publish,
    withdraw,
)
from tests.protocol.audit.honest_bundle import found, records, signed_bundle
from tests.protocol.audit.small_network import Network, Node

NAMES = ("alpha", "beta", "gamma")


@cache
def relayed() -> Network:
    """A person of each of two nodes is counted, one is revealed; one more of alpha's withdraws."""
    network = Network()
    alpha, beta, gamma = network.alpha, network.beta, network.gamma
    for origin, receiver in ((alpha, beta), (beta, alpha)):
        given = consent(origin, person(origin), [receiver])
        tokens = [publish(origin, given, to) for to in (receiver, gamma)]
        fetch(origin, receiver, tokens[:1])
        count(origin, tokens[0])
    leaving = consent(alpha, person(alpha, has_key=False), [beta, gamma])
    tokens = [publish(alpha, leaving, to) for to in (beta, gamma)]
    fetch(alpha, beta, tokens[:1])
    withdraw(alpha, leaving)
    for token in tokens:
        delete(alpha, token)
    Reveal(alpha, beta, alpha.tokens[0]).whole()
    # Nobody claims for who left: that row alone may be missing without a trace.
    alpha.people.remove(leaving.person)
    return network


def lines_of(node: Node) -> list[bytes]:
    return [write_line(record) for record in records(node)]


def judge(lines: list[bytes], node: Node) -> Verdict:
    """Return the verdict on *lines* that the node's own document key signs anew."""
    body = b"".join(lines)
    last = end(sha256(body), node.company.key("document"))
    return verify(body + write_line(last), node.network.cs)


@pytest.mark.parametrize("name", NAMES)
def test_honest_node_is_sound(name: str) -> None:
    network = relayed()
    verdict = verify(signed_bundle(network.nodes[name]), network.cs)
    assert (verdict.findings, verdict.unreadable) == ((), ())
    assert verdict.exit_status == 0


def test_verdict_says_what_no_bundle_shows() -> None:
    network = relayed()
    verdict = verify(signed_bundle(network.alpha), network.cs)
    assert verdict.not_checked == tuple(NotChecked)


def test_acts_are_counted_at_each_evidence_level() -> None:
    network = relayed()
    statistics = verify(signed_bundle(network.alpha), network.cs).statistics
    assert statistics["consent.E0"] == statistics["consent.E1"] == statistics["accept.E1"] == 1
    assert (statistics["gives"], statistics["deliveries"], statistics["persons"]) == (1, 2, 2)
    assert statistics["witnessed"] == statistics["entries"]


@pytest.mark.parametrize("name", NAMES)
def test_any_changed_byte_is_found(name: str) -> None:
    network = relayed()
    payload = signed_bundle(network.nodes[name])
    for place in (*range(0, len(payload), 997), len(payload) - 1):
        altered = bytearray(payload)
        altered[place] ^= 1
        assert verify(bytes(altered), network.cs).exit_status == 1, place


@pytest.mark.parametrize("name", NAMES)
def test_cut_bundle_is_found(name: str) -> None:
    network = relayed()
    payload = signed_bundle(network.nodes[name])
    for place in (0, 1, len(payload) // 2, payload.rfind(b"\n", 0, -1) + 1, len(payload) - 1):
        assert verify(payload[:place], network.cs).exit_status == 1, place


@pytest.mark.parametrize("name", NAMES)
def test_exporter_that_drops_any_one_record_is_found(name: str) -> None:
    node = relayed().nodes[name]
    lines = lines_of(node)
    for place, line in enumerate(lines):
        assert judge(lines[:place] + lines[place + 1 :], node).exit_status == 1, line[:200]


@pytest.mark.parametrize("name", NAMES)
def test_exporter_that_doubles_any_one_record_is_seen(name: str) -> None:
    node = relayed().nodes[name]
    lines = lines_of(node)
    for place, line in enumerate(lines):
        assert judge([*lines[:place], line, *lines[place:]], node).exit_status, line[:200]


@pytest.mark.parametrize("name", ["alpha", "gamma"])
def test_exporter_that_swaps_two_records_is_seen(name: str) -> None:
    node = relayed().nodes[name]
    lines = lines_of(node)
    for place in range(len(lines) - 1):
        first, second = lines[place : place + 2]
        swapped = [*lines[:place], second, first, *lines[place + 2 :]]
        assert judge(swapped, node).exit_status, first[:200]


def edits(value: Json) -> Iterator[Json]:
    """Return *value* with one thing in it changed, in every way that keeps the form."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, str):
        middle = len(value) // 2
        yield (
            value[:middle]
            + ("1" if value[middle : middle + 1] == "0" else "0")
            + value[middle + 1 :]
        )
    elif isinstance(value, list):
        yield from ([*value[:at], *value[at + 1 :]] for at in range(len(value)))
        for at, item in enumerate(value):
            yield from ([*value[:at], edit, *value[at + 1 :]] for edit in edits(item))
    elif isinstance(value, dict):
        yield from ({key: value[key] for key in value if key != name} for name in value)
        for name, item in value.items():
            yield from ({**value, name: edit} for edit in edits(item))


# What only the node's own word stands behind: when it exported, when it received, and whose
# consent it was where nobody was counted.
OWN_WORD = {("header", "exported"), ("received", "day"), ("consent", "person")}


def is_own_word(before: dict[str, Json], after: Json) -> bool:
    assert isinstance(after, dict)
    changed = {name for name in before if before[name] != after.get(name)}
    if changed == {"answer"} and before["t"] == "out":
        return "answer" not in after  # as if nothing had come back yet
    return after.keys() == before.keys() and all(
        (before["t"], name) in OWN_WORD for name in changed
    )


@pytest.mark.parametrize(
    ("name", "enough"),
    [("alpha", 1), ("beta", 1), pytest.param("alpha", 2, marks=pytest.mark.campaign)],
)
def test_exporter_that_changes_anything_in_a_record_is_seen(name: str, enough: int) -> None:
    node = relayed().nodes[name]
    lines = lines_of(node)
    seen = Counter[str]()
    for place, line in enumerate(lines):
        before = canonical_json.loads(line[:-1])
        assert isinstance(before, dict)
        seen[str(before["t"])] += 1
        if seen[str(before["t"])] > enough:
            continue  # more of a kind take long and show nothing new
        for after in edits(before):
            if is_own_word(before, after):
                continue
            altered = canonical_json.dumps(after) + b"\n"
            verdict = judge([*lines[:place], altered, *lines[place + 1 :]], node)
            assert verdict.exit_status, (before["t"], altered[:300])


def test_record_of_another_version_could_not_be_checked() -> None:
    node = relayed().gamma
    lines = lines_of(node)
    verdict = judge([*lines, b'{"t":"wish"}\n'], node)
    assert [item.problem for item in verdict.unreadable] == [ReadProblem.UNKNOWN_RECORD]
    assert verdict.unreadable[0].where == str(len(lines) + 1)
    assert verdict.exit_status == 2


def test_another_consortium_is_not_trusted() -> None:
    network = relayed()
    verdict = verify(signed_bundle(network.alpha), "00" * 32)
    assert Code.NOT_ANCHORED in {finding.code for finding in verdict.findings}
    assert verdict.exit_status == 1


def test_stranger_cannot_sign_a_bundle() -> None:
    network = relayed()
    body = b"".join(lines_of(network.alpha))
    for key in (SigningKey(b"\x01" * 32), network.beta.company.key("document")):
        payload = body + write_line(end(sha256(body), key))
        assert [item.code for item in verify(payload, network.cs).findings] == [Code.FILE_SIGNATURE]


def test_key_id_of_the_node_over_a_strangers_signature_is_found() -> None:
    network = relayed()
    body = b"".join(lines_of(network.alpha))
    digest = sha256(body)
    forged = end(digest, network.beta.company.key("document")).model_copy(
        update={"key": network.alpha.company.key_id("document")}
    )
    verdict = verify(body + write_line(forged), network.cs)
    assert [item.code for item in verdict.findings] == [Code.FILE_SIGNATURE]


def test_export_outside_the_calendar_is_found() -> None:
    node = relayed().gamma
    first, *others = records(node)
    assert isinstance(first, HeaderRecord)
    for year_10000 in (253_402_300_800, 2**53 - 1):
        header = first.model_copy(update={"exported": year_10000})
        assert found(node, [header, *others]) == [Code.HEADER]


def test_bundle_begins_with_its_header() -> None:
    node = relayed().gamma
    first, second, *others = records(node)
    assert found(node, [second, first, *others]) == [Code.HEADER]
    assert found(node, [first, first, second, *others]) == [Code.HEADER]


def test_consent_under_a_version_that_is_missing_is_still_judged() -> None:
    network = Network()
    network.alpha.mv = 9
    consent(network.alpha, person(network.alpha), [network.beta])
    assert found(network.alpha) == [Code.MEMBERSHIP_MISSING]
