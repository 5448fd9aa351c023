"""A member with real keys attacks the pages, the audits and the peace of the others."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from node.assembly.reports import Reports
from node.services.errors import NothingToDoError, RestoredBackupError
from node.storage import trees
from node.storage.marker import Marker
from protocol.audit.verdict import verify
from protocol.body import Opening
from protocol.identifiers import new_id
from protocol.ledger import Figures
from protocol.log import leaf as leaves
from tests.node.services.by_hand import deletion, queued
from tests.scenarios.consortium import Consortium, Member, founded
from tests.scenarios.relay import asked_person, credited, proposed, state_of

UNKNOWN_VERSION = 999_999


@pytest.fixture
def consortium(tmp_path: Path) -> Iterator[Consortium]:
    with founded(tmp_path) as found:
        found.tick(2)
        yield found


def figures_under(member: Member, mv: int) -> None:
    """Write a ledger leaf under any version of the membership."""
    figures = Figures(quarter="2026-Q3", openings=1, applications=1, hires=0)
    opening = Opening.make(figures.to_json(), {})
    log = member.node.network.log
    with member.node.own.db.begin() as tx:
        leaf = leaves.ledger(new_id(), opening.commitment().hex(), log.today(tx), mv)
        log._with_body(tx, leaf, opening, None)


def test_a_ledger_leaf_of_no_version_that_ends_the_others_pages_is_refused(
    consortium: Consortium,
) -> None:
    figures_under(consortium["beta"], UNKNOWN_VERSION)
    consortium.tick(3)
    alpha, beta = consortium["alpha"], consortium["beta"]
    with alpha.node.own.db.read() as tx:
        held = trees.size(tx, beta.node.own.origin)
        folded, _ = alpha.node.network.ledger.fold(tx, beta.id)
    assert folded < held
    assert len(Reports.of(alpha.node).relay.view().balances) == 3


def test_ending_the_audits_by_a_head_that_is_never_served_is_refused(
    consortium: Consortium,
) -> None:
    people = credited(consortium, "alpha")
    credited(consortium, "beta")
    proposal = proposed(consortium, "beta")
    asked_person(people).accept()
    consortium.tick(8)
    assert state_of(consortium, "beta", proposal) == "revealed"
    alpha, beta = consortium["alpha"], consortium["beta"]
    queued(beta, alpha, deletion())
    assert beta.node.network.witness.collect() == 2
    consortium.wire.cut.add("beta.example.jp")
    verdict = verify(alpha.node.bundles.export(), consortium.trust)
    assert verdict.findings == ()


def test_signing_for_an_audit_what_may_be_a_restored_backup_is_refused(
    consortium: Consortium, tmp_path: Path
) -> None:
    alpha = consortium["alpha"]
    with alpha.node.own.db.begin() as tx:
        alpha.node.network.outbox.put(tx, consortium["beta"].id, deletion())
    marker = Marker(tmp_path / "alpha" / "marker")
    size = marker.read()
    assert size is not None
    alpha.node.network.start._is_answered = False
    consortium.wire.cut |= {"beta.example.jp", "gamma.example.jp"}
    with pytest.raises(NothingToDoError):
        alpha.node.bundles.export()
    assert marker.read() == size
    consortium.wire.cut.clear()
    marker.write(size + 100)
    with pytest.raises(RestoredBackupError):
        alpha.node.bundles.export()
    assert marker.read() == size + 100
