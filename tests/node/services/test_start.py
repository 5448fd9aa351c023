"""A restored backup never continues a log (PROTOCOL 2, Start; T12)."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.assembly import ticker
from node.assembly.node import Node, assemble
from node.assembly.own import Outside
from node.services.errors import RestoredBackupError
from node.storage.marker import Marker
from tests.node.reading import HereReader
from tests.node.services.by_hand import deletion, leaves, queued
from tests.scenarios.consortium import Consortium, founded, settings

KEPT = "node.sqlite3"


@pytest.fixture
def consortium(tmp_path: Path) -> Iterator[Consortium]:
    with founded(tmp_path) as found:
        found.tick(2)
        yield found


def backup(consortium: Consortium, folder: Path) -> Path:
    """Copy alpha's database as it is now."""
    assert consortium["alpha"].node.own.db.forget()
    kept = folder / "backup.sqlite3"
    shutil.copy(folder / "alpha" / "data" / KEPT, kept)
    return kept


def grown(consortium: Consortium) -> None:
    queued(consortium["alpha"], consortium["beta"], deletion())
    consortium.tick(2)


def restored(consortium: Consortium, folder: Path, kept: Path) -> Iterator[Node]:
    """Give alpha's node again, on the kept copy."""
    old = consortium["alpha"].node
    old.own.db.close()
    data = folder / "alpha" / "data"
    for path in data.glob(f"{KEPT}*"):
        path.unlink()
    shutil.copy(kept, data / KEPT)
    mail = consortium["alpha"].mail
    outside = Outside(consortium.clock, consortium.wire, mail, reader=HereReader())
    with assemble(settings(folder, "alpha"), old.own.keys, old.own.me, outside) as node:
        yield node


def tick(node: Node, stop: threading.Event) -> None:
    (job,) = (job for job in ticker.jobs(node, stop.set) if job.name == "tick")
    job.run()


def test_a_backup_older_than_the_marker_is_noticed(consortium: Consortium, tmp_path: Path) -> None:
    kept = backup(consortium, tmp_path)
    grown(consortium)
    for node in restored(consortium, tmp_path, kept):
        with pytest.raises(RestoredBackupError):
            node.network.start.check_marker()


def test_a_missing_marker_is_noticed_once_the_log_was_signed(
    consortium: Consortium, tmp_path: Path
) -> None:
    start = consortium["alpha"].node.network.start
    start.check_marker()
    (tmp_path / "alpha" / "marker").unlink()
    with pytest.raises(RestoredBackupError):
        start.check_marker()


def test_a_backup_with_its_marker_is_noticed_by_a_peers_larger_head(
    consortium: Consortium, tmp_path: Path
) -> None:
    kept = backup(consortium, tmp_path)
    marker = (tmp_path / "alpha" / "marker").read_bytes()
    grown(consortium)
    size = leaves(consortium["alpha"])
    (tmp_path / "alpha" / "marker").write_bytes(marker)
    stop = threading.Event()
    for node in restored(consortium, tmp_path, kept):
        node.network.start.check_marker()
        with pytest.raises(RestoredBackupError):
            node.network.start.may_sign()
        # The ticker ends the node, which has signed nothing.
        tick(node, stop)
        assert stop.is_set()
        assert node.network.publication.own_size() < size
        assert Marker(tmp_path / "alpha" / "marker").read() == int(marker)


def test_without_any_answer_nothing_is_signed(consortium: Consortium, tmp_path: Path) -> None:
    kept = backup(consortium, tmp_path)
    consortium.wire.cut |= {"beta.example.jp", "gamma.example.jp"}
    for node in restored(consortium, tmp_path, kept):
        before = node.network.publication.own_size()
        with node.own.db.begin() as tx:
            node.network.outbox.put(tx, consortium["beta"].id, deletion())
        stop = threading.Event()
        tick(node, stop)
        assert not stop.is_set()
        assert not node.network.start.may_sign()
        assert node.network.publication.own_size() == before
        consortium.wire.cut.discard("gamma.example.jp")
        tick(node, stop)
        assert node.network.start.may_sign()
        assert node.network.publication.own_size() > before


def test_a_node_that_never_signed_may_begin(tmp_path: Path) -> None:
    with founded(tmp_path, ["alpha", "beta"]) as consortium:
        assert consortium["alpha"].node.network.start.may_sign()
        consortium["alpha"].node.network.start.check_marker()
