"""Heads that are missing, foreign or unwitnessed, and a membership that is not logged."""

from dataclasses import replace

import pytest

from protocol.audit import records as rows
from protocol.audit.finding import Code
from protocol.audit.records import NoteRecord
from protocol.audit.verdict import verify
from protocol.log import leaf as leaves
from protocol.log.checkpoint import Checkpoint, sign_checkpoint
from protocol.log.note import Note
from tests.protocol.audit.honest_bundle import found, records, signed_bundle
from tests.protocol.audit.small_network import DAY, Network, Node
from tests.protocol.companies import DAY_S, NOW


@pytest.fixture
def network() -> Network:
    return Network()


def with_notes(node: Node, *notes: Note, exported: int = NOW + 3 * DAY_S) -> list[rows.Record]:
    """Return the records of *node* with other heads."""
    written: list[rows.Record] = []
    for record in records(node, exported=exported):
        if isinstance(record, NoteRecord):
            written.extend(NoteRecord(note=note.encode().decode()) for note in notes)
        else:
            written.append(record)
    return written


def unwitnessed(node: Node, size: int) -> Note:
    return sign_checkpoint(Checkpoint(node.log, size, node.root(size)), node.company.key("log"))


def test_head_of_another_tree(network: Network) -> None:
    alpha = network.alpha
    head = sign_checkpoint(Checkpoint(alpha.log, 2, bytes(32)), alpha.company.key("log"))
    assert Code.HEAD_ROOT in found(alpha, with_notes(alpha, head))


def test_head_that_another_log_signed(network: Network) -> None:
    alpha = network.alpha
    assert Code.HEAD_SIGNATURE in found(alpha, with_notes(alpha, network.beta.head()))


def test_entries_beyond_the_largest_head(network: Network) -> None:
    alpha = network.alpha
    assert found(alpha, with_notes(alpha, alpha.head(1))) == [Code.HEAD_SIZE, Code.UNWITNESSED]


def test_head_beyond_the_entries(network: Network) -> None:
    alpha = network.alpha
    larger = sign_checkpoint(Checkpoint(alpha.log, 9, bytes(32)), alpha.company.key("log"))
    assert found(alpha, with_notes(alpha, alpha.head(), larger)) == [Code.HEAD_SIZE]


def test_cosignature_that_does_not_hold(network: Network) -> None:
    alpha = network.alpha
    note = alpha.head()
    line = note.signatures[-1]
    forged = note.with_signature(replace(line, blob=line.blob[:-1] + bytes([line.blob[-1] ^ 1])))
    assert found(alpha, with_notes(alpha, forged)) == [
        Code.HEAD_SIGNATURE,
        Code.HEAD_SIZE,
        Code.UNWITNESSED,
    ]


def test_larger_head_that_nobody_has_seen_yet(network: Network) -> None:
    alpha = network.alpha
    witnessed = alpha.head()
    alpha.append(leaves.withdraw(network.new_id(), [network.new_id()], DAY, 1))
    soon = with_notes(alpha, witnessed, unwitnessed(alpha, 3), exported=NOW + 60)
    assert found(alpha, soon) == [Code.WITHDRAWAL]
    verdict = verify(signed_bundle(alpha, soon), network.cs)
    assert (verdict.statistics["witnessed"], verdict.statistics["entries"]) == (2, 3)
    late = with_notes(alpha, witnessed, unwitnessed(alpha, 3))
    assert found(alpha, late) == [Code.UNWITNESSED, Code.WITHDRAWAL]


def test_smaller_second_head(network: Network) -> None:
    alpha = network.alpha
    assert found(alpha, with_notes(alpha, alpha.head(), alpha.head(1))) == [Code.HEAD_SIZE]


def test_one_of_two_witnesses_is_not_enough(network: Network) -> None:
    alpha = network.alpha
    note = alpha.head()
    fewer = replace(note, signatures=note.signatures[:-1])
    assert found(alpha, with_notes(alpha, fewer)) == [Code.UNWITNESSED]


def test_log_that_does_not_say_which_it_is(network: Network) -> None:
    network.alpha.restart()
    network.accept(network.alpha, network.versions[0])
    assert found(network.alpha) == [Code.LOG_OPEN]


def test_log_that_opens_twice(network: Network) -> None:
    alpha = network.alpha
    alpha.append(leaves.log_open(network.new_id(), alpha.log, network.cs, DAY, 1))
    assert found(alpha) == [Code.LOG_OPEN]


def test_version_that_the_log_names_and_the_bundle_lacks(network: Network) -> None:
    alpha = network.alpha
    alpha.append(leaves.member_accept(network.new_id(), 2, "00" * 32, DAY, 2))
    assert found(alpha) == [Code.MEMBERSHIP_MISSING]
    alpha.append(leaves.withdraw(network.new_id(), [network.new_id()], DAY, 3))
    codes = found(alpha)
    assert codes == [Code.MEMBERSHIP_MISSING, Code.MEMBERSHIP_MISSING, Code.WITHDRAWAL]


def test_version_with_another_hash(network: Network) -> None:
    network.alpha.append(leaves.member_accept(network.new_id(), 1, "00" * 32, DAY, 1))
    assert found(network.alpha) == [Code.MEMBERSHIP_MISSING]


def test_version_that_was_never_logged(network: Network) -> None:
    network.add_version()
    assert found(network.alpha) == [Code.MEMBERSHIP_UNLOGGED]
    network.accept(network.alpha, network.versions[1])
    assert found(network.alpha) == []


def test_newcomer_logs_from_the_version_that_it_joined_under(network: Network) -> None:
    network.add_version()
    gamma = network.gamma
    gamma.restart()
    gamma.append(leaves.log_open(network.new_id(), gamma.log, network.cs, DAY, 2))
    network.accept(gamma, network.versions[1])
    assert found(gamma) == []


def test_log_without_a_head(network: Network) -> None:
    assert found(network.alpha, with_notes(network.alpha)) == [Code.HEAD_MISSING, Code.UNWITNESSED]
