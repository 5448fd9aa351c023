"""What the demo tells its spectator: a few lines a step, and the numbers at the end."""

import json
import sys
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, TextIO

from node.demo.tally import Tally

EXPECTED: Final = Tally(
    imported=420,
    letters=375,
    consents=86,
    tokens=174,
    proposals=10,
    accepted=8,
    reveals=7,
    withdrawn=2,
    deletion_receipts=6,
    credits=7,
)


@dataclass(slots=True)
class Narrator:
    """Writes to the terminal as things happen."""

    out: TextIO = field(default_factory=lambda: sys.stdout)
    _begun: float = field(default_factory=time.monotonic)
    _steps: int = 0

    def step(self, title_ja: str, title: str) -> None:
        """Begin the next step."""
        self._steps += 1
        self._write(f"\n{self._steps}. {title}（{title_ja}） [{self.elapsed().seconds} s]")

    def say(self, line: str) -> None:
        """Add a line to the step."""
        self._write(f"   {line}")

    def elapsed(self) -> timedelta:
        """Return the time since the beginning."""
        return timedelta(seconds=round(time.monotonic() - self._begun))

    def finish(self, tally: Tally, audit: str) -> bool:
        """Write the summary as the last line; return whether all is as it must be."""
        wanted = EXPECTED.to_json()
        wrong = {name: number for name, number in tally.to_json().items() if number != wanted[name]}
        for name, number in wrong.items():
            self._write(f"   {name}: {number}, expected {wanted[name]}")
        self._write(json.dumps({**tally.to_json(), "audit": audit}))
        return not wrong and audit == "ok"

    def _write(self, line: str) -> None:
        print(line, file=self.out, flush=True)
