"""The demo as a person runs it: three real node processes, from the letter to the verdict."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]
LIMIT_S = 600  # a machine that measures coverage is slow; the demo itself promises 90
EXPECTED = {
    "imported": 420,
    "letters": 375,
    "consents": 86,
    "tokens": 174,
    "proposals": 10,
    "accepted": 8,
    "reveals": 7,
    "withdrawn": 2,
    "deletion_receipts": 6,
    "credits": 7,
    "audit": "ok",
}


@contextmanager
def demo(folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(ROOT / "run_node.py"), "demo", "--folder", str(folder)]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and script
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", cwd=ROOT
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(LIMIT_S)


def listening(folder: Path) -> list[str]:
    """Return the addresses of nodes in *folder* that still answer."""
    found = []
    for settings in folder.glob("*/tasuki.toml"):
        for line in settings.read_text("utf-8").splitlines():
            if line.startswith("public_url"):
                address = urlsplit(line.split('"')[1])
                with socket.socket() as one:
                    if one.connect_ex((str(address.hostname), int(address.port or 0))) == 0:
                        found.append(address.netloc)
    return found


@pytest.mark.campaign
def test_the_demo_relays_as_the_model_says_and_leaves_no_process(tmp_path: Path) -> None:
    with demo(tmp_path / "demo") as process:
        printed, _ = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0, printed
    assert json.loads(printed.splitlines()[-1]) == EXPECTED
    assert "sandbox" in printed
    assert listening(tmp_path / "demo") == []


def test_a_stopped_demo_leaves_no_process(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with demo(folder) as process:
        end = time.monotonic() + LIMIT_S
        while not listening(folder):
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.2)
        os.kill(process.pid, signal.SIGINT)
        printed, _ = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 130, printed
    assert listening(folder) == []
