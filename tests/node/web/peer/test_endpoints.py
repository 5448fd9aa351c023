"""The endpoints of a node as readers, members and strangers meet them (PROTOCOL 4 and 5)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crypto import canonical_json
from crypto.hashing import sha256
from crypto.merkle import leaf_hash
from node.assembly.apps import peer_app
from node.peers.client import PREFIX
from node.storage import trees
from protocol.descriptor import Descriptor
from protocol.document import Signed
from protocol.http_signature import Request
from protocol.log.checkpoint import open_checkpoint
from protocol.log.leaf import Leaf
from protocol.log.note import Note
from protocol.log.proof import InclusionProof
from protocol.log.tiles import decode_bundle, entries_path, tile_path
from protocol.membership import Consortium as Version
from protocol.membership import fingerprint
from protocol.problem import Problem
from tests.node.services.by_hand import leaves, post
from tests.scenarios.consortium import Consortium, Member, founded


@pytest.fixture
def consortium(tmp_path: Path) -> Iterator[Consortium]:
    with founded(tmp_path) as found:
        found.tick(2)
        yield found


@pytest.fixture
def alpha(consortium: Consortium) -> Member:
    return consortium["alpha"]


def get(member: Member, path: str) -> tuple[int, bytes]:
    answer = peer_app(member.node).test_client().get(PREFIX + path)
    return answer.status_code, answer.data


def mirror(of: Member) -> str:
    return f"/mirror/{sha256(of.node.own.origin.encode()).hex()}"


@pytest.mark.parametrize("reader", ["alpha", "beta"])
def test_a_log_is_read_and_verified_from_its_owner_and_from_a_mirror(
    consortium: Consortium, alpha: Member, reader: str
) -> None:
    folder = "/log/0001" if reader == "alpha" else mirror(alpha)
    member = consortium[reader]
    status, note = get(member, f"{folder}/checkpoint")
    assert status == 200
    checkpoint = open_checkpoint(Note.parse(note), alpha.node.network.log.verifier)
    size = checkpoint.size
    status, bundle = get(member, f"{folder}/{entries_path(0, size)}")
    assert status == 200
    entries = decode_bundle(bundle, size)
    status, tile = get(member, f"{folder}/{tile_path(0, 0, size)}")
    assert (status, tile) == (200, b"".join(map(leaf_hash, entries)))
    assert get(member, f"{folder}/{entries_path(0, size + 1)}")[0] == 404
    assert get(member, f"{folder}/{tile_path(0, 0, size + 1)}")[0] == 404


def test_what_is_not_published_yet_is_not_served(alpha: Member) -> None:
    size = leaves(alpha)
    with alpha.node.own.db.begin() as tx:
        alpha.node.network.log.withdraw_tokens(tx, ["a" * 32])
        entry = trees.entry_at(tx, alpha.node.own.origin, size)
        assert entry is not None
    assert get(alpha, f"/log/0001/{entries_path(0, size + 1)}")[0] == 404
    assert get(alpha, f"/proof/{entry.leaf_id}")[0] == 404
    alpha.node.network.log.publish()
    assert get(alpha, f"/log/0001/{entries_path(0, size + 1)}")[0] == 200
    assert get(alpha, f"/proof/{entry.leaf_id}")[0] == 200


def test_a_leaf_is_proven_offline(alpha: Member) -> None:
    with alpha.node.own.db.read() as tx:
        entry = trees.entry_at(tx, alpha.node.own.origin, 0)
    assert entry is not None
    status, found = get(alpha, f"/proof/{entry.leaf_id}")
    assert status == 200
    proof = InclusionProof.parse(found)
    checkpoint = proof.verify(entry.payload, alpha.node.network.log.verifier)
    assert checkpoint.size > proof.index == 0
    assert Leaf.parse(entry.payload).kind == "log.open"


@pytest.mark.parametrize(
    "path",
    [
        "/log/0002/checkpoint",
        "/log/0001/tile/0/000.p/0",
        "/log/0001/tile/0/0",
        "/log/0001/tile/9/000",
        "/log/0001/tile/0/../../checkpoint",
        "/log/0001/nothing",
        f"/mirror/{'0' * 64}/checkpoint",
        f"/mirror/{'0' * 64}/tile/entries/000.p/1",
        f"/witness/{'0' * 64}/checkpoint",
        "/mirror/x/checkpoint",
        f"/proof/{'0' * 32}",
        "/membership/2",
        "/membership/x",
        f"/descriptor/{'0' * 32}/1",
        "/inbox/",
        "",
    ],
)
def test_what_is_not_there(alpha: Member, path: str) -> None:
    assert get(alpha, path)[0] == 404


def test_membership_and_descriptor_are_served_as_they_were_signed(
    consortium: Consortium, alpha: Member
) -> None:
    status, version = get(alpha, "/membership/1")
    assert status == 200
    assert fingerprint(Version.parse(Signed.parse(version).doc)) == consortium.trust
    status, own = get(alpha, f"/descriptor/{alpha.id}/1")
    assert status == 200
    answer = peer_app(alpha.node).test_client().get("/.well-known/tasuki-node")
    document = canonical_json.loads(answer.data)
    assert isinstance(document, dict)
    assert document["versions"] == [1]
    assert Signed.from_json(document["descriptor"]).encode() == own
    assert Descriptor.parse(Signed.parse(own).doc).member == alpha.id


@pytest.mark.parametrize("path", ["/inbox", "/bodies", "/status"])
def test_a_stranger_is_not_answered_and_learns_nothing(
    consortium: Consortium, alpha: Member, path: str
) -> None:
    before = leaves(alpha)
    method = "GET" if path == "/status" else "POST"
    url = f"https://alpha.example.jp{PREFIX}{path}"
    for headers in ({}, {"signature": "sig=:AA==:", "signature-input": "sig=()"}):
        answer = consortium.wire.carry(Request(method, url, headers, b"{}"))
        problem = Problem.parse(answer.body)
        assert (answer.status, problem.kind, problem.signed) == (401, "unauthorized", None)
        assert "signature" not in answer.headers
    assert leaves(alpha) == before


def test_the_status_is_a_lease_of_the_newest_head(consortium: Consortium, alpha: Member) -> None:
    network = consortium["beta"].node.network
    answer = network.client.ask(network.feed.peer(alpha.id), "/status")
    document = canonical_json.loads(Signed.parse(answer.body).doc)
    assert isinstance(document, dict)
    now = int(consortium.clock.now().timestamp())
    assert (document["issued"], document["size"]) == (
        now,
        alpha.node.network.publication.own_size(),
    )
    assert isinstance(document["valid_until"], int)
    assert document["valid_until"] > now


def test_before_the_first_head_there_is_no_lease(tmp_path: Path) -> None:
    with founded(tmp_path, ["alpha", "beta"]) as young:
        # Founding tells both who they are; nothing was published before the first tick.
        alpha, beta = young["alpha"], young["beta"]
        for one, other in ((alpha, beta), (beta, alpha)):
            one.node.network.polling.discover()
            assert one.node.network.publication.peers() == [other.id]
        network = beta.node.network
        answer = network.client.ask(network.feed.peer(alpha.id), "/status")
        assert (answer.status, Problem.parse(answer.body).kind) == (425, "log-behind")
        assert get(alpha, "/log/0001/checkpoint")[0] == 404
        assert get(beta, f"{mirror(alpha)}/checkpoint")[0] == 404
        assert post(beta, alpha, b"{}", "/bodies").status == 400


def test_no_request_to_join_that_is_none_is_kept(alpha: Member, tmp_path: Path) -> None:
    browser = peer_app(alpha.node).test_client()
    for payload in (b"", b"{}", b"\xff", b"x" * 100_000):
        answer = browser.post(f"{PREFIX}/admission", data=payload)
        assert 400 <= answer.status_code < 500
    assert not list((tmp_path / "alpha" / "data").glob("admissions/*"))
