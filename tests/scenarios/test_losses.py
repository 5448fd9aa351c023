"""The relay over a bad network: requests and answers are lost and doubled (T10, PROTOCOL 3)."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from node.storage import envelopes
from node.transport import UnreachableError
from protocol.audit.verdict import verify
from protocol.http_signature import Request, Response
from tests.scenarios.chooser import Chooser
from tests.scenarios.consortium import Carry, Consortium, founded
from tests.scenarios.relay import asked_person, balance, has_request, opening_at, rejected, state_of

LOSS = 15  # percent of requests, of answers, of doubled requests


@pytest.fixture
def consortium(tmp_path: Path) -> Iterator[Consortium]:
    with founded(tmp_path) as found:
        found.tick(2)
        yield found


class BadNetwork:
    """Loses and doubles what it carries; the same seed does the same again."""

    def __init__(self, seed: int) -> None:
        self.chooser = Chooser(seed)
        self.did: Counter[str] = Counter()

    def __call__(self, request: Request, carry: Carry) -> Response:
        if self.chooser.happens(LOSS):
            self.did["request lost"] += 1
            raise UnreachableError("lost")
        answer = carry(request)
        if self.chooser.happens(LOSS):
            self.did["doubled"] += 1
            carry(request)
        if self.chooser.happens(LOSS):
            self.did["answer lost"] += 1
            raise UnreachableError("lost")
        return answer


def until(consortium: Consortium, is_so: Callable[[], bool], *, rounds: int = 60) -> None:
    """Let time pass until it is so."""
    for _ in range(rounds):
        if is_so():
            return
        consortium.tick(1, seconds=20)
    raise AssertionError("it never came so far")


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(seed, marks=pytest.mark.campaign) for seed in (2, 3))]
)
def test_every_effect_happens_once_over_a_bad_network(consortium: Consortium, seed: int) -> None:
    network = BadNetwork(seed)
    people = rejected(consortium, "alpha", 10)
    consortium.wire.through = network
    for name, group in (("alpha", people), ("beta", rejected(consortium, "beta", 10))):
        others = [other.id for other in consortium.members.values() if other.name != name]
        for person in group:
            person.agree(*others)
    until(consortium, lambda: balance(consortium, "beta").earned == 1)
    until(consortium, lambda: balance(consortium, "alpha").earned == 1)
    beta = consortium["beta"]
    until(consortium, lambda: bool(beta.node.hiring.search.best(opening_at(beta))))
    opening = opening_at(beta)
    best = beta.node.hiring.search.best(opening)[0]
    now = int(consortium.clock.now().timestamp())
    proposal = beta.node.hiring.proposals.propose(
        opening, best.member, best.token_id, not_after=now + 30 * 86_400
    )
    until(consortium, lambda: any(map(has_request, people)))
    asked_person(people).accept()
    until(consortium, lambda: state_of(consortium, "beta", proposal) == "revealed")
    withdrawn = next(person for person in people if not has_request(person))
    withdrawn.member.node.people.consents.withdraw(withdrawn.visit("consent"))
    matrix = consortium["alpha"].node.people.withdrawals.matrix
    until(consortium, lambda: [str(row.state) for row in matrix()] == ["deleted", "deleted"])
    until(consortium, lambda: all(_is_quiet(consortium, name) for name in consortium.members))
    assert min(network.did.values()) > 10
    assert len(beta.node.hiring.introductions.every()) == 1
    consortium.wire.through = None
    consortium.tick(2)
    # A reader that lost its last poll had folded less; now all have read the same.
    for reader in consortium.members:
        found = balance(consortium, "beta", reader=reader)
        assert (found.counts, found.spends, found.living, found.open_holds) == (10, 1, 0, 0)
        assert balance(consortium, "alpha", reader=reader).counts == 10
    for member in consortium.members.values():
        assert verify(member.node.bundles.export(), consortium.trust).findings == ()


def _is_quiet(consortium: Consortium, name: str) -> bool:
    """Tell whether every envelope was answered and applied, each exactly once."""
    own = consortium[name].node.own
    with own.db.read() as tx:
        sent = envelopes.all_outgoing(tx)
    for row in sent:
        receiver = next(m for m in consortium.members.values() if m.id == row.receiver)
        with receiver.node.own.db.read() as tx:
            if row.state != "answered" or envelopes.incoming(tx, own.me, row.id) is None:
                return False
    return True
