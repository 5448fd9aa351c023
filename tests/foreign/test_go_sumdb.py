"""Go's checksum database packages verify our log: note, tiles, inclusion, consistency."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from crypto.ed25519 import SigningKey
from crypto.merkle import completed, leaf_hash, root
from protocol.log import leaf as leaves
from protocol.log.checkpoint import Checkpoint, sign_checkpoint
from protocol.log.cosignature import cosign
from protocol.log.note import COSIGNATURE_V1, ED25519, Verifier
from protocol.log.tiles import (
    HASHES_PER_TILE,
    encode_bundle,
    encode_tile,
    entries_path,
    tile_path,
    tile_width,
)

GOPATH = Path("/usr/share/gocode")  # where Debian's -dev packages put Go sources
PROGRAM = Path(__file__).parent / "go" / "verify.go"
ORIGIN = "alpha.example.jp/tasuki/v1/log/0001"
LOG_KEY = SigningKey(b"\x01" * 32)
WITNESS_KEY = SigningKey(b"\x02" * 32)
LOG = Verifier(ORIGIN, ED25519, LOG_KEY.public.raw)
WITNESS = Verifier("beta.example.jp/tasuki/v1/witness", COSIGNATURE_V1, WITNESS_KEY.public.raw)


@dataclass
class Served:
    """A log of leaves as files below *directory*, with an older head beside the newest."""

    directory: Path
    size: int

    def write(self, older: int) -> None:
        hashes: dict[tuple[int, int], bytes] = {}

        def read(level: int, index: int) -> bytes:
            return hashes[level, index]

        entries = [
            leaves.entry(f"{index:032x}", f"{index:064x}", "2026-04-01", 1).canonical()
            for index in range(self.size)
        ]
        for index, entry in enumerate(entries):
            for level, number, value in completed(index, leaf_hash(entry), read):
                hashes[level, number] = value
        for level in range(4):
            for n in range((self.size >> 8 * level) // HASHES_PER_TILE + 1):
                if width := tile_width(level, n, self.size):
                    tile = encode_tile(level, n, width, read)
                    self._put(tile_path(level, n, width), tile)
        for n in range(self.size // HASHES_PER_TILE + 1):
            if width := tile_width(0, n, self.size):
                bundle = encode_bundle(entries[n * HASHES_PER_TILE :][:width])
                self._put(entries_path(n, width), bundle)
        for name, size in (("checkpoint", self.size), ("checkpoint.older", older)):
            note = sign_checkpoint(Checkpoint(ORIGIN, size, root(size, read)), LOG_KEY)
            line = cosign(note.text, WITNESS.name, WITNESS_KEY, now=1_800_000_000)
            self._put(name, note.with_signature(line).encode())

    def _put(self, path: str, data: bytes) -> None:
        file = self.directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


@pytest.fixture(scope="session")
def verify_go(tmp_path_factory: pytest.TempPathFactory) -> Path:
    go = shutil.which("go")
    if go is None or not (GOPATH / "src/golang.org/x/mod/sumdb").is_dir():
        pytest.skip(
            "NOT VERIFIED BY GO: install golang-go and golang-golang-x-mod-dev, as .ci/run does"
        )
    folder = tmp_path_factory.mktemp("go")
    environment = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": str(GOPATH),
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "",
        "CGO_ENABLED": "0",
    }
    command = [go, "build", "-o", str(folder / "verify"), str(PROGRAM)]
    subprocess.run(command, check=True, env=environment, timeout=120)  # noqa: S603 - our program
    return folder / "verify"


def run(
    program: Path, served: Served, *, log: Verifier = LOG, witness: Verifier = WITNESS
) -> subprocess.CompletedProcess[str]:
    every = range(served.size) if served.size < 1000 else (0, served.size // 2, served.size - 1)
    command = [str(program), str(served.directory), log.text, witness.text, *map(str, every)]
    return subprocess.run(  # noqa: S603 - our program
        command, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize(
    ("size", "older"), [(1, 1), (2, 1), (7, 4), (256, 255), (257, 256), (700, 300)]
)
def test_go_verifies_our_log(verify_go: Path, tmp_path: Path, size: int, older: int) -> None:
    served = Served(tmp_path, size)
    served.write(older)
    outcome = run(verify_go, served)
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (0, "verified\n", "")


def test_go_verifies_a_log_of_three_levels_of_tiles(verify_go: Path, tmp_path: Path) -> None:
    served = Served(tmp_path, 256 * 256 + 258)
    served.write(40_000)
    assert (tmp_path / "tile/2/000.p/1").exists()
    assert run(verify_go, served).stderr == ""


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/000",
        "tile/0/001",
        "tile/0/002.p/188",
        "tile/1/000.p/2",
        "tile/entries/000",
        "tile/entries/002.p/188",
        "checkpoint",
        "checkpoint.older",
    ],
)
def test_go_refuses_a_changed_byte(verify_go: Path, tmp_path: Path, path: str) -> None:
    served = Served(tmp_path, 700)
    served.write(300)
    file = tmp_path / path
    honest = file.read_bytes()
    for position in (0, len(honest) // 2, len(honest) - 1):
        changed = bytearray(honest)
        changed[position] ^= 1
        file.write_bytes(changed)
        outcome = run(verify_go, served)
        assert (outcome.returncode, outcome.stdout) == (1, "")


def test_go_refuses_keys_that_did_not_sign(verify_go: Path, tmp_path: Path) -> None:
    served = Served(tmp_path, 7)
    served.write(4)
    other = SigningKey(b"\x03" * 32).public.raw
    assert run(verify_go, served, log=Verifier(ORIGIN, ED25519, other)).returncode == 1
    stranger = Verifier(WITNESS.name, COSIGNATURE_V1, other)
    assert run(verify_go, served, witness=stranger).returncode == 1


def test_go_refuses_a_history_that_was_rewritten(verify_go: Path, tmp_path: Path) -> None:
    served = Served(tmp_path, 300)
    served.write(256)
    checkpoint = Checkpoint(ORIGIN, 256, b"\0" * 32)
    note = sign_checkpoint(checkpoint, LOG_KEY)
    line = cosign(note.text, WITNESS.name, WITNESS_KEY, now=1_800_000_000)
    (tmp_path / "checkpoint.older").write_bytes(note.with_signature(line).encode())
    assert run(verify_go, served).returncode == 1
