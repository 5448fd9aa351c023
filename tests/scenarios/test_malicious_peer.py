"""A member with real keys that breaks the rules: it harms nobody but itself."""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from werkzeug.test import Client

from node.storage import peers, trees
from protocol.body import Opening
from protocol.errors import ForkError
from protocol.ledger import Figures
from protocol.log import leaf as leaves
from protocol.log.checkpoint import Checkpoint, sign_checkpoint
from protocol.log.leaf import Leaf, LeafKind
from protocol.log.note import MAX_SIGNATURES, Note, NoteSignature
from protocol.log.witness import AddCheckpoint, SplitViewError, UnknownLogError
from tests.scenarios.consortium import Consortium, Member, founded
from tests.scenarios.relay import balance, credited, rejected

ALPHA_HOST = "alpha.example.jp"


@pytest.fixture
def consortium(tmp_path: Path) -> Iterator[Consortium]:
    with founded(tmp_path) as found:
        found.tick(2)
        yield found


def append(member: Member, *written: Leaf) -> None:
    """Write leaves into a member's log without asking its services."""
    log = member.node.network.log
    with member.node.own.db.begin() as tx:
        trees.append(tx, log.origin, [leaf.canonical() for leaf in written])


def today(member: Member) -> str:
    with member.node.own.db.read() as tx:
        return member.node.network.log.today(tx)


def ids(member: Member, kind: LeafKind) -> list[str]:
    """Return the ids of one kind of leaf in a member's log, which all the world can read."""
    with member.node.own.db.read() as tx:
        return [row.leaf_id for row in trees.of_kinds(tx, member.node.own.origin, [kind])]


def copied(member: Member, leaf_ids: list[str], kind: LeafKind) -> None:
    """Let a member write the leaf ids of another one, with bodies of its own."""
    day = today(member)
    for leaf_id in leaf_ids:
        figures = Figures(quarter="2026-Q3", openings=1, applications=1, hires=0)
        opening = Opening.make(figures.to_json(), {})
        leaf = Leaf(kind=kind, id=leaf_id, c=opening.commitment().hex(), day=day, mv=1)
        log = member.node.network.log
        with member.node.own.db.begin() as tx:
            log._with_body(tx, leaf, opening, None)


def test_a_peer_cannot_withdraw_the_token_of_another(consortium: Consortium) -> None:
    people = rejected(consortium, "alpha", 3)
    people[0].agree(consortium["beta"].id)
    consortium.tick(3)
    assert consortium["beta"].node.counters()["peer_tokens"] == 1
    stolen = ids(consortium["alpha"], LeafKind.TOKEN_PUBLISH)
    gamma = consortium["gamma"]
    append(
        gamma,
        *(leaves.entry(leaf_id, "0" * 64, today(gamma), 1) for leaf_id in stolen),
        leaves.withdraw("e" * 32, stolen, today(gamma), 1),
    )
    consortium.tick(4)
    assert consortium["beta"].node.counters()["peer_tokens"] == 1


def test_a_peer_cannot_hide_a_token_by_taking_its_id_first(consortium: Consortium) -> None:
    people = rejected(consortium, "alpha", 3)
    consortium.wire.cut.add(ALPHA_HOST)
    people[0].agree(consortium["beta"].id)
    consortium.tick(2)
    gamma = consortium["gamma"]
    stolen = ids(consortium["alpha"], LeafKind.TOKEN_PUBLISH)
    copied(gamma, stolen, LeafKind.LEDGER)
    consortium.tick(2)
    append(gamma, leaves.withdraw("e" * 32, stolen, today(gamma), 1))
    consortium.tick(2)
    consortium.wire.cut.clear()
    consortium.tick(4)
    assert consortium["beta"].node.counters()["peer_tokens"] == 1


def test_a_peer_cannot_answer_for_a_leaf_of_anothers_ledger(consortium: Consortium) -> None:
    consortium.wire.cut.add("beta.example.jp")
    credited(consortium, "alpha")
    stolen = ids(consortium["alpha"], LeafKind.LEDGER)
    copied(consortium["gamma"], stolen, LeafKind.LEDGER)
    consortium.wire.cut = {ALPHA_HOST}
    consortium.tick(3)
    consortium.wire.cut.clear()
    # Claims that met the silence are answered first, so that alpha's ledger stands still.
    consortium.tick(12, seconds=60)
    assert balance(consortium, "alpha", reader="beta") == balance(consortium, "alpha")
    assert balance(consortium, "alpha").counts > 0


