"""The end of the demo: each node's audit bundle, and what the auditor's verb says of it."""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from node.demo.nodes import DemoNode, at_once, fingerprint, read_json, try_verb
from node.demo.waiting import wait_until


@dataclass(frozen=True, slots=True)
class Audited:
    """One bundle and its verdict; *status* is the verb's exit status."""

    company: str
    file: Path
    payload: bytes = field(repr=False)
    status: int
    words: tuple[str, ...]


def wait_for_rest(node: DemoNode) -> None:
    """Return once the node has nothing under way and its whole log is witnessed.

    Raises:
        TooSlowError: it does not come to rest.
    """

    def is_at_rest() -> bool:
        now = node.metrics()
        sizes = {now[f"log{part}_size"] for part in ("", "_published", "_witnessed")}
        return len(sizes) == 1 and not now.get("envelopes_waiting", 0)

    wait_until(f"the node of {node.company} to come to rest", is_at_rest)


def audit(nodes: tuple[DemoNode, ...], folder: Path) -> list[Audited]:
    """Export the bundle of each node and verify it offline, by its fingerprint alone."""
    trust = fingerprint(folder)
    return at_once([partial(_audit, node, trust) for node in nodes])


def _audit(node: DemoNode, trust: str) -> Audited:
    file = node.folder / "bundle.jsonl"
    node.run("audit-export", str(file))
    status, printed = try_verb("audit", str(file), "--trust", trust, "--json")
    verdict = read_json(printed.splitlines()[0])
    words = tuple(f"{name}: {verdict.get(name) or 'none'}" for name in ("findings", "unreadable"))
    return Audited(node.company, file, file.read_bytes(), status, words)
