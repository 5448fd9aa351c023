"""The log of beta, which asks for people, and the net through which alpha reads it."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from node.transport import UnreachableError
from protocol.body import Opening
from protocol.day import day_of
from protocol.http_signature import Request, Response
from protocol.identifiers import Origin, new_id
from protocol.leaf_place import LeafPlace
from protocol.ledger import LedgerBody
from protocol.log import leaf as leaves
from protocol.log.note import Note
from protocol.log.tiles import encode_bundle, parse_tile_path
from protocol.membership import Params
from tests.protocol import ledger_world
from tests.protocol.companies import ALPHA, BETA, FOUNDERS, GAMMA

_ORIGIN = Origin("beta.example.jp/tasuki/v1/log/0001")


def _company(name: str) -> ledger_world.Company:
    """Return a ledger's company with the keys of the descriptors."""
    found = next(company for company in FOUNDERS if company.name == name)
    company = ledger_world.Company(name)
    company.log_key, company.witness_key = found.key("log"), found.key("witness")
    return company


@dataclass
class BetaLog:
    """What beta writes, one leaf after the other, with the bodies that it would serve."""

    params: Params
    cs: str
    now: int
    bodies: dict[str, Opening] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = (ALPHA.name, BETA.name, GAMMA.name)
        self.ledgers = ledger_world.World(self.params, {name: _company(name) for name in names})
        self.company = self.ledgers.companies[BETA.name]
        self.company.append(leaves.log_open(new_id(), _ORIGIN, self.cs, day_of(self.now), 1))

    @property
    def origin(self) -> Origin:
        return _ORIGIN

    @property
    def size(self) -> int:
        return len(self.company.entries)

    def earn(self, credits_wanted: int) -> None:
        for count in self.ledgers.receipts(GAMMA.name, BETA.name, credits_wanted):
            self.write(count)

    def write(self, body: LedgerBody) -> LeafPlace:
        opening = Opening.make(body.to_json(), {})
        day = day_of(self.now)
        leaf = leaves.ledger(new_id(), opening.commitment().hex(), day, 1)
        self.bodies[leaf.id] = opening
        return LeafPlace(log=_ORIGIN, index=self.company.append(leaf), id=leaf.id)

    def entry(self) -> LeafPlace:
        leaf = leaves.entry(new_id(), "0" * 64, day_of(self.now), 1)
        return LeafPlace(log=_ORIGIN, index=self.company.append(leaf), id=leaf.id)

    @property
    def note(self) -> Note:
        return self.company.head()

    def other_history(self) -> Note:
        """Return the head of another log of the same size and key."""
        other = _company(BETA.name)
        for number in range(self.size):
            other.append(leaves.entry(ledger_world.hexes(9000 + number), "0" * 64, "2026-09-21", 1))
        return other.head()


@dataclass
class Net:
    """Serves beta's log, and gamma's head of it; None is a member that does not answer."""

    beta: BetaLog
    gamma_head: Note | None = None
    is_beta_up: bool = True
    is_gamma_up: bool = True

    def send(self, request: Request, *, timeout: float) -> Response:
        del timeout
        parts = urlsplit(request.target_uri)
        if parts.hostname == "beta.example.jp" and self.is_beta_up:
            return self._log(parts.path.removeprefix("/tasuki/v1/log/0001/"))
        if parts.hostname == "gamma.example.jp" and self.is_gamma_up:
            head = self.gamma_head
            return _answer(None if head is None else head.encode())
        raise UnreachableError("no route")

    def _log(self, path: str) -> Response:
        if path == "checkpoint":
            return _answer(self.beta.note.encode())
        tile = parse_tile_path(path)
        first = tile.n * 256
        return _answer(encode_bundle(self.beta.company.entries[first : first + tile.width]))


def _answer(body: bytes | None) -> Response:
    return Response(404 if body is None else 200, {}, body or b"")