def test_an_id_used_twice_in_a_log_stops_no_other_peer(consortium: Consortium) -> None:
    people = rejected(consortium, "gamma", 3)
    people[0].agree(*(consortium[name].id for name in ("alpha", "beta")))
    consortium.tick(3)
    gamma, beta = consortium["gamma"], consortium["beta"].node
    copied_ids = ids(gamma, LeafKind.TOKEN_PUBLISH)
    append(
        gamma,
        *(leaves.publish(leaf_id, "0" * 64, today(gamma), 1) for leaf_id in copied_ids),
        *(leaves.ledger(leaf_id, "0" * 64, today(gamma), 1) for leaf_id in copied_ids),
    )
    consortium.tick(4)
    assert beta.counters()["peer_tokens"] == 1
    with beta.own.db.begin() as tx:
        size, state = beta.network.ledger.fold_and_keep(tx, gamma.id)
        assert size == trees.size(tx, gamma.node.own.origin)
    assert state.tally.void == len(copied_ids)


def test_the_other_head_of_a_fork_cannot_be_too_long_to_be_shown(consortium: Consortium) -> None:
    gamma = consortium["gamma"]
    beta = consortium["beta"].node
    log = gamma.node.network.log
    with beta.own.db.read() as tx:
        head = trees.head(tx, log.origin)
    assert head is not None
    other = sign_checkpoint(
        Checkpoint(log.origin, head.size, b"\x07" * 32), gamma.node.own.keys.log
    )
    padding = tuple(
        NoteSignature(f"nobody-{number}.example.jp", b"none", b"\x00" * 64)
        for number in range(MAX_SIGNATURES - 1)
    )
    padded = Note(other.text, (*other.signatures, *padding))
    with gamma.node.own.db.begin() as tx:
        trees.set_head(
            tx,
            log.origin,
            "signed",
            at=head.size,
            root_hash=b"\x07" * 32,
            note=padded.encode(),
        )
    with pytest.raises(ForkError):
        beta.network.feed.pull(gamma.id)
    with beta.own.db.read() as tx:
        assert peers.is_forked(tx, gamma.id)
        assert len(trees.of_kinds(tx, beta.own.origin, [LeafKind.EVIDENCE_FORK])) == 1


def test_a_second_head_that_is_shown_to_a_witness_proves_the_fork_once(
    consortium: Consortium,
) -> None:
    gamma, beta = consortium["gamma"], consortium["beta"].node
    origin = gamma.node.own.origin
    with beta.own.db.read() as tx:
        head = trees.head(tx, origin)
    assert head is not None
    false = Checkpoint(origin, head.size, b"\x07" * 32)
    note = sign_checkpoint(false, gamma.node.own.keys.log)
    request = AddCheckpoint(head.size, (), note).encode()
    with pytest.raises(SplitViewError):
        beta.network.witness.add_checkpoint(request)
    # Not even what fits the first history is cosigned after that.
    honest = AddCheckpoint(head.size, (), Note.parse(head.note)).encode()
    for again in (request, honest):
        with pytest.raises(UnknownLogError):
            beta.network.witness.add_checkpoint(again)
    with beta.own.db.read() as tx:
        assert peers.is_forked(tx, gamma.id)
        assert len(trees.of_kinds(tx, beta.own.origin, [LeafKind.EVIDENCE_FORK])) == 1


@pytest.mark.parametrize("number", [0, 2**53 - 1, 2**53, 2**63, 10**30])
@pytest.mark.parametrize("place", ["membership", f"descriptor/{'0' * 32}"])
def test_a_stranger_cannot_fill_the_log_with_faults(
    consortium: Consortium, place: str, number: int
) -> None:
    client = Client(consortium.wire.apps["beta.example.jp"])
    assert client.get(f"/tasuki/v1/{place}/{number}").status_code == HTTPStatus.NOT_FOUND
