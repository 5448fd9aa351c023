"""An old database under a node that goes on: nothing is signed again (PROTOCOL 2, T12)."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.services.errors import RestoredBackupError
from node.services.start import Start
from node.storage import trees
from protocol.identifiers import new_id
from protocol.log import leaf as leaves
from tests.scenarios.consortium import Consortium, Member, founded

PEERS = {"beta.example.jp", "gamma.example.jp"}


@pytest.fixture
def consortium(tmp_path: Path) -> Iterator[Consortium]:
    with founded(tmp_path) as found:
        found.tick(2)
        yield found


def append(member: Member, number: int) -> None:
    """Let a node store what happens, such as withdrawals, without a signature."""
    log = member.node.network.log
    with member.node.own.db.begin() as tx:
        day = log.today(tx)
        for _ in range(number):
            trees.append(tx, log.origin, [leaves.entry(new_id(), "0" * 64, day, 1).canonical()])


def database_of(member: Member) -> Path:
    """Return the file, complete and without an open connection."""
    db = member.node.own.db
    db.forget()
    db.close()
    assert db.engine.url.database is not None
    return Path(db.engine.url.database)


def restarted(member: Member) -> Start:
    network = member.node.network
    return Start(member.node.own.db, network.log, network.publication, network.witness)


def test_a_backup_that_outgrew_what_was_signed_is_still_an_old_one(
    consortium: Consortium, tmp_path: Path
) -> None:
    alpha = consortium["alpha"]
    backup = tmp_path / "backup"
    shutil.copy(database_of(alpha), backup)
    append(alpha, 3)
    consortium.tick(2)
    file = database_of(alpha)
    for beside in file.parent.glob(f"{file.name}-*"):
        beside.unlink()
    shutil.copy(backup, file)
    start = restarted(alpha)
    consortium.wire.cut |= PEERS
    assert not start.may_sign()
    append(alpha, 9)
    consortium.wire.cut -= PEERS
    with pytest.raises(RestoredBackupError):
        start.may_sign()


def test_a_node_whose_peers_hold_what_it_signed_goes_on(consortium: Consortium) -> None:
    append(consortium["alpha"], 2)
    assert restarted(consortium["alpha"]).may_sign()
