import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.node.connectors.files import bombs

ROOT = Path(__file__).parents[4]
PROGRAM = (sys.executable, "-m", "tests.node.connectors.files.bombs")


def cost(name: str, content: bytes) -> dict[str, float | str]:
    # What is weighed is the reader, not the measuring of its coverage.
    untraced = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE_")}
    done = subprocess.run(  # noqa: S603 - our own interpreter and program
        (*PROGRAM, name), input=content, capture_output=True, check=True, cwd=ROOT, env=untraced
    )
    read: dict[str, float | str] = json.loads(done.stdout)
    return read


@pytest.mark.parametrize("name", bombs.BOMBS)
def test_a_bomb_ends_soon_and_small_and_delays_nobody(name: str) -> None:
    build, code = bombs.BOMBS[name]
    found = cost("upload.xlsx", build())
    assert found["code"] == code, found
    assert float(found["seconds"]) <= 5, found
    assert float(found["peak_mib"]) <= 256, found
    # The side that serves pages works on it for no longer than a page takes.
    assert float(found["own_cpu"]) <= 0.5, found
    assert float(found["held_p99"]) <= 0.05, found
